"""COUNT of a column that may be NULL, where rows seem to be meant.

Why: rows without a value are not counted.

Bad:
    SELECT COUNT(phone) FROM customers        -- phone may be NULL

Good:
    SELECT COUNT(*) FROM customers

Known misses: columns of schemas that never say NOT NULL; columns of a LEFT JOINed table, where
leaving them out is what COUNT of a column is for.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from harness.flags.rule import SQL, Context, Finding, Rule


def check(context: Context) -> Iterable[Finding]:
    """COUNT(column)."""
    for query in context.queries:
        for one in query.own(query.select, exp.Count):
            column = one.this
            source = query.source_of(column) if isinstance(column, exp.Column) else None
            if source is not None and not source.outer and query.may_be_null(column):
                yield Finding(
                    context.sql_node(one), f"rows where {column.sql()} is NULL are not counted"
                )  # fmt: skip


RULE = Rule(
    id="count-nullable",
    languages=SQL,
    question="Should rows without a value count?",
    doc=__doc__,
    check=check,
)
