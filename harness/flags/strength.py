"""How much a rule's flags have been worth: measured, never claimed.

``strength.json`` is written by ``harness flag --calibrate``: per rule and language the hits on
wrong and on right responses to the same tasks. What is not in it is a hint. The file that comes
with the harness is used until there is one in HARNESS_HOME, made from one's own runs.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from pydantic import Field, ValidationError

from harness.errors import InputError
from harness.models import Json, Language, Record, Strength, record_text
from harness.settings import load_settings

FILE = "strength.json"
SHIPPED = Path(__file__).with_name(FILE)
_FIX = "remove it, or write it again with harness flag --calibrate RUN --out FILE"


class Hits(Record):
    """Responses that were hit, to tasks that have both right and wrong ones.

    lift: how many times as often wrong ones were hit as right ones to the same tasks; None where
    nothing was hit, or no right one was.
    """

    wrong: int = Field(ge=0)
    right: int = Field(ge=0)
    lift: float | None = None

    @property
    def total(self) -> int:
        """All hits."""
        return self.wrong + self.right

    @property
    def precision(self) -> float | None:
        """Share of the hits that were on wrong responses."""
        return self.wrong / self.total if self.total else None


class Measured(Hits):
    """Hits of a rule in one language, in all tasks and in each half of them.

    tasks: how many tasks its hits on wrong responses come from. pairs: of a wrong and a right
    response to one task; discriminating and reverse: in how many of them the rule has more flags
    on the wrong one, and on the right one.
    """

    strength: Strength
    tasks: int = 0
    dev: Hits | None = None
    test: Hits | None = None
    pairs: int = 0
    discriminating: int = 0
    reverse: int = 0


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

    schema_version: int = Field(default=1, ge=1, le=1)
    command: str | None = None
    date: str | None = None
    seed: int = 0
    thresholds: dict[str, float] = Field(default_factory=dict)
    rules: dict[str, dict[Language, Measured]] = Field(default_factory=dict)
    languages: dict[Language, LanguageFigures] = Field(default_factory=dict)


def strength_file() -> Path:
    """The file that decides: the one in HARNESS_HOME if there is one, else the shipped one."""
    own = load_settings().home / FILE
    return own if own.exists() else SHIPPED


@cache
def measured() -> dict[tuple[str, Language], Measured]:
    """Everything measured, by rule and language. Raises InputError for a damaged file."""
    return {
        (rule, language): row
        for rule, rows in read_strength(strength_file()).rules.items()
        for language, row in rows.items()
    }


def strength_of(rule: str, language: Language) -> tuple[Strength, float | None, int]:
    """Strength of a rule's flags; share of its hits that were on wrong responses; the hits."""
    found = measured().get((rule, language))
    if found is None:
        return Strength.HINT, None, 0
    return found.strength, found.precision, found.total


def measured_text(row: Measured) -> str:
    """A rule's figures in one language, in words."""
    if not row.total:
        return f"{row.strength}; nothing was hit"
    parts = [row.strength, record_text(row.wrong, row.total)]
    if row.lift:
        parts.append(f"{row.lift:.1f} times as often on wrong responses as on right ones")
    if row.wrong:
        parts.append(f"the wrong ones in {row.tasks} {'task' if row.tasks == 1 else 'tasks'}")
    return "; ".join(parts)


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
