"""Who beats whom, by what people prefer or by what passes, with bootstrap intervals.

Strengths are those of ``bradley_terry``. The figure shown is no rating on an open scale but a
model's *score*: its mean chance to beat another model of the list, 0.5 if all are alike; it stays
within 0 … 1 even for a model that never lost.

Where some models were compared with others neither directly nor through a third, no order between
them can be had: each connected part gets a ranking of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self, TypeAlias

import numpy as np
import numpy.typing as npt

from harness.models import Language, Record
from harness.quality.bradley_terry import connected, scores, strengths, strongly_connected
from harness.quality.ratings import Floats
from harness.quality.votes import Vote

RESAMPLES = 400
# A tie's worth between two models that were compared at all: keeps the strength of one that never
# lost finite, in draws too, and is far below what any data say.
_FAINT = 0.01
_CELLS = 2_000_000

Places: TypeAlias = npt.NDArray[np.int64]
# Weights of units, draws × units → wins, draws × models × models.
Total = Callable[[Floats], Floats]


class Basis(StrEnum):
    """What is compared."""

    JUDGMENTS = "judgments"  # what people prefer
    VERDICTS = "verdicts"  # pass over fail on the same task, a tie if both do the same


@dataclass(frozen=True)
class Comparison:
    """Of two models in one unit (item or task): how often each beat the other, ties half each."""

    unit: str
    first: str
    second: str
    first_wins: float
    second_wins: float


class RankedModel(Record):
    """A model's place.

    score: mean chance to beat another model of the list, with its 95 % bootstrap interval over
    units. strength: natural logarithm of p, mean 0 in the list; None where the data set no bound.
    compared: comparisons it was in; won: how many it won, ties half.
    never_lost, never_won: against the rest of the list, so that its strength has no bound.
    """

    model: str
    score: float
    low: float | None
    high: float | None
    strength: float | None
    compared: float
    won: float
    never_lost: bool = False
    never_won: bool = False


class Ranking(Record):
    """Models that can be compared with each other, best first; others are in other rankings.

    part, parts: which one this is of how many the comparisons of a language fall into.
    bounded: nobody, and no group of them, won or lost everything against the rest, so that
    strengths exist.
    """

    basis: Basis
    language: Language | None
    part: int = 1
    parts: int = 1
    models: tuple[RankedModel, ...]
    comparisons: float
    bounded: bool


def rank_votes(
    votes: Iterable[Vote], language: Language | None = None, *, seed: int = 0,
    resamples: int = RESAMPLES,
) -> tuple[Ranking, ...]:  # fmt: skip
    """Rank models by what people prefer, in one language or in all; a unit is a task."""
    compared = [
        Comparison(
            vote.item.task_id, vote.first.model, vote.second.model,
            (1 - vote.towards) / 2, (1 + vote.towards) / 2,
        )
        for vote in votes
        if language in (None, vote.item.language)
    ]  # fmt: skip
    return rank(compared, Basis.JUDGMENTS, language, seed=seed, resamples=resamples)


def rank(
    comparisons: Iterable[Comparison], basis: Basis, language: Language | None = None, *,
    seed: int = 0, resamples: int = RESAMPLES,
) -> tuple[Ranking, ...]:  # fmt: skip
    """Rankings, the one with most models first: more than one if the comparisons fall apart.

    A model that was compared with no other is in none. The same comparisons and seed give the same
    figures, whatever the order.
    """
    kept = [one for one in comparisons if one.first != one.second]
    models = sorted({name for one in kept for name in (one.first, one.second)})
    units = sorted({one.unit for one in kept})
    cells = _Cells.of(kept, models, units)
    return _rankings(models, len(units), cells.total, basis, language, seed, resamples)


def rank_rates(
    rates: Mapping[str, Mapping[str, float]], language: Language | None = None, *, seed: int = 0,
    resamples: int = RESAMPLES,
) -> tuple[Ranking, ...]:  # fmt: skip
    """Rank models by verdicts. rates: {model: {task_id: share of its responses that passed}}.

    A task is one comparison of each two models that answered it: a response of each drawn at
    random, pass over fail, half for each if both do the same.
    """
    models = sorted(rates)
    units = sorted({task for own in rates.values() for task in own})
    there = np.array([[task in rates[model] for task in units] for model in models], dtype=float)
    rate = np.array([[rates[model].get(task, 0.0) for task in units] for model in models])

    def total(weights: Floats) -> Floats:
        # r_i (1 - r_j) + (r_i r_j + (1 - r_i) (1 - r_j)) / 2 = (1 + r_i - r_j) / 2
        found = []
        for row in weights:
            games, gains = (there * row) @ there.T, (rate * row) @ there.T
            found.append((games + gains - gains.T) / 2)
        wins = np.array(found).reshape(-1, len(models), len(models))
        wins[:, range(len(models)), range(len(models))] = 0
        return wins

    return _rankings(models, len(units), total, Basis.VERDICTS, language, seed, resamples)


def _rankings(
    models: Sequence[str], units: int, total: Total, basis: Basis, language: Language | None,
    seed: int, resamples: int,
) -> tuple[Ranking, ...]:  # fmt: skip
    if not units:
        return ()
    whole = total(np.ones((1, units)))[0]
    parts = connected(whole)
    found = []
    for part in parts:
        wins = whole[np.ix_(part, part)]
        limits = _limits(total, wins, part, units, seed, resamples)
        found.append((_models([models[at] for at in part], wins, limits), wins))
    found.sort(key=lambda one: (-len(one[0]), -one[1].sum(), one[0][0].model))
    return tuple(
        Ranking(
            basis=basis, language=language, part=number, parts=len(found), models=ranked,
            comparisons=float(wins.sum()), bounded=strongly_connected(wins),
        )
        for number, (ranked, wins) in enumerate(found, 1)
    )  # fmt: skip


def _models(
    names: Sequence[str], wins: Floats, limits: tuple[Floats, Floats] | None
) -> tuple[RankedModel, ...]:
    bounded = strongly_connected(wins)
    theta = strengths(wins, 0.0 if bounded else _FAINT)
    score = scores(theta)
    ranked = [
        RankedModel(
            model=name,
            score=float(score[at]),
            low=None if limits is None else min(float(limits[0][at]), float(score[at])),
            high=None if limits is None else max(float(limits[1][at]), float(score[at])),
            strength=float(theta[at]) if bounded else None,
            compared=float(wins[at].sum() + wins[:, at].sum()),
            won=float(wins[at].sum()),
            never_lost=not wins[:, at].any(),
            never_won=not wins[at].any(),
        )
        for at, name in enumerate(names)
    ]
    return tuple(sorted(ranked, key=lambda one: (-one.score, one.model)))


def _limits(
    total: Total, wins: Floats, part: Sequence[int], units: int, seed: int, resamples: int
) -> tuple[Floats, Floats] | None:
    """2.5 and 97.5 % of the scores in draws of units.

    None where there is one unit, or where all say the same: draws would claim to be certain.
    """
    if units < 2 or not resamples:
        return None
    rng = np.random.default_rng(seed)
    step = max(1, _CELLS // (len(wins) ** 2 + units))
    # Who was compared at all stays as it is, so that a draw without some pair does not fall apart.
    faint = _FAINT / 2 * ((wins + wins.T) > 0)
    found = []
    for start in range(0, resamples, step):
        number = min(step, resamples - start)
        drawn = rng.multinomial(units, np.full(units, 1 / units), number).astype(np.float64)
        found.append(scores(strengths(total(drawn)[:, part][:, :, part] + faint)))
    drawn_scores = np.concatenate(found)
    if np.ptp(drawn_scores, axis=0).max() < 1e-9:
        return None
    low, high = np.quantile(drawn_scores, [0.025, 0.975], axis=0)
    return low, high


@dataclass(frozen=True)
class _Cells:
    """Comparisons as arrays: unit, place in the flat matrix of wins, there and back."""

    size: int
    unit: Places
    cell: Places
    back: Places
    wins: Floats
    losses: Floats

    @classmethod
    def of(cls, kept: Sequence[Comparison], models: Sequence[str], units: Sequence[str]) -> Self:
        place = {model: at for at, model in enumerate(models)}
        number = {unit: at for at, unit in enumerate(units)}
        size = len(models)
        pairs = [(place[one.first], place[one.second]) for one in kept]
        return cls(
            size,
            unit=np.array([number[one.unit] for one in kept], dtype=np.int64),
            cell=np.array([one * size + other for one, other in pairs], dtype=np.int64),
            back=np.array([other * size + one for one, other in pairs], dtype=np.int64),
            wins=np.array([one.first_wins for one in kept], dtype=np.float64),
            losses=np.array([one.second_wins for one in kept], dtype=np.float64),
        )

    def total(self, weights: Floats) -> Floats:
        """The wins, each unit counted as often as it was drawn."""
        cells = self.size * self.size
        flat = [
            np.bincount(self.cell, row[self.unit] * self.wins, cells)
            + np.bincount(self.back, row[self.unit] * self.losses, cells)
            for row in weights
        ]
        return np.array(flat).reshape(-1, self.size, self.size)
