"""TRL's preference format with plain texts: prompt, chosen, rejected."""

from __future__ import annotations

from harness.exports.export import Export, Feeds, Row, RowContext, pair_row
from harness.exports.shapes import TEXT, Struct
from harness.models.pair import Pair


def _row(pair: Pair, _context: RowContext) -> Row:
    return {
        "prompt": pair.item.prompt,
        "chosen": pair.chosen.text,
        "rejected": pair.rejected.text,
    }


EXPORT = Export(
    name="trl-dpo",
    title="TRL preference pairs, explicit prompt, plain texts (DPO, ORPO, CPO)",
    feeds=Feeds.PAIR,
    row=pair_row(_row),
    shape=Struct({"prompt": TEXT, "chosen": TEXT, "rejected": TEXT}),
)
