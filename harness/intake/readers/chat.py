"""Chat JSONL: ``messages`` (the last assistant turn counts) or ``response``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.intake._fields import RowError, has, id_of, response_of, responses_by_row, text_of
from harness.intake._rows import Row
from harness.intake.base import Reader
from harness.models import Form, Response

_ANSWERING = ("assistant", "model", "ai", "gpt")


def _detect(_path: Path, row: Row | None) -> int:
    if has(row, "messages") or has(row, "conversations") or has(row, "choices"):
        return 85
    return 55 if has(row, "task_id", "prompt", "response") else 0


def _response(row: Row, path: Path, line: int) -> Response:
    task_id = id_of(row, "task_id", "custom_id", "id")
    response_id = str(row.get("response_id") or "")
    text = _answer(row)
    fields: dict[str, Any] = {"task_id": task_id, "response_id": response_id, "form": Form.CHAT}
    return response_of(row, path, line, text=text, **fields)


def _answer(row: Row) -> str:
    turns = row.get("messages") or row.get("conversations")
    choices = row.get("choices")
    if isinstance(choices, list) and choices and isinstance(choices[0], dict):
        turns = [choices[0].get("message")]
    if turns is None:
        return text_of(row, "response", "text", "answer", "output")
    if not isinstance(turns, list):
        raise RowError("messages must be a list of {role, content}")
    for turn in reversed(turns):
        role = str(turn.get("role") or turn.get("from")) if isinstance(turn, dict) else ""
        if role.lower() in _ANSWERING:
            return _content(turn.get("content", turn.get("value")))
    raise RowError("no assistant turn in messages; add the answer with role assistant")


def _content(content: Any) -> str:
    """A turn's text; content may be a list of parts."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        parts = [part.get("text", "") for part in content if isinstance(part, dict)]
        return "".join(part for part in parts if isinstance(part, str))
    raise RowError("the assistant turn has no text content")


READER = Reader(
    name="chat",
    description="chat transcripts: messages of {role, content}, or a response field",
    detect=_detect,
    responses=responses_by_row(_response),
)
