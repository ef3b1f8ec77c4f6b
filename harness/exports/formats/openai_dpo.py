"""OpenAI's preference fine-tuning format."""

from __future__ import annotations

from harness.exports.export import Export, Feeds, Row, RowContext, assistant, pair_row, user
from harness.exports.shapes import ANY, MESSAGES, YES_NO, ListOf, Struct
from harness.models.pair import Pair


def _row(pair: Pair, _context: RowContext) -> Row:
    return {
        "input": {
            "messages": [user(pair.item.prompt)],
            "tools": [],
            "parallel_tool_calls": True,
        },
        "preferred_output": [assistant(pair.chosen.text)],
        "non_preferred_output": [assistant(pair.rejected.text)],
    }


EXPORT = Export(
    name="openai-dpo",
    title="OpenAI preference fine-tuning, one assistant message an output",
    feeds=Feeds.PAIR,
    row=pair_row(_row),
    shape=Struct(
        {
            "input": Struct(
                {"messages": MESSAGES, "tools": ListOf(ANY), "parallel_tool_calls": YES_NO}
            ),
            "preferred_output": MESSAGES,
            "non_preferred_output": MESSAGES,
        }
    ),
)
