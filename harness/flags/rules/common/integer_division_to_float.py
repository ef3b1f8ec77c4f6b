"""Two whole numbers are divided and the result becomes a floating one.

Why: the division cuts off the fraction before anything is converted: 7 / 2 is 3, then 3.0.

Bad:
    double mean = sum / count;

Good:
    double mean = (double)sum / count;

Known misses: numbers of which the program does not say what they are. The product of two
neighbours halved, n * (n + 1) / 2, has no fraction and is not flagged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.flags._number_types import WHOLE, conversions, number_type
from harness.flags.rule import CPP, CSHARP, Context, Finding, Rule
from harness.syntax.constants import fold
from harness.syntax.shapes import Binary, as_binary, bare, binaries, calls
from harness.syntax.tree import Node, same

_ROUNDING_UP = frozenset({"ceil", "round", "Ceiling", "Round"})
_SUMS = frozenset({"+", "-", "*"})


def check(context: Context) -> Iterable[Finding]:
    """Whole divisions that are given to floating places or to ceil and round."""
    for value in _floating_places(context):
        for division in _divisions(value):
            yield Finding(division.node, "this division of whole numbers drops the fraction")


def _floating_places(context: Context) -> Iterator[Node]:
    for width, value in conversions(context.doc.root):
        if width == "float":
            yield value
    for binary in binaries(context.doc):
        if binary.op in _SUMS:
            for side, other in ((binary.left, binary.right), (binary.right, binary.left)):
                if number_type(other) == "float":
                    yield side
    for call in calls(context.doc):
        if call.name in _ROUNDING_UP and len(call.args) == 1:
            yield call.args[0]


def _divisions(value: Node) -> Iterator[Binary]:
    """Divisions on the way to the value, through sums and products."""
    stack = [value]
    while stack:
        binary = as_binary(bare(stack.pop()))
        if binary is None:
            continue
        if binary.op in _SUMS:
            stack += [binary.left, binary.right]
        elif binary.op == "/" and _drops_fraction(binary):
            yield binary


def _drops_fraction(one: Binary) -> bool:
    if number_type(one.left) not in WHOLE or number_type(one.right) not in WHOLE:
        return False
    left, right = fold(one.left), fold(one.right)
    if left is not None and right is not None:
        values = left.value, right.value
        return all(isinstance(v, int) for v in values) and bool(values[1]) and _rest(*values)
    return not _is_product_of_neighbours(one.left)


def _rest(left: object, right: object) -> bool:
    return isinstance(left, int) and isinstance(right, int) and left % right != 0


def _is_product_of_neighbours(node: Node) -> bool:
    product = as_binary(bare(node))
    if product is None or product.op != "*":
        return False
    left, right = bare(product.left), bare(product.right)
    return _is_next_to(left, right) or _is_next_to(right, left)


def _is_next_to(node: Node, other: Node) -> bool:
    inner = as_binary(node)
    if inner is None or inner.op not in ("+", "-"):
        return False
    step = fold(inner.right)
    return same(inner.left, other) and step is not None and step.value == 1


RULE = Rule(
    id="integer-division-to-float",
    languages=CPP | CSHARP,
    question="Which value does this have for 7 and 2?",
    doc=__doc__,
    check=check,
)
