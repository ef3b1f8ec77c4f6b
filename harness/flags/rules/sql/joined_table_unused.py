"""A table is joined and none of its columns is used.

Why: a LEFT JOIN of it can only repeat rows; a column or a condition is missing.

Bad:
    SELECT c.name FROM customers c LEFT JOIN orders o ON o.customer_id = c.id

Good:
    SELECT c.name, o.total FROM customers c LEFT JOIN orders o ON o.customer_id = c.id

Known misses: inner joins, which also filter; queries with ``*``.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from harness.flags.rule import SQL, Context, Finding, Rule
from harness.flags.sql_queries import Query, Source, folded


def check(context: Context) -> Iterable[Finding]:
    """LEFT JOINed tables that appear in their own ON alone."""
    for query in context.queries:
        if not query.complete or any(query.own(query.select, exp.Star)):
            continue
        for source in query.sources:
            if source.join is not None and source.join.side == "LEFT" and _is_unused(query, source):
                yield Finding(
                    context.sql_node(source.node), f"nothing of {source.name} is used"
                )  # fmt: skip


def _is_unused(query: Query, source: Source) -> bool:
    on = source.join.args.get("on") if source.join is not None else None
    own = {id(one) for one in on.find_all(exp.Column)} if on is not None else set()
    for column in query.select.find_all(exp.Column):
        if id(column) in own:
            continue
        key = query.owner(column)
        unclear = key is None and (not column.table or folded(column.table) == source.key)
        if unclear or key == source.key:
            return False
    return on is not None


RULE = Rule(
    id="joined-table-unused",
    languages=SQL,
    question="What is this table joined for?",
    doc=__doc__,
    check=check,
)
