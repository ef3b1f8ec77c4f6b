"""Our own task format: a folder with ``task.toml``, or the same keys as a row.

tasks/<slug>/
  task.toml          id, title, language, kind, entry_point, unit_style, tags, licence, trust,
                     [signature], [comparator], [limits], [[cases]]
  prompt.md          what the response was asked
  cases.json         the cases, where they are not in task.toml
  html.json          the [html] table of an html task, where it is not in task.toml
  schema.sql …       databases and accepted answers of an sql task (``_sql_files``)
  reference.<ext>    a right response;  tests.<ext> for kind = "unit"
  start.<ext>        a response that is not right yet (the page an exercise begins with)
  prefix.<ext>       code before a completion;  suffix.<ext>    code after it
  preamble.<ext>     code the tests need
  files/…            files of the work folder
  responses/         <right|wrong|broken>_<what>.<ext|md>: bundled responses
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from harness.intake._fields import (
    SUFFIX_OF_LANGUAGE,
    RowError,
    check_testable,
    language_of,
    reason_of,
)
from harness.intake._sql_files import read_sql, with_reference
from harness.models import Comparator, Form, InvalidRow, Response, Task

BUNDLED_MODEL = "bundled"
_CODE_FILES = ("reference", "start", "tests", "prefix", "suffix", "preamble")
_OUTCOMES = ("right", "wrong", "broken")
_CASE_KEYS = {
    "name", "args", "kwargs", "expected", "any_of", "raises", "stdin", "stdout", "argv",
    "check", "path", "hidden", "comparator",
}  # fmt: skip
_KEYS = {
    "id", "task_id", "title", "language", "kind", "entry_point", "unit_style", "tags", "licence",
    "source", "trust", "signature", "comparator", "limits", "cases", "prompt", "tests",
    "reference", "start", "prefix", "suffix", "preamble", "files", "html", "sql",
}  # fmt: skip


def task_folders(path: Path) -> list[Path]:
    """Folders with a task.toml: ``path`` itself (or its parent file), else all below it."""
    if path.name == "task.toml":
        return [path.parent]
    if (path / "task.toml").is_file():
        return [path]
    return sorted(found.parent for found in path.rglob("task.toml"))


def read_task_folder(folder: Path) -> Task | InvalidRow:
    """The task of one folder, or why it is none."""
    file = folder / "task.toml"
    try:
        text = file.read_text("utf-8")
        row = tomllib.loads(text)
    except UnicodeDecodeError:
        return InvalidRow(file=str(file), line=1, reason="not UTF-8; save the file as UTF-8")
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else 1
        return InvalidRow(file=str(file), line=line, reason=f"not valid TOML: {error}")
    try:
        return task_of(row | _files_of(folder, row), file)
    except (RowError, ValidationError, OSError, UnicodeDecodeError) as error:
        line = _line_of(text, error)
        name = str(row.get("id", folder.name))
        return InvalidRow(file=str(file), line=line, reason=reason_of(error), task_id=name)


def task_of(row: dict[str, Any], origin: Path, line: int | None = None) -> Task:
    """A Task from our keys. Raises RowError or ValidationError, both naming the key."""
    unknown = sorted(set(row) - _KEYS)
    if unknown:
        raise RowError(f"unknown key {unknown[0]!r}; the keys are {', '.join(sorted(_KEYS))}")
    values = {key: value for key, value in row.items() if value not in (None, "")}
    task_id = values.pop("id", None) or values.get("task_id")
    if not isinstance(task_id, str | int):
        raise RowError("no id; every task needs one")
    values["language"] = language_of(values.get("language", ""))
    if "prompt" not in values:
        raise RowError("no prompt; write it to prompt.md")
    values["cases"] = tuple(_case(case, number) for number, case in
                            enumerate(values.get("cases", ()), 1))  # fmt: skip
    if values.get("kind") == "stdio":
        values.setdefault("comparator", Comparator(kind="lines"))
    values["task_id"] = str(task_id)
    if "sql" in values:
        values["sql"] = with_reference(values["sql"], values.get("reference"))
    task = Task.model_validate({**values, "origin": str(origin), "line": line})
    check_testable(task)
    if task.kind.value == "call" and not task.entry_point:
        raise RowError('kind = "call" needs entry_point; name the function to call')
    if task.kind.value == "unit" and task.unit_style is None:
        raise RowError('kind = "unit" needs unit_style; use check, script, main, pytest, '
                       "node_test or facts")  # fmt: skip
    return task


def _case(case: Any, number: int) -> dict[str, Any]:
    if not isinstance(case, dict):
        raise RowError(f"case {number} is a {type(case).__name__}; it must be a table of keys")
    unknown = sorted(set(case) - _CASE_KEYS)
    if unknown:
        raise RowError(f"case {number} has unknown key {unknown[0]!r}; "
                       f"the keys are {', '.join(sorted(_CASE_KEYS))}")  # fmt: skip
    values = {"name": f"case {number}", **case}
    if "stdout" in values:
        values["expected"] = values.pop("stdout")
    return values


def _files_of(folder: Path, row: dict[str, Any]) -> dict[str, Any]:
    """Keys that live in files of their own."""
    language = language_of(row.get("language", ""))
    suffix = SUFFIX_OF_LANGUAGE[language]
    found: dict[str, Any] = {}
    for key, name in (
        ("prompt", "prompt.md"),
        *((key, key + suffix) for key in _CODE_FILES),
    ):
        if (folder / name).is_file():
            found[key] = (folder / name).read_text("utf-8")
    cases = folder / "cases.json"
    if cases.is_file():
        if row.get("cases"):
            raise RowError("cases are in task.toml and in cases.json; keep one of them")
        try:
            found["cases"] = json.loads(cases.read_text("utf-8"))
        except ValueError as error:
            raise RowError(f"cases.json is not valid JSON: {error}") from None
        if not isinstance(found["cases"], list):
            raise RowError("cases.json must hold a list of cases")
    if (folder / "html.json").is_file():
        found["html"] = _json_of(folder / "html.json", row, "html")
    if (folder / "sql.json").is_file():
        found["sql"] = _json_of(folder / "sql.json", row, "sql")
    elif isinstance(row.get("sql"), dict):
        found["sql"] = read_sql(folder, row["sql"])
    extra = folder / "files"
    if extra.is_dir():
        found["files"] = {
            file.relative_to(extra).as_posix(): file.read_text("utf-8")
            for file in sorted(extra.rglob("*"))
            if file.is_file()
        }
    return found


def _json_of(file: Path, row: dict[str, Any], key: str) -> Any:
    """A key that stands in a JSON file of its own."""
    if row.get(key):
        raise RowError(f"{key} is in task.toml and in {file.name}; keep one of them")
    try:
        return json.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise RowError(f"{file.name} is not valid JSON: {error}") from None


def _line_of(text: str, error: Exception) -> int:
    """The line of the key an error talks about, as well as it can be told."""
    if isinstance(error, ValidationError):
        words = [str(part) for part in error.errors()[0]["loc"]]
    else:
        words = re.findall(r"'(\w+)'", str(error)) or re.findall(r"\w+", str(error))[:1]
    for word in reversed(words):
        key = re.search(rf"^\s*\[*(?:\w+\.)?{re.escape(word)}\b", text, re.MULTILINE)
        found = key or re.search(rf"[\"']{re.escape(word)}[\"']", text)
        if found:
            return text.count("\n", 0, found.end()) + 1
    return 1


def bundled_of(folder: Path) -> Iterator[Response | InvalidRow]:
    """The responses kept beside a task; the first word of a file's name is the outcome due."""
    task = read_task_folder(folder)
    if isinstance(task, InvalidRow):
        yield task
        return
    for file in sorted((folder / "responses").glob("*")):
        if file.is_file():
            yield _bundled(task, file)


def _bundled(task: Task, file: Path) -> Response | InvalidRow:
    outcome = file.stem.split("_")[0]
    if outcome not in _OUTCOMES:
        reason = f"name starts with {outcome!r}; start it with right_, wrong_ or broken_"
        return InvalidRow(file=str(file), line=1, reason=reason, task_id=task.task_id)
    try:
        text = file.read_text("utf-8")
    except UnicodeDecodeError:
        reason = "not UTF-8; save the file as UTF-8"
        return InvalidRow(file=str(file), line=1, reason=reason, task_id=task.task_id)
    return Response(
        response_id=f"{task.task_id}#{file.stem}",
        task_id=task.task_id,
        model=BUNDLED_MODEL,
        text=text,
        language=task.language,
        form=Form.CHAT if file.suffix == ".md" else Form.FULL,
        expected_pass=outcome == "right",
        origin=str(file),
        line=1,
    )
