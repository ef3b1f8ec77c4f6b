"""MBXP / mxeval: ``task_id, language, prompt, entry_point, test``; ``completion``s."""

from __future__ import annotations

from pathlib import Path

from harness.intake._fields import (
    default_responses,
    has,
    id_of,
    language_of,
    optional_text,
    task_rows,
    text_of,
)
from harness.intake._rows import Row
from harness.intake._units import unit_task
from harness.intake.base import Reader
from harness.models import Task


def _detect(_path: Path, row: Row | None) -> int:
    if has(row, "task_id", "language", "prompt", "entry_point", "test"):
        return 80
    return 65 if has(row, "task_id", "language", "completion") else 0


def _task(row: Row, path: Path, line: int) -> Task:
    return unit_task(
        row,
        path,
        line,
        language_of(text_of(row, "language")),
        task_id=id_of(row, "task_id"),
        prompt=text_of(row, "prompt"),
        tests=text_of(row, "test"),
        entry_point=optional_text(row, "entry_point"),
    )


READER = Reader(
    name="mbxp",
    description="MBXP and mxeval problems (Python, JavaScript, C++, C#) and completions",
    detect=_detect,
    tasks=lambda path: task_rows(path, lambda row, line: _task(row, path, line)),
    responses=default_responses,
)
