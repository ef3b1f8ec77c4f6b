"""Parquet tables of tasks or responses; columns are our own keys."""

from __future__ import annotations

from pathlib import Path

from harness.intake._rows import Row, suffix_of
from harness.intake._tabular import table_responses, table_tasks
from harness.intake.base import Reader


def _detect(path: Path, row: Row | None) -> int:
    return 40 if suffix_of(path) == ".parquet" and row is not None else 0


READER = Reader(
    name="parquet",
    description="Parquet tables with columns such as task_id, model, text",
    detect=_detect,
    tasks=table_tasks,
    responses=table_responses,
)
