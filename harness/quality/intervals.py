"""Intervals of a share."""

from __future__ import annotations

import math
from collections.abc import Callable

Z_95 = 1.959963984540054  # normal quantile of 0.975


def wilson(share: float, size: int, z: float = Z_95) -> tuple[float, float]:
    """Score interval of a binomial share seen in ``size`` trials (95 % unless z says otherwise).

    E. B. Wilson 1927, "Probable inference, the law of succession, and statistical inference",
    JASA 22:209-212; unlike the normal one it neither leaves 0..1 nor shrinks to a point at 0 or 1.
    Nothing was tried (size 0): (0, 1).
    """
    if size == 0:
        return 0.0, 1.0
    spread = z * z / size
    centre = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / size + spread / (4 * size)) / (1 + spread)
    return max(0.0, centre - half), min(1.0, centre + half)


def clopper_pearson(successes: int, size: int, confidence: float = 0.95) -> tuple[float, float]:
    """Exact interval of a binomial share: limits whose tails hold at most (1 - confidence) / 2.

    C. J. Clopper and E. S. Pearson 1934, "The use of confidence or fiducial limits illustrated in
    the case of the binomial", Biometrika 26:404-413. Nothing was tried (size 0): (0, 1).
    """
    tail = (1 - confidence) / 2
    # P(X >= k | p) is the regularised incomplete beta function I_p(k, n - k + 1).
    low, high = 0.0, 1.0
    if successes > 0:
        low = _solve(lambda p: _beta_share(p, successes, size - successes + 1), tail)
    if successes < size:
        high = _solve(lambda p: _beta_share(p, successes + 1, size - successes), 1 - tail)
    return low, high


def _solve(rising: Callable[[float], float], wanted: float) -> float:
    """Where a function that rises over 0 … 1 has the value, by halving."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < wanted else (low, middle)
    return (low + high) / 2


def _beta_share(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b), 0 < x < 1, by its continued fraction.

    DLMF 8.17.22 (https://dlmf.nist.gov/8.17.E22), which converges fast below the mean.
    """
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta_share(1 - x, b, a)
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
        + a * math.log(x) + b * math.log1p(-x)
    )  # fmt: skip
    return front / (a * _beta_fraction(x, a, b))


def _beta_fraction(x: float, a: float, b: float) -> float:
    """1 + d1 / (1 + d2 / …), by Lentz's method as I. J. Thompson and A. R. Barnett 1986 have it."""
    tiny = 1e-300
    value, c, d = 1.0, 1.0, 0.0
    for step in range(1, 5000):
        m = step // 2
        if step % 2:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / ((1 + term * d) or tiny)
        c = (1 + term / c) or tiny
        value *= c * d
        if abs(c * d - 1) < 1e-14:
            break
    return value
