"""The page of a project's agreement, for managers."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from harness.quality.agreement import AgreementReport, AnnotatorAgreement, GroupAgreement, agreement
from harness.quality.ranking import Ranking
from harness.reporting.agreement import (
    figure,
    headline,
    interval,
    reasons,
    share,
    share_of,
    share_rows,
)
from harness.reporting.charts import score_bars
from harness.reporting.ranks import TOP_MODELS, notes_of, title_of
from harness.reporting.text import duration, one_line
from harness.reporting.words import LANGUAGES
from harness.review.access import Access
from harness.review.pages.shell import Shell

# Fewer than the command's: a page should not wait.
RESAMPLES = 400


@dataclass(frozen=True)
class SubjectRow:
    """One question. cells: equal, Cohen, Fleiss, alpha, its interval, AC1, AC2."""

    name: str
    units: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class GroupView:
    """All of the project, or one language. reasons: why figures are missing."""

    title: str
    headline: str
    subjects: tuple[SubjectRow, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class ShareRow:
    """A share of votes. undefined: why there is none."""

    words: str
    share: str
    interval: str
    votes: str
    undefined: str


@dataclass(frozen=True)
class PersonRow:
    """One person. cells: agreement with others, left share, its interval, as verdict, active."""

    name: str
    judgments: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class RankView:
    """Models by what people preferred. rows: model, score, interval, won, of."""

    title: str
    chart: Markup
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class AgreementPage:
    """What is shown; empty: why there is nothing."""

    shell: Shell
    title: str
    href: str
    empty: str
    groups: tuple[GroupView, ...]
    shares: tuple[ShareRow, ...]
    kappa: tuple[str, int]
    people: tuple[PersonRow, ...]
    rankings: tuple[RankView, ...]


def agreement_page(access: Access, slug: str) -> AgreementPage:
    """Measure a project now. Raises NotFound."""
    project = access.store.project(slug)
    report = agreement(access.store.judged(slug), resamples=RESAMPLES)
    kappa = report.grounds.kappa
    return AgreementPage(
        shell=access.shell(f"Agreement, {project.title}", "/manage"),
        title=one_line(project.title, 100),
        href=f"/manage/{slug}",
        empty="" if report.judgments else "Nobody has submitted a judgment yet.",
        groups=tuple(_group(one) for one in report.groups),
        shares=tuple(_share_rows(report)),
        kappa=(figure(kappa), kappa.units),
        people=tuple(_person(one) for one in report.annotators),
        rankings=tuple(_ranking(one) for one in report.rankings),
    )


def _group(group: GroupAgreement) -> GroupView:
    return GroupView(
        title=LANGUAGES[group.language] if group.language else "All judgments",
        headline=headline(group),
        subjects=tuple(
            SubjectRow(
                one_line(one.name, 60), one.units,
                (share_of(one.percent.value), figure(one.cohen), figure(one.fleiss),
                 figure(one.alpha), interval(one.alpha), figure(one.ac1),
                 "" if one.ac2 is None else figure(one.ac2)),
            )
            for one in group.subjects
        ),
        reasons=tuple(reasons(group)),
    )  # fmt: skip


def _share_rows(report: AgreementReport) -> list[ShareRow]:
    return [ShareRow(words, *share(one), one.undefined) for words, one in share_rows(report)]


def _person(one: AnnotatorAgreement) -> PersonRow:
    left = share(one.left)
    return PersonRow(
        one_line(one.name, 80), one.judgments,
        (share_of(one.agreement.value), left[0], left[1], share(one.verdict)[0],
         duration(one.active_s) if one.active_s else "–"),
    )  # fmt: skip


def _ranking(ranking: Ranking) -> RankView:
    rows = []
    for one in ranking.models:
        limits = "–"
        if one.low is not None and one.high is not None:
            limits = f"{100 * one.low:.0f} … {100 * one.high:.0f}"
        name = one_line(one.model, 80) or "(no name)"
        rows.append((name, share_of(one.score), limits, f"{one.won:g}", f"{one.compared:g}"))
    chart = score_bars(ranking, ranking.models[:TOP_MODELS])
    return RankView(title_of(ranking), chart, tuple(rows), notes_of(ranking))
