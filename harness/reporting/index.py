"""index.html: what was run, how many passed, who did best and how sure, what broke of ours."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from harness.models import InvalidRow, Language, RunInfo
from harness.reporting import charts
from harness.reporting.html import asset, environment, policy
from harness.reporting.panels import Links, MixPanel, RatePanel, mix_panels, rate_panels
from harness.reporting.ranks import RankPanel, rank_panels
from harness.reporting.rows import RowTable
from harness.reporting.summary import GroupSummary, Leader, Summary
from harness.reporting.text import duration, one_line, percent, plain, plural, span
from harness.reporting.words import LANGUAGES

TASKS_SHOWN = 500
INVALID_SHOWN = 200


@dataclass(frozen=True)
class LeaderView:
    """Who did best in one language, and how sure that is."""

    language: str
    model: str
    rate: str
    interval: str
    at_k: str
    sureness: str
    href: str


@dataclass(frozen=True)
class GroupRow:
    """One model in one language in the models table. ``at_k`` pairs: shown, sort value."""

    model: str
    language: str
    responses: int
    passed: int
    rate: str
    rate_value: float
    interval: str
    at_k: tuple[tuple[str, float], ...]
    harness_errors: int
    shared: int
    median: str
    median_s: float
    flagged: int
    href: str


@dataclass(frozen=True)
class TaskRow:
    """One task over all models."""

    task: str
    language: str
    samples: int
    passed: int
    share: str
    share_value: float
    href: str


@dataclass(frozen=True)
class IndexContext:
    """Everything index.html shows."""

    policy: str
    style: Markup
    script: Markup
    data: Markup
    run_id: str
    status: str
    started_at: str
    headline: str
    pass_rate: str
    scope: str
    speed: str
    summary: Summary
    leaders: tuple[LeaderView, ...]
    ours: tuple[tuple[str, str], ...]
    left_out: tuple[str, ...]
    rates: tuple[RatePanel, ...]
    ranks: tuple[RankPanel, ...]
    mixes: tuple[MixPanel, ...]
    times: Markup
    ks: tuple[int, ...]
    groups: tuple[GroupRow, ...]
    tasks: tuple[TaskRow, ...]
    tasks_left: int
    invalid: tuple[InvalidRow, ...]
    invalid_left: int
    settings: tuple[tuple[str, str], ...]


def render_index(run: RunInfo, summary: Summary, table: RowTable) -> str:
    """HTML of the index; ``table`` holds the rows collected while pages were written."""
    context = _context(run, summary, table)
    return environment().get_template("index.html").render(vars(context))


def _context(run: RunInfo, summary: Summary, table: RowTable) -> IndexContext:
    links = Links(table.models)
    ks = tuple(sorted({at.k for group in summary.groups for at in group.pass_at_k}))
    tasks = _task_rows(summary, table)
    return IndexContext(
        policy=policy("index.js", "report.css"),
        style=asset("report.css"),
        script=asset("index.js"),
        data=table.render(),
        run_id=plain(run.run_id, 80),
        status=run.status,
        started_at=plain(run.started_at, 40),
        headline=f"{summary.passed:,} of {plural(summary.responses, 'response')} passed",
        pass_rate=percent(summary.pass_rate),
        scope=_scope(summary),
        speed=_speed(summary),
        summary=summary,
        leaders=tuple(_leader(leader, summary, links) for leader in summary.leaders),
        ours=_ours(run, summary),
        left_out=_left_out(summary),
        rates=rate_panels(summary, links),
        ranks=rank_panels(summary.rankings, links.any_group),
        mixes=mix_panels(summary, links),
        times=charts.time_bars(summary.wall_histogram, summary.wall, links.bin),
        ks=ks,
        groups=tuple(_group_row(group, ks, links) for group in summary.groups),
        tasks=tasks[:TASKS_SHOWN],
        tasks_left=max(0, len(tasks) - TASKS_SHOWN),
        invalid=summary.invalid[:INVALID_SHOWN],
        invalid_left=max(0, summary.invalid_rows - INVALID_SHOWN),
        settings=_settings(run),
    )


def _scope(summary: Summary) -> str:
    languages = dict.fromkeys(LANGUAGES[group.language] for group in summary.groups)
    missing = summary.tasks_without_response
    note = f" ({missing:,} more without a response)" if missing else ""
    return (
        f"{plural(summary.tasks, 'task')}{note}, {plural(summary.models, 'model')}, "
        f"{', '.join(languages) or 'no language'}"
    )


def _speed(summary: Summary) -> str:
    cached = f"{summary.cached:,} from the cache" if summary.cached else "none from the cache"
    if not summary.responses:
        return ""
    if summary.wall_s is None or summary.rate_per_s is None:
        return cached
    return f"{duration(summary.wall_s)}, {summary.rate_per_s:,.1f} responses/s, {cached}"


def _leader(leader: Leader, summary: Summary, links: Links) -> LeaderView:
    own = (g for g in summary.groups if (g.model, g.language) == (leader.model, leader.language))
    at_k = [f"pass@{at.k} {percent(at.value)}" for group in own for at in group.pass_at_k[1:]]
    return LeaderView(
        language=LANGUAGES[leader.language],
        model=one_line(leader.model, 60) or "(no name)",
        rate=percent(leader.pass_rate.value),
        interval=span(leader.pass_rate.low, leader.pass_rate.high),
        at_k=", ".join(at_k),
        sureness=_sureness(leader),
        href=links.group(leader.model, leader.language.value),
    )


def _sureness(leader: Leader) -> str:
    few = (
        f"; {plural(leader.unranked, 'model')} with answers to under half of the tasks not ranked"
        if leader.unranked
        else ""
    )
    return _comparison(leader) + few


def _comparison(leader: Leader) -> str:
    if leader.next_model is None or leader.next_rate is None:
        return "the only model: nothing to compare it with"
    name = f"{one_line(leader.next_model, 40) or '(no name)'} ({percent(leader.next_rate.value)})"
    if leader.ahead is None:
        return f"next {name}, on other tasks: not comparable"
    if leader.next_rate.value == leader.pass_rate.value:
        return f"level with {name}"
    if leader.ahead >= 0.975:
        return f"a clear lead over {name}"
    if leader.ahead >= 0.85:
        return f"probably ahead of {name}, in {leader.ahead * 100:.0f} % of resamples"
    return f"too close to call with {name}: ahead in {leader.ahead * 100:.0f} % of resamples"


def _ours(run: RunInfo, summary: Summary) -> tuple[tuple[str, str], ...]:
    """What went wrong on the harness's side: sentence and where to look."""
    found = []
    if summary.harness_errors:
        words = plural(summary.harness_errors, "harness error")
        found.append((f"{words}, left out of every rate", "#v=harness_error"))
    if summary.invalid_rows:
        rows = plural(summary.invalid_rows, "input row")
        found.append((f"{rows} could not be evaluated", "#invalid"))
    if summary.replaced.characters:
        found.append((summary.replaced.words, "#how"))
    if run.status != "finished":
        found.append((f"the run is {plain(run.status, 40)}: figures cover a part", "#how"))
    return tuple(found)


