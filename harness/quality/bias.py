"""What moves judgments besides quality: the side, the length; and whether they follow verdicts."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from harness.models import Record, Verdict
from harness.models.judged import Judged, JudgedResponse
from harness.quality.coefficients import Level, cohen_kappa
from harness.quality.intervals import clopper_pearson
from harness.quality.passk import rate_interval
from harness.quality.ratings import Measure
from harness.quality.votes import Vote, by_item


class Share(Record):
    """A share ``count`` of ``of`` with its 95 % interval, or why there is none.

    method: "exact" (Clopper-Pearson, each vote by itself), "bootstrap" or "wilson" over items.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    count: int = 0
    of: int = 0
    method: str = ""
    undefined: str = ""


class Bias(Record):
    """What else decides.

    left: of decided votes on pairs, those for the response displayed left.
    longer: of decided votes on responses of unequal length, those for the longer;
    longer_same_verdict: the same where both passed or both did not.
    swapped: of two votes on the same two responses displayed the other way round, how often both
    are for the same one (or none); unswapped: the same where they were displayed alike, to compare;
    swapped_same_person: those of one person with themselves.
    """

    left: Share
    longer: Share
    longer_same_verdict: Share
    swapped: Share
    unswapped: Share
    swapped_same_person: Share


class RuleWord(Record):
    """What people said of one rule's flags."""

    rule: str
    accepted: Share


class Grounds(Record):
    """Whether people agree with what was measured.

    verdict: of decided votes between one that passed and one that did not, those for the passed;
    verdict_ties: of all votes on such pairs, ties. acceptable: of answers "acceptable?", those
    equal to the verdict; kappa: of Cohen, for the same. strong, hints: of decided votes on
    responses with unequally many such flags, those for the one with fewer, as said before flags
    were shown where that was asked. rules: feedback on flags, most first.
    """

    verdict: Share
    verdict_ties: Share
    acceptable: Share
    kappa: Measure
    strong: Share
    hints: Share
    rules: tuple[RuleWord, ...] = ()


def exact(count: int, of: int, why: str) -> Share:
    """A share of independent trials."""
    if not of:
        return Share(undefined=f"undefined, because {why}")
    low, high = clopper_pearson(count, of)
    return Share(value=count / of, low=low, high=high, count=count, of=of, method="exact")


def over_items(counts: Iterable[tuple[int, int]], why: str) -> Share:
    """A share of trials in items (trials, hits): items are drawn again, not trials."""
    # In one order, so that the same counts give the same interval.
    kept = sorted(counts)
    found = rate_interval(kept)
    if found is None:
        return Share(undefined=f"undefined, because {why}")
    trials, hits = (sum(column) for column in zip(*kept, strict=True))
    return Share(**found.model_dump(), count=hits, of=trials)


def left_share(votes: Iterable[Vote]) -> Share:
    """P(left wins) with an exact interval: half, if sides do not matter."""
    decided = [vote for vote in votes if vote.left is not None and vote.decided]
    hits = sum(vote.towards == vote.left for vote in decided)
    return exact(hits, len(decided), "no pair was decided")


def verdict_share(votes: Iterable[Vote]) -> Share:
    """Of decided votes between a response that passed and one that did not, those for it."""
    return _share(votes, _wanted_verdict, "no decided pair has one that passed and one not")


def bias(votes: Sequence[Vote]) -> Bias:
    """All of it."""
    swapped, unswapped, own = _repeated(votes)
    return Bias(
        left=left_share(votes),
        longer=_share(votes, _longer, "no decided pair differs in length"),
        longer_same_verdict=_share(
            [vote for vote in votes if _passed(vote.first) == _passed(vote.second)],
            _longer, "no decided pair of equal verdicts differs in length",
        ),
        swapped=over_items(swapped, "no pair was judged with its sides swapped"),
        unswapped=over_items(unswapped, "no pair was judged twice with the same sides"),
        swapped_same_person=over_items(own, "nobody judged a pair twice with its sides swapped"),
    )  # fmt: skip


