"""Judgments for the demo's own trainer to type, and how they must be stored."""

from __future__ import annotations

from playwright.sync_api import expect

from harness.demo import trainer
from harness.demo.trainer import SEVERITIES, Entered
from harness.models import Answer, LineMark
from harness.models.review import AssignmentState, JudgmentKind
from harness.store import ReviewStore

SLOW_MS = 60_000
AXES = (
    "correctness", "instructions", "robustness", "efficiency", "readability", "security",
    "explanation", "overall",
)  # fmt: skip
REASONS = ("wrong-result", "edge-case", "crash", "requirement")


def planned(number: int) -> Entered:
    """What to enter for the ``number``th item; every field takes all of its values in turn."""
    return Entered(
        ratings={
            letter: {axis: (number + shift + at) % 5 for at, axis in enumerate(AXES)}
            for letter, shift in (("A", 0), ("B", 3))
        },
        acceptable={"A": number % 2 == 0, "B": number % 3 == 0},
        preference=number % 7 - 3,
        reason=REASONS[number % len(REASONS)],
        why=f"Item {number}: the other one is wrong for an empty list, and ‘ünïcode’ <b>stays</b>.",
    )


class Trainer(trainer.Trainer):
    """Somebody who also marks whatever is there and runs responses again."""

    def mark_some(self, plan: Entered, number: int) -> None:
        """Two lines of the first response that has code."""
        for letter in "AB":
            lines = self.page.locator(f'.code[data-code="{letter}"] .l').count()
            if lines:
                break
        else:
            return
        start = min(1 + number % 5, lines)
        mark = LineMark(
            response=letter, first_line=start, last_line=min(start + 1, lines),
            severity=SEVERITIES[number % len(SEVERITIES)], category="logic", note=f"note {number}",
        )  # fmt: skip
        self.mark(mark)
        plan.marks.append(mark)

    def run_own_input(self) -> None:
        """Run both responses and the reference with an input of one's own, in real sandboxes."""
        self.keys.press("a")
        self.keys.press("r")
        field = self.page.locator('[data-runs="A"] textarea')
        expect(field).to_be_focused()
        self.keys.press("Control+a")
        self.keys.type("[[1, 10], [2, 3]]")
        self.keys.press("Control+Enter")
        given = self.page.locator('[data-runs="A"] .values')
        expect(given).to_contain_text("Reference", timeout=SLOW_MS)
        expect(given.locator("tbody tr")).to_have_count(3)
        self.keys.press("Escape")


def stored_as_entered(review: ReviewStore, assignment_id: str, plan: Entered) -> None:
    """The assignment has one judgment, and it says what was typed, no more and no less."""
    one = review.assignment(assignment_id)
    assert one.state is AssignmentState.SUBMITTED
    (made,) = review.judgments(assignment_id)
    assert made.kind is JudgmentKind.SUBMITTED
    # Stored in item order: who stood at the left is A.
    names = dict(zip("AB", map(str, one.order), strict=True))
    sign = 1 if one.order == (1, 2) else -1
    assert made.answer == Answer(
        ratings={names[letter]: rated for letter, rated in plan.ratings.items()},
        acceptable={names[letter]: said for letter, said in plan.acceptable.items()},
        preference=sign * plan.preference,
        tie=plan.preference == 0,
        reasons=(plan.reason,),
        justification=plan.why,
        marks=tuple(
            mark.model_copy(update={"response": names[mark.response]}) for mark in plan.marks
        ),
    )
