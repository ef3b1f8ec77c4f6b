"""Spider's own layout: ``dev.json`` rows with ``db_id``, ``question`` and ``query``."""

from __future__ import annotations

from pathlib import Path

from harness.intake._fields import default_responses, has, tasks_by_row, text_of
from harness.intake._rows import Row
from harness.intake._sql_sets import question_prompt, scripts_beside
from harness.intake.base import Reader
from harness.models import Dialect, Language, SqlSpec, Task, TestKind


def _detect(_path: Path, row: Row | None) -> int:
    return 78 if has(row, "db_id", "question", "query") else 0


def _task(row: Row, path: Path, line: int) -> Task:
    db_id, gold = text_of(row, "db_id"), text_of(row, "query")
    schema, seed = scripts_beside(path, db_id)
    stem = path.name.split(".")[0]
    return Task(
        task_id=str(row.get("task_id") or f"{stem}-{line - 1:04d}"),
        language=Language.SQL,
        kind=TestKind.SQL,
        prompt=question_prompt(text_of(row, "question"), schema, Dialect.SQLITE),
        reference=gold,
        sql=SqlSpec(schema_sql=schema, seed_sql=seed, golds=(gold,)),
        tags=(db_id,),
        origin=str(path),
        line=line,
    )


READER = Reader(
    name="spider",
    description="Spider's dev.json with database/<db_id>/schema.sql (SQLite)",
    detect=_detect,
    tasks=tasks_by_row(_task),
    responses=default_responses,
)
