"""What tests of the review store are made of: a run of responses, a project, people, a clock."""

from __future__ import annotations

from harness.models import Answer, Language, Result, RunInfo, Task, TestKind, Trust, Verdict
from harness.models.review import NewItem, NewProject, Role, Source
from harness.store import ReviewStore, Store, review_of

RUN = "20300101-run"


class Clock:
    """Time that stands still until it is told to pass."""

    def __init__(self, now: float = 1_900_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def pass_s(self, seconds: float) -> None:
        self.now += seconds


def add_run(store: Store, tasks: int = 3, responses: int = 4, run_id: str = RUN) -> None:
    """A run with ``responses`` responses to each task; even ones pass."""
    store.create_run(RunInfo(run_id=run_id, started_at="2030-01-01T00:00:00Z"))
    store.add_tasks(run_id, [make_task(number) for number in range(tasks)])
    results = [make_response(task, one) for task in range(tasks) for one in range(responses)]
    store.add_results(run_id, list(enumerate(results)))


def make_task(number: int) -> Task:
    return Task(
        task_id=f"task-{number}", language=Language.PYTHON, kind=TestKind.CALL,
        prompt=f"Add {number} to x.", entry_point="add",
    )  # fmt: skip


def make_response(task: int, number: int) -> Result:
    return Result(
        response_id=f"gpt-secret/task-{task}/{number}", task_id=f"task-{task}",
        language=Language.PYTHON, model=f"gpt-secret-{number % 3}",
        verdict=Verdict.FAILED if number % 2 else Verdict.PASSED, trust=Trust.ISOLATED,
        code=f"def add(x):\n    return x + {task} + {number}\n",
        origin=f"/data/gpt-secret/{number}.jsonl", line=number + 1, content_key=f"k{task}-{number}",
    )  # fmt: skip


def source(task: int, number: int, run_id: str = RUN) -> Source:
    return Source(run_id=run_id, response_id=f"gpt-secret/task-{task}/{number}")


def pairs(tasks: int = 3) -> list[NewItem]:
    """One pair for each task."""
    return [
        NewItem(task_id=f"task-{task}", responses=(source(task, 0), source(task, 1)))
        for task in range(tasks)
    ]


def new_project(**fields: object) -> NewProject:
    values: dict[str, object] = {
        "slug": "p", "title": "Pairs", "rubric_ref": "pairwise-code@1", "rubric_digest": "d" * 64,
        "rubric": {"id": "pairwise-code", "version": 1}, "guidelines": "Read both.",
    }  # fmt: skip
    return NewProject.model_validate(values | fields)


def make_desk(store: Store, clock: Clock, *, tasks: int = 3, **project: object) -> ReviewStore:
    """A project ``p`` with one pair for each task."""
    add_run(store, tasks)
    review = review_of(store, clock)
    review.create_project(new_project(**project))
    review.add_items("p", pairs(tasks))
    return review


def someone(review: ReviewStore, name: str, role: Role = Role.TRAINER) -> str:
    """The id of a new person."""
    return review.add_person(name, f"{name}@example.org", role).person_id


def answer(preference: int = 1) -> Answer:
    return Answer.model_validate(
        {
            "ratings": {"1": {"correctness": 0}, "2": {"correctness": 4}},
            "acceptable": {"1": False, "2": True},
            "preference": preference,
            "justification": "The first forgets the empty list, <b>\x1a0000 é 😀.",
            "marks": [
                {
                    "response": "1", "first_line": 1, "last_line": 2, "severity": "major",
                    "category": "logic", "note": "never reached",
                }
            ],
            "flags": [
                {"response": "2", "index": 0, "rule": "stub-body", "line": 2, "verdict": "reject"}
            ],
        }
    )  # fmt: skip
