"""Tables and columns of a database, read from the statements that make it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from harness.flags._sql_columns import ColumnFacts, column_facts
from harness.models import Dialect, SqlSpec

if TYPE_CHECKING:
    from sqlglot import exp

MAX_SQL_CHARS = 30_000
# sqlglot tries each join without a condition in two ways: its time doubles with every one.
MAX_BARE_JOINS = 8
_DIALECTS = {Dialect.SQLITE: "sqlite", Dialect.POSTGRESQL: "postgres"}


@dataclass(frozen=True)
class Table:
    """columns: as written, by folded name. open: it may have columns that are not known."""

    name: str
    columns: Mapping[str, str]
    open: bool = False
    facts: ColumnFacts = field(default_factory=ColumnFacts)


@dataclass
class Schema:
    """Tables by folded name. open: there may be tables that are not known."""

    dialect: Dialect
    tables: dict[str, Table] = field(default_factory=dict)
    open: bool = False

    def fold(self, name: str, *, quoted: bool = False) -> str:
        """How the database compares a name."""
        if quoted and self.dialect is Dialect.POSTGRESQL:
            return name
        return name.lower()

    def copy(self) -> Schema:
        """A schema that a script may change."""
        return Schema(self.dialect, dict(self.tables), self.open)

    def apply(self, statement: exp.Expr) -> None:
        """Take over what a statement creates, alters or drops."""
        from sqlglot import exp

        kind = str(statement.args.get("kind") or "").upper()
        if isinstance(statement, exp.Create) and kind in ("TABLE", "VIEW"):
            self._create(statement)
        elif isinstance(statement, exp.Drop) and kind in ("TABLE", "VIEW"):
            for table in statement.args.get("tables") or ():
                self.tables.pop(self._name(table), None)
        elif isinstance(statement, exp.Alter):
            self._alter(statement)
        elif isinstance(statement, exp.Command | exp.Create):
            # What is not understood may make anything.
            self.open = self.open or _may_create(statement)

    def _create(self, statement: exp.Create) -> None:
        from sqlglot import exp

        holder = statement.this
        query = statement.expression
        columns: dict[str, str] = {}
        facts = ColumnFacts()
        open_ = False
        if isinstance(holder, exp.Schema):
            target = holder.this
            facts = column_facts(holder, self.fold)
            for one in holder.expressions:
                name = one.this if isinstance(one, exp.ColumnDef) else one
                if isinstance(name, exp.Identifier):
                    columns[self.fold(name.name, quoted=bool(name.args.get("quoted")))] = name.name
        else:
            target = holder
        if not columns:
            names = output_names(query) if isinstance(query, exp.Query) else None
            open_ = names is None
            columns = {self.fold(name, quoted=True): name for name in names or ()}
        if isinstance(target, exp.Table):
            key = self._name(target)
            self.tables[key] = Table(target.name, columns, open_, facts)

    def _alter(self, statement: exp.Alter) -> None:
        """Added columns are known; any other change leaves the table open."""
        from sqlglot import exp

        key = self._name(statement.this)
        table = self.tables.get(key)
        actions = statement.args.get("actions") or ()
        added = [one for one in actions if isinstance(one, exp.ColumnDef)]
        if any(isinstance(one, exp.AlterRename) for one in actions):
            self.open = True
        if table is not None:
            columns = {**table.columns, **{self.fold(one.name): one.name for one in added}}
            whole = bool(added) and len(added) == len(actions)
            self.tables[key] = replace(table, columns=columns, open=table.open or not whole)

    def _name(self, table: Any) -> str:
        inner = getattr(table, "this", None)
        quoted = bool(inner.args.get("quoted")) if inner is not None and inner.args else False
        return self.fold(table.name, quoted=quoted)


def _may_create(statement: exp.Expr) -> bool:
    text = str(statement.args.get("this") or "").upper()
    return text in ("CREATE", "ALTER", "EXEC", "EXECUTE", "DO", "CALL", "ATTACH", "WITH")


def output_names(query: exp.Query) -> list[str] | None:
    """Names of the columns a query gives; None where a star hides them."""
    from sqlglot import exp

    names = []
    for one in query.selects:
        if isinstance(one, exp.Star) or (isinstance(one, exp.Column)
                                         and isinstance(one.this, exp.Star)):  # fmt: skip
            return None
        names.append(one.alias_or_name)
    return names


def parse_sql(text: str, dialect: Dialect) -> list[exp.Expr] | None:
    """Statements of a script; None where they cannot be parsed."""
    import sqlglot
    from sqlglot.errors import SqlglotError

    if len(text) > MAX_SQL_CHARS or _bare_joins(text) > MAX_BARE_JOINS:
        return None
    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)  # it warns of dialects it half knows
    try:
        found = sqlglot.parse(text, read=_DIALECTS[dialect])
    except (SqlglotError, RecursionError, ValueError):
        return None
    return [one for one in found if one is not None]


@lru_cache(maxsize=8)
def statements(text: str, dialect: Dialect) -> tuple[exp.Expr, ...]:
    """The same to look at, not to change: who asks next gets the same trees."""
    return tuple(parse_sql(text, dialect) or ())


def _bare_joins(text: str) -> int:
    """How many joins have no condition of their own."""
    words = re.findall(r"\b(?:(JOIN)|ON|USING)\b", text, re.IGNORECASE)
    return sum(1 if join else -1 for join in words)


def schema_of(spec: SqlSpec) -> Schema:
    """Schema of a task's database; where it has several states, of all of them."""
    scripts = [spec.scripts(state) for state in spec.all_states()]
    texts = tuple(dict.fromkeys(schema for schema, _ in scripts))
    if not any(text.strip() for text in texts):
        texts = tuple(dict.fromkeys(seed for _, seed in scripts))
    return _schema(texts, spec.dialect)


@lru_cache(maxsize=64)
def _schema(texts: tuple[str, ...], dialect: Dialect) -> Schema:
    found = Schema(dialect)
    for text in texts:
        _add(found, text)
    found.open = found.open or not found.tables
    return found


def _add(schema: Schema, text: str) -> None:
    """Statement by statement: one that is not understood must not hide the others."""
    from harness.syntax import sql_text

    for piece in sql_text.statements(text):
        if piece.word in ("insert", "select", "update", "delete", "pragma", "set", "begin",
                          "commit", "comment", "grant", "analyze"):  # fmt: skip
            continue
        parsed = parse_sql(piece.text, schema.dialect)
        if parsed is None:
            schema.open = True
        for statement in parsed or ():
            schema.apply(statement)


def close_names(name: str, known: Iterable[str]) -> str:
    """The known name that is meant, perhaps; "" if none is near."""
    from difflib import get_close_matches

    by_lower = {one.lower(): one for one in known}
    near = get_close_matches(name.lower(), list(by_lower), 1, 0.6)
    return by_lower[near[0]] if near else ""
