"""LIMIT without ORDER BY.

Why: which rows are left is up to the database.

Bad:
    SELECT name FROM products LIMIT 5

Good:
    SELECT name FROM products ORDER BY price DESC LIMIT 5

Known misses: an ORDER BY that does not decide between equal rows.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from harness.flags.rule import SQL, Context, Finding, Rule
from harness.flags.sql_queries import is_one_row


def check(context: Context) -> Iterable[Finding]:
    """LIMIT in queries of more than one row, where the choice matters."""
    for query in context.queries:
        select = query.select
        limit = select.args.get("limit")
        if limit is None or select.args.get("order") is not None:
            continue
        if isinstance(select.find_ancestor(exp.Exists, exp.Select), exp.Exists):
            continue
        bare = select.copy()
        bare.set("limit", None)
        if not is_one_row(bare) and not _ordered_below(select):
            yield Finding(context.sql_node(limit), "LIMIT without ORDER BY takes any rows")


def _ordered_below(select: exp.Select) -> bool:
    """Whether the rows come from one query that orders them."""
    start = select.args.get("from_")
    inner = start.this if start is not None and not select.args.get("joins") else None
    return isinstance(inner, exp.Subquery) and inner.this.args.get("order") is not None


RULE = Rule(
    id="limit-without-order",
    languages=SQL,
    question="Which rows should be left?",
    doc=__doc__,
    check=check,
)
