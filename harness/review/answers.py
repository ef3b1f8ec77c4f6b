"""Between the screen and the store: letters as displayed, positions in item order.

The page knows responses as A, B … in the order this person sees them, and a preference as left or
right of that. The store keeps everything in item order, so that sides can be balanced and exports
need no look-up.
"""

from __future__ import annotations

from collections.abc import Sequence

from harness.models import Answer
from harness.review.pages.responses import LETTERS
from harness.store.review_judging import renamed


def letters_of(order: Sequence[int]) -> tuple[str, ...]:
    """The letters of as many responses."""
    return tuple(LETTERS[: len(order)])


def in_item_order(answer: Answer, order: Sequence[int]) -> Answer:
    """What the page sent, as it is stored. Raises InputError for a letter that is not shown."""
    names = {letter: str(place) for letter, place in zip(LETTERS, order, strict=False)}
    return _flipped(renamed(answer, names), order)


def as_displayed(answer: Answer, order: Sequence[int]) -> Answer:
    """What is stored, as the page shows it."""
    names = {str(place): letter for letter, place in zip(LETTERS, order, strict=False)}
    return _flipped(renamed(answer, names), order)


def _flipped(answer: Answer, order: Sequence[int]) -> Answer:
    """A preference is left against right; it turns where the sides are swapped."""
    if answer.preference is None or tuple(order) != (2, 1):
        return answer
    return answer.model_copy(update={"preference": -answer.preference})
