"""A table is joined, and no condition says which of its rows belong to which.

Why: every row is combined with every other; counts and sums are multiplied.

Bad:
    SELECT c.name, o.total FROM customers c, orders o

Good:
    SELECT c.name, o.total FROM customers c, orders o WHERE o.customer_id = c.id

Known misses: queries with columns whose table is not known; CROSS JOIN, which says so.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from harness.flags.rule import SQL, Context, Finding, Rule
from harness.flags.sql_queries import Query, Source, is_one_row

_PLAIN = (exp.Table, exp.Subquery)


def check(context: Context) -> Iterable[Finding]:
    """Tables that no condition reaches from the first."""
    for query in context.queries:
        if len(query.sources) > 1 and query.complete and _is_plain(query):
            lonely = _unreached(query)
            if lonely is not None:
                yield Finding(
                    context.sql_node(lonely.node),
                    f"no condition connects {lonely.name} with the other tables",
                )


def _is_plain(query: Query) -> bool:
    return all(
        isinstance(one.node, _PLAIN)
        and not (isinstance(one.node, exp.Table) and not isinstance(one.node.this, exp.Identifier))
        and not is_one_row(one.node)
        and (one.join is None or not (one.join.method or one.join.args.get("using")))
        for one in query.sources
    )


def _unreached(query: Query) -> Source | None:
    """The first table that stays apart; None too where a column's table is unknown."""
    groups = [{one.key} for one in query.sources]
    conditions = [query.where, *(one.join.args.get("on") for one in query.sources if one.join)]
    for link in _links(query, conditions):
        if link is None:
            return None
        touched = [one for one in groups if one & link]
        groups = [one for one in groups if not one & link] + [set().union(*touched)]
    first = next(one for one in groups if query.sources[0].key in one)
    lonely = next((one for one in query.sources[1:] if one.key not in first), None)
    return None if lonely is None or _is_cross(query, lonely) else lonely


def _links(query: Query, conditions: list[exp.Expr | None]) -> Iterable[set[str] | None]:
    """Sets of tables that a condition names together; None for one that cannot be told."""
    for condition in conditions:
        for one in query.own(condition, exp.Condition):
            if isinstance(one, exp.Connector | exp.Paren | exp.Column | exp.Not):
                continue
            keys = set()
            for column in one.find_all(exp.Column):
                key = query.owner(column)
                if key is None and column.find_ancestor(exp.Select) is query.select:
                    yield None
                keys.add(key or "")
            if len(keys - {""}) > 1:
                yield keys - {""}


def _is_cross(query: Query, source: Source) -> bool:
    """Whether CROSS JOIN is written (a comma is understood as one, too)."""
    place = query.context.sql_node(source.node)
    before = query.context.doc.data[: place.start].decode("utf-8", "replace").upper().split()
    return before[-2:] == ["CROSS", "JOIN"]


RULE = Rule(
    id="join-without-condition",
    languages=SQL,
    question="Which rows of the two tables belong together?",
    doc=__doc__,
    check=check,
)
