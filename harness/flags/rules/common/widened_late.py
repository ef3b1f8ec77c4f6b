"""Two ints are multiplied and the product becomes a long.

Why: the product is computed in 32 bits and overflows before it is widened.

Bad (cpp):
    long long area = width * height;

Bad (csharp):
    long area = width * height;

Good (cpp):
    long long area = (long long)width * height;

Good (csharp):
    long area = (long)width * height;

Known misses: sums; products that stay in an int. Products with a constant are not flagged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.flags._number_types import conversions, number_type
from harness.flags.rule import CPP, CSHARP, Context, Finding, Rule
from harness.syntax.constants import fold
from harness.syntax.shapes import Binary, as_binary, bare
from harness.syntax.tree import Node


def check(context: Context) -> Iterable[Finding]:
    """Products of ints on the way to a long."""
    for width, value in conversions(context.doc.root):
        if width == "long":
            for product in _products(value):
                yield Finding(product.node, "this product of ints overflows before it is widened")


def _products(value: Node) -> Iterator[Binary]:
    stack = [value]
    while stack:
        binary = as_binary(bare(stack.pop()))
        if binary is None or binary.op not in ("+", "-", "*"):
            continue
        if binary.op == "*" and _is_int_product(binary):
            yield binary
        else:
            stack += [binary.left, binary.right]


def _is_int_product(one: Binary) -> bool:
    sides = (one.left, one.right)
    return all(number_type(side) == "int" and fold(side) is None for side in sides)


RULE = Rule(
    id="widened-late",
    languages=CPP | CSHARP,
    question="What is this product for two values of 100,000?",
    doc=__doc__,
    check=check,
)
