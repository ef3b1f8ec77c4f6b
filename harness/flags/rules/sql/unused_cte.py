"""A WITH defines a query that nothing uses.

Why: the step was meant to be part of the answer; or a table of another name is read instead.

Bad:
    WITH recent AS (SELECT * FROM orders WHERE year = 2024) SELECT COUNT(*) FROM orders

Good:
    WITH recent AS (SELECT * FROM orders WHERE year = 2024) SELECT COUNT(*) FROM recent

Known misses: one that is used only by another that is not used itself.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from harness.flags.rule import SQL, Context, Finding, Rule


def check(context: Context) -> Iterable[Finding]:
    """Names of WITH that no FROM reads."""
    for statement in context.statements:
        for cte in statement.find_all(exp.CTE):
            if isinstance(cte.this, exp.Query) and not _is_read(statement, cte):
                yield Finding(context.sql_node(cte.args["alias"]), f"nothing reads {cte.alias}")


def _is_read(statement: exp.Expr, cte: exp.CTE) -> bool:
    inside = {id(one) for one in cte.this.find_all(exp.Table)}
    return any(
        one.name.lower() == cte.alias.lower() and id(one) not in inside
        for one in statement.find_all(exp.Table)
    )


RULE = Rule(
    id="unused-cte",
    languages=SQL,
    question="Which part of the query should read this?",
    doc=__doc__,
    check=check,
)
