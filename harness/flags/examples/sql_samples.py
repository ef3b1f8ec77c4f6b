"""SQL examples: rows that a prompt shows for the task's tables, with the rows a query gives.

A sample counts only where every table of the schema is shown whole, with all its columns, and a
result follows. What a table is, its label says ("Expected output:", "orders:"), or its columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from harness.flags.examples.sql_blocks import MAX_ROWS, Block, Row, blocks_of
from harness.flags.examples.sql_tables import (
    NoSample,
    SqlTable,
    insertion,
    schema_sql_of,
    tables_of,
)
from harness.models import Dialect, Language, SqlGrid, SqlSpec, Task
from harness.syntax import sql_text

# Part of a result's content key: raise it when other samples may be found.
SAMPLES_VERSION = 1
MAX_SAMPLES = 5
MAX_TEXT, MAX_SHOWN = 400, 1500
_RESULT = re.compile(
    r"\b(?:outputs?|results?(?:[ -]set)?|answer|expected)\b"
    r"|\b(?:should|must|will|would)\s+(?:return|give|produce|yield|be|look)\b"
    r"|\b(?:returns|gives|yields|produces)\b|\breturn\s*:",
    re.IGNORECASE,
)
# A result that is not, or not wholly, what the query is to give.
_DOUBT = re.compile(
    r"\b(?:like|format\w*|forms?|shape|similar|instead|wrong|incorrect|bad|buggy|currently|today"
    r"|if|when|unless|without|before|first|last|top|some|excerpt|part|partial\w*|truncated"
    r"|abbreviated|begin\w*|starts?|e\.g|for instance|except)\b|n't\b|\bnot\s+(?:return|be|give)\b"
    r"|\b(?:should|must|will)\s+not\b",
    re.IGNORECASE,
)
_DESCRIPTION = frozenset(
    {"column", "column name", "field", "attribute", "name", "type", "data type", "description",
     "key", "null", "nullable", "default", "constraint", "constraints", "meaning", "notes",
     "example", "table", "references"}
)  # fmt: skip
_ORDERED = re.compile(
    r"\b(?:order(?:ed)?|sort(?:ed)?)\b|\bfirst\b|\b(?:asc|desc)ending\b", re.IGNORECASE
)
_ANY_ORDER = re.compile(r"\bany order\b|\border (?:does not|doesn't|is not|isn't)\b", re.IGNORECASE)
_MOVING = re.compile(
    r"\b(?:current_\w+|now|random|localtime\w*|clock_timestamp|gen_random_uuid|newid)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Sample:
    """A database and a query's result on it.

    seed_sql: puts the rows into the schema's empty tables. expected: cells are the prompt's text
    or None; columns None where its headings name none. shown: the rows in short. line: 1-based,
    of the result. text: what the prompt calls it. ordered: the order of rows matters.
    """

    seed_sql: str
    expected: SqlGrid
    shown: str
    line: int
    text: str
    ordered: bool = False
    exact: bool = False


def samples_of(task: Task) -> tuple[Sample, ...]:
    """Samples of a query task's prompt, in its order."""
    spec = task.sql
    if task.language is not Language.SQL or spec is None or not spec.read_only:
        return ()
    if any(map(_MOVING.search, spec.golds)):
        return ()
    ordered = spec.ordered is True or (spec.ordered is None and _asks_order(task.prompt, spec))
    return _samples(task.prompt, schema_sql_of(spec), spec.dialect, ordered)


def _asks_order(prompt: str, spec: SqlSpec) -> bool:
    """Whether prompt and accepted answers agree that the order of rows matters."""
    asked = _ORDERED.search(prompt) is not None and _ANY_ORDER.search(prompt) is None
    return asked and bool(spec.golds) and all(map(sql_text.orders_its_result, spec.golds))


@lru_cache(maxsize=1024)
def _samples(
    prompt: str,
    schema_sql: str,
    dialect: Dialect,
    ordered: bool,
) -> tuple[Sample, ...]:
    blocks = blocks_of(prompt)
    tables = tables_of(schema_sql, dialect) if blocks else ()
    if not tables or "\0" in prompt:
        return ()
    reader = _Reader(tables, dialect, ordered=ordered)
    for block in blocks:
        reader.take(block)
    return tuple(reader.found[:MAX_SAMPLES])


