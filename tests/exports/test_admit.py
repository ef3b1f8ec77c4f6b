"""What keeps a pair or a rating out of an export, and the reason that is counted for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.models.pair import JudgedItem
from tests.exports.samples import BAD, GOOD, export_items, item, rows_of, side, vote

BOTH_BAD: dict[str, Any] = {"tie": False, "both_bad": True}


def exported(out: Path, *items: JudgedItem, **options: Any) -> tuple[int, dict[str, int]]:
    """Rows written and dropped by reason."""
    counts = export_items(items, out, **options)["counts"]["rows"]["default"]
    return counts["out"], counts["dropped"]


def of_task(first: JudgedItem, name: str, *votes: Any, **fields: Any) -> JudgedItem:
    """Another item of the same task."""
    return item(name, votes, task=dict(first.task), task_key=first.task_key, **fields)


def test_reasons_tell_ties_from_divided_and_from_bad_pairs(tmp_path: Path) -> None:
    items = [
        item("1", [vote(1, 0)]),
        # A tie that all but one were for, and one among judgments that are divided.
        item("2", [vote(1, 3), vote(2, 0), vote(3, 0)]),
        item("3", [vote(1, 1), vote(2, -1), vote(3, 0)]),
        item("4", [vote(1, 1), vote(2, -1)]),
        item("5", [vote(1, 2), vote(2, -3)]),
        *(item(name, [vote(1, 0, answer=BOTH_BAD)]) for name in "6789"),
    ]
    assert exported(tmp_path / "out", *items) == (
        0, {"both bad": 4, "divided judgments": 2, "tie": 3},
    )  # fmt: skip


def test_responses_that_share_a_place_of_a_ranking_are_a_tie(tmp_path: Path) -> None:
    three = (side(1), side(2, BAD), side(3, "pass\n"))
    ranked = vote(1, None, answer={"ranking": [["3"], ["1", "2"]]})
    assert exported(tmp_path / "out", item("1", [ranked], sides=three)) == (2, {"tie": 1})


def test_the_same_pair_of_one_task_is_written_once(tmp_path: Path) -> None:
    first = item("1", [vote(1, 2)])
    again, reverse = of_task(first, "2", vote(1, 3)), of_task(first, "3", vote(1, -1))
    # In between the items of other tasks come and go.
    found = exported(tmp_path / "out", first, again, reverse, item("4", [vote()]), format="trl-dpo")
    assert found == (3, {"identical to an earlier row": 1})
    assert [row["chosen"] for row in rows_of(tmp_path / "out")] == [GOOD, BAD, GOOD]


def test_texts_that_read_the_same_when_joined_are_two_pairs(tmp_path: Path) -> None:
    first = item("1", [vote(1, 2)], sides=(side(1, "ab"), side(2, "c")))
    other = of_task(first, "2", vote(1, 2), sides=(side(1, "b"), side(2, "ca")))
    assert exported(tmp_path / "out", first, other) == (2, {})


def test_ties_on_the_same_two_responses_are_one_row_of_formats_that_keep_them(
    tmp_path: Path,
) -> None:
    tie = item("1", [vote(1, 0)])
    rows = [
        of_task(tie, "2", vote(2, 0)),
        of_task(tie, "3", vote(1, 2)),
        of_task(tie, "4", vote(1, 0), sides=(side(1, "other"), side(2))),
        of_task(tie, "5", vote(1, 0), sides=(side(1, BAD), side(2, "other"))),
    ]
    found = exported(tmp_path / "out", tie, *rows, format="helpsteer3")
    assert found == (4, {"identical to an earlier row": 1})


def test_the_same_answer_is_one_kto_row_unless_it_is_called_good_and_bad(tmp_path: Path) -> None:
    first = item("1", [vote(1, 2)])
    again, reverse = of_task(first, "2", vote(1, 3)), of_task(first, "3", vote(1, -1))
    found = exported(tmp_path / "out", first, again, reverse, format="trl-kto")
    assert found == (4, {"identical to an earlier row": 2})


def test_a_prompt_that_is_no_text_keeps_its_rows(tmp_path: Path) -> None:
    broken = item("1", [vote()], task={"prompt": "half \ud800 of it"})
    found = exported(tmp_path / "out", broken, splits=[{"name": "test", "share": 0.5}])
    assert found == (1, {})


@pytest.mark.parametrize(("least", "written"), [(0.0, 2), (2 / 3, 2), (0.67, 1), (1.0, 1)])
def test_agreement_may_be_as_low_as_asked_for(tmp_path: Path, least: float, written: int) -> None:
    items = [item("1", [vote(1, 1), vote(2, 1), vote(3, -1)]), item("2", [vote(1, 1)])]
    found = exported(tmp_path / "out", *items, filters={"min_agreement": least})
    assert found == (written, {"below --min-agreement": 1} if written == 1 else {})


@pytest.mark.parametrize(("least", "dropped"), [(0.0, 0), (2.0, 0), (2.5, 1), (3.0, 1)])
def test_a_preference_may_be_as_weak_as_asked_for(
    tmp_path: Path, least: float, dropped: int
) -> None:
    items = [item("1", [vote(1, -2)]), item("2", [vote(1, 3)])]
    found = exported(tmp_path / "out", *items, filters={"min_preference": least})
    assert found == (2 - dropped, {"below --min-preference": 1} if dropped else {})


def test_a_tie_of_few_is_weak_before_it_is_a_tie(tmp_path: Path) -> None:
    tie = item("1", [vote(1, 0), vote(2, 0), vote(3, 3)])
    found = exported(tmp_path / "out", tie, format="arena", filters={"min_agreement": 0.9})
    assert found == (0, {"below --min-agreement": 1})


def test_only_good_answers_must_pass_and_only_on_request(tmp_path: Path) -> None:
    wrong = item("1", [vote(1, -2)])  # the failing one is preferred
    right = item("2", [vote(1, 2)])
    assert exported(tmp_path / "any", wrong, right, format="trl-kto") == (4, {})
    found = exported(tmp_path / "out", wrong, right, format="trl-kto", require_pass_chosen=True)
    assert found == (3, {"good answer does not pass its tests": 1})
    assert [row["label"] for row in rows_of(tmp_path / "out")] == [False, False, True]


def test_conflicts_are_pairs_whose_rejected_passes(tmp_path: Path) -> None:
    both_fail = (side(1, BAD, passed=False), side(2, passed=False))
    both_pass, nothing_ran = (side(1, BAD), side(2)), (side(1, BAD, result={}), side(2))
    items = [
        item("1", [vote(1, -2)]),
        item("2", [vote(1, 2)]),
        item("3", [vote(1, 2)], sides=both_fail),
        item("4", [vote(1, 2)], sides=both_pass),
        item("5", [vote(1, -2)], sides=nothing_ran),
        item("6", [vote(1, 0)]),
    ]
    manifest = export_items(items, tmp_path / "all")
    assert manifest["conflicts"] == 1
    found = exported(tmp_path / "out", *items, conflicts="drop")
    assert found == (4, {"conflict: chosen fails its tests, rejected passes": 1, "tie": 1})
