"""Coefficients of agreement: published examples, other libraries, and what must never change."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import partial

import evalica
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats import inter_rater

from harness.quality.coefficients import (
    Level,
    _gwet,
    annotator_agreement,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac,
    krippendorff_alpha,
    percent,
    quadratic_weights,
)
from harness.quality.ratings import Measure, Table, Unit, draws, limits, tabulate, undefined

# Krippendorff 2011, "Computing Krippendorff's alpha-reliability", section E: four observers, twelve
# units, values missing. Gwet's package irrCAC uses the same ratings (cac.raw4raters).
OBSERVERS = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)
# Fleiss 1971 as worked out in https://en.wikipedia.org/wiki/Fleiss%27_kappa: 14 raters, ten
# subjects, how often each of five categories was given.
FOURTEEN = (
    (0, 0, 0, 0, 14), (0, 2, 6, 4, 2), (0, 0, 3, 5, 6), (0, 3, 9, 2, 0), (2, 2, 8, 1, 1),
    (7, 7, 0, 0, 0), (3, 2, 6, 3, 0), (2, 5, 3, 2, 2), (6, 5, 2, 1, 0), (0, 2, 2, 3, 7),
)  # fmt: skip

Ratings = list[Unit]


def units_of(lines: Sequence[str]) -> Ratings:
    columns = zip(*(line.split() for line in lines), strict=True)
    return [
        {f"p{who}": int(value) for who, value in enumerate(column) if value != "."}
        for column in columns
    ]


def table_of(units: Ratings, scale: Sequence[int] = ()) -> Table:
    return tabulate([[unit] for unit in units], scale)


def from_counts(rows: Sequence[Sequence[int]]) -> Ratings:
    values = [[value for value, n in enumerate(row) for _ in range(n)] for row in rows]
    return [{f"p{who}": value for who, value in enumerate(row)} for row in values]


OBSERVED = table_of(units_of(OBSERVERS))
MEASURES: dict[str, Callable[[Table], Measure]] = {
    "percent": percent,
    "fleiss": fleiss_kappa,
    "nominal": lambda table: krippendorff_alpha(table, Level.NOMINAL),
    "ordinal": lambda table: krippendorff_alpha(table, Level.ORDINAL),
    "interval": lambda table: krippendorff_alpha(table, Level.INTERVAL),
    "ac1": gwet_ac,
    "ac2": lambda table: gwet_ac(table, Level.INTERVAL),
}
CORRECTED = [name for name in MEASURES if name != "percent"]
ratings = st.lists(
    st.dictionaries(st.sampled_from("abcd"), st.integers(0, 4), max_size=4), max_size=12
)


@pytest.mark.parametrize(
    ("level", "published"),
    [(Level.NOMINAL, 0.743), (Level.ORDINAL, 0.815), (Level.INTERVAL, 0.849)],
)
def test_alpha_as_krippendorff_computes_it(level: Level, published: float) -> None:
    assert krippendorff_alpha(OBSERVED, level).value == pytest.approx(published, abs=0.0005)


def test_ac1_and_percent_as_irrcac_documents_them() -> None:
    # gwet.ac1.raw(cac.raw4raters): 0.77544, pa 0.8181818.
    assert gwet_ac(OBSERVED).value == pytest.approx(0.77544, abs=5e-6)
    assert percent(OBSERVED).value == pytest.approx(0.8181818, abs=5e-8)


def test_fleiss_kappa_of_fourteen_raters() -> None:
    found = fleiss_kappa(table_of(from_counts(FOURTEEN)))
    assert found.value == pytest.approx(0.210, abs=0.0005)
    assert found.units == 10


def test_fleiss_kappa_takes_the_units_with_the_usual_number_of_values() -> None:
    odd = [*from_counts(FOURTEEN), {"p0": 1, "p1": 2}, {"p0": 3}]
    assert fleiss_kappa(table_of(odd)).value == pytest.approx(0.20993, abs=5e-6)
    assert fleiss_kappa(table_of(odd)).units == 10


def test_cohen_kappa_of_a_two_by_two_table() -> None:
    # https://en.wikipedia.org/wiki/Cohen%27s_kappa, first example: 20, 5, 10, 15 give 0.4.
    cells = {(1, 1): 20, (1, 0): 5, (0, 1): 10, (0, 0): 15}
    units: Ratings = [{"a": a, "b": b} for (a, b), n in cells.items() for _ in range(n)]
    assert cohen_kappa(units, Level.NOMINAL).value == pytest.approx(0.4)
    assert cohen_kappa(units).value == pytest.approx(0.4)  # of two values weights change nothing


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=30))
def test_cohen_kappa_is_that_of_statsmodels(pairs: list[tuple[int, int]]) -> None:
    units: Ratings = [{"a": one, "b": other} for one, other in pairs]
    square = np.zeros((5, 5))
    for one, other in pairs:
        square[one, other] += 1
    for level, weights in ((Level.NOMINAL, None), (Level.INTERVAL, "quadratic")):
        ours = cohen_kappa(units, level)
        if ours.value is not None:
            theirs = inter_rater.cohens_kappa(square, wt=weights, return_results=False)
            assert ours.value == pytest.approx(float(theirs), abs=1e-9)
        else:
            assert len({*pairs}) == 1


@given(st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=2, max_size=15))
def test_fleiss_kappa_is_that_of_statsmodels(rows: list[list[int]]) -> None:
    units: Ratings = [dict(zip("abc", row, strict=True)) for row in rows]
    ours = fleiss_kappa(table_of(units, range(4)))
    if ours.value is None:
        assert len({value for row in rows for value in row}) == 1
        return
    counts = np.array([[row.count(value) for value in range(4)] for row in rows])
    assert ours.value == pytest.approx(float(inter_rater.fleiss_kappa(counts)), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(ratings)
def test_alpha_is_that_of_evalica(units: Ratings) -> None:
    frame = pd.DataFrame([[unit.get(name, np.nan) for unit in units] for name in "abcd"])
    for level in Level:
        ours = krippendorff_alpha(table_of(units), level, resamples=0)
        if ours.value is not None:
            theirs = evalica.alpha(frame, distance=level.value).alpha
            assert ours.value == pytest.approx(theirs, abs=1e-9)


def test_quadratic_ac2_gives_near_misses_credit() -> None:
    near: Ratings = [{"a": n % 5, "b": min(n % 5 + 1, 4)} for n in range(20)]
    far: Ratings = [{"a": n % 5, "b": (n + 2) % 5} for n in range(20)]
    near_value = gwet_ac(table_of(near), Level.INTERVAL).value
    far_value = gwet_ac(table_of(far), Level.INTERVAL).value
    assert near_value is not None
    assert far_value is not None
    assert near_value > 0.5 > far_value
    # Two values: the quadratic weights are 1 and 0, so AC2 is AC1.
    two: Ratings = [{"a": n % 2, "b": (n // 3) % 2} for n in range(20)]
    ac1, ac2 = gwet_ac(table_of(two)).value, gwet_ac(table_of(two), Level.INTERVAL).value
    assert ac1 == pytest.approx(ac2)


def test_values_nobody_used_are_categories_of_ac1() -> None:
    units: Ratings = [{"a": 0, "b": n % 2} for n in range(8)]
    assert gwet_ac(table_of(units)).value != gwet_ac(table_of(units, range(5))).value


# What has no value says so


@pytest.mark.parametrize("name", CORRECTED)
@pytest.mark.parametrize("scale", [(), range(5)])
def test_unanimous_data_is_undefined(name: str, scale: Sequence[int]) -> None:
    found = MEASURES[name](table_of([{"a": 3, "b": 3}] * 9, scale))
    assert (found.value, found.low, found.high) == (None, None, None)
    assert found.undefined.startswith("undefined, because every value is 3")


@pytest.mark.parametrize("level", Level)
def test_two_who_never_differ_nor_vary_have_no_kappa(level: Level) -> None:
    found = cohen_kappa([{"a": 3, "b": 3}] * 9, level)
    assert found.value is None
    assert found.undefined.startswith("undefined, because")


def test_percent_agreement_of_unanimous_data_is_whole() -> None:
    assert percent(table_of([{"a": 3, "b": 3}] * 9)).value == 1.0


@pytest.mark.parametrize("name", MEASURES)
@pytest.mark.parametrize(
    ("units", "why"),
    [
        ([], "nobody said anything"),
        ([{}, {}], "nobody said anything"),
        ([{"a": 1}, {"a": 2}], "there is one annotator"),
        ([{"a": 1}, {"b": 2}], "no two annotators judged the same"),
    ],
)
def test_too_little_data_says_what_is_missing(name: str, units: Ratings, why: str) -> None:
    found = MEASURES[name](table_of(units))
    assert (found.value, found.undefined) == (None, f"undefined, because {why}")
    assert cohen_kappa(units).undefined == f"undefined, because {why}"


def test_values_that_vary_only_where_one_person_judged_do_not_help() -> None:
    found = krippendorff_alpha(table_of([{"a": 1, "b": 1}, {"a": 2}, {"b": 3}]), Level.ORDINAL)
    assert found.value is None
    assert "every value that could be compared is 1" in found.undefined


def test_full_agreement_on_data_that_vary_is_one() -> None:
    units: Ratings = [{"a": n % 3, "b": n % 3} for n in range(9)]
    assert [one(table_of(units)).value for one in MEASURES.values()] == pytest.approx([1.0] * 7)
    assert cohen_kappa(units).value == pytest.approx(1.0)


@settings(max_examples=60, deadline=None)
@given(ratings)
def test_a_measure_has_a_value_or_a_reason(units: Ratings) -> None:
    for measure in MEASURES.values():
        found = measure(table_of(units))
        assert (found.value is None) == found.undefined.startswith("undefined, because ")
        assert found.value is None or found.value <= 1 + 1e-12
        assert (found.low is None) == (found.high is None)


# What must not matter


@settings(max_examples=40, deadline=None)
@given(ratings, st.randoms(use_true_random=False))
def test_names_and_order_do_not_matter(units: Ratings, rng: random.Random) -> None:
    names = list("abcd")
    rng.shuffle(names)
    renamed: Ratings = [
        {names["abcd".index(name)]: value for name, value in unit.items()} for unit in units
    ]
    rng.shuffle(renamed)
    for measure in MEASURES.values():
        assert measure(table_of(units)) == measure(table_of(renamed))
    ours, theirs = cohen_kappa(units), cohen_kappa(renamed)
    assert (ours.value, ours.undefined) == pytest.approx((theirs.value, theirs.undefined))


@settings(max_examples=40, deadline=None)
@given(ratings, st.permutations(range(5)))
def test_other_names_for_categories_do_not_matter_to_nominal_measures(
    units: Ratings, other: list[int]
) -> None:
    renamed: Ratings = [{name: other[value] for name, value in unit.items()} for unit in units]
    for name in ("percent", "fleiss", "nominal", "ac1"):
        one, two = (MEASURES[name](table_of(some, range(5))) for some in (units, renamed))
        assert one.value == pytest.approx(two.value)


@settings(max_examples=40, deadline=None)
@given(ratings, st.integers(1, 3), st.integers(-9, 9))
def test_a_scale_may_be_turned_round_stretched_and_moved(
    units: Ratings, factor: int, shift: int
) -> None:
    moved: Ratings = [
        {name: shift - factor * value for name, value in unit.items()} for unit in units
    ]
    for name in ("ordinal", "interval", "ac2"):
        one, two = MEASURES[name](table_of(units)), MEASURES[name](table_of(moved))
        assert one.value == pytest.approx(two.value)
    assert cohen_kappa(units).value == pytest.approx(cohen_kappa(moved).value)


def test_ordinal_alpha_sees_ranks_interval_alpha_sees_distances() -> None:
    units = units_of(OBSERVERS)
    squared: Ratings = [{name: value**3 for name, value in unit.items()} for unit in units]
    ordinal = [krippendorff_alpha(table_of(some), Level.ORDINAL).value for some in (units, squared)]
    assert ordinal[0] == pytest.approx(ordinal[1])
    interval = [krippendorff_alpha(table_of(x), Level.INTERVAL).value for x in (units, squared)]
    assert interval[0] != pytest.approx(interval[1])


def test_one_unit_judged_once_adds_nothing_to_alpha() -> None:
    more = table_of([*units_of(OBSERVERS), {"p0": 5}, {}])
    assert krippendorff_alpha(more, Level.ORDINAL).value == pytest.approx(0.8153875)


# Intervals


def test_the_same_seed_gives_the_same_interval() -> None:
    first, again = (krippendorff_alpha(OBSERVED, Level.ORDINAL, seed=3) for _ in range(2))
    other = krippendorff_alpha(OBSERVED, Level.ORDINAL, seed=4)
    assert first == again
    assert (first.low, first.high) != (other.low, other.high)
    assert first.value == other.value


def test_the_interval_holds_the_value_and_narrows_with_more_items() -> None:
    units = units_of(OBSERVERS)
    few, many = (krippendorff_alpha(table_of(units * n), Level.NOMINAL) for n in (1, 40))
    assert few.low is not None
    assert few.high is not None
    assert many.low is not None
    assert many.high is not None
    assert many.value is not None
    assert few.low < 0.743 < few.high
    assert many.low < many.value < many.high
    assert many.high - many.low < (few.high - few.low) / 3


def test_responses_of_one_item_are_drawn_together() -> None:
    """Twice the same ratings in each item are no more evidence than once."""
    units = units_of(OBSERVERS) * 5
    once, twice = tabulate([[one] for one in units]), tabulate([[one, one] for one in units])
    alone, together = (krippendorff_alpha(one, Level.INTERVAL) for one in (once, twice))
    apart = krippendorff_alpha(tabulate([[one] for one in units * 2]), Level.INTERVAL)
    width = [float(one.high or 0) - float(one.low or 0) for one in (alone, together, apart)]
    assert width[1] == pytest.approx(width[0], rel=0.02)
    assert width[2] < width[0] * 0.85


def test_an_interval_needs_a_value_in_half_of_the_draws() -> None:
    lost = float("nan")
    assert limits(np.array([lost, lost, 1.0, 1.0])) == (1.0, 1.0)
    assert limits(np.array([lost, lost, 1.0])) is None
    assert limits(np.array([lost, lost])) is None
    assert limits(np.arange(41.0)) == (1.0, 39.0)


def test_one_item_has_a_value_and_no_interval() -> None:
    found = krippendorff_alpha(table_of([{"a": 1, "b": 1, "c": 2}]), Level.NOMINAL)
    assert found.value is not None
    assert found.low is None


def test_each_annotator_beside_the_others() -> None:
    units: Ratings = [*({"a": n % 2, "b": n % 2, "c": 1 - n % 2} for n in range(10)), {"d": 1}]
    found = annotator_agreement(units)
    assert {name: one.value for name, one in found.items()} == {
        "a": 0.5, "b": 0.5, "c": 0.0, "d": None,
    }  # fmt: skip
    assert found["d"].undefined


def test_units_with_one_value_stand_aside_wherever_they_are() -> None:
    # Within an item the lonely unit is counted first.
    table = tabulate([[{"a": 0}, {"a": 1, "b": 1}, {"b": 0}], [], [{}], [{"a": 1}], [{"b": 1}]])
    assert (table.clusters, table.comparable, table.ratings, table.annotators) == (3, 1, 6, 2)
    assert (table.raters, int(table.times @ table.rated)) == (2, 5)
    assert tabulate([[{"a": 1}]]).raters == 0
    # As many of two values as of three: the larger.
    both = [[{"a": 1, "b": 1}], [{"a": 1, "b": 0, "c": 1}]]
    assert tabulate(both).raters == 3
    assert tabulate([*both, [{"a": 0, "b": 0}]]).raters == 2


def test_draws_are_the_same_however_many_are_held_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    table = tabulate([[{"a": n % 3, "b": n % 2}] for n in range(12)])
    whole = np.concatenate(list(draws(table, 1, 50)))
    assert whole.shape == (50, len(table.times))
    assert set(whole.sum(axis=1)) == {12}
    size = table.pairs.size
    for cells, parts in ((1, [1] * 50), (size * 20, [20, 20, 10]), (size * 49, [49, 1])):
        monkeypatch.setattr("harness.quality.ratings._CELLS", cells)
        found = list(draws(table, 1, 50))
        assert [len(one) for one in found] == parts
        assert np.array_equal(np.concatenate(found), whole)
    assert np.array_equal(next(iter(draws(table, 1)))[:1], whole[:1])


def test_a_table_without_a_unit_can_be_drawn_from_nothing() -> None:
    none = undefined("nobody came", 3)
    assert (none.value, none.units, none.undefined) == (
        None, 3, "undefined, because nobody came",
    )  # fmt: skip
    assert undefined("x").units == 0
    assert percent(tabulate([])).undefined == "undefined, because nobody said anything"


def test_quadratic_weights_fall_with_the_square() -> None:
    found = quadratic_weights(np.array([0.0, 1.0, 4.0]))
    assert found.tolist() == [[1, 1 - 1 / 16, 0], [1 - 1 / 16, 1, 1 - 9 / 16], [0, 1 - 9 / 16, 1]]
    assert quadratic_weights(np.array([2.0])).tolist() == [[1.0]]
    assert quadratic_weights(np.array([])).shape == (0, 0)


def test_chance_alone_may_be_as_good_as_people() -> None:
    """All units with the usual three values are alike; the others do not count for Fleiss."""
    units = [[{"a": 1, "b": 1, "c": 1}]] * 3 + [[{"a": 2, "b": 2}]]
    found = fleiss_kappa(tabulate(units))
    assert found.undefined == "undefined, because chance alone would agree as well"
    assert (found.value, found.units) == (None, 3)


def test_two_items_are_enough_for_an_interval() -> None:
    found = percent(tabulate([[{"a": 1, "b": 1}], [{"a": 1, "b": 0}]]))
    assert (found.value, found.low, found.high) == (0.5, 0.0, 1.0)


def test_draws_of_one_value_only_are_no_agreement() -> None:
    table = tabulate([[{"a": 0, "b": 0}], [{"a": 1, "b": 1}], [{"a": 0, "b": 1}]])
    zeros = (table.shares[:, 1] == 0) * 3.0
    found = _gwet(table, np.array([zeros, np.ones(3)]), None)
    assert np.isnan(found).tolist() == [True, False]


def test_every_measure_starts_from_seed_zero_and_takes_as_many_draws_as_asked() -> None:
    table = tabulate([[{"a": n % 3, "b": n % 2, "c": n % 4}] for n in range(10)])
    measures: list[Callable[..., Measure]] = [
        percent,
        fleiss_kappa,
        partial(krippendorff_alpha, level=Level.NOMINAL),
        partial(gwet_ac, level=Level.INTERVAL),
    ]
    for measure in measures:
        assert measure(table) == measure(table, seed=0, resamples=1000)
        assert measure(table, seed=3, resamples=0).low is None
        assert measure(table, seed=0, resamples=3).low is not None
    assert gwet_ac(table) == gwet_ac(table, Level.NOMINAL)
