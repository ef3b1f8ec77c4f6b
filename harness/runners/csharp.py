"""C#: a resident compiler; calls and tests in a small host, programs as they are."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import replace

from harness.models import Case, Trust, UnitStyle, Verdict
from harness.runners._csharp_program import (
    build_step,
    host,
    plain,
    program,
    slot_memory_mb,
    without_tests,
)
from harness.runners._csharp_tests import judge_run
from harness.runners._job import (
    Aside,
    Evaluation,
    Job,
    Runner,
    Wire,
    single,
    summarise,
    wire_limits,
)
from harness.runners._kinds import build_failure, by_kind, call_requests, calls_aside
from harness.runners._stdio import program_step

_FACT = re.compile(r"\[\s*(?:Fact|Theory)\b")


def _call_steps(job: Job, cases: Sequence[Case]) -> list[Wire]:
    """The host gives every call statics of its own, so one process serves all."""
    request: Wire = {"entry_point": job.entry_point or ""}
    signature = job.task.signature
    if signature is not None:
        request |= {"params": list(signature.params), "returns": signature.returns}
    calls = {
        "kind": "calls",
        "spawn": host(job, "calls"),
        "requests": call_requests(job, cases),
        "limits": wire_limits(job.limits),
    }
    return [build_step(job, "call", **request), calls]


def _program_steps(job: Job, cases: Sequence[Case]) -> list[Wire]:
    runs = [program_step(job, case, program(job, case.argv)) for case in cases]
    return [build_step(job, "program"), *runs]


def _style(job: Job) -> str:
    facts = job.task.unit_style is UnitStyle.FACTS or (
        job.task.unit_style is None and _FACT.search(job.task.tests)
    )
    return "facts" if facts else "main"


def _evaluate_tests(job: Job) -> Evaluation:
    nonce = secrets.token_hex(16)
    build = build_step(
        job, _style(job), tests=plain(job.task.tests), entry_point=job.entry_point or ""
    )
    run = {
        "kind": "run",
        "spawn": host(job, "tests"),
        "stdin": nonce,
        "limits": wire_limits(job.limits),
    }
    raw = job.execute(job.task.language, [build, run], job.limits)
    built = build_failure(job, raw)
    if built is not None:
        return built
    cases = judge_run(raw[-1], nonce)
    if not cases:
        message = "the tests collected no case"
        return Evaluation(single(Verdict.HARNESS_ERROR, message, Trust.SHARED))
    return Evaluation(summarise(cases, Trust.SHARED))


def _aside(job: Job) -> Aside:
    code = job.code.model_copy(update={"source": without_tests(job.code.source)})
    return calls_aside(_call_steps)(replace(job, code=code))


RUNNER = Runner(
    name="csharp",
    version=2,
    evaluate=by_kind(_call_steps, _program_steps, _evaluate_tests),
    aside=_aside,
    slot_memory_mb=slot_memory_mb,
)
