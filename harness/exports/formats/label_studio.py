"""Label Studio's task JSON: data, our flags as predictions, judgments as annotations.

A task that was read from Label Studio is written as it was, unknown fields and all; only people are
renamed. ``label_config.xml`` beside ours is an interface that shows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.exports.export import Export, Feeds, Row, RowContext, item_row
from harness.exports.label_studio_config import config_of
from harness.exports.label_studio_result import regions_of, span_region
from harness.exports.manifest import moment
from harness.exports.shapes import ANY, Struct
from harness.models import Json
from harness.models.pair import JudgedItem, Side, Vote


def _row(item: JudgedItem, context: RowContext) -> Row:
    if item.extra is not None:
        return _as_it_was(item, context)
    return {
        "data": _data(item),
        "predictions": _predictions(item),
        "annotations": [_annotation(item, vote, context) for vote in item.votes if vote.final],
    }


def _data(item: JudgedItem) -> Row:
    data: Row = {
        "item_id": item.item_id, "task_id": item.task_id, "language": item.language,
        "state": item.state, "source": item.task.get("source"),
        "licence": item.task.get("licence"), "prompt": item.prompt,
    }  # fmt: skip
    for side in item.sides:
        data |= {f"response_{side.position}": side.text, f"code_{side.position}": side.code}
    about = [
        {"response_id": side.response_id, "model": side.model, "verdict": side.verdict}
        for side in item.sides
    ]
    return data | {"harness": {"responses": about}}


def _predictions(item: JudgedItem) -> list[Json]:
    regions = [_flag(side, flag) for side in item.sides for flag in side.result.get("flags", ())]
    if not regions:
        return []
    numbered = [{"id": f"f{at}", **region} for at, region in enumerate(regions)]
    return [{"model_version": "code-eval-harness flags", "result": numbered}]


def _flag(side: Side, flag: Any) -> Row:
    lines = (flag["line"], flag["end_line"])
    region = span_region("flags", side.position, side.code, lines, [flag["rule"]])
    score = {} if flag.get("precision") is None else {"score": flag["precision"]}
    return region | score | {"meta": {"text": [flag["message"], flag["question"]]}}


def _annotation(item: JudgedItem, vote: Vote, context: RowContext) -> Row:
    at = moment(vote.created_at)
    return {
        "result": regions_of(vote.answer, item.sides),
        "lead_time": vote.active_s,
        "ground_truth": False,
        "was_cancelled": False,
        "created_at": at,
        "harness": {
            "judgment_id": vote.judgment_id, "annotator": context.pseudonym(vote.person_id),
            "role": vote.role, "order": list(vote.order), "flags_seen": vote.flags_seen,
            "rubric_ref": vote.rubric_ref, "guidelines_version": vote.guidelines_version,
            "answer": vote.answer,
        },
    }  # fmt: skip


def _as_it_was(item: JudgedItem, context: RowContext) -> Row:
    """The task that was read, without the annotations that were filtered out."""
    kept = {vote.judgment_id for vote in item.votes}
    annotations = [
        one if context.identities else _without_names(one, context)
        for at, one in enumerate(item.extra.get("annotations") or ())
        if f"annotation-{at}" in kept or not isinstance(one, dict) or one.get("was_cancelled")
    ]
    if "annotations" not in item.extra:
        return dict(item.extra)
    return {**item.extra, "annotations": annotations}


def _without_names(annotation: Any, context: RowContext) -> Any:
    who = annotation.get("completed_by") if isinstance(annotation, dict) else None
    if not isinstance(who, dict):
        return annotation  # a number says nothing outside of its Label Studio
    name = str(who.get("email") or who.get("id"))
    return {**annotation, "completed_by": {"email": context.pseudonym(name)}}


def _files(files: Mapping[str, Path], context: RowContext) -> dict[str, Json]:
    config = config_of(files.values(), context.rubric)
    return {} if config is None else {"label_config.xml": config}


EXPORT = Export(
    name="label-studio",
    title="Label Studio task JSON: flags as predictions, judgments as annotations",
    feeds=Feeds.ITEM,
    row=item_row(_row),
    shape=Struct({"data": ANY, "predictions": ANY, "annotations": ANY}),
    ties=True,
    distinct=False,
    array=True,
    files=_files,
    tasks=("other",),
)
