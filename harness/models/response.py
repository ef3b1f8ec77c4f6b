"""Responses as read, and the code found in them."""

from __future__ import annotations

from enum import StrEnum

from harness.models.base import Record
from harness.models.language import Language


class Form(StrEnum):
    """What a response's text is. AUTO is decided by parsing the candidates."""

    AUTO = "auto"
    COMPLETION = "completion"
    FULL = "full"
    CHAT = "chat"


class Response(Record):
    """One AI response. ``prefix`` overrides the task's (CodeT's prompt_used).

    replaced: characters of the text that are none (halves of surrogate pairs) and became U+FFFD.
    """

    response_id: str
    task_id: str
    model: str
    text: str
    language: Language | None = None
    form: Form = Form.AUTO
    prefix: str | None = None
    expected_pass: bool | None = None
    replaced: int = 0
    origin: str | None = None
    line: int | None = None


class InvalidRow(Record):
    """A row that could not be evaluated; it is reported, and outside pass@k."""

    file: str
    line: int
    reason: str
    response_id: str | None = None
    task_id: str | None = None


class Code(Record):
    """The program extracted from a response.

    source: what is run. form: how the text was read. first_line: 1-based line of
    ``source`` on which the response's own text begins (lines before it are the task's).
    entry_point_found: whether ``source`` defines the task's entry point (True if none is named).
    note: what extraction had to do ("second of 3 fences", "re-indented"), for the report.
    """

    source: str
    form: Form
    first_line: int = 1
    entry_point_found: bool = True
    note: str = ""
