"""Where each row comes from: a line beside it, so that rows themselves stay what trainers read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from harness.exports.export import Row, RowContext, Subject
from harness.models.pair import JudgedItem, Pair, Rating


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


@dataclass
class Facts:
    """What the card says of the rows that were written, gathered on the way."""

    languages: Counter[str] = field(default_factory=Counter)
    licences: Counter[tuple[str, str]] = field(default_factory=Counter)
    models: Counter[str] = field(default_factory=Counter)
    annotators: Counter[str] = field(default_factory=Counter)
    made_by: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    rubrics: set[tuple[str, str]] = field(default_factory=set)
    guidelines: set[int] = field(default_factory=set)
    overlapping: int = 0
    unanimous: int = 0
    swapped: int = 0
    displayed: int = 0
    first_at: float | None = None
    last_at: float | None = None

    def note(self, subject: Subject) -> None:
        """Count a row that was written."""
        item = subject if isinstance(subject, JudgedItem) else subject.item
        self.languages[item.language] += 1
        task = item.task
        self.licences[str(task.get("source") or ""), str(task.get("licence") or "")] += 1
        self.made_by["people" if isinstance(subject, JudgedItem) else subject.made_by] += 1
        if isinstance(subject, Pair):
            self.outcomes[subject.outcome.value] += 1
            self.models[subject.first.model] += 1
            self.models[subject.second.model] += 1
        elif isinstance(subject, Rating):
            self.models[subject.side.model] += 1
        else:
            for side in item.sides:
                self.models[side.model] += 1
        self._note_votes(subject)

    def _note_votes(self, subject: Subject) -> None:
        votes = subject.votes
        if not isinstance(subject, JudgedItem) and len(votes) > 1:
            self.overlapping += 1
            self.unanimous += subject.agreement == 1.0
        for vote in votes:
            self.annotators[vote.person_id] += 1
            self.rubrics.add((vote.rubric_ref, vote.rubric_digest))
            self.guidelines.add(vote.guidelines_version)
            self.displayed += 1
            self.swapped += vote.order != tuple(sorted(vote.order))
            at = vote.created_at
            self.first_at = at if self.first_at is None else min(self.first_at, at)
            self.last_at = at if self.last_at is None else max(self.last_at, at)
