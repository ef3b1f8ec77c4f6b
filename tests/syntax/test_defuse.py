"""Writes nobody reads and reads before any write, in four languages, and what must pass."""

from __future__ import annotations

import pytest

from harness.models import Language
from harness.syntax.defuse import dead_writes, early_reads, first_use
from tests.syntax.programs import CPP, CSHARP, JAVASCRIPT, PYTHON, names, variable


def body(language: Language, lines: str) -> str:
    """The lines, which start at line 2, in a function."""
    if language is PYTHON:
        return "def f(p):\n" + "".join(f"    {line}\n" for line in lines.split("\n"))
    head = {JAVASCRIPT: "function f(p) {", CPP: "int f(int p) {",
            CSHARP: "class C { int F(int p) {"}[language]  # fmt: skip
    return f"{head}\n{lines}\n}}" + ("}" if language is CSHARP else "")


DEAD = [
    (PYTHON, "x = p\nx = 1\nreturn x", [2]),
    (PYTHON, "x = 1\nreturn p", [2]),
    (PYTHON, "x = p\nx = x + 1\nreturn x", []),
    (PYTHON, "x = 1\nif p:\n    x = 2\nreturn x", []),
    (PYTHON, "x = 0\nfor i in p:\n    x = i\nreturn x", []),
    (PYTHON, "for i in p:\n    print(x)\n    x = i", []),
    (PYTHON, "x = 0\nwhile p:\n    x += 1", [4]),
    (PYTHON, "x = 1\ntry:\n    x = g()\nexcept E:\n    pass\nreturn x", []),
    (PYTHON, "x = 1\nh = lambda: x\nx = 2\nreturn h", []),
    (PYTHON, "x = 1\nif p:\n    return x\nx = 2\nreturn x", []),
    (PYTHON, "x, y = p\nreturn y", [2]),
    (JAVASCRIPT, "let x = p; \nx = 1; return x;", [2]),
    (JAVASCRIPT, "let x;\nif (p) x = 1; else x = 2;\nreturn x;", []),
    (CPP, "int x = p;\nx = 1;\nreturn x;", [2]),
    (CPP, "int& x = p;\nx = 1;\nreturn p;", []),
    (CSHARP, "var x = p;\nx = 1;\nreturn x;", [2]),
    (CSHARP, "var x = p;\nG(ref x);\nreturn x;", []),
]


@pytest.mark.parametrize(("language", "lines", "dead"), DEAD)
def test_writes_nobody_reads(language: Language, lines: str, dead: list[int]) -> None:
    found = names(language, body(language, lines))
    assert [node.line for node in dead_writes(variable(found, "x"))] == dead


EARLY = [
    (PYTHON, "print(x)\nx = p", [2]),
    (PYTHON, "x = x + p\nreturn x", [2]),
    (PYTHON, "x += p\nreturn x", [2]),
    (PYTHON, "for i in p:\n    if i: print(x)\n    x = i", []),
    (PYTHON, "x = p\nprint(x)", []),
    (JAVASCRIPT, "g(x);\nlet x = p;", [2]),
    (CSHARP, "var x = p; return x;", []),
]


@pytest.mark.parametrize(("language", "lines", "early"), EARLY)
def test_reads_before_any_write(language: Language, lines: str, early: list[int]) -> None:
    found = names(language, body(language, lines))
    assert [node.line for node in early_reads(variable(found, "x"))] == early


def test_a_parameter_may_be_overwritten_before_it_is_read() -> None:
    found = names(PYTHON, "def f(p):\n    p = []\n    return p\n")
    one = variable(found, "p")
    assert first_use(one) is one.writes[0]
    found = names(PYTHON, "def f(p):\n    p = p or []\n    return p\n")
    one = variable(found, "p")
    assert first_use(one) is one.reads[0]
