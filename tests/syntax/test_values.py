"""What is known of values and of control without running anything."""

from __future__ import annotations

import pytest

from harness.models import Language
from harness.syntax.blocks import branches, loops
from harness.syntax.constants import Bounds, bounds, fold, length_of
from harness.syntax.flow import falls_off, unreachable
from harness.syntax.kinds import declared_type, kind_of
from harness.syntax.shapes import assignments, calls, comparisons
from harness.syntax.tree import Node
from tests.syntax.programs import (
    CPP,
    CSHARP,
    JAVASCRIPT,
    PYTHON,
    function,
    names,
    program,
    variable,
)

UNKNOWN = object()


def value_of(language: Language, text: str) -> Node:
    """The expression as the value of an assignment."""
    wrapped = {
        PYTHON: f"x = ({text})\n",
        JAVASCRIPT: f"x = ({text});",
        CPP: f"void f() {{ x = ({text}); }}",
        CSHARP: f"class C {{ void F() {{ x = ({text}); }} }}",
    }[language]
    return next(one.value for one in assignments(program(language, wrapped)))


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        (PYTHON, "1 + 2 * -3", -5),
        (PYTHON, "0x1f == 31 and not False", True),
        (PYTHON, "1_000 > 2.5e3", False),
        (PYTHON, "'a' == 'b'", False),
        (PYTHON, "None", None),
        (PYTHON, "False and unknown", False),
        (PYTHON, "unknown and False", UNKNOWN),
        (PYTHON, "f'{x}'", UNKNOWN),
        (PYTHON, "10 ** 99", UNKNOWN),
        (JAVASCRIPT, "1 === 1 || x", True),
        (JAVASCRIPT, "!(2 >= 3)", True),
        (JAVASCRIPT, "null", None),
        (CPP, "2u - 3 < 0L", True),
        (CPP, "1'000'000", 1_000_000),
        (CPP, "-2", -2),
        (CPP, "true && 0", 0),
        (CSHARP, "1.5m + 2", 3.5),
        (CSHARP, "!true", False),
    ],
)
def test_constants_are_folded(language: Language, text: str, value: object) -> None:
    found = fold(value_of(language, text))
    assert (UNKNOWN if found is None else found.value) == value


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    [
        (PYTHON, "len(a) + 1", Bounds(1, None)),
        (PYTHON, "len(a) - 1", Bounds(-1, None)),
        (PYTHON, "n % 3", Bounds(0, 2)),
        (JAVASCRIPT, "n % 3", Bounds(-2, 2)),
        (JAVASCRIPT, "a.length % 3", Bounds(0, 2)),
        (CPP, "v.size()", Bounds(0, None)),
        (CSHARP, "list.Count - array.Length", Bounds(None, None)),
        (PYTHON, "abs(n)", Bounds(0, None)),
        (PYTHON, "n", Bounds(None, None)),
    ],
)
def test_bounds_of_integers(language: Language, text: str, wanted: Bounds) -> None:
    assert bounds(value_of(language, text)) == wanted


@pytest.mark.parametrize(
    ("language", "text"),
    [(PYTHON, "len(a.b)"), (JAVASCRIPT, "a.b.length"), (CPP, "a.b.size()"), (CSHARP, "a.b.Count")],
)
def test_lengths_know_what_they_measure(language: Language, text: str) -> None:
    measured = length_of(value_of(language, text))
    assert measured is not None
    assert measured.text == "a.b"


@pytest.mark.parametrize("language", [PYTHON, JAVASCRIPT, CPP, CSHARP])
def test_an_expression_of_any_depth_is_looked_into_only_so_far(language: Language) -> None:
    deep = "(" * 3000 + "1" + ")" * 3000
    assert fold(value_of(language, deep)) is not None
    assert fold(value_of(language, "-".join(["1"] * 2000))) is None


RETURNS = [
    (PYTHON, ("def f(x):\n    if x:\n        return 1\n    elif y:\n        raise E\n    else:\n"
             "        return 2\n"), False),
    (PYTHON, "def f(x):\n    if x:\n        return 1\n    elif y:\n        return 2\n", True),
    (PYTHON, "def f(x):\n    while True:\n        x += 1\n", False),
    (PYTHON, "def f(x):\n    while True:\n        if x: break\n", True),
    (PYTHON, "def f(x):\n    for y in x:\n        return y\n", True),
    (PYTHON, "def f(x):\n    try:\n        return 1\n    except E:\n        print(x)\n", True),
    (PYTHON, "def f(x):\n    try:\n        return 1\n    finally:\n        print(x)\n", False),
    (PYTHON, "def f(x):\n    with x:\n        return 1\n", False),
    (PYTHON, "def f(x):\n    match x:\n        case 1: return\n        case _: return\n", False),
    (PYTHON, "def f(x):\n    match x:\n        case 1: return 1\n", True),
    (JAVASCRIPT, "function f(x) { if (x) return 1; else { throw x; } }", False),
    (JAVASCRIPT, "function f(x) { switch (x) { case 1: return 1; default: return 2; } }", False),
    (JAVASCRIPT, "function f(x) { switch (x) { case 1: return 1; case 2: return 2; } }", True),
    (JAVASCRIPT, "function f(x) { switch (x) { case 1: break; default: return 2; } }", True),
    (JAVASCRIPT, "function f(x) { for (;;) { while (x) break; } }", False),
    (JAVASCRIPT, "function f(x) { [1].forEach(y => { return y; }); }", True),
    (CPP, "int f(int x) { while (true) { if (x) return 1; } }", False),
    (CPP, "int f(int x) { do { if (x) return 1; } while (x); }", True),
    (CPP, "int f(int x) { switch (x) { case 1: return 1; default: return 2; } }", False),
    (CPP, "int f(int x) { if (x) return 1; std::abort(); }", False),
    (CSHARP, "class C { int f(int x) { if (x > 0) { return 1; } throw new E(); } }", False),
    (CSHARP, "class C { int f(int x) { foreach (var y in x) return y; } }", True),
    (CSHARP, "class C { int f(int x) { switch (x) { case 1: return 1; default: throw e; } } }",
     False),
]  # fmt: skip


