"""Rankings of a run as its pages and the terminal show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from harness.quality.ranking import Basis, Ranking
from harness.reporting import charts
from harness.reporting.text import one_line, plural
from harness.reporting.words import LANGUAGES

TOP_MODELS = 12
_WORDS = {
    Basis.VERDICTS: "by verdicts: on the same task, pass over fail",
    Basis.JUDGMENTS: "by what people preferred",
}


@dataclass(frozen=True)
class RankPanel:
    """One ranking drawn: leading models, the others folded away, and what must be said of it."""

    title: str
    top: Markup
    rest: Markup | None
    rest_count: int
    notes: tuple[str, ...]


def rank_panels(rankings: Iterable[Ranking], href: charts.Href) -> tuple[RankPanel, ...]:
    """One panel a ranking, best model first."""
    return tuple(_panel(one, href) for one in rankings)


def notes_of(ranking: Ranking) -> tuple[str, ...]:
    """What a reader must know of a ranking: parts that cannot be compared, bounds that are none."""
    notes = []
    if ranking.parts > 1:
        notes.append(
            f"The comparisons fall apart: this is group {ranking.part} of {ranking.parts}, and no "
            "order between models of different groups can be had"
        )
    unbeaten = [one.model for one in ranking.models if one.never_lost]
    winless = [one.model for one in ranking.models if one.never_won]
    for names, words in ((unbeaten, "never lost"), (winless, "never won")):
        if names:
            shown = ", ".join(one_line(name, 40) or "(no name)" for name in names[:5])
            more = f" and {len(names) - 5} more" if len(names) > 5 else ""
            notes.append(f"{shown}{more} {words} a comparison: how far apart is not known")
    if not ranking.bounded and not notes:
        notes.append("Some models won every comparison with the rest: how far apart is not known")
    if any(one.low is None for one in ranking.models):
        notes.append("No interval: there is one task, or all say the same")
    return tuple(notes)


def title_of(ranking: Ranking) -> str:
    """Language, basis and size of a ranking, in words."""
    language = LANGUAGES[ranking.language] if ranking.language else "All languages"
    number = int(ranking.comparisons + 0.5)
    return f"{language}, {_WORDS[ranking.basis]} ({plural(number, 'comparison')})"


def _panel(ranking: Ranking, href: charts.Href) -> RankPanel:
    top, rest = ranking.models[:TOP_MODELS], ranking.models[TOP_MODELS:]
    return RankPanel(
        title=title_of(ranking),
        top=charts.score_bars(ranking, top, href),
        rest=charts.score_bars(ranking, rest, href) if rest else None,
        rest_count=len(rest),
        notes=notes_of(ranking),
    )
