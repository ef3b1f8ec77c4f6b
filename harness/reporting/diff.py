"""Expected beside actual, line by line, with the differing words marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from markupsafe import Markup

from harness.reporting.text import trusted, visible

_WORDS = re.compile(r"\w+|\s|[^\w\s]")
# SequenceMatcher is quadratic: a cap on both sides keeps a hostile pair from stalling a report.
MAX_CHARS = 12_000
MAX_LINES = 240
MAX_WORDS = 400
CONTEXT = 2
_MIN_RATIO = 0.3


@dataclass(frozen=True)
class DiffRow:
    """One line of both sides; None where a side has no such line.

    kind: "same", "changed", "gap" (``skipped`` equal lines are left out).
    """

    kind: str
    left: Markup | None = None
    right: Markup | None = None
    skipped: int = 0


def side_by_side(expected: str, actual: str) -> tuple[DiffRow, ...] | None:
    """Rows of a two-column diff, or None where the texts are too long to compare well."""
    left, right = expected.split("\n"), actual.split("\n")
    if max(len(expected), len(actual)) > MAX_CHARS or max(len(left), len(right)) > MAX_LINES:
        return None
    rows: list[DiffRow] = []
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            edges = (i1 > 0, i2 < len(left) or j2 < len(right))
            rows.extend(_same(left[i1:i2], *edges))
        else:
            for a, b in zip_longest(left[i1:i2], right[j1:j2]):
                rows.append(DiffRow("changed", *_changed(a, b)))
    return tuple(rows)


def _same(lines: list[str], before: bool, after: bool) -> Iterator[DiffRow]:
    head = CONTEXT if before else 0
    tail = CONTEXT if after else 0
    skipped = len(lines) - head - tail
    for number, line in enumerate(lines):
        if skipped > 1 and head <= number < len(lines) - tail:
            if number == head:
                yield DiffRow("gap", skipped=skipped)
            continue
        yield DiffRow("same", visible(line), visible(line))


def _changed(left: str | None, right: str | None) -> tuple[Markup | None, Markup | None]:
    if left is None or right is None:
        return (
            None if left is None else _marked("del", left),
            None if right is None else _marked("ins", right),
        )
    a, b = _WORDS.findall(left), _WORDS.findall(right)
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if max(len(a), len(b)) > MAX_WORDS or matcher.ratio() < _MIN_RATIO:
        return _marked("del", left), _marked("ins", right)
    sides: tuple[list[str], list[str]] = ([], [])
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        old, new = "".join(a[i1:i2]), "".join(b[j1:j2])
        sides[0].append(visible(old) if tag == "equal" else _marked("del", old))
        sides[1].append(visible(new) if tag == "equal" else _marked("ins", new))
    return trusted("".join(sides[0])), trusted("".join(sides[1]))


def _marked(tag: str, text: str) -> Markup:
    """Changed words; changed blanks are drawn, or the reader would see no difference."""
    if not text:
        return trusted("")
    shown = text.replace(" ", "·").replace("\t", "⇥") if not text.strip() else text
    trail = len(shown) - len(shown.rstrip(" \t"))
    if trail:
        shown = shown[:-trail] + "·" * trail
    return trusted(f"<{tag}>{visible(shown)}</{tag}>")
