"""How much a rule's flags have been worth: measured, never claimed.

``strength.json`` is written by ``harness flag --calibrate``: per rule and language the hits on
wrong and on right responses to the same tasks. What is not in it is a hint. The file that comes
with the harness is used until there is one in HARNESS_HOME, made from one's own runs.

The whole file is modelled in ``strength_file``; what flags need of it is read here, without the
weight of that.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from harness._home import home_folder
from harness.models import Language, Strength
from harness.models.flag import record_text

FILE = "strength.json"
SCHEMA_VERSION = 1
SHIPPED = Path(__file__).with_name(FILE)
_STRICT: dict[str, Any] = {"extra": "forbid"}


@dataclass(frozen=True, kw_only=True)
class Hits:
    """Responses that were hit, to tasks that have both right and wrong ones.

    lift: how many times as often wrong ones were hit as right ones to the same tasks; None where
    nothing was hit, or no right one was.
    """

    wrong: int
    right: int
    lift: float | None = None

    __pydantic_config__ = _STRICT

    def __post_init__(self) -> None:
        """Raise ValueError for what counts nothing."""
        for count in (self.wrong, self.right):
            if not isinstance(count, int) or count < 0:
                raise ValueError(f"{count!r} is no number of hits")

    @property
    def total(self) -> int:
        """All hits."""
        return self.wrong + self.right

    @property
    def precision(self) -> float | None:
        """Share of the hits that were on wrong responses."""
        return self.wrong / self.total if self.total else None


@dataclass(frozen=True, kw_only=True)
class Measured(Hits):
    """Hits of a rule in one language, in all tasks and in each half of them.

    tasks: how many tasks its hits on wrong responses come from. pairs: of a wrong and a right
    response to one task; discriminating and reverse: in how many of them the rule has more flags
    on the wrong one, and on the right one. all_right: right responses to any task that were hit;
    all_right_size: of how many.
    """

    strength: Strength
    tasks: int = 0
    dev: Hits | None = None
    test: Hits | None = None
    pairs: int = 0
    discriminating: int = 0
    reverse: int = 0
    all_right: int = 0
    all_right_size: int = 0


def used_file() -> Path:
    """The file that decides: the one in HARNESS_HOME if there is one, else the shipped one."""
    own = home_folder() / FILE
    return own if own.exists() else SHIPPED


@cache
def measured() -> dict[tuple[str, Language], Measured]:
    """Everything measured, by rule and language. Raises InputError for a damaged file."""
    file = used_file()
    try:
        return dict(_rows(json.loads(file.read_text("utf-8"))))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        from harness.flags.strength_file import read_strength

        rules = read_strength(file).rules  # says what is wrong, and where
    return {(rule, language): row for rule, rows in rules.items() for language, row in rows.items()}


def _rows(data: Any) -> list[tuple[tuple[str, Language], Measured]]:
    if data["schema_version"] != SCHEMA_VERSION:
        raise ValueError(data["schema_version"])
    return [
        ((rule, Language(language)), Measured(**{**row, "strength": Strength(row["strength"])}))
        for rule, rows in data["rules"].items()
        for language, row in rows.items()
    ]


def strength_of(rule: str, language: Language) -> tuple[Strength, float | None]:
    """Strength and precision of a rule's flags."""
    found = measured().get((rule, language))
    return (Strength.HINT, None) if found is None else (found.strength, found.precision)


def hits_of(rule: str, language: Language) -> int:
    """How many hits the precision comes from."""
    found = measured().get((rule, language))
    return 0 if found is None else found.total


def measured_text(row: Measured) -> str:
    """A rule's figures in one language, in words."""
    if not row.total:
        return f"{row.strength}; nothing was hit"
    parts = [row.strength, record_text(row.wrong, row.total)]
    if row.lift:
        parts.append(f"{row.lift:.1f} times as often on wrong responses as on right ones")
    if row.wrong:
        parts.append(f"the wrong ones in {row.tasks} {'task' if row.tasks == 1 else 'tasks'}")
    others = row.all_right - row.right
    if others > 0:
        parts.append(f"{others} right responses to tasks that nobody failed were hit, too")
    return "; ".join(parts)
