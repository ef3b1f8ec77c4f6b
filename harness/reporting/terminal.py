"""The summary as a terminal shows it: at most 100 columns, the report's path last."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.models import Verdict
from harness.quality.ranking import Ranking
from harness.reporting.ranks import notes_of, title_of
from harness.reporting.summary import GroupSummary, Leader, Summary
from harness.reporting.text import duration, one_line, percent, plural, span
from harness.reporting.words import ICONS, LANGUAGES, verdict_word

WIDTH = 100
GROUPS_SHOWN = 30
RANKED_SHOWN = 5
CLOSE = 0.85  # below this share of resamples it is too close to call, as in the pages
_COLOURS = {Verdict.PASSED: "green", Verdict.HARNESS_ERROR: "magenta", Verdict.FAILED: "red"}


def render_terminal(summary: Summary, console: Console, report: Path | str | None = None) -> None:
    """Print the summary; ``report`` (path of index.html) is the last line."""
    width = min(WIDTH, console.width)
    console.print(_headline(summary), width=width)
    if summary.verdicts:
        console.print(_verdicts(summary), width=width)
    if summary.groups:
        console.print(_groups(summary), width=width)
    for ranking in summary.rankings:
        console.print(_ranking(ranking), width=width)
        for note in notes_of(ranking):
            console.print(Text(note, "dim"), width=width)
    for line in _notes(summary):
        console.print(line, width=width)
    if report is not None:
        console.print(Text(f"report: {report}"), soft_wrap=True)


def _headline(summary: Summary) -> Text:
    text = Text()
    text.append(f"{summary.passed:,} of {plural(summary.responses, 'response')} passed", "bold")
    text.append(f" ({percent(summary.pass_rate)})")
    text.append(f" · {plural(summary.tasks, 'task')}, {plural(summary.models, 'model')}")
    if summary.wall_s is not None and summary.rate_per_s is not None:
        text.append(f" · {duration(summary.wall_s)}, {summary.rate_per_s:,.0f}/s")
    if summary.cached:
        text.append(f", {summary.cached:,} cached")
    return text


def _verdicts(summary: Summary) -> Text:
    parts = [
        Text(f"{ICONS[verdict]} {verdict_word(verdict)} {count:,}", _COLOURS.get(verdict, "yellow"))
        for verdict, count in summary.verdicts.items()
    ]
    return Text("  ").join(parts)


def _groups(summary: Summary) -> Table:
    """Ranked within each language; pass@1 is the pass rate itself, so it gets no column."""
    shown = _leading(summary.groups)
    ks = sorted({at.k for group in shown for at in group.pass_at_k if at.k > 1})
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("language", no_wrap=True, min_width=8)
    table.add_column("model", overflow="ellipsis", no_wrap=True)
    for name in ("passed", "of", "pass rate", "95 %", *(f"pass@{k}" for k in ks), "ours"):
        table.add_column(name, justify="right", no_wrap=True, min_width=len(name))
    for group in shown:
        table.add_row(*_group_row(group, ks))
    left = len(summary.groups) - len(shown)
    if left:
        table.caption = f"{left} more in the report"
        table.caption_justify = "left"
    return table


def _ranking(ranking: Ranking) -> Text:
    """Who beats whom, best first, on a line or two."""
    parts = []
    for one in ranking.models[:RANKED_SHOWN]:
        limits = "" if one.low is None or one.high is None else f" ({span(one.low, one.high)})"
        parts.append(f"{one_line(one.model, 32) or '(no name)'} {percent(one.score)}{limits}")
    left = len(ranking.models) - RANKED_SHOWN
    more = f", {left} more" if left > 0 else ""
    return Text(f"beats another model: {title_of(ranking)}: {', '.join(parts)}{more}")


def _leading(groups: tuple[GroupSummary, ...]) -> list[GroupSummary]:
    """The best of every language: a hundred models in one must not hide the others."""
    languages = dict.fromkeys(group.language for group in groups)
    share = max(GROUPS_SHOWN // max(len(languages), 1), 1)
    return [
        group
        for language in languages
        for group in [g for g in groups if g.language is language][:share]
    ]


def _group_row(group: GroupSummary, ks: list[int]) -> list[Text]:
    rate, at = group.pass_rate, {found.k: found.value for found in group.pass_at_k}
    cells = [
        LANGUAGES[group.language],
        one_line(group.model, 60) or "(no name)",
        f"{group.passed:,}",
        f"{group.responses:,}",
        percent(rate.value if rate else None),
        span(rate.low, rate.high) if rate else "–",
        *(percent(at.get(k)) for k in ks),
        str(group.harness_errors),
    ]
    # Text, not str: a model called "[red]x" is a name, not markup.
    return [Text(cell, "magenta" if n == len(cells) - 1 and cell != "0" else "")
            for n, cell in enumerate(cells)]  # fmt: skip


def _notes(summary: Summary) -> list[Text]:
    notes = [_best(leader) for leader in summary.leaders if leader.next_model is not None]
    if summary.harness_errors:
        words = plural(summary.harness_errors, "harness error")
        notes.append(Text(f"△ {words}: ours, left out of every rate", "magenta"))
    if summary.invalid_rows:
        first = summary.invalid[0]
        where = f"{one_line(first.file, 40)}:{first.line}: {one_line(first.reason, 60)}"
        rows = plural(summary.invalid_rows, "input row")
        notes.append(Text(f"△ {rows} could not be evaluated; the first: {where}", "yellow"))
    if summary.replaced.characters:
        notes.append(Text(f"△ {summary.replaced.words}", "yellow"))
    if summary.flagged:
        rules = ", ".join(f"{one_line(one.rule, 30)} {one.responses}" for one in summary.rules[:4])
        notes.append(Text(f"⚑ {plural(summary.flagged, 'response')} flagged: {rules}", "dim"))
    if summary.flags_left_out:
        notes.append(Text("⚑ flags were left out of this run", "dim"))
    if summary.prompt_defects:
        first_defect = summary.prompt_defects[0]
        words = plural(len(summary.prompt_defects), "example")
        where = f"{one_line(first_defect.task_id, 30)}: {one_line(first_defect.call, 50)}"
        notes.append(
            Text(f"△ {words} of prompts contradicted by the reference; the first: {where}", "dim")
        )
    if shared := summary.trust.get("shared"):
        notes.append(Text(f"{plural(shared, 'verdict')} at trust shared", "dim"))
    return notes


def _best(leader: Leader) -> Text:
    ahead = ""
    if leader.ahead is not None:
        share = f", ahead in {leader.ahead * 100:.0f} % of resamples"
        ahead = share if leader.ahead >= CLOSE else ": too close to call"
    words = (
        f"best in {LANGUAGES[leader.language]}: {one_line(leader.model, 32)} "
        f"{percent(leader.pass_rate.value)}; next {one_line(leader.next_model or '', 32)}"
    )
    return Text(words + ahead, "dim")
