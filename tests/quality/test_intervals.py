"""The interval of a share, against figures from the literature."""

from __future__ import annotations

import pytest
from statsmodels.stats.proportion import proportion_confint

from harness.quality.intervals import clopper_pearson, wilson


@pytest.mark.parametrize(
    ("hits", "size", "low", "high"),
    [
        # Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I,
        # method 3 (score without continuity correction).
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_it_agrees_with_newcombes_table(hits: int, size: int, low: float, high: float) -> None:
    found = wilson(hits / size, size)
    assert found == pytest.approx((low, high), abs=5e-5)


def test_it_mirrors_and_narrows_with_size() -> None:
    low, high = wilson(0.2, 50)
    mirrored = wilson(0.8, 50)
    assert mirrored == pytest.approx((1 - high, 1 - low))
    closer = wilson(0.2, 500)
    assert low < closer[0] < 0.2 < closer[1] < high


def test_nothing_tried_says_nothing() -> None:
    assert wilson(0.0, 0) == (0.0, 1.0)


@pytest.mark.parametrize("size", [1, 2, 9, 40, 1000, 1_000_000])
def test_exact_limits_are_those_of_statsmodels(size: int) -> None:
    for hits in {0, 1, size // 3, size // 2, size - 1, size}:
        expected = proportion_confint(hits, size, method="beta")
        assert clopper_pearson(hits, size) == pytest.approx(expected, abs=1e-9)


def test_exact_limits_by_hand() -> None:
    # Nothing in ten: 1 - 0.025 ** (1 / 10).
    assert clopper_pearson(0, 10) == pytest.approx((0, 1 - 0.025**0.1))
    assert clopper_pearson(10, 10) == pytest.approx((0.025**0.1, 1))
    assert clopper_pearson(0, 0) == (0.0, 1.0)
    wide, narrow = clopper_pearson(3, 9, 0.99), clopper_pearson(3, 9, 0.8)
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


def test_limits_never_leave_what_a_share_can_be() -> None:
    for size in range(1, 200):
        (none_low, none_high), (all_low, all_high) = wilson(0.0, size), wilson(1.0, size)
        assert 0.0 <= none_low < 1e-15 < none_high < 1.0
        assert 0.0 < all_low < 1 - 1e-15 < all_high <= 1.0


def test_exact_limits_of_a_thousand_million() -> None:
    low, high = clopper_pearson(10**9 - 1, 10**9)
    assert low < 1 - 1e-9 < high < 1.0
    low, high = clopper_pearson(1, 10**9)
    assert 0.0 < low < 1e-9 < high < 1e-8
