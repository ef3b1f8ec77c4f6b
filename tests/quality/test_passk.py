"""pass@k is unbiased, its intervals are honest, and nothing is dropped in silence."""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.quality.intervals import wilson
from harness.quality.passk import (
    estimate,
    lead,
    pass_at_k,
    rate_interval,
    resampled_ratios,
    sensible_ks,
)

GROUP = ("m", "python")


@given(st.integers(1, 9).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n),
                                                     st.integers(1, n))))  # fmt: skip
def test_equals_the_share_of_draws_that_hold_a_right_sample(counts: tuple[int, int, int]) -> None:
    n, c, k = counts
    draws = list(combinations([True] * c + [False] * (n - c), k))
    assert pass_at_k(n, c, k) == pytest.approx(sum(map(any, draws)) / len(draws))


def test_large_counts_neither_overflow_nor_lose_precision() -> None:
    exact = 1 - comb(100_000 - 3, 100) / comb(100_000, 100)
    assert pass_at_k(100_000, 3, 100) == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize(("n", "c", "k"), [(3, 4, 1), (3, -1, 1), (3, 1, 4), (3, 1, 0)])
def test_impossible_counts_are_refused(n: int, c: int, k: int) -> None:
    with pytest.raises(ValueError, match="pass@k needs"):
        pass_at_k(n, c, k)


def test_tasks_with_too_few_samples_are_reported_as_left_out() -> None:
    at = {found.k: found for found in estimate({GROUP: [(10, 5)] * 8 + [(9, 9), (0, 0)]})[GROUP]}
    assert (at[10].tasks, at[10].left_out) == (8, 2)
    assert (at[1].tasks, at[1].left_out) == (9, 1)
    assert at[1].value == pytest.approx((8 * 0.5 + 1) / 9)


def test_only_ks_that_the_samples_support_are_given() -> None:
    assert sensible_ks([(10, 1)] * 9 + [(1, 0)]) == (1, 5, 10)
    assert sensible_ks([(1, 1)] * 5) == (1,)
    assert sensible_ks([(0, 0)]) == ()
    assert estimate({GROUP: []})[GROUP] == ()


def test_interval_holds_the_value_and_narrows_with_more_tasks() -> None:
    few = rate_interval([(1, n % 2) for n in range(20)])
    many = rate_interval([(1, n % 2) for n in range(2000)])
    assert few is not None
    assert many is not None
    assert few.low < few.value < few.high
    assert many.high - many.low < (few.high - few.low) / 5


def test_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    import random

    luck = random.Random(7)
    hits = 0
    for trial in range(120):
        counts = [(1, int(luck.random() < 0.6)) for _ in range(60)]
        found = rate_interval(counts, seed=trial)
        assert found is not None
        hits += found.low <= 0.6 <= found.high
    assert hits / 120 > 0.87


def test_three_of_three_is_not_certainty() -> None:
    found = rate_interval([(1, 1)] * 3)
    assert found is not None
    assert found.method == "wilson"
    assert found.low < 0.5
    assert found.high == 1.0


def test_same_seed_gives_the_same_figures() -> None:
    counts = {GROUP: [(10, n % 11) for n in range(50)]}
    assert estimate(counts, seed=3) == estimate(counts, seed=3)
    assert estimate(counts, seed=3) != estimate(counts, seed=4)


def test_no_judged_sample_gives_no_rate() -> None:
    assert rate_interval([]) is None
    assert rate_interval([(0, 0)]) is None


def test_lead_tells_clear_from_close() -> None:
    strong = {f"t{n}": (1, 1) for n in range(30)}
    weak = {f"t{n}": (1, n % 2) for n in range(30)}
    assert lead(strong, weak) == pytest.approx(1.0, abs=1e-4)
    assert lead(weak, strong) == pytest.approx(0.0, abs=1e-4)
    assert lead(strong, strong) == 0.5
    assert lead(strong, {"other": (1, 1)}) is None


