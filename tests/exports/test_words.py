"""Preferences and marks in words and whole numbers."""

from __future__ import annotations

from typing import Any

import pytest

from harness.exports.aggregate import Aggregate, pairs_of
from harness.exports.words import elaboration, feedback, statement, whole_preference
from harness.models.pair import Outcome, Pair
from tests.exports.samples import item, vote


def pair(preference: float, outcome: Outcome | None = None) -> Pair:
    one = item()
    towards = Outcome.FIRST if preference < 0 else Outcome.SECOND
    return Pair(one, one.sides[0], one.sides[1], preference, outcome or towards, 1.0)


@pytest.mark.parametrize(
    ("preference", "whole", "said"),
    [
        (-3, -3, "Response 1 is much better than Response 2."),
        (-2, -2, "Response 1 is better than Response 2."),
        (-1, -1, "Response 1 is slightly better than Response 2."),
        (1, 1, "Response 2 is slightly better than Response 1."),
        (2, 2, "Response 2 is better than Response 1."),
        (3, 3, "Response 2 is much better than Response 1."),
        # Means: rounded, half up, and never to a tie.
        (0.01, 1, "Response 2 is slightly better than Response 1."),
        (-0.3, -1, "Response 1 is slightly better than Response 2."),
        (1.49, 1, "Response 2 is slightly better than Response 1."),
        (1.5, 2, "Response 2 is better than Response 1."),
        (-2.5, -3, "Response 1 is much better than Response 2."),
        # Nor beyond the scale, whatever made them.
        (7, 3, "Response 2 is much better than Response 1."),
    ],
)
def test_a_preference_as_a_whole_number_and_a_sentence(
    preference: float, whole: int, said: str
) -> None:
    assert (whole_preference(pair(preference)), statement(pair(preference))) == (whole, said)


def test_no_preference_in_words() -> None:
    tie, bad = pair(0, Outcome.TIE), pair(0, Outcome.BOTH_BAD)
    assert [whole_preference(one) for one in (tie, bad)] == [0, 0]
    assert statement(tie) == "Response 1 and Response 2 are about the same."
    assert statement(bad) == "Response 1 and Response 2 are both bad."
    # A majority for a tie, though the mean leans to one side.
    (most,) = pairs_of(item(), [vote(1, 0), vote(2, 0), vote(3, 3)], Aggregate.MAJORITY)
    assert isinstance(most, Pair)
    assert whole_preference(most) == 0


def test_reasons_are_paragraphs_and_empty_ones_are_left_out() -> None:
    said = [
        vote(at, 1, answer={"justification": text}) for at, text in enumerate(["a", " \n", "b"])
    ]
    assert elaboration([*said, vote(9, 1)._replace(answer={})]) == "a\n\nb"


def test_feedback_is_the_marks_on_one_response_a_line_each() -> None:
    def mark(response: str, first: int, last: int, **fields: Any) -> dict[str, Any]:
        return {
            "response": response, "first_line": first, "last_line": last, "severity": "breaks",
            "category": "logic",
        } | fields  # fmt: skip

    marks = [mark("1", 3, 3, note="subtracts"), mark("2", 1, 1), mark("1", 4, 6, note="")]
    said = vote(1, 1, answer={"marks": marks})
    assert feedback(said, 1) == "Line 3: breaks, logic: subtracts\nLines 4-6: breaks, logic"
    assert feedback(said, 2) == "Line 1: breaks, logic"
    assert feedback(vote(1, 1)._replace(answer={}), 1) == ""
