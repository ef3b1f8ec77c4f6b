"""Every table and column a script names, looked up in the task's schema.

Scopes are SQL's own: common table expressions, derived tables, correlated subqueries, aliases of
the select list. What a source's columns are may be unknown (a function, a star over a view that
was not understood): then nothing is said about it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlglot import exp

from harness.flags.schema import Schema, Table, close_names, output_names
from harness.flags.sql_lookup import CATALOGS, Columns, Lookup, Problem, SqlScope

MAX_DEPTH = 25


@dataclass
class Names:
    """problems: unknown names, each place once. scopes: what each SELECT reads, by ``id(node)``."""

    problems: list[Problem] = field(default_factory=list)
    scopes: dict[int, SqlScope] = field(default_factory=dict)


def resolve(statements: Iterable[exp.Expr], schema: Schema, text: str) -> Names:
    """Look up the names of a script; a statement may create what a later one uses."""
    known = schema.copy()
    names = Names()
    for statement in statements:
        resolver = _Resolver(known, text, names)
        try:
            resolver.statement(statement)
        except RecursionError:  # deeper than anybody writes
            return Names()
        known.apply(statement)
    unique = {(one.start, one.kind): one for one in names.problems}
    names.problems = sorted(unique.values(), key=lambda one: one.start)
    return names


class _Resolver:
    """Resolves one statement."""

    def __init__(self, schema: Schema, text: str, found: Names) -> None:
        self.schema = schema
        self.scopes = found.scopes
        self.names = Lookup(schema, text, found.problems)

    def statement(self, node: exp.Expr) -> None:
        if isinstance(node, exp.Query):
            self.query(node, {}, None, 0)
        elif isinstance(node, exp.Insert | exp.Update | exp.Delete):
            self._change(node)
        elif isinstance(node, exp.Create) and isinstance(node.expression, exp.Query):
            self.query(node.expression, {}, None, 0)

    def query(
        self, node: exp.Expr, ctes: dict[str, Columns], outer: SqlScope | None, depth: int
    ) -> Columns:
        """Resolve a query; return the columns it gives."""
        if depth > MAX_DEPTH:
            return None
        ctes = self._with(node, dict(ctes), outer, depth)
        if isinstance(node, exp.Subquery):
            return self.query(node.this, ctes, outer, depth + 1)
        if isinstance(node, exp.SetOperation):
            columns = self.query(node.left, ctes, outer, depth + 1)
            self.query(node.right, ctes, outer, depth + 1)
            return columns
        if not isinstance(node, exp.Select):
            self._nested(node, ctes, outer, depth)
            return None
        scope = self.scopes[id(node)] = SqlScope(parent=outer)
        scope.aliases = {self.schema.fold(one.alias) for one in node.selects if one.alias}
        self._sources(node, scope, ctes, depth)
        self._columns(node, scope, ctes, depth)
        return self._output(node, scope)

    def _with(
        self, node: exp.Expr, ctes: dict[str, Columns], outer: SqlScope | None, depth: int
    ) -> dict[str, Columns]:
        holder = node.args.get("with_")
        if holder is None:
            return ctes
        for cte in holder.expressions:
            name = self.schema.fold(cte.alias)
            declared = [one.name for one in (cte.args["alias"].args.get("columns") or ())]
            if holder.args.get("recursive"):
                ctes[name] = self._named(declared) if declared else self._first(cte.this)
            columns = self.query(cte.this, ctes, outer, depth + 1)
            ctes[name] = self._named(declared) if declared else columns
        return ctes

    def _first(self, query: exp.Expr) -> Columns:
        """Columns of a recursive expression: those of its first part."""
        while isinstance(query, exp.SetOperation):
            query = query.left
        names = output_names(query) if isinstance(query, exp.Query) else None
        return None if names is None else self._named(names)

    def _named(self, names: list[str]) -> Columns:
        return {self.schema.fold(one): one for one in names}

    def _sources(
        self, node: exp.Expr, scope: SqlScope, ctes: dict[str, Columns], depth: int
    ) -> None:
        start = node.args.get("from_")
        parts = [start.this] if start is not None else []
        joins = list(node.args.get("joins") or ())
        for part in parts:
            joins += part.args.get("joins") or ()
        parts += [join.this for join in joins]
        parts += node.args.get("laterals") or ()
        for part in parts:
            self._source(part, scope, ctes, depth)

    def _source(
        self, node: exp.Expr, scope: SqlScope, ctes: dict[str, Columns], depth: int
    ) -> None:
        if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
            columns = self._table(node, ctes)
        elif isinstance(node, exp.Subquery) and not isinstance(node.this, exp.Table):
            # A LATERAL one sees its neighbours; others do not, but saying so is not worth it.
            columns = self.query(node.this, ctes, scope, depth + 1)
            for join in node.args.get("joins") or ():
                self._source(join.this, scope, ctes, depth + 1)
        else:
            if isinstance(node, exp.Subquery):
                self._source(node.this, scope, ctes, depth + 1)
                for join in node.this.args.get("joins") or ():
                    self._source(join.this, scope, ctes, depth + 1)
            columns = None
        renamed = node.args["alias"].args.get("columns") if node.args.get("alias") else None
        if renamed and columns is not None:
            columns = self._named([one.name for one in renamed])
        name = node.alias_or_name
        key = self.schema.fold(name) if name else f"?{len(scope.sources)}"
        scope.sources[key] = columns
        scope.names[key] = name
        table = self._base(node, ctes)
        if table is not None:
            scope.tables[key] = table

    def _base(self, node: exp.Expr, ctes: dict[str, Columns]) -> Table | None:
        """The table of the database that a source is."""
        if not isinstance(node, exp.Table) or not isinstance(node.this, exp.Identifier):
            return None
        if not node.db and self.schema.fold(node.name) in ctes:
            return None
        return self.schema.tables.get(
            self.schema.fold(node.name, quoted=bool(node.this.args.get("quoted")))
        )

    def _table(self, node: exp.Table, ctes: dict[str, Columns]) -> Columns:
        if not node.db and self.schema.fold(node.name) in ctes:
            return ctes[self.schema.fold(node.name)]
        table = self._base(node, ctes)
        if table is not None:
            return None if table.open else table.columns
        prefix = f"{node.db}.{node.name}".lower().removeprefix(".")
        if not self.schema.open and not prefix.startswith(CATALOGS):
            known = [one.name for one in self.schema.tables.values()]
            self.names.report("table", node.this, close_names(node.name, [*known, *ctes]))
        return None

    def _columns(
        self, node: exp.Expr, scope: SqlScope, ctes: dict[str, Columns], depth: int
    ) -> None:
        """Look up every column of a query but those of the queries in it."""
        stack = [node]
        while stack:
            one = stack.pop()
            if isinstance(one, exp.Column):
                self.names.column(one, scope)
                continue
            if isinstance(one, exp.Query) and one is not node:
                if not self._is_source(one):
                    self.query(one, ctes, scope, depth + 1)
                continue
            if isinstance(one, exp.With | exp.TableAlias):
                continue
            if isinstance(one, exp.Join):
                self.names.using(one, scope)
            stack.extend(one.iter_expressions())

    @staticmethod
    def _is_source(node: exp.Expr) -> bool:
        """Derived tables are resolved as sources."""
        return isinstance(node.parent, exp.From | exp.Join) or (
            isinstance(node.parent, exp.Subquery | exp.Lateral)
            and isinstance(node.parent.parent, exp.From | exp.Join)
        )

    def _nested(
        self, node: exp.Expr, ctes: dict[str, Columns], outer: SqlScope | None, depth: int
    ) -> None:
        for one in node.iter_expressions():
            for inner in [one] if isinstance(one, exp.Query) else one.find_all(exp.Select):
                self.query(inner, ctes, outer, depth + 1)

    def _output(self, node: exp.Select, scope: SqlScope) -> Columns:
        found: dict[str, str] = {}
        for one in node.selects:
            keys: list[str] = []
            if isinstance(one, exp.Star):
                keys = list(scope.sources)
            elif isinstance(one, exp.Column) and isinstance(one.this, exp.Star):
                keys = [self.schema.fold(one.table)]
            if keys:
                for key in keys:
                    columns = scope.sources.get(key)
                    if columns is None:
                        return None
                    found.update(columns)
            elif one.alias_or_name:
                found[self.schema.fold(one.alias_or_name)] = one.alias_or_name
            else:  # the databases name it each in its own way
                return None
        return found

    def _change(self, node: exp.Insert | exp.Update | exp.Delete) -> None:
        """INSERT, UPDATE, DELETE: their own table is a source like any other."""
        ctes = self._with(node, {}, None, 0)
        scope = SqlScope()
        target, named = node.this, []
        if isinstance(target, exp.Schema):
            target, named = target.this, target.expressions
        if not isinstance(target, exp.Table):
            return
        self._source(target, scope, ctes, 0)
        own = scope.sources.get(self.schema.fold(target.alias_or_name))
        for one in named:
            if isinstance(one, exp.Identifier) and own is not None:
                self.names.among(one, own, (target.name,))
        using = node.args.get("using")
        for part in using if isinstance(using, list) else ():
            self._source(part, scope, ctes, 0)
        self._sources(node, scope, ctes, 0)
        if isinstance(node, exp.Insert):
            source = node.expression
            if isinstance(source, exp.Query):
                self.query(source, ctes, None, 0)
            return
        for key in ("expressions", "where", "returning"):
            value = node.args.get(key)
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, exp.Expr):
                    self._columns(part, scope, ctes, 0)
