"""The statements of the hot path, and how records become rows."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Insert, Select, Table, case, func, select
from sqlalchemy.dialects import sqlite

from harness.models import InvalidRow, Result, RunInfo, Task, Verdict
from harness.store import schema
from harness.store.codec import digest, pack

T = TypeVar("T")
Row = dict[str, Any]

# Parameters of one IN list, and rows of one page: enough to be fast, few enough to be small.
CHUNK = 500
PAGE = 200

_SHA256 = re.compile(rb'"([0-9a-f]{64})"')
_result = schema.result.c
_RUN_COLUMNS = ("run_id", "started_at", "finished_at", "status", "command", "tasks_path")


class PassCount(NamedTuple):
    """Of one (model, language, task): n responses judged, c passed; harness errors are apart."""

    n: int
    c: int
    harness_errors: int


def chunked(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Lists of at most ``size`` items."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


def insert_new(table: Table, dialect: str) -> Insert:
    """An INSERT that leaves rows already there as they are."""
    if dialect == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    from sqlalchemy.dialects import postgresql  # late: most stores are SQLite

    return postgresql.insert(table).on_conflict_do_nothing()


def digests_in(payload: bytes) -> set[str]:
    """What looks like a sha256 in a packed record; nothing in a damaged one."""
    try:
        text = zlib.decompress(payload)
    except zlib.error:
        return set()
    return {one.decode() for one in _SHA256.findall(text)}


def run_row(info: RunInfo) -> Row:
    """The row of a run."""
    columns = {name: getattr(info, name) for name in _RUN_COLUMNS}
    return {**columns, "details": info.model_dump(mode="json", exclude=set(_RUN_COLUMNS))}


def run_of(row: Row) -> RunInfo:
    """The run of a row."""
    columns = {name: row[name] for name in _RUN_COLUMNS}
    return RunInfo.model_validate({**row["details"], **columns})


def result_row(run: int, seq: int, result: Result) -> Row:
    """The row of a result: what is counted or looked up as columns, all of it as payload."""
    return {
        "run": run,
        "seq": seq,
        "response_key": digest(result.response_id),
        "response_id": result.response_id,
        "task_id": result.task_id,
        "language": result.language.value,
        "model": result.model,
        "verdict": result.verdict.value,
        "trust": result.trust.value,
        "cpu_s": result.cpu_s,
        "wall_s": result.wall_s,
        "memory_mb": result.memory_mb,
        "content_key": result.content_key or None,
        "cached": result.cached,
        "payload": pack(result),
    }


def invalid_row(run: int, row: InvalidRow) -> Row:
    """The row of an invalid row."""
    fields = row.model_dump()
    return {"run": run, "row_key": digest(*fields.values()), **fields}


def task_row(task: Task) -> Row:
    """The row of a task, named by its content."""
    payload = pack(task)
    return {
        "content_hash": hashlib.sha256(payload).hexdigest(),
        "task_id": task.task_id,
        "language": task.language.value,
        "payload": payload,
    }


def result_page(run: int, after: tuple[int, int]) -> Select[int, int, bytes]:
    """The next PAGE results of a run behind ``after`` = (seq, id), in input order."""
    seq, last_id = after
    beyond = (_result.seq > seq) | ((_result.seq == seq) & (_result.id > last_id))
    return (
        select(_result.seq, _result.id, _result.payload)
        .where(_result.run == run, _result.seq >= seq, beyond)
        .order_by(_result.seq, _result.id)
        .limit(PAGE)
    )


def newest_by_content(keys: Sequence[str]) -> Select[str, bytes]:
    """The newest judged result of each content key."""
    newest = (
        select(func.max(_result.id))
        .where(_result.content_key.in_(keys), _result.verdict != Verdict.HARNESS_ERROR.value)
        .group_by(_result.content_key)
    )
    return select(_result.content_key, _result.payload).where(_result.id.in_(newest))


def counts_by_task(run: int) -> Select[str, str, str, int, int, int]:
    """(model, language, task_id, rows, passed, harness errors) of a run."""
    ours = func.sum(case((_result.verdict == Verdict.HARNESS_ERROR.value, 1), else_=0))
    passed = func.sum(case((_result.verdict == Verdict.PASSED.value, 1), else_=0))
    group = (_result.model, _result.language, _result.task_id)
    return (
        select(*group, func.count(), passed, ours)
        .where(_result.run == run)
        .group_by(*group)
        .order_by(*group)
    )
