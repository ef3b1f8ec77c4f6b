"""WHERE compares a column of a LEFT JOINed table, so the rows without a match are lost again.

Why: the column is NULL there and the comparison never true; it does what JOIN does.

Bad:
    SELECT c.name FROM customers c LEFT JOIN orders o ON o.customer_id = c.id WHERE o.total > 10

Good:
    SELECT c.name FROM customers c LEFT JOIN orders o ON o.customer_id = c.id AND o.total > 10

Known misses: conditions with OR; columns inside functions.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from harness.flags.rule import SQL, Context, Finding, Rule
from harness.flags.sql_queries import COMPARES, Query, unwrapped


def check(context: Context) -> Iterable[Finding]:
    """Conditions that a row of NULLs cannot meet."""
    for query in context.queries:
        if not any(one.outer for one in query.sources) or not query.complete:
            continue
        for condition in query.conditions:
            column = _compared(query, condition)
            if column is not None:
                yield Finding(
                    context.sql_node(condition),
                    f"{column.sql()} is NULL where the LEFT JOIN found nothing; "
                    "this drops those rows",
                )


def _compared(query: Query, condition: exp.Expr) -> exp.Column | None:
    if not isinstance(condition, COMPARES):
        return None
    for side in (condition.this, condition.args.get("expression")):
        if side is None:
            continue
        column = unwrapped(side)
        source = query.source_of(column)
        if isinstance(column, exp.Column) and source is not None and source.outer:
            return column
    return None


RULE = Rule(
    id="left-join-filtered",
    languages=SQL,
    question="Should rows without a match be in the result?",
    doc=__doc__,
    check=check,
)
