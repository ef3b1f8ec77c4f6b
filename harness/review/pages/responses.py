"""One response as the desk shows it: code, answer, cases and output, under a letter only."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from markupsafe import Markup

from harness.models import Language, Result, Verdict
from harness.reporting.cases import (
    CaseView,
    ExampleView,
    PassedView,
    case_view,
    example_counts,
    example_views,
    passed_view,
)
from harness.reporting.highlight import code_lines
from harness.reporting.text import block, one_line, plain
from harness.reporting.words import ICONS, LANGUAGES, MEANINGS, verdict_word
from harness.review.markdown import rendered

LETTERS = "ABCD"
FAILING_SHOWN = 20
PASSED_SHOWN = 100
EXAMPLES_SHOWN = 40
_FIRST = "✗–✓"


@dataclass(frozen=True)
class Count:
    """How many cases had a verdict, for the strip under the code."""

    verdict: Verdict
    icon: str
    word: str
    count: int


@dataclass(frozen=True)
class Output:
    """What one case printed."""

    name: str
    stdout: Markup
    stderr: Markup


@dataclass(frozen=True)
class Picture:
    """A screenshot: its name and address."""

    name: str
    href: str


@dataclass(frozen=True)
class ResponseView:
    """A response without a name. answer: its text as rendered Markdown, None where not kept.

    own_from: line on which the response's own code begins. live: address of the page it wrote.
    examples: the prompt's own, those that came out otherwise first; they decide no verdict.
    """

    letter: str
    lines: tuple[Markup, ...]
    own_from: int
    language: str
    note: str
    answer: Markup | None
    source: Markup | None
    verdict: Verdict
    word: str
    icon: str
    meaning: str
    message: Markup
    build_log: Markup
    counts: tuple[Count, ...]
    cases: int
    failing: tuple[CaseView, ...]
    failing_left: int
    passed: tuple[PassedView, ...]
    passed_left: int
    examples: tuple[ExampleView, ...]
    examples_left: int
    example_counts: str
    in_sql: bool
    outputs: tuple[Output, ...]
    pictures: tuple[Picture, ...] = ()
    live: str | None = None


def response_view(
    letter: str,
    result: Result,
    *,
    text: str | None = None,
    pictures: tuple[Picture, ...] = (),
    live: str | None = None,
) -> ResponseView:
    """Everything a trainer may see of a result. ``text`` is the response as the model wrote it."""
    failing = [case for case in result.cases if case.verdict is not Verdict.PASSED]
    passed = [case for case in result.cases if case.verdict is Verdict.PASSED]
    examples = sorted(example_views(result), key=lambda one: _FIRST.index(one.mark))
    return ResponseView(
        letter=letter,
        lines=code_lines(result.code, result.language) if result.code.strip() else (),
        own_from=result.first_line,
        language=LANGUAGES[result.language],
        note=plain(result.extraction_note, 300),
        answer=None if text is None else rendered(text, result.language),
        source=None if text is None else block(text),
        verdict=result.verdict,
        word=verdict_word(result.verdict),
        icon=ICONS[result.verdict],
        meaning=MEANINGS[result.verdict],
        message=block(result.message),
        build_log=block(result.build_log),
        counts=counts_of(result),
        cases=len(result.cases),
        failing=tuple(case_view(case) for case in failing[:FAILING_SHOWN]),
        failing_left=max(0, len(failing) - FAILING_SHOWN),
        passed=tuple(passed_view(case) for case in passed[:PASSED_SHOWN]),
        passed_left=max(0, len(passed) - PASSED_SHOWN),
        examples=tuple(examples[:EXAMPLES_SHOWN]),
        examples_left=max(0, len(examples) - EXAMPLES_SHOWN),
        example_counts=example_counts(result),
        in_sql=result.language is Language.SQL,
        outputs=_outputs(result),
        pictures=pictures,
        live=live,
    )


def counts_of(result: Result) -> tuple[Count, ...]:
    """How many cases had each verdict; those that passed and failed always, empty if none ran."""
    found = Counter(case.verdict for case in result.cases)
    shown = [v for v in Verdict if found[v] or v in {Verdict.PASSED, Verdict.FAILED}]
    if not result.cases:
        return ()
    return tuple(Count(v, ICONS[v], verdict_word(v), found[v]) for v in shown)


def _outputs(result: Result) -> tuple[Output, ...]:
    printed = [case for case in result.cases if case.stdout or case.stderr]
    return tuple(
        Output(one_line(case.name, 120), block(case.stdout), block(case.stderr))
        for case in printed[:FAILING_SHOWN]
    )
