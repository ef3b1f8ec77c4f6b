"""The store's one class. Writes are whole transactions; reads may come from any thread.

Nothing is updated but a run's status: a result once stored stays as it is, so adding the same
rows again (a resumed run does) changes nothing, and a killed writer loses only its last batch.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Self, TypeVar

from sqlalchemy import Table, delete, func, insert, select, text, update

from harness.errors import StoreError
from harness.models import Flag, InvalidRow, Language, Record, Result, RunInfo, Task, Verdict
from harness.store import later_flags, queries, schema
from harness.store.codec import digest, unpack
from harness.store.connect import Database, connect, store_errors
from harness.store.queries import PassCount, chunked
from harness.store.upgrade import bring_current

R = TypeVar("R", bound=Record)


def open_store(url: str) -> Store:
    """Open ``sqlite:///FILE`` or ``postgresql://…``, created or upgraded as need be.

    Raises StoreError if it cannot be reached or read, or was written by a newer version.
    """
    database = connect(url)
    try:
        bring_current(database)
    except BaseException:
        database.reader.dispose()
        raise
    return Store(database)


class Store:
    """An open store; a context manager. Every method raises StoreError when the store fails."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._dialect = database.reader.dialect.name
        self._runs: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back all connections."""
        self._database.reader.dispose()

    # Runs

    def create_run(self, info: RunInfo) -> None:
        """Add a run; a run_id that is there already is an error."""
        with self._database.write() as connection:
            present = select(schema.run.c.id).where(schema.run.c.run_id == info.run_id)
            if connection.scalar(present) is not None:
                raise StoreError(
                    f"run {info.run_id} exists", file=self._database.place, fix="resume that run"
                )
            connection.execute(insert(schema.run).values(queries.run_row(info)))

    def finish_run(self, run_id: str, status: str, finished_at: str | None) -> None:
        """Set how a run ended (finished_at None: it runs again)."""
        run = self._run(run_id)
        values = {"status": status, "finished_at": finished_at}
        with self._database.write() as connection:
            connection.execute(update(schema.run).where(schema.run.c.id == run).values(values))

    def get_run(self, run_id: str) -> RunInfo:
        """The run; an unknown run_id is a StoreError."""
        run = self._run(run_id)
        with self._database.read() as connection:
            row = connection.execute(select(schema.run).where(schema.run.c.id == run)).mappings()
            return queries.run_of(dict(row.one()))

    def list_runs(self) -> list[RunInfo]:
        """All runs, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(schema.run).order_by(schema.run.c.run_id)).mappings()
            return [queries.run_of(dict(row)) for row in rows]

    # Results

    def add_results(self, run_id: str, results: Iterable[tuple[int, Result]]) -> None:
        """Store (seq, result) pairs in one transaction; response_ids already there are left."""
        run = self._run(run_id)
        rows = [queries.result_row(run, seq, result) for seq, result in results]
        self._insert((schema.result, rows))

    def results(self, run_id: str) -> Iterator[Result]:
        """All results in input order, read page by page: memory does not grow with the run."""
        run = self._run(run_id)
        after = (-1, 0)
        while True:
            with self._database.read() as connection:
                page = connection.execute(queries.result_page(run, after)).all()
                found = [self._unpack(Result, payload) for _, _, payload in page]
                complete = list(later_flags.merged(connection, run, found, self._unpack))
            yield from complete
            if page:
                after = (page[-1][0], page[-1][1])
            if len(page) < queries.PAGE:
                return

    def result(self, run_id: str, response_id: str) -> Result | None:
        """One response's result, if it is stored."""
        row = schema.result.c
        query = select(row.payload).where(
            row.run == self._run(run_id), row.response_key == digest(response_id)
        )
        with self._database.read() as connection:
            payload = connection.scalar(query)
            if payload is None:
                return None
            found = [self._unpack(Result, payload)]
            return next(later_flags.merged(connection, self._run(run_id), found, self._unpack))

    def verdicts(self, run_id: str) -> Iterator[tuple[str, str, Language, str, Verdict]]:
        """(response_id, task_id, language, model, verdict) in input order; no texts are read."""
        row = schema.result.c
        query = (
            select(row.response_id, row.task_id, row.language, row.model, row.verdict)
            .where(row.run == self._run(run_id))
            .order_by(row.seq, row.id)
        )
        with self._database.read() as connection:
            for response_id, task_id, language, model, verdict in connection.execute(query):
                yield response_id, task_id, Language(language), model, Verdict(verdict)

    def results_by_task(self, run_id: str) -> Iterator[tuple[str, Callable[[], Iterator[Result]]]]:
        """Each task and a reader of its results as they were stored, page by page, again at will.

        Memory: 8 bytes for each result of the run.
        """
        with self._database.read() as connection:
            tasks = later_flags.by_task(connection, self._run(run_id))
        for task_id, rows in tasks:
            yield task_id, partial(self._by_id, rows)

    def _by_id(self, rows: Sequence[int]) -> Iterator[Result]:
        row = schema.result.c
        for chunk in chunked(rows, queries.PAGE):
            query = select(row.id, row.payload).where(row.id.in_(chunk))
            with self._database.read() as connection:
                found = {one.id: one.payload for one in connection.execute(query)}
            for row_id in chunk:
                if row_id in found:
                    yield self._unpack(Result, found[row_id])

    # Flags of stages behind the run

    def forget_flags(self, run_id: str, stage: str) -> None:
        """Remove what a stage said of a run, so that it can say it anew."""
        run = self._run(run_id)
        with self._database.write() as connection:
            later_flags.forget(connection, run, stage)

    def add_flags(
        self, run_id: str, stage: str, flags: Iterable[tuple[str, tuple[Flag, ...]]]
    ) -> None:
        """Store a stage's flags by response_id; from now on results are read with them."""
        run = self._run(run_id)
        for chunk in chunked(flags):
            rows = [
                later_flags.flag_row(
                    run, later_flags.FlagSet(stage=stage, response_id=key, flags=found)
                )
                for key, found in chunk
            ]
            self._insert((schema.later_flags, rows))

    def has_results(self, run_id: str, response_ids: Iterable[str]) -> set[str]:
        """Those of the response_ids that have a result in this run."""
        run, row = self._run(run_id), schema.result.c
        found: set[str] = set()
        for chunk in chunked(response_ids):
            ids = {digest(response_id): response_id for response_id in chunk}
            query = select(row.response_key).where(row.run == run, row.response_key.in_(list(ids)))
            with self._database.read() as connection:
                found.update(ids[bytes(key)] for key in connection.scalars(query))
        return found

    def forget_harness_errors(self, run_id: str) -> None:
        """Remove results that failed on our side, so that a resumed run tries them again."""
        row = schema.result.c
        ours = delete(schema.result).where(
            row.run == self._run(run_id), row.verdict == Verdict.HARNESS_ERROR.value
        )
        with self._database.write() as connection:
            connection.execute(ours)

    def max_seq(self, run_id: str) -> int:
        """The highest stored seq, -1 if there is none."""
        row = schema.result.c
        with self._database.read() as connection:
            highest = connection.scalar(
                select(func.max(row.seq)).where(row.run == self._run(run_id))
            )
        return -1 if highest is None else highest

    def verdict_counts(self, run_id: str) -> dict[Verdict, int]:
        """Results by verdict; verdicts that do not occur are left out."""
        row = schema.result.c
        query = (
            select(row.verdict, func.count())
            .where(row.run == self._run(run_id))
            .group_by(row.verdict)
        )
        with self._database.read() as connection:
            return {Verdict(verdict): count for verdict, count in connection.execute(query)}

    def pass_counts(self, run_id: str) -> dict[tuple[str, str, str], PassCount]:
        """(model, language, task_id) → (n judged, c passed, harness errors); n leaves out ours."""
        query = queries.counts_by_task(self._run(run_id))
        with self._database.read() as connection:
            return {
                (model, language, task_id): PassCount(int(rows - ours), int(passed), int(ours))
                for model, language, task_id, rows, passed, ours in connection.execute(query)
            }

    def cached(self, content_keys: Iterable[str]) -> dict[str, Result]:
        """The newest result of any run with each content key; harness errors are never served."""
        found: dict[str, Result] = {}
        for chunk in chunked(key for key in content_keys if key):
            with self._database.read() as connection:
                rows = connection.execute(queries.newest_by_content(chunk)).all()
            found.update((key, self._unpack(Result, payload)) for key, payload in rows)
        return found

    # Invalid rows and tasks

    def add_invalid(self, run_id: str, rows: Iterable[InvalidRow]) -> None:
        """Store rows that could not be evaluated; the same row again changes nothing."""
        run = self._run(run_id)
        self._insert((schema.invalid_row, [queries.invalid_row(run, row) for row in rows]))

    def invalid_rows(self, run_id: str) -> list[InvalidRow]:
        """A run's invalid rows in the order they were added."""
        row = schema.invalid_row.c
        query = (
            select(row.file, row.line, row.reason, row.response_id, row.task_id)
            .where(row.run == self._run(run_id))
            .order_by(row.id)
        )
        with self._database.read() as connection:
            return [
                InvalidRow.model_validate(dict(r)) for r in connection.execute(query).mappings()
            ]

    def add_tasks(self, run_id: str, tasks: Iterable[Task]) -> None:
        """Link a run to its tasks; a task's content is stored once for all runs."""
        run = self._run(run_id)
        for chunk in chunked(tasks):
            rows = [queries.task_row(task) for task in chunk]
            links = [{"run": run, "content_hash": row["content_hash"]} for row in rows]
            self._insert((schema.task, rows), (schema.run_task, links))

    def tasks(self, run_id: str) -> dict[str, Task]:
        """The run's tasks by task_id."""
        row, link = schema.task.c, schema.run_task.c
        query = (
            select(row.payload)
            .join_from(schema.run_task, schema.task)
            .where(link.run == self._run(run_id))
        )
        with self._database.read() as connection:
            payloads = connection.scalars(query).all()
        tasks = [self._unpack(Task, payload) for payload in payloads]
        return {task.task_id: task for task in sorted(tasks, key=lambda task: task.task_id)}

    # Upkeep

    def has_projects(self) -> bool:
        """Whether anything is reviewed here at all; asked without loading review."""
        with self._database.read() as connection:
            return connection.scalar(text("SELECT 1 FROM project LIMIT 1")) is not None

    def artifact_digests(self) -> set[str]:
        """sha256 of every file that any result or correction may refer to.

        Whatever looks like one counts: what is not in this set is certainly not referred to.
        """
        from harness.store.review_schema import correction

        found: set[str] = set()
        for key, payload in (
            (schema.result.c.id, schema.result.c.payload),
            (correction.c.id, correction.c.result),
        ):
            page = [(0, b"")]
            while page:
                rows = select(key, payload).where(key > page[-1][0]).order_by(key)
                with self._database.read() as connection:
                    page = [
                        (row[0], row[1]) for row in connection.execute(rows.limit(queries.PAGE))
                    ]
                for _, content in page:
                    found.update(queries.digests_in(content or b""))
        return found

    def backup(self, target: Path) -> None:
        """Copy a SQLite store to a new file while it is in use; the copy appears whole."""
        source = self._database.file
        if source is None:
            raise StoreError("only a SQLite store is copied", fix="use pg_dump for PostgreSQL")
        if target.exists():
            raise StoreError("exists already", file=target, fix="choose another file name")
        partial = target.with_name(target.name + ".partial")
        with store_errors(str(target)):
            with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(partial)) as new:
                old.backup(new)
            partial.replace(target)

    def _insert(self, *batches: tuple[Table, list[queries.Row]]) -> None:
        with self._database.write() as connection:
            for table, rows in batches:
                if rows:
                    connection.execute(queries.insert_new(table, self._dialect), rows)

    def _run(self, run_id: str) -> int:
        """The key of a run in the other tables."""
        if run_id not in self._runs:
            with self._database.read() as connection:
                query = select(schema.run.c.id).where(schema.run.c.run_id == run_id)
                found = connection.scalar(query)
                if found is None:
                    raise self._unknown(run_id)
                self._runs[run_id] = found
        return self._runs[run_id]

    def _unknown(self, run_id: str) -> StoreError:
        latest = [run.run_id for run in self.list_runs()[-3:]]
        known = f"the latest are {', '.join(latest)}" if latest else "it holds no run yet"
        return StoreError(f"no run {run_id!r}; {known}", file=self._database.place)

    def _unpack(self, kind: type[R], payload: bytes) -> R:
        try:
            return unpack(kind, payload)
        except (zlib.error, ValueError) as error:
            raise StoreError(
                f"a stored {kind.__name__.lower()} is damaged: {type(error).__name__}",
                file=self._database.place,
                fix="restore the store from a backup, or run again with --rerun",
            ) from error
