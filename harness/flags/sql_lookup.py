"""Looks up single names: a column in the sources of a query and of the queries around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlglot import exp

from harness.flags.schema import Schema, Table, close_names
from harness.models import Dialect

_HIDDEN = {
    Dialect.SQLITE: {"rowid", "oid", "_rowid_"},
    Dialect.POSTGRESQL: {"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "current_catalog",
                         "current_schema", "session_user", "user", "current_role"},
}  # fmt: skip
CATALOGS = ("sqlite_", "pg_", "information_schema")
_WORDS = {"true", "false", "null", "current_date", "current_time", "current_timestamp",
          "localtime", "localtimestamp", "excluded", "new", "old", "default", "value"}  # fmt: skip
# Folded column names; None: not known.
Columns: TypeAlias = Mapping[str, str] | None


@dataclass(frozen=True)
class Problem:
    """A name that is not there. kind: table | column | alias. start, end: character offsets."""

    kind: str
    name: str
    start: int
    end: int
    near: str = ""
    tables: tuple[str, ...] = ()


@dataclass
class SqlScope:
    """Sources of a query by folded name, with the query around it.

    tables: those of the database.
    """

    sources: dict[str, Columns] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  # as written, for messages
    tables: dict[str, Table] = field(default_factory=dict)
    aliases: set[str] = field(default_factory=set)
    parent: SqlScope | None = None

    def chain(self) -> Iterator[SqlScope]:
        """This scope and those around it."""
        scope: SqlScope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent


class Lookup:
    """Says of names whether they are there; what is not goes to ``found``."""

    def __init__(self, schema: Schema, text: str, found: list[Problem]) -> None:
        self.schema = schema
        self.text = text
        self.found = found

    def using(self, join: exp.Join, scope: SqlScope) -> None:
        """Columns of USING, in the table joined."""
        columns = scope.sources.get(self.schema.fold(join.this.alias_or_name))
        for name in join.args.get("using") or ():
            if isinstance(name, exp.Identifier) and columns is not None:
                folded = self.schema.fold(name.name)
                if folded not in columns:
                    self.report("column", name, close_names(name.name, columns.values()),
                                 (join.this.alias_or_name,))  # fmt: skip

    def column(self, node: exp.Column, scope: SqlScope) -> None:
        """A column, qualified or not."""
        name = node.this
        if not isinstance(name, exp.Identifier):
            if node.table and isinstance(name, exp.Star):
                self._qualifier(node, scope)
            return
        if node.table:
            found = self._qualifier(node, scope)
            if found is not None and found[0] is not None:
                self.among(name, found[0], (found[1],))
        else:
            self._bare(name, scope)

    def _qualifier(self, node: exp.Column, scope: SqlScope) -> tuple[Columns, str] | None:
        table = node.args["table"]
        key = self.schema.fold(table.name)
        for one in scope.chain():
            if key in one.sources:
                return one.sources[key], one.names[key]
        if key not in _WORDS and not node.args.get("db"):
            names = [name for one in scope.chain() for name in one.names.values() if name]
            sources = [one for part in scope.chain() for one in part.sources]
            if "?" not in "".join(sources):
                self.report("alias", table, close_names(table.name, names), tuple(names))
        return None

    def among(
        self, name: exp.Identifier, columns: Mapping[str, str], tables: tuple[str, ...]
    ) -> None:
        """A column of known tables."""
        folded = self.schema.fold(name.name, quoted=bool(name.args.get("quoted")))
        lowered = {key.lower() for key in columns}
        if folded in columns or folded in _HIDDEN[self.schema.dialect]:
            return
        if name.args.get("quoted") or folded.lower() not in lowered:
            self.report("column", name, close_names(name.name, columns.values()), tables)

    def _bare(self, name: exp.Identifier, scope: SqlScope) -> None:
        folded = self.schema.fold(name.name, quoted=bool(name.args.get("quoted")))
        if folded.lower() in _WORDS | _HIDDEN[self.schema.dialect]:
            return
        all_columns: dict[str, str] = {}
        for one in scope.chain():
            if folded in one.aliases or folded in one.sources:
                return
            for columns in one.sources.values():
                if columns is None or folded in columns:
                    return
                all_columns.update(columns)
        quote = name.meta.get("start")
        if self.schema.dialect is Dialect.SQLITE and quote is not None and self._at(quote) == '"':
            return  # SQLite takes it for a string
        tables = tuple(one for one in scope.names.values() if one)
        self.report("column", name, close_names(name.name, all_columns.values()), tables)

    def _at(self, offset: int) -> str:
        return self.text[offset : offset + 1]

    def report(self, kind: str, name: exp.Expr, near: str, tables: tuple[str, ...] = ()) -> None:
        """Note a name that is not there."""
        start, end = name.meta.get("start"), name.meta.get("end")
        if isinstance(start, int) and isinstance(end, int):
            self.found.append(Problem(kind, name.name, start, end + 1, near, tables))
