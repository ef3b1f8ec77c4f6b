"""What an export is made of: judged items as the store reads them, and the pairs drawn from them.

Named tuples, not validated: an export makes millions of them out of rows that were checked when
they were stored. Preferences are in item order: negative favours the first response.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from harness.models.base import Json

PASSED = "passed"
Fields = Mapping[str, Any]


class Outcome(StrEnum):
    """What people (or runs) say of two responses."""

    FIRST = "first"
    SECOND = "second"
    TIE = "tie"
    BOTH_BAD = "both_bad"


class Side(NamedTuple):
    """One response of an item.

    position: 1-based, in item order. text: the answer as it was given, the code where only that is
    known. result: how it ran, with its cases and flags, as the store keeps it (``Result`` as JSON).
    """

    position: int
    response_id: str
    model: str
    text: str
    result: Fields

    @property
    def verdict(self) -> str:
        """The verdict's name, "" where nothing ran."""
        return str(self.result.get("verdict", ""))

    @property
    def passed(self) -> bool:
        """Whether it passed its tests."""
        return self.verdict == PASSED

    @property
    def code(self) -> str:
        """The program as it was run."""
        return str(self.result.get("code") or self.text)


class Vote(NamedTuple):
    """One revision of a person's judgment. role: of the person; answer: an ``Answer`` as JSON.

    final: whether it is what the person says now: submitted and neither withdrawn nor replaced.
    """

    judgment_id: str
    assignment_id: str
    person_id: str
    role: str
    revision: int
    parent: str | None
    kind: str
    answer: Fields
    rubric_ref: str
    rubric_digest: str
    guidelines_version: int
    flags_seen: bool
    created_at: float
    order: tuple[int, ...]
    wall_s: float
    active_s: float
    paused_s: float
    surplus: bool
    final: bool


class Fix(NamedTuple):
    """A corrected response. position: of the one it began as. result: how it ran, if it did."""

    correction_id: str
    person_id: str
    position: int | None
    code: str
    result: Fields | None
    created_at: float


class JudgedItem(NamedTuple):
    """An item with everything that was said of it. task: a ``Task`` as JSON.

    votes: every revision, oldest first. events: the item's audit, where it was asked for.
    extra: what an import brought along and only its own format knows.
    """

    item_id: str
    task_key: str
    task: Fields
    state: str
    reason: str
    sides: tuple[Side, ...]
    votes: tuple[Vote, ...] = ()
    fixes: tuple[Fix, ...] = ()
    events: tuple[Fields, ...] = ()
    extra: Json = None

    @property
    def task_id(self) -> str:
        """The task's id."""
        return str(self.task["task_id"])

    @property
    def prompt(self) -> str:
        """What the responses answer."""
        return str(self.task["prompt"])

    @property
    def language(self) -> str:
        """The language of the task; "unknown" for an import that does not say."""
        return str(self.task.get("language") or "unknown")


class Pair(NamedTuple):
    """Two responses to a task and which is better.

    preference: -3 … 3, negative favours ``first``; a mean need not be whole. agreement: share of
    the judgments that came to this outcome, 1 for a pair made by a run. votes: what it rests on,
    none where ``made_by`` is not people.
    """

    item: JudgedItem
    first: Side
    second: Side
    preference: float
    outcome: Outcome
    agreement: float
    votes: tuple[Vote, ...] = ()
    made_by: str = "people"

    @property
    def ordered(self) -> tuple[Side, Side] | None:
        """(chosen, rejected), None where neither is better."""
        if self.outcome is Outcome.FIRST:
            return self.first, self.second
        return (self.second, self.first) if self.outcome is Outcome.SECOND else None

    @property
    def chosen(self) -> Side:
        """The better response of a decided pair."""
        return self.first if self.outcome is Outcome.FIRST else self.second

    @property
    def rejected(self) -> Side:
        """The worse response of a decided pair."""
        return self.second if self.outcome is Outcome.FIRST else self.first

    @property
    def margin(self) -> float:
        """How strong the preference is, 0 … 3."""
        return abs(self.preference)


class Rating(NamedTuple):
    """What is said of one response.

    ratings: {axis: mean over the judgments}. acceptable: by most of them, None where not said.
    good: whether it counts as a good answer: the better of a pair, or acceptable; None if open.
    """

    item: JudgedItem
    side: Side
    ratings: Mapping[str, float]
    acceptable: bool | None
    good: bool | None
    agreement: float
    votes: tuple[Vote, ...] = ()
    made_by: str = "people"
