"""Untrusted text is shown whole, visibly and harmlessly; figures read like a person wrote them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.models import Language
from harness.reporting.diff import side_by_side
from harness.reporting.highlight import code_lines
from harness.reporting.html import data_block
from harness.reporting.text import HIDDEN, duration, middle, page_name, percent, plain, visible
from tests.reporting.conftest import HOSTILE, SURROGATE, hostile_result


def test_control_characters_are_spelt_out() -> None:
    assert plain("a\x1b[31mb\u202e\x00\ud800") == "a\\x1b[31mb\\u202e\\x00\\ud800"
    assert '<span class="esc">\\x1b</span>' in visible("\x1b")
    assert visible("tab\tand\nline") == "tab\tand\nline"


@given(st.text(st.characters(codec=None)))
def test_no_markup_and_no_hidden_character_survives(text: str) -> None:
    shown = visible(text)
    assert not HIDDEN.search(shown)
    assert "<" not in shown.replace('<span class="esc">', "").replace("</span>", "")


@pytest.mark.parametrize("language", list(Language))
def test_highlighted_code_holds_the_text_and_no_markup_of_its_own(language: Language) -> None:
    lines = code_lines(HOSTILE + "\nvalue = 1\n", language)
    joined = "\n".join(lines)
    assert "<script" not in joined
    assert "<img" not in joined
    assert "\\u202e" in joined
    assert "value" in lines[-1]


def test_code_lines_match_the_source_line_by_line() -> None:
    source = 'def f():\n    """two\n    lines"""\n\n    return 1\r\n'
    assert len(code_lines(source, Language.PYTHON)) == 5


def test_a_megabyte_on_one_line_is_cut() -> None:
    assert sum(map(len, code_lines("x" * 1_000_000, Language.PYTHON))) < 10_000


def test_page_names_are_safe_and_apart_for_hostile_ids() -> None:
    ids = ["a/b", "A/B", "a\\b", "../../etc/passwd", "é", "x" * 10_000, "x" * 10_001, "", "\x00"]
    base = hostile_result(1)
    names = [page_name(base.model_copy(update={"response_id": i, "task_id": i})) for i in ids]
    assert len({name.lower() for name in names}) == len(ids)
    for name in names:
        assert len(name) < 100
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")
        assert not name.startswith(".")
    assert page_name(hostile_result(1, text=SURROGATE)) == page_name(
        hostile_result(1, text=SURROGATE)
    )


def test_page_names_tell_one_tasks_responses_apart_for_a_reader() -> None:
    base = hostile_result(1)

    def named(response_id: str) -> str:
        ids = {"response_id": response_id, "task_id": "sum/7", "model": "small"}
        return page_name(base.model_copy(update=ids)).rpartition("-")[0]

    assert named("sum/7#1") == "sum-7-small-1"
    assert named("sum/7#2") == "sum-7-small-2"
    assert named("sum/7#small#12") == "sum-7-small-12"
    assert named("right_fast") == "sum-7-small-right-fast"


def test_data_block_cannot_end_its_script() -> None:
    block = data_block([HOSTILE, SURROGATE])
    assert "<" not in block
    assert "\u2028" not in block


def test_diff_marks_the_words_that_differ() -> None:
    rows = side_by_side("one two three\nsame", "one 2 three\nsame")
    assert rows is not None
    assert (rows[0].left, rows[0].right) == ("one <del>two</del> three", "one <ins>2</ins> three")
    assert rows[1].kind == "same"


def test_diff_shows_blanks_and_missing_lines() -> None:
    rows = side_by_side("a", "a \nb")
    assert rows is not None
    assert rows[0].right == "a<ins>·</ins>"
    assert (rows[1].left, rows[1].right) == (None, "<ins>b</ins>")


def test_diff_folds_equal_lines_and_gives_up_on_huge_texts() -> None:
    same = "\n".join(f"line {n}" for n in range(50))
    rows = side_by_side(f"{same}\nx", f"{same}\ny")
    assert rows is not None
    assert (rows[0].kind, rows[0].skipped, len(rows)) == ("gap", 48, 4)
    assert side_by_side("x" * 100_000, "y") is None


def test_figures_are_for_people() -> None:
    assert [duration(s) for s in (0.0004, 0.012, 1.239, 59.99, 185, 7800, None)] == [
        "0.4 ms", "12 ms", "1.24 s", "60.0 s", "3 min 05 s", "2 h 10 min", "–",
    ]  # fmt: skip
    assert [percent(s) for s in (0, 0.00001, 0.5, 0.99999, 1, None)] == [
        "0 %", "0.1 %", "50.0 %", "99.9 %", "100 %", "–",
    ]  # fmt: skip
    assert middle("organisation/model-7b-instruct-v2", 16) == "organis…truct-v2"
