"""Tasks of freeCodeCamp's kind: a page, and scripts that must not throw in it."""

from __future__ import annotations

from pathlib import Path

from harness.intake._fields import RowError, decoded, id_of, optional_text, text_of
from harness.intake._rows import Row
from harness.models import HtmlSpec, InPageTest, Language, Task, TestKind


def in_page_task(row: Row, path: Path, line: int) -> Task:
    """A task from a row whose ``tests`` are a JSON list of {text, js}."""
    return Task(
        task_id=id_of(row, "task_id"),
        language=Language.HTML,
        kind=TestKind.HTML,
        prompt=text_of(row, "prompt"),
        html=HtmlSpec(in_page=_tests(decoded(row.get("tests")))),
        reference=optional_text(row, "canonical_solution"),
        start=optional_text(row, "seed"),
        title=optional_text(row, "title"),
        source=optional_text(row, "source"),
        licence=optional_text(row, "licence"),
        origin=str(path),
        line=line,
    )


def _tests(value: object) -> tuple[InPageTest, ...]:
    if not isinstance(value, list) or not value:
        raise RowError("no tests: give a list of {text, js}, or every response would pass")
    for number, one in enumerate(value, 1):
        if not isinstance(one, dict) or not isinstance(one.get("js"), str):
            raise RowError(f"test {number} has no js; every test needs text and js")
    return tuple(
        InPageTest(text=str(one.get("text") or f"test {number}"), js=one["js"])
        for number, one in enumerate(value, 1)
    )
