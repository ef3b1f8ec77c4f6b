"""Agreement of a project, and what else moves judgments."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.models import Language
from harness.models.judged import Judged
from harness.quality.agreement import AgreementReport, Kind, Subject, agreement
from harness.quality.bias import bias, grounds, left_share
from harness.quality.coefficients import gwet_ac
from harness.quality.ratings import tabulate
from harness.quality.votes import votes
from tests.quality.judged import FAIL, OURS, PASS, item, judged, opinion, response

AXES = {"correctness": (0, 1, 2, 3, 4)}


def report(some: Judged) -> AgreementReport:
    return agreement(some, resamples=20)


def subjects(found: AgreementReport, language: Language | None = None) -> dict[str, Subject]:
    group = next(one for one in found.groups if one.language is language)
    return {one.name: one for one in group.subjects}


def test_preferences_count_in_item_order_whatever_side_was_shown_where() -> None:
    """All prefer the first response, half of them saw it at the right."""
    opinions = [
        opinion(f"i{n}", who, -2 if n % 2 else 3, left=left)
        for n in range(6)
        for who, left in (("ann", 1), ("bob", 2))
    ]
    found = report(judged([item(f"i{n}") for n in range(6)], opinions))
    assert subjects(found)["preference"].percent.value == 1.0
    assert subjects(found)["direction"].alpha.value == pytest.approx(1.0)
    assert found.bias.left.value == 0.5
    assert found.bias.swapped.value == 1.0


def test_every_question_is_measured_at_the_level_that_fits_it() -> None:
    said: dict[str, Any] = {
        "ratings": {"1": {"correctness": 4}, "2": {"correctness": 0}},
        "acceptable": {"1": True, "2": False},
    }
    opinions = [opinion(f"i{n}", who, n - 2, **said) for n in range(5) for who in ("ann", "bob")]
    found = subjects(report(judged([item(f"i{n}") for n in range(5)], opinions, AXES)))
    kinds = {name: one.kind for name, one in found.items()}
    assert kinds == {
        "preference": Kind.PREFERENCE, "direction": Kind.DIRECTION,
        "acceptable": Kind.ACCEPTABLE, "correctness": Kind.AXIS,
    }  # fmt: skip
    assert {name: one.units for name, one in found.items()} == {
        "preference": 5, "direction": 5, "acceptable": 10, "correctness": 10,
    }  # fmt: skip
    assert set(found["correctness"].alphas) == {"nominal", "ordinal", "interval"}
    assert set(found["direction"].alphas) == {"nominal"}
    assert found["acceptable"].ac2 is None


def test_values_of_a_scale_that_nobody_used_are_categories() -> None:
    opinions = [opinion(f"i{n}", who, n % 2 * 2) for n in range(6) for who in ("ann", "bob")]
    opinions.append(opinion("i0", "cy", 2))
    found = subjects(report(judged([item(f"i{n}") for n in range(6)], opinions)))
    units = [{"ann": n % 2 * 2, "bob": n % 2 * 2} | ({"cy": 2} if n == 0 else {}) for n in range(6)]
    seven = tabulate([[unit] for unit in units], range(-3, 4))
    assert found["preference"].ac1.value == pytest.approx(gwet_ac(seven).value)
    assert found["preference"].ac1.value != pytest.approx(
        gwet_ac(tabulate([[unit] for unit in units])).value
    )


def test_zero_is_a_rating() -> None:
    opinions = [
        opinion(f"i{n}", who, ratings={"1": {"correctness": 0 if n % 2 else 4}})
        for n in range(4)
        for who in ("ann", "bob")
    ]
    found = subjects(report(judged([item(f"i{n}") for n in range(4)], opinions, AXES)))
    assert (found["correctness"].units, found["correctness"].percent.value) == (4, 1.0)
    assert found["correctness"].alpha.value == pytest.approx(1.0)


def test_unanimous_people_have_no_coefficient() -> None:
    opinions = [opinion(f"i{n}", who, 2) for n in range(5) for who in ("ann", "bob", "cy")]
    one = subjects(report(judged([item(f"i{n}") for n in range(5)], opinions)))["preference"]
    assert one.percent.value == 1.0
    for measure in (one.cohen, one.fleiss, one.alpha, one.ac1, one.ac2, *one.alphas.values()):
        assert measure is not None
        assert (measure.value, measure.low) == (None, None)
        assert measure.undefined.startswith("undefined, because")


def test_one_person_alone_is_measured_for_bias_only() -> None:
    found = report(judged([item("i")], [opinion("i", "ann", -1)]))
    assert "there is one annotator" in subjects(found)["preference"].alpha.undefined
    assert (found.annotators[0].agreement.value, found.annotators[0].left.value) == (None, 1.0)


def test_nobody_at_all() -> None:
    found = report(judged([], []))
    assert found.judgments == 0
    assert found.groups[0].subjects == ()
    assert found.bias.left.undefined == "undefined, because no pair was decided"


def test_languages_are_measured_apart() -> None:
    items = [
        item("p"),
        item("q"),
        item("s", language=Language.SQL),
        item("t", language=Language.SQL),
    ]
    opinions = [
        *(opinion(name, who, value) for name, value in (("p", 1), ("q", -1)) for who in "ab"),
        opinion("s", "a", 1), opinion("s", "b", -1), opinion("t", "a", -1), opinion("t", "b", 1),
    ]  # fmt: skip
    found = report(judged(items, opinions))
    assert [group.language for group in found.groups] == [None, Language.PYTHON, Language.SQL]
    assert subjects(found, Language.PYTHON)["direction"].percent.value == 1.0
    assert subjects(found, Language.SQL)["direction"].percent.value == 0.0
    assert subjects(found)["direction"].percent.value == 0.5


def test_rankings_count_for_each_two_responses() -> None:
    three = [response(n) for n in (1, 2, 3)]
    orders = {"ann": (("1",), ("2",), ("3",)), "bob": (("1",), ("3",), ("2",))}
    found = report(
        judged([item("i", three)], [opinion("i", who, ranking=one) for who, one in orders.items()])
    )
    assert subjects(found)["direction"].percent.value == pytest.approx(2 / 3)
    assert found.bias.left.undefined


def test_annotators_are_compared_with_the_others() -> None:
    items = [item(f"i{n}") for n in range(4)]
    opinions = [
        opinion(one.item_id, who, value, active_s=60.0 * n)
        for n, one in enumerate(items)
        for who, value in (("ann", 1), ("bob", 2), ("cy", -1))
    ]
    rows = {one.name: one for one in report(judged(items, opinions)).annotators}
    assert {name: one.agreement.value for name, one in rows.items()} == {
        "Ann": 0.5, "Bob": 0.5, "Cy": 0.0,
    }  # fmt: skip
    assert rows["Cy"].verdict.value == 1.0  # the first response of each item passes
    assert rows["Ann"].active_s == 90.0


def test_the_left_side_has_an_exact_interval() -> None:
    said = votes(
        judged(
            [item(f"i{n}") for n in range(12)],
            [opinion(f"i{n}", "ann", -1 if n < 8 else 1, left=1) for n in range(10)]
            + [opinion("i10", "ann", 0), opinion("i11", "ann", 0)],
        )
    )
    found = left_share(said)
    # Clopper and Pearson's limits for 8 of 10.
    assert (found.value, found.of) == (0.8, 10)
    assert (found.low, found.high) == pytest.approx((0.4439, 0.9748), abs=5e-5)
    assert found.method == "exact"


def test_length_is_told_from_verdict() -> None:
    long_wrong = [response(1), response(2, FAIL)]  # the second is longer
    both_right = [response(1), response(2)]
    items = [item("a", long_wrong), item("b", both_right), item("c", both_right)]
    found = bias(
        votes(judged(items, [opinion("a", "x", -1), opinion("b", "x", 1), opinion("c", "x", 2)]))
    )
    assert (found.longer.count, found.longer.of) == (2, 3)
    assert (found.longer_same_verdict.count, found.longer_same_verdict.of) == (2, 2)


def test_swapped_pairs_are_found_in_other_items_and_other_order() -> None:
    one, other = response(1), response(2)
    turned = [
        response(1, code_digest="d2", code_chars=200), response(2, code_digest="d1"),
    ]  # fmt: skip
    items = [item("a", [one, other], task_id="t"), item("b", turned, task_id="t")]
    # The same code is preferred both times: position 1 of a, position 2 of b; sides swapped.
    said = [opinion("a", "ann", -1, left=1), opinion("b", "ann", 2, left=1)]
    found = bias(votes(judged(items, said)))
    assert (found.swapped.count, found.swapped.of) == (1, 1)
    assert found.swapped_same_person.value == 1.0
    assert found.unswapped.of == 0
    # The left side is preferred both times: another code each time.
    lazy = [opinion("a", "ann", -1, left=1), opinion("b", "ann", -1, left=1)]
    assert bias(votes(judged(items, lazy))).swapped.value == 0.0


def test_pairs_shown_alike_are_counted_apart() -> None:
    said = [opinion("a", "ann", -1), opinion("a", "bob", -2), opinion("a", "cy", 1, left=2)]
    found = bias(votes(judged([item("a")], said)))
    assert (found.unswapped.count, found.unswapped.of) == (1, 1)
    assert (found.swapped.count, found.swapped.of) == (0, 2)
    assert found.swapped_same_person.of == 0


def test_a_tie_is_a_category_of_the_direction_though_nobody_said_it() -> None:
    rows = [("i0", "a", 1), ("i0", "b", 1), ("i1", "a", -1), ("i1", "b", 1)]
    found = subjects(report(judged([item("i0"), item("i1")], [opinion(*row) for row in rows])))
    three = tabulate([[{"a": 1, "b": 1}], [{"a": -1, "b": 1}]], (-1, 0, 1))
    assert found["direction"].ac1.value == pytest.approx(gwet_ac(three).value)


def test_people_beside_verdicts() -> None:
    mixed, ours = [response(1), response(2, FAIL)], [response(1, OURS), response(2)]
    items = [item("a", mixed), item("b", mixed), item("c", mixed), item("d", ours)]
    some = judged(
        items,
        [
            opinion("a", "x", -1, acceptable={"1": True, "2": True}),
            opinion("b", "x", 3, acceptable={"1": True, "2": False}),
            opinion("c", "x", 0),
            opinion("d", "x", 3, acceptable={"1": True, "2": False}),
        ],
    )
    found = grounds(some, votes(some))
    assert (found.verdict.count, found.verdict.of) == (1, 2)
    assert (found.verdict_ties.count, found.verdict_ties.of) == (1, 3)
    assert (found.acceptable.count, found.acceptable.of) == (3, 5)
    assert found.kappa.units == 5


def test_people_beside_flags_before_they_saw_them() -> None:
    flagged = [response(1, strong=2, hints=1), response(2, strong=0, hints=1)]
    some = judged(
        [item("a", flagged), item("b", flagged)],
        [
            opinion("a", "x", 1, first_preference=-1, flags_seen=True),
            opinion("b", "x", 1, flags=[
                {"response": "1", "index": 0, "rule": "stub-body", "line": 1, "verdict": "accept"},
                {"response": "1", "index": 1, "rule": "stub-body", "line": 2, "verdict": "reject"},
            ]),
        ],
    )  # fmt: skip
    found = grounds(some, votes(some))
    assert (found.strong.count, found.strong.of) == (1, 2)
    assert found.hints.of == 0
    assert [(one.rule, one.accepted.count, one.accepted.of) for one in found.rules] == [
        ("stub-body", 1, 2)
    ]


preferences = st.lists(
    st.tuples(
        st.integers(0, 5), st.sampled_from("abc"), st.integers(-3, 3), st.sampled_from((1, 2))
    ),
    max_size=18, unique_by=lambda row: row[:2],
)  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(preferences, st.randoms(use_true_random=False))
def test_order_and_names_change_nothing(
    rows: list[tuple[int, str, int, int]], rng: random.Random
) -> None:
    def made(given_rows: list[tuple[int, str, int, int]], names: str) -> AgreementReport:
        opinions = [
            opinion(f"i{n}", names["abc".index(who)], value, left=left)
            for n, who, value, left in given_rows
        ]
        used = {one.item_id for one in opinions}
        return report(judged([item(name) for name in sorted(used)], opinions))

    first = made(rows, "abc")
    shuffled = list(rows)
    rng.shuffle(shuffled)
    again = made(shuffled, "zyx")
    assert first.bias == again.bias
    assert first.grounds == again.grounds
    for one, other in zip(first.groups[0].subjects, again.groups[0].subjects, strict=True):
        assert one.cohen.value == pytest.approx(other.cohen.value)
        assert one.model_copy(update={"cohen": other.cohen}) == other


@settings(max_examples=12, deadline=None)
@given(preferences)
def test_turning_every_item_round_changes_nothing(rows: list[tuple[int, str, int, int]]) -> None:
    """Which response is stored first must not matter."""
    turned_pair = [response(1, FAIL, code_chars=200), response(2, PASS, code_chars=100)]
    names = sorted({f"i{n}" for n, *_ in rows})
    straight = judged(
        [item(name) for name in names],
        [opinion(f"i{n}", who, value, left=left) for n, who, value, left in rows],
    )
    turned = judged(
        [item(name, turned_pair) for name in names],
        [opinion(f"i{n}", who, -value, left=3 - left) for n, who, value, left in rows],
    )
    one, other = report(straight), report(turned)
    assert one.bias.left == other.bias.left
    assert one.bias.longer == other.bias.longer
    assert one.grounds.verdict == other.grounds.verdict
    for first, second in zip(one.groups[0].subjects, other.groups[0].subjects, strict=True):
        assert first.alpha.value == pytest.approx(second.alpha.value)
        assert first.percent.value == pytest.approx(second.percent.value)
