"""A run's verdicts anew, from what the store keeps of its values: nothing is run.

What it makes is a run of its own. Where a response cannot be judged again, its result is taken over
as it was and counted with the reason: a run half of new and half of old verdicts must say so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from harness.errors import InputError, TaskError
from harness.models import Comparator, Record, Result, RunInfo, Task, TestKind, Verdict
from harness.pipeline.run import new_run_id
from harness.runners import CannotJudge, judge_again, worst
from harness.store import Store
from harness.store.queries import chunked

_LISTED = 1000


class NotRescored(Record):
    """A response that keeps the verdict it had, and why."""

    response_id: str
    task_id: str
    reason: str


class Rescored(Record):
    """What was done. kept: responses that could not be judged again, by reason.

    changed: verdicts that are others now. not_rescored: the first of the kept.
    """

    schema_version: int = 1
    run_id: str
    source: str
    responses: int
    rescored: int
    changed: int
    kept: dict[str, int]
    not_rescored: tuple[NotRescored, ...]


def with_comparator(tasks: Mapping[str, Task], comparator: Comparator) -> dict[str, Task]:
    """The tasks judged by another comparator: their own, their cases' too."""
    return {
        key: task.model_copy(
            update={
                "comparator": comparator,
                "cases": tuple(
                    case.model_copy(update={"comparator": comparator}) for case in task.cases
                ),
            }
        )
        if task.kind in {TestKind.CALL, TestKind.STDIO}
        else task
        for key, task in tasks.items()
    }


def rescore(store: Store, source: str, tasks: Mapping[str, Task], command: str = "") -> Rescored:
    """Judge a run again by ``tasks``; results of other tasks are taken over as they were.

    Raises InputError if none of the run's tasks is among them.
    """
    old, known = store.get_run(source), store.tasks(source)
    if not known.keys() & tasks.keys():
        raise InputError(
            f"none of these tasks is in run {source}", fix="name the tasks the run was made with"
        )
    run_id, started = new_run_id(), _now()
    settings = {**old.settings, "rescored": source}
    keep = {"started_at": started, "finished_at": None, "status": "running", "command": command}
    store.create_run(
        RunInfo.model_validate(
            {**old.model_dump(), **keep, "run_id": run_id, "settings": settings, "machine": {}}
        )
    )
    store.add_tasks(run_id, [tasks.get(key, task) for key, task in known.items()])
    store.add_invalid(run_id, store.invalid_rows(source))
    counts = _Counts()
    for chunk in chunked(enumerate(_again(store.results(source), known, tasks, counts))):
        store.add_results(run_id, chunk)
    store.finish_run(run_id, "finished", _now())
    return Rescored(
        run_id=run_id, source=source, responses=counts.responses,
        rescored=counts.responses - counts.kept.total(), changed=counts.changed,
        kept=dict(counts.kept.most_common()), not_rescored=tuple(counts.listed),
    )  # fmt: skip


class _Counts:
    """What happened so far."""

    def __init__(self) -> None:
        self.responses = self.changed = 0
        self.kept: Counter[str] = Counter()
        self.listed: list[NotRescored] = []

    def keep(self, result: Result, reason: str) -> None:
        self.kept[reason] += 1
        if len(self.listed) < _LISTED:
            self.listed.append(
                NotRescored(
                    response_id=result.response_id, task_id=result.task_id, reason=reason
                )
            )  # fmt: skip


def _again(
    results: Iterator[Result],
    known: Mapping[str, Task],
    tasks: Mapping[str, Task],
    counts: _Counts,
) -> Iterator[Result]:
    for result in results:
        counts.responses += 1
        # Not to be taken from the cache: another run must not mistake it for one that ran.
        made = result.model_copy(update={"content_key": "", "cached": False})
        try:
            made = _judged(made, known.get(result.task_id), tasks.get(result.task_id))
        except (CannotJudge, TaskError) as error:
            counts.keep(result, error.message if isinstance(error, TaskError) else str(error))
        counts.changed += made.verdict is not result.verdict
        yield made


def _judged(result: Result, old: Task | None, task: Task | None) -> Result:
    """Raises CannotJudge."""
    if task is None:
        raise CannotJudge("its task is not among these")
    if not result.cases:
        if result.verdict in {Verdict.BUILD_FAILED, Verdict.REJECTED}:
            return result  # whatever is expected of it
        raise CannotJudge("no case of it was run")
    if task.kind not in {TestKind.CALL, TestKind.STDIO}:
        raise CannotJudge(f"a {task.kind} task is judged by what runs, not by values")
    found = {case.name: case for case in result.cases}
    if missing := [case.name for case in task.cases if case.name not in found]:
        raise CannotJudge(f"case {missing[0]} was not run")
    _require_faithful(result, old)
    cases = [judge_again(task, case, found[case.name]) for case in task.cases]
    message = next((one.message for one in cases if one.verdict is not Verdict.PASSED), "")
    return result.model_copy(
        update={"cases": tuple(cases), "verdict": worst(cases), "message": message}
    )


def _require_faithful(result: Result, old: Task | None) -> None:
    """What was kept must lead to the verdicts there were, or it lacks what decided them."""
    found = {case.name: case for case in result.cases}
    judged = [] if old is None else [(old, case) for case in old.cases if case.name in found]
    for task, case in judged:
        try:
            verdict = judge_again(task, case, found[case.name]).verdict
        except (CannotJudge, TaskError):
            continue  # the new task may be one that can
        if verdict is not found[case.name].verdict:
            raise CannotJudge("what was kept of its values does not say all that decided")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
