"""The copy of a syntax tree: parents, fields, places, comments apart, scripts in place."""

from __future__ import annotations

import pytest

from harness.models import Language
from harness.syntax.page import Page, script_documents
from harness.syntax.shapes import binaries, calls
from harness.syntax.tree import MAX_ANALYSED_BYTES, document, same
from tests.syntax.programs import CPP, CSHARP, JAVASCRIPT, PYTHON, first, program


def test_nodes_know_their_parents_fields_and_neighbours() -> None:
    doc = program(PYTHON, "if a:  # why\n    b = 1\n    c(2)\n")
    (call,) = doc.all("call")
    assert call.field is None
    assert call.inside("if_statement") is doc.root.parts[0]
    assert call.inside("while_statement") is None
    statement = call.parent
    assert statement is not None
    assert statement.previous is not None
    assert statement.previous.text == "b = 1"
    assert statement.next is None
    assert [one.text for one in doc.comments] == ["# why"]
    assert all(node.type != "comment" for node in doc.root.walk())


def test_walking_can_stop_at_inner_functions() -> None:
    doc = program(JAVASCRIPT, "function f() { a(); const g = () => { b(); }; }")
    inner = frozenset({"arrow_function"})
    found = [node.text for node in doc.root.walk(stop=inner) if node.type == "call_expression"]
    assert found == ["a()"]


def test_places_are_lines_and_columns_of_characters() -> None:
    doc = program(PYTHON, "x = 'é€'\ny = '😀'; z\n")
    assert doc.place(first(doc, "z").start) == (2, 10)
    assert doc.line_text(2) == "y = '😀'; z"
    assert doc.line_text(9) == ""


def test_text_that_is_too_long_is_no_program() -> None:
    assert document(PYTHON, "x = 1\n" * MAX_ANALYSED_BYTES) is None


def test_equal_code_is_equal_whatever_its_spaces() -> None:
    doc = program(CPP, "void f() { g(a[i + 1], a[ i+1 ], a[i + 2], /* b */ c, c); }")
    one, two, other, left, right = next(calls(doc)).args
    assert same(one, two)
    assert not same(one, other)
    assert same(left, right)


def test_a_deep_tree_is_walked_without_recursion() -> None:
    doc = program(JAVASCRIPT, "x = " + "(" * 5000 + "1" + ")" * 5000 + ";")
    assert sum(node.type == "parenthesized_expression" for node in doc.root.walk()) == 5000


def test_a_product_as_an_argument_is_no_declaration_in_csharp() -> None:
    doc = program(CSHARP, "class C { void M() { Add(i * j); P(out int k, ref l); } }")
    assert [(one.left.text, one.op, one.right.text) for one in binaries(doc)] == [("i", "*", "j")]


def test_a_query_that_names_its_element_underscore_parses_in_csharp() -> None:
    doc = program(CSHARP, "class C { object M(int[] a) => from _ in a from x in a select x; }")
    assert not doc.has_error
    assert "_" in [node.text for node in doc.all("identifier")]


@pytest.mark.parametrize("broken", ["def f(:\n", "def f():\n  x\n    y\n", "return 1\n"])
def test_errors_are_listed(broken: str) -> None:
    assert program(PYTHON, broken).has_error
    assert not program(PYTHON, "def f():\n    return 1\n").has_error


PAGE = (
    '<!doctype html>\n<form id="f" ID="g" hidden>\n<label for=a>Ä &amp; B</label>'
    "<input id=a onclick='go(&quot;x&quot;)'></form>\n"
    "<script>const ü = 1;\n go(ü);</script><script type='application/json'>{}</script>\n"
    "<script src=lib.js></script>\n"
)


def test_a_page_has_elements_attributes_ids_and_scripts() -> None:
    doc = program(Language.HTML, PAGE)
    page = Page(doc)
    form = next(page.all("form"))
    assert [(one.name, one.value) for one in form.attributes] == [
        ("id", "f"), ("id", "g"), ("hidden", None),
    ]  # fmt: skip
    assert form.get("id") == "f"
    assert [one.tag for one in form.children] == ["label", "input"]
    assert form.children[0].text == "Ä & B"
    assert set(page.by_id) == {"f", "a"}
    assert [(element.tag, one.value) for element, one in page.handlers] == [("input", 'go("x")')]
    assert page.has_foreign_script
    (script,) = script_documents(doc)
    (call,) = calls(script)
    assert script.place(call.node.start) == (5, 2)
    assert call.args[0].text == "ü"


def test_an_end_tag_that_was_left_out_ends_its_element() -> None:
    page = Page(program(Language.HTML, "<select><option>A<option>B<optgroup><option>C</select>"))
    assert [one.parent.tag for one in page.elements if one.parent is not None] == [
        "select", "select", "select", "optgroup",
    ]  # fmt: skip


def test_elements_left_open_to_the_end_are_elements_of_the_page() -> None:
    page = Page(
        program(Language.HTML, '<main id="a">\n<h2>Title\n<b id="c">x</b><p id="d">y</p>\n')
    )
    assert [one.tag for one in page.elements] == ["main", "h2", "b", "p"]
    assert set(page.by_id) == {"a", "c", "d"}
    assert [one.parent.tag for one in page.elements if one.parent is not None] == [
        "main",
        "h2",
        "h2",
    ]
    assert all(one.end_tag is None for one in page.all("main", "h2"))
