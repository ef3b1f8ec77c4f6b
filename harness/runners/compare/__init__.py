"""Comparators: whether a candidate's value or output is the expected one, and why not.

Everything here runs outside the sandbox on text a hostile process produced, so values are
plain data, never objects with methods of their own. A package, not a module, because the
runners' folder is loaded as plugins and sub-packages are not.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import regex

from harness.errors import TaskError
from harness.models import Case, Comparator, Json, Language, Task, TestKind
from harness.runners.compare import text
from harness.runners.compare.values import Rules, bag, difference
from harness.runners.compare.wire import Opaque, Tagged, normalise, show

__all__ = [
    "KINDS", "Match", "Opaque", "Tagged", "checker_input", "comparator_for", "matches",
    "matches_any", "normalise", "show", "validate",
]  # fmt: skip

KINDS = (
    "exact", "lines", "tokens", "float", "unordered", "json", "rows", "regex", "checker",
)  # fmt: skip
DEFAULT_REL_TOL = 1e-6
DEFAULT_ABS_TOL = 1e-9


@dataclass(frozen=True)
class Match:
    """ok: accepted. message: where it differs, for the report; empty when accepted."""

    ok: bool
    message: str = ""


def comparator_for(task: Task, case: Case | None = None) -> Comparator:
    """The comparator that applies: the case's, else the task's, else its kind's default.

    A task that names none gets ``lines`` for stdio and ``json`` for calls.
    """
    if case is not None and case.comparator is not None:
        return case.comparator
    if task.comparator != Comparator() or "kind" in task.comparator.model_fields_set:
        return task.comparator
    return Comparator(kind="lines" if task.kind is TestKind.STDIO else "json")


def validate(comparator: Comparator, expected: Json = None) -> None:
    """Raise TaskError if the comparator, or a ``regex`` it is to match, makes no sense."""
    if comparator.kind not in KINDS:
        raise TaskError(
            f"unknown comparator {comparator.kind!r}", fix=f"use one of: {', '.join(KINDS)}"
        )
    if comparator.kind == "checker" and not comparator.program:
        raise TaskError("a checker needs a program", fix="set comparator.program to its source")
    if comparator.kind == "regex":
        try:
            regex.compile(str(expected))
        except regex.error as error:
            raise TaskError(f"not a regular expression: {error}", fix="correct it") from error


def matches(
    comparator: Comparator,
    expected: Json,
    actual: Json,
    *,
    printed: bool = False,
    language: str = Language.PYTHON,
) -> Match:
    """Compare ``actual`` with ``expected``: two wire values, or two texts for stdio.

    printed: the texts are a program's output, so ``json`` reads them as JSON documents (a
    call that *returns* the string "1.0" has not returned "1"). language: whose notation the
    message uses. Raises TaskError for an unknown kind, a bad pattern, and for ``checker``,
    which the caller runs in a sandbox (see
    :func:`checker_input`).
    """
    validate(comparator, expected)
    if comparator.kind == "checker":
        raise TaskError("a checker is a program: run it in a sandbox, not here")
    rules = _rules(comparator, language)
    try:
        if isinstance(expected, str) and isinstance(actual, str):
            found = _texts(comparator, expected, actual, rules, printed)
        else:
            found = _values(comparator, normalise(expected), normalise(actual), rules)
    except RecursionError:
        found = "nested too deep to compare"
    return Match(found is None, found or "")


def matches_any(
    comparator: Comparator,
    expected: Json,
    any_of: Sequence[Json],
    actual: Json,
    *,
    printed: bool = False,
    language: str = Language.PYTHON,
) -> Match:
    """Accept ``actual`` if it matches ``expected`` or one of ``any_of``; explain the first."""
    compared = (
        matches(comparator, one, actual, printed=printed, language=language)
        for one in (expected, *any_of)
    )
    first = next(compared)
    if first.ok or any(one.ok for one in compared):
        return Match(True)
    others = f" (nor any of {len(any_of)} other accepted values)" if any_of else ""
    return Match(False, first.message + others)


def checker_input(given: Json, expected: Json, actual: Json) -> str:
    """The JSON text a checker program reads: ``{"input", "expected", "actual"}``.

    Values are wire values for calls and plain strings for stdio. Exit code 0 accepts.
    """
    return json.dumps({"input": given, "expected": expected, "actual": actual})


def _rules(comparator: Comparator, language: str) -> Rules:
    tolerances = comparator.rel_tol, comparator.abs_tol
    if comparator.kind == "float" and tolerances == (None, None):
        tolerances = DEFAULT_REL_TOL, DEFAULT_ABS_TOL
    return Rules(comparator.kind == "exact", *tolerances, language)


def _texts(
    comparator: Comparator, expected: str, actual: str, rules: Rules, printed: bool
) -> str | None:
    kind = comparator.kind
    if kind == "regex":
        return text.pattern(expected, actual, comparator.ignore_case)
    if kind == "json" and printed:
        return _json_texts(expected, actual, rules)
    if comparator.ignore_case:
        expected, actual = expected.casefold(), actual.casefold()
    if kind == "float":
        return text.floats(expected, actual, rules)
    if kind == "rows":
        return text.rows(expected, actual, rules, comparator.ordered)
    if kind == "json":
        return difference(expected, actual, rules)
    plain = {
        "exact": text.exact, "lines": text.lines, "tokens": text.tokens,
        "unordered": text.unordered,
    }  # fmt: skip
    return plain[kind](expected, actual)


def _json_texts(expected: str, actual: str, rules: Rules) -> str | None:
    """Two JSON documents by content."""
    try:
        wanted = json.loads(expected)
    except ValueError as error:
        raise TaskError(f"the expected output is not JSON: {error}", fix="correct it") from error
    try:
        got = json.loads(actual)
    except ValueError as error:
        return f"the output is not JSON: {str(error)[:200]}"
    # Printed JSON has no tags; a document that happens to hold "$int" is just that.
    return difference(wanted, got, rules)


def _values(comparator: Comparator, expected: Any, actual: Any, rules: Rules) -> str | None:
    kind = comparator.kind
    collections = (list, tuple, frozenset)
    both = isinstance(expected, collections) and isinstance(actual, collections)
    if kind == "unordered" and both:
        return bag(expected, actual, rules)
    if kind == "rows" and both and not comparator.ordered:
        return bag(expected, actual, rules)
    if kind == "regex":
        return f"expected text that matches {expected!r}, got another type"
    return difference(expected, actual, rules)
