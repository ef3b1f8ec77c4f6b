"""Equality of normalised values, with the place of the first difference.

Numbers compare as in Python: ``True`` equals 1, 2 equals 2.0 (JavaScript has one number
type), integers of any size are exact, and a NaN equals a NaN, since a task that expects NaN
could be met by nothing else. Tolerances are applied in exact rational arithmetic, so a large
integer is never rounded to a float.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from harness.runners.compare.wire import Opaque, Tagged, show_plain

Number = int | float | complex | Decimal
_SHORT = 120
_JSON_KINDS = {
    "NoneType": "null", "bool": "boolean", "int": "number", "float": "number", "str": "string",
    "list": "array", "tuple": "tuple", "dict": "object", "frozenset": "set",
}  # fmt: skip


@dataclass(frozen=True)
class Rules:
    """How values compare. strict: a tuple is not a list. Tolerances None: exact numbers.

    language: whose notation the messages use; they are about a program in it.
    """

    strict: bool = False
    rel_tol: float | None = None
    abs_tol: float | None = None
    language: str = "python"

    @property
    def tolerant(self) -> bool:
        """Whether any tolerance is set."""
        return self.rel_tol is not None or self.abs_tol is not None

    def show(self, value: Any, cap: int = _SHORT) -> str:
        """A value in the language's notation."""
        return show_plain(value, self.language, cap)

    def kind(self, value: Any) -> str:
        """What a value is, in words that fit the language."""
        name = type(value).__name__
        return name if self.language == "python" else _JSON_KINDS.get(name, name)


def difference(expected: Any, actual: Any, rules: Rules, path: str = "") -> str | None:
    """Return where and how ``actual`` departs from ``expected``, or None if it does not."""
    if isinstance(expected, Opaque) or isinstance(actual, Opaque):
        return _differs(expected, actual, rules, path) + " (a value that cannot be compared)"
    if _is_number(expected) and _is_number(actual):
        return (
            None
            if numbers_equal(expected, actual, rules)
            else _differs(expected, actual, rules, path)
        )
    if isinstance(expected, list | tuple) and isinstance(actual, list | tuple):
        return _sequence(expected, actual, rules, path)
    if isinstance(expected, dict) and isinstance(actual, dict):
        return _mapping(expected, actual, rules, path)
    if isinstance(expected, frozenset) and isinstance(actual, frozenset):
        return bag(expected, actual, rules, path)
    if isinstance(expected, Tagged) and isinstance(actual, Tagged):
        same = expected.kind == actual.kind and _content_equal(expected, actual, rules)
        return None if same else _differs(expected, actual, rules, path)
    if type(expected) is type(actual) and expected == actual:
        return None
    return _differs(expected, actual, rules, path)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | complex | Decimal)


def _content_equal(expected: Tagged, actual: Tagged, rules: Rules) -> bool:
    return difference(expected.content, actual.content, rules) is None


def numbers_equal(expected: Number, actual: Number, rules: Rules) -> bool:
    """Compare two numbers under ``rules``; booleans are never given a tolerance."""
    if isinstance(expected, complex) or isinstance(actual, complex):
        left, right = complex(expected), complex(actual)
        real = numbers_equal(left.real, right.real, rules)
        return real and numbers_equal(left.imag, right.imag, rules)
    if expected == actual or (_nan(expected) and _nan(actual)):
        return True
    finite = not any(isinstance(x, float) and not math.isfinite(x) for x in (expected, actual))
    if not rules.tolerant or not finite or isinstance(expected, bool) or isinstance(actual, bool):
        return False
    left_exact, right_exact = Fraction(expected), Fraction(actual)
    # Relative to the expected value alone: the candidate must not widen its own tolerance.
    slack = max(Fraction(rules.rel_tol or 0) * abs(left_exact), Fraction(rules.abs_tol or 0))
    return abs(left_exact - right_exact) <= slack


def _nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _sequence(expected: Any, actual: Any, rules: Rules, path: str) -> str | None:
    if rules.strict and type(expected) is not type(actual):
        wanted, got = rules.kind(expected), rules.kind(actual)
        return f"{_at(path)}expected a {wanted}, got a {got}: {rules.show(actual)}"
    for index, (left, right) in enumerate(zip(expected, actual, strict=False)):
        found = difference(left, right, rules, f"{path}[{index}]")
        if found:
            return found
    if len(expected) != len(actual):
        return f"{_at(path)}expected {len(expected)} items, got {len(actual)}"
    return None


def _mapping(
    expected: dict[Any, Any], actual: dict[Any, Any], rules: Rules, path: str
) -> str | None:
    missing = [key for key in expected if key not in actual]
    extra = [key for key in actual if key not in expected]
    if missing:
        return f"{_at(path)}key {rules.show(missing[0])} is missing"
    if extra:
        return f"{_at(path)}key {rules.show(extra[0])} is not expected"
    for key, left in expected.items():
        place = f"{path}[{rules.show(key, 40)}]"
        found = difference(left, actual[key], rules, place)
        if found:
            return found
    return None


def bag(expected: Iterable[Any], actual: Iterable[Any], rules: Rules, path: str = "") -> str | None:
    """Compare as multisets: the same items the same number of times, in any order."""
    wanted, got = list(expected), list(actual)
    if len(wanted) != len(got):
        return f"{_at(path)}expected {len(wanted)} items, got {len(got)}"
    # The fast way cannot see tolerances, nor an Opaque, which is equal to nothing.
    if not rules.tolerant and Counter(map(_key, wanted)) == Counter(map(_key, got)):
        return next((d for d in (difference(x, x, rules) for x in got) if d), None)
    for item in wanted:
        match = next((i for i, x in enumerate(got) if difference(item, x, rules) is None), None)
        if match is None:
            return f"{_at(path)}{rules.show(item)} is missing"
        got.pop(match)
    return None


def _key(value: Any) -> Any:
    """A hashable stand-in that agrees with :func:`difference` without tolerance or strictness."""
    if isinstance(value, list | tuple):
        return ("list", tuple(map(_key, value)))
    if isinstance(value, dict):
        return ("dict", frozenset((key, _key(item)) for key, item in value.items()))
    if isinstance(value, frozenset):
        return ("set", frozenset(map(_key, value)))
    if isinstance(value, Tagged):
        return (value.kind, _key(value.content))
    if _nan(value):
        return ("nan",)
    # Python's hash makes equal numbers equal keys whatever their type.
    return value


def _at(path: str) -> str:
    return f"at {path}: " if path else ""


def _differs(expected: Any, actual: Any, rules: Rules, path: str) -> str:
    wanted, got = rules.show(expected), rules.show(actual)
    kinds = "" if wanted != got else f" ({rules.kind(expected)}, {rules.kind(actual)})"
    return f"{_at(path)}expected {wanted}, got {got}{kinds}"
