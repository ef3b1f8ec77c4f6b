"""A response matched with its task, before it runs and once it has an outcome."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from harness.errors import TaskError
from harness.models import Code, Form, Limits, Outcome, Response, Result, Task, TestKind
from harness.pipeline.examples import NOTHING, Settled
from harness.runners import runners

CHECKER_LANGUAGE = "python"


@dataclass(frozen=True)
class Prepared:
    """A response matched with its task: ready to run, or decided already (no code)."""

    task: Task
    response: Response
    code: Code | None
    entry_point: str | None
    limits: Limits
    key: str


def require_evaluable(task: Task) -> None:
    """Raise TaskError for a task that could only ever pass by accident."""
    if task.language not in runners():
        raise TaskError(f"task {task.task_id}: {task.language} cannot be run yet")
    if task.kind in (TestKind.CALL, TestKind.STDIO) and not task.cases:
        raise TaskError(f"task {task.task_id} has no cases", fix="add at least one case")
    if task.kind is TestKind.UNIT and not task.tests.strip():
        raise TaskError(f"task {task.task_id} has no tests", fix="add its test text")
    if task.kind is TestKind.SQL and task.sql is None:
        raise TaskError(f"task {task.task_id} has no database", fix="add its [sql] table")
    if task.kind is TestKind.HTML and task.html is None:
        raise TaskError(f"task {task.task_id} has no checks", fix="add its [html] table")


def reference_code(task: Task) -> Code:
    """The reference as code; the part that stands in the task's prefix is not its own."""
    source = task.reference or ""
    first_line = 1
    if task.prefix and source.startswith(task.prefix):
        first_line = task.prefix.count("\n") + 1
    return Code(source=source, form=Form.FULL, first_line=first_line)


def result_of(prepared: Prepared, outcome: Outcome, settled: Settled = NOTHING) -> Result:
    """Attach ids to an outcome."""
    response, code = prepared.response, prepared.code
    return Result(
        response_id=response.response_id,
        task_id=prepared.task.task_id,
        language=prepared.task.language,
        model=response.model,
        content_key=prepared.key,
        code=code.source if code else response.text,
        first_line=code.first_line if code else 1,
        extraction_note=code.note if code else "",
        replaced=response.replaced,
        origin=response.origin,
        line=response.line,
        examples=settled.examples,
        probes=settled.probes,
        prompt_defects=settled.prompt_defects,
        **{name: getattr(outcome, name) for name in Outcome.model_fields},
    )


def languages_of(tasks: Iterable[Task]) -> set[str]:
    """Images the tasks need; a checker program is Python."""
    found: set[str] = set()
    for task in tasks:
        found.add(task.language.value)
        comparators = [task.comparator, *(case.comparator for case in task.cases)]
        if any(one is not None and one.kind == "checker" for one in comparators):
            found.add(CHECKER_LANGUAGE)
    return found & set(runners())
