"""A plain text or number stands where `and` or `or` wants a condition.

Why: a text counts as true, so `x == "a" or "b"` is always true: the comparison does not reach the
second value.

Bad:
    if word == "yes" or "y":

Good:
    if word in ("yes", "y"):

Known misses: names in place of the constants. `name or "default"` is passed over where a value is
wanted.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._values import is_outermost, literal, operands
from harness.flags.rule import CPP, JAVASCRIPT, PYTHON, Context, Finding, Rule
from harness.syntax.shapes import as_binary, binaries
from harness.syntax.tree import Node

_CONDITIONS = frozenset({"if_statement", "elif_clause", "while_statement", "condition_clause",
                         "parenthesized_expression", "do_statement"})  # fmt: skip
_EQUALITY = frozenset({"==", "===", "!=", "!=="})


def check(context: Context) -> Iterable[Finding]:
    """Constant operands after a comparison, before the last place, or in a condition."""
    for one in binaries(context.doc):
        if one.op in ("and", "or") and is_outermost(one.node, one.op):
            row = operands(one.node, one.op)
            for number, operand in enumerate(row):
                if _is_constant(operand) and _is_odd(one.node, one.op, row, number):
                    yield Finding(operand, f"{operand.text} alone is always true here")


def _is_constant(node: Node) -> bool:
    constant = literal(node)
    if constant is None or constant.value is None or isinstance(constant.value, bool):
        return False
    return bool(constant.value) and not as_binary(node)


def _is_odd(whole: Node, op: str, row: list[Node], number: int) -> bool:
    before = as_binary(row[number - 1]) if number else None
    if op == "or" and before is not None and before.op in _EQUALITY:
        return literal(before.left) is None
    constant = literal(row[number])
    if constant is not None and constant.value == 1:  # 1 and 0 switch code on and off
        return False
    if number < len(row) - 1:
        return isinstance(constant.value if constant else None, str) or op == "or"
    return _is_condition(whole) and op == "or"


def _is_condition(node: Node) -> bool:
    parent = node.parent
    while parent is not None and parent.type == "parenthesized_expression":
        node, parent = parent, parent.parent
    return (
        parent is not None and parent.type in _CONDITIONS and node.field in ("condition", "value")
    )


RULE = Rule(
    id="constant-operand",
    languages=PYTHON | JAVASCRIPT | CPP,
    question="What should be compared with this value?",
    doc=__doc__,
    check=check,
)
