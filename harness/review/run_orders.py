"""From what a person asks for to programs and the task they run against."""

from __future__ import annotations

from harness.errors import Conflict, InputError, NotFound
from harness.models import TestKind
from harness.models.review import AssignmentState
from harness.review.bench import REFERENCE, Program
from harness.review.own_input import own_task
from harness.review.pages.desk import Work
from harness.review.run_records import Order, RunKind

MAX_CODE_CHARS = 200_000
_OPEN = {AssignmentState.CLAIMED, AssignmentState.SKIPPED, AssignmentState.EXPIRED}


def require_open(work: Work) -> None:
    """Raises Conflict once the judgment is handed in."""
    if work.assignment.state not in _OPEN:
        raise Conflict(
            f"it is {work.assignment.state.value}", fix="take the judgment back, or open the next"
        )


def input_order(work: Work, person_id: str, letters: tuple[str, ...], given: str) -> Order:
    """Run responses as they are on a typed input; the reference too, where it tells what is right.

    Raises InputError for an input that cannot be used, NotFound for a letter that is not shown.
    """
    require_open(work)
    task = own_task(work.task, given)
    programs = [_as_it_is(work, letter) for letter in letters]
    if task.kind in {TestKind.CALL, TestKind.STDIO} and work.task.reference:
        programs.insert(0, Program(REFERENCE, work.task.reference))
    return Order(
        person_id=person_id, assignment_id=work.assignment.assignment_id, kind=RunKind.INPUT,
        letter=letters[0], task=task, programs=tuple(programs), given=given,
    )  # fmt: skip


def edit_order(work: Work, person_id: str, letter: str, code: str) -> Order:
    """Judge changed code by all of the task's tests, as a response would be."""
    require_open(work)
    if len(code) > MAX_CODE_CHARS:
        raise InputError(f"at most {MAX_CODE_CHARS} characters of code")
    if not code.strip():
        raise InputError("there is no code", fix="write some, or reset it to the response's")
    original = _as_it_is(work, letter)
    program = Program(letter, code, first_line=_own_from(original, code))
    return Order(
        person_id=person_id, assignment_id=work.assignment.assignment_id, kind=RunKind.EDIT,
        letter=letter, task=work.task, programs=(program,), given=code,
    )  # fmt: skip


def _as_it_is(work: Work, letter: str) -> Program:
    response = work.response(letter)
    if response is None:
        raise NotFound("no such response")
    result = response.result
    return Program(letter, result.code, result.first_line)


def _own_from(original: Program, code: str) -> int:
    """The task's own lines before the response's, if they were left as they are."""
    before = original.first_line - 1
    same = original.code.splitlines()[:before] == code.splitlines()[:before]
    return original.first_line if same else 1
