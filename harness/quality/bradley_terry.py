"""The Bradley-Terry model: strengths of models from how often each beat each other.

R. A. Bradley and M. E. Terry 1952, "Rank analysis of incomplete block designs", Biometrika
39:324-345: i beats j with probability p_i / (p_i + p_j). A tie counts half for each.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from harness.quality.ratings import Floats

_STEPS = 60


def strengths(wins: Floats, faint: float = 0.0) -> Floats:
    """Logarithms of p by maximum likelihood, mean 0; wins[…, i, j]: how often i beat j.

    Any number of matrices at once. faint: ties added between models that were compared. Newton's
    method with bounded steps; the likelihood has one maximum (D. R. Hunter 2004, "MM algorithms
    for generalized Bradley-Terry models", Annals of Statistics 32:384-406).
    """
    games = wins + np.swapaxes(wins, -1, -2)
    wins = wins + faint / 2 * (games > 0)
    games = games + faint * (games > 0)
    size = wins.shape[-1]
    theta = np.zeros(wins.shape[:-1])
    for _ in range(_STEPS):
        chance = _chance(theta)
        slope = (wins - games * chance).sum(axis=-1)
        curve = -games * chance * (1 - chance)
        curve[..., range(size), range(size)] = -curve.sum(axis=-1)
        # All strengths may move together; one more term holds their mean at 0.
        step = np.linalg.solve(curve + 1 / size, slope[..., None])[..., 0]
        theta = theta + np.clip(step, -2, 2)
        if np.abs(step).max(initial=0) < 1e-10:
            break
    return np.asarray(theta - theta.mean(axis=-1, keepdims=True))


def scores(theta: Floats) -> Floats:
    """Mean chance of each model to beat another one of the list."""
    size = theta.shape[-1]
    return np.asarray((_chance(theta).sum(axis=-1) - 0.5) / (size - 1))


def _chance(theta: Floats) -> Floats:
    """The chance of i to beat j, for all i and j."""
    gaps = theta[..., :, None] - theta[..., None, :]
    return np.asarray(1 / (1 + np.exp(-gaps)))


def strongly_connected(wins: Floats) -> bool:
    """Whether each model beat each other one, directly or through others.

    Only then the strengths exist: L. R. Ford 1957, "Solution of a ranking problem from binary
    comparisons", American Mathematical Monthly 64:28-33.
    """
    both = (_near(wins), _near(wins.T))
    return all(len(_reached(0, near)) == len(wins) for near in both)


def connected(games: Floats) -> list[list[int]]:
    """Models that were compared with each other, directly or through others; in their order."""
    near = _near(games + games.T)
    parts: list[list[int]] = []
    seen: set[int] = set()
    for start in near:
        if start not in seen and near[start]:
            part = _reached(start, near)
            seen |= part
            parts.append(sorted(part))
    return parts


def _near(wins: Floats) -> Mapping[int, set[int]]:
    return {at: {int(other) for other in np.flatnonzero(row)} for at, row in enumerate(wins)}


def _reached(start: int, near: Mapping[int, set[int]]) -> set[int]:
    seen, left = {start}, [start]
    while left:
        fresh = near[left.pop()] - seen
        seen |= fresh
        left.extend(fresh)
    return seen
