"""Run times: percentiles and the histogram, kept at eight bytes a response."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

import numpy as np

from harness.models import Record

_BINS = 36


class Timing(Record):
    """Seconds per response: percentiles, the mean and the sum."""

    p50_s: float = 0.0
    p90_s: float = 0.0
    p99_s: float = 0.0
    max_s: float = 0.0
    mean_s: float = 0.0
    total_s: float = 0.0


class Bin(Record):
    """Responses whose wall time is in [low_s, high_s)."""

    low_s: float
    high_s: float
    responses: int


def timing(seconds: array[float]) -> Timing:
    """Figures of run times in seconds; zeros where there are none."""
    if not len(seconds):
        return Timing()
    values = np.frombuffer(seconds, dtype=np.float64)
    p50, p90, p99, top = (float(x) for x in np.percentile(values, [50, 90, 99, 100]))
    return Timing(
        p50_s=p50, p90_s=p90, p99_s=p99, max_s=top,
        mean_s=float(values.mean()), total_s=float(values.sum()),
    )  # fmt: skip


def histogram(seconds: array[float]) -> tuple[Bin, ...]:
    """Bins of equal ratio: run times spread over decades, equal widths would be one bar."""
    if not len(seconds):
        return ()
    values = np.clip(np.frombuffer(seconds, dtype=np.float64), 0.0005, None)
    low, high = float(values.min()), float(values.max()) * 1.001
    edges = np.geomspace(low, max(high, low * 2), _BINS + 1)
    counts, _ = np.histogram(values, edges)
    return tuple(
        Bin(low_s=float(edges[i]), high_s=float(edges[i + 1]), responses=int(count))
        for i, count in enumerate(counts)
    )


def joined(parts: Iterable[array[float]]) -> array[float]:
    """All times in one array."""
    whole: array[float] = array("d")
    for part in parts:
        whole.extend(part)
    return whole
