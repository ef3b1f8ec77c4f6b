"""The program does not parse.

Why: nothing of it can run; whatever else is wrong with it no longer matters.

Bad:
    def area(width, height)
        return width * height

Good:
    def area(width, height):
        return width * height

Known misses: what a grammar accepts and a compiler refuses (types, a break outside a loop).
SQL is left out: its dialects differ too much for a grammar to have the last word.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import PROCEDURAL, Context, Finding, Rule, Span
from harness.models import Layer
from harness.syntax.tree import Document, Node

MAX_SHOWN = 3
_PYTHON_2 = {
    "print_statement": "print is a function: print(…)",
    "exec_statement": "exec is a function: exec(…)",
}


def check(context: Context) -> Iterable[Finding]:
    """The first errors, and what only Python 2 would take."""
    doc = context.doc
    last_line = 0
    shown = 0
    for node in sorted(doc.errors, key=lambda one: one.start):
        if node.line <= last_line + 1 and last_line:
            continue
        last_line = node.doc.place(node.end)[0]
        yield Finding(_short(doc, node), _message(node))
        shown += 1
        if shown == MAX_SHOWN:
            return
    for kind, message in _PYTHON_2.items():
        for node in doc.all(kind):
            yield Finding(node, message)


def _message(node: Node) -> str:
    if node.missing:
        return f"{node.type} is missing here"
    if node.type != "ERROR":
        return "this cannot stand here: wrong indent, or a return outside a function"
    return f"this cannot be parsed: {node.text.strip()[:60]}"


def _short(doc: Document, node: Node) -> Span:
    """At most the first line: an error may reach to the end of the file."""
    end = doc.data.find(b"\n", node.start, node.end)
    return Span(doc, node.start, node.end if end < 0 else end)


RULE = Rule(
    id="syntax-error",
    languages=PROCEDURAL,
    question="Does it fail to parse here, or is it a dialect the checker does not know?",
    doc=__doc__,
    check=check,
    layer=Layer.CONTRACT,
    broken=True,
)
