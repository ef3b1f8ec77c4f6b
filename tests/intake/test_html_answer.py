"""Which page a response means, in one file or several."""

from __future__ import annotations

import pytest

from harness.intake.extract import extract
from harness.models import (
    Code,
    Form,
    HtmlCase,
    HtmlCheck,
    HtmlSpec,
    Language,
    Response,
    Task,
    TestKind,
)
from harness.syntax.html_files import join_files, split_files

SPEC = HtmlSpec(cases=(HtmlCase(name="a", checks=(HtmlCheck(check="errors"),)),))
PAGE = '<!DOCTYPE html>\n<html lang="en">\n<title>x</title>\n<p>Hi</p>\n</html>\n'
LINKED = PAGE.replace(
    "<title>", '<link rel="stylesheet" href="./css/site.css"><script src="app.js"></script><title>'
)
STYLE = "p { color: red; }\n"
SCRIPT = "const less = 1 < 2; // </script is not the end\n"


def _code(text: str, form: Form = Form.AUTO) -> Code | None:
    task = Task(task_id="t", language=Language.HTML, kind=TestKind.HTML, prompt="p", html=SPEC)
    return extract(task, Response(response_id="r", task_id="t", model="m", text=text, form=form))


def _page(text: str, form: Form = Form.AUTO) -> str:
    code = _code(text, form)
    assert code is not None
    return code.source


def _fences(**blocks: str) -> str:
    return "\n\n".join(f"Here:\n\n```{tag}\n{body}```" for tag, body in blocks.items())


@pytest.mark.parametrize("text", [PAGE, "<p>only a part</p>\n", "  <!-- c --><div>x</div>"])
@pytest.mark.parametrize("form", [Form.AUTO, Form.FULL])
def test_a_page_without_prose_is_never_touched(text: str, form: Form) -> None:
    assert _page(text, form) == text


def test_one_fence_is_the_page() -> None:
    assert _page("Sure!\n\n" + _fences(html=PAGE) + "\n\nEnjoy.") == PAGE


def test_thinking_is_not_the_page() -> None:
    text = f"<think>\n```html\n<p>draft</p>\n```\n</think>\n{_fences(html=PAGE)}"
    assert _page(text) == PAGE


def test_the_whole_document_wins_over_snippets_about_it() -> None:
    snippet = "```html\n<p>" + "long " * 100 + "</p>\n```\n"
    code = _code(snippet + _fences(html=PAGE) + "\n" + snippet)
    assert code is not None
    assert code.source == PAGE
    assert code.note == "page 2 of 3"


def test_three_fences_are_three_files_under_the_names_the_page_uses() -> None:
    files = split_files(_page(_fences(html=LINKED, css=STYLE, javascript=SCRIPT)))
    assert files == {
        "index.html": LINKED,
        "css/site.css": STYLE,
        "app.js": SCRIPT,
    }


def test_a_whole_page_that_names_no_file_gets_none() -> None:
    """Fences beside it repeat or explain a part of it."""
    assert _page(_fences(html=PAGE, css=STYLE)) == PAGE


def test_a_fragment_gets_the_style_and_script_that_came_with_it() -> None:
    page = _page(_fences(html="<p>Hi</p>\n", css=STYLE, js="start();\n"))
    assert page == f"<style>\n{STYLE}</style>\n<p>Hi</p>\n<script>\nstart();\n</script>\n"


def test_addresses_of_other_sites_are_not_files_of_the_response() -> None:
    page = PAGE.replace("<title>", '<script src="https://cdn.example/x.js"></script><title>')
    assert split_files(_page(_fences(html=page, js=SCRIPT))) == {"index.html": page}


def test_a_page_between_sentences_is_cut_out() -> None:
    assert _page(f"Here is the page:\n{PAGE}\nI hope you like it.") == PAGE
    assert _page("Use this:\n<p>a</p>\n<p>b</p>\nGood luck!") == "<p>a</p>\n<p>b</p>\n"


@pytest.mark.parametrize("text", ["", "I cannot do that.", "1 < 2 and a <b", _fences(css=STYLE)])
def test_no_markup_is_no_page(text: str) -> None:
    assert _code(text) is None


@pytest.mark.parametrize("text", ["<" * 200_000, "<!-- " * 50_000, "```html\n" * 20_000])
def test_hostile_text_ends(text: str) -> None:
    _code(text)


def test_files_survive_being_one_text() -> None:
    files = {"a.css": "x</style>y\n", "b/c.js": "</script>\n<script>\n", "d.js": ""}
    whole = split_files(join_files(PAGE, files))
    assert whole.pop("index.html") == PAGE
    assert {name: text.rstrip("\n") for name, text in whole.items()} == {
        name: text.rstrip("\n") for name, text in files.items()
    }


def test_a_page_that_only_looks_like_several_files_stays_whole() -> None:
    page = f'{PAGE}<script data-file="x.js">\nlet a;\n</script>\n<p>more</p>\n'
    assert split_files(page) == {"index.html": page}