@pytest.mark.parametrize(("language", "source", "falls"), RETURNS)
def test_whether_the_end_of_a_function_is_reached(
    language: Language, source: str, falls: bool
) -> None:
    assert falls_off(function(names(language, source), "f")) is falls


def test_what_stands_behind_a_return_is_unreachable() -> None:
    body = function(names(PYTHON, "def f():\n    return 1\n    print(2)\n"), "f").body
    found = unreachable(body)
    assert found is not None
    assert found.line == 3


SHAPES = [
    (PYTHON, ("if a.b(c, d=1) < e:\n    f = 2\nelif g:\n    for h in i: pass\nelse:\n"
             "    while j: k += 1\n"), ["each", "while"]),
    (JAVASCRIPT, ("if (a.b(c) < e) f = 2; else if (g) { for (const h of i); }"
                 " else { while (j) k += 1; }"), ["each", "while"]),
    (CPP, ("void m() { if (a.b(c) < e) f = 2; else if (g) { for (auto h : i) {} }"
          " else { while (j) k += 1; } }"), ["each", "while"]),
    (CSHARP, ("class C { void M() { if (a.b(c) < e) f = 2; else if (g) { foreach (var h in i) {} }"
             " else { while (j) k += 1; } } }"), ["each", "while"]),
]  # fmt: skip


@pytest.mark.parametrize(("language", "source", "kinds"), SHAPES)
def test_shapes_are_alike_in_all_languages(
    language: Language, source: str, kinds: list[str]
) -> None:
    doc = program(language, source)
    (call,) = calls(doc)
    assert call.receiver is not None
    assert (call.name, call.receiver.text, [one.text for one in call.args]) == ("b", "a", ["c"])
    (less,) = comparisons(doc)
    assert (less.op, less.left.text.startswith("a.b("), less.right.text) == ("<", True, "e")
    assert sorted((one.target.text, one.op) for one in assignments(doc)) == [
        ("f", "="),
        ("k", "+="),
    ]
    assert sorted(one.kind for one in loops(doc)) == kinds
    outer, inner = sorted(branches(doc), key=lambda one: one.node.start)
    assert inner.condition.text == "g"
    assert outer.otherwise is not None
    assert outer.otherwise.text.startswith(inner.node.text[:5])
    assert inner.otherwise is not None


def test_a_chain_of_comparisons_is_pairs() -> None:
    doc = program(PYTHON, "a < b <= c is not None not in d\n")
    assert [(one.left.text, one.op, one.right.text) for one in comparisons(doc)] == [
        ("a", "<", "b"),
        ("b", "<=", "c"),
        ("c", "is not", "None"),
        ("None", "not in", "d"),
    ]


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [
        (PYTHON, "[1]", "list"), (PYTHON, "{'a': 1}", "dict"), (PYTHON, "1 / 2", "float"),
        (PYTHON, "a < b", "bool"), (PYTHON, "len(a) // 2", "int"), (PYTHON, "unknown", ""),
        (JAVASCRIPT, "'a' + b", "str"), (JAVASCRIPT, "[]", "list"),
        (JAVASCRIPT, "() => 1", "function"),
        (CPP, "1 / 2", "int"), (CPP, "1 / 2.0", "float"), (CSHARP, "3 / 2", "int"),
        (CSHARP, '"a"', "str"),
    ],
)  # fmt: skip
def test_kinds_of_expressions(language: Language, text: str, kind: str) -> None:
    assert kind_of(value_of(language, text)) == kind


def test_declared_types() -> None:
    found = names(CPP, "void f(const vector<int>& a, int *b) { unsigned c[2]; auto d = 1; }")
    types = [declared_type(variable(found, name)) for name in "abcd"]
    assert types == ["vector<int>&", "int*", "unsigned[]", ""]
    assert declared_type(variable(names(CSHARP, "class C { long[] a; }"), "a")) == "long[]"
    assert (
        declared_type(variable(names(PYTHON, "def f(a: list[int] = 1): ..."), "a")) == "list[int]"
    )
