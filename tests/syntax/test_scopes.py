"""Names of programs in four languages: what declares, reads and writes them."""

from __future__ import annotations

import pytest

from harness.models import Language
from tests.syntax.programs import (
    CPP,
    CSHARP,
    JAVASCRIPT,
    PYTHON,
    counts,
    function,
    names,
    unresolved,
    variable,
)

SUMS = {
    PYTHON: "def total(values, start=0):\n"
            "    result = start\n"
            "    for value in values:\n"
            "        result += value\n"
            "    return result\n",
    JAVASCRIPT: "function total(values, start = 0) {\n"
                "  let result = start;\n"
                "  for (const value of values) result += value;\n"
                "  return result;\n"
                "}\n",
    CPP: "int total(const std::vector<int>& values, int start = 0) {\n"
         "  int result = start;\n"
         "  for (const auto& value : values) result += value;\n"
         "  return result;\n"
         "}\n",
    CSHARP: "class C {\n"
            "  int Total(List<int> values, int start = 0) {\n"
            "    var result = start;\n"
            "    foreach (var value in values) result += value;\n"
            "    return result;\n"
            "  }\n"
            "}\n",
}  # fmt: skip


@pytest.mark.parametrize("language", SUMS)
def test_a_function_has_its_parameters_locals_reads_and_writes(language: Language) -> None:
    found = names(language, SUMS[language])
    made = function(found, "Total" if language is CSHARP else "total")
    assert [one.name for one in made.params] == ["values", "start"]
    assert [one.default is not None for one in made.params] == [False, True]
    assert [node.line for node in made.returns] == [5 if language in (PYTHON, CSHARP) else 4]
    assert counts(found, "values") == (1, 0)
    assert counts(found, "start") == (1, 0)
    assert counts(found, "result") == (2, 2)
    assert counts(found, "value") == (1, 1)
    assert {one.name: one.kind for one in made.variables} == {
        "values": "param",
        "start": "param",
        "result": "local",
        "value": "loop",
    }
    assert unresolved(found) == []


@pytest.mark.parametrize(
    ("language", "source"),
    [
        (PYTHON, "def outer():\n    n = 0\n    def inner():\n        nonlocal n\n        n += 1\n"),
        (JAVASCRIPT, "function outer() { let n = 0; return () => { n += 1; }; }"),
        (CPP, "void outer() { int n = 0; auto inner = [&] { n += 1; }; }"),
        (CSHARP, "class C { void Outer() { int n = 0; Action inner = () => { n += 1; }; } }"),
    ],
)
def test_a_closure_captures(language: Language, source: str) -> None:
    found = names(language, source)
    assert variable(found, "n").captured
    assert counts(found, "n") == (1, 2)


@pytest.mark.parametrize(
    ("language", "source"),
    [
        (JAVASCRIPT, "function f() { let x = 1; { let x = 2; g(x); } return x; }"),
        (CPP, "int f() { int x = 1; { int x = 2; g(x); } return x; }"),
        (CSHARP, "class C { int F() { { int x = 1; G(x); } { int x = 2; return x; } } }"),
    ],
)
def test_a_block_shadows(language: Language, source: str) -> None:
    found = names(language, source)
    assert [counts(found, "x", number) for number in (0, 1)] == [(1, 1), (1, 1)]


