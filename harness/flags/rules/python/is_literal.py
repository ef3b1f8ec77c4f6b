"""`is` compares with a number, a text or another literal.

Why: `is` asks whether it is the same object, which equal numbers and texts need not be.

Bad:
    if answer is "yes":

Good:
    if answer == "yes":

Known misses: literals that were first put in a variable.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import PYTHON, Context, Finding, Rule
from harness.syntax.shapes import bare, comparisons
from harness.syntax.tree import Node

_LITERALS = frozenset({"string", "integer", "float", "list", "dictionary", "set", "tuple",
                       "concatenated_string", "unary_operator"})  # fmt: skip


def check(context: Context) -> Iterable[Finding]:
    """Identity tests with a literal on either side."""
    for one in comparisons(context.doc):
        if one.op in ("is", "is not"):
            for side in (one.right, one.left):
                if _is_literal(bare(side)):
                    equal = "==" if one.op == "is" else "!="
                    yield Finding(one.node, f"{one.op} compares objects; {equal} compares values")
                    break


def _is_literal(node: Node) -> bool:
    if node.type == "unary_operator":
        return bool(node.parts) and node.parts[0].type in ("integer", "float")
    return node.type in _LITERALS


RULE = Rule(
    id="is-literal",
    languages=PYTHON,
    question="Should the values be equal, or the same object?",
    doc=__doc__,
    check=check,
)
