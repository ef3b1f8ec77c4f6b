"""Rankings by verdicts, language by language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from harness.models import Language
from harness.quality.ranking import Ranking, rank_rates

# Multiplications behind the intervals of one language; more models and tasks get fewer draws.
_WORK = 4_000_000_000
_DRAWS = (100, 400)

# {model: {task_id: share of its responses that passed}}
Rates: TypeAlias = dict[str, dict[str, float]]


def verdict_rankings(
    groups: Iterable[tuple[str, Language, dict[str, float]]],
) -> tuple[Ranking, ...]:
    """Rankings of each language with two models or more.

    groups: model, language, and by task the share of its judged responses that passed.
    """
    rates: dict[Language, Rates] = {}
    for model, language, tasks in groups:
        rates.setdefault(language, {})[model] = tasks
    return tuple(
        ranking
        for language in sorted(rates)
        for ranking in rank_rates(rates[language], language, resamples=_draws(rates[language]))
    )


def _draws(rates: Rates) -> int:
    tasks = len({task for own in rates.values() for task in own})
    least, most = _DRAWS
    return max(least, min(most, _WORK // max(1, 2 * len(rates) ** 2 * tasks)))
