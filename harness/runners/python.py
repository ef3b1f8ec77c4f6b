"""Python: jobs fork from a warm interpreter; tests run in a judge of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.models import Case, TestKind, Trust, UnitStyle
from harness.runners._job import Evaluation, Job, Runner, Wire, wire_limits
from harness.runners._kinds import call_requests, evaluate_calls, evaluate_programs
from harness.runners._stdio import program_step
from harness.runners._tests import judge_reports, judged_kind

_HEAVY = re.compile(r"\b(numpy|pandas)\b")


def _zygote(*texts: str) -> str:
    """A zygote with numpy and pandas loaded, for the responses that mention them."""
    return "data" if any(_HEAVY.search(text) for text in texts) else "base"


def _spawn(job: Job, mode: str, **payload: object) -> Wire:
    return {
        "mode": mode,
        "zygote": _zygote(job.code.source),
        "payload": {"source": job.code.source, "files": dict(job.task.files), **payload},
    }


def _call_steps(job: Job, cases: Sequence[Case]) -> list[Wire]:
    step = {
        "kind": "calls",
        "spawn": _spawn(job, "serve"),
        "requests": call_requests(job, cases),
        "fresh": True,
        "limits": wire_limits(job.limits),
    }
    return [step]


def _program_steps(job: Job, cases: Sequence[Case]) -> list[Wire]:
    return [program_step(job, case, _spawn(job, "program", argv=list(case.argv))) for case in cases]


def _judge_spawn(job: Job) -> Wire:
    task = job.task
    style = task.unit_style or UnitStyle.SCRIPT
    payload: Wire = {
        "style": style.value,
        "tests": task.tests,
        "preamble": task.preamble,
        "entry_point": job.entry_point,
        "files": dict(task.files),
    }
    if job.trust is Trust.SHARED:
        payload["source"] = job.code.source
    zygote = "pytest" if style is UnitStyle.PYTEST else _zygote(task.tests, task.preamble)
    return {"mode": "judge", "zygote": zygote, "payload": payload}


def _evaluate_tests(job: Job) -> Evaluation:
    step = {
        "kind": judged_kind(job.trust),
        "candidate": _spawn(job, "serve"),
        "judge": _judge_spawn(job),
        "limits": wire_limits(job.limits),
    }
    return judge_reports(job, job.execute(job.task.language, [step], job.limits)[0])


def _evaluate(job: Job) -> Evaluation:
    if job.task.kind is TestKind.CALL:
        return evaluate_calls(job, _call_steps)
    if job.task.kind is TestKind.STDIO:
        return evaluate_programs(job, _program_steps)
    return _evaluate_tests(job)


RUNNER = Runner(name="python", version=1, evaluate=_evaluate)
