"""Calls of a response apart from its tests: asked in the same job, judged on their own.

They can never change the verdict: they come after the tests, in processes of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from harness.errors import SlotDied
from harness.models import Case, CaseResult, Comparator, Limits, Verdict
from harness.runners._calls import BuildFailed, judge_call
from harness.runners._job import Evaluation, Job, Runner, Wire, parse_reply


@dataclass(frozen=True)
class Called:
    """A call's result. like: it is right if a tuple may be a list and an integer a real.

    carried: it was asked and whatever it gave could leave its process. returned: it gave a value.
    """

    result: CaseResult
    like: bool = False
    carried: bool = True
    returned: bool = False


@dataclass(frozen=True)
class Both:
    """What a job's tests and its calls gave. called: None if they did not run."""

    evaluation: Evaluation
    called: tuple[Called, ...] | None


def evaluate_both(runner: Runner, job: Job, calls: Job) -> Both:
    """Evaluate ``job``, and ``calls`` (the same response as a ``call`` task) in the same visit.

    A slot that dies is blamed on the calls first: then the tests run again without them.
    """
    cases = calls.task.cases
    if runner.calls is None or not cases:
        return Both(runner.evaluate(job), None)
    visit = _Visit(job, runner.calls(calls, cases))
    try:
        evaluation = runner.evaluate(replace(job, execute=visit.execute))
    except SlotDied:
        return Both(runner.evaluate(job), None)
    if visit.raw is None or not visit.raw or evaluation.outcome.verdict is Verdict.BUILD_FAILED:
        return Both(evaluation, None)
    return Both(evaluation, _judged(calls, cases, visit.raw))


def evaluate_calls(runner: Runner, job: Job) -> tuple[Called, ...] | None:
    """The calls alone; None if they cannot be built or there is nothing to call."""
    if runner.calls is None:
        return None
    steps = runner.calls(job, job.task.cases)
    return _judged(job, job.task.cases, job.execute(job.task.language, steps, job.limits))


class _Visit:
    """Adds steps to the first job that is executed."""

    def __init__(self, job: Job, steps: list[Wire]) -> None:
        self._job = job
        self._steps = steps
        self.raw: list[Wire] | None = None

    def execute(self, language: str, steps: list[Wire], limits: Limits) -> list[Wire]:
        if self.raw is not None or language != self._job.task.language.value:
            return self._job.execute(language, steps, limits)
        results = self._job.execute(language, [*steps, *self._steps], limits)
        self.raw = results[len(steps) :]
        return results[: len(steps)]


def _judged(job: Job, cases: Sequence[Case], raw: list[Wire]) -> tuple[Called, ...] | None:
    """None if the calls could not be built or there is nothing to call."""
    answers = raw[-1].get("answers")
    if answers is None:
        return None
    try:
        return tuple(_each(job, cases, answers))
    except BuildFailed:
        return None


def _each(job: Job, cases: Sequence[Case], answers: list[Wire]) -> Iterator[Called]:
    for case, answer in zip(cases, answers, strict=True):
        reply = parse_reply(answer.get("reply")) or {}
        problem = reply.get("load_error")
        if isinstance(problem, dict) and problem.get("stage") == "name":
            raise BuildFailed
        error = reply.get("error")
        crossed = not (isinstance(error, dict) and (error.get("cannot_cross")
                                                    or error.get("cannotCross")))  # fmt: skip
        result = judge_call(job, case, answer)
        loose = case.model_copy(update={"comparator": _loose(case.comparator)})
        like = result.verdict is Verdict.PASSED or (
            result.verdict is Verdict.FAILED
            and judge_call(job, loose, answer).verdict is Verdict.PASSED
        )
        yield Called(result, like, crossed and not answer.get("skipped"), "value" in reply)


def _loose(comparator: Comparator | None) -> Comparator | None:
    return comparator and comparator.model_copy(update={"kind": "json"})
