"""The report on agreement, figure by figure, against direct calls and hand-made counts."""

from __future__ import annotations

from typing import Any

import pytest

from harness.models import Language
from harness.models.judged import Opinion
from harness.quality.agreement import Subject, agreement
from harness.quality.bias import bias, exact, grounds, over_items
from harness.quality.coefficients import (
    Level,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac,
    krippendorff_alpha,
    percent,
)
from harness.quality.ratings import Unit, tabulate
from harness.quality.votes import votes
from tests.quality.judged import FAIL, OURS, PASS, item, judged, opinion, response

SEED, DRAWS = 5, 30
# What ann and bob, and in two of them cy, prefer.
PREFERRED = ((-3, -2, None), (2, 2, 1), (0, 1, None), (-1, 3, -1), (1, 1, None), (3, 2, None))


def preferred() -> list[Opinion]:
    return [
        opinion(f"i{n}", who, value)
        for n, row in enumerate(PREFERRED)
        for who, value in zip(("ann", "bob", "cy"), row, strict=True)
        if value is not None
    ]


def subject(name: str, opinions: list[Opinion], **fields: Any) -> Subject:
    items = [item(one) for one in sorted({one.item_id for one in opinions})]
    found = agreement(judged(items, opinions, **fields), seed=SEED, resamples=DRAWS)
    return next(one for one in found.groups[0].subjects if one.name == name)


def assert_is_measured(found: Subject, units: list[Unit], scale: range, *, graded: bool) -> None:
    """Every figure of a subject is that of the measure itself, from the same seed and draws."""
    table = tabulate([[unit] for unit in units], scale)
    assert (found.values, found.units) == (table.ratings, table.comparable)
    assert found.percent == percent(table, SEED, DRAWS)
    assert found.cohen == cohen_kappa(units, Level.INTERVAL if graded else Level.NOMINAL)
    assert found.fleiss == fleiss_kappa(table, SEED, DRAWS)
    levels = tuple(Level) if graded else (Level.NOMINAL,)
    assert found.alphas == {
        one: krippendorff_alpha(table, one, SEED, DRAWS) for one in levels
    }  # fmt: skip
    assert found.alpha == found.alphas[Level.ORDINAL if graded else Level.NOMINAL]
    assert found.ac1 == gwet_ac(table, Level.NOMINAL, SEED, DRAWS)
    assert found.ac2 == (gwet_ac(table, Level.INTERVAL, SEED, DRAWS) if graded else None)


def test_each_question_has_the_figures_of_its_measures() -> None:
    said = preferred()
    units: list[Unit] = [
        {who: value for who, value in zip("abc", row, strict=True) if value is not None}
        for row in PREFERRED
    ]
    assert_is_measured(subject("preference", said), units, range(-3, 4), graded=True)
    towards: list[Unit] = [
        {who: (value > 0) - (value < 0) for who, value in unit.items()} for unit in units
    ]
    assert_is_measured(subject("direction", said), towards, range(-1, 2), graded=False)
    yes = [
        opinion(one.item_id, one.person_id, acceptable={"1": (one.answer.preference or 0) > 1})
        for one in said
    ]
    accepted: list[Unit] = [{who: int(value > 1) for who, value in unit.items()} for unit in units]
    assert_is_measured(subject("acceptable", yes), accepted, range(2), graded=False)
    rated = [
        opinion(one.item_id, one.person_id, ratings={"1": {"x": one.answer.preference or 0}})
        for one in said
    ]
    axes = {"x": tuple(range(-5, 6))}
    assert_is_measured(subject("x", rated, axes=axes), units, range(-5, 6), graded=True)
    # An axis the rubric does not know has the values that were given.
    assert_is_measured(subject("x", rated), units, range(0), graded=True)


@pytest.mark.parametrize("given", [(0, 1), (0, -1), (-1, 1)])
def test_each_direction_is_a_category_though_two_of_them_are_used(given: tuple[int, int]) -> None:
    one, other = given
    said = [opinion("i0", "a", one), opinion("i0", "b", one), opinion("i1", "a", one),
            opinion("i1", "b", other)]  # fmt: skip
    units = [{"a": one, "b": one}, {"a": one, "b": other}]
    table = tabulate([[unit] for unit in units], (-1, 0, 1))
    assert subject("direction", said).ac1 == gwet_ac(table, Level.NOMINAL, SEED, DRAWS)


