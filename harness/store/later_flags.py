"""Flags of stages behind the run: rows of their own, so that a result stays as it was stored."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import Connection, delete, select

from harness.models import Flag, Record, Result
from harness.store import schema
from harness.store.codec import digest, pack
from harness.store.queries import Row, chunked


class FlagSet(Record):
    """Flags that one stage gave one response."""

    stage: str
    response_id: str
    flags: tuple[Flag, ...]


class TaskResults(NamedTuple):
    """A task of a run and the row ids of its results, in input order."""

    task_id: str
    rows: array[int]


def flag_row(run: int, found: FlagSet) -> Row:
    """The row of a set."""
    return {"run": run, "stage": found.stage, "response_key": digest(found.response_id),
            "payload": pack(found)}  # fmt: skip


def forget(connection: Connection, run: int, stage: str) -> None:
    """Remove what a stage said of a run."""
    row = schema.later_flags.c
    connection.execute(delete(schema.later_flags).where(row.run == run, row.stage == stage))


def merged(
    connection: Connection,
    run: int,
    results: list[Result],
    unpack: Callable[[type[FlagSet], bytes], FlagSet],
) -> Iterator[Result]:
    """The results with the flags of all stages, in the order of their places."""
    row = schema.later_flags.c
    more: dict[str, list[Flag]] = {}
    for chunk in chunked(digest(result.response_id) for result in results):
        query = (
            select(row.payload)
            .where(row.run == run, row.response_key.in_(chunk))
            .order_by(row.stage)
        )
        for payload in connection.scalars(query):
            found = unpack(FlagSet, payload)
            more.setdefault(found.response_id, []).extend(found.flags)
    for result in results:
        yield _with(result, more.get(result.response_id, ()))


def _with(result: Result, flags: Iterable[Flag]) -> Result:
    added = tuple(flags)
    if not added:
        return result
    everything = sorted((*result.flags, *added), key=lambda one: (one.line, one.column))
    return result.model_copy(update={"flags": tuple(everything)})


def by_task(connection: Connection, run: int) -> list[TaskResults]:
    """Row ids by task, 8 bytes each: results themselves are too many to be held."""
    row = schema.result.c
    query = select(row.task_id, row.id).where(row.run == run).order_by(row.seq, row.id)
    found: dict[str, array[int]] = {}
    for task_id, row_id in connection.execute(query):
        found.setdefault(task_id, array("q")).append(row_id)
    return [TaskResults(*pair) for pair in sorted(found.items())]
