"""The two sides of a UNION, INTERSECT or EXCEPT give different numbers of columns.

Why: the statement fails.

Bad:
    SELECT id, name FROM customers UNION SELECT id FROM suppliers

Good:
    SELECT id, name FROM customers UNION SELECT id, name FROM suppliers

Known misses: sides with ``*`` over tables whose columns are not known.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from harness.flags.rule import SQL, Context, Finding, Rule
from harness.flags.sql_queries import Query


def check(context: Context) -> Iterable[Finding]:
    """Widths of the two sides."""
    known = {id(one.select): one for one in context.queries}
    for statement in context.statements:
        for one in statement.find_all(exp.SetOperation):
            left, right = _width(one.left, known), _width(one.right, known)
            if left is not None and right is not None and left != right:
                yield Finding(
                    context.sql_node(one.right),
                    f"this side gives {right} columns, the side before it {left}",
                )


def _width(node: exp.Expr, known: dict[int, Query]) -> int | None:
    while isinstance(node, exp.Subquery | exp.SetOperation):
        node = node.this
    if not isinstance(node, exp.Select):
        return None
    if not any(one.find(exp.Star) for one in node.selects):
        return len(node.selects)
    query = known.get(id(node))
    if query is None or len(node.selects) > 1 or not isinstance(node.selects[0], exp.Star):
        return None
    joined = any(join.args.get("using") or join.method for join in node.args.get("joins") or ())
    columns = [one.columns for one in query.sources]
    if joined or not query.complete or not columns:
        return None
    widths = [len(one) for one in columns if one is not None]
    return sum(widths) if len(widths) == len(columns) else None


RULE = Rule(
    id="set-operation-arity",
    languages=SQL,
    question="Which columns should both sides give?",
    doc=__doc__,
    check=check,
)
