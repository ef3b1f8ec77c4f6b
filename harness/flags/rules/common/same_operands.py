"""Both sides of an operator are the same.

Why: the result is known beforehand; one side was meant to be something else.

Bad:
    if left.name == left.name and left.age == left.age:

Good:
    if left.name == right.name and left.age == right.age:

Known misses: sides that are equal in meaning but spelled differently. `x != x`, which asks for
NaN, is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._values import is_outermost, literal, operands
from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.syntax.shapes import Binary, binaries, is_pure
from harness.syntax.tree import Node, same

_ODD = frozenset({"==", "===", "<", "<=", ">", ">=", "-", "/", "//", "%", "&", "|", "^", "is",
                  "is not", "in", "not in", "!=", "!=="})  # fmt: skip
_NAN = frozenset({"!=", "!=="})


def check(context: Context) -> Iterable[Finding]:
    """Operators with equal sides, and repeated operands of ``and`` and ``or``."""
    for one in binaries(context.doc):
        if one.op in ("and", "or"):
            yield from _repeated(one)
        elif one.op in _ODD and _is_odd(one):
            yield Finding(one.node, f"both sides of {one.op} are {one.left.text}")


def _is_odd(one: Binary) -> bool:
    if not same(one.left, one.right) or not is_pure(one.left) or literal(one.left) is not None:
        return False
    if one.op in _NAN and one.left.type == "identifier":
        return False
    return one.node.inside("assert_statement", "lambda_capture_specifier") is None


def _repeated(one: Binary) -> Iterable[Finding]:
    if not is_outermost(one.node, one.op):
        return
    seen: dict[str, Node] = {}
    for operand in operands(one.node, one.op):
        if operand.text in seen and is_pure(operand):
            yield Finding(operand, f"{operand.text} is already said in this condition")
        seen[operand.text] = operand


RULE = Rule(
    id="same-operands",
    languages=PROCEDURAL,
    question="What should this be compared with?",
    doc=__doc__,
    check=check,
)
