"""JavaScript: one node a response for calls, one a case for programs, two for judged tests."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from harness.models import Case, Language, Trust, UnitStyle
from harness.runners._job import Evaluation, Job, Runner, Wire, wire_limits
from harness.runners._kinds import by_kind, call_requests, calls_aside, evaluate_judged
from harness.runners._stdio import program_step
from harness.syntax import definitions

NODE = "/usr/bin/node"
DRIVER = "/opt/harness/javascript"
SNAPSHOT_HEAP = "--max-old-space-size=384"  # sandboxes/javascript/finish.sh
_DECLARED = re.compile(
    r"^\s*(?:const|let|class|function\*?|async function)\s+([\w$]+)", re.MULTILINE
)
_WORD = re.compile(r"[\w$]+")


def _node(job: Job, *arguments: str) -> list[str]:
    """Node with a heap that fits the slot, so that V8 says what ran out."""
    heap_mb = max(32, job.limits.memory_mb * 3 // 4)
    return [NODE, f"--max-old-space-size={heap_mb}", *arguments]


def _driver(job: Job, role: str) -> list[str]:
    """Node with the driver loaded: from its snapshot where the heap is the snapshot's."""
    argv = _node(job)
    if argv[-1] == SNAPSHOT_HEAP:
        return [*argv, "--snapshot-blob", f"{DRIVER}/driver.blob", role]
    return [*argv, "-e", f"require('{DRIVER}/{role}.js').main()"]


def _candidate(job: Job) -> Wire:
    files = {**job.task.files, "solution.js": job.code.source}
    return {"argv": _driver(job, "serve"), "payload": {"files": files}}


def _call_steps(job: Job, cases: Sequence[Case]) -> list[Wire]:
    step = {
        "kind": "calls",
        "spawn": _candidate(job),
        "requests": call_requests(job, cases),
        "limits": wire_limits(job.limits),
    }
    return [step]


def _program_steps(job: Job, cases: Sequence[Case]) -> list[Wire]:
    steps = []
    for case in cases:
        argv = _node(job, "solution.js", *case.argv)
        files = {**job.task.files, "solution.js": job.code.source}
        steps.append(program_step(job, case, {"argv": argv, "payload": {"files": files}}))
    return steps


def _names(job: Job) -> list[str]:
    """Names the tests use and do not declare themselves: they come from the candidate."""
    tests = job.task.tests
    used = set(_WORD.findall(tests)) - set(_DECLARED.findall(tests))
    helpers = set(_helpers(job))
    known = {one.name for one in definitions(Language.JAVASCRIPT, job.code.source) if one.name}
    names = (used & known) - helpers
    if job.entry_point:
        names.add(job.entry_point)
    return sorted(names)


def _helpers(job: Job) -> list[str]:
    """Names the trusted preamble defines."""
    found = definitions(Language.JAVASCRIPT, job.task.preamble) if job.task.preamble else []
    return sorted({one.name for one in found} - {job.entry_point or ""})


def _judge(job: Job) -> Wire:
    task = job.task
    style = task.unit_style or UnitStyle.SCRIPT
    config: Wire = {
        "style": style.value,
        "tests": task.tests,
        "preamble": task.preamble,
        "helpers": _helpers(job),
        "entry_point": job.entry_point,
        "names": _names(job),
    }
    if job.trust is Trust.SHARED:
        config["source"] = job.code.source
    argv = _driver(job, "judge")
    if style is UnitStyle.NODE_TEST:
        argv = _node(job, f"--test-reporter={DRIVER}/reporter.js", f"{DRIVER}/judge.js")
    files = {**task.files, "judge.json": json.dumps(config)}
    return {"argv": argv, "payload": {"files": files}}


def _evaluate_tests(job: Job) -> Evaluation:
    return evaluate_judged(job, _candidate(job), _judge(job))


RUNNER = Runner(
    name="javascript",
    version=1,
    evaluate=by_kind(_call_steps, _program_steps, _evaluate_tests),
    aside=calls_aside(_call_steps),
)
