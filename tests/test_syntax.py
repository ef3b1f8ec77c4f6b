"""What the rest of the harness may rely on about programs it has not written."""

from __future__ import annotations

import pytest

from harness import syntax
from harness.models import Language

PYTHON, JAVASCRIPT, CPP, CSHARP = (
    Language.PYTHON,
    Language.JAVASCRIPT,
    Language.CPP,
    Language.CSHARP,
)


def _names(language: Language, source: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(found.name, found.params) for found in syntax.functions(language, source)]


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("def f(x):\n    return x\n", None),
        ("def f(x:\n    return x\n", 1),
        ("def f(x):\n    y = x\n        return y\n", 3),  # an indent too many
        ("x = 1\nreturn x\n", 2),  # outside a function
        ("  x = 1\n", 1),
        ("def f(a):\n    if a: return 1\n    for b in a:\n        # note\n        b()\n", None),
        ("def f():\n    try:\n        return 1\n    finally:\n        g()\n", None),
        ("match x:\n    case 1:\n        y = 2\n    case _:\n        y = 3\n", None),
    ],
)  # fmt: skip
def test_python_errors_are_placed(source: str, line: int | None) -> None:
    assert syntax.first_error_line(PYTHON, source) == line
    assert syntax.has_error(PYTHON, source) is (line is not None)


def test_python_parameters_and_nesting() -> None:
    source = (
        "def f(a, b: int = 1, *rest, c=2, **more):\n    def g(): ...\n    return g\n"
        "async def h(): ...\nk = lambda x, *, y: x\n"
        "class A:\n    def m(self, z): ...\n"
    )
    found = {one.name: one for one in syntax.functions(PYTHON, source)}
    assert found["f"].params == ("a", "b", "rest", "c", "more")
    assert found["g"].nested
    assert not found["h"].nested
    assert found["k"].params == ("x", "y")
    assert (found["m"].kind, found["m"].owner) == ("method", "A")
    assert found["f"].line == 1
    assert found["f"].end_line == 3


def test_javascript_forms_of_a_function() -> None:
    source = (
        "function a(x, [y], z = 1, ...rest) {}\nconst b = (p) => p;\nlet c = q => q;\n"
        "var d = function (r) {};\nexports.e = (s) => s;\nmodule.exports = {f: (t) => t};\n"
        "globalThis.g = function (u) {};\nobject.h = function () {};\n"
    )
    assert _names(JAVASCRIPT, source) == [
        ("a", ("x", "[y]", "z", "rest")),
        ("b", ("p",)),
        ("c", ("q",)),
        ("d", ("r",)),
        ("e", ("s",)),
        ("f", ("t",)),
        ("g", ("u",)),
    ]


def test_cpp_and_csharp_functions() -> None:
    cpp = (
        "template <class T> T* first(const std::vector<T>& xs, int n[], T&& last) { return 0; }\n"
        "int Stack::top() { return 1; }\nauto twice = [](int x) { return 2 * x; };\n"
    )
    assert _names(CPP, cpp) == [("first", ("xs", "n", "last")), ("top", ()), ("twice", ("x",))]
    csharp = "namespace N { class P { public static int Add(int a, int b = 1) { return a + b; } } }"
    assert _names(CSHARP, csharp) == [("Add", ("a", "b"))]
    assert syntax.defines(CSHARP, csharp, "Add")


@pytest.mark.parametrize(
    ("language", "source", "expected"),
    [
        (PYTHON, "class area: ...", True),
        (PYTHON, "from shapes import box as area", True),
        (PYTHON, "if True:\n    def area(): ...\n", True),
        (PYTHON, "area = make()\n", True),
        (PYTHON, "def outer():\n    def area(): ...\n", False),
        (PYTHON, "class A:\n    def area(self): ...\n", False),
        (PYTHON, "print(area)\n# def area\n", False),
        (JAVASCRIPT, "export default function area() {}", True),
        (JAVASCRIPT, "class A { area() {} }", False),
        (CPP, "int area(int w);\nint other() { return area(1); }", False),
        (CPP, "int area(int w) { return w; }", True),
    ],
)
def test_defines_means_callable_from_outside(
    language: Language, source: str, expected: bool
) -> None:
    assert syntax.defines(language, source, "area") is expected


def test_top_level_items_carry_their_names() -> None:
    chunks = syntax.top_level(PYTHON, "import math\n\n\ndef f():\n    x = 1\n\nz = 2\n")
    assert [(one.kind, one.line, one.names) for one in chunks] == [
        ("import_statement", 1, ("math",)),
        ("function_definition", 4, ("f",)),
        ("expression_statement", 7, ("z",)),
    ]


def test_walk_visits_every_node_once_in_order() -> None:
    tree = syntax.parse(PYTHON, "a = [1, (2, 3)]\n")
    assert tree is not None
    numbers = [node.text for node in syntax.walk(tree.root_node) if node.type == "integer"]
    assert numbers == [b"1", b"2", b"3"]


@pytest.mark.parametrize(
    "source",
    ["(" * 50_000, "-" * 50_000 + "1", "x = " + "[" * 50_000, "a." * 50_000, "\x00\ud800"],
)
@pytest.mark.parametrize("language", list(Language))
def test_hostile_text_is_survived(language: Language, source: str) -> None:
    syntax.has_error(language, source)
    syntax.first_error_line(language, source)
    syntax.definitions(language, source)


def test_text_over_the_cap_counts_as_unparseable() -> None:
    source = "x = 1\n" * (syntax.MAX_SOURCE_BYTES // 6 + 1)
    assert syntax.parse(PYTHON, source) is None
    assert syntax.has_error(PYTHON, source)
    assert syntax.definitions(PYTHON, source) == []
