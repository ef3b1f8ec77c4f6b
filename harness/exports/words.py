"""Preferences and marks in the words and numbers of formats that hold prose."""

from __future__ import annotations

import math
from collections.abc import Iterable

from harness.models.judgment import MAX_PREFERENCE
from harness.models.pair import Outcome, Pair, Vote

_STRENGTH = ("", "slightly better than", "better than", "much better than")


def whole_preference(pair: Pair) -> int:
    """-3 … 3; a mean is rounded, but never to a tie or beyond the scale."""
    if pair.ordered is None:
        return 0
    strength = min(MAX_PREFERENCE, max(1, math.floor(pair.margin + 0.5)))
    return -strength if pair.outcome is Outcome.FIRST else strength


def statement(pair: Pair) -> str:
    """The preference as a sentence."""
    if pair.outcome is Outcome.TIE:
        return "Response 1 and Response 2 are about the same."
    if pair.outcome is Outcome.BOTH_BAD:
        return "Response 1 and Response 2 are both bad."
    strength = whole_preference(pair)
    better, worse = (1, 2) if strength < 0 else (2, 1)
    return f"Response {better} is {_STRENGTH[abs(strength)]} Response {worse}."


def elaboration(votes: Iterable[Vote]) -> str:
    """Why, in the words of those who judged, a paragraph each."""
    texts = (str(vote.answer.get("justification", "")) for vote in votes)
    return "\n\n".join(text for text in texts if text.strip())


def feedback(vote: Vote, position: int) -> str:
    """What a judgment says of one response: its marks, a line each."""
    return "\n".join(
        f"{_lines(mark)} {mark['severity']}, {mark['category']}: {mark.get('note', '')}".rstrip(
            ": "
        )
        for mark in vote.answer.get("marks", ())
        if mark["response"] == str(position)
    )


def _lines(mark: dict[str, int]) -> str:
    first, last = mark["first_line"], mark["last_line"]
    return f"Line {first}:" if first == last else f"Lines {first}-{last}:"
