"""Unified rows: one shape over HumanEval, HumanEval-X, MBXP, can-ai-code and others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from harness.intake._checks import COMPARATOR, cases_of
from harness.intake._facts import facts_task, is_facts
from harness.intake._fields import (
    form_of,
    has,
    id_of,
    language_of,
    optional_text,
    response_of,
    response_rows,
    task_rows,
    text_of,
)
from harness.intake._in_page import in_page_task
from harness.intake._rows import Row
from harness.intake._sql_sets import unified_task
from harness.intake._units import declared_task, unit_task
from harness.intake.base import Reader
from harness.models import Form, Language, Response, Task, TestKind


def _detect(_path: Path, row: Row | None) -> int:
    return 95 if has(row, "task_id", "language", "source", "licence") else 0


def _task(row: Row, path: Path, line: int) -> Task:
    language = language_of(text_of(row, "language"))
    if language is Language.HTML:
        return in_page_task(row, path, line)
    if language is Language.SQL:
        return unified_task(row, path, line)
    checks = _checks(row)
    if checks is not None:
        return _call_task(row, path, line, language, checks)
    tests = text_of(row, "tests")
    if is_facts(language, tests):
        return facts_task(
            row,
            path,
            line,
            task_id=id_of(row, "task_id"),
            prompt=text_of(row, "prompt"),
            tests=tests,
        )
    if row.get("declaration"):
        return declared_task(row, path, line, language, tests)
    return unit_task(
        row,
        path,
        line,
        language,
        task_id=id_of(row, "task_id"),
        prompt=text_of(row, "prompt"),
        tests=tests,
        entry_point=optional_text(row, "entry_point"),
    )


def _checks(row: Row) -> dict[str, Any] | None:
    """The checks of a can-ai-code row (JSON, as text or as an object), else None."""
    value = row.get("tests")
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            value = json.loads(value)
        except ValueError:
            return None
    if isinstance(value, dict) and all(
        isinstance(check, dict) and "assert" in check for check in value.values()
    ):
        return value
    return None


def _call_task(row: Row, path: Path, line: int, language: Language, checks: Row) -> Task:
    return Task(
        task_id=id_of(row, "task_id"),
        language=language,
        kind=TestKind.CALL,
        prompt=text_of(row, "prompt"),
        entry_point=optional_text(row, "entry_point"),
        cases=cases_of(checks),
        comparator=COMPARATOR,
        reference=optional_text(row, "canonical_solution"),
        source=optional_text(row, "source"),
        licence=optional_text(row, "licence"),
        origin=str(path),
        line=line,
    )


def _response(row: Row, path: Path, line: int) -> Response:
    form = form_of(row.get("form"))
    prefix = optional_text(row, "prompt_used") if form is Form.COMPLETION else None
    return response_of(row, path, line, text=text_of(row, "text"), form=form, prefix=prefix)


READER = Reader(
    name="corpus",
    description="unified rows (task_id, language, source, licence …) of many benchmarks",
    detect=_detect,
    tasks=lambda path: task_rows(path, lambda row, line: _task(row, path, line)),
    responses=lambda path: response_rows(path, lambda row, line: _response(row, path, line)),
)
