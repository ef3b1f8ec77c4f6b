"""HumanEval-X: ``task_id`` as ``CPP/0``, ``prompt``, ``declaration``, ``test``; ``generation``s."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.intake._fields import (
    RowError,
    has,
    id_of,
    language_of,
    response_of,
    responses_by_row,
    tasks_by_row,
    text_of,
)
from harness.intake._rows import Row
from harness.intake._units import declared_task
from harness.intake.base import Reader
from harness.models import Form, Language, Response, Task


def _detect(_path: Path, row: Row | None) -> int:
    if has(row, "task_id", "declaration", "test"):
        return 85
    return 70 if has(row, "task_id", "generation") else 0


def _language(row: Row) -> Language:
    try:
        return language_of(row.get("language") or id_of(row, "task_id").split("/")[0])
    except RowError as error:
        raise RowError(f"{error}; HumanEval-X ids look like CPP/0") from None


def _task(row: Row, path: Path, line: int) -> Task:
    return declared_task(row, path, line, _language(row), text_of(row, "test"))


def _response(row: Row, path: Path, line: int) -> Response:
    extra: dict[str, Any] = {}
    if "generation" in row:
        extra = {"text": text_of(row, "generation"), "form": Form.COMPLETION}
    return response_of(row, path, line, **extra)


READER = Reader(
    name="humanevalx",
    description="HumanEval-X problems and generations",
    detect=_detect,
    tasks=tasks_by_row(_task),
    responses=responses_by_row(_response),
)
