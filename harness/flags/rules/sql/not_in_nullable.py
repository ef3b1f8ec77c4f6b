"""NOT IN over a query whose column may be NULL.

Why: one NULL among its rows, and NOT IN is never true: the result is empty.

Bad:
    SELECT name FROM staff WHERE id NOT IN (SELECT manager_id FROM staff)

Good:
    SELECT name FROM staff
    WHERE id NOT IN (SELECT manager_id FROM staff WHERE manager_id IS NOT NULL)

Known misses: columns of schemas that never say NOT NULL, where all might be NULL.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from harness.flags.rule import SQL, Context, Finding, Rule


def check(context: Context) -> Iterable[Finding]:
    """NOT IN (SELECT column …)."""
    known = {id(one.select): one for one in context.queries}
    for query in context.queries:
        for one in query.own(query.select, exp.Not):
            inner = one.this.args.get("query") if isinstance(one.this, exp.In) else None
            select = inner.unnest() if isinstance(inner, exp.Subquery) else inner
            below = known.get(id(select))
            column = below.select.selects[0] if below and below.select.selects else None
            if below is None or not isinstance(column, exp.Column):
                continue
            source = below.source_of(column)
            if below.may_be_null(column) or (source is not None and source.outer
                                             and not below.conditions):  # fmt: skip
                yield Finding(context.sql_node(column), f"{column.sql()} may be NULL: then NOT IN "
                              "finds no row at all")  # fmt: skip


RULE = Rule(
    id="not-in-nullable",
    languages=SQL,
    question="What is the result if one of these is NULL?",
    doc=__doc__,
    check=check,
)
