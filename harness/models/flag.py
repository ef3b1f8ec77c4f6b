"""Flags: places in a response worth a trainer's look."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from harness.models.language import Language

# What pydantic is to do where a flag is part of a record; not one itself, for a command that
# looks at one file must not wait for pydantic.
_STRICT: dict[str, Any] = {"extra": "forbid"}


class Strength(StrEnum):
    """STRONG: measured to hit wrong responses at least three times as often as right ones."""

    STRONG = "strong"
    HINT = "hint"


class Layer(StrEnum):
    """Where a flag comes from."""

    CONTRACT = "contract"  # it cannot do what was asked: does not parse, names nobody defined
    EXAMPLE = "example"  # it fails an example of the prompt
    RULE = "rule"  # a pattern that is often a mistake
    SIBLING = "sibling"  # it differs from the other responses to the task
    SPEC = "spec"  # the prompt says something literal that the code lacks
    COMPLEXITY = "complexity"  # too slow for the sizes the prompt names


@dataclass(frozen=True, kw_only=True)
class FlagPlace:
    """A second place that belongs to a flag, and why."""

    line: int
    column: int
    end_line: int
    end_column: int
    message: str

    __pydantic_config__ = _STRICT


@dataclass(frozen=True, kw_only=True)
class Flag:
    """One place to look at, and the question a trainer should answer there.

    line, column, end_*: 1-based, in characters, in the code as it was run; the end is behind the
    last character. source: that line's text (capped). precision: share of the rule's hits that
    were on wrong responses when it was measured, None if it never was; hits: how many they were.
    """

    rule: str
    layer: Layer
    strength: Strength
    message: str
    question: str
    line: int
    column: int
    end_line: int
    end_column: int
    source: str = ""
    language: Language
    related: tuple[FlagPlace, ...] = ()
    precision: float | None = None
    hits: int = 0

    __pydantic_config__ = _STRICT

    @property
    def record(self) -> str:
        """How often the rule was right when it was measured, in words; "" if it never was."""
        if self.precision is None:
            return ""
        if not self.hits:  # stored before hits were
            return f"right {self.precision:.0%} of the time"
        return record_text(round(self.precision * self.hits), self.hits)


def record_text(right: int, hits: int) -> str:
    """So many hits, so many of them right (on wrong responses)."""
    return f"right {right} of {hits} {'time' if hits == 1 else 'times'}"
