"""What a trainer says about the responses of one item: ratings, a preference, marks, reasons.

A response is named by a short text: its position in the item (``"1"``, ``"2"`` …, item order, never
the order on the screen) or the id the store gave it; one answer uses one kind of name throughout.
These records hold what was entered, finished or not; ``harness.rubrics.check_answer`` says whether
it is what the rubric asks for.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from harness.models.base import Record

MAX_PREFERENCE = 3
# Far above what anyone types; below what makes an autosave slow.
MAX_TEXT = 20_000
MAX_MARKS = 500
MAX_RESPONSES = 16
MAX_AXES = 100


def _without_nul(text: str) -> str:
    """PostgreSQL's text holds every character but this one."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


Name = Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(_without_nul)]
Text = Annotated[str, StringConstraints(max_length=MAX_TEXT), AfterValidator(_without_nul)]
# Strict: a JSON true is not the rating 1.
Rating = Annotated[int, Field(strict=True, ge=-100, le=100)]
Ratings = Annotated[dict[Name, Rating], Field(max_length=MAX_AXES)]
YesNo = Annotated[bool, Field(strict=True)]
Preference = Annotated[int, Field(strict=True, ge=-MAX_PREFERENCE, le=MAX_PREFERENCE)]
Place = Annotated[int, Field(strict=True, ge=0)]
Line = Annotated[int, Field(strict=True, ge=1)]


class LineMark(Record):
    """Lines of a response that deserve a word. Lines count from 1 in the code as it was run.

    severity and category: ids of the rubric.
    """

    response: Name
    first_line: Line
    last_line: Line
    severity: Name
    category: Name
    note: Text = ""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last_line < self.first_line:
            raise ValueError(
                f"last_line {self.last_line} is above first_line {self.first_line}; swap them"
            )
        return self


class FlagVerdict(StrEnum):
    """Whether a flag points to something that is really wrong."""

    ACCEPT = "accept"
    REJECT = "reject"


class FlagFeedback(Record):
    """A trainer's word on one flag.

    index: the flag's place in the response's list of flags, from 0; rule and line say the same
    for people and outlive a changed order.
    """

    response: Name
    index: Place
    rule: Name
    line: Line
    verdict: FlagVerdict
    note: Text = ""


class Answer(Record):
    """Everything one judgment says.

    ratings: {response: {axis: value}}; 0 is a rating, a missing axis is not rated.
    acceptable: {response: whether it could be used as it is}.
    preference: -3 … 3 in item order, negative favours response 1; None is not said yet.
    tie and both_bad: preference is 0 with either; ``tie`` and preference 0 mean the same.
    ranking: best first, responses of one place together; only where a rubric ranks.
    reasons: ids of the rubric's reason categories.
    """

    ratings: Annotated[dict[Name, Ratings], Field(max_length=MAX_RESPONSES)] = Field(
        default_factory=dict
    )
    acceptable: Annotated[dict[Name, YesNo], Field(max_length=MAX_RESPONSES)] = Field(
        default_factory=dict
    )
    preference: Preference | None = None
    tie: YesNo = False
    both_bad: YesNo = False
    ranking: Annotated[tuple[tuple[Name, ...], ...], Field(max_length=MAX_RESPONSES)] = ()
    reasons: Annotated[tuple[Name, ...], Field(max_length=MAX_AXES)] = ()
    justification: Text = ""
    marks: Annotated[tuple[LineMark, ...], Field(max_length=MAX_MARKS)] = ()
    flags: Annotated[tuple[FlagFeedback, ...], Field(max_length=MAX_MARKS)] = ()

    @model_validator(mode="before")
    @classmethod
    def _one_spelling_of_a_tie(cls, values: Any) -> Any:
        """The key 4 and the key t mean the same, so they are stored the same."""
        if not isinstance(values, dict):
            return values
        tie, both_bad = values.get("tie") is True, values.get("both_bad") is True
        preference = values.get("preference")
        if preference is None and (tie or both_bad):
            return {**values, "preference": 0}
        if preference == 0 and preference is not False and not both_bad:
            return {**values, "tie": True}
        return values


class Problem(Record):
    """One thing that keeps an answer from being a judgment.

    field: its place, as ``ratings.1.correctness`` or ``marks.0.category``.
    """

    field: str
    message: str
    fix: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}; {self.fix}"
