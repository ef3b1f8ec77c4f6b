"""A semicolon stands between a condition or loop and what it was meant to govern.

Why: the semicolon is the whole body; what follows runs once and always.

Bad:
    if (count > limit);
    {
        count = limit;
    }

Good:
    if (count > limit)
    {
        count = limit;
    }

Known misses: loops whose next line is not indented. A loop with an empty body on purpose is not
flagged.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import CPP, CSHARP, JAVASCRIPT, Context, Finding, Rule
from harness.syntax.blocks import branches, loops
from harness.syntax.tree import Node

_BLOCKS = frozenset({"block", "statement_block", "compound_statement"})


def check(context: Context) -> Iterable[Finding]:
    """Empty bodies of conditions, and of loops that are followed by what looks like theirs."""
    for branch in branches(context.doc):
        if _is_empty(branch.then) and branch.otherwise is None and branch.then is not None:
            yield Finding(branch.then, "this semicolon is all that the condition governs")
    for loop in loops(context.doc):
        if loop.kind != "do" and loop.body is not None and _is_empty(loop.body):
            below = loop.node.next
            if below is not None and _looks_like_body(below, loop.node):
                yield Finding(loop.body, "this semicolon is the whole body of the loop")


def _is_empty(node: Node | None) -> bool:
    return node is not None and node.text == ";"


def _looks_like_body(below: Node, loop: Node) -> bool:
    if below.type in _BLOCKS:
        return True
    place = loop.doc.place
    return below.line > loop.line and place(below.start)[1] > place(loop.start)[1]


RULE = Rule(
    id="stray-semicolon",
    languages=JAVASCRIPT | CPP | CSHARP,
    question="What does this condition or loop govern?",
    doc=__doc__,
    check=check,
)
