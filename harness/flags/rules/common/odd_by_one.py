"""Whether a number is odd is asked by `x % 2 == 1`.

Why: the remainder of a negative odd number is -1 here: it counts as even.

Bad (javascript):
    const isOdd = (n) => n % 2 === 1;

Good (javascript):
    const isOdd = (n) => n % 2 !== 0;

Known misses: numbers of which the program does not show that they may be negative: only those are
flagged that it takes the absolute value of, negates or compares with zero elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.flags.rule import CPP, CSHARP, JAVASCRIPT, Context, Finding, Rule
from harness.models import Language
from harness.syntax.constants import bounds, fold
from harness.syntax.kinds import declared_type
from harness.syntax.scopes import scopes
from harness.syntax.shapes import as_binary, as_call, bare, comparisons
from harness.syntax.tree import Node

_EQUALITY = frozenset({"==", "==="})
_UNSIGNED = re.compile(r"unsigned|size_t|\buint|\bulong|\bushort|\bbyte")


def check(context: Context) -> Iterable[Finding]:
    """Remainders by two compared with one, of numbers that may be negative."""
    for one in comparisons(context.doc):
        if one.op not in _EQUALITY or not _is_one(one.right):
            continue
        remainder = as_binary(bare(one.left))
        if remainder is None or remainder.op != "%":
            continue
        divisor = fold(remainder.right)
        if divisor is not None and divisor.value == 2 and _may_be_negative(remainder.left, context):
            said = bare(remainder.left).text
            yield Finding(one.node, f"if {said} is negative and odd, this is false")


def _is_one(node: Node) -> bool:
    constant = fold(node)
    return constant is not None and constant.value == 1 and constant.value is not True


def _may_be_negative(node: Node, context: Context) -> bool:
    """Whether the program reckons with negative values of this very name."""
    node = bare(node)
    low = bounds(node).low
    if node.type != "identifier" or (low is not None and low >= 0):
        return False
    variable = scopes(node.doc).variable_of(node)
    if variable is None or variable.kind not in ("param", "local") or variable.writes[1:]:
        return False
    if context.language is Language.CPP and _UNSIGNED.search(declared_type(variable)):
        return False
    return any(_reckons(one) for one in variable.reads)


def _reckons(read: Node) -> bool:
    """``abs(x)``, ``x < 0`` without leaving, ``-x``."""
    parent = read.parent
    if parent is None:
        return False
    if parent.type in ("unary_expression", "prefix_unary_expression"):
        return parent.children[0].text == "-"
    holder = parent.parent.parent if parent.type == "argument" and parent.parent else parent.parent
    call = as_call(holder) if holder is not None else None
    return call is not None and call.name in ("abs", "Abs") and read.field != "function"


RULE = Rule(
    id="odd-by-one",
    languages=JAVASCRIPT | CPP | CSHARP,
    question="What should happen with negative numbers?",
    doc=__doc__,
    check=check,
)