class TestPython:
    def test_a_class_hides_its_names_from_its_methods(self) -> None:
        found = names(PYTHON, "class C:\n    limit = 1\n    twice = limit * 2\n"
                              "    def f(self):\n        return limit\n")  # fmt: skip
        assert unresolved(found) == ["limit"]
        assert counts(found, "limit") == (1, 1)
        assert function(found, "f").owner == "C"

    def test_a_comprehension_owns_its_variable_and_not_its_first_iterable(self) -> None:
        found = names(PYTHON, "x = [1]\ny = [x for x in x]\nz = [v for row in y for v in row]\n")
        assert counts(found, "x", 0) == (1, 1)
        assert counts(found, "x", 1) == (1, 1)
        assert unresolved(found) == []

    def test_targets_patterns_and_aliases_bind(self) -> None:
        source = (
            "import a.b, c as d\nfrom e import f as g\nh, (i, *j) = k.m, 1\n"
            "with open(h) as (n, o): pass\ntry: pass\nexcept OSError as p: print(p)\n"
            "if (q := i): pass\nmatch q:\n    case [r, {'s': t, **u}]: print(r, t, u)\n"
        )
        found = names(PYTHON, source)
        bound = {one.name for one in found.variables}
        assert bound == set("adghijnopqrtu")
        assert sorted(set(unresolved(found))) == ["OSError", "k", "open", "print"]

    def test_global_reaches_the_module(self) -> None:
        found = names(PYTHON, "def f():\n    global n\n    n = 1\ndef g():\n    return n\n")
        assert counts(found, "n") == (1, 1)
        assert variable(found, "n").scope.kind == "module"

    def test_parameters_of_every_kind(self) -> None:
        found = names(PYTHON, "def f(a, /, b: int = 1, *c, d, e=2, **g): ...\n")
        params = function(found, "f").params
        assert [one.name for one in params] == ["a", "b", "c", "d", "e", "g"]
        assert [one.variadic for one in params] == [False, False, True, False, False, True]
        assert [one.keyword_only for one in params] == [False, False, False, True, True, True]

    def test_a_wildcard_import_and_exec_leave_nothing_certain(self) -> None:
        assert names(PYTHON, "from math import *\n").dynamic
        assert names(PYTHON, "exec(text)\n").dynamic
        assert not names(PYTHON, "from math import sqrt\n").dynamic


class TestJavaScript:
    def test_var_and_functions_are_hoisted_and_let_is_not(self) -> None:
        found = names(JAVASCRIPT, "function f() { if (g) { var a = 1; let b = 2; } return a + b;"
                                  " function g() {} }")  # fmt: skip
        assert unresolved(found) == ["b"]
        assert variable(found, "a").scope.kind == "function"

    def test_patterns_bind_in_parameters_declarations_and_assignments(self) -> None:
        source = (
            "const f = ({a, b: c = a, ...d}, [e] = []) => [a, c, d, e];\n"
            "let g, h; [g, {x: h}] = [1, {}]; for (const [i, j] of f) j(i);\n"
            "try {} catch ({message}) { g(message, h); }\n"
        )
        found = names(JAVASCRIPT, source)
        assert unresolved(found) == []
        assert counts(found, "h") == (1, 1)
        assert {one.kind for one in found.variables if one.name in "acde"} == {"param"}

    def test_a_write_to_nothing_makes_a_global_but_a_change_does_not(self) -> None:
        found = names(JAVASCRIPT, "a = 1; b += a; c++;")
        assert variable(found, "a").kind == "global"
        assert unresolved(found) == ["b", "c"]

    def test_functions_have_the_name_they_are_bound_to(self) -> None:
        source = (
            "const a = () => 1; o.b = function () {}; ({ c: x => x, d() {} }); class E { f() {} }"
        )
        assert [one.name for one in names(JAVASCRIPT, source).functions] == [
            "a",
            "b",
            "c",
            "d",
            "f",
        ]


class TestCpp:
    def test_declarators_of_every_kind(self) -> None:
        source = (
            "int f(int* a, int (&b)[3], std::vector<int> c) {\n"
            "  int d[2] = {1, 2}, *e = &d[0]; auto [g, h] = p(); std::vector<int> i(3, d[1]);\n"
            "  for (int j = 0, k = 1; j < k; ++j) { std::cin >> e[j] >> g; }\n"
            "  if (auto l = h; l > 0) return l; return *a + b[0] + c[0] + i[0];\n}\n"
        )
        found = names(CPP, source)
        assert {one.name for one in function(found, "f").variables} == set("abcdeghijkl")
        assert unresolved(found) == ["p"]

    def test_members_are_seen_in_methods(self) -> None:
        found = names(CPP, "struct S { int m = 0; int get() const { return m; } };"
                           " int S::twice() { return 2; }")  # fmt: skip
        assert len(variable(found, "m").reads) == 1
        assert [one.owner for one in found.functions] == ["S", "S"]


class TestCsharp:
    def test_patterns_out_and_queries_declare(self) -> None:
        source = (
            "class C { int f; int G { get; set; }\n"
            "  int M(object a, params int[] b) {\n"
            "    if (a is string s && int.TryParse(s, out var n)) return n;\n"
            "    var (x, y) = (1, 2); var q = from v in b where v > x select v + y;\n"
            "    this.f = G; return q.Count() + (a switch { int i => i, _ => f }); } }\n"
        )
        found = names(CSHARP, source)
        assert unresolved(found) == []
        assert [one.variadic for one in function(found, "M").params] == [False, True]
        assert counts(found, "n") == (1, 1)
