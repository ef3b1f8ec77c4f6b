"""SQL: what a report shows against what is accepted, part by part.

A query has one part, its result. A data-changing response has one for every table and check.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.models import GridDiff, SqlGrid, SqlSpec, SqlState, Verdict
from harness.runners._job import Wire, ending, shorten
from harness.runners.compare.grid_diff import grid_text
from harness.runners.compare.grids import GridRules, compare_grids
from harness.syntax import sql_text

# Stages of a report's error (sandboxes/sql/report.py) as verdicts.
STAGES = {
    "prepare": Verdict.BUILD_FAILED,
    "run": Verdict.RUNTIME_ERROR,
    "forbidden": Verdict.RUNTIME_ERROR,
    "disk": Verdict.RUNTIME_ERROR,
    "ended": Verdict.RUNTIME_ERROR,
    "write": Verdict.FAILED,
    "output": Verdict.OUTPUT_LIMIT,
    "memory": Verdict.MEMORY_LIMIT,
    "cpu": Verdict.TIMEOUT,
    "wall": Verdict.TIMEOUT,
}
PREFACES = {
    "write": "it writes where a query was asked: ",
    "forbidden": "not allowed here: ",
}
NOTHING = SqlGrid()


@dataclass(frozen=True)
class Part:
    """One thing compared. grid None: not a table (``kind`` says what it is, None: nothing)."""

    what: str
    grid: SqlGrid | None
    rules: GridRules
    kind: str | None = "table"


Answer = tuple[Part, ...]


def accepted_answers(spec: SqlSpec, state: SqlState, golds: Sequence[Wire]) -> list[Answer]:
    """What is accepted on a state: its own expectations, else what the golds gave."""
    if spec.read_only:
        if state.expected:
            rules = GridRules.of(spec, ordered=bool(spec.ordered))
            return [(Part("", grid, rules),) for grid in state.expected]
        return [
            (Part("", grid_of(report.get("grid")), _rules_of(spec, gold)),)
            for gold, report in zip(spec.golds, golds, strict=True)
        ]
    own = {name: Part(name, grid, _part_rules(spec, name)) for name, grid in state.after.items()}
    if spec.tells_all(state):
        return [tuple(own.values())]
    return [
        tuple(own.get(part.what, part) for part in _state_parts(spec, report)) for report in golds
    ]


def _rules_of(spec: SqlSpec, gold: str) -> GridRules:
    ordered = sql_text.orders_its_result(gold) if spec.ordered is None else spec.ordered
    return GridRules.of(spec, ordered=ordered)


def _part_rules(spec: SqlSpec, name: str) -> GridRules:
    """Tables have no order and their columns have names that matter; checks are queries."""
    if name in spec.check_queries:
        return GridRules.of(spec, ordered=sql_text.orders_its_result(name))
    rules = GridRules.of(spec, ordered=False)
    return GridRules(False, rules.any_column_order, True, rules.rel_tol, rules.abs_tol)


def _state_parts(spec: SqlSpec, report: Wire) -> list[Part]:
    """Tables and check results of a report."""
    state = report.get("state") or {}
    parts = []
    for name in spec.check_tables:
        table = state.get("tables", {}).get(name, {})
        kind = table.get("error", {}).get("message") or table.get("kind")
        parts.append(Part(name, grid_of(table.get("grid")), _part_rules(spec, name), kind))
    checks = state.get("checks", ())
    for name, check in zip(spec.check_queries, checks, strict=False):
        kind = check.get("error", {}).get("message")
        parts.append(Part(name, grid_of(check.get("grid")), _part_rules(spec, name), kind))
    return parts


def grid_of(wire: Wire | None) -> SqlGrid | None:
    """A grid of a report; not validated again, it may be large."""
    if wire is None:
        return None
    rows = tuple(map(tuple, wire["rows"]))
    return SqlGrid.model_construct(columns=tuple(wire["columns"]), rows=rows)


def bad_end(report: Wire, raw: Wire) -> tuple[Verdict, str] | None:
    """Verdict and message of a response that did not run to its end."""
    error = report.get("error")
    if error is None:
        return None
    if error["stage"] == "ended":
        if raw.get("cause") == "died":
            return Verdict.RUNTIME_ERROR, "the database engine crashed"
        found = ending(raw)
        if found is not None:
            return found
    number = error.get("statement") or 0
    place = f"statement {number}: " if number > 1 else ""
    message = f"{PREFACES.get(error['stage'], '')}{place}{error['message']}"
    return STAGES[error["stage"]], shorten(message)


def compare(spec: SqlSpec, answers: Sequence[Answer], report: Wire) -> Wire:
    """Fields of the case: the first accepted answer that matches, else the first one's diff."""
    if spec.read_only:
        actual = {"": Part("", grid_of(report.get("grid")), GridRules(), None)}
    else:
        actual = {part.what: part for part in _state_parts(spec, report)}
    found = [_compared(answer, actual) for answer in answers]
    best = next((one for one in found if one["verdict"] is Verdict.PASSED), found[0])
    if best["verdict"] is not Verdict.PASSED and len(answers) > 1:
        best["message"] += f" (nor is it any of {len(answers) - 1} other accepted results)"
    return best


def _compared(answer: Answer, actual: Mapping[str, Part]) -> Wire:
    messages: list[str] = []
    diffs: list[GridDiff] = []
    for part in answer:
        own = actual.get(part.what, Part(part.what, None, part.rules, None))
        if part.grid is None or own.grid is None:
            if part.grid is not own.grid or part.kind != own.kind:
                messages.append(_kinds_differ(part, own))
            continue
        match = compare_grids(part.rules, part.grid, own.grid, part.what)
        diffs.append(match.diff)
        messages += [match.message] if not match.ok else []
    return {
        "verdict": Verdict.FAILED if messages else Verdict.PASSED,
        "message": shorten("\n".join(messages)),
        "expected": answer_text(answer),
        "actual": answer_text([actual[part.what] for part in answer if part.what in actual]),
        "grids": tuple(diffs),
    }


def _kinds_differ(part: Part, own: Part) -> str:
    if not part.what:
        return "the response returns no result"
    return f"{part.what}: {_named(own)}, {_named(part)} expected"


def _named(part: Part) -> str:
    return "a table" if part.grid is not None else part.kind or "nothing of that name"


def answer_text(parts: Sequence[Part]) -> str:
    """The parts as text."""
    shown = []
    for part in parts:
        text = grid_text(part.grid) if part.grid is not None else f"({part.kind or 'nothing'})"
        shown.append(f"{part.what}\n{text}" if part.what else text)
    return shorten("\n\n".join(shown))
