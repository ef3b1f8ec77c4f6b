"""``unit`` tasks: from a judge's reports to cases."""

from __future__ import annotations

from harness.models import CaseResult, Verdict
from harness.runners._job import (
    MAX_STREAM,
    Evaluation,
    Job,
    Wire,
    ending,
    parse_reply,
    shorten,
    single,
    summarise,
)

REPORTED = {
    "passed": Verdict.PASSED,
    "failed": Verdict.FAILED,
    "build_failed": Verdict.BUILD_FAILED,
    "runtime_error": Verdict.RUNTIME_ERROR,
}


def judge_reports(job: Job, result: Wire) -> Evaluation:
    """Cases of a ``judged`` or ``shared`` step.

    Only the judge's own reports say passed. A limit that ended the step, or a judge that did
    not report its end, decides over whatever was reported before.
    """
    reports = [one for one in map(parse_reply, result["reports"]) if one is not None]
    finished = bool(reports) and "done" in reports[-1]
    cases = [_case(job, one, result) for one in reports if "case" in one]
    cannot_cross = any(one.get("cannot_cross") for one in reports)
    load = next((c for c in cases if c.verdict is Verdict.BUILD_FAILED), None)
    if load is not None:
        return Evaluation(
            single(Verdict.BUILD_FAILED, load.message, job.trust, build_log=load.message)
        )
    if not finished:
        cases = [c for c in cases if c.verdict is not Verdict.PASSED] or cases
        cases.append(_unfinished(result))
    elif not cases:
        return Evaluation(single(Verdict.HARNESS_ERROR, "the tests collected no case", job.trust))
    outcome = summarise(_with_times(cases, result), job.trust)
    return Evaluation(outcome, cannot_cross)


def _case(job: Job, report: Wire, result: Wire) -> CaseResult:
    verdict = REPORTED.get(str(report.get("verdict")), Verdict.FAILED)
    message = str(report.get("message", ""))
    candidate = result.get("candidate") or result["judge"]
    if report.get("ended"):
        verdict, message = _ended(candidate, result, message)
    elif verdict is Verdict.RUNTIME_ERROR and message.startswith("MemoryError"):
        verdict = Verdict.MEMORY_LIMIT
    return CaseResult(
        name=str(report.get("case", "tests"))[:200],
        verdict=verdict,
        input=shorten(str(report.get("input", ""))),
        expected=shorten(str(report.get("expected", ""))),
        actual=shorten(str(report.get("actual", ""))),
        message=shorten(message),
        stdout=shorten(candidate["stdout"], MAX_STREAM) if verdict is not Verdict.PASSED else "",
        stderr=shorten(candidate["stderr"], MAX_STREAM) if verdict is not Verdict.PASSED else "",
    )


def _ended(candidate: Wire, result: Wire, message: str) -> tuple[Verdict, str]:
    """The candidate's process ended under the tests: say how."""
    bad = ending(candidate, result["cause"])
    if bad is None:
        return Verdict.RUNTIME_ERROR, f"{message} (exit code {candidate.get('exit')})"
    return bad[0], f"{message} ({bad[1]})"


def _unfinished(result: Wire) -> CaseResult:
    judge = result["judge"]
    candidate = result.get("candidate") or judge
    bad = ending(judge, result["cause"]) or ending(candidate)
    verdict, message = bad or (Verdict.RUNTIME_ERROR, "the tests did not reach their end")
    stderr = candidate["stderr"] or judge["stderr"]
    return CaseResult(
        name="tests",
        verdict=verdict,
        message=message,
        stdout=shorten(candidate["stdout"], MAX_STREAM),
        stderr=shorten(stderr, MAX_STREAM),
    )


def _with_times(cases: list[CaseResult], result: Wire) -> list[CaseResult]:
    """A step is timed as a whole; its time stands at its first case."""
    candidate = result.get("candidate") or result["judge"]
    update = {
        "cpu_s": result["cpu_s"],
        "wall_s": result["wall_s"],
        "memory_mb": candidate["memory_mb"],
    }
    return [cases[0].model_copy(update=update), *cases[1:]]
