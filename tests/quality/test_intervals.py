"""The interval of a share, against figures from the literature."""

from __future__ import annotations

import pytest

from harness.quality.intervals import wilson


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
