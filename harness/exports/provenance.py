"""Where each row comes from: a line beside it, so that rows themselves stay what trainers read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple, TypeVar

from harness.exports.export import Row, RowContext, Subject
from harness.models.pair import JudgedItem, Pair, Rating, Vote

T = TypeVar("T", bound=Any)
F = TypeVar("F")


def provenance_row(subject: Subject, file: str, row: int, context: RowContext) -> Row:
    """The line of a row. row: 1-based in its file."""
    item = subject if isinstance(subject, JudgedItem) else subject.item
    found: Row = {
        "file": file, "row": row, "item_id": item.item_id, "task_id": item.task_id,
        "language": item.language,
    }  # fmt: skip
    found |= _about(subject)
    found["judgments"] = [
        {
            "judgment_id": vote.judgment_id,
            "annotator": context.pseudonym(vote.person_id),
            # Positions from left to right, as they were displayed.
            "order": list(vote.order),
            "flags_seen": vote.flags_seen,
        }
        for vote in subject.votes
    ]
    return found


def _about(subject: Subject) -> Row:
    if isinstance(subject, JudgedItem):
        return {"made_by": "people"}
    if isinstance(subject, Rating):
        side = subject.side
        return {
            "made_by": subject.made_by, "agreement": subject.agreement, "position": side.position,
            "model": side.model, "verdict": side.verdict,
        }  # fmt: skip
    return {
        "made_by": subject.made_by,
        "outcome": subject.outcome.value,
        "preference": subject.preference,
        "agreement": subject.agreement,
        "responses": [
            {"position": side.position, "model": side.model, "verdict": side.verdict}
            for side in subject.ordered or (subject.first, subject.second)
        ],
    }


class RowFacts(NamedTuple):
    """What is counted of a row. models: of its responses."""

    language: str
    source: str
    licence: str
    made_by: str
    outcome: str
    models: tuple[str, ...]


class VoteFacts(NamedTuple):
    """What is counted of a judgment. swapped: whether it was displayed in another order."""

    person_id: str
    rubric: tuple[str, str]
    guidelines_version: int
    swapped: bool


@dataclass
class Facts:
    """What the card says of the rows that were written, gathered on the way.

    Rows and judgments are counted whole: one look-up each is all that a million of them can afford,
    and there are few different ones.
    """

    rows: Counter[RowFacts] = field(default_factory=Counter)
    votes: Counter[VoteFacts] = field(default_factory=Counter)
    overlapping: int = 0
    unanimous: int = 0
    first_at: float | None = None
    last_at: float | None = None

    def note(self, subject: Subject) -> None:
        """Count a row that was written."""
        made_by, outcome = "people", ""
        if isinstance(subject, JudgedItem):
            item, models = subject, tuple(side.model for side in subject.sides)
        elif isinstance(subject, Pair):
            item, made_by, outcome = subject.item, subject.made_by, subject.outcome
            models = (subject.first.model, subject.second.model)
        else:
            item, made_by, models = subject.item, subject.made_by, (subject.side.model,)
        task = item.task
        source, licence = task.get("source") or "", task.get("licence") or ""
        self.rows[RowFacts(item.language, source, licence, made_by, outcome, models)] += 1
        votes = subject.votes
        if len(votes) > 1 and not isinstance(subject, JudgedItem):
            self.overlapping += 1
            self.unanimous += subject.agreement == 1.0
        for vote in votes:
            self._note_vote(vote)

    def _note_vote(self, vote: Vote) -> None:
        swapped = _is_swapped(vote.order)
        rubric = (vote.rubric_ref, vote.rubric_digest)
        self.votes[VoteFacts(vote.person_id, rubric, vote.guidelines_version, swapped)] += 1
        at = vote.created_at
        if self.first_at is None or self.last_at is None:
            self.first_at = self.last_at = at
        elif at < self.first_at:
            self.first_at = at
        elif at > self.last_at:
            self.last_at = at

    def of_rows(self, key: Callable[[RowFacts], T]) -> dict[T, int]:
        """Rows by something about them, in order."""
        return _by(self.rows, key)

    def of_votes(self, key: Callable[[VoteFacts], T]) -> dict[T, int]:
        """Judgments by something about them, in order."""
        return _by(self.votes, key)

    def models(self) -> dict[str, int]:
        """Responses by model."""
        found: Counter[str] = Counter()
        for row, count in self.rows.items():
            for model in row.models:
                found[model] += count
        return dict(sorted(found.items()))


@cache
def _is_swapped(order: tuple[int, ...]) -> bool:
    return order != tuple(sorted(order))


def _by(counts: Counter[F], key: Callable[[F], T]) -> dict[T, int]:
    found: Counter[T] = Counter()
    for facts, count in counts.items():
        found[key(facts)] += count
    return dict(sorted(found.items()))
