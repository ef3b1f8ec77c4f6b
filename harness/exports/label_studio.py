"""Label Studio's task JSON: how our items are laid out in it, and judgments read out of any of it.

Fields after https://labelstud.io/guide/task_format and .../guide/export: a task has ``data``,
``predictions`` and ``annotations``; an annotation has ``result``, a list of regions with
``from_name``, ``to_name``, ``type`` and ``value``. What is read keeps every field, known or not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness.errors import InputError
from harness.exports.conflicts import ConflictList
from harness.exports.export import RowContext
from harness.exports.folder import new_folder
from harness.exports.label_studio_result import answer_of
from harness.exports.manifest import Origin
from harness.exports.options import ExportOptions
from harness.exports.project import Done, check_options, finish, offer_items, with_tasks
from harness.exports.registry import find_export
from harness.exports.writing import Plan, Writing
from harness.intake import read_rows
from harness.models.pair import JudgedItem, Side, Vote
from harness.models.review import JudgmentKind, Role

_PROMPTS = ("prompt", "question", "instruction", "query", "input", "text")
_STEMS = ("response", "answer", "completion", "output", "")
_NUMBERED = re.compile(r"(?P<stem>.*?)[_-]?(?P<place>[1-8a-h])")


def export_label_studio(
    file: Path,
    options: ExportOptions,
    out: Path,
    *,
    pseudonym: Callable[[str], str],
    overwrite: bool = False,
) -> Done:
    """Write the judgments of a Label Studio task file into the new folder ``out``.

    The file is read twice, row by row (a JSON array whole). Raises InputError for rows without a
    prompt or responses, and for formats that need a rubric.
    """
    export = find_export(options.format)
    check_options(export, options)
    if export.missing is not None:
        raise InputError(
            f"{export.name} needs a rubric, which a Label Studio file lacks",
            fix="export a review project, or choose another --format",
        )
    with new_folder(out, overwrite=overwrite) as folder:
        context = RowContext(
            with_margin=options.with_margin, pseudonym=pseudonym, identities=options.identities
        )
        prompts = ((item.task_key, item.prompt) for item in read_items(file))
        plan = with_tasks(Plan(export, options, context), _once(prompts))
        with Writing(plan, folder) as writing, ConflictList(folder, context) as conflicts:
            offer_items(writing, conflicts, read_items(file))
            title = f"Judgments from {file.name}"
            manifest = finish(writing, conflicts, Origin("label-studio", file.name, title))
    return Done(out, manifest)


def _once(prompts: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for key, prompt in prompts:
        if key not in seen:
            seen.add(key)
            yield key, prompt


def read_items(file: Path) -> Iterator[JudgedItem]:
    """The tasks of a file as items; ``extra`` is the task as it stands there."""
    for line, row in read_rows(file):
        if isinstance(row, str):
            raise InputError(row, file=file, line=line)
        try:
            yield item_of(row, line)
        except ValueError as error:
            raise InputError(
                str(error), file=file, line=line,
                fix="a task needs data with a prompt and response_1, response_2",
            ) from None  # fmt: skip


def item_of(task: Mapping[str, Any], line: int) -> JudgedItem:
    """The item of a task. Raises ValueError saying what it lacks."""
    data = task.get("data")
    if not isinstance(data, dict):
        raise ValueError("no data")  # noqa: TRY004 - one kind of fault for the caller
    prompt = _first_text(data, _PROMPTS)
    if prompt is None:
        raise ValueError(f"no prompt in data (looked for {', '.join(_PROMPTS)})")
    ours = data.get("harness")
    name = str(data.get("task_id") or task.get("id") or line)
    sides = tuple(_sides(data, ours if isinstance(ours, dict) else {}))
    head = {
        "task_id": name, "prompt": prompt, "language": str(data.get("language") or ""),
        "source": data.get("source"), "licence": data.get("licence"),
    }  # fmt: skip
    return JudgedItem(
        item_id=str(data.get("item_id") or task.get("id") or f"line-{line}"), task_key=name,
        task=head, state=str(data.get("state") or ""), reason="", sides=sides,
        votes=tuple(_votes(task, sides)), extra=task,
    )  # fmt: skip


def _first_text(data: Mapping[str, Any], names: Sequence[str]) -> str | None:
    return next((data[name] for name in names if isinstance(data.get(name), str)), None)


def _sides(data: Mapping[str, Any], meta: Mapping[str, Any]) -> Iterator[Side]:
    texts = _texts(data)
    if not texts:
        raise ValueError("no response in data (looked for response_1, response_2 and the like)")
    known = meta.get("responses", [])
    for position, text in enumerate(texts, 1):
        about = known[position - 1] if position <= len(known) else {}
        result = {"verdict": about["verdict"]} if about.get("verdict") else {}
        code = data.get(f"code_{position}")
        if isinstance(code, str):
            result["code"] = code
        yield Side(
            position=position, response_id=str(about.get("response_id", position)),
            model=str(about.get("model", "")), text=text, result=result,
        )  # fmt: skip


def _texts(data: Mapping[str, Any]) -> list[str]:
    """Texts of the responses, by the number or letter at the end of their names."""
    groups: dict[str, dict[str, str]] = {}
    for name, value in data.items():
        found = _NUMBERED.fullmatch(name)
        if found and isinstance(value, str):
            groups.setdefault(found["stem"], {})[found["place"]] = value
    for stem in _STEMS:
        if stem in groups:
            return [groups[stem][place] for place in sorted(groups[stem])]
        if isinstance(data.get(stem), str):
            return [data[stem]]
    return []


def _votes(task: Mapping[str, Any], sides: Sequence[Side]) -> Iterator[Vote]:
    for at, annotation in enumerate(task.get("annotations") or ()):
        if not isinstance(annotation, dict) or annotation.get("was_cancelled"):
            continue
        ours = annotation.get("harness")
        ours = ours if isinstance(ours, dict) else {}
        yield Vote(
            judgment_id=judgment_id(at), assignment_id="", role=str(ours.get("role", Role.TRAINER)),
            person_id=_person(annotation, ours), revision=1, parent=None,
            kind=JudgmentKind.SUBMITTED.value, answer=answer_of(annotation, sides),
            rubric_ref=str(ours.get("rubric_ref", "")), rubric_digest="",
            guidelines_version=int(ours.get("guidelines_version", 0)),
            flags_seen=bool(ours.get("flags_seen", False)), created_at=_at(annotation),
            order=tuple(ours.get("order", ())), wall_s=0.0,
            active_s=float(annotation.get("lead_time") or 0.0), paused_s=0.0, surplus=False,
            final=True,
        )  # fmt: skip


def judgment_id(at: int) -> str:
    """Names an annotation by its place."""
    return f"annotation-{at}"


def _person(annotation: Mapping[str, Any], ours: Mapping[str, Any]) -> str:
    who = annotation.get("completed_by")
    if isinstance(who, dict):
        who = who.get("email") or who.get("id")
    return str(ours.get("annotator") or who or "unknown")


def _at(annotation: Mapping[str, Any]) -> float:
    try:
        found = datetime.fromisoformat(str(annotation.get("created_at")))
    except ValueError:
        return 0.0
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
