"""Bundled tasks of all six languages with a wrong and a right response, as a project ``runs``."""

from __future__ import annotations

from harness.intake import bundled_responses, load_tasks
from harness.intake.extract import extract
from harness.models import Response, Result, RunInfo, Task, Trust, Verdict
from harness.models.review import NewItem, NewProject, Source
from harness.rubrics import find_rubric
from harness.settings import bundled_tasks
from harness.store import ReviewStore, Store
from tests.review import samples

RUN = "20300101-runs"
TASKS = {
    "python": "py-merge-intervals",
    "javascript": "js-roman-numerals",
    "cpp": "cpp-spiral-matrix",
    "csharp": "cs-semantic-version",
    "sql": "sql-top-customers",
    "html": "html-shopping-list",
}


def _result(task: Task, response: Response, verdict: Verdict) -> Result:
    code = extract(task, response)
    assert code is not None
    return Result(
        response_id=response.response_id, task_id=task.task_id, language=task.language,
        model=samples.MODELS[0], verdict=verdict, trust=Trust.ISOLATED, code=code.source,
        first_line=code.first_line,
    )  # fmt: skip


def make_run_project(store: Store, review: ReviewStore, *languages: str) -> dict[str, Task]:
    """Item order: the wrong response first, then the right one. Returns the tasks."""
    tasks = {one: load_tasks(bundled_tasks() / TASKS[one]).tasks[TASKS[one]] for one in languages}
    store.create_run(RunInfo(run_id=RUN, started_at="2030-01-01T00:00:00Z"))
    store.add_tasks(RUN, list(tasks.values()))
    form = find_rubric("pairwise-code")
    review.create_project(NewProject(
        slug="runs", title="To run", rubric_ref=str(form.ref), rubric_digest=form.digest,
        rubric=form.model_dump(mode="json"),
    ))  # fmt: skip
    rows, items = [], []
    for task in tasks.values():
        found = [
            one
            for one in bundled_responses(bundled_tasks() / task.task_id)
            if isinstance(one, Response)
        ]
        wrong = next(one for one in found if "wrong" in one.response_id)
        right = next(one for one in found if "right" in one.response_id)
        rows += [_result(task, wrong, Verdict.FAILED), _result(task, right, Verdict.PASSED)]
        sources = tuple(Source(run_id=RUN, response_id=one.response_id) for one in (wrong, right))
        items.append(NewItem(task_id=task.task_id, responses=sources))
    store.add_results(RUN, list(enumerate(rows)))
    review.add_items("runs", items)
    return tasks
