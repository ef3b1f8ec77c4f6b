"""What a runner is given and what it returns, and the wire form of limits and steps."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from harness.models import (
    Artifact,
    CaseResult,
    Code,
    Json,
    Limits,
    Outcome,
    Task,
    Trust,
    Verdict,
)
from harness.runners.compare import Match

Wire = dict[str, Any]
MAX_SHOWN = 4000
MAX_STREAM = 16_000
# The agent's own limits decide; the controller only waits long enough to notice a dead slot.
SLACK_S = 30.0


class Execute(Protocol):
    """Runs steps as one job in a slot of ``language``."""

    def __call__(self, language: str, steps: list[Wire], limits: Limits) -> list[Wire]:
        """Results, one a step that was run. Raises SandboxError."""


class Keep(Protocol):
    """Keeps a file beside the result."""

    def __call__(self, name: str, media_type: str, content: bytes) -> Artifact:
        """The artifact that stands for it."""


@dataclass(frozen=True)
class Job:
    """One response to evaluate.

    names: top-level names the tests may use, besides the entry point.
    keep: where screenshots go; None drops them.
    addition: trusted text compiled behind the response and its tests (C++).
    """

    task: Task
    code: Code
    entry_point: str | None
    limits: Limits
    trust: Trust
    execute: Execute
    early_stop: bool = False
    names: tuple[str, ...] = ()
    keep: Keep | None = None
    addition: str = ""


@dataclass(frozen=True)
class Called:
    """A call's result. like: it is right if a tuple may be a list and an integer a real.

    carried: it was asked and whatever it gave could leave its process. returned: it gave a value.
    """

    result: CaseResult
    like: bool = False
    carried: bool = True
    returned: bool = False


def _nothing(raw: Wire) -> list[Wire] | None:
    return None


def _any_job(steps: list[Wire]) -> bool:
    return True


@dataclass(frozen=True)
class Aside:
    """Calls of a response that ride along with its tests.

    steps: to put behind those of the tests.
    addition: what the tests' build takes in for them. read: the calls' answers, as the agent gives
    them for a ``calls`` step, from the last result; None if they did not run. judge: instead of
    read, what the results of all steps say. rides: whether a job's steps are the tests'.
    """

    steps: list[Wire]
    read: Callable[[Wire], list[Wire] | None] = _nothing
    addition: str = ""
    judge: Callable[[list[Wire]], tuple[Called, ...]] | None = None
    rides: Callable[[list[Wire]], bool] = _any_job


@dataclass(frozen=True)
class Evaluation:
    """A runner's conclusion. cannot_cross: a value of the candidate could not leave it."""

    outcome: Outcome
    cannot_cross: bool = False


@dataclass(frozen=True)
class Runner:
    """A language's runner.

    version: part of the content key; raise it when verdicts of the same input may change.
    aside: how to call the entry point beside the tests; None where there are no calls.
    slot_memory_mb, slot_disk_mb: memory and scratch space of the slots it needs for given limits.
    """

    name: str
    version: int
    evaluate: Callable[[Job], Evaluation]
    aside: Callable[[Job], Aside] | None = None
    slot_memory_mb: Callable[[Limits], int] = field(default=lambda limits: limits.memory_mb)
    slot_disk_mb: Callable[[Limits], int] = field(default=lambda limits: limits.disk_mb)


def wire_limits(limits: Limits, *, build: bool = False, data_mb: int | None = None) -> Wire:
    """Limits of one step."""
    wire: Wire = {
        "cpu_s": limits.build_cpu_s if build else limits.cpu_s,
        "wall_s": limits.build_wall_s if build else limits.wall_s,
        "output_bytes": limits.output_kb << 10,
        "file_bytes": limits.disk_mb << 20,
        "processes": limits.processes,
    }
    if data_mb is not None:
        wire["data_bytes"] = data_mb << 20
    return wire


def job_timeout_s(steps: list[Wire]) -> float:
    """How long the controller waits for a job's answer: every limit hit, plus slack."""
    total = SLACK_S
    for step in steps:
        times = len(step.get("requests", ())) or 1
        total += (step["limits"]["wall_s"] + 1.0) * times
    return total


CAUSES = {
    "cpu": (Verdict.TIMEOUT, "CPU time limit"),
    "wall": (Verdict.TIMEOUT, "wall time limit"),
    "memory": (Verdict.MEMORY_LIMIT, "memory limit"),
    "output": (Verdict.OUTPUT_LIMIT, "output limit"),
}
OUT_OF_MEMORY_WORDS = (
    "std::bad_alloc",
    "heap out of memory",
    "Allocation failed - JavaScript",
    "System.OutOfMemoryException",
    "Out of memory.",  # .NET
)


def ending(report: Wire, cause: str | None = None) -> tuple[Verdict, str] | None:
    """How a process ended if it did not end well; None for exit code 0 within all limits."""
    cause = cause or report.get("cause")
    if cause in CAUSES:
        return CAUSES[cause]
    if report.get("signal") is not None:
        if any(word in report.get("stderr", "")[-MAX_STREAM:] for word in OUT_OF_MEMORY_WORDS):
            return Verdict.MEMORY_LIMIT, "ran out of memory"
        return Verdict.RUNTIME_ERROR, f"killed by signal {report['signal']}"
    if report.get("exit") not in (0, None):
        stderr = report.get("stderr", "")
        if "MemoryError" in stderr[-200:]:
            return Verdict.MEMORY_LIMIT, "MemoryError"
        return Verdict.RUNTIME_ERROR, f"exit code {report['exit']}"
    return None


def parse_reply(text: str | None) -> Wire | None:
    """A candidate's reply; None for anything that is not of a reply's shape."""
    if text is None:
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    told = [value[key] for key in ("error", "load_error") if key in value]
    return value if all(isinstance(one, dict) for one in told) else None


def shorten(text: str, cap: int = MAX_SHOWN) -> str:
    """Text cut to ``cap`` characters, saying so."""
    return text if len(text) <= cap else f"{text[:cap]}… ({len(text)} characters)"


def worst(cases: list[CaseResult]) -> Verdict:
    """A response's verdict: the first case that did not pass decides."""
    return next((c.verdict for c in cases if c.verdict is not Verdict.PASSED), Verdict.PASSED)


def summarise(cases: list[CaseResult], trust: Trust, **extra: Any) -> Outcome:
    """An outcome from its cases."""
    message = next((c.message for c in cases if c.verdict is not Verdict.PASSED), "")
    return Outcome(
        verdict=worst(cases) if cases else Verdict.HARNESS_ERROR,
        trust=trust,
        cases=tuple(cases),
        message=message if cases else "the task has no case",
        cpu_s=round(sum(c.cpu_s for c in cases), 6),
        wall_s=round(sum(c.wall_s for c in cases), 6),
        memory_mb=max((c.memory_mb for c in cases), default=0.0),
        **extra,
    )


def single(verdict: Verdict, message: str, trust: Trust, **extra: Any) -> Outcome:
    """An outcome without cases (did not build, no code, …)."""
    return Outcome(verdict=verdict, message=shorten(message), trust=trust, **extra)


def judged(match: Match) -> Verdict:
    """Verdict of a comparison."""
    return Verdict.PASSED if match.ok else Verdict.FAILED


Comparable = Callable[[Json, Json], Match]
