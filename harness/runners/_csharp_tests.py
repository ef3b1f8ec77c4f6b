"""C# tests: the reports that the host prints between a response's own output."""

from __future__ import annotations

import re

from harness.models import CaseResult, Verdict
from harness.runners._job import MAX_STREAM, Wire, ending, parse_reply, shorten

OUT_OF_MEMORY = "System.OutOfMemoryException"
VERDICTS = {
    "passed": Verdict.PASSED,
    "failed": Verdict.FAILED,
    "runtime_error": Verdict.RUNTIME_ERROR,
}


def judge_run(run: Wire, nonce: str) -> list[CaseResult]:
    """One case a report. Without the last report, how the process ended is a case too.

    Only a report with the nonce counts: anything else on standard output is the response's.
    """
    cases: list[CaseResult] = []
    started, finished, printed = "tests", False, ""
    for text, report in _reports(run["stdout"], nonce):
        printed += text
        if "start" in report:
            started, printed = str(report["start"]), ""
        elif "case" in report:
            cases.append(_case(report, printed, run))
            started = "tests"
        finished = "done" in report
    bad = ending(run)
    if not finished or bad is not None:
        cases.append(_unfinished(run, started, nonce))
    return _with_times(cases, run)


def _reports(stdout: str, nonce: str) -> list[tuple[str, Wire]]:
    """Pairs of what the response printed and the report after it."""
    parts = re.split(rf"\x1e{nonce}(\{{[^\x1e]*\}})\x1e", stdout)
    found = [(text, parse_reply(one)) for text, one in zip(parts[::2], parts[1::2], strict=False)]
    return [(text, report) for text, report in found if report is not None]


def _case(report: Wire, printed: str, run: Wire) -> CaseResult:
    verdict = VERDICTS.get(str(report.get("verdict")), Verdict.FAILED)
    message = str(report.get("message", ""))
    if verdict is Verdict.RUNTIME_ERROR and message.startswith(OUT_OF_MEMORY):
        verdict = Verdict.MEMORY_LIMIT
    shown = verdict is not Verdict.PASSED
    return CaseResult(
        name=str(report["case"])[:200],
        verdict=verdict,
        input=shorten(str(report.get("input", ""))),
        expected=shorten(str(report.get("expected", ""))),
        actual=shorten(str(report.get("actual", ""))),
        message=shorten(message),
        stdout=shorten(printed, MAX_STREAM) if shown else "",
        stderr=shorten(run["stderr"], MAX_STREAM) if shown else "",
    )


def _unfinished(run: Wire, started: str, nonce: str) -> CaseResult:
    """The tests did not come to their end: say at which one, and how."""
    bad = ending(run)
    verdict, message = bad or (Verdict.FAILED, "the program ended before the tests did")
    if verdict is Verdict.RUNTIME_ERROR:
        message = f"{message}\n{run['stderr'][:2000]}".strip()
    rest = re.sub(rf"\x1e{nonce}[^\x1e]*\x1e?", "", run["stdout"])
    return CaseResult(
        name=started[:200],
        verdict=verdict,
        message=shorten(message),
        stdout=shorten(rest, MAX_STREAM),
        stderr=shorten(run["stderr"], MAX_STREAM),
    )


def _with_times(cases: list[CaseResult], run: Wire) -> list[CaseResult]:
    """One process runs all tests; its time stands at its first case."""
    if not cases:
        return cases
    update = {key: run[key] for key in ("cpu_s", "wall_s", "memory_mb")}
    return [cases[0].model_copy(update=update), *cases[1:]]
