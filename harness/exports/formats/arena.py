"""Battles as chatbot arenas publish them: two models, two conversations, a winner or a tie."""

from __future__ import annotations

from harness.exports.export import Export, Feeds, Row, RowContext, assistant, pair_row, user
from harness.exports.shapes import MESSAGES, TEXT, YES_NO, Struct
from harness.models.pair import Outcome, Pair

_WINNER = {
    Outcome.FIRST: "model_a", Outcome.SECOND: "model_b", Outcome.TIE: "tie",
    Outcome.BOTH_BAD: "both_bad",
}  # fmt: skip


def _row(pair: Pair, _context: RowContext) -> Row:
    asked = user(pair.item.prompt)
    return {
        "id": f"{pair.item.item_id}-{pair.first.position}-{pair.second.position}",
        "model_a": pair.first.model,
        "model_b": pair.second.model,
        "winner": _WINNER[pair.outcome],
        "conversation_a": [asked, assistant(pair.first.text)],
        "conversation_b": [asked, assistant(pair.second.text)],
        "language": pair.item.language,
        "is_code": True,
    }


EXPORT = Export(
    name="arena",
    title="Battles of two models with winner, tie or both bad (Bradley-Terry, Elo)",
    feeds=Feeds.PAIR,
    row=pair_row(_row),
    shape=Struct(
        {
            "id": TEXT, "model_a": TEXT, "model_b": TEXT, "winner": TEXT,
            "conversation_a": MESSAGES, "conversation_b": MESSAGES, "language": TEXT,
            "is_code": YES_NO,
        }
    ),
    ties=True,
    distinct=False,
    tasks=("text-classification",),
)  # fmt: skip
