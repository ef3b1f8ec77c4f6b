"""EvalPlus (HumanEval+, MBPP+): tasks with a ``test`` text; responses with ``solution``."""

from __future__ import annotations

from pathlib import Path

from harness.intake._fields import (
    RowError,
    default_responses,
    has,
    id_of,
    optional_text,
    tasks_by_row,
    text_of,
)
from harness.intake._rows import Row
from harness.intake._units import unit_task
from harness.intake.base import Reader
from harness.models import Language, Task


def _detect(_path: Path, row: Row | None) -> int:
    if has(row, "base_input") or has(row, "plus_input") or has(row, "test_list", "test"):
        return 90
    return 65 if has(row, "task_id", "solution") and not has(row, "prompt") else 0


def _task(row: Row, path: Path, line: int) -> Task:
    if not optional_text(row, "test") and has(row, "base_input"):
        raise RowError(
            "inputs without expected values; use the edition of EvalPlus that has a `test` field"
        )
    # MBPP+ describes its function in words: its code field is a whole program.
    whole = optional_text(row, "code")
    task = unit_task(
        row,
        path,
        line,
        Language.PYTHON,
        task_id=id_of(row, "task_id"),
        prompt=text_of(row, "prompt"),
        tests=text_of(row, "test"),
        entry_point=optional_text(row, "entry_point"),
        **({"prefix": ""} if whole else {}),
    )
    return task.model_copy(update={"reference": whole}) if whole else task


READER = Reader(
    name="evalplus",
    description="EvalPlus problems that carry `test`, and its samples files (solution)",
    detect=_detect,
    tasks=tasks_by_row(_task),
    responses=default_responses,
)
