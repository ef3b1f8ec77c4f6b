"""Comparing text: what a ``stdio`` program printed with what it should have printed."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from itertools import zip_longest

import regex

from harness.runners.compare.values import Rules, bag, difference, numbers_equal
from harness.runners.compare.wire import MAX_DIGITS

MAX_EXPONENT = 400
REGEX_CHARS = 1_000_000
REGEX_TIMEOUT_S = 2.0
_SHORT = 120
_NUMBER = re.compile(
    r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?(inf|infinity|nan)", re.IGNORECASE | re.ASCII
)


def lines_of(text: str) -> list[str]:
    """Lines without trailing blanks; CRLF folded and empty lines at the very end dropped."""
    folded = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = [line.rstrip(" \t") for line in folded.split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def exact(expected: str, actual: str) -> str | None:
    """Every character counts."""
    if expected == actual:
        return None
    found = lines(expected, actual)
    return found or "only white space or line endings differ, and they count here"


def lines(expected: str, actual: str) -> str | None:
    """Line by line; extra trailing output is a difference."""
    pairs = zip_longest(lines_of(expected), lines_of(actual))
    for number, (want, got) in enumerate(pairs, start=1):
        if want == got:
            continue
        if got is None:
            return f"line {number}: expected {_short(want)}, but the output ends"
        if want is None:
            return f"line {number}: unexpected further output {_short(got)}"
        return f"line {number}: expected {_short(want)}, got {_short(got)}"
    return None


def tokens(expected: str, actual: str) -> str | None:
    """Words, whatever the white space between them."""
    return _by_token(expected, actual, None)


def floats(expected: str, actual: str, rules: Rules) -> str | None:
    """Words; those that are numbers on both sides may differ by the tolerance."""
    return _by_token(expected, actual, rules)


def _by_token(expected: str, actual: str, rules: Rules | None) -> str | None:
    pairs = zip_longest(expected.split(), actual.split())
    for number, (want, got) in enumerate(pairs, start=1):
        if want is None:
            return f"word {number}: unexpected further output {_short(got)}"
        if got is None:
            return f"word {number}: expected {_short(want)}, but the output ends"
        if not _word_equal(want, got, rules):
            return f"word {number}: expected {_short(want)}, got {_short(got)}"
    return None


def _word_equal(want: str, got: str, rules: Rules | None) -> bool:
    if want == got or rules is None:
        return want == got
    left, right = _number(want), _number(got)
    return left is not None and right is not None and numbers_equal(left, right, rules)


def _number(word: str) -> int | float | Decimal | None:
    """The number a word stands for: an int or Decimal, which are exact, where it can be."""
    found = _NUMBER.fullmatch(word)
    if not found or len(word) > MAX_DIGITS:
        return None
    if re.fullmatch(r"[+-]?\d+", word, re.ASCII):
        return int(word)
    # "1e999999999" is a short text and an enormous exact number: a float holds it safely.
    exponent = found[2]
    huge = exponent is not None and (len(exponent) > 6 or abs(int(exponent[1:])) > MAX_EXPONENT)
    return float(word) if found[3] or huge else Decimal(word)


def unordered(expected: str, actual: str) -> str | None:
    """The same lines in any order."""
    return bag(lines_of(expected), lines_of(actual), Rules())


def rows(expected: str, actual: str, rules: Rules, ordered: bool) -> str | None:
    """Rows of tab- or comma-separated cells; cells that are numbers compare as numbers."""
    delimiter = "\t" if "\t" in expected else ","
    try:
        wanted, got = _cells(expected, delimiter), _cells(actual, delimiter)
    except csv.Error as error:
        return f"the output cannot be read as rows: {error}"
    if not ordered:
        return bag(wanted, got, rules)
    for number, (want, row) in enumerate(zip_longest(wanted, got), start=1):
        if want is None or row is None:
            return f"expected {len(wanted)} rows, got {len(got)}"
        if difference(want, row, rules):
            return f"row {number}: expected {_short(want)}, got {_short(row)}"
    return None


def _cells(text: str, delimiter: str) -> list[list[str | int | float | Decimal]]:
    reader = csv.reader(lines_of(text), delimiter=delimiter)
    return [[_cell(cell.strip()) for cell in row] for row in reader]


def _cell(text: str) -> str | int | float | Decimal:
    number = _number(text)
    return text if number is None else number


def pattern(expected: str, actual: str, ignore_case: bool) -> str | None:
    """``expected`` is a regular expression that the whole output must match.

    The pattern is the task's but the text is hostile: it is capped, and the match has a
    deadline, so a pattern that backtracks for ever fails the case instead of the harness.
    """
    text = "\n".join(lines_of(actual))
    if len(text) > REGEX_CHARS:
        return f"the output is too long to match ({len(text)} characters)"
    flags = regex.IGNORECASE if ignore_case else 0
    try:
        found = regex.fullmatch(expected, text, flags=flags, timeout=REGEX_TIMEOUT_S)
    except TimeoutError:
        return f"matching took longer than {REGEX_TIMEOUT_S:g} s"
    return None if found else f"{_short(text)} does not match {_short(expected)}"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}…"
