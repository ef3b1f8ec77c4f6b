"""Coefficients of agreement between annotators, each with its source and a bootstrap interval.

A coefficient that corrects for chance compares what was seen with what chance would give. Where
all values are the same, chance gives the same: such a coefficient is undefined then, never 1.0.
Percent agreement corrects for nothing and is 1.0 there.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

import numpy as np

from harness.quality.ratings import (
    RESAMPLES,
    Floats,
    Measure,
    Table,
    Unit,
    draws,
    limits,
    undefined,
)


class Level(StrEnum):
    """What the distance between two values means."""

    NOMINAL = "nominal"  # they differ or they do not
    ORDINAL = "ordinal"  # how many values lie between them
    INTERVAL = "interval"  # their difference


# Weights of the rows of a table, draws × P → one value a draw, NaN where there is none.
Formula = Callable[[Table, Floats], Floats]


def percent(table: Table, seed: int = 0, resamples: int = RESAMPLES) -> Measure:
    """Share of pairs of values of a unit that are equal, averaged over units."""
    return _measure(table, _percent, seed, resamples, corrected=False)


def fleiss_kappa(table: Table, seed: int = 0, resamples: int = RESAMPLES) -> Measure:
    """Fleiss' kappa, over the units with exactly ``table.raters`` values.

    J. L. Fleiss 1971, "Measuring nominal scale agreement among many raters", Psychological
    Bulletin 76:378-382. It wants equally many values of each unit: the most common number is
    taken, ``units`` says how many units have it.
    """
    found = _measure(table, _fleiss, seed, resamples)
    return found.model_copy(update={"units": int(table.times @ table.full_units)})


def krippendorff_alpha(
    table: Table, level: Level, seed: int = 0, resamples: int = RESAMPLES
) -> Measure:
    """Krippendorff's alpha; units may have any number of values, missing ones do not matter.

    K. Krippendorff 2011, "Computing Krippendorff's alpha-reliability",
    https://repository.upenn.edu/handle/20.500.14332/2089.
    """
    return _measure(table, lambda one, weights: _alpha(one, weights, level), seed, resamples)


def gwet_ac(
    table: Table, level: Level = Level.NOMINAL, seed: int = 0, resamples: int = RESAMPLES
) -> Measure:
    """Gwet's AC1 (nominal), or AC2 with quadratic weights over the values (interval).

    K. L. Gwet 2008, "Computing inter-rater reliability and its variance in the presence of high
    agreement", British Journal of Mathematical and Statistical Psychology 61:29-48; missing values
    and weights: Gwet 2014, "Handbook of inter-rater reliability", 4th edition, chapters 3 to 5.
    Values of the scale that nobody used count as categories. The formula itself gives 1 where all
    values are the same; that is called undefined here too.
    """
    weights = quadratic_weights(table.values) if level is Level.INTERVAL else None
    return _measure(
        table, lambda one, drawn: _gwet(one, drawn, weights), seed, resamples
    )  # fmt: skip


def cohen_kappa(units: Sequence[Unit], level: Level = Level.INTERVAL) -> Measure:
    """Cohen's kappa of two annotators; quadratic weights (interval) or none (nominal).

    J. Cohen 1968, "Weighted kappa", Psychological Bulletin 70:213-220. Of more than two annotators
    the pairs are pooled, 1 - sum of observed / sum of expected disagreement, so that pairs with few
    units in common weigh little: H. De Vries et al. 2008, "Using pooled kappa to summarize
    interrater agreement across many items", Field Methods 20:272-282. No interval.
    """
    common = common_values(units)
    if not common:
        return undefined(_lonely(len({name for unit in units for name in unit})))
    observed = expected = 0.0
    for pairs in common.values():
        first, second = (Counter(side) for side in zip(*pairs, strict=True))
        observed += sum(_distance(one, other, level) for one, other in pairs)
        # Whatever either gave, met by chance: counts of values, not of units, are multiplied.
        expected += sum(
            many * more * _distance(one, other, level)
            for one, many in first.items()
            for other, more in second.items()
        ) / len(pairs)
    number = sum(len(pairs) for pairs in common.values())
    if expected == 0:
        return undefined("each annotator gave one and the same value to everything", number)
    return Measure(value=1 - observed / expected, units=number)


def common_values(units: Sequence[Unit]) -> dict[tuple[str, str], list[tuple[int, int]]]:
    """For each two annotators, in the order of their names, the values of units both rated."""
    found: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for unit in units:
        for pair in itertools.combinations(sorted(unit), 2):
            found.setdefault(pair, []).append((unit[pair[0]], unit[pair[1]]))
    return found


def quadratic_weights(values: Floats) -> Floats:
    """1 for equal values, 0 for those furthest apart, falling with the squared difference."""
    span = float(np.ptp(values)) if len(values) else 0.0
    if span == 0:
        return np.ones((len(values), len(values)))
    return 1 - ((values[:, None] - values[None, :]) / span) ** 2


def _distance(one: int, other: int, level: Level) -> int:
    return (one - other) ** 2 if level is Level.INTERVAL else int(one != other)


def _measure(
    table: Table, formula: Formula, seed: int, resamples: int, *, corrected: bool = True
) -> Measure:
    why = _why_not(table, corrected)
    if why:
        return undefined(why, table.comparable)
    value = float(formula(table, table.times[None])[0])
    if np.isnan(value):
        return undefined("chance alone would agree as well", table.comparable)
    found = None
    if table.clusters > 1 and resamples:
        found = limits(np.concatenate([formula(table, drawn) for drawn in
                                       draws(table, seed, resamples)]))  # fmt: skip
    low, high = found or (None, None)
    return Measure(value=value, low=low, high=high, units=table.comparable)


def _why_not(table: Table, corrected: bool) -> str:
    if not table.ratings:
        return "nobody said anything"
    if not table.comparable:
        return _lonely(table.annotators)
    used = np.flatnonzero((table.times @ table.shares) > 0)
    if corrected and len(used) == 1:
        value = f"{table.values[used[0]]:g}"
        return f"every value is {value}: without a difference, agreement cannot be told from chance"
    paired = np.flatnonzero(np.tensordot(table.times, table.coincidences, 1).sum(axis=1) > 0)
    if corrected and len(paired) == 1:
        value = f"{table.values[paired[0]]:g}"
        return f"every value that could be compared is {value}"
    return ""


def _lonely(annotators: int) -> str:
    if annotators == 0:
        return "nobody said anything"
    if annotators == 1:
        return "there is one annotator"
    return "no two annotators judged the same"


def _percent(table: Table, weights: Floats) -> Floats:
    agreed = weights @ np.trace(table.pairs, axis1=1, axis2=2)
    return _ratio(agreed, weights @ table.units)


def _fleiss(table: Table, weights: Floats) -> Floats:
    units = weights @ table.full_units
    seen = _ratio(weights @ np.trace(table.full_pairs, axis1=1, axis2=2), units)
    shares = _ratio(weights @ table.full_shares, units[:, None])
    return _beyond(seen, (shares**2).sum(axis=1))


def _alpha(table: Table, weights: Floats, level: Level) -> Floats:
    together = np.tensordot(weights, table.coincidences, 1)  # draws × K × K
    given = together.sum(axis=2)
    number = given.sum(axis=1)
    apart = _apart(table.values, given, level)
    observed = (together * apart).sum(axis=(1, 2))
    expected = (given[:, :, None] * given[:, None, :] * apart).sum(axis=(1, 2))
    return np.asarray(1 - (number - 1) * _ratio(observed, expected))


def _apart(values: Floats, given: Floats, level: Level) -> Floats:
    """Squared distances between values, draws × K × K or K × K."""
    size = len(values)
    if level is Level.NOMINAL:
        return 1 - np.eye(size)
    if level is Level.INTERVAL:
        return np.asarray((values[:, None] - values[None, :]) ** 2)
    # Ordinal: the values given between c and k, each end by half.
    middle = np.cumsum(given, axis=1) - given / 2
    return np.asarray((middle[:, :, None] - middle[:, None, :]) ** 2)


def _gwet(table: Table, drawn: Floats, weights: Floats | None) -> Floats:
    size = len(table.values)
    each = np.eye(size) if weights is None else weights
    seen = _ratio(drawn @ (table.pairs * each).sum(axis=(1, 2)), drawn @ table.units)
    shares = _ratio(drawn @ table.shares, (drawn @ table.rated)[:, None])
    chance = each.sum() / (size * (size - 1)) * (shares * (1 - shares)).sum(axis=1)
    found = _beyond(seen, chance)
    # A draw of one value only would be 1 by accident.
    found[(shares > 0).sum(axis=1) < 2] = np.nan
    return found


def _beyond(seen: Floats, chance: Floats) -> Floats:
    return _ratio(seen - chance, 1 - chance)


def _ratio(above: Floats, below: Floats) -> Floats:
    # Shares that sum to one leave 1e-17 where there is nothing.
    some = np.abs(below) > 1e-12
    return np.where(some, above / np.where(some, below, 1.0), np.nan)


def annotator_agreement(units: Sequence[Unit]) -> Mapping[str, Measure]:
    """Percent agreement of each annotator with the others, over values of common units."""
    equal: dict[str, list[bool]] = {name: [] for unit in units for name in unit}
    for (first, second), pairs in common_values(units).items():
        same = [one == other for one, other in pairs]
        equal[first] += same
        equal[second] += same
    return {
        name: Measure(value=sum(found) / len(found), units=len(found))
        if found
        else undefined("nobody else judged the same")
        for name, found in equal.items()
    }
