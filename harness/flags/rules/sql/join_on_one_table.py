"""The ON of a join compares columns of one table with each other.

Why: the condition says nothing about the other table, so every row fits every other.

Bad:
    SELECT * FROM customers c JOIN orders o ON o.customer_id = o.id

Good:
    SELECT * FROM customers c JOIN orders o ON o.customer_id = c.id

Known misses: columns whose table is not known.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from harness.flags.rule import SQL, Context, Finding, Rule
from harness.flags.sql_queries import Query, conjuncts


def check(context: Context) -> Iterable[Finding]:
    """ON where all columns are of one table, two of them compared."""
    for query in context.queries:
        for join in query.select.args.get("joins") or ():
            key = _only_table(query, join.args.get("on"))
            if key is not None:
                yield Finding(
                    context.sql_node(join.args["on"]), f"this ON compares {key} with itself"
                )  # fmt: skip


def _only_table(query: Query, on: exp.Expr | None) -> str | None:
    columns = list(on.find_all(exp.Column)) if on is not None else []
    keys = {query.owner(one) for one in columns}
    pairs = [
        one
        for one in conjuncts(on)
        if isinstance(one, exp.EQ)
        and isinstance(one.this, exp.Column)
        and isinstance(one.expression, exp.Column)
    ]
    return keys.pop() if len(keys) == 1 and pairs else None


RULE = Rule(
    id="join-on-one-table",
    languages=SQL,
    question="Which column of the other table should this be compared with?",
    doc=__doc__,
    check=check,
)
