"""From the fields of a row to records: names, languages, forms, and good reasons."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from harness.intake._rows import Row, read_rows
from harness.intake.base import ResponseStream, TaskStream
from harness.models import Form, InvalidRow, Language, Response, Task

_HALVES = re.compile("[\ud800-\udfff]")
_ALIASES = {
    "py": Language.PYTHON, "python3": Language.PYTHON, "python": Language.PYTHON,
    "js": Language.JAVASCRIPT, "node": Language.JAVASCRIPT, "javascript": Language.JAVASCRIPT,
    "cpp": Language.CPP, "c++": Language.CPP, "cc": Language.CPP, "cxx": Language.CPP,
    "cs": Language.CSHARP, "c#": Language.CSHARP, "csharp": Language.CSHARP,
    "sql": Language.SQL, "sqlite": Language.SQL, "html": Language.HTML,
}  # fmt: skip
# The field that holds a response's text says what kind of text it is.
TEXT_FIELDS: dict[str, Form] = {
    "text": Form.AUTO,
    "response": Form.AUTO,
    "completion": Form.COMPLETION,
    "solution": Form.FULL,
    "generation": Form.COMPLETION,
    "code": Form.FULL,
    "answer": Form.CHAT,
    "output": Form.AUTO,
}
LANGUAGE_OF_SUFFIX = {
    ".py": Language.PYTHON, ".js": Language.JAVASCRIPT, ".mjs": Language.JAVASCRIPT,
    ".cjs": Language.JAVASCRIPT, ".cpp": Language.CPP, ".cc": Language.CPP,
    ".cxx": Language.CPP, ".cs": Language.CSHARP, ".sql": Language.SQL, ".html": Language.HTML,
}  # fmt: skip
SUFFIX_OF_LANGUAGE = {
    Language.PYTHON: ".py", Language.JAVASCRIPT: ".js", Language.CPP: ".cpp",
    Language.CSHARP: ".cs", Language.SQL: ".sql", Language.HTML: ".html",
}  # fmt: skip


class RowError(ValueError):
    """A row that cannot be used; the message says why and what to change."""


def language_of(value: Any) -> Language:
    """A Language from any usual spelling; RowError if unknown."""
    found = _ALIASES.get(str(value).strip().lower())
    if found is None:
        known = ", ".join(language.value for language in Language)
        raise RowError(f"unknown language {value!r}; use one of {known}")
    return found


def text_of(row: Row, *names: str, default: str | None = None) -> str:
    """The first of ``names`` that holds a string; RowError (naming them) if there is none."""
    for name in names:
        value = row.get(name)
        if isinstance(value, str):
            return value
        if value is not None:
            raise RowError(f"{name} is a {type(value).__name__}; it must be a string")
    if default is None:
        raise RowError(f"no {' or '.join(names)}; add that field")
    return default


def optional_text(row: Row, *names: str) -> str | None:
    """Like ``text_of`` but None where every field is absent, null or empty."""
    return text_of(row, *names, default="") or None


def id_of(row: Row, *names: str) -> str:
    """An id field as text (numbers are accepted)."""
    for name in names:
        value = row.get(name)
        if isinstance(value, int | str) and str(value).strip():
            return str(value)
    raise RowError(f"no {' or '.join(names)}; every row needs one")


def form_of(value: Any) -> Form:
    """A Form from a row's ``form`` text, which may carry a remark after its first word."""
    words = str(value or "auto").lower().split()
    for form in Form:
        if words and words[0] == form.value:
            return form
    raise RowError(f"unknown form {value!r}; use completion, full, chat or auto")