def test_one_task_decides_nothing() -> None:
    assert lead({"t": (1, 1)}, {"t": (1, 0)}) == 0.5
    three = [f"t{n}" for n in range(3)]
    assert lead(dict.fromkeys(three, (1, 1)), dict.fromkeys(three, (1, 0))) == 0.875


def test_the_ks_go_by_the_lower_median_of_those_with_samples() -> None:
    assert sensible_ks([(1, 0), (10, 0)]) == (1,)
    assert sensible_ks([(1, 0), (10, 0), (10, 0)]) == (1, 5, 10)
    assert sensible_ks([(0, 0), (0, 0), (10, 0)]) == (1, 5, 10)
    assert sensible_ks([(99, 0)]) == (1, 5, 10)
    assert sensible_ks([(100, 0)]) == (1, 5, 10, 100)
    assert sensible_ks([(4, 0), (5, 0)], ks=(2, 4, 5)) == (2, 4)


def test_an_interval_is_the_middle_of_the_draws() -> None:
    counts = [(2, 1), (4, 4), (3, 0), (1, 1), (5, 2)]
    n, c = (np.array(column, dtype=float) for column in zip(*counts, strict=True))
    found = rate_interval(counts, seed=5)
    assert found is not None
    assert found.value == 8 / 15
    assert (found.low, found.high) == tuple(np.quantile(resampled_ratios(c, n, 5), [0.025, 0.975]))
    assert found.method == "bootstrap"
    assert rate_interval(counts) == rate_interval(counts, seed=0)
    assert estimate({GROUP: counts}) == estimate({GROUP: counts}, seed=0)


def test_tasks_that_all_have_one_rate_are_told_by_their_number() -> None:
    found = rate_interval([(2, 1), (4, 2), (10, 5)])
    assert found is not None
    assert (found.value, found.method) == (0.5, "wilson")
    assert (found.low, found.high) == wilson(0.5, 3)
    different = rate_interval([(2, 2), (4, 1), (1, 0)])  # n times c would be 4, 4 and 0
    assert different is not None
    assert different.method == "bootstrap"


def test_draws_are_the_same_however_many_are_held_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    gains, sizes = np.array([1.0, 0, 2, 1]), np.array([2.0, 1, 2, 3])
    whole = resampled_ratios(gains, sizes, 1)
    assert len(whole) == 2000
    for cells in (1, 4 * 300, 4 * 1999):
        monkeypatch.setattr("harness.quality.passk._CELLS", cells)
        assert np.array_equal(resampled_ratios(gains, sizes, 1), whole)


def test_what_is_left_out_of_an_estimate_is_counted() -> None:
    (one, five) = estimate({GROUP: [(5, 5), (5, 0), (5, 1), (4, 4), (0, 0)]}, ks=(1, 5))[GROUP]
    assert (one.k, one.tasks, one.left_out) == (1, 4, 1)
    assert (five.k, five.tasks, five.left_out) == (5, 3, 2)
    assert five.value == pytest.approx(2 / 3)


def test_a_lead_counts_shares_and_half_of_every_tie() -> None:
    one, other = {"a": (2, 2), "b": (4, 0)}, {"a": (1, 0), "b": (2, 2)}
    # Draws of two tasks: both a, both b, or one of each, which is a tie.
    assert lead(one, other) == pytest.approx(0.5, abs=0.03)
    assert lead({"a": (4, 2), "b": (2, 1)}, {"a": (2, 1), "b": (6, 3)}) == 0.5
    better = {f"t{n}": (2, 1) for n in range(20)}
    worse = {f"t{n}": (5, 2) for n in range(20)}
    assert lead(better, worse) == pytest.approx(1.0, abs=1e-5)
    assert lead({"a": (1, 1), "z": (0, 0)}, {"a": (1, 0), "z": (1, 1)}) == 0.5
    mixed = {f"t{n}": (1, int(n < 6)) for n in range(10)}
    against = {f"t{n}": (1, int(n >= 6)) for n in range(10)}
    assert 0.6 < (lead(mixed, against) or 0) < 0.85
    assert lead(mixed, against) == lead(mixed, against, seed=0) != lead(mixed, against, seed=1)
