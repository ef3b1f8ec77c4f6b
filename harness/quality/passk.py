"""pass@k and pass rates with intervals.

The estimator is the unbiased one of Chen et al. 2021 ("Evaluating Large Language Models
Trained on Code", arXiv:2107.03374, section 2.1): with n samples of a task of which c pass,
pass@k = 1 - C(n-c, k) / C(n, k), computed as a product so that no factorial overflows.
Samples of one task are not independent, so intervals resample *tasks*, never samples.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from harness.models import Record
from harness.quality.intervals import wilson

Count: TypeAlias = tuple[int, int]  # (n samples judged, c of them passed)
Floats: TypeAlias = npt.NDArray[np.float64]

KS = (1, 5, 10, 100)
RESAMPLES = 2000
CONFIDENCE = 0.95
_CELLS = 1_000_000  # resampled indices held at once: bounds memory on large task sets


class Interval(Record):
    """A rate between 0 and 1 and its 95 % interval.

    method: "bootstrap" over tasks, or "wilson" over tasks where all tasks agree and
    resampling would claim a certainty that the data does not give.
    """

    value: float
    low: float
    high: float
    method: str = "bootstrap"


class PassAtK(Interval):
    """pass@k over ``tasks`` tasks; ``left_out`` more had fewer than k samples."""

    k: int
    tasks: int
    left_out: int = 0


def pass_at_k(n: int, c: int, k: int) -> float:
    """Chance that at least one of k samples drawn from n (c right) passes; needs 0<=c<=n, k<=n."""
    if not 0 <= c <= n or not 1 <= k <= n:
        raise ValueError(f"pass@k needs 0 <= c <= n and 1 <= k <= n, not n={n}, c={c}, k={k}")
    # With fewer than k wrong ones a factor is 0, and the chance 1.
    return float(1.0 - np.prod(1.0 - k / np.arange(n - c + 1, n + 1)))


def sensible_ks(counts: Sequence[Count], ks: Iterable[int] = KS) -> tuple[int, ...]:
    """The ks that at least half of the tasks have samples for (a lost sample loses no k)."""
    sizes = sorted(n for n, _ in counts if n > 0)
    middle = sizes[(len(sizes) - 1) // 2] if sizes else 0
    return tuple(k for k in ks if k <= middle)


def estimate(
    groups: Mapping[tuple[str, str], Sequence[Count]],
    ks: Iterable[int] = KS,
    *,
    seed: int = 0,
) -> dict[tuple[str, str], tuple[PassAtK, ...]]:
    """pass@k for each (model, language), for each sensible k.

    groups: per task (n, c), harness errors already taken out of n. A task with n = 0 counts
    as left out. Same seed, same figures.
    """
    wanted = tuple(ks)
    return {
        group: tuple(_group_at_k(counts, k, seed) for k in sensible_ks(counts, wanted))
        for group, counts in groups.items()
    }


def rate_interval(counts: Sequence[Count], *, seed: int = 0) -> Interval | None:
    """Share of judged samples that passed, resampled by task; None without any sample."""
    judged = np.array([count for count in counts if count[0] > 0], dtype=np.float64)
    if not len(judged):
        return None
    return _interval(judged[:, 1], judged[:, 0], seed)


def lead(first: Mapping[str, Count], second: Mapping[str, Count], *, seed: int = 0) -> float | None:
    """Share of resamples of the common tasks in which ``first`` beats ``second``.

    Keys are task ids. Ties count half. None if the two have no task in common. Few tasks
    resample to themselves, so it says no more than a coin tossed for each task that differs could.
    """
    common = sorted(t for t in first if t in second and first[t][0] and second[t][0])
    if not common:
        return None
    gaps = np.array([first[t][1] / first[t][0] - second[t][1] / second[t][0] for t in common])
    means = resampled_ratios(gaps, np.ones(len(gaps)), seed)
    even = np.isclose(means, 0.0)
    chance = 0.5 ** max(1, int(np.count_nonzero(gaps)))
    return float(np.clip(np.mean(np.where(even, 0.5, means > 0)), chance, 1 - chance))


def _group_at_k(counts: Sequence[Count], k: int, seed: int) -> PassAtK:
    known: dict[Count, float] = {}
    for n, c in set(counts):
        if n >= k:
            known[n, c] = pass_at_k(n, c, k)
    values = np.array([known[count] for count in counts if count in known])
    found = _interval(values, np.ones(len(values)), seed)
    return PassAtK(k=k, tasks=len(values), left_out=len(counts) - len(values), **found.model_dump())


def _interval(numerators: Floats, denominators: Floats, seed: int) -> Interval:
    value = float(numerators.sum() / denominators.sum())
    if np.ptp(numerators / denominators) == 0:
        low, high = wilson(value, len(numerators))
        return Interval(value=value, low=low, high=high, method="wilson")
    tail = (1 - CONFIDENCE) / 2
    means = resampled_ratios(numerators, denominators, seed)
    low, high = (float(x) for x in np.quantile(means, [tail, 1 - tail]))
    return Interval(value=value, low=low, high=high)


def resampled_ratios(numerators: Floats, denominators: Floats, seed: int) -> Floats:
    """Sums of numerators over sums of denominators in draws of places with replacement."""
    rng = np.random.default_rng(seed)
    size = len(numerators)
    step = max(1, _CELLS // size)
    parts = []
    for start in range(0, RESAMPLES, step):
        picks = rng.integers(0, size, (min(step, RESAMPLES - start), size))
        parts.append(numerators[picks].sum(axis=1) / denominators[picks].sum(axis=1))
    return np.concatenate(parts)
