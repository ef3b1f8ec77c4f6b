"""Check tasks: the reference must pass, bundled responses must do as their names say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from harness.engines.local import spread
from harness.errors import TaskError
from harness.intake import TaskSet, bundled_responses
from harness.models import CaseResult, Response, Result, Task, Verdict
from harness.pipeline.evaluate import Evaluator
from harness.pipeline.opening import open_evaluator
from harness.pipeline.run import new_run_id
from harness.sandbox.orphans import run_lock
from harness.settings import Settings


@dataclass
class CheckReport:
    """Counts of one check; ``problems`` has a line for everything that is not as it should.

    prompt_defects: examples of prompts that the references contradict, which is no problem.
    """

    tasks: int = 0
    with_reference: int = 0
    reference_passed: int = 0
    responses: int = 0
    responses_right: int = 0
    invalid_rows: int = 0
    reference_failed: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    prompt_defects: list[dict[str, str]] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Nothing is wrong."""
        return not self.problems

    def as_json(self) -> dict[str, object]:
        """Fields for ``--json``."""
        return {
            "tasks": self.tasks,
            "with_reference": self.with_reference,
            "reference_passed": self.reference_passed,
            "reference_failed": self.reference_failed,
            "responses": self.responses,
            "responses_right": self.responses_right,
            "invalid_rows": self.invalid_rows,
            "problems": self.problems,
            "prompt_defects": self.prompt_defects,
        }


@dataclass(frozen=True)
class _Work:
    """A task's reference (response None), or one of its bundled responses."""

    task: Task
    response: Response | None


def check_tasks(
    path: Path,
    task_set: TaskSet,
    settings: Settings,
    *,
    progress: Callable[[str], None] | None = None,
) -> CheckReport:
    """Run every reference and bundled response. Raises SandboxError if nothing can run."""
    tasks = task_set.tasks
    report = CheckReport(tasks=len(tasks), invalid_rows=len(task_set.invalid))
    report.problems += [f"{row.file}:{row.line}: {row.reason}" for row in task_set.invalid]
    run_id = new_run_id()
    with (
        run_lock(run_id, settings.home),
        open_evaluator(settings, tasks.values(), run_id, progress=progress) as evaluator,
    ):
        work = _work(path, task_set, report)
        stream = spread(
            work,
            lambda item: (item, _evaluate(evaluator, item)),
            settings.worker_count,
            on_stop=evaluator.pool.close,
        )
        for item, result in stream:
            _note(report, item, result)
    report.reference_failed.sort()
    report.prompt_defects.sort(key=lambda one: (one["task_id"], one["place"]))
    return report


def _work(path: Path, task_set: TaskSet, report: CheckReport) -> Iterator[_Work]:
    for task in task_set.tasks.values():
        if task.reference is not None:
            report.with_reference += 1
            yield _Work(task, None)
    if not path.is_dir():
        return
    for row in bundled_responses(path):
        if not isinstance(row, Response):
            report.problems.append(f"{row.file}:{row.line}: {row.reason}")
        elif row.task_id in task_set.tasks:
            report.responses += 1
            yield _Work(task_set.tasks[row.task_id], row)


def _evaluate(evaluator: Evaluator, item: _Work) -> Result | TaskError:
    try:
        if item.response is None:
            return evaluator.evaluate_reference(item.task)
        return evaluator.evaluate(evaluator.prepare(item.task, item.response))
    except TaskError as error:
        return error


def _note(report: CheckReport, item: _Work, result: Result | TaskError) -> None:
    if isinstance(result, TaskError):
        report.problems.append(str(result))
        return
    passed = result.verdict is Verdict.PASSED
    why = f"{result.verdict}: {result.message.strip().splitlines()[0] if result.message else ''}"
    if item.response is None:
        report.reference_passed += passed
        report.prompt_defects += [_defect(item.task, case) for case in result.prompt_defects]
        if not passed:
            report.reference_failed.append(item.task.task_id)
            report.problems.append(f"{item.task.task_id}: the reference is {why}")
        return
    wanted = item.response.expected_pass
    if wanted is None or passed == wanted:
        report.responses_right += 1
        return
    should = "pass" if wanted else "fail"
    report.problems.append(f"{item.response.response_id} should {should} and is {why}")


def _defect(task: Task, case: CaseResult) -> dict[str, str]:
    return {
        "task_id": task.task_id, "call": case.input, "expected": case.expected,
        "reference": case.actual, "place": case.message,
    }  # fmt: skip
