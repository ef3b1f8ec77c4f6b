"""Tables (CSV, Parquet) hold our own keys as columns; lists and objects are JSON text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.intake._fields import RowError, decoded, response_of, response_rows, task_rows
from harness.intake._own import task_of
from harness.intake._rows import Row, suffix_of
from harness.intake.base import Reader, ResponseStream, TaskStream

_STRUCTURED = ("cases", "tags", "signature", "comparator", "limits", "files", "sql")
_TRUTH = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def table_reader(name: str, title: str) -> Reader:
    """The reader of files that end in ``.name``."""

    def detect(path: Path, row: Row | None) -> int:
        return 40 if suffix_of(path) == f".{name}" and row is not None else 0

    return Reader(
        name=name,
        description=f"{title} tables with columns such as task_id, model, text",
        detect=detect,
        tasks=_tasks,
        responses=_responses,
    )


def _tasks(path: Path) -> TaskStream:
    """Tasks from a table whose columns are keys of task.toml (and ``prompt``, ``tests``)."""
    return task_rows(path, lambda row, line: task_of(_task_row(row), path, line))


def _responses(path: Path) -> ResponseStream:
    """Responses from a table with ``task_id`` and a text column."""
    return response_rows(path, lambda row, line: response_of(_response_row(row), path, line))


def _task_row(row: Row) -> dict[str, Any]:
    return {
        key: decoded(value) if key in _STRUCTURED else value
        for key, value in row.items()
        if value not in (None, "")
    }


def _response_row(row: Row) -> Row:
    expected = row.get("expected_pass")
    if not isinstance(expected, str) or not expected:
        return row
    truth = _TRUTH.get(expected.strip().lower())
    if truth is None:
        raise RowError(f"expected_pass is {expected!r}; use true or false")
    return {**row, "expected_pass": truth}
