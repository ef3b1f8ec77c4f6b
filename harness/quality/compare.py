"""Two runs beside each other: what changed, and how sure the difference is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

import numpy as np

from harness.models import Language, Record, Verdict
from harness.quality.intervals import clopper_pearson
from harness.quality.passk import resampled_ratios

# With fewer tasks that differ, draws say more about the draw than about the runs.
FEW = 10


class Pairing(StrEnum):
    """What of one run is set beside what of the other."""

    RESPONSES = "responses"  # the same response_ids, run twice
    TASKS = "tasks"  # the same tasks, answered by others


class Seen(Record):
    """A result, as far as a comparison looks at it."""

    response_id: str
    task_id: str
    language: Language
    model: str
    verdict: Verdict


class Change(Record):
    """A response with another verdict."""

    response_id: str
    task_id: str
    language: Language
    model: str
    before: Verdict
    after: Verdict


class Difference(Record):
    """Pass rates of what both runs have, in one language (None: all).

    before, after: shares that passed. difference: after - before, with a 95 % interval.
    method: "bootstrap" over tasks, paired; "exact" (limits of gains and of losses put together)
    where too few tasks differ to be drawn again.
    pairs: responses compared, or tasks if those are. gained, lost: pairs that passed only after,
    only before; for tasks, those whose share grew or fell.
    p_value: exact McNemar's, two-sided: how likely so uneven a split is if neither is better.
    """

    language: Language | None
    tasks: int
    pairs: int
    before: float | None
    after: float | None
    difference: float | None
    low: float | None = None
    high: float | None = None
    method: str = ""
    gained: int
    lost: int
    p_value: float | None
    undefined: str = ""


class RunComparison(Record):
    """Run ``after`` against run ``before``. differences: all, then languages.

    changes: responses with another verdict (by responses only). only_before, only_after: what the
    other run does not have; harness_errors: pairs left out because one of them is ours.
    """

    schema_version: int = 1
    before: str
    after: str
    pairing: Pairing
    differences: tuple[Difference, ...]
    changes: tuple[Change, ...]
    only_before: int
    only_after: int
    harness_errors: int


class _Task(Record):
    """Passed and judged in either run, of one task; gained and lost where responses are paired."""

    language: Language
    n: float
    before: float
    after: float
    gained: int
    lost: int


def compare_runs(
    names: tuple[str, str], before: Iterable[Seen], after: Iterable[Seen], *, seed: int = 0
) -> RunComparison:
    """Compare by responses if the runs share any, else by tasks. Same seed, same figures."""
    old, new = ({one.response_id: one for one in run} for run in (before, after))
    pairing = Pairing.RESPONSES if old.keys() & new.keys() else Pairing.TASKS
    pair = _by_response if pairing is Pairing.RESPONSES else _by_task
    tasks, only_before, only_after, ours = pair(old, new)
    languages = sorted({one.language for one in tasks})
    parts: list[Language | None] = [None, *(languages if len(languages) > 1 else ())]
    return RunComparison(
        before=names[0],
        after=names[1],
        pairing=pairing,
        differences=tuple(
            _difference([one for one in tasks if part in (None, one.language)], part, pairing, seed)
            for part in parts
        ),
        changes=_changes(old, new) if pairing is Pairing.RESPONSES else (),
        only_before=only_before,
        only_after=only_after,
        harness_errors=ours,
    )


def mcnemar(gained: int, lost: int) -> float:
    """Exact two-sided p-value of a split of changes, each as likely to be a gain as a loss.

    Q. McNemar 1947, "Note on the sampling error of the difference between correlated proportions or
    percentages", Psychometrika 12:153-157, with the binomial in place of its approximation.
    """
    changes = gained + lost
    few = min(gained, lost)
    # Logarithms: 2 ** -changes is no float for a few thousand.
    logs = [_log_choose(changes, k) - changes * math.log(2) for k in range(few + 1)]
    return min(1.0, 2 * math.fsum(map(math.exp, logs)))


def exact_difference(gained: int, lost: int, pairs: int) -> tuple[float, float]:
    """Limits of (gained - lost) / pairs that hold it at least 95 % of the time.

    Clopper-Pearson limits of either share at 97.5 %, put together (Bonferroni): wide, and honest
    about runs in which nothing changed.
    """
    more, less = (clopper_pearson(count, pairs, 0.975) for count in (gained, lost))
    return more[0] - less[1], more[1] - less[0]


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _by_response(
    old: Mapping[str, Seen], new: Mapping[str, Seen]
) -> tuple[list[_Task], int, int, int]:
    counts: dict[tuple[Language, str], list[int]] = {}
    ours = 0
    for key in old.keys() & new.keys():
        one, other = old[key], new[key]
        if Verdict.HARNESS_ERROR in (one.verdict, other.verdict):
            ours += 1
            continue
        was, now = (seen.verdict is Verdict.PASSED for seen in (one, other))
        found = counts.setdefault((one.language, one.task_id), [0] * 5)
        for at, value in enumerate((1, was, now, now and not was, was and not now)):
            found[at] += value
    tasks = [
        _Task(language=language, n=n, before=was, after=now, gained=gained, lost=lost)
        for (language, _), (n, was, now, gained, lost) in sorted(counts.items())
    ]
    return tasks, len(old.keys() - new.keys()), len(new.keys() - old.keys()), ours


def _by_task(old: Mapping[str, Seen], new: Mapping[str, Seen]) -> tuple[list[_Task], int, int, int]:
    before, after = _rates(old.values()), _rates(new.values())
    ours = sum(
        one.verdict is Verdict.HARNESS_ERROR for run in (old, new) for one in run.values()
    )  # fmt: skip
    tasks = [
        _Task(
            language=key[0], n=1, before=before[key], after=after[key],
            gained=after[key] > before[key], lost=after[key] < before[key],
        )
        for key in sorted(before.keys() & after.keys())
    ]  # fmt: skip
    return tasks, len(before.keys() - after.keys()), len(after.keys() - before.keys()), ours


def _rates(run: Iterable[Seen]) -> dict[tuple[Language, str], float]:
    counts: dict[tuple[Language, str], list[int]] = {}
    for one in run:
        if one.verdict is not Verdict.HARNESS_ERROR:
            found = counts.setdefault((one.language, one.task_id), [0, 0])
            found[0] += 1
            found[1] += one.verdict is Verdict.PASSED
    return {key: passed / n for key, (n, passed) in counts.items()}


def _difference(
    tasks: Sequence[_Task], language: Language | None, pairing: Pairing, seed: int
) -> Difference:
    n = sum(one.n for one in tasks)
    gained, lost = sum(one.gained for one in tasks), sum(one.lost for one in tasks)
    if not n:
        return Difference(
            language=language, tasks=0, pairs=0, before=None, after=None, difference=None,
            gained=0, lost=0, p_value=None,
            undefined=f"undefined, because the runs have no judged {pairing.value} in common",
        )  # fmt: skip
    low, high, method = _interval(tasks, int(n), gained, lost, seed)
    before, after = (sum(getattr(one, name) for one in tasks) / n for name in ("before", "after"))
    return Difference(
        language=language, tasks=len(tasks), pairs=int(n), before=before, after=after,
        difference=after - before, low=low, high=high, method=method, gained=gained, lost=lost,
        p_value=mcnemar(gained, lost),
    )  # fmt: skip


def _interval(
    tasks: Sequence[_Task], n: int, gained: int, lost: int, seed: int
) -> tuple[float | None, float | None, str]:
    """Drawn again by task, for responses to one task stand or fall together."""
    gaps = np.array([one.after - one.before for one in tasks])
    whole = bool(np.all(gaps == np.round(gaps)))
    if whole and (np.count_nonzero(gaps) < FEW or np.ptp(gaps) == 0):
        return *exact_difference(gained, lost, n), "exact"
    if np.ptp(gaps) == 0:
        return None, None, ""
    drawn = resampled_ratios(gaps, np.array([one.n for one in tasks]), seed)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high), "bootstrap"


def _changes(old: Mapping[str, Seen], new: Mapping[str, Seen]) -> tuple[Change, ...]:
    """Worse ones first, then by language and task."""
    changed = [
        Change(
            response_id=key, task_id=one.task_id, language=one.language, model=one.model,
            before=one.verdict, after=new[key].verdict,
        )
        for key, one in old.items()
        if key in new and new[key].verdict is not one.verdict
    ]  # fmt: skip
    return tuple(sorted(changed, key=_worse_first))


def _worse_first(change: Change) -> tuple[bool, bool, str, str, str]:
    lost = change.before is Verdict.PASSED
    gained = change.after is Verdict.PASSED
    return not lost, not gained, change.language.value, change.task_id, change.response_id