def test_groups_count_what_is_theirs() -> None:
    sql = Language.SQL
    items = [item("a"), item("b"), item("c", language=sql), item("d", language=sql), item("e")]
    said = [
        opinion("a", "ann", 1), opinion("a", "bob", 1), opinion("b", "ann", 1),
        opinion("c", "cy", 1), opinion("c", "ann", -1), opinion("c", "bob", -1),
        opinion("d", "cy", 1), opinion("b", "di", -1),
    ]  # fmt: skip
    found = agreement(judged(items, said), resamples=5)
    assert (found.project, found.items, found.judgments) == ("p", 5, 8)
    assert (found.schema_version, found.resamples, found.seed) == (1, 5, 0)
    assert [
        (one.language, one.items, one.overlapping, one.judgments, one.annotators)
        for one in found.groups
    ] == [(None, 5, 3, 8, 4), (Language.PYTHON, 3, 2, 4, 3), (sql, 2, 1, 4, 3)]
    assert [one.language for one in found.rankings] == [Language.PYTHON, sql]
    assert agreement(judged(items, said), seed=0, resamples=5) == found
    (alone,) = agreement(judged(items[:2], said[:3]), resamples=5).groups
    assert (alone.language, alone.judgments) == (None, 3)


def test_a_preference_is_a_question_of_pairs_only() -> None:
    three = [response(n) for n in (1, 2, 3)]
    pair_and_three = judged(
        [item("a", three), item("b")],
        [*(opinion("a", who, 2) for who in ("ann", "bob")),
         *(opinion("b", who, acceptable={"1": True}) for who in ("ann", "bob"))],
    )  # fmt: skip
    (only,) = agreement(pair_and_three, resamples=5).groups[0].subjects
    assert (only.name, only.values) == ("acceptable", 2)


def test_axes_stand_in_the_rubrics_order_then_others_by_name() -> None:
    said = [
        opinion("i", who, ratings={"1": {"y": 1, "b": 1, "a": 2}, "2": {"x": 3}})
        for who in ("ann", "bob")
    ]
    axes = {"x": (1, 2), "unused": (1, 2), "y": (1, 2)}
    found = agreement(judged([item("i")], said, axes), resamples=5).groups[0].subjects
    assert [(one.name, one.values) for one in found] == [("x", 2), ("y", 2), ("a", 2), ("b", 2)]
    kinds = [one.model_dump(mode="json")["kind"] for one in found]
    assert kinds == ["axis"] * 4
    asked = agreement(judged([item("i")], [opinion("i", "a", 1, acceptable={"1": True})]))
    names = [one.model_dump(mode="json")["kind"] for one in asked.groups[0].subjects]
    assert names == ["preference", "direction", "acceptable"]


def test_people_are_listed_by_what_they_judged() -> None:
    said = [
        opinion("a", "bob", 1, active_s=10), opinion("a", "ann", -1, left=2, active_s=4),
        opinion("a", "cy", 1, active_s=1), opinion("b", "cy", -1, active_s=2),
        opinion("c", "cy", -1, left=2, active_s=9),
    ]  # fmt: skip
    found = agreement(judged([item("a"), item("b"), item("c")], said), resamples=5).annotators
    assert [(one.person_id, one.name, one.judgments, one.active_s) for one in found] == [
        ("cy", "Cy", 3, 2), ("ann", "Ann", 1, 4), ("bob", "Bob", 1, 10),
    ]  # fmt: skip
    assert [(one.left.count, one.left.of) for one in found] == [(1, 3), (0, 1), (0, 1)]
    assert [(one.verdict.count, one.verdict.of) for one in found] == [(2, 3), (1, 1), (0, 1)]
    # cy agrees with bob and not with ann; each of them is compared with two others.
    assert [one.agreement.value for one in found] == [0.5, 0.0, 0.5]
    lonely = agreement(judged([item("a")], [opinion("a", "ann")]), resamples=5).annotators[0]
    assert lonely.agreement.undefined == "undefined, because nothing of theirs can be compared"


def test_without_preferences_people_are_compared_by_every_rating() -> None:
    def rated(who: str, x: int, y: int) -> Opinion:
        return opinion("a", who, ratings={"1": {"x": x, "y": y}, "2": {"x": 4}})

    found = agreement(judged([item("a")], [rated("ann", 1, 2), rated("bob", 1, 3)]), resamples=5)
    assert [one.agreement.value for one in found.annotators] == [pytest.approx(2 / 3)] * 2
    assert [one.agreement.units for one in found.annotators] == [3, 3]


