"""A computed fraction is compared for equality.

Why: 0.1 + 0.2 is not 0.3: fractions are rounded at each step, and equality fails by the last bit.

Bad:
    if price * 1.2 == total:

Good:
    if abs(price * 1.2 - total) < 1e-9:

Known misses: values of which the program does not show that they are fractions. Comparing with a
whole number, which asks whether a value is whole, is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._values import literal
from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.syntax.kinds import kind_of
from harness.syntax.shapes import as_binary, bare, comparisons
from harness.syntax.tree import Node

_EQUALITY = frozenset({"==", "!=", "===", "!=="})
_ARITHMETIC = frozenset({"+", "-", "*", "/"})


def check(context: Context) -> Iterable[Finding]:
    """Equality of a sum, product or quotient with fractions in it."""
    for one in comparisons(context.doc):
        if one.op not in _EQUALITY:
            continue
        for side, other in ((one.left, one.right), (one.right, one.left)):
            if _is_computed(side) and not _is_whole(other):
                yield Finding(one.node, f"{bare(side).text} is rounded; equality may fail by a bit")
                break


def _is_computed(node: Node) -> bool:
    """Arithmetic in which a constant stands that has no exact form."""
    node = bare(node)
    binary = as_binary(node)
    if binary is None or binary.op not in _ARITHMETIC:
        return False
    return any(_is_inexact(part) for part in node.walk())


def _is_inexact(node: Node) -> bool:
    if node.text[-1:] in "mM":  # C#: decimal
        return False
    if node.type not in ("float", "number", "number_literal", "real_literal"):
        return False
    constant = literal(node)
    if constant is None or not isinstance(constant.value, float):
        return False
    return (constant.value * 1024) % 1 != 0


def _is_whole(node: Node) -> bool:
    return kind_of(node) in ("int", "str", "bool", "none")


RULE = Rule(
    id="float-equality",
    languages=PROCEDURAL,
    question="How exact does this have to be?",
    doc=__doc__,
    check=check,
)
