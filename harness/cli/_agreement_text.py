"""A project's agreement as a terminal shows it: at most 100 columns, every figure or why not."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.quality.agreement import AgreementReport, AnnotatorAgreement, GroupAgreement
from harness.quality.bias import Share
from harness.quality.ranking import Ranking
from harness.reporting.agreement import (
    NONE,
    figure,
    headline,
    interval,
    reasons,
    share,
    share_of,
    share_rows,
)
from harness.reporting.ranks import notes_of, title_of
from harness.reporting.text import duration, one_line
from harness.reporting.words import LANGUAGES

WIDTH = 100


def print_agreement(report: AgreementReport, console: Console) -> None:
    """Print the report."""
    width = min(WIDTH, console.width)
    if not report.judgments:
        console.print(f"{report.project}: nobody has submitted a judgment yet")
        return
    for group in report.groups:
        console.print(_headline(report, group), width=width)
        console.print(subjects_table(group), width=width)
        for why in reasons(group):
            console.print(Text(f"  {why}", "dim"), width=width)
        console.print()
    shares = share_rows(report)
    console.print(_shares(report, shares), width=width)
    for words, found in shares:
        if found.undefined:
            console.print(Text(f"  {NONE} {words}: {found.undefined}", "dim"), width=width)
    console.print()
    console.print(_annotators(report.annotators), width=width)
    for ranking in report.rankings:
        console.print()
        console.print(Text(title_of(ranking)), ranking_table(ranking), sep="\n", width=width)
        for note in notes_of(ranking):
            console.print(Text(f"  {note}", "dim"), width=width)


def _headline(report: AgreementReport, group: GroupAgreement) -> Text:
    name = report.project if group.language is None else LANGUAGES[group.language]
    return Text.assemble((name, "bold"), f": {headline(group)}")


def subjects_table(group: GroupAgreement) -> Table:
    """A row a question."""
    table = _table(
        "question", "units", "equal", "Cohen", "Fleiss", "alpha", "95 %", "AC1", "AC2"
    )  # fmt: skip
    for one in group.subjects:
        measures = (one.percent, one.cohen, one.fleiss, one.alpha)
        ac2 = NONE if one.ac2 is None else figure(one.ac2)
        figures = [share_of(one.percent.value), *map(figure, measures[1:])]
        table.add_row(
            Text(one_line(one.name, 30)),
            f"{one.units:,}",
            *figures,
            interval(one.alpha),
            figure(one.ac1),
            ac2,
        )
    return table


def _shares(report: AgreementReport, rows: list[tuple[str, Share]]) -> Table:
    table = _table("of decided votes, for …", "share", "95 %", "votes")
    for words, found in rows:
        if found.value is not None:
            table.add_row(Text(words), *share(found))
    kappa = report.grounds.kappa
    table.add_row(
        "acceptable beside the verdict: Cohen's kappa", figure(kappa), "", f"{kappa.units:,}"
    )
    return table


def _annotators(people: tuple[AnnotatorAgreement, ...]) -> Table:
    table = _table("person", "judgments", "as others", "left", "95 %", "as verdict", "active")
    for one in people:
        left = share(one.left)
        table.add_row(
            Text(one_line(one.name, 24)), f"{one.judgments:,}", share_of(one.agreement.value),
            left[0], left[1], share(one.verdict)[0],
            duration(one.active_s) if one.active_s else NONE,
        )  # fmt: skip
    return table


def ranking_table(ranking: Ranking) -> Table:
    """Models, best first."""
    table = _table("model", "beats another", "95 %", "won", "of")
    for one in ranking.models:
        limits = NONE
        if one.low is not None and one.high is not None:
            limits = f"{100 * one.low:.0f} … {100 * one.high:.0f}"
        cells = (share_of(one.score), limits, f"{one.won:g}", f"{one.compared:g}")
        table.add_row(Text(one_line(one.model, 40) or "(no name)"), *cells)
    return table


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right", no_wrap=True)
    return table
