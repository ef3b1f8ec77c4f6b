"""Axolotl's ``chat_template.default`` preference format."""

from __future__ import annotations

from harness.exports.export import Export, Feeds, Row, RowContext, assistant, pair_row, user
from harness.exports.shapes import MESSAGE, MESSAGES, Struct
from harness.models.pair import Pair


def _row(pair: Pair, _context: RowContext) -> Row:
    return {
        "messages": [user(pair.item.prompt)],
        "chosen": assistant(pair.chosen.text),
        "rejected": assistant(pair.rejected.text),
    }


EXPORT = Export(
    name="axolotl",
    title="Axolotl preferences, type chat_template.default",
    feeds=Feeds.PAIR,
    row=pair_row(_row),
    shape=Struct({"messages": MESSAGES, "chosen": MESSAGE, "rejected": MESSAGE}),
)
