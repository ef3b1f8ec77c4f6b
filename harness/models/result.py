"""Verdicts and results: what really happened when a response ran."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from harness.models.base import Json, Record
from harness.models.flag import Flag
from harness.models.language import Language
from harness.models.sql import GridDiff
from harness.models.task import Trust


class Verdict(StrEnum):
    """Outcome of a case or a response; see the table in docs/verdicts.md."""

    PASSED = "passed"
    FAILED = "failed"
    BUILD_FAILED = "build_failed"
    RUNTIME_ERROR = "runtime_error"
    TIMEOUT = "timeout"
    MEMORY_LIMIT = "memory_limit"
    OUTPUT_LIMIT = "output_limit"
    REJECTED = "rejected"
    HARNESS_ERROR = "harness_error"


class Artifact(Record):
    """A file kept with a result, such as a screenshot; its bytes are stored by their sha256."""

    name: str
    media_type: str
    sha256: str
    size: int


class CaseResult(Record):
    """One case: text fields are capped and may hold escaped bytes (``\\xff``).

    input, expected, actual: display text (JSON or source text for calls, raw for stdio).
    cpu_s, wall_s: seconds. memory_mb: sampled peak of the process, MiB.
    grids: rows of an SQL case, one grid for the result or for each table and check.
    """

    name: str
    verdict: Verdict
    input: str = ""
    expected: str = ""
    actual: str = ""
    message: str = ""
    stdout: str = ""
    stderr: str = ""
    cpu_s: float = 0.0
    wall_s: float = 0.0
    memory_mb: float = 0.0
    grids: tuple[GridDiff, ...] = ()


class Probe(Record):
    """What the response gave for an input without a known right answer; compared with siblings.

    name: the same for every response to the task. input: the call, as display text.
    actual: the value as display text, or ``raises NAME``; "" if the call did not return.
    verdict: PASSED if a value came back, else how the call ended.
    """

    name: str
    verdict: Verdict
    input: str = ""
    actual: str = ""


class Outcome(Record):
    """What a runner concludes about one response (before ids are attached)."""

    verdict: Verdict
    trust: Trust
    cases: tuple[CaseResult, ...] = ()
    message: str = ""
    build_log: str = ""
    cpu_s: float = 0.0
    wall_s: float = 0.0
    memory_mb: float = 0.0
    artifacts: tuple[Artifact, ...] = ()


class Result(Record):
    """One line of results.jsonl: a response, its verdict and its cases.

    examples: the prompt's own examples; they raise flags and never decide the verdict.
    replaced: characters of the response that are none and became U+FFFD when it was read.
    probes: outputs on variations of the examples' inputs. prompt_defects: examples that this
    response failed as the task's reference does (``actual`` is the reference's); not in examples.
    """

    schema_version: int = 1
    response_id: str
    task_id: str
    language: Language
    model: str
    verdict: Verdict
    trust: Trust
    cases: tuple[CaseResult, ...] = ()
    examples: tuple[CaseResult, ...] = ()
    probes: tuple[Probe, ...] = ()
    prompt_defects: tuple[CaseResult, ...] = ()
    flags: tuple[Flag, ...] = ()
    message: str = ""
    build_log: str = ""
    cpu_s: float = 0.0
    wall_s: float = 0.0
    memory_mb: float = 0.0
    artifacts: tuple[Artifact, ...] = ()
    content_key: str = ""
    cached: bool = False
    code: str = ""
    first_line: int = 1
    extraction_note: str = ""
    replaced: int = 0
    origin: str | None = None
    line: int | None = None


class RunInfo(Record):
    """A run's identity and settings. run_id sorts by time."""

    run_id: str
    started_at: str
    finished_at: str | None = None
    status: str = "running"  # running | finished | interrupted
    command: str = ""
    tasks_path: str = ""
    response_paths: tuple[str, ...] = ()
    settings: dict[str, Json] = Field(default_factory=dict)
    machine: dict[str, Json] = Field(default_factory=dict)
    images: dict[str, str] = Field(default_factory=dict)
