"""From judgments that overlap to one pair or rating of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from enum import StrEnum
from itertools import combinations

from harness.exports.export import Drop
from harness.models.judgment import MAX_PREFERENCE
from harness.models.pair import JudgedItem, Outcome, Pair, Rating, Side, Vote
from harness.models.review import Role

_EXPERTS = (Role.EXPERT.value, Role.MANAGER.value)
NO_PREFERENCE = "no judgment says which one is better"


class Aggregate(StrEnum):
    """How the judgments of one item become one."""

    MAJORITY = "majority"  # the outcome most of them came to; none has most: a tie
    MEAN = "mean"  # the mean of their preferences
    EXPERT = "expert"  # the experts' majority where there is one, else everybody's
    EACH = "each"  # not at all: a pair for every judgment


def preference_of(vote: Vote, first: int, second: int) -> int | None:
    """-3 … 3 between two positions, negative favours ``first``; None if it was not said."""
    ranking = vote.answer.get("ranking")
    if ranking:
        place = {name: at for at, tied in enumerate(ranking) for name in tied}
        if str(first) not in place or str(second) not in place:
            return None
        apart = place[str(first)] - place[str(second)]
        return max(-MAX_PREFERENCE, min(MAX_PREFERENCE, apart))
    preference: int | None = vote.answer.get("preference")
    return preference if (first, second) == (1, 2) else None


def outcome_of(vote: Vote, preference: float) -> Outcome:
    """What a preference comes to."""
    if preference:
        return Outcome.FIRST if preference < 0 else Outcome.SECOND
    return Outcome.BOTH_BAD if vote.answer.get("both_bad") else Outcome.TIE


def votes_that_count(votes: Sequence[Vote], how: Aggregate) -> tuple[Vote, ...]:
    """Those that are aggregated: the experts' alone, if they have the last word."""
    if how is not Aggregate.EXPERT:
        return tuple(votes)
    return tuple(vote for vote in votes if vote.role in _EXPERTS) or tuple(votes)


def pairs_of(item: JudgedItem, votes: Sequence[Vote], how: Aggregate) -> list[Pair | Drop]:
    """The pairs of an item's responses; a Drop for each that cannot be made."""
    counted = votes_that_count(votes, how)
    groups = [(vote,) for vote in counted] if how is Aggregate.EACH else [counted]
    return [
        _pair(item, first, second, group, how)
        for first, second in combinations(item.sides, 2)
        for group in groups
    ]


def _pair(
    item: JudgedItem, first: Side, second: Side, votes: Sequence[Vote], how: Aggregate
) -> Pair | Drop:
    said = [
        (vote, preference)
        for vote in votes
        if (preference := preference_of(vote, first.position, second.position)) is not None
    ]
    if not said:
        return Drop(NO_PREFERENCE)
    if len(said) == 1:  # most items have one judgment, and there is nothing to weigh
        vote, preference = said[0]
        return Pair(
            item=item, first=first, second=second, preference=preference,
            outcome=outcome_of(vote, preference), agreement=1.0, votes=(vote,),
        )  # fmt: skip
    came_to = Counter(outcome_of(vote, preference) for vote, preference in said)
    if how is Aggregate.MEAN:
        strength = sum(value for _, value in said) / len(said)
        outcome = _of_mean(strength, came_to)
    else:
        outcome = _most(came_to)
        values = [value for vote, value in said if outcome_of(vote, value) is outcome]
        strength = sum(values) / len(values) if values else 0.0
    return Pair(
        item=item, first=first, second=second, preference=strength, outcome=outcome,
        agreement=came_to[outcome] / len(said), votes=tuple(vote for vote, _ in said),
    )  # fmt: skip


def _most(came_to: Counter[Outcome]) -> Outcome:
    """The outcome of most; a tie if two outcomes have as many."""
    ranked = came_to.most_common(2)
    if len(ranked) == 2 and ranked[0][1] == ranked[1][1]:
        return Outcome.TIE
    return ranked[0][0]


def _of_mean(preference: float, came_to: Counter[Outcome]) -> Outcome:
    if preference:
        return Outcome.FIRST if preference < 0 else Outcome.SECOND
    bad = came_to[Outcome.BOTH_BAD]
    return Outcome.BOTH_BAD if 2 * bad > sum(came_to.values()) else Outcome.TIE


def ratings_of(item: JudgedItem, votes: Sequence[Vote], how: Aggregate) -> list[Rating]:
    """What is said of each response of an item."""
    counted = votes_that_count(votes, how)
    groups = [(vote,) for vote in counted] if how is Aggregate.EACH else [counted]
    return [_rating(item, side, group, how) for side in item.sides for group in groups]


def _rating(item: JudgedItem, side: Side, votes: Sequence[Vote], how: Aggregate) -> Rating:
    name = str(side.position)
    said = [vote.answer["acceptable"][name] for vote in votes if name in _acceptable(vote)]
    yes = sum(said)
    acceptable = None if 2 * yes == len(said) else 2 * yes > len(said)
    good, agreement = acceptable, max(yes, len(said) - yes) / len(said) if said else 1.0
    if len(item.sides) == 2:
        pair = _pair(item, *item.sides, votes, how)
        if isinstance(pair, Pair):
            good, agreement = _good(pair, side, acceptable), pair.agreement
    return Rating(
        item=item, side=side, ratings=_means(name, votes), acceptable=acceptable, good=good,
        agreement=agreement, votes=tuple(votes),
    )  # fmt: skip


def _acceptable(vote: Vote) -> dict[str, bool]:
    found: dict[str, bool] = vote.answer.get("acceptable", {})
    return found


def _good(pair: Pair, side: Side, acceptable: bool | None) -> bool | None:
    if pair.ordered is not None:
        return pair.chosen is side
    return False if pair.outcome is Outcome.BOTH_BAD else acceptable


def _means(name: str, votes: Sequence[Vote]) -> dict[str, float]:
    values: dict[str, list[int]] = defaultdict(list)
    for vote in votes:
        for axis, value in vote.answer.get("ratings", {}).get(name, {}).items():
            values[axis].append(value)
    return {axis: sum(given) / len(given) for axis, given in values.items()}
