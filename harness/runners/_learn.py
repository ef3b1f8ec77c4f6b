"""What a trusted program gave, taken as what is expected of others on the same input."""

from __future__ import annotations

from collections.abc import Sequence

from harness.models import Case, Task, TestKind
from harness.runners._job import Wire, ending, parse_reply


def learned(task: Task, raw: Sequence[Wire]) -> Task | None:
    """The task, its only case expecting what the raw results of a job say; None if they do not.

    raw: of the job that ran the case, as the agent sent them.
    """
    (case,) = task.cases
    found = _called(case, raw[-1]) if task.kind is TestKind.CALL else _printed(case, raw[-1])
    return None if found is None else task.model_copy(update={"cases": (found,)})


def _called(case: Case, last: Wire) -> Case | None:
    answers = last.get("answers") or [{}]
    reply = parse_reply(answers[0].get("reply")) or {}
    if "value" in reply:
        return case.model_copy(update={"expected": reply["value"]})
    error = reply.get("error") or {}
    if "type" in error and not (error.get("cannot_cross") or error.get("cannotCross")):
        return case.model_copy(update={"raises": str(error["type"])})
    return None


def _printed(case: Case, last: Wire) -> Case | None:
    if ending(last) is not None or last.get("skipped"):
        return None
    return case.model_copy(update={"expected": last["stdout"]})
