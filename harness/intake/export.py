"""Write tasks as folders of our own format: the other direction of ``_own``.

A text whose characters a text file would not bring back (carriage returns are folded when a file
is read) stands in ``task.toml`` as an escaped string, so every task reads back as it was.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from harness.errors import InputError
from harness.intake._fields import SUFFIX_OF_LANGUAGE
from harness.intake._sql_files import files_of
from harness.models import Task, TestKind

TASK_FILE = "task.toml"
_HEAD = ("title", "entry_point", "unit_style", "tags", "licence", "source", "trust")
_TABLES = ("signature", "comparator", "limits")
_CODE = ("reference", "start", "tests", "prefix", "suffix", "preamble")
# Ids made of these need no mark to tell them apart: "/" becomes "__", which they do not hold.
_PLAIN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*(?:[/_][A-Za-z0-9.-]+)*")
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_. -]*(?:/[A-Za-z0-9_][A-Za-z0-9_. -]*)*")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_MAX_SLUG = 80


def write_task_folder(task: Task, out: Path) -> Path:
    """Write ``out/<slug>/`` whole or not at all; ``load_tasks`` of it gives the same task.

    Returns the folder. Raises InputError if it is there already, or for a task that the format
    cannot hold (no prompt, text that is no Unicode).
    """
    folder = out / slug_of(task.task_id)
    if folder.exists() or folder.is_symlink():
        raise InputError(
            f"task {task.task_id!r} would overwrite this folder",
            file=folder,
            fix="remove it, or choose another --out",
        )
    files = _encoded(task)
    out.mkdir(parents=True, exist_ok=True)
    partial = out / f".{folder.name}.{secrets.token_hex(4)}.partial"
    partial.mkdir()
    try:
        for name, data in files.items():
            file = partial / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        partial.rename(folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return folder


def slug_of(task_id: str) -> str:
    """A folder name for any id: no separators, dots first or names a system reserves.

    Different ids get different names; those with unusual characters carry a digest of the id.
    """
    plain = _PLAIN_ID.fullmatch(task_id) and not task_id.endswith(".")
    if plain and len(task_id) <= _MAX_SLUG and not _RESERVED.fullmatch(task_id):
        return task_id.replace("/", "__")
    digest = hashlib.sha256(task_id.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    words = re.sub(r"[^A-Za-z0-9]+", "-", task_id)[:_MAX_SLUG].strip("-")
    return f"{words or 'task'}-{digest}"


def _encoded(task: Task) -> dict[str, bytes]:
    """Files of the folder; ``task.toml`` last, so that a half-written folder is no task."""
    if not task.prompt:
        raise InputError(f"task {task.task_id!r} has no prompt", fix="give it one")
    try:
        return {name: text.encode("utf-8") for name, text in _texts(task).items()}
    except UnicodeEncodeError as error:
        raise InputError(
            f"task {task.task_id!r} holds half of a surrogate pair, which no file can",
            fix="correct that character in the task's source",
        ) from error


def _texts(task: Task) -> dict[str, str]:
    suffix = SUFFIX_OF_LANGUAGE[task.language]
    named = {"prompt": "prompt.md", **{key: key + suffix for key in _CODE}}
    row = task.model_dump(mode="json")
    texts = {named[key]: row[key] for key in named if row[key] and _survives(row[key])}
    inline = {key: row[key] for key in named if row[key] and not _survives(row[key])}
    if task.cases:
        texts["cases.json"] = _cases(task)
    if task.html is not None:
        table = task.html.model_dump(mode="json", exclude_defaults=True)
        texts["html.json"] = json.dumps(table, indent=2) + "\n"
    if task.sql is not None:
        files, table = files_of(task.sql)
        texts |= files
        inline |= {"sql": table} if table else {}
    if _may_be_files(task.files):
        texts |= {f"files/{path}": text for path, text in task.files.items()}
    else:
        inline["files"] = task.files
    return {**texts, TASK_FILE: _toml(task, inline)}


def _survives(text: str) -> bool:
    """Whether reading a text file gives this very text again."""
    return "\r" not in text


def _may_be_files(files: Mapping[str, str]) -> bool:
    """Whether all paths are harmless names below a folder, none of them another's parent."""
    parents = {str(parent) for path in files for parent in PurePosixPath(path).parents}
    return all(
        _PLAIN_PATH.fullmatch(path) and path not in parents and _survives(text)
        for path, text in files.items()
    )


def _cases(task: Task) -> str:
    # Escaped: a case may hold text that no file can, such as half of a surrogate pair.
    rows = [
        {"name": case.name, **case.model_dump(mode="json", exclude_defaults=True)}
        for case in task.cases
    ]
    lines = ",\n  ".join(json.dumps(row) for row in rows)
    return f"[\n  {lines}\n]\n"


def _toml(task: Task, inline: Mapping[str, Any]) -> str:
    row = task.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    if task.kind is TestKind.STDIO:  # whose comparator is another where none is written
        row["comparator"] = {"kind": task.comparator.kind, **row.get("comparator", {})}
    texts = {key: value for key, value in inline.items() if isinstance(value, str)}
    head = {"id": task.task_id, "language": task.language.value, "kind": task.kind.value}
    lines = _pairs({**head, **{key: row[key] for key in _HEAD if key in row}, **texts})
    tables = {key: row[key] for key in _TABLES if key in row}
    tables |= {key: value for key, value in inline.items() if not isinstance(value, str)}
    for name, table in tables.items():
        lines += ["", f"[{name}]", *_pairs(table)]
    return "\n".join(lines) + "\n"


def _pairs(values: Mapping[str, Any]) -> list[str]:
    return [f"{_key(key)} = {_value(value)}" for key, value in values.items()]


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _value(key)


def _value(value: Any) -> str:
    """A TOML value. A JSON string is a TOML string but for DEL, which TOML wants escaped."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        return f"{{ {', '.join(_pairs(value))} }}"
    if isinstance(value, Iterable):
        return f"[{', '.join(_value(one) for one in value)}]"
    return repr(value)
