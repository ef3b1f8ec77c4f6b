"""Every SELECT of a script as rules ask of it: its tables, its columns, its conditions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from sqlglot import exp

from harness.flags.rule import Context
from harness.flags.schema import Table
from harness.flags.sql_lookup import Columns, SqlScope

_Node = TypeVar("_Node", bound=exp.Expr)
# What is neither true nor false, but unknown, where an operand is NULL.
COMPARES = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Like, exp.ILike, exp.Between,
            exp.In)  # fmt: skip


@dataclass(frozen=True)
class Source:
    """A table of a FROM. join: None for the first. table: in the database, else None."""

    key: str
    name: str
    node: exp.Expr
    join: exp.Join | None
    columns: Columns
    table: Table | None

    @property
    def outer(self) -> bool:
        """Whether its columns may be NULL because no row of it fits."""
        return self.join is not None and self.join.side in ("LEFT", "FULL")


@dataclass(eq=False)
class Query:
    """A SELECT. scope: what it reads."""

    select: exp.Select
    context: Context
    scope: SqlScope
    _owned: dict[int, str | None] = field(default_factory=dict)

    @cached_property
    def sources(self) -> list[Source]:
        """Tables, views, expressions and derived tables, in their order."""
        start = self.select.args.get("from_")
        found = [self._source(start.this, None)] if start is not None else []
        for join in self.select.args.get("joins") or ():
            found.append(self._source(join.this, join))
        return [one for one in found if one is not None]

    def _source(self, node: exp.Expr, join: exp.Join | None) -> Source | None:
        name = node.alias_or_name
        key = folded(name)
        if not name or key not in self.scope.sources:
            return None
        columns, table = self.scope.sources[key], self.scope.tables.get(key)
        return Source(key, name, node, join, columns, table)

    @property
    def complete(self) -> bool:
        """Whether every source was understood, and no name stands for two."""
        count = (self.select.args.get("from_") is not None) + len(
            self.select.args.get("joins") or ()
        )
        keys = {one.key for one in self.sources}
        return count == len(self.sources) == len(keys) == len(self.scope.sources)

    def own(self, node: exp.Expr | None, *types: type[_Node]) -> Iterator[_Node]:
        """Nodes of the types in a part of this SELECT, not in the queries inside it."""
        stack = [node] if node is not None else []
        while stack:
            one = stack.pop()
            if isinstance(one, types):
                yield one
            if one is self.select or not isinstance(one, exp.Query):
                stack.extend(reversed(list(one.iter_expressions())))

    def owner(self, column: exp.Column) -> str | None:
        """Key of the source that a column is of; None if unknown or of a query around this."""
        if id(column) not in self._owned:
            self._owned[id(column)] = self._owner(column)
        return self._owned[id(column)]

    def _owner(self, column: exp.Column) -> str | None:
        sources = self.scope.sources
        if column.table:
            key = folded(column.table)
            return key if key in sources else None
        name = folded(column.name)
        having = [key for key, columns in sources.items() if columns and name in columns]
        unknown = [key for key, columns in sources.items() if columns is None]
        if len(having) + len(unknown) == 1:
            return (having + unknown)[0] if having or self.scope.parent is None else None
        return None

    def source_of(self, column: exp.Expr) -> Source | None:
        """The source that a column is of."""
        if not isinstance(column, exp.Column) or isinstance(column.this, exp.Star):
            return None
        key = self.owner(column)
        return next((one for one in self.sources if one.key == key), None) if key else None

    def kind(self, column: exp.Column) -> str:
        """What the schema declares a column to be: "int", "moment" or ""."""
        source = self.source_of(column)
        if source is None or source.table is None:
            return ""
        return source.table.facts.kinds.get(folded(column.name), "")

    def may_be_null(self, column: exp.Column) -> bool:
        """Whether the schema takes care to let a column be NULL, and no condition excludes it."""
        source = self.source_of(column)
        if source is None or source.table is None:
            return False
        name = folded(column.name)
        return name in source.table.facts.nullable and not any(
            same_column(self, column, one)
            for condition in self.conditions
            if isinstance(condition, (*COMPARES, exp.Not, exp.Is))
            for one in self.own(condition, exp.Column)
        )

    @cached_property
    def where(self) -> exp.Expr | None:
        """The condition of the WHERE."""
        found = self.select.args.get("where")
        return found.this if found is not None else None

    @cached_property
    def conditions(self) -> list[exp.Expr]:
        """The conditions of the WHERE that must all hold."""
        return conjuncts(self.where)

    @cached_property
    def aggregates(self) -> list[exp.AggFunc]:
        """Aggregates of the select list, not those over a window."""
        return [
            found
            for one in self.select.selects
            for found in self.own(one, exp.AggFunc)
            if not _is_windowed(found) and not _is_scalar(found)
        ]

    @property
    def group(self) -> exp.Group | None:
        """GROUP BY."""
        found = self.select.args.get("group")
        return found if isinstance(found, exp.Group) else None

    @property
    def has_star(self) -> bool:
        """Whether the select list takes all columns."""
        return any(
            not isinstance(star.parent, exp.Count)
            for one in self.select.selects
            for star in self.own(one, exp.Star)
        )


def queries(context: Context) -> Iterator[Query]:
    """Every SELECT of a script whose names were looked up, in source order."""
    scopes = context.sql_names.scopes
    for statement in context.statements:
        for select in statement.find_all(exp.Select):
            scope = scopes.get(id(select))
            if scope is not None:
                yield Query(select, context, scope)


def _is_windowed(found: exp.AggFunc) -> bool:
    around: exp.Expr = found
    while isinstance(around.parent, exp.Filter | exp.WithinGroup | exp.IgnoreNulls):
        around = around.parent
    return isinstance(around.parent, exp.Window) and around.parent.this is around


def _is_scalar(found: exp.AggFunc) -> bool:
    """SQLite's MAX and MIN of several values."""
    return isinstance(found, exp.Max | exp.Min) and bool(found.expressions)


def conjuncts(node: exp.Expr | None) -> list[exp.Expr]:
    """The parts of a condition that AND joins."""
    found: list[exp.Expr] = []
    stack = [node] if node is not None else []
    while stack:
        one = unwrapped(stack.pop())
        if isinstance(one, exp.And):
            stack += [one.expression, one.this]
        else:
            found.append(one)
    return found


def folded(name: str) -> str:
    """A name as it is compared (names quoted to differ by case alone are not told apart)."""
    return name.lower()


def unwrapped(node: exp.Expr) -> exp.Expr:
    """The node inside parentheses."""
    while isinstance(node, exp.Paren):
        node = node.this
    return node


def same_column(query: Query, left: exp.Expr, right: exp.Expr) -> bool:
    """Whether two columns are the same one."""
    return (
        isinstance(left, exp.Column)
        and isinstance(right, exp.Column)
        and left.name.lower() == right.name.lower()
        and (query.owner(left) or left.table) == (query.owner(right) or right.table)
    )


def is_one_row(query: exp.Expr) -> bool:
    """Whether a query gives one row at most: it only aggregates, or has no table."""
    inner = query.unnest() if isinstance(query, exp.Subquery) else query
    if not isinstance(inner, exp.Select) or inner.args.get("group") is not None:
        return False
    limit = inner.args.get("limit")
    limited = limit is not None and limit.expression is not None and limit.expression.name == "1"
    if limited or inner.args.get("from_") is None:
        return True
    return bool(inner.selects) and all(
        one.find(exp.AggFunc) is not None and one.find(exp.Window) is None for one in inner.selects
    )
