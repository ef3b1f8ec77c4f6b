"""A column stands beside an aggregate, and is neither grouped nor fixed by what is grouped.

Why: PostgreSQL refuses it; SQLite takes the value of some row.

Bad:
    SELECT name, COUNT(*) FROM orders

Good:
    SELECT name, COUNT(*) FROM orders GROUP BY name

Known misses: columns of tables whose keys are not known, where something else is grouped;
SQLite's single MIN or MAX, which says which row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlglot import exp

from harness.flags._sql_determined import determined, grouped, place_of
from harness.flags.rule import SQL, Context, Finding, Rule
from harness.flags.sql_queries import Query
from harness.models import Dialect

_ONE_ROW = (exp.Min, exp.Max)


def check(context: Context) -> Iterable[Finding]:
    """Columns of the select list that a group has many values of."""
    for query in context.queries:
        aggregates = query.aggregates
        if not aggregates:
            continue
        if context.dialect is Dialect.SQLITE and _says_which_row(aggregates):
            continue
        for column in _loose(query):
            yield Finding(
                context.sql_node(column),
                f"{column.sql()} has a value for each row, the aggregate beside it one for all",
            )


def _says_which_row(aggregates: list[exp.AggFunc]) -> bool:
    return sum(isinstance(one, _ONE_ROW) for one in aggregates) == 1


def _loose(query: Query) -> Iterator[exp.Column]:
    """Columns outside aggregates that the groups do not fix."""
    if query.group is None:
        yield from _bare(query, [])
        return
    group = grouped(query)
    sources = query.sources
    if group is None or not all(one.table and one.table.facts.keys for one in sources):
        return
    fixed = determined(query, group[0])
    for column in _bare(query, group[1]):
        if place_of(query, column) not in fixed:
            yield column


def _bare(query: Query, grouped_too: list[exp.Expr]) -> Iterator[exp.Column]:
    """Columns in no aggregate, window, unknown function or grouped expression."""
    for one in query.select.selects:
        if any(query.own(one, exp.Window, exp.Anonymous, exp.AnonymousAggFunc)):
            continue
        if any(part in grouped_too for part in one.walk()):
            continue
        for column in query.own(one, exp.Column):
            if query.source_of(column) and not column.find_ancestor(exp.AggFunc):
                yield column


RULE = Rule(
    id="ungrouped-column",
    languages=SQL,
    question="Which row's value should this be?",
    doc=__doc__,
    check=check,
)
