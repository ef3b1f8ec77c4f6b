"""Filters and aggregates at their boundaries, options that do not fit, and who people are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from harness.errors import UsageError
from harness.exports import ExportOptions, exports, find_export, pseudonyms, salt_of
from harness.exports.aggregate import Aggregate, pairs_of, preference_of, ratings_of
from harness.exports.counts import Tally
from harness.exports.options import Conflicts, Corrections, Filters, Split
from harness.exports.project import check_options
from harness.exports.select import corrections_that_count, item_reason, select_votes
from harness.models.pair import Outcome, Pair
from harness.models.review import JudgmentKind
from tests.exports.samples import BAD, export_items, fix, item, rows_of, side, vote


@pytest.mark.parametrize(
    ("filters", "reason"),
    [
        ({}, None),
        ({"languages": ["sql", "python"]}, None),
        ({"languages": ["sql"]}, "another language"),
        ({"tasks": ["x*", "task-?"]}, None),
        ({"tasks": ["task"]}, "another task"),
        ({"tasks": ["TASK-1"]}, "another task"),
        ({"states": ["submitted"]}, None),
        ({"states": ["final"]}, "another state"),
        ({"models": ["model-2"]}, None),
        ({"models": ["model"]}, "another model"),
        ({"verdicts": ["failed"]}, None),
        ({"verdicts": ["timeout"]}, "another verdict"),
    ],
)
def test_an_item_is_left_out_for_a_reason(filters: dict[str, Any], reason: str | None) -> None:
    assert item_reason(item(), Filters.model_validate(filters)) == reason


def selected(filters: dict[str, Any], *, revisions: bool = False) -> tuple[str, dict[str, int]]:
    votes = [
        vote(1, created_at=10.0), vote(2, created_at=20.0), vote(3, created_at=30.0),
        vote(4, final=False, kind=JudgmentKind.FIRST_PREFERENCE.value, created_at=10.0),
        vote(5, final=False, kind="withdrawn", created_at=20.0),
        vote(6, final=False, kind="submitted", created_at=30.0),
    ]  # fmt: skip
    tally = Tally("judgments")
    kept = select_votes(
        item("1", votes), Filters.model_validate(filters), tally, revisions=revisions
    )
    assert (tally.entered, tally.kept) == (6, len(kept))
    return "".join(one.judgment_id[2:] for one in kept), dict(tally.dropped)


SUPERSEDED = {
    "a first preference": 1, "withdrawn": 1, "replaced by a later revision or taken back": 1,
}  # fmt: skip


def test_judgments_take_part_by_person_and_time() -> None:
    assert selected({}) == ("123", SUPERSEDED)
    assert selected({"since": 20.0}) == ("23", {**SUPERSEDED, "before --since": 1})
    assert selected({"until": 20.0}) == ("1", {**SUPERSEDED, "not before --until": 2})
    assert selected({"annotators": ["p_2", "p_9"]}) == ("2", {**SUPERSEDED, "another annotator": 2})
    assert selected({}, revisions=True) == ("123456", {})
    assert selected({"since": 0.0, "until": 11.0}, revisions=True) == (
        "14", {"not before --until": 4},
    )  # fmt: skip


def test_corrections_take_part_by_person_and_time() -> None:
    fixes = tuple(fix(person_id=f"p_{at}", created_at=10.0 * at) for at in (1, 2, 3))
    fixed = item("1", fixes=fixes)
    assert list(corrections_that_count(fixed, Filters())) == [0, 1, 2]
    assert list(corrections_that_count(fixed, Filters(annotators=("p_2",)))) == [1]
    assert list(corrections_that_count(fixed, Filters(since=20.0, until=30.0))) == [1]


def test_an_item_with_a_correction_alone_gives_its_row(tmp_path: Path) -> None:
    items = [item("1", fixes=(fix("return 1\n"),)), item("2"),
             item("3", [vote(1, final=False, kind="withdrawn")])]  # fmt: skip
    counts = export_items(items, tmp_path / "off", format="trl-dpo")["counts"]
    assert counts["items"]["dropped"] == {
        "no judgment of it takes part": 1, "nobody has judged it": 2,
    }  # fmt: skip
    counts = export_items(items, tmp_path / "add", format="trl-dpo", corrections="add")["counts"]
    assert (counts["items"]["out"], counts["rows"]["default"]["out"]) == (1, 1)
    assert [row["chosen"] for row in rows_of(tmp_path / "add")] == ["return 1\n"]


@pytest.mark.parametrize(
    ("ranking", "first", "second", "found"),
    [
        ([["1"], ["2"]], 1, 2, -1), ([["2"], ["1"]], 1, 2, 1), ([["1", "2"]], 1, 2, 0),
        ([["1"], ["2"]], 1, 3, None), ([["1"], ["2"]], 3, 2, None),
        ([["1"], ["2"], ["3"], ["4"], ["5"]], 1, 5, -3),
        ([["5"], ["2"], ["3"], ["4"], ["1"]], 1, 5, 3), ([["3"], ["2"], ["1"]], 1, 3, 2),
    ],
)  # fmt: skip
def test_places_of_a_ranking_as_a_preference(
    ranking: list[list[str]], first: int, second: int, found: int | None
) -> None:
    said = vote(1, 2, answer={"ranking": ranking})
    assert preference_of(said, first, second) == found


def test_a_preference_is_between_the_first_two_only() -> None:
    assert [preference_of(vote(1, 2), *two) for two in ((1, 2), (1, 3), (2, 1))] == [2, None, None]


@pytest.mark.parametrize("role", ["expert", "manager"])
def test_experts_and_managers_have_the_last_word_in_ratings_too(role: str) -> None:
    votes = [vote(1, 3), vote(2, 3), vote(3, -1, role=role)]
    (first, second) = ratings_of(item(), votes, Aggregate.EXPERT)
    assert (first.good, second.good, first.votes) == (True, False, (votes[2],))
    each = ratings_of(item(), votes, Aggregate.EACH)
    assert [(one.side.position, one.good) for one in each] == [
        (1, False), (1, False), (1, True), (2, True), (2, True), (2, False),
    ]  # fmt: skip


def aggregated(how: Aggregate, *votes: Any) -> tuple[Outcome, float, float]:
    (pair,) = pairs_of(item(), votes, how)
    assert isinstance(pair, Pair)
    assert pair.votes == votes
    return pair.outcome, pair.preference, round(pair.agreement, 3)


BOTH_BAD: dict[str, Any] = {"tie": False, "both_bad": True}


def test_a_mean_of_nothing_is_bad_if_most_say_so() -> None:
    bad, tie = vote(1, 0, answer=BOTH_BAD), vote(2, 0)
    mean = Aggregate.MEAN
    assert aggregated(mean, bad, bad, tie) == (Outcome.BOTH_BAD, 0, 0.667)
    assert aggregated(mean, bad, tie) == (Outcome.TIE, 0, 0.5)
    assert aggregated(mean, bad, vote(3, 2), vote(4, -2)) == (Outcome.TIE, 0, 0.0)
    assert aggregated(mean, vote(3, 3), vote(4, -1)) == (Outcome.SECOND, 1, 0.5)
    outcome, preference, agreement = aggregated(mean, vote(3, 1), vote(4, -2), tie)
    assert (outcome, agreement) == (Outcome.FIRST, 0.333)
    assert preference == pytest.approx(-1 / 3)
    assert aggregated(mean, bad) == (Outcome.BOTH_BAD, 0, 1.0)


def test_a_majority_needs_one_more_than_any_other() -> None:
    most = Aggregate.MAJORITY
    left, right, tie, bad = vote(1, -1), vote(2, 2), vote(3, 0), vote(4, 0, answer=BOTH_BAD)
    assert aggregated(most, left, right, tie, bad)[0] is Outcome.TIE
    assert aggregated(most, left, left, right, tie, bad) == (Outcome.FIRST, -1, 0.4)
    assert aggregated(most, bad, bad, right) == (Outcome.BOTH_BAD, 0, 0.667)
    assert aggregated(most, left, left, right, right, tie) == (Outcome.TIE, 0, 0.2)


def test_ratings_of_a_response_among_three_go_by_acceptance() -> None:
    three = (side(1), side(2, BAD), side(3, "x"))
    said = [
        vote(at, None, answer={"acceptable": {"1": True, "2": at > 0, "3": at > 1}})
        for at in range(3)
    ]
    found = ratings_of(item(sides=three), said, Aggregate.MAJORITY)
    assert [(one.good, round(one.agreement, 3)) for one in found] == [
        (True, 1.0), (True, 0.667), (False, 0.667),
    ]  # fmt: skip
    silent = vote(1, None)._replace(answer={})
    (one, *_) = ratings_of(item(sides=three), [silent], Aggregate.MAJORITY)
    assert (one.good, one.acceptable, one.agreement, one.ratings) == (None, None, 1.0, {})


OF_PAIRS: list[tuple[str, dict[str, Any]]] = [
    ("--min-agreement", {"filters": {"min_agreement": 0.1}}),
    ("--min-preference", {"filters": {"min_preference": 0.1}}),
    ("--require-pass-chosen", {"require_pass_chosen": True}),
    ("--corrections", {"corrections": "add"}),
    ("--corrections", {"corrections": "only"}),
    ("--conflicts", {"conflicts": "drop"}),
    ("--conflicts", {"conflicts": "refuse"}),
]


@pytest.mark.parametrize(("option", "options"), OF_PAIRS)
def test_what_aggregates_does_not_fit_what_holds_everything(
    option: str, options: dict[str, Any]
) -> None:
    for name in ("raw", "label-studio"):
        with pytest.raises(UsageError, match=f"^{option}: {name} aggregates nothing"):
            check_options(find_export(name), ExportOptions.model_validate(options))
    check_options(find_export("trl-dpo"), ExportOptions.model_validate(options))
    check_options(find_export("raw"), ExportOptions())


def test_margins_and_parquet_are_for_formats_that_have_them() -> None:
    for name, export in exports().items():
        unfit = []
        for options in (ExportOptions(with_margin=True), ExportOptions(parquet=True)):
            try:
                check_options(export, options)
            except UsageError as error:
                unfit.append(str(error).partition(":")[0])
        wanted = [] if name == "trl-reward" else ["--with-margin"]
        assert unfit == wanted + (["--parquet"] if name == "label-studio" else [])


def test_an_unknown_format_is_answered_with_those_there_are() -> None:
    with pytest.raises(UsageError) as caught:
        find_export("dpo")
    assert "--format dpo is not known" in str(caught.value)
    assert all(name in str(caught.value) for name in exports())
    assert len(exports()) == 13


@pytest.mark.parametrize(
    ("shares", "right"),
    [
        ({"test": 0.5}, True), ({"test": 0.5, "dev": 0.499}, True),
        ({"test": 0.5, "dev": 0.5}, False),
        ({"train": 0.5}, False), ({"Test": 0.5}, False), ({"test": 0.0}, False),
        ({"test": 1.0}, False), ({"a" * 31: 0.1}, True), ({"a" * 32: 0.1}, False),
    ],
)  # fmt: skip
def test_parts_leave_something_to_train_on(shares: dict[str, float], right: bool) -> None:
    splits = [{"name": name, "share": share} for name, share in shares.items()]
    if right:
        assert ExportOptions.model_validate({"splits": splits}).seed == 0
    else:
        with pytest.raises(ValidationError):
            ExportOptions.model_validate({"splits": splits})


def test_a_part_has_one_name_and_defaults_are_what_help_says() -> None:
    with pytest.raises(ValidationError, match="named twice: test, test, train"):
        ExportOptions(splits=(Split(name="test", share=0.1), Split(name="test", share=0.2)))
    options = ExportOptions().model_dump(mode="json")
    assert options.pop("filters") == {
        "languages": [], "tasks": [], "models": [], "verdicts": [], "states": [],
        "annotators": [], "since": None, "until": None, "min_agreement": 0.0,
        "min_preference": 0.0,
    }  # fmt: skip
    assert options == {
        "format": "trl-dpo-chat", "aggregate": "majority", "corrections": "off",
        "require_pass_chosen": False, "conflicts": "report", "with_margin": False, "splits": [],
        "seed": 0, "near": 0.7, "parquet": False, "identities": False, "flags_break_ties": False,
        "most_per_task": 10,
    }  # fmt: skip
    for wrong in ({"near": 0.0}, {"near": 1.01}, {"most_per_task": 0},
                  {"filters": {"min_agreement": 1.01}}, {"filters": {"min_agreement": -0.1}},
                  {"filters": {"min_preference": 3.1}},
                  {"filters": {"min_preference": -1}}):  # fmt: skip
        with pytest.raises(ValidationError):
            ExportOptions.model_validate(wrong)
    ExportOptions.model_validate(
        {"near": 1.0, "most_per_task": 1, "filters": {"min_agreement": 1, "min_preference": 3}}
    )


def test_choices_go_by_the_names_of_the_command_line() -> None:
    assert [one.value for one in Aggregate] == ["majority", "mean", "expert", "each"]
    assert [one.value for one in Corrections] == ["off", "add", "only"]
    assert [one.value for one in Conflicts] == ["report", "drop", "refuse"]


def test_pseudonyms_are_salted_hashes() -> None:
    # HMAC-SHA256 with the key "salt" of "p_1", its first 16 digits.
    assert pseudonyms(b"salt")("p_1") == "annotator-1201d42c6d13e760"
    assert pseudonyms(b"pepper")("p_1") != pseudonyms(b"salt")("p_1")
    assert pseudonyms(b"salt")("\ud800").startswith("annotator-")


def test_a_salt_that_is_there_is_taken(tmp_path: Path) -> None:
    home = tmp_path / "deep" / "home"
    made = salt_of(home)
    assert len(made) == 32
    assert [one.name for one in home.iterdir()] == ["export-salt"]
    (tmp_path / "used").mkdir()
    assert len(salt_of(tmp_path / "used")) == 32
    (home / "export-salt").write_bytes(b"given")
    assert salt_of(home) == b"given"
