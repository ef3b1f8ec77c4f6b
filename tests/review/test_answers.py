"""Letters on the screen and positions in the store say the same, whatever the order of sides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import InputError
from harness.models import Answer, LineMark
from harness.review.answers import as_displayed, in_item_order
from harness.review.markdown import rendered

orders = st.integers(1, 4).flatmap(lambda n: st.permutations(range(1, n + 1)))


@given(orders, st.integers(-3, 3), st.data())
def test_there_and_back_is_the_same_answer(
    order: list[int], preference: int, data: st.DataObject
) -> None:
    letters = "ABCD"[: len(order)]
    some = data.draw(st.lists(st.sampled_from(letters), unique=True))
    marks = [
        LineMark(response=one, first_line=1, last_line=2, severity="minor", category="logic")
        for one in some
    ]
    answer = Answer(
        ratings={one: {"correctness": n} for n, one in enumerate(some)},
        acceptable=dict.fromkeys(some, True),
        preference=preference if len(order) == 2 else None,
        ranking=tuple((one,) for one in some),
        marks=tuple(marks),
    )
    stored = in_item_order(answer, order)
    assert as_displayed(stored, order) == answer
    for letter in some:
        assert letter not in stored.ratings
        assert str(order[letters.index(letter)]) in stored.ratings


def test_a_preference_turns_with_the_sides() -> None:
    left = Answer(preference=-2)
    assert in_item_order(left, (1, 2)).preference == -2
    assert in_item_order(left, (2, 1)).preference == 2
    tie = in_item_order(Answer(preference=0), (2, 1))
    assert (tie.preference, tie.tie) == (0, True)


@pytest.mark.parametrize("name", ["B", "1", "", "a"])
def test_a_response_that_is_not_shown_is_refused(name: str) -> None:
    answer = Answer.model_construct(ratings={name: {"correctness": 1}})
    with pytest.raises(InputError):
        in_item_order(answer, (1,))


def test_markdown_keeps_what_people_need_and_nothing_that_acts() -> None:
    text = (
        "# T\n**b** `c` [l](https://a.example/x)\n\n```py\nx = 1\n```\n\n"
        "<b onclick=x>raw</b>\n![p](//e/x.png)"
    )
    html = rendered(text)
    assert "<h1>T</h1>" in html
    assert "<strong>b</strong>" in html
    assert 'href="https://a.example/x"' in html
    assert 'rel="noopener noreferrer nofollow"' in html
    assert '<i class="m">1</i>' in html
    assert "&lt;b onclick=x&gt;raw&lt;/b&gt;" in html
    assert "<img" not in html
    assert "[picture: p]" in html


def test_single_line_ends_of_a_plain_prompt_are_kept() -> None:
    assert "one<br>\ntwo" in rendered("one\ntwo")


def test_line_ends_of_a_wrapped_prompt_are_not() -> None:
    text = "Return the number of vowels in the text that was given, small and\nlarge ones alike."
    assert "<br>" not in rendered(text)


def test_nor_are_those_of_a_wrapped_list() -> None:
    text = (
        "- Each row of the table that was given is printed on a line of its own, and\n"
        "  empty rows are left out.\n"
        "- The last line says how many rows were printed; with none of them it says\n"
        "  that there are none.\n"
    )
    assert "<br>" not in rendered(text)


def test_code_in_a_prompt_does_not_say_how_its_text_is_wrapped() -> None:
    code = "```sql\nCREATE TABLE t (\n    id INTEGER,\n    name TEXT\n);\n```\n"
    text = "Which of them were never lent? Return their names in any order. Two may\nhave the same."
    assert "<br>" not in rendered(f"{code}\n{text}\n")
