"""A rubric: what a trainer is asked about the responses of an item, and when an answer is complete.

These records are the keys of a rubric file; docs/rubrics.md explains each. What only holds between
fields (ids that exist, scales in order, keys that clash) is checked by ``harness.rubrics``.
"""

from __future__ import annotations

import hashlib
import json
import re
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from harness.models.base import Record
from harness.models.judgment import MAX_AXES, MAX_TEXT
from harness.models.language import Language

# Control characters move a terminal's cursor; directional ones make text read as what it is not.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def _printable(text: str) -> str:
    found = _UNSEEN.search(text)
    if found:
        raise ValueError(f"holds the control character U+{ord(found[0]):04X}; remove it")
    return text


def _one_line(text: str) -> str:
    if "\n" in text or "\t" in text:
        raise ValueError("holds a line break or a tab; write it on one line")
    return _printable(text)


def _text(most: int, least: int = 1) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, strict=True, min_length=least, max_length=most)


Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,59}$")]
Title = Annotated[str, _text(200), AfterValidator(_one_line)]
Anchor = Annotated[str, _text(600), AfterValidator(_one_line)]
Prose = Annotated[str, _text(MAX_TEXT, 0), AfterValidator(_printable)]
Flag01 = Annotated[bool, Field(strict=True)]
Value = Annotated[int, Field(strict=True, ge=-100, le=100)]
# Not strict: keys of JSON are text.
Step = Annotated[int, Field(ge=-100, le=100)]
Count = Annotated[int, Field(strict=True, ge=0, le=MAX_TEXT)]


class Mode(StrEnum):
    """How many responses one judgment is about."""

    PAIRWISE = "pairwise"  # two, and which is better
    SINGLE = "single"  # one
    RANKING = "ranking"  # two or more, in order


class HelpSteer2(StrEnum):
    """The attributes of a helpsteer2 export, integers 0 … 4 (exports only)."""

    HELPFULNESS = "helpfulness"
    CORRECTNESS = "correctness"
    COHERENCE = "coherence"
    COMPLEXITY = "complexity"
    VERBOSITY = "verbosity"


class Choice(StrEnum):
    """What a preference may have come to."""

    TIE = "tie"
    BOTH_BAD = "both_bad"
    DECIDED = "decided"  # one of the two is better


class When(Record):
    """A condition: one subject (axis, acceptable, preference, any, all) and its bounds.

    Asked of a field that each response has, it looks at that response; else at any of them.
    at_least, at_most, equals: of the axis' rating, or of how strong the preference is (1 … 3).
    """

    axis: Id | None = None
    acceptable: Flag01 | None = None
    preference: Choice | None = None
    any: tuple[When, ...] = ()
    all: tuple[When, ...] = ()
    at_least: Value | None = None
    at_most: Value | None = None
    equals: Value | None = None


class Question(Record):
    """What every part of the form has. A question with ``when`` is required only then."""

    title: Title
    help: Prose = ""
    required: Flag01 = True
    when: When | None = None


class ScalePoint(Record):
    """One value of a scale; the anchor says what a response is like that deserves it."""

    value: Value
    title: Title
    anchor: Anchor


class Axis(Question):
    """A scale each response is rated on. helpsteer2: the attribute it becomes in that export."""

    id: Id
    scale: Annotated[tuple[ScalePoint, ...], Field(min_length=2, max_length=11)]
    helpsteer2: HelpSteer2 | None = None


class Acceptable(Question):
    """Yes or no for each response: could it be used as it is?"""

    title: Title = "Acceptable as it is?"


class PreferenceScale(Question):
    """Which of two responses is better.

    labels: a text for each step -n … n (n up to 3) as shown: negative favours the left side, A.
    Without a label for 0 there are no ties; without ``both_bad`` that answer is not offered.
    """

    title: Title = "Which one is better?"
    labels: dict[Step, Title]
    both_bad: Title | None = None

    @property
    def ties(self) -> bool:
        """Whether a tie may be said."""
        return 0 in self.labels


class Ranking(Question):
    """The order of all responses, best first. ties: several may share a place."""

    title: Title = "Best first"
    ties: Flag01 = True


class Category(Record):
    """One of several words to choose from."""

    id: Id
    title: Title
    help: Prose = ""


class Reasons(Question):
    """Reason categories of a judgment; at_most: how many may be chosen."""

    title: Title = "Reasons"
    categories: Annotated[tuple[Category, ...], Field(min_length=1)]
    at_most: Annotated[int, Field(strict=True, ge=1)] | None = None


class Justification(Question):
    """Why, in the trainer's words. Lengths are in characters of real text (``real_length``)."""

    title: Title = "Why?"
    min_chars: Count = 0
    max_chars: Annotated[int, Field(strict=True, ge=1, le=MAX_TEXT)] = MAX_TEXT


class Severity(Category):
    """How bad a marked line is. wrong: the step it stands in is a false one (trl-prm labels)."""

    wrong: Flag01


class Marks(Question):
    """Marks on lines; required means at least one on each response it is required of."""

    title: Title = "Marks on lines"
    required: Flag01 = False
    severities: Annotated[tuple[Severity, ...], Field(min_length=1)]
    categories: Annotated[tuple[Category, ...], Field(min_length=1)]


class RubricRef(Record):
    """What a judgment names: id, version and a digest of the content it was made with."""

    id: Id
    version: Annotated[int, Field(strict=True, ge=1)]
    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

    @classmethod
    def parse(cls, name: str, digest: str) -> RubricRef:
        """From ``id@version`` and the digest, as they are stored. Raises ValueError."""
        rubric_id, _, version = name.partition("@")
        return cls(id=rubric_id, version=int(version), digest=digest)

    def __str__(self) -> str:
        return f"{self.id}@{self.version}"


class Rubric(Record):
    """A whole form.

    languages: what it is meant for, none means any. keys: {action: key}, see
    ``harness.rubrics.keys``. guidelines: markdown.
    """

    id: Id
    version: Annotated[int, Field(strict=True, ge=1)]
    title: Title
    description: Prose = ""
    mode: Mode
    languages: tuple[Language, ...] = ()
    guidelines: Prose = ""
    axes: Annotated[tuple[Axis, ...], Field(max_length=MAX_AXES)] = ()
    acceptable: Acceptable | None = None
    preference: PreferenceScale | None = None
    ranking: Ranking | None = None
    reasons: Reasons | None = None
    justification: Justification | None = None
    marks: Marks | None = None
    keys: dict[str, Annotated[str, Field(strict=True)]] = Field(default_factory=dict)

    @property
    def digest(self) -> str:
        """sha256 over the content; comments, order of keys and defaults spelled out do not count.

        A default of these records must not change: old digests would name another meaning.
        """
        content = self.model_dump(mode="json", exclude_defaults=True)
        text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def ref(self) -> RubricRef:
        """What a judgment made with this rubric keeps."""
        return RubricRef(id=self.id, version=self.version, digest=self.digest)

    def axis(self, axis_id: str) -> Axis | None:
        """The axis of an id."""
        return next((axis for axis in self.axes if axis.id == axis_id), None)
