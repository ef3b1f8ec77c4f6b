"""SQL: the prompt's own rows, asked of the response behind the tests' states.

A sample is a state of its own that says what is right there. A cell was written for people: both
sides are compared as a reader would see them (NULL or nothing, 5 or 5.0, true or t, a date with or
without midnight).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from harness.errors import SandboxError
from harness.models import CaseResult, Json, SqlGrid, SqlSpec, SqlState, Verdict
from harness.runners._job import Aside, Called, Job, Wire, shorten
from harness.runners._sql_judge import bad_end, grid_of
from harness.runners._sql_steps import (
    TaskFault,
    blame,
    database_key,
    example_step,
    report_of,
    statements_of,
)
from harness.runners.compare.cells import cell_text
from harness.runners.compare.grids import GridRules, compare_grids

TOLERANCE = 1e-6
# An error of the response's own; a limit that ends it may be a busy machine's doing.
_OWN_STAGES = ("run", "write", "forbidden")
_NOTHING = ("", "null", "(null)", "[null]", "<null>", "none", "nil", "-")
_TRUTH: dict[str, Json] = {"t": 1, "true": 1, "f": 0, "false": 0}  # SQLite has no other
_NUMBER = re.compile(r"[$€£]?\s*([+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?(?:[eE][+-]?\d+)?)\s*%?")
_MIDNIGHT = re.compile(r"(\d{4}-\d\d-\d\d)[T ]00:00:00(?:\.0+)?(?:Z|\+00(?::?00)?)?")
ROWS_SHOWN = 12
# Databases whose rows the schema refused once; nobody asks for them again.
_refused: set[str] = set()


def aside(job: Job) -> Aside:
    """The states of ``job.task`` as steps; those whose rows the schema refuses are left out."""
    spec = job.task.sql
    assert spec is not None  # pipeline.examples has made it
    steps: list[Wire] = []
    asked: list[SqlState] = []
    for state in spec.states:
        if _key(spec, state) in _refused:
            continue
        try:
            steps.append(example_step(job, spec, state))
            asked.append(state)
        except TaskFault:
            _refused.add(_key(spec, state))

    def judge(raw: list[Wire]) -> tuple[Called, ...]:
        found = dict(zip((state.name for state in asked), raw, strict=False))
        return tuple(called(spec, state, found.get(state.name)) for state in spec.states)

    texts = statements_of(job.code.source)
    return Aside(
        steps,
        judge=judge,
        rides=lambda others: any(
            one.get("request", {}).get("statements") == texts for one in others
        ),
    )


def _key(spec: SqlSpec, state: SqlState) -> str:
    return f"{spec.dialect} {database_key(*spec.scripts(state))}"


def called(spec: SqlSpec, state: SqlState, raw: Wire | None) -> Called:
    """What a response gave for a sample."""
    wanted = state.expected[0]
    base = CaseResult(name=state.name, verdict=Verdict.FAILED, expected=rows_text(wanted))
    if raw is None or raw.get("skipped"):
        return Called(base, carried=False)
    report = report_of(raw)
    try:
        blame(state, report)
    except TaskFault:
        _refused.add(_key(spec, state))
        return Called(base, carried=False)
    except SandboxError:
        return Called(base, carried=False)
    bad = bad_end(report, raw)
    if bad is not None:
        ended = base.model_copy(update={"verdict": bad[0], "message": bad[1]})
        return Called(ended, carried=report["error"]["stage"] in _OWN_STAGES)
    return _compared(spec, base, wanted, grid_of(report.get("grid")))


def _compared(spec: SqlSpec, base: CaseResult, wanted: SqlGrid, own: SqlGrid | None) -> Called:
    if own is None:
        message = "the response returns no result"
        return Called(base.model_copy(update={"message": message}))
    rules = GridRules.of(spec, ordered=bool(spec.ordered))
    strict = replace(rules, rel_tol=max(rules.rel_tol or 0, TOLERANCE),
                     abs_tol=max(rules.abs_tol or 0, TOLERANCE))  # fmt: skip
    left, right = _as_read(wanted), _as_read(own)
    match = compare_grids(strict, left, right)
    loose = replace(strict, match_names=False, abs_tol=max(strict.abs_tol or 0, _rounding(wanted)))
    like = match.ok or compare_grids(loose, left, right).ok
    fields = {
        "verdict": Verdict.PASSED if match.ok else Verdict.FAILED,
        "message": shorten(match.message),
        "actual": rows_text(own),
        "grids": (match.diff,),
    }
    return Called(base.model_copy(update=fields), like=like, returned=True)


def rows_text(grid: SqlGrid) -> str:
    """``(1, Emma), (2, NULL)``, the first rows of many."""
    texts = (", ".join(map(_shown, row)) for row in grid.rows[:ROWS_SHOWN])
    text = ", ".join(f"({one})" for one in texts) or "no rows"
    left = len(grid.rows) - ROWS_SHOWN
    return shorten(f"{text} and {left} more" if left > 0 else text)


def _shown(cell: Json) -> str:
    return cell if isinstance(cell, str) and cell.strip() else cell_text(cell)


def _as_read(grid: SqlGrid) -> SqlGrid:
    rows = tuple(tuple(map(read_cell, row)) for row in grid.rows)
    return SqlGrid.model_construct(columns=grid.columns, rows=rows)


def read_cell(cell: Json) -> Json:
    """A cell as a reader takes it: the same for all that look alike in a printed table."""
    if isinstance(cell, bool):
        return int(cell)
    if not isinstance(cell, str):
        return cell
    text = " ".join(cell.split())
    if text.lower() in _NOTHING:
        return None
    number = _NUMBER.fullmatch(text)
    if number:
        return {"$num": number[1].replace(",", "")}
    moment = _MIDNIGHT.fullmatch(text)
    return moment[1] if moment else _TRUTH.get(text.lower(), text)


def _rounding(grid: SqlGrid) -> float:
    """Half a unit of the last place that the numbers of a grid show."""
    places = [len(text.partition(".")[2]) for text in _numbers(grid)]
    return 0.5000001 * 10.0 ** -min(places, default=6)


def _numbers(grid: SqlGrid) -> Iterable[str]:
    cells = (read_cell(cell) for row in grid.rows for cell in row)
    return (str(cell["$num"]) for cell in cells if isinstance(cell, dict) and "$num" in cell)
