"""TRL's preference format as conversations with an explicit prompt: the default."""

from __future__ import annotations

from harness.exports.export import Export, Feeds, Row, RowContext, assistant, pair_row, user
from harness.exports.shapes import MESSAGES, Struct
from harness.models.pair import Pair


def _row(pair: Pair, _context: RowContext) -> Row:
    return {
        "prompt": [user(pair.item.prompt)],
        "chosen": [assistant(pair.chosen.text)],
        "rejected": [assistant(pair.rejected.text)],
    }


EXPORT = Export(
    name="trl-dpo-chat",
    title="TRL preference pairs, explicit prompt, conversations (DPO, ORPO, CPO)",
    feeds=Feeds.PAIR,
    row=pair_row(_row),
    shape=Struct({"prompt": MESSAGES, "chosen": MESSAGES, "rejected": MESSAGES}),
)
