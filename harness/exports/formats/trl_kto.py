"""TRL's unpaired preference format, for KTO and BCO: an answer and whether it is good."""

from __future__ import annotations

from harness.exports.export import (
    Drop,
    Export,
    Feeds,
    Row,
    RowContext,
    assistant,
    rating_row,
    user,
)
from harness.exports.shapes import MESSAGES, YES_NO, Struct
from harness.models.pair import Rating


def _row(rating: Rating, _context: RowContext) -> Row:
    if rating.good is None:
        raise Drop("neither good nor bad: a tie, and nobody said whether it is acceptable")
    return {
        "prompt": [user(rating.item.prompt)],
        "completion": [assistant(rating.side.text)],
        "label": rating.good,
    }


EXPORT = Export(
    name="trl-kto",
    title="TRL unpaired preferences, conversations (KTO, BCO); both good: two rows",
    feeds=Feeds.RATING,
    row=rating_row(_row),
    shape=Struct({"prompt": MESSAGES, "completion": MESSAGES, "label": YES_NO}),
)
