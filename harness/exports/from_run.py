"""Pairs straight from verdicts: what passed over what failed, more cases passed over fewer.

Machine-made, and marked so. Responses that were rejected before they ran, or that failed on our
side, take no part.
"""

from __future__ import annotations

import hashlib
import math
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from harness.errors import UsageError
from harness.exports.conflicts import ConflictList
from harness.exports.counts import Counts
from harness.exports.export import Drop, Export, Feeds, RowContext
from harness.exports.folder import new_folder
from harness.exports.manifest import Origin
from harness.exports.options import Corrections, ExportOptions
from harness.exports.project import Done, check_options, finish, with_tasks
from harness.exports.registry import find_export
from harness.exports.select import item_reason
from harness.exports.writing import Plan, Writing
from harness.models import Result, Strength, Task, Verdict
from harness.models.judgment import MAX_PREFERENCE
from harness.models.pair import JudgedItem, Outcome, Pair, Rating, Side
from harness.quality.pairing import MAX_GROUPS, Candidate, candidate_of, distinct
from harness.store import Store

MADE_BY = "run"
NO_CODE = "no code found"
_UNFIT = {Verdict.REJECTED: NO_CODE, Verdict.HARNESS_ERROR: "failed on our side"}
# Weaker than the smallest difference of cases that is seen in practice.
_BY_FLAGS = 0.01


class _Compared(NamedTuple):
    """Two responses in the order they are shown in, and what their verdicts say."""

    first: Candidate
    second: Candidate
    preference: float

    @property
    def of_verdicts(self) -> bool:
        """Whether one passes and the other does not."""
        return (self.first.verdict is Verdict.PASSED) != (self.second.verdict is Verdict.PASSED)


def export_run(
    store: Store, run_id: str, options: ExportOptions, out: Path, *, overwrite: bool = False
) -> Done:
    """Write pairs made of a run's verdicts into the new folder ``out``.

    Raises StoreError for an unknown run, UsageError for options that need people, InputError if
    ``out`` is taken.
    """
    export = find_export(options.format)
    check_options(export, options)
    _check_machine(export, options)
    info = store.get_run(run_id)
    tasks = store.tasks(run_id)
    with new_folder(out, overwrite=overwrite) as folder:
        context = RowContext(with_margin=options.with_margin)
        plan = with_tasks(
            Plan(export, options, context), ((key, task.prompt) for key, task in tasks.items())
        )
        with Writing(plan, folder) as writing, ConflictList(folder, context) as conflicts:
            for task_id, read in store.results_by_task(run_id):
                offer_task(writing, tasks[task_id], read())
            details = {"images": info.images}
            origin = Origin("run", run_id, f"Pairs from the verdicts of {run_id}", details)
            manifest = finish(writing, conflicts, origin)
    return Done(out, manifest)


def _check_machine(export: Export, options: ExportOptions) -> None:
    """Raise UsageError for what only people can give."""
    if export.feeds is Feeds.ITEM or export.needs_people:
        raise UsageError(
            f"--format {export.name} needs judgments of people",
            fix="export a review project, or use a pair format such as trl-dpo-chat",
        )
    filters = options.filters
    by_people = {
        "--annotator": filters.annotators, "--state": filters.states, "--since": filters.since,
        "--until": filters.until, "--min-agreement": filters.min_agreement,
        "--corrections": options.corrections is not Corrections.OFF,
    }  # fmt: skip
    for name, given in by_people.items():
        if given:
            raise UsageError(f"{name} needs judgments of people", fix="leave it out")


def offer_task(writing: Writing, task: Task, results: Iterable[Result]) -> None:
    """Put the responses to one task through; the items of the counts are responses."""
    fit = {result.response_id: result for result in _fit(results, writing.counts)}
    if writing.plan.export.feeds is Feeds.RATING:
        for result in fit.values():
            _offer(writing, _rating(task, result))
    else:
        _offer_pairs(writing, task, fit)


