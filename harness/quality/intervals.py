"""Intervals of a share."""

from __future__ import annotations

import math

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
