"""C++: g++ with a precompiled header; a program a case; tests linked with the response."""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.errors import TaskError
from harness.models import Case, CaseResult, Limits, Trust, Verdict
from harness.runners._cpp_examples import ENVIRONMENT, addition, answers
from harness.runners._cpp_headers import precompiled
from harness.runners._cpp_program import Tests, call_driver, instrumented, shield
from harness.runners._job import (
    MAX_STREAM,
    Aside,
    Evaluation,
    Job,
    Runner,
    Wire,
    ending,
    shorten,
    summarise,
    wire_limits,
)
from harness.runners._kinds import (
    build_failure,
    by_kind,
    call_requests,
)
from harness.runners._stdio import program_step

COMPILER_MEMORY_MB = 1024
_ASSERTION = re.compile(r"Assertion [`'](.+)' failed")


def _compile_argv(source: str) -> list[str]:
    """The compiler's command."""
    flags = ["-std=c++17", "-O0", "-fmax-errors=20", "-fdiagnostics-color=never", "-pipe"]
    # mold takes a seventh off the build of a small program.
    link = ["-fuse-ld=mold", "-fno-use-linker-plugin", "-Wl,--as-needed", "-lcrypto"]
    return ["/usr/bin/g++", *flags, *precompiled(source), "-o", "program", "main.cpp", *link]


def _build_step(job: Job, trusted: str) -> Wire:
    """Compile the response followed by trusted text; its macros do not reach that text."""
    code = job.code.source
    own = "\n".join(code.split("\n")[job.code.first_line - 1 :])
    prefix = code[: len(code) - len(own)]
    macros = shield(own, prefix + job.task.prefix)
    source = f"{code}\n{macros}\n{trusted}\n{job.addition}\n"
    files = {**job.task.files, "main.cpp": source}
    return {
        "kind": "run",
        "build": True,
        "need_ok": True,
        "spawn": {"argv": _compile_argv(source), "payload": {"files": files}},
        "limits": wire_limits(job.limits, build=True),
    }


def _program(job: Job, argv: Sequence[str] = ()) -> Wire:
    return {"argv": ["program", *argv], "payload": {}}


def _call_steps(job: Job, cases: Sequence[Case]) -> list[Wire]:
    if job.task.signature is None:
        raise TaskError(
            f"task {job.task.task_id}: a C++ call needs a typed signature",
            fix="add [signature] with params and returns",
        )
    step = {
        "kind": "calls",
        "spawn": _program(job),
        "requests": call_requests(job, cases),
        "fresh": True,
        "limits": wire_limits(job.limits, data_mb=job.limits.memory_mb),
    }
    driver = call_driver(job.entry_point or "", job.task.signature)
    return [_build_step(job, driver), step]


def _aside(job: Job) -> Aside:
    """Calls within the tests' own program."""
    task, cases = job.task, job.task.cases
    if task.signature is None:
        raise TaskError(f"task {task.task_id}: a C++ call needs a typed signature")
    text = addition(job.entry_point or "", task.signature, cases)
    run = {
        "kind": "run",
        "spawn": {**_program(job), "env": {ENVIRONMENT: "1"}},
        "limits": wire_limits(job.limits, data_mb=job.limits.memory_mb),
    }
    return Aside([run], lambda raw: answers(raw, len(cases)), text)


def _program_steps(job: Job, cases: Sequence[Case]) -> list[Wire]:
    runs = [
        program_step(job, case, _program(job, case.argv), data_mb=job.limits.memory_mb)
        for case in cases
    ]
    return [_build_step(job, ""), *runs]


def _evaluate_tests(job: Job) -> Evaluation:
    tests = instrumented(job.task.tests)
    run = {
        "kind": "run",
        "spawn": _program(job),
        "stdin": tests.nonce,
        "limits": wire_limits(job.limits, data_mb=job.limits.memory_mb),
    }
    steps = [_build_step(job, tests.source), run]
    raw = job.execute(job.task.language, steps, job.limits)
    built = build_failure(job, raw)
    if built is not None:
        return built
    return Evaluation(summarise([_judge_run(raw[-1], tests)], Trust.SHARED))


def _judge_run(report: Wire, tests: Tests) -> CaseResult:
    """Passed only if the sentinel ends the output of a program that ended well."""
    stdout: str = report["stdout"]
    reached = stdout.endswith(tests.nonce)
    bad = ending(report)
    asserted = _ASSERTION.search(report["stderr"])
    if bad is None and reached:
        verdict, message = Verdict.PASSED, ""
    elif bad is None:
        verdict, message = Verdict.FAILED, "the program ended before the tests did"
    elif asserted or "Exception -- test case" in report["stderr"]:
        verdict, message = Verdict.FAILED, shorten(report["stderr"].strip())
    else:
        verdict, message = bad[0], shorten(f"{bad[1]}\n{report['stderr'][-2000:]}".strip())
    return CaseResult(
        name="tests",
        verdict=verdict,
        expected=shorten(asserted.group(1)) if asserted else "",
        message=message,
        stdout=shorten(stdout.removesuffix(tests.nonce), MAX_STREAM),
        stderr=shorten(report["stderr"], MAX_STREAM),
        cpu_s=report["cpu_s"],
        wall_s=report["wall_s"],
        memory_mb=report["memory_mb"],
    )


def _memory_mb(limits: Limits) -> int:
    """The compiler needs more than most programs may use; those are bound by RLIMIT_DATA."""
    return max(limits.memory_mb, COMPILER_MEMORY_MB)


RUNNER = Runner(
    name="cpp",
    version=2,
    evaluate=by_kind(_call_steps, _program_steps, _evaluate_tests),
    aside=_aside,
    slot_memory_mb=_memory_mb,
)
