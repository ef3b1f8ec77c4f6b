"""The three test kinds every procedural language has, written once.

A language says how to ask for calls, how to run a program and how to run tests; the loop over
cases, early stop and the collection of results are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from harness.models import Case, CaseResult, TestKind, Trust, Verdict
from harness.runners._calls import (
    RUN_CHECKS,
    BuildFailed,
    judge_call,
    request,
    signature_case,
)
from harness.runners._job import Aside, Evaluation, Job, Wire, single, summarise, wire_limits
from harness.runners._stdio import judge_output
from harness.runners._tests import judge_reports

Steps = Callable[[Job, Sequence[Case]], list[Wire]]


def evaluate_calls(job: Job, steps: Steps) -> Evaluation:
    """Evaluate a ``call`` task; ``steps`` ends in one ``calls`` step for the given cases."""
    results: dict[int, CaseResult] = {}
    to_run: list[tuple[int, Case]] = []
    for number, case in enumerate(job.task.cases):
        if case.check in RUN_CHECKS:
            to_run.append((number, case))
        else:
            results[number] = signature_case(job, case)
    for batch in _batches(job, to_run):
        raw = job.execute(job.task.language, steps(job, [c for _, c in batch]), job.limits)
        built = build_failure(job, raw)
        if built is not None:
            return built
        try:
            for (number, case), answer in zip(batch, raw[-1]["answers"], strict=True):
                results[number] = judge_call(job, case, answer)
        except BuildFailed as error:
            return Evaluation(
                single(Verdict.BUILD_FAILED, str(error), job.trust, build_log=str(error))
            )
        if _stop(job, [results[number] for number, _ in batch]):
            break
    return Evaluation(summarise([results[n] for n in sorted(results)], job.trust))


def evaluate_programs(job: Job, steps: Steps) -> Evaluation:
    """Evaluate a ``stdio`` task; ``steps`` ends in one ``run`` step a case."""
    results: list[CaseResult] = []
    for batch in _batches(job, list(enumerate(job.task.cases))):
        cases = [case for _, case in batch]
        raw = job.execute(job.task.language, steps(job, cases), job.limits)
        built = build_failure(job, raw)
        if built is not None:
            return built
        results += [judge_output(job, c, r) for c, r in zip(cases, raw[-len(cases) :], strict=True)]
        if _stop(job, results):
            break
    return Evaluation(summarise(results, job.trust))


def by_kind(
    calls: Steps, programs: Steps, tests: Callable[[Job], Evaluation]
) -> Callable[[Job], Evaluation]:
    """A runner's ``evaluate`` from its three ways to test."""

    def evaluate(job: Job) -> Evaluation:
        if job.task.kind is TestKind.CALL:
            return evaluate_calls(job, calls)
        if job.task.kind is TestKind.STDIO:
            return evaluate_programs(job, programs)
        return tests(job)

    return evaluate


def calls_aside(steps: Steps) -> Callable[[Job], Aside]:
    """Calls beside the tests, by the steps of a ``call`` task."""

    def aside(job: Job) -> Aside:
        return Aside(steps(job, job.task.cases), lambda raw: raw.get("answers"))

    return aside


def evaluate_judged(job: Job, candidate: Wire, judge: Wire) -> Evaluation:
    """Run tests in ``judge``, apart from ``candidate`` unless the task's trust is shared."""
    step = {
        "kind": "shared" if job.trust is Trust.SHARED else "judged",
        "candidate": candidate,
        "judge": judge,
        "limits": wire_limits(job.limits),
    }
    return judge_reports(job, job.execute(job.task.language, [step], job.limits)[0])


def build_failure(job: Job, raw: list[Wire]) -> Evaluation | None:
    """A failed ``build`` step (the only kind marked so by the runner) ends the response."""
    first = raw[0]
    if not first.get("build") or (first["exit"] == 0 and not first["cause"]):
        return None
    reasons = {
        "cpu": "the compiler used up its CPU time",
        "wall": "the compiler ran out of time",
        "memory": "the compiler ran out of memory",
        "output": "the compiler printed too much",
        "died": "the compiler broke down over this source",
    }
    log = first["stderr"] or first["stdout"]
    message: str = reasons.get(first["cause"] or "") or log
    outcome = single(
        Verdict.BUILD_FAILED,
        message,
        job.trust,
        build_log=log[:16_000],
        cpu_s=first["cpu_s"],
        wall_s=first["wall_s"],
        memory_mb=first["memory_mb"],
    )
    return Evaluation(outcome)


def call_requests(job: Job, cases: Sequence[Case]) -> list[Wire]:
    """Requests of a ``calls`` step."""
    return [request(job, case) for case in cases]


def _batches(job: Job, cases: list[tuple[int, Case]]) -> list[list[tuple[int, Case]]]:
    """All cases in one job, or one job a case when the first failure ends the response."""
    if not cases:
        return []
    return [[case] for case in cases] if job.early_stop else [cases]


def _stop(job: Job, results: list[CaseResult]) -> bool:
    return job.early_stop and results[-1].verdict is not Verdict.PASSED
