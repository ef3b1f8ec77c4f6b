"""How far the people of a project agree: with each other, with verdicts, with flags."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from functools import partial

from harness.models import Language, Record
from harness.models.judged import Judged, JudgedItem, Opinion
from harness.models.judgment import MAX_PREFERENCE
from harness.quality.bias import Bias, Grounds, Share, bias, grounds, left_share, verdict_share
from harness.quality.coefficients import (
    Level,
    annotator_agreement,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac,
    krippendorff_alpha,
    percent,
)
from harness.quality.ranking import Ranking, rank_votes
from harness.quality.ratings import RESAMPLES, Measure, Unit, tabulate, undefined
from harness.quality.votes import Vote, by_item, votes

Cluster = Sequence[Unit]


class Kind(StrEnum):
    """What people were asked."""

    PREFERENCE = "preference"  # how much better, -3 … 3 in item order; a unit is an item
    DIRECTION = "direction"  # which one or neither; a unit is a pair of responses
    ACCEPTABLE = "acceptable"  # yes or no; a unit is a response, as for axes
    AXIS = "axis"


class Subject(Record):
    """Agreement on one question.

    alpha: Krippendorff's at the level that fits the question (ordinal for scales, nominal for the
    rest); alphas: at each level that makes sense. cohen: quadratic weights for scales, else none.
    fleiss and ac1 take values as mere names; ac2 weighs their distance (scales only).
    """

    name: str
    kind: Kind
    values: int
    units: int
    percent: Measure
    cohen: Measure
    fleiss: Measure
    alpha: Measure
    alphas: dict[Level, Measure]
    ac1: Measure
    ac2: Measure | None = None


class GroupAgreement(Record):
    """Agreement within one language, or in all (language None)."""

    language: Language | None
    items: int
    overlapping: int
    judgments: int
    annotators: int
    subjects: tuple[Subject, ...]


class AnnotatorAgreement(Record):
    """One person. active_s: median of an item.

    agreement: share of others' values that are equal to theirs, on direction or, where nothing was
    preferred, on every rating.
    """

    person_id: str
    name: str
    judgments: int
    agreement: Measure
    left: Share
    verdict: Share
    active_s: float


class AgreementReport(Record):
    """All of a project; the same for the terminal, JSON and pages.

    groups: all, then languages. rankings: models by what people preferred, in each language.
    """

    schema_version: int = 1
    project: str
    items: int
    judgments: int
    resamples: int
    seed: int
    groups: tuple[GroupAgreement, ...]
    bias: Bias
    grounds: Grounds
    annotators: tuple[AnnotatorAgreement, ...]
    rankings: tuple[Ranking, ...] = ()


def agreement(judged: Judged, *, seed: int = 0, resamples: int = RESAMPLES) -> AgreementReport:
    """Measure a project. The same judgments and seed give the same figures."""
    said = votes(judged)
    languages = sorted({item.language for item in judged.items})
    parts: list[Language | None] = [None, *(languages if len(languages) > 1 else ())]
    return AgreementReport(
        project=judged.project,
        items=len(judged.items),
        judgments=len(judged.opinions),
        resamples=resamples,
        seed=seed,
        groups=tuple(_group(judged, said, one, seed, resamples) for one in parts),
        bias=bias(said),
        grounds=grounds(judged, said),
        annotators=_annotators(judged, said),
        rankings=tuple(
            one for language in languages for one in rank_votes(said, language, seed=seed)
        ),
    )


def _group(
    judged: Judged, said: Sequence[Vote], language: Language | None, seed: int, resamples: int
) -> GroupAgreement:
    items = [one for one in judged.items if language in (None, one.language)]
    known = {item.item_id for item in items}
    opinions = [one for one in judged.opinions if one.item_id in known]
    own = [vote for vote in said if vote.item.item_id in known]
    sizes = [sum(1 for _ in some) for some in _by_item(opinions).values()]
    return GroupAgreement(
        language=language,
        items=len(items),
        overlapping=sum(size > 1 for size in sizes),
        judgments=len(opinions),
        annotators=len({one.person_id for one in opinions}),
        subjects=tuple(_subjects(judged.axes, items, opinions, own, seed, resamples)),
    )


def _subjects(
    axes: Mapping[str, tuple[int, ...]], items: Sequence[JudgedItem],
    opinions: Sequence[Opinion], said: Sequence[Vote], seed: int, resamples: int,
) -> Iterable[Subject]:  # fmt: skip
    pairs = {item.item_id for item in items if len(item.responses) == 2}
    preferences = _preferences([one for one in opinions if one.item_id in pairs])
    scale = range(-MAX_PREFERENCE, MAX_PREFERENCE + 1)
    if preferences:
        yield _subject("preference", Kind.PREFERENCE, preferences, scale, seed, resamples)
    if said:
        yield _subject(
            "direction", Kind.DIRECTION, _directions(said), (-1, 0, 1), seed, resamples
        )  # fmt: skip
    acceptable = _of_responses(opinions, _acceptable)
    if acceptable:
        yield _subject("acceptable", Kind.ACCEPTABLE, acceptable, (0, 1), seed, resamples)
    seen = {axis for one in opinions for given in one.answer.ratings.values() for axis in given}
    for axis in [*axes, *sorted(seen - axes.keys())]:
        rated = _of_responses(opinions, partial(_on_axis, axis=axis))
        if rated:
            yield _subject(axis, Kind.AXIS, rated, axes.get(axis, ()), seed, resamples)


def _subject(
    name: str, kind: Kind, clusters: Sequence[Cluster], scale: Iterable[int], seed: int,
    resamples: int,
) -> Subject:  # fmt: skip
    table = tabulate(clusters, tuple(scale))
    units = [unit for cluster in clusters for unit in cluster]
    graded = kind in {Kind.PREFERENCE, Kind.AXIS}
    levels = tuple(Level) if graded else (Level.NOMINAL,)
    alphas = {one: krippendorff_alpha(table, one, seed, resamples) for one in levels}
    return Subject(
        name=name,
        kind=kind,
        values=table.ratings,
        units=table.comparable,
        percent=percent(table, seed, resamples),
        cohen=cohen_kappa(units, Level.INTERVAL if graded else Level.NOMINAL),
        fleiss=fleiss_kappa(table, seed, resamples),
        alpha=alphas[Level.ORDINAL if graded else Level.NOMINAL],
        alphas=alphas,
        ac1=gwet_ac(table, Level.NOMINAL, seed, resamples),
        ac2=gwet_ac(table, Level.INTERVAL, seed, resamples) if graded else None,
    )


def _by_item(opinions: Iterable[Opinion]) -> Mapping[str, list[Opinion]]:
    found: dict[str, list[Opinion]] = {}
    for one in opinions:
        found.setdefault(one.item_id, []).append(one)
    return found


def _preferences(opinions: Iterable[Opinion]) -> list[Cluster]:
    """One unit an item: what each person prefers, in item order."""
    units = [
        {one.person_id: one.answer.preference for one in some if one.answer.preference is not None}
        for some in _by_item(opinions).values()
    ]
    return [[unit] for unit in units if unit]


def _directions(said: Iterable[Vote]) -> list[Cluster]:
    """One unit for each two responses of an item."""
    clusters: list[Cluster] = []
    for some in by_item(said).values():
        units: dict[tuple[int, int], dict[str, int]] = {}
        for vote in some:
            pair = (vote.first.position, vote.second.position)
            units.setdefault(pair, {})[vote.person_id] = vote.towards
        clusters.append([units[pair] for pair in sorted(units)])
    return clusters


def _of_responses(
    opinions: Iterable[Opinion], given: Callable[[Opinion], Mapping[str, int]]
) -> list[Cluster]:
    """One unit a response; ``given``: what an opinion gives to each, by name."""
    clusters: list[Cluster] = []
    for some in _by_item(opinions).values():
        units: dict[str, dict[str, int]] = {}
        for one in some:
            for name, value in given(one).items():
                units.setdefault(name, {})[one.person_id] = value
        if units:
            clusters.append([units[name] for name in sorted(units)])
    return clusters


def _acceptable(one: Opinion) -> Mapping[str, int]:
    return {name: int(yes) for name, yes in one.answer.acceptable.items()}


def _on_axis(one: Opinion, axis: str) -> Mapping[str, int]:
    return {name: given[axis] for name, given in one.answer.ratings.items() if axis in given}


def _annotators(judged: Judged, said: Sequence[Vote]) -> tuple[AnnotatorAgreement, ...]:
    """Everyone with a judgment, who judged most first."""
    clusters = _directions(said) if said else _ratings(judged)
    agreed = annotator_agreement([unit for cluster in clusters for unit in cluster])
    mine: dict[str, list[Opinion]] = {}
    for one in judged.opinions:
        mine.setdefault(one.person_id, []).append(one)
    own: dict[str, list[Vote]] = {}
    for vote in said:
        own.setdefault(vote.person_id, []).append(vote)
    rows = [
        AnnotatorAgreement(
            person_id=who,
            name=judged.names.get(who, ""),
            judgments=len(opinions),
            agreement=agreed.get(who) or undefined("nothing of theirs can be compared"),
            left=left_share(own.get(who, ())),
            verdict=verdict_share(own.get(who, ())),
            active_s=statistics.median(one.active_s for one in opinions),
        )
        for who, opinions in mine.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.judgments, row.person_id)))


def _ratings(judged: Judged) -> list[Cluster]:
    """Every rating of every axis, each a unit: what is left to compare without preferences."""
    axes = {axis for one in judged.opinions for given in one.answer.ratings.values()
            for axis in given}  # fmt: skip
    return [
        cluster
        for axis in sorted(axes)
        for cluster in _of_responses(judged.opinions, partial(_on_axis, axis=axis))
    ]