def test_shares_know_their_counts_and_method() -> None:
    nothing = exact(0, 0, "x")
    assert (nothing.value, nothing.low, nothing.high) == (None, None, None)
    assert (nothing.count, nothing.of, nothing.method) == (0, 0, "")
    assert nothing.undefined == "undefined, because x"
    assert over_items([(0, 0)], "y") == over_items([], "y")
    assert over_items([], "y").undefined == "undefined, because y"
    found = over_items([(2, 1), (0, 0), (3, 3), (1, 0)], "y")
    assert (found.count, found.of, found.method) == (4, 6, "bootstrap")
    assert found == over_items([(1, 0), (3, 3), (2, 1)], "y")


def test_flags_of_each_strength_and_what_was_said_before_them() -> None:
    # The first has fewer strong ones, the second fewer hints.
    both = [response(1, strong=0, hints=3), response(2, strong=2, hints=0)]
    equal = [response(1, strong=1, hints=1), response(2, strong=1, hints=1)]
    said = [
        opinion("a", "x", -1), opinion("a", "y", 2, first_preference=-1), opinion("a", "z", 2),
        opinion("a", "t", 0), opinion("a", "u", -1, first_preference=0), opinion("b", "x", -1),
    ]  # fmt: skip
    some = judged([item("a", both), item("b", equal)], said)
    found = grounds(some, votes(some))
    assert (found.strong.count, found.strong.of) == (2, 3)
    assert (found.hints.count, found.hints.of) == (1, 3)
    # What was said last counts everywhere else.
    assert (bias(votes(some)).longer.count, bias(votes(some)).longer.of) == (2, 5)


def test_rules_are_listed_by_how_often_they_were_judged() -> None:
    def flag(rule: str, verdict: str) -> dict[str, object]:
        return {"response": "1", "index": 0, "rule": rule, "line": 1, "verdict": verdict}

    flags = [flag("few", "accept"), *[flag("many", "reject")] * 2, flag("many", "accept"),
             flag("also", "reject")]  # fmt: skip
    some = judged([item("a")], [opinion("a", "x", flags=flags)])
    found = grounds(some, votes(some)).rules
    assert [(one.rule, one.accepted.count, one.accepted.of) for one in found] == [
        ("many", 1, 3), ("also", 0, 1), ("few", 1, 1),
    ]  # fmt: skip


def test_our_own_errors_are_no_verdict_on_either_side() -> None:
    items = [item("a", [response(1), response(2, OURS)]),
             item("b", [response(1, OURS), response(2)]),
             item("c", [response(1, FAIL), response(2, PASS)])]  # fmt: skip
    some = judged(
        items, [opinion(name, "x", 1, acceptable={"1": True, "2": True}) for name in "abc"]
    )
    found = grounds(some, votes(some))
    assert (found.verdict.count, found.verdict.of, found.verdict_ties.of) == (1, 1, 1)
    assert (found.acceptable.count, found.acceptable.of) == (3, 4)


def test_pairs_are_the_same_only_if_both_codes_are() -> None:
    def two(one: str, other: str) -> list[Any]:
        return [response(1, code_digest=one), response(2, code_digest=other)]

    three = [response(n) for n in (1, 2, 3)]
    items = [
        item("r", three, task_id="t"),  # no sides: skipped
        item("s", two("d1", "d1"), task_id="t"),  # equal codes: skipped
        item("a", two("d1", "d3"), task_id="t"), item("b", two("d2", "d3"), task_id="t"),
        item("c", two("d1", "d2"), task_id="t"), item("d", two("d1", "d3"), task_id="other"),
        item("e", two("d3", "d1"), task_id="t"), item("f", two("d1", "d3"), task_id="t"),
    ]  # fmt: skip
    said = [opinion("r", "x", ranking=(("1",), ("2",), ("3",)))]
    said += [opinion(name, who, 1) for name, who in zip("sabcdef", "xxxxxxy", strict=True)]
    found = bias(votes(judged(items, said)))
    # a and e are the same two the other way round, so are e and f; a and f are shown alike.
    assert (found.swapped.count, found.swapped.of) == (0, 2)
    assert (found.unswapped.count, found.unswapped.of) == (1, 1)
    assert (found.swapped_same_person.count, found.swapped_same_person.of) == (0, 1)
