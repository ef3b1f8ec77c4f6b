"""SQL: how states, accepted answers and responses become steps, and golds are run only once.

An accepted answer runs in a job of its own before any response does, and its result stays here:
neither text nor rows of it ever reach a process that runs a response.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache

from harness.errors import SandboxError
from harness.models import Dialect, Limits, SqlSpec, SqlState
from harness.runners._job import Job, Wire, parse_reply, wire_limits
from harness.runners._kept import Kept
from harness.syntax import sql_text

KEPT_BYTES = 128 << 20
# What all states of a response may print together, and how much JSON a byte of text can take.
MAX_REPORTS_BYTES = 40 << 20
MAX_ESCAPE = 6
IMAGE_BYTES = 32 << 20
# A server does work of its own around the statements: cloning, looking at what they left.
SERVER_CPU_S, SERVER_WALL_S = 10.0, 30.0


class TaskFault(Exception):
    """The task's own scripts or golds do not work."""


_kept = Kept(KEPT_BYTES)


def key_of(*parts: object) -> str:
    """A content key."""
    return hashlib.sha256(json.dumps(parts).encode("ascii")).hexdigest()


@lru_cache(maxsize=4096)
def database_key(schema: str, seed: str) -> str:
    """The name of the database that two scripts make."""
    return key_of("database", schema, seed)


def gold_reports(job: Job, spec: SqlSpec, state: SqlState) -> list[Wire]:
    """Reports of the accepted answers on a state, [] if it says itself what is right.

    Raises TaskFault if one fails.
    """
    if spec.tells_all(state):
        return []
    limits = job.limits.model_dump()
    database = database_key(*spec.scripts(state))
    key = key_of("golds", spec.dialect, database, _asked(spec), limits, spec.golds)

    def compute() -> tuple[list[Wire], int]:
        steps = [_gold_step(job, spec, state, gold) for gold in spec.golds]
        raw = job.execute("sql", steps, job.limits)
        reports = [_gold_report(state, number, one) for number, one in enumerate(raw, 1)]
        return reports, len(json.dumps(reports))

    found: list[Wire] = _kept.get(key, compute)
    return found


def _gold_report(state: SqlState, number: int, raw: Wire) -> Wire:
    if raw.get("cause") == "died":
        raise SandboxError("the database engine died")
    report = report_of(raw)
    blame(state, report)
    if "error" in report:
        said = report["error"]["message"]
        raise TaskFault(f"state {state.name!r}: gold {number} fails: {said}")
    return report


def run_response(job: Job, spec: SqlSpec, states: Sequence[SqlState]) -> list[Wire]:
    """Results of the response's statements, one a state."""
    texts = statements_of(job.code.source)
    request = {"statements": texts, **_asked(spec)}
    room = _room(job.limits, len(spec.all_states()))
    request["max_bytes"] = room // MAX_ESCAPE
    steps = [_ask(spec, state, request, job.limits) for state in states]
    raw = job.execute("sql", steps, job.limits)
    if any((one.get("reply") or {}).get("missing") for one in raw):
        # This slot has not met these databases yet.
        for step, state in zip(steps, states, strict=True):
            step["request"] |= _database(job, spec, state)
        raw = job.execute("sql", steps, job.limits)
    if any(one.get("cause") == "died" for one in raw):
        # An engine that was gone already is not this response's doing: it gets another.
        raw = job.execute("sql", steps, job.limits)
    return raw


