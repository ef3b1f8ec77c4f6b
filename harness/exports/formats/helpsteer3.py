"""HelpSteer3 preferences: -3 … 3, negative favours response 1, with each annotator's reasons."""

from __future__ import annotations

from harness.exports.aggregate import preference_of
from harness.exports.export import Export, Feeds, Row, RowContext, pair_row, user
from harness.exports.shapes import MESSAGES, TEXT, WHOLE, ListOf, Struct
from harness.exports.words import feedback, whole_preference
from harness.models.pair import Pair, Vote

_INDIVIDUAL = Struct({"score": WHOLE, "reasoning": TEXT, "feedback1": TEXT, "feedback2": TEXT})


def _row(pair: Pair, _context: RowContext) -> Row:
    return {
        "domain": "code",
        "language": pair.item.language,
        "context": [user(pair.item.prompt)],
        "response1": pair.first.text,
        "response2": pair.second.text,
        "overall_preference": whole_preference(pair),
        "individual_preference": [_individual(pair, vote) for vote in pair.votes],
    }


def _individual(pair: Pair, vote: Vote) -> Row:
    return {
        "score": preference_of(vote, pair.first.position, pair.second.position) or 0,
        "reasoning": vote.answer.get("justification", ""),
        "feedback1": feedback(vote, pair.first.position),
        "feedback2": feedback(vote, pair.second.position),
    }


EXPORT = Export(
    name="helpsteer3",
    title="HelpSteer3 preferences -3 to 3 with individual reasons; ties are 0",
    feeds=Feeds.PAIR,
    row=pair_row(_row),
    shape=Struct(
        {
            "domain": TEXT, "language": TEXT, "context": MESSAGES, "response1": TEXT,
            "response2": TEXT, "overall_preference": WHOLE,
            "individual_preference": ListOf(_INDIVIDUAL),
        }
    ),
    ties=True,
    needs_people=True,
    tasks=("text-classification",),
)  # fmt: skip
