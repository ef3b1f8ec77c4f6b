"""Values that are known without running anything: constants, and bounds of integers.

``fold`` gives a Constant (whose ``value`` may be None, as in ``None``), or None when the value is
not known. ``bounds`` gives the least and greatest value an integer expression can have.
Both look only a bounded way into an expression.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

from harness.syntax.shapes import as_binary, as_call, bare, operand_of_not
from harness.syntax.tree import Node

MAX_DEPTH = 30
MAX_DIGITS = 60
MAX_TEXT = 1000

Scalar = int | float | str | bool | None


@dataclass(frozen=True, slots=True)
class Constant:
    """A known value."""

    value: Scalar


_WORDS: dict[str, Scalar] = {
    "true": True, "false": False, "none": None, "null": None, "null_literal": None,
    "undefined": None, "nullptr": None,
}  # fmt: skip
_NUMBERS = frozenset({"integer", "float", "number", "number_literal", "integer_literal",
                      "real_literal"})  # fmt: skip
_STRINGS = frozenset({"string", "string_literal"})
_NUMBER = re.compile(
    r"(-?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"([uUlLzZfFdDmMn]*)\Z"
)
_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul,
}  # fmt: skip
_ORDER: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "==": operator.eq, "!=": operator.ne, "===": operator.eq, "!==": operator.ne,
}  # fmt: skip


def fold(node: Node | None, depth: int = 0) -> Constant | None:
    """The constant an expression is, or None."""
    if node is None or depth > MAX_DEPTH:
        return None
    node = bare(node)
    literal = _literal(node)
    if literal is not None:
        return literal
    negated = operand_of_not(node)
    if negated is not None:
        inner = fold(negated, depth + 1)
        return None if inner is None else Constant(not inner.value)
    if node.type in ("unary_operator", "unary_expression", "prefix_unary_expression"):
        return _signed(node, depth)
    binary = as_binary(node)
    if binary is None:
        return None
    if binary.op not in ("and", "or"):
        # The right side of a long chain is short, and mostly settles the matter.
        right = fold(binary.right, depth + 1)
        left = fold(binary.left, depth + 1) if right is not None else None
        if left is None or right is None:
            return None
        return _combined(binary.op, left.value, right.value)
    left = fold(binary.left, depth + 1)
    if left is None or bool(left.value) is (binary.op == "or"):
        return left
    return fold(binary.right, depth + 1)


def _literal(node: Node) -> Constant | None:
    kind = node.type
    if kind in _NUMBERS:
        return _number(node.text)
    if kind in _WORDS and not node.parts:
        return Constant(_WORDS[kind])
    if kind == "boolean_literal":
        return Constant(node.text == "true")
    if kind in _STRINGS:
        return _string(node)
    return None


def _number(text: str) -> Constant | None:
    if text.startswith("-"):  # C++: the grammar takes the sign into the literal
        positive = _number(text[1:])
        value = positive.value if positive is not None else None
        return Constant(-value) if isinstance(value, int | float) else None
    found = _NUMBER.match(text.replace("_", "").replace("'", ""))
    if found is None or len(text) > MAX_DIGITS:
        return None
    minus, digits, suffix = found.groups()  # C++ reads -1 as one number
    sign = -1 if minus else 1
    if digits[:2].lower() in ("0x", "0b", "0o"):
        return Constant(sign * int(digits, 0))
    if any(mark in digits for mark in ".eE") or set(suffix) & set("fFdDmM"):
        return Constant(sign * float(digits))
    return Constant(sign * int(digits))


def _string(node: Node) -> Constant | None:
    """A string without escapes, prefixes or interpolation."""
    text = node.text
    quote = text[:1]
    if len(text) < 2 or quote not in "\"'" or text[-1] != quote or "\\" in text:
        return None
    if len(text) > MAX_TEXT or text[:3] in ('"""', "'''"):
        return None
    return Constant(text[1:-1])


def _signed(node: Node, depth: int) -> Constant | None:
    operand = node.get("argument") or (node.parts[0] if node.parts else None)
    inner = fold(operand, depth + 1)
    if inner is None or not _is_number(inner.value):
        return None
    assert isinstance(inner.value, int | float)
    if node.children[0].text == "-":
        return Constant(-inner.value)
    return inner if node.children[0].text == "+" else None


def _is_number(value: Scalar) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _combined(op: str, left: Scalar, right: Scalar) -> Constant | None:
    if isinstance(left, int | float) and isinstance(right, int | float):
        if op in _ORDER:
            return Constant(_ORDER[op](left, right))
        if op in _ARITHMETIC:
            value = _ARITHMETIC[op](left, right)
            return Constant(value) if abs(value) < 10.0**MAX_DIGITS else None
    if isinstance(left, str) and isinstance(right, str) and op in ("==", "!=", "===", "!=="):
        return Constant((left == right) == (op[0] == "="))
    return None


@dataclass(frozen=True, slots=True)
class Bounds:
    """Least and greatest value, both included; None: no bound is known."""

    low: float | None = None
    high: float | None = None


UNKNOWN = Bounds()
_LENGTH_CALLS = frozenset({"len", "size", "length", "strlen", "Count", "ssize"})
_LENGTH_NAMES = frozenset({"length", "Length", "Count"})


def bounds(node: Node | None, depth: int = 0) -> Bounds:
    """Bounds of an integer expression: literals, lengths, abs, remainders, sums of them."""
    if node is None or depth > MAX_DEPTH:
        return UNKNOWN
    node = bare(node)
    constant = fold(node)
    if constant is not None and isinstance(constant.value, int | float):
        return Bounds(constant.value, constant.value)
    if is_length(node):
        return Bounds(low=0)
    call = as_call(node)
    if call is not None:
        return Bounds(low=0) if call.name in ("abs", "Abs", "fabs") else UNKNOWN
    binary = as_binary(node)
    if binary is None:
        return UNKNOWN
    left, right = bounds(binary.left, depth + 1), bounds(binary.right, depth + 1)
    if binary.op == "+":
        return Bounds(_sum(left.low, right.low), _sum(left.high, right.high))
    if binary.op == "-":
        return Bounds(_sum(left.low, _negative(right.high)), _sum(left.high, _negative(right.low)))
    if binary.op == "%" and right.low is not None and right.low == right.high and right.low > 0:
        nonnegative = left.low is not None and left.low >= 0
        python = node.doc.language == "python"
        return Bounds(0 if nonnegative or python else 1 - right.low, right.low - 1)
    return UNKNOWN


def is_length(node: Node) -> bool:
    """``len(x)``, ``x.length``, ``x.size()``, ``x.Count``: never negative."""
    node = bare(node)
    call = as_call(node)
    if call is not None:
        return call.name in _LENGTH_CALLS and len(call.args) == (1 if call.receiver is None else 0)
    if node.type in ("member_expression", "member_access_expression"):
        name = node.get("property") or node.get("name")
        return name is not None and name.text in _LENGTH_NAMES
    return False


def length_of(node: Node) -> Node | None:
    """The thing whose length an expression is."""
    node = bare(node)
    if not is_length(node):
        return None
    call = as_call(node)
    if call is not None:
        return call.receiver or call.args[0]
    return node.get("object") or node.get("expression")


def _sum(left: float | None, right: float | None) -> float | None:
    return None if left is None or right is None else left + right


def _negative(value: float | None) -> float | None:
    return None if value is None else -value
