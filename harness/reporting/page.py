"""The page of one response: its code, its cases, and why the verdict is what it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from harness.models import Language, Result, Task, Verdict
from harness.reporting.cases import (
    CaseView,
    ExampleView,
    PassedView,
    case_view,
    example_counts,
    example_views,
    passed_view,
)
from harness.reporting.flag_views import FlagView, flag_view
from harness.reporting.highlight import code_lines
from harness.reporting.html import asset, environment, policy
from harness.reporting.pictures import PictureView
from harness.reporting.text import block, duration, one_line, plain, plural
from harness.reporting.words import ICONS, LANGUAGES, MEANINGS, TRUST, verdict_word

FAILING_SHOWN = 40
PASSED_SHOWN = 200
_SHORT_PROMPT_LINES = 16


@dataclass(frozen=True)
class PageContext:
    """Everything response.html shows. previous and next are page names of failures."""

    policy: str
    script: Markup
    run_id: str
    title: str
    response_id: str
    facts: tuple[tuple[str, str], ...]
    verdict: Verdict
    word: str
    icon: str
    meaning: str
    message: Markup
    trust: str
    trust_text: str
    lines: tuple[Markup, ...]
    own_from: int
    notes: Mapping[int, tuple[FlagView, ...]]
    flags: tuple[FlagView, ...]
    note: str
    build_log: Markup
    failing: tuple[CaseView, ...]
    failing_left: int
    passed: tuple[PassedView, ...]
    passed_left: int
    case_counts: str
    examples: tuple[ExampleView, ...]
    example_counts: str
    in_sql: bool
    prompt: Markup | None
    prompt_open: bool
    pictures: tuple[PictureView, ...]
    previous: str | None
    next: str | None


def render_page(
    result: Result,
    task: Task | None,
    *,
    run_id: str,
    previous: str | None = None,
    next_page: str | None = None,
    pictures: tuple[PictureView, ...] = (),
) -> str:
    """HTML of a response's page. ``previous`` and ``next_page`` name the nearest failures."""
    context = _context(result, task, run_id, previous, next_page, pictures)
    html: str = _template().render(vars(context))
    return html


def _context(
    result: Result,
    task: Task | None,
    run_id: str,
    previous: str | None,
    next_page: str | None,
    pictures: tuple[PictureView, ...],
) -> PageContext:
    failing = [case for case in result.cases if case.verdict is not Verdict.PASSED]
    passed = [case for case in result.cases if case.verdict is Verdict.PASSED]
    prompt, short = _prompt(task.prompt) if task and task.prompt else (None, False)
    flags = tuple(flag_view(flag) for flag in result.flags)
    return PageContext(
        policy=policy("response.js", None),
        script=asset("response.js"),
        run_id=plain(run_id, 80),
        title=f"{verdict_word(result.verdict)}: {one_line(result.response_id, 80)}",
        response_id=one_line(result.response_id, 200),
        facts=_facts(result, task),
        verdict=result.verdict,
        word=verdict_word(result.verdict),
        icon=ICONS[result.verdict],
        meaning=MEANINGS[result.verdict],
        message=block(result.message),
        trust=result.trust.value,
        trust_text=TRUST[result.trust],
        lines=code_lines(result.code, result.language) if result.code.strip() else (),
        own_from=result.first_line,
        notes=_by_line(flags),
        flags=flags,
        note=plain(_note(result), 300),
        build_log=block(result.build_log),
        failing=tuple(case_view(case) for case in failing[:FAILING_SHOWN]),
        failing_left=max(0, len(failing) - FAILING_SHOWN),
        passed=tuple(passed_view(case) for case in passed[:PASSED_SHOWN]),
        passed_left=max(0, len(passed) - PASSED_SHOWN),
        case_counts=_counts(len(passed), len(result.cases)),
        examples=tuple(example_views(result)),
        example_counts=example_counts(result),
        in_sql=result.language is Language.SQL,
        prompt=prompt,
        prompt_open=short,
        pictures=pictures,
        previous=previous,
        next=next_page,
    )


@lru_cache(maxsize=1)
def _template() -> Any:
    return environment().get_template("response.html")


@lru_cache(maxsize=256)
def _prompt(text: str) -> tuple[Markup, bool]:
    return block(text.strip("\n")), text.count("\n") < _SHORT_PROMPT_LINES


def _counts(passed: int, total: int) -> str:
    if not total:
        return "no case was run"
    return (
        f"all {plural(total, 'case')} passed"
        if passed == total
        else f"{passed} of {total} cases passed"
    )


def _note(result: Result) -> str:
    """What was done to the text before it ran."""
    read_as = f"{plural(result.replaced, 'character')} read as U+FFFD" if result.replaced else ""
    return "; ".join(filter(None, (result.extraction_note, read_as)))


def _facts(result: Result, task: Task | None) -> tuple[tuple[str, str], ...]:
    title = f" · {task.title}" if task and task.title else ""
    facts = [
        ("Task", one_line(result.task_id + title, 120)),
        ("Model", one_line(result.model, 120) or "(no name)"),
        ("Language", LANGUAGES[result.language]),
        ("CPU", duration(result.cpu_s)),
        ("Wall", duration(result.wall_s)),
        ("Memory", f"{result.memory_mb:.0f} MB" if result.memory_mb else "–"),
    ]
    if result.cached:
        facts.append(("Cache", "verdict of an earlier, identical run"))
    if result.origin:
        line = f", line {result.line}" if result.line else ""
        facts.append(("From", one_line(result.origin, 120) + line))
    return tuple(facts)


def _by_line(flags: tuple[FlagView, ...]) -> dict[int, tuple[FlagView, ...]]:
    """What is said under each line of the code, once."""
    found: dict[int, tuple[FlagView, ...]] = {}
    for flag in flags:
        there = found.get(flag.line, ())
        if all(one.question != flag.question for one in there):
            found[flag.line] = (*there, flag)
    return found
