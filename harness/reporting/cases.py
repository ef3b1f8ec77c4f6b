"""Cases as shown on a response's page and on the review desk."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from harness.models import CaseResult, Verdict
from harness.reporting.diff import DiffRow, side_by_side
from harness.reporting.grids import GridView, grid_view
from harness.reporting.text import block, duration, one_line
from harness.reporting.words import ICONS, verdict_word

GRIDS_SHOWN = 20


@dataclass(frozen=True)
class CaseView:
    """A case that did not pass. ``rows`` is None where no diff of texts was made."""

    name: str
    verdict: Verdict
    word: str
    icon: str
    timings: str
    message: Markup
    input: Markup
    rows: tuple[DiffRow, ...] | None
    grids: tuple[GridView, ...]
    expected: Markup
    actual: Markup
    stdout: Markup
    stderr: Markup


@dataclass(frozen=True)
class PassedView:
    """A case that passed, in one table row."""

    name: str
    input: str
    actual: str
    timings: str


def case_view(case: CaseResult) -> CaseView:
    """A case as shown: texts escaped and cut, a diff where both sides are text."""
    texts = (case.expected or case.actual) and not case.grids
    comparable = case.verdict is Verdict.FAILED and texts
    return CaseView(
        name=one_line(case.name, 120),
        verdict=case.verdict,
        word=verdict_word(case.verdict),
        icon=ICONS[case.verdict],
        timings=_timings(case),
        message=block(case.message),
        input=block(case.input),
        rows=side_by_side(case.expected, case.actual) if comparable else None,
        grids=tuple(grid_view(grid) for grid in case.grids[:GRIDS_SHOWN]),
        expected=block("" if case.grids else case.expected),
        actual=block("" if case.grids else case.actual),
        stdout=block(case.stdout),
        stderr=block(case.stderr),
    )


def passed_view(case: CaseResult) -> PassedView:
    """A passed case in one row."""
    return PassedView(
        name=one_line(case.name, 80),
        input=one_line(case.input, 240),
        actual=one_line(case.actual or case.expected, 160),
        timings=duration(case.cpu_s),
    )


def _timings(case: CaseResult) -> str:
    memory = f" · {case.memory_mb:.0f} MB" if case.memory_mb else ""
    return f"{duration(case.cpu_s)} CPU · {duration(case.wall_s)} wall{memory}"
