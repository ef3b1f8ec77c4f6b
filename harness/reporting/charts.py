"""The charts: rates and scores with intervals, the verdict mix, the spread of run times."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from harness.models import Verdict
from harness.quality.ranking import RankedModel, Ranking
from harness.reporting import svg
from harness.reporting.summary import GroupSummary
from harness.reporting.text import duration, middle, one_line, percent, plural, span, trusted
from harness.reporting.times import Bin, Timing
from harness.reporting.words import ICONS, LANGUAGES, verdict_word

WIDTH = 640
_LABEL = 196  # room for a model's name
_VALUE = 144  # room for "63.4 %  55–71 %"
_ROW = 24
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)

Href = Callable[[str, str], str]  # (model, language) → where its rows are


def rate_bars(groups: Sequence[GroupSummary], href: Href, axis: bool = True) -> Markup:
    """One horizontal bar a model, its 95 % interval as a whisker, its figures as text."""
    language = LANGUAGES[groups[0].language] if groups else ""
    bars = [_rate_bar(group, href) for group in groups]
    return _bars(f"Pass rate by model, {language}", bars, axis)


def score_bars(ranking: Ranking, models: Sequence[RankedModel], href: Href | None = None) -> Markup:
    """One bar a model: its chance to beat another of the ranking. href: None leads nowhere."""
    bars = []
    for one in models:
        low, high = (one.low, one.high) if one.low is not None else (None, None)
        words = f"{one_line(one.model)}: beats another model with {percent(one.score)}"
        if low is not None and high is not None:
            words += f", 95 % interval {span(low, high)}"
        language = ranking.language.value if ranking.language else ""
        target = None if href is None else href(one.model, language)
        bars.append(_Bar(one.model, target, words, one.score, low, high))
    where = LANGUAGES[ranking.language] if ranking.language else "all languages"
    return _bars(f"Chance to beat another model, {where}", bars)


@dataclass(frozen=True)
class _Bar:
    """One row. value: None draws ``words`` in its place. css: class of the bar."""

    name: str
    target: str | None
    words: str
    value: float | None
    low: float | None = None
    high: float | None = None
    css: str = "bar"


def _rate_bar(group: GroupSummary, href: Href) -> _Bar:
    target, rate = href(group.model, group.language.value), group.pass_rate
    if rate is None:
        return _Bar(group.model, target, f"{one_line(group.model)}: nothing judged", None)
    partial = "" if group.ranked else f", on {plural(len(group.tasks), 'task')} only"
    words = (
        f"{one_line(group.model)}: {group.passed:,} of {group.responses:,} passed, "
        f"{percent(rate.value)}, 95 % interval {span(rate.low, rate.high)}{partial}"
    )
    css = "bar partial" if partial else "bar"
    return _Bar(group.model, target, words, rate.value, rate.low, rate.high, css)


def _bars(label: str, bars: Sequence[_Bar], axis: bool = True) -> Markup:
    room = WIDTH - _LABEL - _VALUE
    top = 20 if axis else 4
    height = top + _ROW * len(bars) + 4
    parts: list[Markup] = []
    for tick in _TICKS:
        x = _LABEL + room * tick
        parts.append(svg.line(x, top, x, height - 4, "grid"))
        if axis:
            parts.append(svg.text(x, 12, f"{tick * 100:.0f} %", "axis", "middle"))
    parts += [_bar_row(bar, top + number * _ROW, room) for number, bar in enumerate(bars)]
    return svg.picture(WIDTH, height, label, *parts)


def _bar_row(bar: _Bar, y: float, room: float) -> Markup:
    name = middle(bar.name, 28) or "(no name)"
    label = svg.text(_LABEL - 8, y + 16, name, "label", "end")
    if bar.value is None:
        note = svg.text(_LABEL + 8, y + 16, "no response could be judged", "axis")
        return svg.link(bar.target, bar.words, label, note)
    drawn = [
        svg.rect(0, y, WIDTH, _ROW, "hit"),
        label,
        svg.rect(_LABEL, y + 5, room, _ROW - 10, "track", 2),
        svg.rect(_LABEL, y + 5, max(room * bar.value, 1), _ROW - 10, bar.css, 2),
    ]
    figure = svg.text(WIDTH - _VALUE + 62, y + 16, percent(bar.value), "value", "end")
    if bar.low is None or bar.high is None:
        return svg.link(bar.target, bar.words, *drawn, figure)
    x1, x2, y_mid = _LABEL + room * bar.low, _LABEL + room * bar.high, y + _ROW / 2
    return svg.link(
        bar.target,
        bar.words,
        *drawn,
        svg.line(x1, y_mid, x2, y_mid, "whisker"),
        svg.line(x1, y_mid - 4, x1, y_mid + 4, "whisker"),
        svg.line(x2, y_mid - 4, x2, y_mid + 4, "whisker"),
        figure,
        svg.text(WIDTH - 2, y + 16, span(bar.low, bar.high), "axis", "end"),
    )


def verdict_bar(
    verdicts: Mapping[Verdict, int], label: str, href: Callable[[Verdict], str]
) -> Markup:
    """One stacked bar. Icon and word stand in the segment where they fit (all are listed below)."""
    total = sum(verdicts.values())
    parts: list[Markup] = []
    x = 0.0
    for verdict, count in verdicts.items():
        width = WIDTH * count / total
        words = f"{ICONS[verdict]} {verdict_word(verdict)}"
        title = f"{label}: {verdict_word(verdict)} {count:,} of {total:,}, {percent(count / total)}"
        drawn = [svg.rect(x, 0, max(width - 1, 0.75), 24, f"v-{verdict.value}")]
        if width > 7.4 * len(words) + 12:
            drawn.append(svg.text(x + 8, 16, words, "on-bar"))
        elif width > 22:
            drawn.append(svg.text(x + width / 2, 16, ICONS[verdict], "on-bar", "middle"))
        parts.append(svg.link(href(verdict), title, *drawn))
        x += width
    return svg.picture(WIDTH, 24, f"Verdicts, {label}", *parts)


def time_bars(bins: Sequence[Bin], wall: Timing, href: Callable[[Bin], str]) -> Markup:
    """Responses by wall time, log scale, with the median, 90th and 99th percentile marked."""
    if not bins:
        return trusted("")
    tallest = max(b.responses for b in bins)
    step, base, room = WIDTH / len(bins), 148, 104
    parts = [svg.line(0, base, WIDTH, base, "grid")]
    for number, part in enumerate(bins):
        if part.responses:
            height = max(room * part.responses / tallest, 1.5)
            words = (
                f"{plural(part.responses, 'response')} took "
                f"{duration(part.low_s)} to {duration(part.high_s)}"
            )
            drawn = svg.rect(number * step, base - height, step - 2, height, "bar", 1)
            parts.append(svg.link(href(part), words, drawn))
    for number in range(0, len(bins) + 1, 6):
        edge = bins[number].low_s if number < len(bins) else bins[-1].high_s
        anchor = "start" if number == 0 else "end" if number == len(bins) else "middle"
        parts.append(svg.text(number * step, base + 16, duration(edge), "axis", anchor))
    parts.extend(_marks(bins, wall, base))
    return svg.picture(WIDTH, base + 22, "Responses by wall time", *parts)


def _marks(bins: Sequence[Bin], wall: Timing, base: float) -> list[Markup]:
    marks = (("median", wall.p50_s), ("90 %", wall.p90_s), ("99 %", wall.p99_s))
    low, high = bins[0].low_s, bins[-1].high_s
    parts: list[Markup] = []
    for level, (name, seconds) in enumerate(marks):
        x = min(max(_log_share(seconds, low, high), 0.0), 1.0) * WIDTH
        y = 10 + level * 13
        anchor, shift = ("end", -4) if x > WIDTH * 0.7 else ("start", 4)
        parts.append(svg.line(x, y - 8, x, base, "mark"))
        words = f"{name} under {duration(seconds)}" if level else f"{name} {duration(seconds)}"
        parts.append(svg.text(x + shift, y, words, "note-text", anchor))
    return parts


def _log_share(value: float, low: float, high: float) -> float:
    return math.log(max(value, low) / low) / math.log(high / low)
