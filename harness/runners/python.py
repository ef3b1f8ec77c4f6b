"""Python: jobs fork from a warm interpreter; tests run in a judge of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.models import Case, Trust, UnitStyle
from harness.runners._job import Aside, Evaluation, Job, Runner, Wire, wire_limits
from harness.runners._kinds import by_kind, call_requests, evaluate_judged
from harness.runners._printed import printed_answers
from harness.runners._python_examples import program
from harness.runners._stdio import program_step

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


def _aside(job: Job) -> Aside:
    """Calls in one program of its own: a process instead of a conversation."""
    spawn = _spawn(job, "program", argv=[])
    spawn["payload"]["source"] = program(job)
    step = {"kind": "run", "spawn": spawn, "limits": wire_limits(job.limits)}
    count = len(job.task.cases)
    return Aside([step], lambda raw: printed_answers(raw, count))


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
    return evaluate_judged(job, _spawn(job, "serve"), _judge_spawn(job))


RUNNER = Runner(
    name="python",
    version=1,
    evaluate=by_kind(_call_steps, _program_steps, _evaluate_tests),
    aside=_aside,
)
