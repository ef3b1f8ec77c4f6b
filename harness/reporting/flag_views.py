"""A flag as shown: the question first, as a trainer answers it."""

from __future__ import annotations

from dataclasses import dataclass

from harness.models import Flag
from harness.reporting.text import one_line


@dataclass(frozen=True)
class FlagView:
    """One flag: where it is, what it asks, and in ``detail`` why it may be asked."""

    line: int
    strength: str
    question: str
    detail: str


def flag_view(flag: Flag) -> FlagView:
    """A flag as shown. Its texts may quote the program, so they are hostile."""
    more = (f"line {one.line}: {one.message}" for one in flag.related)
    detail = (flag.message, *more, flag.rule, flag.strength.value, flag.record)
    return FlagView(
        line=flag.line,
        strength=flag.strength.value,
        question=one_line(flag.question or flag.message, 400),
        detail=" · ".join(one_line(part, 400) for part in detail if part),
    )