class _Reader:
    """Takes blocks, one after the other, and makes a sample of those up to a result."""

    def __init__(self, tables: Sequence[SqlTable], dialect: Dialect, *, ordered: bool) -> None:
        self._tables = {table.name: table for table in tables}
        self._names = {table.name.casefold(): table for table in tables}
        self._dialect, self._ordered = dialect, ordered
        self.found: list[Sample] = []
        self._begin()

    def _begin(self) -> None:
        self._rows: dict[str, tuple[Row, ...]] = {}
        self._drawn: set[str] = set()
        self._sure = True

    def take(self, block: Block) -> None:
        """Data is kept, a result ends the sample, what is neither makes it a guess."""
        if block.table:
            self._data(self._names.get(block.table.casefold()), block)
        elif self._is_result(block):
            self._result(block)
        elif not self._is_description(block):
            self._data(self._drawn_table(block), block)

    def _fitting(self, block: Block) -> list[SqlTable]:
        """Tables with just the block's columns."""
        names = sorted(name.casefold() for name in block.header)
        return [
            one for one in self._tables.values()
            if sorted(column.name.casefold() for column in one.columns) == names
        ]  # fmt: skip

    def _is_result(self, block: Block) -> bool:
        said = {found[0].casefold() for found in _RESULT.finditer(block.label)}
        return bool(said - {table.name.casefold() for table in self._fitting(block)})

    def _is_description(self, block: Block) -> bool:
        names = {name.casefold() for name in block.header}
        return names <= _DESCRIPTION and not self._fitting(block)

    def _drawn_table(self, block: Block) -> SqlTable | None:
        """The table a block shows: named before it or told by its columns, and not two."""
        words = set(re.findall(r"\w+", block.label.casefold()))
        named = [table for name, table in self._names.items() if name in words]
        fits = self._fitting(block)
        both = [table for table in fits if table in named] if named else fits
        return both[0] if len(both) == 1 else None

    def _data(self, table: SqlTable | None, block: Block) -> None:
        rows = None if table is None else _arranged(table, block)
        if table is None or rows is None or not block.whole:
            self._sure = False
            return
        before = self._rows.get(table.name, ())
        if not block.table or table.name in self._drawn:  # a table is drawn once, or not at all
            self._sure = self._sure and table.name not in self._rows
            self._drawn.add(table.name)
        self._rows[table.name] = before + rows

    def _result(self, block: Block) -> None:
        doubtful = _DOUBT.search(block.label) is not None or not block.whole or not block.rows
        if not self._rows and self._sure and not doubtful and self.found:
            self.found.pop()  # two results of the same rows
        if self._sure and not doubtful and set(self._rows) == set(self._tables):
            self._keep(block)
        self._begin()

    def _keep(self, block: Block) -> None:
        pairs = [(table, self._rows[table.name]) for table in self._tables.values()]
        if sum(len(rows) for _, rows in pairs) > MAX_ROWS:
            return
        try:
            seed = "".join(insertion(table, rows, self._dialect) for table, rows in pairs)
        except NoSample:
            return
        named = all(re.fullmatch(r"[^\W\d]\w*", name) for name in block.header)
        grid = SqlGrid(
            columns=block.header if named else None,
            rows=tuple(tuple(cell.text for cell in row) for row in block.rows),
        )
        text = " ".join(block.label.split())[:MAX_TEXT]
        self.found.append(Sample(seed, grid, _shown(pairs), block.line, text, self._ordered))


def _arranged(table: SqlTable, block: Block) -> tuple[Row, ...] | None:
    """Rows in the order of the table's columns; None if they are not just those."""
    own = [column.name.casefold() for column in table.columns]
    names = [name.casefold() for name in block.header] or own
    if sorted(names) != sorted(own) or any(len(row) != len(own) for row in block.rows):
        return None
    order = [names.index(name) for name in own]
    return tuple(tuple(row[at] for at in order) for row in block.rows)


def _shown(pairs: Iterable[tuple[SqlTable, Sequence[Row]]]) -> str:
    """``books: (1, Dune), (2, Emma); loans: no rows``."""
    parts = []
    for table, rows in pairs:
        texts = (", ".join("NULL" if one.text is None else one.text for one in row) for row in rows)
        parts.append(f"{table.name}: {', '.join(f'({text})' for text in texts) or 'no rows'}")
    text = "; ".join(parts)
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"
