"""Calls of a response apart from its tests: asked in the same job, judged on their own.

They can never change the verdict: they come after the tests, in processes of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from harness.errors import SlotDied
from harness.models import Case, Comparator, Limits, Verdict
from harness.runners._calls import BuildFailed, judge_call
from harness.runners._job import (
    Aside,
    Called,
    Evaluation,
    Job,
    Runner,
    Wire,
    parse_reply,
)

ASIDE_FILE = "examples.cpp"  # the name compilers give to an addition


_HANDLE = re.compile(r'[{,]"\$(?:ref|own|other)": ?')  # what stands for a value that stayed behind


@dataclass(frozen=True)
class Both:
    """What a job's tests and its calls gave. called: None if they did not run."""

    evaluation: Evaluation
    called: tuple[Called, ...] | None


def evaluate_both(runner: Runner, job: Job, calls: Job) -> Both:
    """Evaluate ``job``, and ``calls`` (the same response as a ``call`` task) in the same visit.

    A slot that dies, or a build that fails over the calls' own text, is blamed on the calls: the
    tests run again without them.
    """
    if runner.aside is None or not (calls.task.cases or calls.task.sql):
        return Both(runner.evaluate(job), None)
    aside = runner.aside(calls)
    visit = _Visit(job, aside)
    try:
        evaluation = runner.evaluate(replace(job, execute=visit.execute, addition=aside.addition))
    except SlotDied:
        return Both(runner.evaluate(job), None)
    if evaluation.outcome.verdict is Verdict.BUILD_FAILED:
        blamed = bool(aside.addition) and ASIDE_FILE in evaluation.outcome.build_log
        return Both(runner.evaluate(job) if blamed else evaluation, None)
    return Both(evaluation, _judged(calls, aside, visit.raw))


class _Visit:
    """Adds steps to the first job that runs the response."""

    def __init__(self, job: Job, aside: Aside) -> None:
        self._job = job
        self._aside = aside
        self.raw: list[Wire] | None = None

    def execute(self, language: str, steps: list[Wire], limits: Limits) -> list[Wire]:
        own = language == self._job.task.language.value and self._aside.rides(steps)
        if self.raw is not None or not own:
            return self._job.execute(language, steps, limits)
        results = self._job.execute(language, [*steps, *self._aside.steps], limits)
        self.raw = results[len(steps) :]
        return results[: len(steps)]


def _judged(job: Job, aside: Aside, raw: list[Wire] | None) -> tuple[Called, ...] | None:
    """None if the calls could not be built or there is nothing to call."""
    if aside.judge is not None:
        return aside.judge(raw) if raw else None
    answers = aside.read(raw[-1]) if raw else None
    if answers is None:
        return None
    try:
        return tuple(_each(job, job.task.cases, answers))
    except BuildFailed:
        return None


def _each(job: Job, cases: Sequence[Case], answers: list[Wire]) -> Iterator[Called]:
    for number, (case, answer) in enumerate(zip(cases, answers, strict=True)):
        reply = parse_reply(answer.get("reply")) or {}
        problem = reply.get("load_error")
        if isinstance(problem, dict) and problem.get("stage") == "name":
            raise BuildFailed
        error = reply.get("error", {})
        stayed = error.get("cannot_cross") or error.get("cannotCross")
        crossed = not stayed and not _HANDLE.search(answer.get("reply") or "")
        result = judge_call(job, case, answer)
        loose = case.model_copy(update={"comparator": _loose(case.comparator)})
        like = result.verdict is Verdict.PASSED or (
            result.verdict is Verdict.FAILED
            and judge_call(job, loose, answer).verdict is Verdict.PASSED
        )
        asked = not answer.get("skipped") and not _cut_short(number, answer)
        yield Called(result, like, crossed and asked, "value" in reply)


def _cut_short(number: int, answer: Wire) -> bool:
    """Whether a limit ended the call although the call alone may have kept it.

    All calls share the CPU time, and the wall clock of a busy machine says nothing.
    """
    cause = (answer.get("process") or {}).get("cause")
    return cause == "wall" or (cause == "cpu" and number > 0)


def _loose(comparator: Comparator | None) -> Comparator | None:
    return comparator and comparator.model_copy(update={"kind": "json"})