def grounds(judged: Judged, votes: Sequence[Vote]) -> Grounds:
    """Judgments beside verdicts and flags."""
    mixed = [vote for vote in votes if _wanted_verdict(vote)]
    said = _acceptable(judged)
    ties = [(len(some), sum(not one.decided for one in some)) for some in by_item(mixed).values()]
    return Grounds(
        verdict=verdict_share(votes),
        verdict_ties=over_items(ties, "no pair has one that passed and one that did not"),
        acceptable=over_items(
            [(len(some), sum(one == other for one, other in some)) for some in said],
            "nobody said whether a response is acceptable",
        ),
        kappa=cohen_kappa(
            [{"people": one, "verdict": other} for some in said for one, other in some],
            Level.NOMINAL,
        ),
        strong=_share(
            votes, lambda vote: _fewer(vote.first.strong, vote.second.strong),
            "no decided pair differs in strong flags", before_flags=True,
        ),
        hints=_share(
            votes, lambda vote: _fewer(vote.first.hints, vote.second.hints),
            "no decided pair differs in hints", before_flags=True,
        ),
        rules=_rules(judged),
    )  # fmt: skip


def _share(
    votes: Iterable[Vote], wanted: Callable[[Vote], int], why: str, *, before_flags: bool = False
) -> Share:
    """Decided votes for the side ``wanted`` names (-1, 1; 0: it names none), over items."""
    counts: dict[str, list[int]] = {}
    for vote in votes:
        said, side = vote.before_flags if before_flags else vote.towards, wanted(vote)
        if said and side:
            found = counts.setdefault(vote.item.item_id, [0, 0])
            found[0] += 1
            found[1] += said == side
    return over_items([(n, hits) for n, hits in counts.values()], why)


def _longer(vote: Vote) -> int:
    return _fewer(vote.second.code_chars, vote.first.code_chars)


def _fewer(first: int, second: int) -> int:
    """The side with the smaller number: -1 first, 1 second, 0 neither."""
    return (first > second) - (first < second)


def _passed(response: JudgedResponse) -> bool:
    return response.verdict is Verdict.PASSED


def _wanted_verdict(vote: Vote) -> int:
    """The side that passed, if one did; our own errors say nothing about a response."""
    if Verdict.HARNESS_ERROR in (vote.first.verdict, vote.second.verdict):
        return 0
    return _passed(vote.second) - _passed(vote.first)


def _acceptable(judged: Judged) -> list[list[tuple[int, int]]]:
    """Per item: answers to "acceptable?", each beside whether the response passed."""
    verdicts = {
        item.item_id: {str(one.position): one.verdict for one in item.responses}
        for item in judged.items
    }
    found: dict[str, list[tuple[int, int]]] = {}
    for said in judged.opinions:
        for name, yes in said.answer.acceptable.items():
            verdict = verdicts[said.item_id].get(name, Verdict.HARNESS_ERROR)
            if verdict is not Verdict.HARNESS_ERROR:
                pair = (int(yes), int(verdict is Verdict.PASSED))
                found.setdefault(said.item_id, []).append(pair)
    return list(found.values())


def _rules(judged: Judged) -> tuple[RuleWord, ...]:
    said = Counter(
        (flag.rule, flag.verdict.value) for one in judged.opinions for flag in one.answer.flags
    )
    rules = {rule for rule, _ in said}
    words = [
        RuleWord(
            rule=rule,
            accepted=exact(said[rule, "accept"], said[rule, "accept"] + said[rule, "reject"], ""),
        )
        for rule in rules
    ]
    return tuple(sorted(words, key=lambda word: (-word.accepted.of, word.rule)))


_Counts = list[tuple[int, int]]


def _repeated(votes: Iterable[Vote]) -> tuple[_Counts, _Counts, _Counts]:
    """Two votes each on the same two codes: (pairs of votes, those that agree), by how shown."""
    same: dict[tuple[str, str, str], list[tuple[str, int, int]]] = {}
    for vote in votes:
        if vote.left is None or vote.first.code_digest == vote.second.code_digest:
            continue
        # The same two codes may stand in another order in another item.
        flip = 1 if vote.first.code_digest < vote.second.code_digest else -1
        codes = sorted((vote.first.code_digest, vote.second.code_digest))
        found = same.setdefault((vote.item.task_id, codes[0], codes[1]), [])
        found.append((vote.person_id, vote.towards * flip, vote.left * flip))
    kinds: tuple[_Counts, _Counts, _Counts] = ([], [], [])
    for found in same.values():
        for kind, counted in zip(kinds, _agreeing(found), strict=True):
            kind.append(counted)
    return kinds


def _agreeing(found: Sequence[tuple[str, int, int]]) -> list[tuple[int, int]]:
    counts = [[0, 0], [0, 0], [0, 0]]
    for (who, said, left), (other, also, side) in itertools.combinations(found, 2):
        kinds = [0 if left != side else 1] + ([2] if left != side and who == other else [])
        for kind in kinds:
            counts[kind][0] += 1
            counts[kind][1] += said == also
    return [(n, hits) for n, hits in counts]
