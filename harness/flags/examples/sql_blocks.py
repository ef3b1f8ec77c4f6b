"""Tables of rows in a prompt's text: Markdown, boxes, psql, CSV, and INSERT statements.

Found by their shape alone; what a table is (data or result) is told by ``sql_samples``.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from harness.syntax import sql_text

MAX_PROMPT_CHARS = 64_000
MAX_ROWS, MAX_COLUMNS, MAX_CELL = 200, 40, 500
MAX_TOKENS = 2 * MAX_ROWS * MAX_COLUMNS
_BORDER = re.compile(r"^\s*\+[-=+]{2,}\+\s*$")
_RULE = re.compile(r"^\s*\|?\s*:?-+:?\s*(?:[|+]\s*:?-+:?\s*)*\|?\s*$")
_FENCE = re.compile(r"^\s*(?:```|~~~)\s*(\w*)\s*$")
_FOOTER = re.compile(r"^\s*\((\d+) rows?\)\s*$", re.IGNORECASE)
_GOES_ON = re.compile(r"^[\s|.…:]*(?:\.{2,}|…|⋮)[\s|.…⋮]*$")
_INSERT = re.compile(r"\binsert\s+into\s", re.IGNORECASE)
_MARKS = re.compile(r"^(?:\*\*|__|`)(.*?)(?:\*\*|__|`)$")
_NULLS = ("null", "(null)", "[null]", "<null>", "`null`")


class Cell(NamedTuple):
    """A value as text, None for NULL. literal: written in SQL, so that '' is a text."""

    text: str | None
    literal: bool = False


Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Block:
    """Rows in a prompt.

    label: the line of text before it. table: what an INSERT names, "" for a drawn table.
    header: names of the columns, () if an INSERT lists none. whole: nothing is left out of it.
    line, last: 1-based lines of the prompt.
    """

    label: str
    table: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    line: int
    last: int
    whole: bool = True


def blocks_of(prompt: str) -> list[Block]:
    """Every block of a prompt, in its order; those too large are marked as not whole."""
    lines = prompt[:MAX_PROMPT_CHARS].split("\n")
    found = [*_drawn(lines), *_inserts("\n".join(lines))]
    return sorted(found, key=lambda block: block.line)


def _drawn(lines: list[str]) -> Iterator[Block]:
    at, label = 0, ""
    while at < len(lines):
        raw, end = _table(lines, at)
        if raw:
            yield _block(raw, label, at, end, lines)
            at, label = end, ""
            continue
        if lines[at].strip() and not _FENCE.match(lines[at]):
            label = lines[at].strip()
        at += 1


def _table(lines: list[str], at: int) -> tuple[list[list[str]], int]:
    """Cells of the table that starts on a line, and the line behind it; ([], at) if none does."""
    if _BORDER.match(lines[at]):
        end = _while(lines, at, lambda line: bool(_BORDER.match(line)) or line.count("|") > 1)
        return [_cells(line) for line in lines[at:end] if not _BORDER.match(line)], end
    if at + 1 < len(lines) and "|" in lines[at] and _is_rule(lines[at + 1]):
        end = _while(lines, at + 2, lambda line: "|" in line)
        return [_cells(line) for line in (lines[at], *lines[at + 2 : end])], end
    fence = _FENCE.match(lines[at])
    if fence and fence[1].lower() in ("", "csv", "text", "txt"):
        end = _while(lines, at + 1, lambda line: not _FENCE.match(line))
        rows = _csv(lines[at + 1 : end])
        return (rows, min(end + 1, len(lines))) if rows else ([], at)
    return [], at


def _is_rule(line: str) -> bool:
    return bool(_RULE.match(line)) and ("|" in line or "+" in line)


def _while(lines: list[str], at: int, holds: Callable[[str], bool]) -> int:
    while at < len(lines) and holds(lines[at]):
        at += 1
    return at


def _cells(line: str) -> list[str]:
    text = line.strip()
    text = text.removeprefix("|")
    text = text[:-1] if text.endswith("|") and not text.endswith("\\|") else text
    return [_plain(cell.replace("\\|", "|")) for cell in re.split(r"(?<!\\)\|", text)]


def _plain(cell: str) -> str:
    marked = _MARKS.match(cell.strip())
    return (marked[1] if marked else cell).strip()


def _csv(lines: list[str]) -> list[list[str]]:
    """Rows of a fence that is CSV from its first line to its last; [] if it is anything else."""
    try:
        rows = list(csv.reader([line for line in lines if line.strip()], strict=True))
    except csv.Error:
        return []
    named = rows and all(re.fullmatch(r"\s*[A-Za-z_]\w*\s*", cell) for cell in rows[0])
    if (
        len(rows) < 2
        or not named
        or len(rows[0]) < 2
        or {len(row) for row in rows} != {len(rows[0])}
    ):
        return []
    return [[cell.strip() for cell in row] for row in rows]


def _block(raw: list[list[str]], label: str, start: int, end: int, lines: list[str]) -> Block:
    header, rows = tuple(raw[0]), raw[1:]
    whole = (
        all(len(row) == len(header) for row in rows)
        and len(rows) <= MAX_ROWS
        and len(header) <= MAX_COLUMNS
        and not any(len(cell) > MAX_CELL or _GOES_ON.match(cell) for row in rows for cell in row)
        and _ends(lines, end, len(rows))
    )
    cells = tuple(tuple(_cell(cell) for cell in row) for row in rows[:MAX_ROWS])
    return Block(label, "", header, cells, start + 1, end, whole)


def _ends(lines: list[str], end: int, count: int) -> bool:
    """Whether the table ends where its lines do, and has as many rows as it says."""
    following = lines[end] if end < len(lines) else ""
    footer = _FOOTER.match(following)
    return not _GOES_ON.match(following) and (footer is None or footer[1] == str(count))


def _cell(text: str) -> Cell:
    return Cell(None if text.lower() in _NULLS else text)


def _inserts(text: str) -> Iterator[Block]:
    """INSERT statements; one that is no plain list of values is a block that is not whole."""
    at = 0
    while (found := _INSERT.search(text, at)) is not None:
        tokens = _statement(text, found.start())
        at = max(found.end(), tokens[-1].start + len(tokens[-1].text))
        line = text.count("\n", 0, found.start()) + 1
        last = text.count("\n", 0, at) + 1
        read = _values(tokens)
        if read is None or len(read[2]) > MAX_ROWS:
            yield Block("", "?", (), (), line, last, whole=False)
        else:
            yield Block("", *read, line, last)


def _statement(text: str, start: int) -> list[sql_text.Token]:
    """Tokens from ``start`` to a semicolon or the end of a fence; starts are those in ``text``."""
    tokens: list[sql_text.Token] = []
    for token in sql_text.tokens(text[start:]):
        fence = "```" in f"{token.text}`"  # its first two marks look like an empty name
        if token.text == ";" or len(tokens) >= MAX_TOKENS or fence:
            break
        tokens.append(replace(token, start=start + token.start))
    return tokens


def _values(tokens: list[sql_text.Token]) -> tuple[str, tuple[str, ...], tuple[Row, ...]] | None:
    """Table, columns and rows of ``INSERT INTO t (a, b) VALUES (1, 'x'), …``."""
    texts = [token.text for token in tokens]
    if len(texts) < 7 or any(token.kind in ("escaped", "dollar") for token in tokens):
        return None
    table, at = _name(texts[2]), 3
    columns: list[str] = []
    if texts[at] == "(":
        close = texts.index(")", at) if ")" in texts else at
        columns, at = [_name(text) for text in texts[at + 1 : close] if text != ","], close + 1
    if at >= len(texts) or texts[at].lower() != "values":
        return None
    rows = _tuples(tokens[at + 1 :])
    return None if rows is None else (table, tuple(columns), rows)


def _name(text: str) -> str:
    return text[1:-1].replace('""', '"') if text[:1] in ('"', "`") else text


def _tuples(tokens: list[sql_text.Token]) -> tuple[Row, ...] | None:
    rows: list[Row] = []
    at = 0
    while at < len(tokens) and tokens[at].text == "(":
        close = next((n for n in range(at, len(tokens)) if tokens[n].text == ")"), -1)
        row = _tuple(tokens[at + 1 : close]) if close > 0 else None
        if row is None:
            return None
        rows.append(row)
        at = close + 1
        if at < len(tokens) and tokens[at].text != ",":
            return None
        at += 1
    return tuple(rows) if rows and at >= len(tokens) else None


def _tuple(tokens: list[sql_text.Token]) -> Row | None:
    parts: list[list[sql_text.Token]] = [[]]
    for token in tokens:
        if token.text == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    cells = [_literal(part) for part in parts[: MAX_COLUMNS + 1]]
    sure = all(cell.literal for cell in cells) and len(cells) <= MAX_COLUMNS
    return tuple(cells) if sure else None


def _quotes(token: sql_text.Token) -> str:
    """Its quote, "" if it is not closed."""
    closed = len(token.text) > 1 and token.text[0] == token.text[-1]
    return token.text[0] if closed else ""


def _literal(tokens: list[sql_text.Token]) -> Cell:
    """A literal; ``Cell(None)`` (not literal) for anything that must be computed."""
    text = "".join(token.text for token in tokens)
    kinds = [token.kind for token in tokens]
    if kinds and set(kinds) == {"quoted"} and set(map(_quotes, tokens)) == {"'"}:
        if any(one.start + len(one.text) != two.start for one, two in pairwise(tokens)):
            return Cell(None)  # two literals that are joined
        return Cell(text[1:-1].replace("''", "'"), True) if len(text) <= MAX_CELL else Cell(None)
    if re.fullmatch(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", text):
        return Cell(text.lstrip("+"), True)
    word = text.lower()
    if kinds == ["word", "quoted"] and word.startswith(("date'", "timestamp'")):
        return Cell(tokens[1].text[1:-1], True)
    if word in ("null", "true", "false"):
        return Cell(None if word == "null" else word, True)
    return Cell(None)
