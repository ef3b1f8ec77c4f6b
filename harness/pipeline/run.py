"""Evaluate a whole file of responses into the store."""

from __future__ import annotations

import fnmatch
import itertools
import os
import platform
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from harness.engines.local import spread
from harness.errors import InputError, TaskError
from harness.flags import Options as FlagOptions
from harness.flags.strength import measured
from harness.intake import TaskSet, bundled_responses, iter_responses, own_programs
from harness.models import InvalidRow, Response, Result, RunInfo, Task, Verdict
from harness.pipeline.evaluate import Evaluator
from harness.pipeline.flagging import flags_of
from harness.pipeline.opening import open_evaluator
from harness.pipeline.prepared import Prepared
from harness.pipeline.siblings import Profiles, add_sibling_flags
from harness.sandbox.engine import client as engine_client
from harness.sandbox.engine import require_runtime
from harness.sandbox.orphans import run_lock
from harness.settings import Settings
from harness.store import Store

READ_BATCH = 64
COMMIT_ROWS = 100
COMMIT_S = 0.5


@dataclass(frozen=True)
class RunOptions:
    """What to evaluate and how.

    responses: files; empty means the responses bundled with the tasks.
    references: instead of responses the tasks' own programs, what they start from included.
    filter: glob on task or response id. limit: at most so many responses.
    rerun: ignore cached results.
    """

    tasks_path: Path
    responses: tuple[Path, ...] = ()
    references: bool = False
    format: str | None = None
    filter: str | None = None
    language: str | None = None
    limit: int | None = None
    rerun: bool = False
    early_stop: bool = False
    command: str = ""

    def fingerprint(self, settings: Settings) -> dict[str, object]:
        """What must be the same for a run to be continued."""
        return {
            "references": self.references,
            "format": self.format,
            "filter": self.filter,
            "language": self.language,
            "limit": self.limit,
            "early_stop": self.early_stop,
            "examples": settings.examples,
            "flags": settings.flags,
            "isolation": settings.isolation,
            "runtime": settings.runtime,
            "workers": settings.worker_count,
            "limits": settings.limits.model_dump(mode="json"),
        }


