"""Defog-style questions: ``db_name, question, query`` whose braces hold accepted columns."""

from __future__ import annotations

from pathlib import Path

from harness.intake._fields import RowError, default_responses, has, tasks_by_row, text_of
from harness.intake._rows import Row
from harness.intake._sql_sets import alternatives, question_prompt, scripts_beside
from harness.intake.base import Reader
from harness.models import ColumnOrder, Dialect, Language, SqlSpec, Task, TestKind

_DIALECTS = {
    "": Dialect.POSTGRESQL,
    "postgres": Dialect.POSTGRESQL,
    "postgresql": Dialect.POSTGRESQL,
    "sqlite": Dialect.SQLITE,
}


def _detect(_path: Path, row: Row | None) -> int:
    return 78 if has(row, "db_name", "question", "query") else 0


def _task(row: Row, path: Path, line: int) -> Task:
    name = text_of(row, "db_name")
    dialect = _DIALECTS.get(text_of(row, "db_type", default="").lower())
    if dialect is None:
        raise RowError(f"db_type {row['db_type']!r} cannot be run; use postgres or sqlite")
    schema, seed = scripts_beside(path, name)
    golds = alternatives(text_of(row, "query"))
    if not golds:
        raise RowError("query is empty; write a right answer")
    question = text_of(row, "question")
    told = text_of(row, "instructions", default="")
    return Task(
        task_id=str(row.get("task_id") or f"{name}-{line}"),
        language=Language.SQL,
        kind=TestKind.SQL,
        prompt=question_prompt(f"{question}\n{told}".strip(), schema, dialect),
        reference=golds[0],
        sql=SqlSpec(
            dialect=dialect,
            schema_sql=schema,
            seed_sql=seed,
            golds=golds,
            column_order=ColumnOrder.ANY,
        ),
        tags=tuple(filter(None, (name, text_of(row, "query_category", default="")))),
        origin=str(path),
        line=line,
    )


READER = Reader(
    name="defog",
    description="Defog-style CSV or JSON: question, db_name, query with {accepted, columns}",
    detect=_detect,
    tasks=tasks_by_row(_task),
    responses=default_responses,
)
