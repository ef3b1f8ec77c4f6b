"""A project's agreement as a terminal shows it: at most 100 columns, every figure or why not."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.quality.agreement import AgreementReport, AnnotatorAgreement, GroupAgreement
from harness.quality.bias import Share
from harness.quality.ratings import Measure
from harness.reporting.text import duration, one_line, plural
from harness.reporting.words import LANGUAGES

WIDTH = 100
NONE = "–"


def print_agreement(report: AgreementReport, console: Console) -> None:
    """Print the report."""
    width = min(WIDTH, console.width)
    if not report.judgments:
        console.print(f"{report.project}: nobody has submitted a judgment yet")
        return
    for group in report.groups:
        console.print(_headline(report, group), width=width)
        console.print(_subjects(group), width=width)
        for why in _reasons(group):
            console.print(Text(f"  {why}", "dim"), width=width)
        console.print()
    shares = _share_rows(report)
    console.print(_shares(report, shares), width=width)
    for words, share in shares:
        if share.undefined:
            console.print(Text(f"  {NONE} {words}: {share.undefined}", "dim"), width=width)
    console.print()
    console.print(_annotators(report.annotators), width=width)


def _headline(report: AgreementReport, group: GroupAgreement) -> Text:
    name = report.project if group.language is None else LANGUAGES[group.language]
    people = "1 person" if group.annotators == 1 else f"{group.annotators} people"
    return Text.assemble(
        (name, "bold"),
        f": {plural(group.judgments, 'judgment')} by {people} on "
        f"{plural(group.items, 'item')}, {group.overlapping:,} of them judged more than once",
    )


def _subjects(group: GroupAgreement) -> Table:
    table = _table(
        "question", "units", "equal", "Cohen", "Fleiss", "alpha", "95 %", "AC1", "AC2"
    )  # fmt: skip
    for one in group.subjects:
        measures = (one.percent, one.cohen, one.fleiss, one.alpha)
        limits = NONE
        if one.alpha.low is not None and one.alpha.high is not None:
            limits = f"{one.alpha.low:.2f} … {one.alpha.high:.2f}"
        ac2 = NONE if one.ac2 is None else _figure(one.ac2)
        figures = [_percent(one.percent.value), *map(_figure, measures[1:])]
        table.add_row(
            Text(one_line(one.name, 30)), f"{one.units:,}", *figures, limits, _figure(one.ac1), ac2
        )
    return table


def _reasons(group: GroupAgreement) -> list[str]:
    """Why figures are missing, each reason once."""
    found: dict[str, list[str]] = {}
    for one in group.subjects:
        measures = {
            "equal": one.percent, "Cohen": one.cohen, "Fleiss": one.fleiss, "alpha": one.alpha,
            "AC1": one.ac1,
        }  # fmt: skip
        for name, measure in measures.items():
            if measure.undefined:
                found.setdefault(f"{one.name}: {measure.undefined}", []).append(name)
    return [f"{NONE} {', '.join(names)} of {why}" for why, names in found.items()]


def _share_rows(report: AgreementReport) -> list[tuple[str, Share]]:
    bias, grounds = report.bias, report.grounds
    return [
        ("the response displayed left (50 % if sides do not matter)", bias.left),
        ("the longer response", bias.longer),
        ("the longer response, verdicts being equal", bias.longer_same_verdict),
        ("the one that passed, beside one that did not", grounds.verdict),
        ("the one with fewer strong flags", grounds.strong),
        ("the one with fewer hints", grounds.hints),
        ("ties beside one that passed and one that did not (all votes)", grounds.verdict_ties),
        ("the same response when sides were swapped (two votes)", bias.swapped),
        ("the same response when sides were alike (two votes)", bias.unswapped),
        ("the same response when sides were swapped, same person", bias.swapped_same_person),
        ("acceptable or not, as the verdict is (all answers)", grounds.acceptable),
        *((f"flag accepted: {one_line(one.rule, 40)}", one.accepted) for one in grounds.rules),
    ]


def _shares(report: AgreementReport, rows: list[tuple[str, Share]]) -> Table:
    table = _table("of decided votes, for …", "share", "95 %", "votes")
    for words, share in rows:
        if share.value is not None:
            table.add_row(Text(words), *_share(share))
    kappa = report.grounds.kappa
    table.add_row(
        "acceptable beside the verdict: Cohen's kappa", _figure(kappa), "", f"{kappa.units:,}"
    )
    return table


def _annotators(people: tuple[AnnotatorAgreement, ...]) -> Table:
    table = _table("person", "judgments", "as others", "left", "95 %", "as verdict", "active")
    for one in people:
        left = _share(one.left)
        table.add_row(
            Text(one_line(one.name, 24)), f"{one.judgments:,}", _percent(one.agreement.value),
            left[0], left[1], _share(one.verdict)[0],
            duration(one.active_s) if one.active_s else NONE,
        )  # fmt: skip
    return table


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _figure(measure: Measure) -> str:
    return NONE if measure.value is None else f"{measure.value:.2f}"


def _percent(value: float | None) -> str:
    return NONE if value is None else f"{100 * value:.0f} %"


def _share(share: Share) -> tuple[str, str, str]:
    if share.value is None or share.low is None or share.high is None:
        return NONE, "", "0"
    limits = f"{100 * share.low:.0f} … {100 * share.high:.0f}"
    return _percent(share.value), limits, f"{share.of:,}"