def _offer_pairs(writing: Writing, task: Task, results: Mapping[str, Result]) -> None:
    """Decided pairs up to the most that are wanted, a pass over a failure first."""
    plan, table = writing.plan, writing.plan.export
    rng = random.Random(f"{plan.options.seed}:{task.task_id}")
    candidates = distinct(map(candidate_of, results.values()), rng)
    couples = _couples(len(candidates), rng)
    left = math.comb(len(candidates), 2) - len(couples)
    compared = [
        _Compared(one, other, _preference(results, one, other, plan.options))
        for one, other in ((candidates[at], candidates[to]) for at, to in couples)
    ]
    wanted = [one for one in compared if one.preference or table.ties]
    for _ in range(len(compared) - len(wanted)):
        writing.offer(table, Drop("equal verdicts"))
    wanted.sort(key=lambda one: not one.of_verdicts)
    for place, one in enumerate(wanted):
        if place < plan.options.most_per_task:
            _offer(writing, _pair(task, results, one))
        else:
            left += 1
    for _ in range(left):
        writing.offer(table, Drop("beyond --max-per-task"))


def _couples(count: int, rng: random.Random) -> list[tuple[int, int]]:
    """Places of two, in an order at random; a sample where there are very many."""
    if math.comb(count, 2) <= MAX_GROUPS:
        couples = list(combinations(range(count), 2))
    else:
        drawn = {tuple(sorted(rng.sample(range(count), 2))) for _ in range(MAX_GROUPS)}
        couples = [(first, second) for first, second in sorted(drawn)]
    rng.shuffle(couples)
    return [couple if rng.random() < 0.5 else (couple[1], couple[0]) for couple in couples]


def _offer(writing: Writing, subject: Pair | Rating) -> None:
    reason = item_reason(subject.item, writing.plan.options.filters)
    writing.offer(writing.plan.export, Drop(reason) if reason else subject)


def _fit(results: Iterable[Result], counts: Counts) -> Iterator[Result]:
    for result in results:
        reason = _UNFIT.get(result.verdict) or (None if result.code.strip() else NO_CODE)
        if reason is None:
            counts.items.keep()
            yield result
        else:
            counts.items.drop(reason)


def _preference(
    results: Mapping[str, Result], one: Candidate, other: Candidate, options: ExportOptions
) -> float:
    """-3 … 3, negative for ``one``: three times the difference of the shares of passed cases."""
    preference = MAX_PREFERENCE * (other.share - one.share)
    passed = [each.verdict is Verdict.PASSED for each in (one, other)]
    # A pass is more than any share: a response may pass every case and end badly.
    if passed[0] != passed[1]:
        towards = 1.0 if passed[1] else -1.0
        return preference if preference * towards > 0 else towards
    if not preference and options.flags_break_ties:
        strong = [_strong(results[each.response_id]) for each in (one, other)]
        return float(_BY_FLAGS * (strong[0] - strong[1]))
    return preference


def _pair(task: Task, results: Mapping[str, Result], one: _Compared) -> Pair:
    both = [results[each.response_id] for each in (one.first, one.second)]
    item = _item(task, both)
    outcome = Outcome.FIRST if one.preference < 0 else Outcome.SECOND
    if not one.preference:
        neither = one.first.verdict is not Verdict.PASSED
        outcome = Outcome.BOTH_BAD if neither else Outcome.TIE
    return Pair(
        item=item, first=item.sides[0], second=item.sides[1], preference=one.preference,
        outcome=outcome, agreement=1.0, made_by=MADE_BY,
    )  # fmt: skip


def _rating(task: Task, result: Result) -> Rating:
    item = _item(task, [result])
    good = result.verdict is Verdict.PASSED
    return Rating(
        item=item, side=item.sides[0], ratings={}, acceptable=good, good=good, agreement=1.0,
        made_by=MADE_BY,
    )  # fmt: skip


def _item(task: Task, results: Sequence[Result]) -> JudgedItem:
    named = "\0".join(result.response_id for result in results)
    digest = hashlib.blake2b(named.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    return JudgedItem(
        item_id=f"{task.task_id}#{digest}", task_key=task.task_id, task=_head(task),
        state=MADE_BY, reason="",
        sides=tuple(_side(result, position) for position, result in enumerate(results, 1)),
    )  # fmt: skip


def _side(result: Result, position: int) -> Side:
    return Side(
        position=position, response_id=result.response_id, model=result.model, text=result.code,
        result={
            "verdict": result.verdict.value,
            "language": result.language.value,
            "code": result.code,
            "cases": [{"name": one.name, "verdict": one.verdict.value} for one in result.cases],
        },
    )  # fmt: skip


def _head(task: Task) -> Mapping[str, object]:
    return {
        "task_id": task.task_id, "prompt": task.prompt, "language": task.language.value,
        "source": task.source, "licence": task.licence,
    }  # fmt: skip


def _strong(result: Result) -> int:
    return Counter(flag.strength for flag in result.flags)[Strength.STRONG]