def _left_out(summary: Summary) -> tuple[str, ...]:
    notes = []
    for group in summary.groups:
        for at in group.pass_at_k:
            if at.left_out:
                name = f"{one_line(group.model, 60)}, {LANGUAGES[group.language]}"
                few = plural(at.left_out, "task")
                notes.append(f"{name}: pass@{at.k} leaves out {few} with fewer than {at.k} samples")
    return tuple(notes[:20])


def _group_row(group: GroupSummary, ks: Sequence[int], links: Links) -> GroupRow:
    found = {at.k: at for at in group.pass_at_k}
    rate = group.pass_rate
    return GroupRow(
        model=one_line(group.model, 120) or "(no name)",
        language=LANGUAGES[group.language],
        responses=group.responses,
        passed=group.passed,
        rate=percent(rate.value if rate else None),
        rate_value=rate.value if rate else -1.0,
        interval=span(rate.low, rate.high) if rate else "–",
        at_k=tuple(
            (f"{percent(found[k].value)} ({span(found[k].low, found[k].high)})", found[k].value)
            if k in found
            else ("–", -1.0)
            for k in ks
        ),
        harness_errors=group.harness_errors,
        shared=group.trust.get("shared", 0),
        median=duration(group.wall.p50_s),
        median_s=group.wall.p50_s,
        flagged=group.flagged,
        href=links.group(group.model, group.language.value),
    )


def _task_rows(summary: Summary, table: RowTable) -> tuple[TaskRow, ...]:
    totals: dict[tuple[str, Language], list[int]] = {}
    for group in summary.groups:
        for task in group.tasks:
            counts = totals.setdefault((task.task_id, group.language), [0, 0])
            counts[0] += task.samples
            counts[1] += task.passed
    rows = [
        TaskRow(
            task=one_line(task, 120),
            language=LANGUAGES[language],
            samples=n,
            passed=c,
            share=percent(c / n if n else None),
            share_value=c / n if n else -1.0,
            href=f"#t={table.tasks[task]}&l={language.value}",
        )
        for (task, language), (n, c) in totals.items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.share_value, row.task)))


def _settings(run: RunInfo) -> tuple[tuple[str, str], ...]:
    facts = [("command", run.command), ("tasks", run.tasks_path)]
    facts += [("responses", path) for path in run.response_paths]
    facts += [(f"image {name}", image) for name, image in run.images.items()]
    for part in (run.settings, run.machine):
        facts += [(key, _shown(value)) for key, value in part.items()]
    return tuple((plain(name, 80), plain(value, 1000)) for name, value in facts if value)


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)
