"""A condition is always true, or always false, whatever the values are.

Why: the test tests nothing: `or` and `and` were mixed up, or a bound is out of reach.

Bad:
    if letter != "a" or letter != "e":
        consonants += 1

Good:
    if letter != "a" and letter != "e":
        consonants += 1

Known misses: conditions that follow from others elsewhere; floating-point bounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from harness.flags._values import is_outermost, literal, operands
from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.syntax.constants import Bounds, bounds, is_length
from harness.syntax.shapes import Binary, as_binary, binaries, comparisons, is_pure
from harness.syntax.tree import Node

_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_EQUAL = frozenset({"==", "==="})
_UNEQUAL = frozenset({"!=", "!=="})
MAX_KNOWN = 20


@dataclass(frozen=True, slots=True)
class _Known:
    """A comparison of something with a constant."""

    node: Node
    subject: str
    op: str
    value: object


def check(context: Context) -> Iterable[Finding]:
    """Pairs of comparisons that cover everything or exclude each other; bounds out of reach."""
    for one in binaries(context.doc):
        if one.op in ("and", "or") and is_outermost(one.node, one.op):
            known = list(_known(one))
            yield from _pairs(one.op, known)
    for one in comparisons(context.doc):
        result = _beyond(one)
        if result is not None:
            yield Finding(one.node, f"{one.node.text} is always {str(result).lower()}")


def _known(one: Binary) -> Iterator[_Known]:
    for operand in operands(one.node, one.op)[:MAX_KNOWN]:
        binary = as_binary(operand)
        if binary is None:
            continue
        left, right = literal(binary.left), literal(binary.right)
        if right is not None and left is None and is_pure(binary.left):
            yield _Known(operand, binary.left.text, binary.op, right.value)
        elif left is not None and right is None and is_pure(binary.right):
            op = _FLIPPED.get(binary.op, binary.op)
            yield _Known(operand, binary.right.text, op, left.value)


def _pairs(op: str, known: list[_Known]) -> Iterator[Finding]:
    for number, second in enumerate(known):
        for first in known[:number]:
            if first.subject == second.subject and _is_settled(op, first, second):
                result = "always true" if op == "or" else "never true"
                message = f"{first.node.text} {op} {second.node.text} is {result}"
                yield Finding(second.node, message, related=((first.node, "the other half"),))
                return


def _is_settled(op: str, first: _Known, second: _Known) -> bool:
    """Whether ``or`` of both is always true, or ``and`` of both never."""
    if type(first.value) is not type(second.value):
        return False
    both = _UNEQUAL if op == "or" else _EQUAL
    if first.op in both and second.op in both:
        return first.value != second.value
    low, high = (first, second) if first.op[0] == ">" else (second, first)
    if low.op not in (">", ">=") or high.op not in ("<", "<="):
        return False
    below, above = low.value, high.value
    if isinstance(below, bool) or not isinstance(below, int | float):
        return False
    assert isinstance(above, int | float)
    if op == "and":  # x > 5 and x < 3
        return below > above or (below == above and low.op + high.op != ">=<=")
    return below < above or (below == above and low.op + high.op != "><")


def _beyond(one: Binary) -> bool | None:
    """The result of a comparison that its bounds decide; lengths have a rule of their own."""
    if is_length(one.left) or is_length(one.right):
        return None
    if literal(one.left) is not None and literal(one.right) is not None:
        return None
    left, right = bounds(one.left), bounds(one.right)
    less = _always_less(left, right, strict=True)
    more = _always_less(right, left, strict=True)
    if one.op in _EQUAL | _UNEQUAL:
        return one.op in _UNEQUAL if less or more else None
    if one.op in (">", ">="):
        left, right, less, more = right, left, more, less
    if one.op in ("<", ">"):
        return True if less else False if _always_less(right, left, strict=False) else None
    if one.op in ("<=", ">="):
        return True if _always_less(left, right, strict=False) else False if more else None
    return None


def _always_less(left: Bounds, right: Bounds, *, strict: bool) -> bool:
    if left.high is None or right.low is None:
        return False
    return left.high < right.low or (not strict and left.high == right.low)


RULE = Rule(
    id="constant-condition",
    languages=PROCEDURAL,
    question="For which values should this be true, and for which false?",
    doc=__doc__,
    check=check,
)
