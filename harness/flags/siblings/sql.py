"""Parts of SQL statements, from their meaning: aliases and letter case aside."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from harness.flags.rule import Context, Span

MAX_CHARS = 40
_COMPARISONS = {
    exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
    exp.Like: "LIKE", exp.In: "IN", exp.Between: "BETWEEN", exp.Is: "IS",
}  # fmt: skip
_CLAUSES = {
    exp.Distinct: "DISTINCT", exp.Group: "GROUP BY", exp.Having: "HAVING", exp.Order: "ORDER BY",
    exp.Limit: "LIMIT", exp.Union: "UNION", exp.Intersect: "INTERSECT", exp.Except: "EXCEPT",
    exp.Subquery: "a subquery", exp.With: "WITH", exp.Case: "CASE", exp.Or: "OR", exp.Not: "NOT",
}  # fmt: skip
_LEFT_OUT = (exp.TableAlias, exp.Identifier, exp.Alias)


def parts(context: Context) -> Iterator[tuple[str, tuple[str, str] | None, str, Span]]:
    """(label, mark, parent, place) of every node of the statements.

    The place is that of the first part with the mark: finding one takes a walk below its node.
    """
    whole = Span(context.doc, 0, len(context.doc.data))
    places: dict[tuple[str, str], Span] = {}
    for statement in context.statements:
        for node in statement.walk():
            if isinstance(node, _LEFT_OUT):
                continue
            mark = _mark(node)
            if mark is not None and mark not in places:
                places[mark] = context.sql_node(node)
            place = whole if mark is None else places[mark]
            yield _label(node), mark, _name(_above(node)), place


def _above(node: exp.Expr) -> exp.Expr | None:
    up = node.parent
    while isinstance(up, (exp.Alias, exp.Paren)):
        up = up.parent
    return up


def _name(node: exp.Expr | None) -> str:
    return "" if node is None else type(node).__name__


def _label(node: exp.Expr) -> str:
    if isinstance(node, (exp.Column, exp.Table)):
        return f"{_name(node)} {node.name.lower()[:MAX_CHARS]}"
    if isinstance(node, exp.Literal):
        return node.name.lower()[:MAX_CHARS]
    if isinstance(node, exp.Join):
        return f"join {node.side} {node.kind}".lower()
    if isinstance(node, exp.Ordered):
        return "descending" if node.args.get("desc") else "ascending"
    return _name(node)


def _mark(node: exp.Expr) -> tuple[str, str] | None:
    kind = type(node)
    if isinstance(node, exp.Column):
        return "column", node.name.lower()[:MAX_CHARS]
    if isinstance(node, exp.Table):
        return "table", node.name.lower()[:MAX_CHARS]
    if isinstance(node, exp.Literal):
        return ("text" if node.is_string else "number"), node.name[:MAX_CHARS]
    if kind in _COMPARISONS:
        return "comparison", _COMPARISONS[kind]
    if kind in _CLAUSES:
        return "clause", _CLAUSES[kind]
    if isinstance(node, exp.Join):
        return "clause", f"{node.side} {node.kind} JOIN".strip().replace("  ", " ")
    if isinstance(node, exp.Ordered):
        return "clause", "DESC" if node.args.get("desc") else "ASC"
    if isinstance(node, exp.Func):
        return "call", f"{node.sql_name()}()"
    return None
