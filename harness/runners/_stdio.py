"""``stdio`` tasks: a program gets text and its output is compared here."""

from __future__ import annotations

from typing import Any

from harness.models import Case, CaseResult, Verdict
from harness.runners._calls import run_checker, skipped
from harness.runners._job import MAX_STREAM, Job, Wire, ending, judged, shorten, wire_limits
from harness.runners.compare import Match, comparator_for, matches_any


def program_step(job: Job, case: Case, spawn: Wire, **limits: Any) -> Wire:
    """The step that runs the program on a case's input."""
    step = {"kind": "run", "spawn": spawn, "limits": wire_limits(job.limits, **limits)}
    if case.stdin:
        step["stdin"] = case.stdin
    return step


def judge_output(job: Job, case: Case, report: Wire) -> CaseResult:
    """Compare a program's output. A bad ending fails the case whatever was printed."""
    if report.get("skipped"):
        return skipped(case.name, shorten(case.stdin), shorten(str(case.expected)))
    stdout = report["stdout"]
    bad = ending(report)
    if bad is None:
        match = _match(job, case, stdout)
        verdict, message = judged(match), match.message
    else:
        verdict, message = bad
        if verdict is Verdict.RUNTIME_ERROR and report["stderr"]:
            message = f"{message}\n{report['stderr'][-2000:]}"
    return CaseResult(
        name=case.name,
        verdict=verdict,
        input=shorten(case.stdin),
        expected=shorten(str(case.expected)),
        actual=shorten(stdout),
        message=message,
        stderr=shorten(report["stderr"], MAX_STREAM),
        cpu_s=report["cpu_s"],
        wall_s=report["wall_s"],
        memory_mb=report["memory_mb"],
    )


def _match(job: Job, case: Case, stdout: str) -> Match:
    comparator = comparator_for(job.task, case)
    if comparator.kind == "checker":
        return run_checker(job, case, case.stdin, stdout)
    language = job.task.language
    return matches_any(
        comparator, case.expected, case.any_of, stdout, printed=True, language=language
    )
