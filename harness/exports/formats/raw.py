"""Everything there is: every revision with its marks, every response with its cases, the audit.

One row an item, in our own words. Nothing is aggregated and nothing is left out but who people are.
What has no fixed shape (task, result, answer, old, new) is JSON as text: loaders that give every
column one type could not read it otherwise.
"""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic_core import PydanticSerializationError, to_json

from harness.exports.export import Export, Feeds, Row, RowContext, item_row
from harness.exports.shapes import (
    MAYBE_TEXT,
    MAYBE_WHOLE,
    NUMBER,
    TEXT,
    WHOLE,
    YES_NO,
    ListOf,
    Struct,
)
from harness.models.pair import Fix, JudgedItem, Side, Vote

_RESPONSE = Struct(
    {"position": WHOLE, "response_id": TEXT, "model": TEXT, "text": TEXT, "result": TEXT}
)
_JUDGMENT = Struct(
    {
        "judgment_id": TEXT, "assignment_id": TEXT, "annotator": TEXT, "role": TEXT,
        "revision": WHOLE, "parent": MAYBE_TEXT, "kind": TEXT, "answer": TEXT, "rubric_ref": TEXT,
        "rubric_digest": TEXT, "guidelines_version": WHOLE, "flags_seen": YES_NO,
        "created_at": NUMBER, "order": ListOf(WHOLE), "wall_s": NUMBER, "active_s": NUMBER,
        "paused_s": NUMBER, "surplus": YES_NO, "final": YES_NO,
    }
)  # fmt: skip
_CORRECTION = Struct(
    {
        "correction_id": TEXT, "annotator": TEXT, "position": MAYBE_WHOLE, "code": TEXT,
        "result": TEXT, "created_at": NUMBER,
    }
)  # fmt: skip
_EVENT = Struct(
    {
        "event_id": WHOLE, "at": NUMBER, "what": TEXT, "annotator": MAYBE_TEXT,
        "assignment_id": MAYBE_TEXT, "old": TEXT, "new": TEXT,
    }
)  # fmt: skip


# A person's id as the store mints it; the audit may name people inside its values.
_PERSON = re.compile(r"p_[\w-]{16}")


def _row(item: JudgedItem, context: RowContext) -> Row:
    return {
        "schema_version": 1,
        "item_id": item.item_id,
        "state": item.state,
        "reason": item.reason,
        "task_id": item.task_id,
        "language": item.language,
        "prompt": item.prompt,
        "task": _json(item.task),
        "responses": [_response(side) for side in item.sides],
        "judgments": [_judgment(vote, context) for vote in item.votes],
        "corrections": [_correction(fix, context) for fix in item.fixes],
        "events": [_event(event, context) for event in item.events],
    }


def _response(side: Side) -> Row:
    return {
        "position": side.position, "response_id": side.response_id, "model": side.model,
        "text": side.text, "result": _json(side.result),
    }  # fmt: skip


def _judgment(vote: Vote, context: RowContext) -> Row:
    values = {name: getattr(vote, name) for name in Vote._fields}
    values["annotator"] = context.pseudonym(vote.person_id)
    values["answer"] = _json(vote.answer)
    return {name: values[name] for name in _JUDGMENT.fields}


def _correction(fix: Fix, context: RowContext) -> Row:
    values = {name: getattr(fix, name) for name in Fix._fields}
    values["annotator"] = context.pseudonym(fix.person_id)
    values["result"] = _json(fix.result)
    return {name: values[name] for name in _CORRECTION.fields}


def _event(event: Any, context: RowContext) -> Row:
    who = event["person_id"]
    values = {name: _masked(value, context) for name, value in event.items()}
    values["annotator"] = None if who is None else context.pseudonym(who)
    values |= {name: _json(values[name]) for name in ("old", "new")}
    return {name: values[name] for name in _EVENT.fields}


def _json(value: Any) -> str:
    try:
        return to_json(value).decode("utf-8")
    except (PydanticSerializationError, UnicodeEncodeError):
        return json.dumps(value)  # escapes halves of surrogate pairs, so that they are not lost


def _masked(value: Any, context: RowContext) -> Any:
    if isinstance(value, str):
        return _PERSON.sub(lambda found: context.pseudonym(found[0]), value)
    if isinstance(value, dict):
        return {key: _masked(one, context) for key, one in value.items()}
    if isinstance(value, list):
        return [_masked(one, context) for one in value]
    return value


EXPORT = Export(
    name="raw",
    title="Everything: every judgment, revision, line mark, verdict and event, without loss",
    feeds=Feeds.ITEM,
    row=item_row(_row),
    shape=Struct(
        {
            "schema_version": WHOLE, "item_id": TEXT, "state": TEXT, "reason": TEXT,
            "task_id": TEXT, "language": TEXT, "prompt": TEXT, "task": TEXT,
            "responses": ListOf(_RESPONSE), "judgments": ListOf(_JUDGMENT),
            "corrections": ListOf(_CORRECTION), "events": ListOf(_EVENT),
        }
    ),
    ties=True,
    distinct=False,
    tasks=("other",),
)  # fmt: skip
