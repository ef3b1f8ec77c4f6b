"""What people have said in a project, as measures of quality read it: nothing for a trainer's page.

Preferences and names of responses are in item order, never in the order of the screen.
"""

from __future__ import annotations

from harness.models.base import Record
from harness.models.judgment import Answer
from harness.models.language import Language
from harness.models.result import Verdict


class JudgedResponse(Record):
    """A response of an item. position: 1-based. code_chars: length of its code.

    code_digest: the same for equal code. strong, hints: its flags of that strength.
    """

    position: int
    run_id: str
    response_id: str
    model: str
    verdict: Verdict
    code_chars: int
    code_digest: str
    strong: int = 0
    hints: int = 0


class JudgedItem(Record):
    """An item with a judgment, its responses in item order."""

    item_id: str
    task_id: str
    language: Language
    responses: tuple[JudgedResponse, ...]


class Opinion(Record):
    """What one person says of one item: their newest submitted revision.

    order: positions as displayed, left first. first_preference: said before flags were shown, None
    if the project asks for none. flags_seen: whether flags had been shown before the answer.
    """

    item_id: str
    person_id: str
    answer: Answer
    order: tuple[int, ...]
    first_preference: int | None = None
    flags_seen: bool = False
    active_s: float = 0.0


class Judged(Record):
    """A project's judgments. names: {person_id: name}. rubric: {axis: values of its scale}."""

    project: str
    axes: dict[str, tuple[int, ...]]
    names: dict[str, str]
    items: tuple[JudgedItem, ...]
    opinions: tuple[Opinion, ...]