@dataclass
class RunReport:
    """How a run ended: ids and counts; results are in the store."""

    run_id: str
    done: int = 0
    resumed: int = 0
    invalid: int = 0
    cached: int = 0
    verdicts: dict[Verdict, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Item:
    seq: int
    prepared: Prepared
    cached: Result | None = None


def new_run_id() -> str:
    """Sorts by time; two runs of one second differ."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"


def find_unfinished(store: Store, options: RunOptions, settings: Settings) -> str | None:
    """The newest unfinished run of the same inputs and settings."""
    wanted = options.fingerprint(settings)
    for info in reversed(store.list_runs()):
        same_files = info.tasks_path == str(options.tasks_path.resolve()) and (
            info.response_paths == tuple(str(path.resolve()) for path in options.responses)
        )
        if same_files and info.status != "finished":
            kept = {key: info.settings.get(key) for key in wanted}
            if kept == wanted:
                return info.run_id
    return None


def run_batch(
    options: RunOptions,
    settings: Settings,
    store: Store,
    task_set: TaskSet,
    *,
    resume: str | None = None,
    progress: Callable[[RunReport], None] = lambda _report: None,
    images_progress: Callable[[str], None] | None = None,
    on_commit: Callable[[list[Result]], None] = lambda _rows: None,
) -> RunReport:
    """Run to the end; whatever stops it, what was committed stays and can be resumed.

    Raises InputError when a file cannot be read, SandboxError when no sandbox can work.
    """
    tasks = _selected(task_set.tasks, options)
    if not tasks:
        raise InputError(
            "no task is left to evaluate",
            file=options.tasks_path,
            fix="check the path, --language and --filter",
        )
    measured()  # a damaged strength file ends the run here, not at its first flag
    if settings.runtime:
        require_runtime(engine_client(), settings.runtime)
    run_id = resume or new_run_id()
    report = RunReport(run_id)
    with run_lock(run_id, settings.home):
        _begin(store, run_id, options, settings, resume)
        store.add_invalid(run_id, task_set.invalid)
        report.invalid += len(task_set.invalid)
        status = "interrupted"
        try:
            with open_evaluator(
                settings,
                tasks.values(),
                run_id,
                early_stop=options.early_stop,
                progress=images_progress,
            ) as evaluator:
                store.add_tasks(run_id, tasks.values())
                others = frozenset(task_set.tasks.keys() - tasks.keys())
                profiles = Profiles(flag_options(settings))
                loop = _Loop(options, settings, store, evaluator, tasks, others, report, profiles)
                loop.run(progress, on_commit)
            add_sibling_flags(store, run_id, tasks, flag_options(settings), profiles)
            status = "finished"
        finally:
            store.finish_run(run_id, status, datetime.now(UTC).isoformat(timespec="seconds"))
    return report


def flag_options(settings: Settings) -> FlagOptions:
    """Which rules a run uses."""
    return FlagOptions(
        frozenset(settings.disabled_rules), only=None if settings.flags else frozenset()
    )


def _selected(tasks: Mapping[str, Task], options: RunOptions) -> dict[str, Task]:
    return {
        key: task
        for key, task in tasks.items()
        if options.language is None or task.language == options.language
    }


def _begin(
    store: Store, run_id: str, options: RunOptions, settings: Settings, resume: str | None
) -> None:
    if resume is not None:
        store.finish_run(run_id, "running", None)
        store.forget_harness_errors(run_id)
        return
    store.create_run(
        RunInfo(
            run_id=run_id,
            started_at=datetime.now(UTC).isoformat(timespec="seconds"),
            command=options.command,
            tasks_path=str(options.tasks_path.resolve()),
            response_paths=tuple(str(path.resolve()) for path in options.responses),
            settings=options.fingerprint(settings),
            machine={
                "cpus": os.cpu_count(),
                "system": f"{platform.system()} {platform.release()} {platform.machine()}",
            },
        )
    )


@dataclass
class _Loop:
    options: RunOptions
    settings: Settings
    store: Store
    evaluator: Evaluator
    tasks: Mapping[str, Task]
    others: frozenset[str]  # ids of tasks that --language left out
    report: RunReport
    profiles: Profiles  # what the stage of siblings will compare

    def run(
        self,
        progress: Callable[[RunReport], None],
        on_commit: Callable[[list[Result]], None],
    ) -> None:
        """Read, spread, commit."""
        pending: list[tuple[int, Result]] = []
        committed_at = time.monotonic()

        def commit() -> None:
            nonlocal committed_at
            if pending:
                self.store.add_results(self.report.run_id, pending)
                on_commit([result for _, result in pending])
                pending.clear()
            committed_at = time.monotonic()
            progress(self.report)

        stream = spread(
            self._items(),
            self._work,
            self.settings.worker_count,
            on_stop=self.evaluator.pool.close,
        )
        try:
            for seq, result in stream:
                pending.append((seq, result))
                self._count(result)
                if len(pending) >= COMMIT_ROWS or time.monotonic() - committed_at > COMMIT_S:
                    commit()
        finally:
            commit()

    def _work(self, item: _Item) -> tuple[int, Result]:
        """A result with its flags: those of an earlier run may be of earlier rules."""
        result = self._result(item)
        prepared = item.prepared
        flags = flags_of(
            prepared.task,
            prepared.code,
            prepared.entry_point,
            self._flag_options,
            result.examples,
        )
        self.profiles.note(prepared.task, result)  # its tree is at hand
        return item.seq, result.model_copy(update={"flags": flags})

    @cached_property
    def _flag_options(self) -> FlagOptions:
        return flag_options(self.settings)

    def _result(self, item: _Item) -> Result:
        if item.cached is not None:
            return _relabelled(item.cached, item.prepared)
        return self.evaluator.evaluate(item.prepared)

    def _count(self, result: Result) -> None:
        self.report.done += 1
        self.report.cached += result.cached
        counts = self.report.verdicts
        counts[result.verdict] = counts.get(result.verdict, 0) + 1

    def _items(self) -> Iterator[_Item]:
        """Prepared responses that this run has no result for, cached ones filled in."""
        rows = enumerate(self._chosen())
        while batch := list(itertools.islice(rows, READ_BATCH)):
            responses = [(seq, row) for seq, row in batch if isinstance(row, Response)]
            self._note_invalid([row for _, row in batch if isinstance(row, InvalidRow)])
            ids = [row.response_id for _, row in responses]
            present = self.store.has_results(self.report.run_id, ids)
            self.report.resumed += len(present)
            todo = [(seq, row) for seq, row in responses if row.response_id not in present]
            yield from self._with_cache(self._prepared(todo))

    def _chosen(self) -> Iterator[Response | InvalidRow]:
        """Rows of all files, filtered, at most ``limit`` responses."""
        options = self.options
        rows: Iterable[Response | InvalidRow]
        if options.references:
            rows = own_programs(self.tasks.values())
        elif options.responses:
            rows = iter_responses(options.responses, options.format)
        else:
            rows = bundled_responses(options.tasks_path)
        taken = 0
        for row in rows:
            if isinstance(row, Response):
                if not self._wanted(row):
                    continue
                if options.limit is not None and taken >= options.limit:
                    return
                taken += 1
            yield row

    def _wanted(self, row: Response) -> bool:
        pattern, language = self.options.filter, self.options.language
        if row.task_id in self.others:
            return False
        if pattern and not (
            fnmatch.fnmatchcase(row.task_id, pattern)
            or fnmatch.fnmatchcase(row.response_id, pattern)
        ):
            return False
        if language and row.task_id not in self.tasks:
            return row.language is None or row.language == language
        return True

    def _prepared(self, rows: list[tuple[int, Response]]) -> list[_Item]:
        items = []
        for seq, row in rows:
            task = self.tasks.get(row.task_id)
            if task is None:
                known = len(self.tasks)
                reason = f"no task is named {row.task_id!r} among the {known} given"
                self._note_invalid([_invalid(row, reason)])
                continue
            try:
                items.append(_Item(seq, self.evaluator.prepare(task, row)))
            except TaskError as error:
                self._note_invalid([_invalid(row, str(error))])
        return items

    def _with_cache(self, items: list[_Item]) -> Iterator[_Item]:
        if self.options.rerun:
            yield from items
            return
        found = self.store.cached([item.prepared.key for item in items])
        for item in items:
            yield _Item(item.seq, item.prepared, found.get(item.prepared.key))

    def _note_invalid(self, rows: list[InvalidRow]) -> None:
        if rows:
            self.store.add_invalid(self.report.run_id, rows)
            self.report.invalid += len(rows)


def _invalid(response: Response, reason: str) -> InvalidRow:
    return InvalidRow(
        file=response.origin or "",
        line=response.line or 1,
        reason=reason,
        response_id=response.response_id,
        task_id=response.task_id,
    )


def _relabelled(result: Result, prepared: Prepared) -> Result:
    """A cached result under this response's ids."""
    response = prepared.response
    return result.model_copy(
        update={
            "response_id": response.response_id,
            "task_id": prepared.task.task_id,
            "model": response.model,
            "origin": response.origin,
            "line": response.line,
            "cached": True,
        }
    )
