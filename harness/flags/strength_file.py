"""The strength file as a whole: its records, how it is read and what it looks like."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import Field, ValidationError

from harness.errors import InputError
from harness.flags.strength import SCHEMA_VERSION, Measured
from harness.models import Json, Language, Record

_FIX = "remove it, or write it again with harness flag --calibrate RUN --out FILE"


class Share(Record):
    """``hits`` of ``size``, with the 95 % Wilson interval of the share."""

    hits: int
    size: int
    low: float
    high: float


class Group(Record):
    """Flags of one layer (or of several) in one language, in tasks with both right and wrong ones.

    wrong, right: responses with at least one such flag.
    """

    wrong: Share
    right: Share
    lift: float | None
    pairs: int
    discriminating: int
    reverse: int


class LanguageFigures(Record):
    """One language: what was measured, and what its flags found.

    tasks: all tasks; mixed: those with both right and wrong responses, which all figures but
    false_flags come from. false_flags: right responses to any task with a strong flag.
    layers: by name of the layer, and ``syntax`` (does not parse), ``all`` (any flag),
    ``strong`` and, of the half of the tasks that only confirms, ``strong (test half)``.
    """

    right: int
    wrong: int
    tasks: int
    mixed: int
    unparsed_wrong: int
    false_flags: Share
    layers: dict[str, Group]


class Calibration(Record):
    """The whole file. rules: by id, then language."""

    schema_version: int = Field(default=SCHEMA_VERSION, ge=SCHEMA_VERSION, le=SCHEMA_VERSION)
    command: str | None = None
    date: str | None = None
    seed: int = 0
    thresholds: dict[str, float] = Field(default_factory=dict)
    rules: dict[str, dict[Language, Measured]] = Field(default_factory=dict)
    languages: dict[Language, LanguageFigures] = Field(default_factory=dict)


def read_strength(file: Path) -> Calibration:
    """A strength file. Raises InputError with the line for one that is damaged."""
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", file=file, fix=_FIX) from error
    try:
        return Calibration.model_validate(json.loads(text))
    except json.JSONDecodeError as error:
        raise InputError(
            f"not valid JSON: {error.msg}", file=file, line=error.lineno, fix=_FIX
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        loc = [str(part) for part in first["loc"]]
        raise InputError(
            f"{'.'.join(loc) or 'the file'}: {first['msg']}",
            file=file,
            line=_line_of(text, loc),
            fix=_FIX,
        ) from error


def _line_of(text: str, keys: list[str]) -> int:
    """Line of the innermost of nested keys that is in the text."""
    at = 0
    for key in keys:
        found = text.find(f'"{key}":', at)
        at = at if found < 0 else found
    return text.count("\n", 0, at) + 1


def strength_text(calibration: Calibration) -> str:
    """The file's text: a line for every rule and language, so that two can be compared."""
    return _laid_out(calibration.model_dump(mode="json"), 3) + "\n"


def _laid_out(value: Json, levels: int, indent: str = "") -> str:
    if not levels or not isinstance(value, dict) or not value:
        return json.dumps(value)
    inner = indent + " "
    rows = [
        f"{inner}{json.dumps(key)}: {_laid_out(one, levels - 1, inner)}"
        for key, one in value.items()
    ]
    return "{\n" + ",\n".join(rows) + f"\n{indent}}}"
