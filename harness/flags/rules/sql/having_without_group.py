"""HAVING in a query that neither groups nor aggregates.

Why: HAVING filters groups; without any it fails, or filters rows as WHERE would.

Bad:
    SELECT name FROM products HAVING price > 100

Good:
    SELECT name FROM products WHERE price > 100

Known misses: aggregates of a database's own that are not known here.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from harness.flags.rule import SQL, Context, Finding, Rule


def check(context: Context) -> Iterable[Finding]:
    """HAVING without GROUP BY and without an aggregate."""
    for query in context.queries:
        having = query.select.args.get("having")
        if having is None or query.group is not None or query.aggregates:
            continue
        if not any(query.own(having, exp.AggFunc, exp.Anonymous)):
            yield Finding(context.sql_node(having), "HAVING without GROUP BY or an aggregate")


RULE = Rule(
    id="having-without-group",
    languages=SQL,
    question="Which rows should be grouped, or is this a condition for WHERE?",
    doc=__doc__,
    check=check,
)
