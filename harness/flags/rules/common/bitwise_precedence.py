"""A comparison stands beside &, | or ^ without parentheses.

Why: the comparison is computed first: `flags & 1 == 0` means `flags & (1 == 0)`.

Bad (javascript):
    if (flags & 1 == 0) return "even";

Bad (cpp):
    if (flags & 1 == 0) return "even";

Good (javascript):
    if ((flags & 1) == 0) return "even";

Good (cpp):
    if ((flags & 1) == 0) return "even";

Known misses: names that may hold a number or a truth value.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import CPP, JAVASCRIPT, Context, Finding, Rule
from harness.syntax.constants import fold
from harness.syntax.kinds import kind_of
from harness.syntax.shapes import COMPARISONS, Binary, as_binary, binaries
from harness.syntax.tree import Node

_EQUAL = frozenset({"==", "!=", "===", "!=="})
_ARITHMETIC = frozenset({"+", "-", "*", "/", "%", "<<", ">>"})


def check(context: Context) -> Iterable[Finding]:
    """Such operators with a comparison on one side and a number on the other."""
    for one in binaries(context.doc):
        if one.op not in ("&", "|", "^"):
            continue
        for number, other in ((one.left, one.right), (one.right, one.left)):
            test = as_binary(other)
            if test is not None and test.op in COMPARISONS and _is_odd(number, test):
                yield Finding(one.node, f"{test.node.text} is computed before {one.op}")
                break


def _is_odd(number: Node, test: Binary) -> bool:
    return fold(test.node) is not None or _is_number(number, test.op)


def _is_number(node: Node, op: str) -> bool:
    kind = kind_of(node)
    if kind:
        return kind in ("int", "float")
    binary = as_binary(node)
    if binary is not None:
        return binary.op in _ARITHMETIC
    constant = fold(node)
    if constant is not None:
        return isinstance(constant.value, int) and not isinstance(constant.value, bool)
    return op in _EQUAL and node.type == "subscript_expression"


RULE = Rule(
    id="bitwise-precedence",
    languages=JAVASCRIPT | CPP,
    question="What should be computed first?",
    doc=__doc__,
    check=check,
)
