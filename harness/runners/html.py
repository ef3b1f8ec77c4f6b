"""HTML: a resident browser, a fresh page a case, verdicts from facts seen outside the page."""

from __future__ import annotations

import base64
from typing import Any

from harness.errors import SandboxError
from harness.models import (
    Artifact,
    CaseResult,
    HtmlCase,
    HtmlCheck,
    HtmlSpec,
    HtmlStep,
    Limits,
    Outcome,
    Trust,
    Verdict,
)
from harness.runners._calls import skipped
from harness.runners._job import (
    CAUSES,
    MAX_STREAM,
    Evaluation,
    Job,
    Runner,
    Wire,
    shorten,
    summarise,
    wire_limits,
)
from harness.syntax.html_files import split_files

BROWSER_MEMORY_MB = 192
RELAUNCH_S = 10.0  # of a browser that a page has cost us


def evaluate(job: Job) -> Evaluation:
    """Ask the browser once for the whole response."""
    spec = job.task.html
    if spec is None:
        raise SandboxError(f"task {job.task.task_id} has no [html] table")
    raw = job.execute(job.task.language, [_step(job, spec)], job.limits)[0]
    reply = raw.get("reply")
    trust = Trust.SHARED if spec.in_page else Trust.ISOLATED
    if reply is None:
        return Evaluation(_without_reply(job, raw, trust))
    if "fault" in reply:
        raise SandboxError(f"the browser service failed: {reply['fault']}")
    cases = _cases(spec, reply["cases"])
    outcome = summarise(cases, trust)
    shots = [shot for one in (reply, *reply["cases"]) for shot in one.get("shots", ())]
    return Evaluation(outcome.model_copy(update={"artifacts": _kept(job, shots)}))


def _step(job: Job, spec: HtmlSpec) -> Wire:
    pages = len(spec.cases) + bool(spec.in_page) + bool(spec.screenshots)
    limits = wire_limits(job.limits)
    # Each page has its own limits inside the service; these only catch a service that hangs.
    whole = {
        **limits,
        "cpu_s": pages * limits["cpu_s"] + RELAUNCH_S,
        "wall_s": pages * limits["wall_s"] + RELAUNCH_S,
    }
    request = {
        "files": {**job.task.files, **split_files(job.code.source)},
        "viewport": _size(spec, None),
        "cases": [_wire_case(spec, one) for one in spec.cases],
        "in_page": [one.model_dump() for one in spec.in_page],
        "screenshots": [
            {"name": one.name, "full_page": one.full_page, **_size(spec, one.viewport)}
            for one in spec.screenshots
        ],
        "limits": limits,
        "patience_s": spec.patience_s,
        "early_stop": job.early_stop,
    }
    return {"kind": "ask", "service": "browser", "request": request, "limits": whole}


def _size(spec: HtmlSpec, name: str | None) -> Wire:
    return spec.viewport(name).model_dump(exclude={"name"})


def _wire_case(spec: HtmlSpec, case: HtmlCase) -> Wire:
    def dump(record: HtmlStep | HtmlCheck) -> Wire:
        return record.model_dump(mode="json", exclude_defaults=True)

    return {
        "viewport": _size(spec, case.viewport),
        "steps": [dump(one) for one in case.steps],
        "checks": [dump(one) for one in case.checks],
    }


def _without_reply(job: Job, raw: Wire, trust: Trust) -> Outcome:
    """The service met the outer limit: its own were not enough to stop this page."""
    cause = raw.get("cause")
    if cause not in CAUSES:
        raise SandboxError(f"the browser service died: {raw.get('stderr', '')[-500:]}")
    verdict, message = CAUSES[cause]
    return Outcome(
        verdict=verdict, trust=trust, message=message, cpu_s=raw["cpu_s"], wall_s=raw["wall_s"]
    )


def _cases(spec: HtmlSpec, replies: list[Wire]) -> list[CaseResult]:
    declared = [(one.name, _told(one)) for one in spec.cases]
    declared += [(one.text, one.js) for one in spec.in_page]
    # The service stops early when it is asked to; then there are fewer replies than cases.
    return [
        _case(name, told, case, reply)
        for (name, told), case, reply in zip(
            declared, [*spec.cases, *spec.in_page], replies, strict=False
        )
    ]


def _case(name: str, told: str, case: Any, reply: Wire) -> CaseResult:
    if reply.get("skipped"):
        return skipped(name, shorten(told), "")
    verdict = Verdict(reply["verdict"])
    if verdict is Verdict.HARNESS_ERROR:
        raise SandboxError(f"the browser refused a command: {reply['message']}")
    failures = reply.get("failures", [])
    message = reply.get("message", "")
    if number := reply.get("failed_step"):
        message = f"step {number}, {_step_text(case.steps[number - 1])}: {message}"
    lines = [f"{one['expected']} expected, found {one['actual']}" for one in failures]
    return CaseResult(
        name=name[:200],
        verdict=verdict,
        input=shorten(told),
        expected=shorten("\n".join(one["expected"] for one in failures)),
        actual=shorten("\n".join(one["actual"] for one in failures)),
        message=shorten("\n".join([message, *lines]).strip()),
        stdout=shorten(reply.get("stdout", ""), MAX_STREAM),
        stderr=shorten(reply.get("stderr", ""), MAX_STREAM),
        cpu_s=reply.get("cpu_s", 0.0),
        wall_s=reply.get("wall_s", 0.0),
        memory_mb=reply.get("memory_mb", 0.0),
    )


def _told(case: HtmlCase) -> str:
    """A case's steps in words."""
    return "\n".join(["open the page", *(_step_text(step) for step in case.steps)])


def _step_text(step: HtmlStep) -> str:
    where = f" {step.selector}" if step.selector else ""
    nth = f" [{step.nth}]" if step.nth else ""
    what = {
        "type": f" {step.text!r}",
        "press": f" {step.key}",
        "select": f" {', '.join(step.values)}",
        "resize": f" to {step.width} × {step.height}",
        "wait": f" {step.ms} ms" if step.ms is not None else "",
        "screenshot": f" {step.name}",
    }.get(step.action, "")
    times = f" × {step.count}" if step.count > 1 else ""
    return f"{step.action}{where}{nth}{what}{times}"


def _kept(job: Job, shots: list[Wire]) -> tuple[Artifact, ...]:
    if job.keep is None:
        return ()
    return tuple(
        job.keep(shot["name"], "image/png", base64.b64decode(shot["png"]))
        for shot in shots
        if shot["png"]
    )


def _memory_mb(limits: Limits) -> int:
    """The browser itself comes on top of what a page may use."""
    return limits.memory_mb + BROWSER_MEMORY_MB


RUNNER = Runner(name="html", version=1, evaluate=evaluate, slot_memory_mb=_memory_mb)