def _room(limits: Limits, count: int) -> int:
    """Bytes of one report where ``count`` of them travel together."""
    return min(MAX_REPORTS_BYTES // count, (limits.output_kb << 10) * MAX_ESCAPE)


def _ask(spec: SqlSpec, state: SqlState, request: Wire, limits: Limits) -> Wire:
    """The step that asks a service of the slot to run a request on a state's database."""
    request = {
        **request,
        "memory_mb": limits.memory_mb,
        "template": database_key(*spec.scripts(state)),
    }
    wire = wire_limits(limits)
    if spec.dialect is Dialect.SQLITE:
        return {"kind": "ask", "service": "sqlite", "request": request, "limits": wire}
    request |= {"cpu_s": limits.cpu_s, "wall_s": limits.wall_s}
    # The service holds statements to their limits itself; these end one that hangs.
    wire["cpu_s"] += limits.build_cpu_s + SERVER_CPU_S
    wire["wall_s"] += limits.build_wall_s + SERVER_WALL_S
    return {"kind": "ask", "service": "postgres", "request": request, "limits": wire}


def example_step(job: Job, spec: SqlSpec, state: SqlState) -> Wire:
    """The step that runs the response on a state nobody else asks about, its database sent along.

    Raises TaskFault if SQLite refuses the state's scripts; PostgreSQL says so in its report.
    """
    request = {"statements": statements_of(job.code.source), **_asked(spec)}
    request["max_bytes"] = _room(job.limits, len(spec.states)) // MAX_ESCAPE
    step = _ask(spec, state, request, job.limits)
    step["request"] |= _database(job, spec, state)
    return step


def _gold_step(job: Job, spec: SqlSpec, state: SqlState, gold: str) -> Wire:
    """The step that runs an accepted answer, in SQLite in a process of its own."""
    limits = _patient(job.limits)
    room = _room(limits, len(spec.golds))
    request = {"statements": statements_of(gold), **_asked(spec), "max_bytes": room // MAX_ESCAPE}
    request |= _database(job, spec, state)
    if spec.dialect is Dialect.POSTGRESQL:
        return _ask(spec, state, request, limits)
    wire = wire_limits(limits, data_mb=limits.memory_mb)
    wire["output_bytes"] = room + (1 << 20)
    return {"kind": "run", "spawn": {"mode": "query", "payload": request}, "limits": wire}


def _database(job: Job, spec: SqlSpec, state: SqlState) -> Wire:
    """What a request holds for a slot that has not met its database: an image, or scripts."""
    if spec.dialect is Dialect.SQLITE:
        return {"image": _image(job, spec, state)}
    schema, seed = spec.scripts(state)
    return {"schema": schema, "seed": seed}


def _image(job: Job, spec: SqlSpec, state: SqlState) -> str:
    """The state's SQLite database, built once in a process of its own."""
    schema, seed = spec.scripts(state)

    def compute() -> tuple[str, int]:
        limits = wire_limits(_patient(job.limits), data_mb=job.limits.memory_mb)
        limits["output_bytes"] = IMAGE_BYTES
        spawn = {"mode": "prepare", "payload": {"schema": schema, "seed": seed}}
        step = {"kind": "run", "spawn": spawn, "limits": limits}
        report = report_of(job.execute("sql", [step], job.limits)[0])
        if "image" not in report:
            raise TaskFault(f"state {state.name!r}: {report['error']['message']}")
        return report["image"], len(report["image"])

    image: str = _kept.get(key_of("image", database_key(schema, seed)), compute)
    return image


def _patient(limits: Limits) -> Limits:
    """Scripts and golds may take as long as a build: only responses are on the clock."""
    return limits.model_copy(
        update={
            "cpu_s": max(limits.cpu_s, limits.build_cpu_s),
            "wall_s": max(limits.wall_s, limits.build_wall_s),
        }
    )


def _asked(spec: SqlSpec) -> Wire:
    """What a report must hold."""
    return {
        "read_only": spec.read_only,
        "tables": list(spec.check_tables),
        "checks": list(spec.check_queries),
        "max_rows": spec.max_rows,
        "max_cells": spec.max_cells,
    }


def statements_of(text: str) -> list[str]:
    """The statements of a response, as the database is given them."""
    return [one.text for one in sql_text.statements(text)]


def blame(state: SqlState, report: Wire) -> None:
    """Raise TaskFault or SandboxError for an error that is not the statements'."""
    if report.get("missing"):
        raise SandboxError("a database that was sent along is not there")
    error = report.get("error", {})
    if error.get("stage") == "task":
        raise TaskFault(f"state {state.name!r}: {error['message']}")
    if error.get("stage") == "ours":
        raise SandboxError(str(error["message"]))


def report_of(raw: Wire) -> Wire:
    """The database's report out of a step's result; an error of stage "ended" if there is none."""
    found = raw["reply"] if "reply" in raw else parse_reply(raw.get("stdout"))
    if isinstance(found, dict) and found and raw.get("cause") is None:
        return found
    return {"error": {"stage": "ended", "message": raw.get("stderr") or "no report", "code": ""}}
