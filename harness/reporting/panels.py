"""The index's chart panels and the links from every figure to its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from harness.models import Language, Verdict
from harness.reporting import charts
from harness.reporting.summary import Summary
from harness.reporting.text import percent
from harness.reporting.times import Bin
from harness.reporting.words import ICONS, LANGUAGES, MEANINGS, verdict_word

TOP_MODELS = 12


@dataclass(frozen=True)
class RatePanel:
    """Pass rates of one language: the leading models drawn, the others folded away."""

    language: str
    top: Markup
    rest: Markup | None
    rest_count: int
    short: bool


@dataclass(frozen=True)
class MixPart:
    """One verdict of the mix, named under its bar."""

    verdict: Verdict
    icon: str
    word: str
    meaning: str
    count: int
    share: str
    href: str


@dataclass(frozen=True)
class MixPanel:
    """The verdict mix of all responses or of one language."""

    label: str
    bar: Markup
    parts: tuple[MixPart, ...]


class Links:
    """Addresses of rows: the part after # that index.js reads as a filter."""

    def __init__(self, models: Mapping[str, int]) -> None:
        """models: the numbers that the table of rows uses."""
        self._models = models

    def group(self, model: str, language: str) -> str:
        """One model in one language."""
        return f"#m={self._models[model]}&l={language}"

    def any_group(self, model: str, language: str) -> str:
        """The same of a model that may have no rows here, in one language or in all."""
        known = self._models.get(model)
        rows = "#v=all" if known is None else f"#m={known}"
        return rows + (f"&l={language}" if language else "")

    def bin(self, part: Bin) -> str:
        """Wall times within a bar."""
        return f"#w={part.low_s:.6g}-{part.high_s:.6g}"

    def verdict(self, verdict: Verdict, language: Language | None) -> str:
        """One verdict, everywhere or in one language."""
        return f"#v={verdict.value}" + (f"&l={language.value}" if language else "")


def rate_panels(summary: Summary, links: Links) -> tuple[RatePanel, ...]:
    """One panel a language, best model first; a hundred models must stay legible."""
    panels = []
    for language in dict.fromkeys(group.language for group in summary.groups):
        groups = [group for group in summary.groups if group.language is language]
        rest = groups[TOP_MODELS:]
        panels.append(
            RatePanel(
                language=LANGUAGES[language],
                top=charts.rate_bars(groups[:TOP_MODELS], links.group),
                rest=charts.rate_bars(rest, links.group) if rest else None,
                rest_count=len(rest),
                short=len(groups) <= 6,
            )
        )
    return tuple(panels)


def mix_panels(summary: Summary, links: Links) -> tuple[MixPanel, ...]:
    """All responses, then each language where there are several."""
    languages = list(dict.fromkeys(group.language for group in summary.groups))
    panels = [_mix("All responses", summary.verdicts, None, links)] if summary.verdicts else []
    if len(languages) > 1:
        for language in languages:
            groups = [group for group in summary.groups if group.language is language]
            counts = {v: sum(g.verdicts.get(v, 0) for g in groups) for v in summary.verdicts}
            present = {v: n for v, n in counts.items() if n}
            panels.append(_mix(LANGUAGES[language], present, language, links))
    return tuple(panels)


def _mix(
    label: str, verdicts: dict[Verdict, int], language: Language | None, links: Links
) -> MixPanel:
    total = sum(verdicts.values())
    parts = tuple(
        MixPart(
            verdict=verdict,
            icon=ICONS[verdict],
            word=verdict_word(verdict),
            meaning=MEANINGS[verdict],
            count=count,
            share=percent(count / total),
            href=links.verdict(verdict, language),
        )
        for verdict, count in verdicts.items()
    )
    bar = charts.verdict_bar(verdicts, label, lambda v: links.verdict(v, language))
    return MixPanel(label=label, bar=bar, parts=parts)
