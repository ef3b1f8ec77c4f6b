"""Axolotl's ``chat_template.default`` preference format.

Axolotl renders an answer with the chat template, looks for it in what came out and keeps what
begins there. Many templates (Llama 3, Gemma, Mistral) render answers without outer white space: an
answer that has some is then not found, and its last character is all that is trained on. So
answers leave without it; what is indented as a whole moves left as a whole.
"""

from __future__ import annotations

from harness.exports.export import Drop, Export, Feeds, Row, RowContext, assistant, pair_row, user
from harness.exports.shapes import MESSAGE, MESSAGES, Struct
from harness.models.pair import Pair


def _row(pair: Pair, _context: RowContext) -> Row:
    chosen, rejected = _flush(pair.chosen.text), _flush(pair.rejected.text)
    if not chosen or not rejected:
        raise Drop("an answer without text")
    return {
        "messages": [user(pair.item.prompt)],
        "chosen": assistant(chosen),
        "rejected": assistant(rejected),
    }


def _flush(text: str) -> str:
    """The text without outer white space, and without the indent that all its lines share."""
    if not text[:1].isspace():
        return text.rstrip()
    lines = text.split("\n")
    indents = [line[: len(line) - len(line.lstrip(" \t"))] for line in lines if line.strip()]
    shared = min(indents, key=len, default="")
    return "\n".join(line.removeprefix(shared) for line in lines).strip()


EXPORT = Export(
    name="axolotl",
    title="Axolotl preferences, type chat_template.default",
    feeds=Feeds.PAIR,
    row=pair_row(_row),
    shape=Struct({"messages": MESSAGES, "chosen": MESSAGE, "rejected": MESSAGE}),
)
