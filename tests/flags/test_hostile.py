"""Text that no one wrote to be read: no rule fails on it, recurses into it or makes things up."""

from __future__ import annotations

import pytest

from harness.flags import find_flags
from harness.models import Language
from harness.syntax.tree import MAX_ANALYSED_BYTES, document

PYTHON, JAVASCRIPT, CPP = Language.PYTHON, Language.JAVASCRIPT, Language.CPP
CSHARP, SQL, HTML = Language.CSHARP, Language.SQL, Language.HTML
DEPTH = 5000


def nested(before: str, middle: str, after: str) -> str:
    return before * DEPTH + middle + after * DEPTH


DEEP = [
    (PYTHON, "def f(x):\n    return " + nested("(", "x", ")") + "\n"),
    (PYTHON, "def f(x):\n    return " + nested("[", "x", "]") + "\n"),
    (PYTHON, "def f(g, x):\n    return " + nested("g(", "x", ")") + "\n"),
    (PYTHON, "def f(x):\n    return " + "lambda: " * DEPTH + "x\n"),
    (PYTHON, "def f(x, y):\n    return " + "x * " * DEPTH + "y\n"),
    (JAVASCRIPT, "function f(x) { return " + nested("(", "x", ")") + "; }"),
    (JAVASCRIPT, "function f(x) { return " + "() => " * DEPTH + "x; }"),
    (JAVASCRIPT, "function f(x, y) { return x" + ".map(y)" * DEPTH + "; }"),
    (CPP, "int f(int x) { return " + nested("(", "x", ")") + "; }"),
    (CSHARP, "class C { public int F(int x) { return " + nested("(", "x", ")") + "; } }"),
    (SQL, "SELECT " + nested("(", "1", ")")),
]
ONE_LINE = [
    (PYTHON, "x = [" + "'a', " * 200_000 + "]"),
    (JAVASCRIPT, "const x = [" + "1, " * 350_000 + "];"),
    (CPP, "int x[] = {" + "1, " * 350_000 + "};"),
    (CSHARP, "class C { int[] x = {" + "1, " * 350_000 + "}; }"),
    (SQL, "SELECT a FROM t WHERE a IN (" + "1, " * 350_000 + "2)"),
    (HTML, "<p>" + "word " * 200_000 + "</p>"),
]


@pytest.mark.parametrize(("language", "source"), DEEP)
def test_deep_nesting_is_read_and_has_no_flags(language: Language, source: str) -> None:
    assert document(language, source) is not None
    assert find_flags(language, source) == ()


def test_elements_nested_deep_are_flagged_for_themselves_only() -> None:
    found = find_flags(HTML, "<!doctype html><title>t</title>" + nested("<i>", "x", ""))
    assert {one.rule for one in found} == {"unclosed-element"}


@pytest.mark.parametrize(("language", "source"), ONE_LINE, ids=lambda value: str(value)[:12])
def test_a_line_of_a_megabyte_is_passed_over(language: Language, source: str) -> None:
    assert len(source) > 15 * MAX_ANALYSED_BYTES
    assert find_flags(language, source) == ()


@pytest.mark.parametrize(
    ("language", "source"),
    [
        (PYTHON, "list = 1\nlist(2)\n" * 2500),
        (PYTHON, "x = [1]\nx" + ".append(1)" * 4000 + "\n"),
        (PYTHON, "x = " + "[[0]] * " * 6000 + "3\n"),
        (CPP, "int f(int a, int b) { return " + "a & b == " * 5000 + "1; }"),
        (JAVASCRIPT, "switch (a) {" + "case 1: b(); break; " * 3000 + "}"),
    ],
    ids=["names", "calls", "products", "comparisons", "cases"],
)
def test_a_mistake_made_thousands_of_times_is_told_a_few_times(
    language: Language, source: str
) -> None:
    found = find_flags(language, source)
    counts = {one.rule: sum(other.rule == one.rule for other in found) for one in found}
    assert found
    assert max(counts.values()) <= 20
