"""Tables of an SQL task as samples are put into them: column types, and which comes first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from harness.flags.examples.sql_blocks import Cell, Row
from harness.flags.schema import Schema, parse_sql
from harness.models import Dialect, SqlSpec
from harness.syntax import sql_text

if TYPE_CHECKING:
    from sqlglot import exp

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
_INTEGER = re.compile(r"[+-]?\d+")
_TRUTH = {"true": "1", "t": "1", "1": "1", "false": "0", "f": "0", "0": "0"}
# Statements of a schema that put no row into a table.
_MAKING = frozenset({"create", "pragma", "set", "comment", "begin", "commit", "grant"})


class NoSample(Exception):
    """The rows do not fit the task's tables without a guess."""


@dataclass(frozen=True)
class Column:
    """A column as declared. kind: its type in upper case, without its size."""

    name: str
    kind: str
    required: bool


@dataclass(frozen=True)
class SqlTable:
    """name and columns as the database keeps them; uses: tables its foreign keys point to."""

    name: str
    columns: tuple[Column, ...]
    uses: frozenset[str]


@lru_cache(maxsize=512)
def tables_of(schema_sql: str, dialect: Dialect) -> tuple[SqlTable, ...]:
    """Tables, those that others point to first; () where the schema is not understood whole."""
    from sqlglot import exp

    found: dict[str, SqlTable] = {}
    for piece in sql_text.statements(schema_sql):
        if piece.word not in _MAKING:
            return ()
        if piece.word != "create":
            continue
        for statement in parse_sql(piece.text, dialect) or [exp.Null()]:
            table = _created(statement, Schema(dialect))
            if table is None and _kind(statement) not in ("INDEX", "VIEW"):
                return ()
            if table is not None:
                found[table.name] = table
    return tuple(_in_order(found))


def schema_sql_of(spec: SqlSpec) -> str:
    """The schema all states of a task share; "" if they have several."""
    scripts = {spec.scripts(state)[0] for state in spec.all_states()}
    return scripts.pop() if len(scripts) == 1 else ""


def _kind(statement: exp.Expr) -> str:
    return str(statement.args.get("kind") or "").upper()


def _created(statement: exp.Expr, names: Schema) -> SqlTable | None:
    from sqlglot import exp

    holder = statement.this
    if not isinstance(statement, exp.Create) or _kind(statement) != "TABLE":
        return None
    if not isinstance(holder, exp.Schema) or statement.expression is not None:
        return None
    if holder.this.args.get("db") or any(
        isinstance(one, exp.Identifier) for one in holder.expressions
    ):
        return None
    columns = [_column(one, names) for one in holder.expressions if isinstance(one, exp.ColumnDef)]
    uses = (_table_name(one.this, names) for one in holder.find_all(exp.Reference))
    return SqlTable(_table_name(holder, names), tuple(columns), frozenset(uses))


def _table_name(holder: exp.Expr, names: Schema) -> str:
    from sqlglot import exp

    table = holder if isinstance(holder, exp.Table) else holder.find(exp.Table)
    if table is None:
        return ""
    return names.fold(table.name, quoted=bool(table.this.args.get("quoted")))


def _column(one: exp.ColumnDef, names: Schema) -> Column:
    from sqlglot import exp

    kind = one.args.get("kind")
    marks = [type(mark.args.get("kind")) for mark in one.args.get("constraints") or ()]
    text = "" if kind is None else kind.sql()
    return Column(
        names.fold(one.name, quoted=bool(one.this.args.get("quoted"))),
        text.upper().partition("(")[0].strip(),
        bool({exp.NotNullColumnConstraint, exp.PrimaryKeyColumnConstraint} & set(marks)),
    )


def _in_order(tables: dict[str, SqlTable]) -> Iterator[SqlTable]:
    """Each behind those it points to; none at all where they point in a circle."""
    left = dict(tables)
    found: list[SqlTable] = []
    while left:
        ready = [one for one in left.values() if not (one.uses - {one.name}) & set(left)]
        if not ready:
            return
        found += ready
        for one in ready:
            del left[one.name]
    yield from found


def insertion(table: SqlTable, rows: Iterable[Row], dialect: Dialect) -> str:
    """One INSERT of all columns; every value a quoted literal. Raises NoSample."""
    values = [
        ", ".join(_quoted(*pair, dialect) for pair in zip(table.columns, row, strict=True))
        for row in rows
    ]
    if not values:
        return ""
    names = ", ".join(map(_identifier, (column.name for column in table.columns)))
    listed = ",\n".join(f"({one})" for one in values)
    return f"INSERT INTO {_identifier(table.name)} ({names}) VALUES\n{listed};\n"


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _quoted(column: Column, cell: Cell, dialect: Dialect) -> str:
    text = cell.text
    if text == "" and not cell.literal:
        raise NoSample("an empty cell may be NULL or an empty text")
    if text is None:
        if column.required:
            raise NoSample("NULL where none can be")
        return "NULL"
    if "\0" in text:
        raise NoSample("no database takes a NUL")
    if dialect is Dialect.SQLITE:
        return _literal(_kept(column.kind, text))
    marked = "E" if "\\" in text else ""
    return marked + _literal(text.replace("\\", "\\\\"))


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _kept(kind: str, text: str) -> str:
    """What SQLite stores for a text as the column's affinity reads it. Raises NoSample."""
    if "BOOL" in kind:
        if text.lower() in _TRUTH:
            return _TRUTH[text.lower()]
    elif "INT" in kind:
        if _INTEGER.fullmatch(text):
            return text
    elif any(word in kind for word in ("REAL", "FLOA", "DOUB", "NUM", "DEC")):
        if _NUMBER.fullmatch(text):
            return text
    elif any(word in kind for word in ("CHAR", "CLOB", "TEXT", "DATE", "TIME")):
        return text
    raise NoSample(f"{text!r} in a column of type {kind or 'none'}")
