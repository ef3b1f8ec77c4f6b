"""A program as its siblings see it: a bag of features, its length, and its marks with places."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice

from harness.flags.engine import MAX_LINE_CHARS, clean
from harness.flags.rule import Context, Span
from harness.flags.siblings.features import Mark, parts
from harness.models import Language, Task
from harness.syntax.tree import Document, Node, document

Feature = tuple[str, ...]

MAX_PARTS = 6_000
MAX_MARKS = 300
_MAY_BE_BROKEN = frozenset({Language.SQL, Language.HTML})


@dataclass(frozen=True, slots=True)
class Program:
    """A response's code. key: the response's id. first_line: where its own text begins.

    gave: what it gave for each input that was tried, as text. trusted: it ran and passes every
    example of the prompt.
    """

    key: str
    language: Language
    source: str
    task: Task | None = None
    first_line: int = 1
    gave: Mapping[str, str] = field(default_factory=dict)
    trusted: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands, 1-based, and the text of its line."""

    line: int
    column: int
    end_line: int
    end_column: int
    source: str


@dataclass(frozen=True, slots=True)
class Profile:
    """weights: of each feature, a vector of length 1. size: number of tokens.

    marks: operators, constants, calls, each with its first place. head: where to point when
    something is missing. gave, trusted: as in Program.
    """

    key: str
    language: Language
    weights: Mapping[Feature, float]
    size: int
    marks: Mapping[Mark, Place]
    head: Place
    gave: Mapping[str, str]
    trusted: bool


def profile(program: Program) -> Profile | None:
    """What a program is made of; None if it does not parse, is too long or has nothing in it."""
    doc = document(program.language, program.source)
    if doc is None or (doc.has_error and program.language not in _MAY_BE_BROKEN):
        return None
    name = program.task.entry_point if program.task is not None else None
    context = Context(doc, program.task, name, program.first_line)
    counts: Counter[Feature] = Counter()
    marks: dict[Mark, Node | Span] = {}
    for part in islice(parts(context), MAX_PARTS):
        counts[part.up, part.label] += 1
        if part.mark is not None and (part.mark in marks or len(marks) < MAX_MARKS):
            counts["", *part.mark] += 1
            marks.setdefault(part.mark, part.where)
    if not counts:
        return None
    places = {mark: place(where) for mark, where in marks.items()}
    return Profile(
        key=program.key,
        language=program.language,
        weights=_scaled(counts),
        size=sum(not node.children for node in doc.root.walk()),
        marks={mark: one for mark, one in places.items() if one.line >= program.first_line},
        head=_head(context),
        gave=program.gave,
        trusted=program.trusted,
    )


def _scaled(counts: Mapping[Feature, int]) -> dict[Feature, float]:
    logs = {feature: 1 + math.log(count) for feature, count in counts.items()}
    length = math.sqrt(math.fsum(value * value for value in logs.values()))
    return {feature: value / length for feature, value in logs.items()}


def place(where: Node | Span) -> Place:
    """The place of a node or span."""
    doc: Document = where.doc
    line, column = doc.place(where.start)
    end_line, end_column = doc.place(max(where.start, where.end))
    return Place(line, column, end_line, end_column, _line(doc, line))


def _line(doc: Document, line: int) -> str:
    # A hostile line is as long as the program: what is cut off need not be cleaned first.
    return clean(doc.line_text(line)[: MAX_LINE_CHARS + 1], MAX_LINE_CHARS, keep_tabs=True)


def _head(context: Context) -> Place:
    """The name of the function asked for; where there is none, the response's first line."""
    if context.entry is not None:
        return place(context.entry.node.get("name") or context.entry.node)
    lines = context.doc.source.split("\n")
    line = context.first_line
    while line < len(lines) and not lines[line - 1].strip():
        line += 1
    source = _line(context.doc, line)
    start = len(source) - len(source.lstrip()) + 1
    return Place(line, start, line, max(start, len(source.rstrip()) + 1), source)
