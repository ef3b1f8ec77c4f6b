"""HumanEval: ``task_id, prompt, entry_point, canonical_solution, test``; ``completion``s."""

from __future__ import annotations

from pathlib import Path

from harness.intake._fields import default_responses, has, id_of, optional_text, task_rows, text_of
from harness.intake._rows import Row
from harness.intake._units import unit_task
from harness.intake.base import Reader, TaskStream
from harness.models import Language


def _detect(_path: Path, row: Row | None) -> int:
    if has(row, "task_id", "prompt", "entry_point", "test") and not has(row, "declaration"):
        return 70
    return 60 if has(row, "task_id", "completion") else 0


def _tasks(path: Path) -> TaskStream:
    return task_rows(
        path,
        lambda row, line: unit_task(
            row,
            path,
            line,
            Language.PYTHON,
            task_id=id_of(row, "task_id"),
            prompt=text_of(row, "prompt"),
            tests=text_of(row, "test"),
            entry_point=optional_text(row, "entry_point"),
        ),
    )


READER = Reader(
    name="humaneval",
    description="HumanEval problems and its samples files (completion)",
    detect=_detect,
    tasks=_tasks,
    responses=default_responses,
)
