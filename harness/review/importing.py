"""From the results of a run to the items of a project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from harness.errors import InputError
from harness.intake import bundled_responses, iter_responses
from harness.models import Language, Record, Response, Result, RunInfo, Verdict
from harness.models.review import NewItem, Source
from harness.quality.pairing import Candidate, PairPolicy, candidate_of, choose_groups
from harness.store import ReviewStore, Store

DEFAULT_MOST = 3
# Nothing of these can be judged: there is no code, or it was us who failed.
_ALONE = "tasks without different responses that the policy could set side by side"
_UNFIT = {Verdict.REJECTED: "no code found", Verdict.HARNESS_ERROR: "failed on our side"}


class ImportOptions(Record):
    """How responses are put together.

    size: responses of one item. most: items of one task, None for all there can be.
    """

    policy: PairPolicy = PairPolicy.MIXED
    size: int = 2
    most: int | None = DEFAULT_MOST
    seed: int = 0


class ImportReport(Record):
    """What an import did.

    added: items. skipped: items that were in the project before. responses: in the run.
    tasks: with responses that can be judged. left_out: responses or tasks that gave no item, by
    reason. without_text: responses whose original answer could not be read again; their code is
    shown instead.
    """

    added: int
    skipped: int
    tasks: int
    responses: int
    left_out: dict[str, int]
    without_text: int


class Plan(Record):
    """Items that a run gives, and what was counted on the way."""

    items: tuple[NewItem, ...]
    tasks: int
    responses: int
    left_out: dict[str, int]
    without_text: int


def plan_import(
    store: Store, run_id: str, languages: Collection[Language], options: ImportOptions
) -> Plan:
    """Choose the items of a run; ``languages`` empty means any. Nothing is written.

    Raises StoreError for an unknown run, InputError if no item can be made.
    """
    info = store.get_run(run_id)
    left_out: Counter[str] = Counter()
    tasks: dict[str, list[Candidate]] = {}
    for result in store.results(run_id):
        reason = _unfit(result, languages)
        if reason:
            left_out[reason] += 1
        else:
            tasks.setdefault(result.task_id, []).append(candidate_of(result))
    responses = sum(left_out.values()) + sum(map(len, tasks.values()))
    groups = choose_groups(
        tasks, options.policy, size=options.size, most=options.most, seed=options.seed
    )
    alone = len(tasks) - len({group.task_id for group in groups})
    if alone:
        left_out[_ALONE] = alone
    if not groups:
        told = ", ".join(f"{count} {reason}" for reason, count in left_out.most_common())
        raise InputError(
            f"run {run_id} gives no item: {told or 'it has no result'}",
            fix="choose another --policy, or a run with several different responses to a task",
        )
    wanted = {response_id for group in groups for response_id in group.responses}
    texts = dict(_texts(info, wanted))
    items = tuple(
        NewItem(
            task_id=group.task_id,
            responses=tuple(_source(run_id, one, texts) for one in group.responses),
            reason=group.reason,
        )
        for group in groups
    )
    return Plan(
        items=items, tasks=len(tasks), responses=responses, left_out=dict(left_out),
        without_text=len(wanted) - len(texts),
    )  # fmt: skip


def add_plan(review: ReviewStore, slug: str, plan: Plan, by: str | None = None) -> ImportReport:
    """Put the items into a project; doing it again adds only what is new. Raises NotFound."""
    done = review.add_items(slug, plan.items, by)
    counted = plan.model_dump(exclude={"items"})
    return ImportReport(added=done.added, skipped=done.skipped, **counted)


def _unfit(result: Result, languages: Collection[Language]) -> str | None:
    """Why a response cannot be judged in this project."""
    if result.verdict in _UNFIT:
        return _UNFIT[result.verdict]
    if not result.code.strip():
        return _UNFIT[Verdict.REJECTED]
    if languages and result.language not in languages:
        return "another language"
    return None


def _source(run_id: str, response_id: str, texts: dict[str, str]) -> Source:
    return Source(run_id=run_id, response_id=response_id, text=texts.get(response_id))


def _texts(info: RunInfo, wanted: set[str]) -> Iterator[tuple[str, str]]:
    """(response_id, answer as it was given) of those that can be read again."""
    try:
        for found in _read_again(info):
            if isinstance(found, Response) and found.response_id in wanted:
                yield found.response_id, found.text
    except (InputError, OSError):
        return  # the files have moved; the report counts what is missing


def _read_again(info: RunInfo) -> Iterable[object]:
    named = info.settings.get("format")
    if info.response_paths:
        return iter_responses(info.response_paths, named)
    tasks = Path(info.tasks_path)
    return bundled_responses(tasks) if tasks.exists() else ()
