"""Which items and judgments take part, and why the others do not."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from harness.exports.counts import Tally
from harness.exports.options import Filters
from harness.models.pair import JudgedItem, Vote
from harness.models.review import JudgmentKind

UNJUDGED = "nobody has judged it"
ITEM_LEFT_OUT = "its item is left out"


def item_reason(item: JudgedItem, filters: Filters) -> str | None:
    """Why an item is left out, None if it is not."""
    if filters.languages and item.language not in filters.languages:
        return "another language"
    if filters.tasks and not any(fnmatchcase(item.task_id, one) for one in filters.tasks):
        return "another task"
    if filters.states and item.state not in filters.states:
        return "another state"
    if filters.models and not any(side.model in filters.models for side in item.sides):
        return "another model"
    if filters.verdicts and not any(side.verdict in filters.verdicts for side in item.sides):
        return "another verdict"
    return None


def select_votes(
    item: JudgedItem, filters: Filters, tally: Tally, *, revisions: bool
) -> tuple[Vote, ...]:
    """The judgments of an item that take part; counts all of them. revisions: earlier ones too."""
    kept = []
    for vote in item.votes:
        reason = _vote_reason(vote, filters, revisions=revisions)
        if reason is None:
            tally.keep()
            kept.append(vote)
        else:
            tally.drop(reason)
    return tuple(kept)


def _vote_reason(vote: Vote, filters: Filters, *, revisions: bool) -> str | None:
    if not (vote.final or revisions):
        return _superseded(vote)
    return said_reason(vote.person_id, vote.created_at, filters)


def _superseded(vote: Vote) -> str:
    if vote.kind == JudgmentKind.FIRST_PREFERENCE.value:
        return "a first preference"
    if vote.kind == JudgmentKind.WITHDRAWN.value:
        return "withdrawn"
    return "replaced by a later revision or taken back"


def said_reason(person_id: str, at: float, filters: Filters) -> str | None:
    """Why what someone said at a time is left out."""
    if filters.annotators and person_id not in filters.annotators:
        return "another annotator"
    if filters.since is not None and at < filters.since:
        return "before --since"
    if filters.until is not None and at >= filters.until:
        return "not before --until"
    return None


def strength_reason(agreement: float, margin: float | None, filters: Filters) -> str | None:
    """Why an aggregate is left out. margin: None where there is no preference."""
    if agreement < filters.min_agreement:
        return "below --min-agreement"
    if margin is not None and margin < filters.min_preference:
        return "below --min-preference"
    return None


def corrections_that_count(item: JudgedItem, filters: Filters) -> Sequence[int]:
    """Places in ``item.fixes`` of the corrections by those people and of that time."""
    return [
        at
        for at, fix in enumerate(item.fixes)
        if said_reason(fix.person_id, fix.created_at, filters) is None
    ]
