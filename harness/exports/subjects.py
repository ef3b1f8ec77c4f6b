"""What an item gives a format of pairs or ratings, corrected responses among them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.exports.aggregate import NO_PREFERENCE, pairs_of, ratings_of
from harness.exports.export import Drop, Feeds, Subject
from harness.exports.options import Corrections, ExportOptions
from harness.exports.select import corrections_that_count
from harness.models.pair import Fix, JudgedItem, Outcome, Pair, Rating, Side, Vote

CORRECTOR = "human correction"
# People say that it is better, not how much.
_CORRECTION_MARGIN = 1.0
_FENCE = "```"


def subjects_of(
    item: JudgedItem, votes: Sequence[Vote], feeds: Feeds, options: ExportOptions
) -> Iterator[Subject | Drop]:
    """All that an item gives a format of pairs or ratings, in a fixed order."""
    if votes and options.corrections is not Corrections.ONLY:
        if feeds is Feeds.PAIR:
            found = pairs_of(item, votes, options.aggregate)
            yield from found or [Drop(NO_PREFERENCE)]
        else:
            yield from ratings_of(item, votes, options.aggregate)
    if options.corrections is not Corrections.OFF:
        for pair in _corrected(item, options):
            yield _good(pair) if feeds is Feeds.RATING and isinstance(pair, Pair) else pair


def is_conflict(pair: Pair) -> bool:
    """Whether people prefer what fails to what passes."""
    if pair.ordered is None:
        return False
    chosen, rejected = pair.ordered
    return bool(chosen.verdict) and not chosen.passed and rejected.passed


def _corrected(item: JudgedItem, options: ExportOptions) -> Iterator[Pair | Drop]:
    sides = {side.position: side for side in item.sides}
    for at in corrections_that_count(item, options.filters):
        fix = item.fixes[at]
        original = sides.get(fix.position or 0)
        if original is None:
            yield Drop("a correction of no response in particular")
            continue
        yield Pair(
            item=item, first=original, second=_corrected_side(fix, original, len(sides) + at + 1),
            preference=_CORRECTION_MARGIN, outcome=Outcome.SECOND, agreement=1.0,
            made_by="correction",
        )  # fmt: skip


def _corrected_side(fix: Fix, original: Side, position: int) -> Side:
    text = fix.code
    if _FENCE in original.text:
        # Else a trainer would learn that answers without a fence are the better ones.
        name = original.result.get("language", "")
        text = f"{_FENCE}{name}\n{text.rstrip()}\n{_FENCE}\n"
    return Side(
        position=position, response_id=fix.correction_id, model=CORRECTOR, text=text,
        result=fix.result or {},
    )  # fmt: skip


def _good(pair: Pair) -> Rating:
    return Rating(
        item=pair.item, side=pair.chosen, ratings={}, acceptable=None, good=True, agreement=1.0,
        made_by=pair.made_by,
    )  # fmt: skip
