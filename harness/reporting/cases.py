"""Cases as shown on a response's page and on the review desk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from harness.models import CaseResult, Result, Verdict
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


@dataclass(frozen=True)
class ExampleView:
    """A row of the prompt's examples. mark: ✓, ✗, or – where the reference disagrees as well."""

    mark: str
    word: str
    call: str
    expected: str
    actual: str
    grids: tuple[GridView, ...]


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


def example_views(result: Result) -> Iterator[ExampleView]:
    """The prompt's examples in its order, then those that the reference contradicts as well."""
    for case in result.examples:
        right = case.verdict is Verdict.PASSED
        gave = case.actual or case.message or verdict_word(case.verdict)
        yield _example("✓" if right else "✗", "as shown" if right else "differs", case, gave)
    for case in result.prompt_defects:
        yield _example("–", "the reference gives another value, too", case, case.actual)


def _example(mark: str, word: str, case: CaseResult, gave: str) -> ExampleView:
    call, expected, actual = (one_line(text, 300) for text in (case.input, case.expected, gave))
    grids = () if mark == "✓" else tuple(map(grid_view, case.grids))
    return ExampleView(mark, word, call, expected, actual, grids)


def example_counts(result: Result) -> str:
    """How many examples came out as the prompt shows, in words."""
    right = sum(case.verdict is Verdict.PASSED for case in result.examples)
    return f"{right} of {len(result.examples)} as the prompt shows, apart from the verdict"


def _timings(case: CaseResult) -> str:
    memory = f" · {case.memory_mb:.0f} MB" if case.memory_mb else ""
    return f"{duration(case.cpu_s)} CPU · {duration(case.wall_s)} wall{memory}"
