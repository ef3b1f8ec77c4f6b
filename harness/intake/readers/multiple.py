"""MultiPL-E: ``name, language, prompt, tests, stop_tokens``; ``completions`` lists."""

from __future__ import annotations

from pathlib import Path

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
from harness.intake._units import unit_task
from harness.intake.base import Reader
from harness.models import Form, Response, Task


def _detect(_path: Path, row: Row | None) -> int:
    if has(row, "name", "prompt", "tests"):
        return 85
    return 80 if has(row, "completions") else 0


def _task(row: Row, path: Path, line: int) -> Task:
    return unit_task(
        row,
        path,
        line,
        language_of(text_of(row, "language")),
        task_id=id_of(row, "name", "task_id"),
        prompt=text_of(row, "prompt"),
        tests=text_of(row, "tests"),
    )


def _responses(row: Row, path: Path, line: int) -> list[Response]:
    task_id = id_of(row, "name", "task_id")
    if "completions" not in row:
        return [response_of(row, path, line, task_id=task_id)]
    found = []
    for number, text in enumerate(row["completions"] or (), 1):
        if not isinstance(text, str):
            raise RowError(f"completion {number} is not a string")
        fields = {"task_id": task_id, "text": text, "form": Form.COMPLETION}
        found.append(response_of(row, path, line, response_id="", **fields))
    if not found:
        raise RowError("completions is empty; leave the row out or fill it")
    return found


READER = Reader(
    name="multiple",
    description="MultiPL-E problems and completions",
    detect=_detect,
    tasks=tasks_by_row(_task),
    responses=responses_by_row(_responses),
)
