"""Who gave what to what, as tables of counts: all that measures of agreement look at.

A *unit* is what one value is given to: an item for a preference, a response for a rating. Units of
one item stand or fall together when items are drawn again, so a table keeps one row a *cluster*
(item); equal clusters share a row, which makes drawing ten thousand items as cheap as a hundred.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from harness.models import Record

Floats: TypeAlias = npt.NDArray[np.float64]
Unit: TypeAlias = Mapping[str, int]  # annotator → value

RESAMPLES = 1000
_TAIL = 0.025
_CELLS = 2_000_000  # numbers held at once while items are drawn again


class Measure(Record):
    """A figure, or why there is none.

    value: None with ``undefined``, a sentence that begins "undefined, because".
    low, high: 95 % bootstrap interval over items; None where items are too few to be drawn again.
    units: what was looked at: units with two values or more, or whatever the measure counts.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    units: int = 0
    undefined: str = ""


def undefined(why: str, units: int = 0) -> Measure:
    """A measure that has no value."""
    return Measure(units=units, undefined=f"undefined, because {why}")


@dataclass(frozen=True)
class Table:
    """Counts of P different clusters over K values, which are in ascending order.

    times: how many clusters are like this one. units: of a cluster, with two values or more;
    rated: with one or more. pairs: P × K × K, sum over units of the shares of ordered pairs of
    values (each unit adds 1). coincidences: the same, each unit weighted by its number of values
    (Krippendorff's). shares: P × K, sum over rated units of the shares of values.
    raters: the most common number of values of a unit with two or more (0: there is none);
    full_units, full_pairs, full_shares: as above, over units with exactly so many.
    annotators: how many there are. ratings: how many values there are.
    """

    values: Floats
    times: Floats
    units: Floats
    rated: Floats
    pairs: Floats
    coincidences: Floats
    shares: Floats
    raters: int
    full_units: Floats
    full_pairs: Floats
    full_shares: Floats
    annotators: int
    ratings: int

    @property
    def clusters(self) -> int:
        """How many there are in all."""
        return int(self.times.sum())

    @property
    def comparable(self) -> int:
        """Units with two values or more, in all."""
        return int(self.times @ self.units)


def tabulate(clusters: Iterable[Sequence[Unit]], scale: Sequence[int] = ()) -> Table:
    """Count. scale: values that could have been given; those that were are added.

    Neither the order of clusters, units or annotators nor their names change the table.
    """
    kept = [[unit for unit in cluster if unit] for cluster in clusters]
    given = {value for cluster in kept for unit in cluster for value in unit.values()}
    values = sorted(given | set(scale))
    place = {value: at for at, value in enumerate(values)}
    patterns = Counter(
        tuple(sorted(_counts(unit, place) for unit in cluster)) for cluster in kept if cluster
    )
    ordered = sorted(patterns)
    names = {name for cluster in kept for unit in cluster for name in unit}
    raters = _common_size(patterns)
    rows = [_row(pattern, len(values), raters) for pattern in ordered]
    columns = {name: _column([row[name] for row in rows], name, len(values)) for name in _COLUMNS}
    return Table(
        values=np.array(values, dtype=np.float64),
        times=np.array([patterns[pattern] for pattern in ordered], dtype=np.float64),
        raters=raters,
        annotators=len(names),
        ratings=sum(len(unit) for cluster in kept for unit in cluster),
        **columns,
    )


def draws(table: Table, seed: int, resamples: int = RESAMPLES) -> Iterable[Floats]:
    """Weights of the rows of ``table``, some draws × P at a time: clusters drawn with replacement.

    The same seed gives the same draws.
    """
    rng = np.random.default_rng(seed)
    step = max(1, _CELLS // max(table.pairs.size, 1))
    for start in range(0, resamples, step):
        size = min(step, resamples - start)
        yield rng.multinomial(table.clusters, table.times / table.clusters, size).astype(float)


def limits(values: Floats) -> tuple[float, float] | None:
    """The 95 % interval of resampled values; None if fewer than half of them exist (not NaN)."""
    found = values[~np.isnan(values)]
    if 2 * len(found) < len(values) or not len(found):
        return None
    low, high = np.quantile(found, [_TAIL, 1 - _TAIL])
    return float(low), float(high)


def _counts(unit: Unit, place: Mapping[int, int]) -> tuple[int, ...]:
    counts = [0] * len(place)
    for value in unit.values():
        counts[place[value]] += 1
    return tuple(counts)


def _common_size(patterns: Mapping[tuple[tuple[int, ...], ...], int]) -> int:
    sizes: Counter[int] = Counter()
    for pattern, times in patterns.items():
        for counts in pattern:
            if sum(counts) > 1:
                sizes[sum(counts)] += times
    return max(sizes, key=lambda size: (sizes[size], size), default=0)


# Columns of a table by cluster, and how many axes of values each has.
_COLUMNS = {
    "units": 0, "rated": 0, "pairs": 2, "coincidences": 2, "shares": 1,
    "full_units": 0, "full_pairs": 2, "full_shares": 1,
}  # fmt: skip


def _row(pattern: tuple[tuple[int, ...], ...], size: int, raters: int) -> dict[str, Floats]:
    """The columns of one cluster."""
    row = {name: np.zeros((size,) * axes) for name, axes in _COLUMNS.items()}
    for unit in pattern:
        counts = np.array(unit, dtype=np.float64)
        number = counts.sum()
        row["rated"] += 1
        row["shares"] += counts / number
        if number < 2:
            continue
        shown = (np.outer(counts, counts) - np.diag(counts)) / (number * (number - 1))
        row["units"] += 1
        row["pairs"] += shown
        row["coincidences"] += shown * number
        if number == raters:
            row["full_units"] += 1
            row["full_pairs"] += shown
            row["full_shares"] += counts / number
    return row


def _column(rows: list[Floats], name: str, size: int) -> Floats:
    empty = np.zeros((0, *(size,) * _COLUMNS[name]))
    return np.stack(rows) if rows else empty
