"""From judgments that overlap to one pair, and what keeps a pair out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.exports.aggregate import Aggregate, pairs_of, ratings_of
from harness.exports.export import Drop
from harness.models.pair import Outcome, Pair
from tests.exports.samples import BAD, GOOD, export_items, fix, item, rows_of, side, vote


def pair_of(preferences: list[int | None], how: Aggregate, **fields: Any) -> Pair:
    votes = [vote(number, value, **fields) for number, value in enumerate(preferences)]
    (pair,) = pairs_of(item("1", votes), votes, how)
    assert isinstance(pair, Pair)
    return pair


@pytest.mark.parametrize(
    ("preferences", "outcome", "preference", "agreement"),
    [
        ([2], Outcome.SECOND, 2, 1),
        ([1, 3, -3], Outcome.SECOND, 2, 2 / 3),
        ([-1, -2, 3], Outcome.FIRST, -1.5, 2 / 3),
        ([1, -1], Outcome.TIE, 0, 0),
        ([0, 0, 3], Outcome.TIE, 0, 2 / 3),
        ([None, 1], Outcome.SECOND, 1, 1),
    ],
)
def test_majority(
    preferences: list[int | None], outcome: Outcome, preference: float, agreement: float
) -> None:
    pair = pair_of(preferences, Aggregate.MAJORITY)
    assert (pair.outcome, pair.preference) == (outcome, preference)
    assert pair.agreement == pytest.approx(agreement)


@pytest.mark.parametrize(
    ("preferences", "outcome", "preference"),
    [
        ([1, 3, -3], Outcome.SECOND, 1 / 3),
        ([-1, -1, 3], Outcome.SECOND, 1 / 3),
        ([1, -1], Outcome.TIE, 0),
        ([-2, 0], Outcome.FIRST, -1),
    ],
)
def test_mean(preferences: list[int | None], outcome: Outcome, preference: float) -> None:
    pair = pair_of(preferences, Aggregate.MEAN)
    assert pair.outcome is outcome
    assert pair.preference == pytest.approx(preference)


def test_an_expert_has_the_last_word_only_where_there_is_one() -> None:
    crowd = [vote(1, 3), vote(2, 3)]
    expert = vote(3, -1, role="expert")
    (pair,) = pairs_of(item(), [*crowd, expert], Aggregate.EXPERT)
    assert isinstance(pair, Pair)
    assert (pair.outcome, pair.votes) == (Outcome.FIRST, (expert,))
    (pair,) = pairs_of(item(), crowd, Aggregate.EXPERT)
    assert isinstance(pair, Pair)
    assert pair.outcome is Outcome.SECOND


def test_each_judgment_may_be_a_pair() -> None:
    found = pairs_of(item(), [vote(1, 3), vote(2, -2)], Aggregate.EACH)
    assert [one.preference for one in found if isinstance(one, Pair)] == [3, -2]


def test_both_bad_is_no_tie() -> None:
    bad = {"tie": False, "both_bad": True}
    assert pair_of([0, 0], Aggregate.MAJORITY, answer=bad).outcome is Outcome.BOTH_BAD
    assert pair_of([0, 0], Aggregate.MEAN, answer=bad).outcome is Outcome.BOTH_BAD


def test_a_ranking_gives_a_pair_of_every_two() -> None:
    three = (side(1), side(2, BAD), side(3, "pass\n"))
    ranked = vote(1, None, answer={"ranking": [["3"], ["1", "2"]]})
    found = pairs_of(item(sides=three), [ranked], Aggregate.MAJORITY)
    assert [
        (one.first.position, one.second.position, one.preference)
        for one in found
        if isinstance(one, Pair)
    ] == [(1, 2, 0), (1, 3, 1), (2, 3, 1)]


def test_a_judgment_without_a_preference_gives_no_pair() -> None:
    (found,) = pairs_of(item(), [vote(1, None)], Aggregate.MAJORITY)
    assert isinstance(found, Drop)


def test_ratings_are_means_and_acceptance_is_that_of_most() -> None:
    votes = [
        vote(1, 1, answer={"ratings": {"1": {"overall": 1}}, "acceptable": {"1": True}}),
        vote(2, 1, answer={"ratings": {"1": {"overall": 2}}, "acceptable": {"1": True}}),
        vote(3, 1, answer={"ratings": {}, "acceptable": {"1": False}}),
    ]
    first, second = ratings_of(item(), votes, Aggregate.MAJORITY)
    assert (dict(first.ratings), first.acceptable, first.good) == ({"overall": 1.5}, True, False)
    assert (dict(second.ratings), second.acceptable, second.good) == ({}, None, True)


def chosen(out: Path) -> list[str]:
    return [row["chosen"] for row in rows_of(out)]


def export(out: Path, *items: Any, **options: Any) -> dict[str, Any]:
    manifest = export_items(items, out, format="trl-dpo", **options)
    dropped: dict[str, Any] = manifest["counts"]["rows"]["default"]["dropped"]
    return dropped


def test_pairs_equal_but_for_white_space_are_refused(tmp_path: Path) -> None:
    same = item("1", [vote()], sides=(side(1, "a  b\n"), side(2, "a b")))
    dropped = export(tmp_path / "out", same, item("2", [vote()]))
    assert dropped == {"chosen and rejected are the same but for white space": 1}
    assert len(chosen(tmp_path / "out")) == 1


def test_white_space_deep_inside_a_long_text_is_seen(tmp_path: Path) -> None:
    long = " ".join(str(number) for number in range(100))
    sides = (side(1, long), side(2, f"{long} more"))
    assert export(tmp_path / "out", item("1", [vote()], sides=sides)) == {}


def test_corrections_are_chosen_over_what_they_correct(tmp_path: Path) -> None:
    fixed = item("1", [vote(1, -1)], fixes=(fix("return 1\n"), fix("return 2\n", position=None)))
    dropped = export(tmp_path / "off", fixed)
    assert chosen(tmp_path / "off") == [BAD]
    assert dropped == {}
    dropped = export(tmp_path / "add", fixed, corrections="add")
    assert chosen(tmp_path / "add") == [BAD, "return 1\n"]
    assert dropped == {"a correction of no response in particular": 1}
    about = rows_of(tmp_path / "add", "provenance")[1]
    assert about["made_by"] == "correction"
    assert [(one["position"], one["model"]) for one in about["responses"]] == [
        (3, "human correction"),
        (1, "model-1"),
    ]
    export(tmp_path / "only", fixed, corrections="only")
    assert rows_of(tmp_path / "only") == [
        {"prompt": fixed.prompt, "chosen": "return 1\n", "rejected": BAD}
    ]


def test_a_correction_is_fenced_like_the_answer_it_corrects(tmp_path: Path) -> None:
    chat = f"Here it is:\n```python\n{BAD}```\nDone."
    fixed = item("1", [], sides=(side(1, chat), side(2)), fixes=(fix(),))
    export(tmp_path / "out", fixed, corrections="only")
    assert chosen(tmp_path / "out") == [f"```python\n{GOOD}```\n"]


def test_a_chosen_response_may_be_required_to_pass(tmp_path: Path) -> None:
    fails, passes = item("1", [vote(1, -2)]), item("2", [vote(1, 2)])
    dropped = export(tmp_path / "out", fails, passes, require_pass_chosen=True)
    assert dropped == {"chosen does not pass its tests": 1}
    assert chosen(tmp_path / "out") == [GOOD]


def test_ties_are_counted_apart_from_divided_judgments(tmp_path: Path) -> None:
    items = [
        item("1", [vote(1, 0)]),
        item("2", [vote(1, 1), vote(2, -1)]),
        item("3", [vote(1, 0, answer={"tie": False, "both_bad": True})]),
        item("4", [vote(1, None)]),
    ]
    assert export(tmp_path / "out", *items) == {
        "tie": 1,
        "divided judgments": 1,
        "both bad": 1,
        "no judgment says which one is better": 1,
    }


def test_a_tie_without_acceptance_is_no_kto_row(tmp_path: Path) -> None:
    said: dict[str, Any] = {"acceptable": {"1": True}}
    manifest = export_items(
        [item("1", [vote(1, 0, answer=said)])], tmp_path / "out", format="trl-kto"
    )
    rows = rows_of(tmp_path / "out")
    assert [(row["completion"][0]["content"], row["label"]) for row in rows] == [(BAD, True)]
    assert sum(manifest["counts"]["rows"]["default"]["dropped"].values()) == 1


def test_a_good_answer_may_be_required_to_pass_and_to_be_agreed_on(tmp_path: Path) -> None:
    fails = item("1", [vote(1, -2), vote(2, -1), vote(3, 1)])
    manifest = export_items([fails], tmp_path / "a", format="trl-kto", require_pass_chosen=True)
    assert manifest["counts"]["rows"]["default"]["dropped"] == {
        "good answer does not pass its tests": 1
    }
    assert [row["label"] for row in rows_of(tmp_path / "a")] == [False]
    manifest = export_items(
        [fails], tmp_path / "b", format="trl-kto", filters={"min_agreement": 0.7}
    )
    assert manifest["counts"]["rows"]["default"]["dropped"] == {"below --min-agreement": 2}


def test_bounds_of_filters_are_inside(tmp_path: Path) -> None:
    two_of_three = item("1", [vote(1, 2), vote(2, 2), vote(3, -1)])
    exact = {"min_agreement": 2 / 3, "min_preference": 2.0}
    assert export(tmp_path / "a", two_of_three, filters=exact) == {}
    assert export(tmp_path / "b", two_of_three, filters={"min_preference": 2.01}) == {
        "below --min-preference": 1
    }


@pytest.mark.parametrize("ranking", [[["1"]], [["2"], ["3"]], []])
def test_a_ranking_that_leaves_a_response_out_says_nothing_of_it(ranking: list[list[str]]) -> None:
    ranked = vote(1, None, answer={"ranking": ranking})
    (found,) = pairs_of(item(), [ranked], Aggregate.MAJORITY)
    assert isinstance(found, Drop)


@pytest.mark.parametrize(("last", "preference"), [(2, 1), (4, 3), (5, 3)])
def test_a_ranking_is_no_stronger_than_a_preference_can_be(last: int, preference: int) -> None:
    sides = tuple(side(place, str(place)) for place in range(1, last + 1))
    ranked = vote(1, None, answer={"ranking": [[str(place)] for place in range(1, last + 1)]})
    found = pairs_of(item(sides=sides), [ranked], Aggregate.MAJORITY)
    (pair,) = [
        one
        for one in found
        if isinstance(one, Pair) and (one.first.position, one.second.position) == (1, last)
    ]
    assert pair.preference == -preference


def test_acceptance_that_is_divided_is_open() -> None:
    votes = [vote(at, 0, answer={"acceptable": {"1": at == 1, "2": True}}) for at in range(3)]
    first, second = ratings_of(item(), votes, Aggregate.MAJORITY)
    assert (first.acceptable, second.acceptable, second.good) == (False, True, True)
    first, _ = ratings_of(item(), votes[:2], Aggregate.MAJORITY)
    assert (first.acceptable, first.good) == (None, None)


def test_both_bad_is_bad_whatever_was_accepted() -> None:
    bad = {"tie": False, "both_bad": True, "acceptable": {"1": True, "2": True}}
    found = ratings_of(item(), [vote(1, 0, answer=bad)], Aggregate.MAJORITY)
    assert [one.good for one in found] == [False, False]


def test_equal_texts_of_a_tie_stay_where_ties_do(tmp_path: Path) -> None:
    same = item("1", [vote(1, 0)], sides=(side(1), side(2)))
    manifest = export_items([same], tmp_path / "out", format="arena")
    assert manifest["counts"]["rows"]["default"]["out"] == 1


def test_the_same_pair_twice_is_one_row_and_its_reverse_another(tmp_path: Path) -> None:
    first = item("1", [vote(1, 2)])
    again = item("2", [vote(1, 3)], task=dict(first.task), task_key=first.task_key)
    reverse = item("3", [vote(1, -1)], task=dict(first.task), task_key=first.task_key)
    other_task = item("4", [vote(1, 2)], task={"prompt": first.prompt})
    dropped = export(tmp_path / "out", first, again, reverse, other_task)
    assert dropped == {"identical to an earlier row": 2}
    assert chosen(tmp_path / "out") == [GOOD, BAD]
