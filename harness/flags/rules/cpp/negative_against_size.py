"""A signed variable that can be negative is compared with size().

Why: size() is unsigned, so -1 is converted to the largest number of all before it is compared:
-1 < v.size() is false.

Bad:
    int at = -1;
    while (at < v.size()) at++;

Good:
    int at = -1;
    while (at < (int)v.size()) at++;

Known misses: variables that become negative by arithmetic only.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._number_types import number_type, variable_type
from harness.flags.rule import CPP, Context, Finding, Rule
from harness.syntax.constants import fold
from harness.syntax.scopes import Variable
from harness.syntax.shapes import as_assign, bare, comparisons
from harness.syntax.tree import Node

_ORDER = frozenset({"<", "<=", ">", ">="})


def check(context: Context) -> Iterable[Finding]:
    """Order comparisons of such a variable with a size, outside an own test for >= 0."""
    for one in comparisons(context.doc):
        if one.op not in _ORDER:
            continue
        for side, other in ((one.left, one.right), (one.right, one.left)):
            variable = context.scopes.variable_of(bare(side))
            if variable is None or number_type(other) != "size":
                continue
            if _can_be_negative(variable) and not _is_tested(variable):
                message = f"{variable.name} may be negative; {bare(other).text} is unsigned"
                yield Finding(one.node, message)


def _can_be_negative(variable: Variable) -> bool:
    return variable_type(variable) == "int" and any(_is_negative(one) for one in variable.writes)


def _is_negative(write: Node) -> bool:
    assign = as_assign(write.parent) if write.parent is not None else None
    if assign is None or assign.target is not write or assign.op != "=":
        return False
    constant = fold(assign.value)
    return constant is not None and isinstance(constant.value, int) and constant.value < 0


def _is_tested(variable: Variable) -> bool:
    """Whether the program asks anywhere whether it is negative."""
    tests = (one for one in comparisons(variable.scope.node.doc))
    return any(
        (value := fold(one.right)) is not None and value.value in (0, -1)
        and bare(one.left).text == variable.name
        for one in tests
    )  # fmt: skip


RULE = Rule(
    id="negative-against-size",
    languages=CPP,
    question="What is this for -1?",
    doc=__doc__,
    check=check,
)
