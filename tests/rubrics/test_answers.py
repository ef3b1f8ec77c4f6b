"""An answer can be submitted exactly if it says all that the rubric asks for, and nothing else."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from harness.models import Answer, LineMark, Problem
from harness.models.rubric import Rubric
from harness.rubrics import check_answer, find_rubric, real_length
from tests.rubrics.samples import SMALL, changed, rubric_of

COMPLETE: dict[str, Any] = {
    "ratings": {"1": {"correctness": 4}, "2": {"correctness": 4, "style": -1}},
    "acceptable": {"1": True, "2": False},
    "preference": -1,
    "justification": "line 3 stops at the last element",
}
MARK = {"response": "2", "first_line": 3, "last_line": 4, "severity": "breaks", "category": "logic"}


@pytest.fixture
def rubric(tmp_path: Path) -> Rubric:
    return rubric_of(tmp_path)


def answer(**changes: Any) -> Answer:
    return Answer.model_validate({**COMPLETE, **changes})


def fields(problems: tuple[Problem, ...]) -> list[str]:
    return [one.field for one in problems]


def test_a_complete_answer_has_no_problem(rubric: Rubric) -> None:
    assert check_answer(rubric, answer()) == ()
    assert check_answer(rubric, answer(marks=[MARK]), lines={"1": 1, "2": 4}) == ()


def test_an_empty_answer_names_everything_that_is_asked(rubric: Rubric) -> None:
    assert fields(check_answer(rubric, Answer())) == [
        "ratings.1.correctness", "ratings.2.correctness", "acceptable.1", "acceptable.2",
        "preference", "justification",
    ]  # fmt: skip
    assert check_answer(rubric, Answer(), draft=True) == ()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ratings": {"1": {"correctness": 4}, "2": {"style": 1}}}, "ratings.2.correctness"),
        ({"acceptable": {"1": False}}, "acceptable.2"),
        ({"preference": None}, "preference"),
        ({"justification": "too short"}, "justification"),
        ({"justification": "-" * 50}, "justification"),
    ],
)
def test_whatever_is_missing_is_named_but_not_in_a_draft(
    rubric: Rubric, changes: dict[str, Any], field: str
) -> None:
    assert fields(check_answer(rubric, answer(**changes))) == [field]
    assert check_answer(rubric, answer(**changes), draft=True) == ()


def test_a_required_justification_needs_text_even_without_a_minimum(tmp_path: Path) -> None:
    rubric = rubric_of(tmp_path, changed("  min_chars: 10\n", ""))
    assert fields(check_answer(rubric, answer(justification=" "))) == ["justification"]
    assert check_answer(rubric, answer(justification="x")) == ()


def test_a_text_may_have_exactly_as_many_characters_as_allowed(rubric: Rubric) -> None:
    assert check_answer(rubric, answer(justification="xy" * 50)) == ()
    assert check_answer(rubric, answer(justification="xyzzy abcd")) == ()
    assert fields(check_answer(rubric, answer(justification="xyzzy abc"))) == ["justification"]


def test_zero_is_a_rating(rubric: Rubric) -> None:
    ratings = {"1": {"correctness": 0}, "2": {"correctness": 4}}
    mark = {**MARK, "response": "1"}
    good = answer(ratings=ratings, reasons=["slow"], marks=[mark])
    assert check_answer(rubric, good) == ()


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"ratings": {"1": {"correctness": 3}}}, "ratings.1.correctness", "3 is not on the scale"),
        ({"ratings": {"1": {"corectness": 4}}}, "ratings.1.corectness", "has no axis"),
        ({"ratings": {"3": {"correctness": 4}}}, "ratings.3", "there is no response 3"),
        ({"acceptable": {"9": True}}, "acceptable.9", "there is no response 9"),
        ({"preference": 3}, "preference", "does not offer the step 3"),
        ({"preference": 2, "tie": True}, "tie", "tie with the preference 2"),
        ({"preference": 2, "both_bad": True}, "both_bad", "both_bad with the preference 2"),
        ({"preference": 0, "tie": True, "both_bad": True}, "both_bad", "tie and both_bad at once"),
        ({"preference": None, "both_bad": True}, "acceptable.1", "yet response 1 is acceptable"),
        ({"ranking": [["1"], ["2"]]}, "ranking", "does not ask for it"),
        ({"reasons": ["slwo"]}, "reasons.0", "has no reason slwo"),
        ({"reasons": ["slow", "slow"]}, "reasons.1", "slow is there twice"),
        ({"reasons": ["slow", "odd", "wrong"]}, "reasons", "3 reasons, at most 2"),
        ({"justification": "x" + "yz" * 60}, "justification", "121 characters, at most 100"),
        ({"marks": [{**MARK, "severity": "break"}]}, "marks.0.severity", "break is not one of"),
        ({"marks": [{**MARK, "category": "x"}]}, "marks.0.category", "x is not one of"),
        ({"marks": [{**MARK, "response": "3"}]}, "marks.0.response", "there is no response 3"),
        ({"marks": [{**MARK, "last_line": 9}]}, "marks.0.last_line", "has 5 lines, not 9"),
        (
            {"flags": [{"response": "1", "index": 0, "rule": "r", "line": 1, "verdict": "accept"},
                       {"response": "1", "index": 0, "rule": "r", "line": 1, "verdict": "reject"}]},
            "flags.1", "judged twice",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_wrong_in_a_draft_too(
    rubric: Rubric, changes: dict[str, Any], field: str, message: str
) -> None:
    for draft in (False, True):
        found = check_answer(rubric, answer(**changes), lines={"2": 5}, draft=draft)
        assert [one for one in found if one.field == field and message in one.message], found
        assert all(one.fix for one in found)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # The rating of one response makes reasons required.
        ({"ratings": {"1": {"correctness": 2}, "2": {"correctness": 4}}}, ["reasons"]),
        # Marks are required of the response that was rated so, not of the other one.
        ({"ratings": {"1": {"correctness": 4}, "2": {"correctness": 0}}, "reasons": ["odd"]},
         ["marks"]),
        ({"ratings": {"1": {"correctness": 4}, "2": {"correctness": 0}}, "reasons": ["odd"],
          "marks": [{**MARK, "response": "1"}]}, ["marks"]),
        ({"ratings": {"1": {"correctness": 4}, "2": {"correctness": 0}}, "reasons": ["odd"],
          "marks": [MARK]}, []),
    ],
)  # fmt: skip
def test_conditions_ask_for_more(
    rubric: Rubric, changes: dict[str, Any], expected: list[str]
) -> None:
    assert fields(check_answer(rubric, answer(**changes))) == expected


@pytest.mark.parametrize(
    ("condition", "asked"),
    [
        ("{preference: tie}", {"tie"}),
        ("{preference: both_bad}", {"bad"}),
        ("{preference: decided}", {"clear", "slight"}),
        ("{preference: decided, at_least: 2}", {"clear"}),
        ("{acceptable: true}", {"clear", "slight", "tie"}),
        ("{any: [{preference: tie}, {preference: decided, at_most: 1}]}", {"tie", "slight"}),
        ("{all: [{acceptable: true}, {axis: style, equals: -1}]}", set()),
        ("{all: [{acceptable: false}, {axis: style, at_most: 0}]}",
         {"clear", "slight", "tie", "bad"}),
    ],
)  # fmt: skip
def test_conditions_look_at_one_response_at_a_time(
    tmp_path: Path, condition: str, asked: set[str]
) -> None:
    rubric = rubric_of(tmp_path, changed("{axis: correctness, at_most: 2}", condition))
    answers = {
        "clear": answer(preference=-2), "slight": answer(preference=-1),
        "tie": answer(preference=0),
        "bad": answer(preference=None, both_bad=True, acceptable={"1": False, "2": False}),
    }  # fmt: skip
    found = {
        name for name, one in answers.items() if "reasons" in fields(check_answer(rubric, one))
    }
    assert found == asked


def test_a_tie_is_the_same_however_it_is_said() -> None:
    assert answer(preference=0) == answer(preference=None, tie=True)
    assert Answer(both_bad=True).preference == 0
    assert not Answer(both_bad=True).tie


def test_ties_and_both_bad_only_where_they_are_offered(tmp_path: Path) -> None:
    text = changed("0: Same, ", "", changed("  both_bad: Neither\n", ""))
    rubric = rubric_of(tmp_path, text)
    assert fields(check_answer(rubric, answer(preference=0))) == ["preference"]
    none = {"1": False, "2": False}
    bad = answer(preference=None, both_bad=True, acceptable=none)
    assert fields(check_answer(rubric, bad)) == ["both_bad"]


def test_names_of_responses_may_be_ids_of_the_store(rubric: Rubric) -> None:
    named = answer(
        ratings={"r-7": {"correctness": 4}, "r-3": {"correctness": 4}},
        acceptable={"r-7": True, "r-3": True},
    )
    assert check_answer(rubric, named, responses=("r-7", "r-3")) == ()
    assert "ratings.r-7" in fields(check_answer(rubric, named))


def test_how_many_responses_a_rubric_is_about(rubric: Rubric) -> None:
    assert fields(check_answer(rubric, answer(), responses=("1", "2", "3"), draft=True)) == [
        "responses"
    ]
    single = find_rubric("single-response")
    assert fields(check_answer(single, Answer(), responses=("1", "2"), draft=True)) == ["responses"]


RANKING = changed("mode: pairwise", "mode: ranking", SMALL)
RANKING = RANKING.replace(
    RANKING[RANKING.index("preference:") : RANKING.index("reasons:")], "ranking:\n  ties: false\n"
)


@pytest.mark.parametrize(
    ("ranking", "expected"),
    [
        ([["2"], ["3"], ["1"]], []),
        ([["2"], ["1"]], ["ranking"]),
        ([["2", "3"], ["1"]], ["ranking.0"]),
        ([["2"], ["3"], ["2"], ["1"]], ["ranking.2"]),
        ([["2"], ["3"], [], ["1"]], ["ranking.2"]),
        ([], ["ranking"]),
    ],
)
def test_rankings_hold_every_response_once(
    tmp_path: Path, ranking: list[list[str]], expected: list[str]
) -> None:
    rubric = rubric_of(tmp_path, RANKING)
    names = ("1", "2", "3")
    given_answer = Answer(
        ratings={name: {"correctness": 4} for name in names},
        acceptable=dict.fromkeys(names, True),
        ranking=tuple(map(tuple, ranking)),
        justification="line 3 stops at the last element",
    )
    assert fields(check_answer(rubric, given_answer, responses=names)) == expected


def test_a_ranking_may_be_half_done_in_a_draft(tmp_path: Path) -> None:
    rubric = rubric_of(tmp_path, RANKING)
    half = Answer(ranking=(("2",),))
    assert check_answer(rubric, half, responses=("1", "2", "3"), draft=True) == ()
    assert check_answer(rubric, Answer(), draft=True) == ()
    assert "responses" in fields(check_answer(rubric, Answer()))


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0), ("   \n\t ", 0), ("abc", 3), ("  a \n\n b ", 3), ("aaaaaaaaaaaa", 3),
        ("!!!!!!!!!!!!! no", 6), ("a\u200b\u200b\u200bb", 2), ("e\u0301", 1), ("日本語で書く", 6),
        ("== 1", 4), ("\u00a0\u2003a", 1), ("no\0", 3), ("🙂🙂", 2),
    ],
)  # fmt: skip
def test_padding_is_no_text(text: str, length: int) -> None:
    assert real_length(Answer(justification=text).justification) == length


@example(text="\U0001d15e", pad=" ")
@given(text=st.text(max_size=200), pad=st.sampled_from([" ", "\n", "\u200b", "\u00a0", "\t"]))
def test_padding_never_makes_a_text_longer(text: str, pad: str) -> None:
    assert real_length(text + pad * 50) == real_length(text)
    # NFC itself spells a few characters, such as a half note, as two.
    assert real_length(text) <= len(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    "values",
    [
        {"preference": 4}, {"preference": True}, {"preference": False}, {"preference": 1.5},
        {"ratings": {"1": {"correctness": True}}}, {"ratings": {"": {}}},
        {"acceptable": {"1": 1}}, {"prefrence": 1}, {"justification": "\ud800"},
        {"justification": "x" * 20_001}, {"marks": [{**MARK, "first_line": 0}]},
        {"marks": [{**MARK, "last_line": 2}]}, {"marks": [MARK] * 501},
    ],
)  # fmt: skip
def test_what_no_rubric_could_ask_for_is_no_answer(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Answer.model_validate(values)


NAMES = st.sampled_from(["1", "2", "3", "zz"])
ANSWERS = st.builds(
    Answer,
    ratings=st.dictionaries(
        NAMES, st.dictionaries(st.sampled_from(["correctness", "style", "x"]), st.integers(-2, 5))
    ),
    acceptable=st.dictionaries(NAMES, st.booleans()),
    preference=st.none() | st.integers(-3, 3),
    tie=st.booleans(),
    both_bad=st.booleans(),
    reasons=st.lists(st.sampled_from(["slow", "odd", "x"]), max_size=4).map(tuple),
    justification=st.text(max_size=120),
    marks=st.lists(
        st.builds(
            LineMark,
            response=NAMES,
            first_line=st.integers(1, 5),
            last_line=st.integers(5, 9),
            severity=st.sampled_from(["breaks", "x"]),
            category=st.just("logic"),
        ),
        max_size=2,
    ).map(tuple),
)


@given(given_answer=ANSWERS)
def test_what_is_wrong_with_a_draft_is_wrong_with_the_answer(
    tmp_path_factory: pytest.TempPathFactory, given_answer: Answer
) -> None:
    rubric = _small(tmp_path_factory)
    full, draft = check_answer(rubric, given_answer), check_answer(rubric, given_answer, draft=True)
    assert set(draft) <= set(full)
    assert Answer.model_validate_json(given_answer.model_dump_json()) == given_answer


_KEPT: list[Rubric] = []


def _small(factory: pytest.TempPathFactory) -> Rubric:
    if not _KEPT:
        _KEPT.append(rubric_of(factory.mktemp("rubric")))
    return _KEPT[0]
