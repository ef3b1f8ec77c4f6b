"""What a run on request is: what was asked for, where it is, and what came of it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum

from harness.errors import ReviewError
from harness.models import CaseResult, Result, Task, Verdict
from harness.review.bench import Program

FULL_CASES = 20
BRIEF_CHARS = 400


class RunKind(StrEnum):
    """INPUT: the responses as they are, on what a person typed. EDIT: changed code, all tests."""

    INPUT = "input"
    EDIT = "edit"


class RunState(StrEnum):
    """Where a run is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self not in {RunState.WAITING, RunState.RUNNING}


class TooMany(ReviewError):
    """One person, or all together, asked for more than the server runs; later it works."""

    def __init__(self, message: str, wait_s: float) -> None:
        super().__init__(message, fix=f"try again in {max(1, round(wait_s))} s")
        self.wait_s = max(1, round(wait_s))


@dataclass(frozen=True)
class Order:
    """What is asked for. letter: the response it is about. given: the input, as typed."""

    person_id: str
    assignment_id: str
    kind: RunKind
    letter: str
    task: Task
    programs: tuple[Program, ...]
    given: str = ""


@dataclass(frozen=True)
class Run:
    """A run as it is now; every change makes a new one with a higher ``version``.

    place: 1 is next, 0 is not waiting. results: of the programs run so far, by label.
    expecting: the task with what the reference gave on a typed input, where that is known.
    note: what it is busy with. message, fix: why it failed. began_at, ended_at: monotonic, s.
    """

    run_id: str
    order: Order
    version: int = 0
    state: RunState = RunState.WAITING
    results: tuple[tuple[str, Result], ...] = ()
    expecting: Task | None = None
    note: str = ""
    message: str = ""
    fix: str | None = None
    began_at: float | None = None
    ended_at: float | None = None

    @property
    def seconds(self) -> float:
        """How long it has been running."""
        if self.began_at is None:
            return 0.0
        return (self.ended_at or time.monotonic()) - self.began_at


def brief(result: Result) -> Result:
    """All cases, but long texts of the first that did not pass only: results stay in memory."""
    full = {id(one) for one in _not_passed(result)[:FULL_CASES]} or {
        id(one) for one in result.cases[:1]
    }
    cases = tuple(one if id(one) in full else _brief_case(one) for one in result.cases)
    return result.model_copy(update={"cases": cases})


def _not_passed(result: Result) -> list[CaseResult]:
    return [one for one in result.cases if one.verdict is not Verdict.PASSED]


def _brief_case(case: CaseResult) -> CaseResult:
    names = ("input", "expected", "actual", "message", "stdout", "stderr")
    cut = {name: getattr(case, name) for name in names}
    return case.model_copy(
        update={
            name: text if len(text) <= BRIEF_CHARS else f"{text[:BRIEF_CHARS]}…"
            for name, text in cut.items()
        }
    )