def response_of(row: Row, path: Path, line: int, **changes: Any) -> Response:
    """A Response from the usual field names; ``changes`` win over what the row says."""
    values: dict[str, Any] = {"origin": str(path), "line": line, **changes}
    if "text" not in values:
        field = next((name for name in TEXT_FIELDS if isinstance(row.get(name), str)), None)
        if field is None:
            raise RowError(f"no text: add one of the fields {', '.join(TEXT_FIELDS)}")
        values["text"] = row[field]
        values.setdefault("form", form_of(row["form"]) if row.get("form") else TEXT_FIELDS[field])
    if "task_id" not in values:
        values["task_id"] = id_of(row, "task_id")
    values.setdefault("response_id", str(row.get("response_id") or row.get("id") or ""))
    values.setdefault("model", str(row.get("model") or "unknown"))
    if row.get("language") and "language" not in values:
        values["language"] = language_of(row["language"])
    for field in ("prefix", "expected_pass"):
        if row.get(field) not in (None, ""):
            values.setdefault(field, row[field])
    replaced = 0
    for field, value in values.items():
        if isinstance(value, str) and field != "origin":  # a path may hold bytes that are no text
            values[field], halves = whole_text(value)
            replaced += halves
    return Response(**values, replaced=replaced)


def whole_text(text: str) -> tuple[str, int]:
    """The text with U+FFFD for every half of a surrogate pair, and how many there were.

    JSON can spell such halves (a model's answer cut within an emoji); no encoding takes them.
    """
    return _HALVES.subn("\ufffd", text)


def task_rows(path: Path, build: Callable[[Row, int], Task]) -> TaskStream:
    """Run ``build`` over the rows of a file; what it refuses becomes an InvalidRow."""
    for line, row in read_rows(path):
        if isinstance(row, str):
            yield InvalidRow(file=str(path), line=line, reason=row)
            continue
        try:
            task = build(row, line)
            check_testable(task)
            yield task
        except (RowError, ValidationError) as error:
            yield invalid(path, line, error, row)


def response_rows(
    path: Path, build: Callable[[Row, int], Response | Sequence[Response]]
) -> ResponseStream:
    """Like ``task_rows`` for responses; one row may hold several."""
    for line, row in read_rows(path):
        if isinstance(row, str):
            yield InvalidRow(file=str(path), line=line, reason=row)
            continue
        try:
            built = build(row, line)
        except (RowError, ValidationError) as error:
            yield invalid(path, line, error, row)
            continue
        yield from (built,) if isinstance(built, Response) else built


def tasks_by_row(build: Callable[[Row, Path, int], Task]) -> Callable[[Path], TaskStream]:
    """A reader's ``tasks``: one a row."""
    return lambda path: task_rows(path, lambda row, line: build(row, path, line))


def responses_by_row(
    build: Callable[[Row, Path, int], Response | Sequence[Response]],
) -> Callable[[Path], ResponseStream]:
    """A reader's ``responses``: one a row, or several."""
    return lambda path: response_rows(path, lambda row, line: build(row, path, line))


def default_responses(path: Path) -> ResponseStream:
    """Responses under the usual field names."""
    return response_rows(path, lambda row, line: response_of(row, path, line))


def invalid(path: Path, line: int, error: Exception, row: Row | None = None) -> InvalidRow:
    """The InvalidRow for an error met while reading ``row``."""
    row = row or {}
    ids = {key: str(row[key]) for key in ("task_id", "response_id") if row.get(key)}
    return InvalidRow(file=str(path), line=line, reason=reason_of(error), **ids)


def reason_of(error: Exception) -> str:
    """One sentence out of a RowError or a pydantic error."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return f"{where}: {first['msg']}; correct this field"
    return str(error)


def check_testable(task: Task) -> None:
    """RowError for a task without cases or tests: it would otherwise pass everything."""
    if task.kind.value == "unit" and not task.tests.strip():
        raise RowError("a unit task without tests; add them, or every response would pass")
    if task.kind.value in ("call", "stdio") and not task.cases:
        raise RowError("a task without cases; add at least one")
    if task.kind.value == "html" and task.html is None:
        raise RowError("an html task without an html table; add [[html.cases]] with checks")
    if task.kind.value == "sql" and task.sql is None:
        raise RowError("an sql task without an sql table; add [sql] with its dialect")


def has(row: Row | None, *names: str) -> bool:
    """Whether a row carries all of these fields."""
    return row is not None and all(name in row for name in names)


def decoded(value: Any) -> Any:
    """A JSON text as its value (tabular files hold lists and objects as text)."""
    if isinstance(value, str) and value[:1] in "[{":
        try:
            return json.loads(value)
        except ValueError as error:
            raise RowError(f"not valid JSON in a field: {error}") from None
    return value
