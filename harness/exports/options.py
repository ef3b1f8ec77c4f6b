"""What an export is asked for. Everything here stands in its manifest."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from harness.exports.aggregate import Aggregate
from harness.models import Language, Record, Verdict
from harness.models.review import ItemState

TRAIN = "train"
# Prompts that have so much of their shingles in common count as the same for a split.
NEAR = 0.7


class Corrections(StrEnum):
    """What becomes of corrected responses."""

    OFF = "off"
    ADD = "add"  # a pair each besides the others: corrected over original
    ONLY = "only"


class Conflicts(StrEnum):
    """What becomes of pairs whose chosen response fails its tests while the rejected passes."""

    REPORT = "report"  # kept and listed
    DROP = "drop"  # listed only
    REFUSE = "refuse"  # no export if there is one


class Filters(Record):
    """Which items and judgments take part; nothing given means all.

    tasks: shell patterns of task ids. models, verdicts: an item with a response of one of them.
    annotators: person ids. since, until: epoch seconds a judgment was made at (until: before).
    min_agreement: 0 … 1, share of the judgments behind an outcome. min_preference: 0 … 3.
    """

    languages: tuple[Language, ...] = ()
    tasks: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    states: tuple[ItemState, ...] = ()
    annotators: tuple[str, ...] = ()
    since: float | None = None
    until: float | None = None
    min_agreement: float = Field(default=0.0, ge=0, le=1)
    min_preference: float = Field(default=0.0, ge=0, le=3)


class Split(Record):
    """A part of the tasks. share: 0 … 1 of them."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")
    share: float = Field(gt=0, lt=1)


class ExportOptions(Record):
    """All of it.

    splits: besides the rest, which is ``train``. near: how alike two prompts must be to stay
    together, 0 … 1. flags_break_ties and most_per_task: for the pairs
    of a run.
    """

    format: str = "trl-dpo-chat"
    filters: Filters = Filters()
    aggregate: Aggregate = Aggregate.MAJORITY
    corrections: Corrections = Corrections.OFF
    require_pass_chosen: bool = False
    conflicts: Conflicts = Conflicts.REPORT
    with_margin: bool = False
    splits: tuple[Split, ...] = ()
    seed: int = 0
    near: float = Field(default=NEAR, gt=0, le=1)
    parquet: bool = False
    identities: bool = False
    flags_break_ties: bool = False
    most_per_task: int = Field(default=10, ge=1)

    @model_validator(mode="after")
    def _shares_leave_some(self) -> Self:
        names = [split.name for split in self.splits]
        if len({*names, TRAIN}) != len(names) + 1:
            raise ValueError(f"a part is named twice: {', '.join(names)}, {TRAIN}")
        if sum(split.share for split in self.splits) >= 1:
            raise ValueError(f"the shares leave nothing for {TRAIN}")
        return self
