"""A loop has an else, and no break that would pass it by.

Why: the else of a loop runs when the loop ends without a break: this one always does.

Bad:
    for value in values:
        if value == wanted:
            found = True
    else:
        found = False

Good:
    for value in values:
        if value == wanted:
            found = True
            break
    else:
        found = False

Known misses: none.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import PYTHON, Context, Finding, Rule
from harness.syntax.blocks import loops
from harness.syntax.tree import Node

_LOOPS = ("for_statement", "while_statement")


def check(context: Context) -> Iterable[Finding]:
    """Else clauses of loops that nothing breaks, nor leaves by a return."""
    for loop in loops(context.doc):
        otherwise = loop.node.get("alternative")
        if otherwise is not None and loop.body is not None and not _leaves(loop.body, loop.node):
            yield Finding(otherwise, "the loop has no break, so this always runs after it")


def _leaves(body: Node, loop: Node) -> bool:
    for node in body.walk():
        if node.type in ("return_statement", "raise_statement"):
            return True
        if node.type == "break_statement" and _loop_of(node) is loop:
            return True
    return False


def _loop_of(node: Node) -> Node | None:
    """The loop that a break leaves: not the one whose else it stands in."""
    below = node
    for above in node.ancestors:
        if above.type in _LOOPS and below.field != "alternative":
            return above
        below = above
    return None


RULE = Rule(
    id="for-else-without-break",
    languages=PYTHON,
    question="Does this else belong to the loop or to the if inside it?",
    doc=__doc__,
    check=check,
)
