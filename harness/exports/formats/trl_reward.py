"""TRL's preference format with an implicit prompt: two whole conversations, for reward models."""

from __future__ import annotations

from harness.exports.export import Export, Feeds, Row, RowContext, assistant, pair_row, user
from harness.exports.shapes import MESSAGES, Struct
from harness.models.pair import Pair


def _row(pair: Pair, context: RowContext) -> Row:
    asked = user(pair.item.prompt)
    row: Row = {
        "chosen": [asked, assistant(pair.chosen.text)],
        "rejected": [asked, assistant(pair.rejected.text)],
    }
    # On every row or on none: the collator looks at the first row only.
    return row | {"margin": float(pair.margin)} if context.with_margin else row


EXPORT = Export(
    name="trl-reward",
    title="TRL preference pairs, implicit prompt, conversations (reward models)",
    feeds=Feeds.PAIR,
    row=pair_row(_row),
    shape=Struct({"chosen": MESSAGES, "rejected": MESSAGES}),
    margin=True,
    tasks=("text-classification",),
)
