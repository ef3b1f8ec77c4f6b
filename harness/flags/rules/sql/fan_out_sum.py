"""SUM or AVG of a column whose rows a join repeats.

Why: a row with three matches is added three times.

Bad:
    SELECT SUM(o.total) FROM orders o JOIN items i ON i.order_id = o.id

Good:
    SELECT SUM(total) FROM orders WHERE id IN (SELECT order_id FROM items)

Known misses: tables whose keys are not known; joins on more than one column.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from harness.flags.rule import SQL, Context, Finding, Rule
from harness.flags.sql_queries import Query, Source, conjuncts, folded


def check(context: Context) -> Iterable[Finding]:
    """Aggregates over the "one" side of a join to many."""
    for query in context.queries:
        if len(query.sources) != 2 or not query.complete:
            continue
        for one in query.own(query.select, exp.Sum, exp.Avg):
            sources = {id(found): found for column in one.find_all(exp.Column)
                       if (found := query.source_of(column))}  # fmt: skip
            if len(sources) != 1 or one.find(exp.Distinct) is not None:
                continue
            source = next(iter(sources.values()))
            other = next(found for found in query.sources if found is not source)
            if _repeats(query, source, other):
                yield Finding(
                    context.sql_node(one),
                    f"a row of {source.name} is counted once for each row of {other.name}",
                )


def _repeats(query: Query, source: Source, other: Source) -> bool:
    """Whether they are joined by one pair of columns, unique in the first, not in the other."""
    join = source.join or other.join
    conditions = conjuncts(join.args.get("on")) if join is not None else []
    if source.table is None or other.table is None or len(conditions) != 1:
        return False
    pair = conditions[0]
    if not isinstance(pair, exp.EQ):
        return False
    names = {}
    for column in (pair.this, pair.expression):
        found = query.source_of(column)
        if found is not None:
            names[found.key] = frozenset({folded(column.name)})
    return (
        len(names) == 2
        and names[source.key] in source.table.facts.keys
        and bool(other.table.facts.keys)
        and names[other.key] not in other.table.facts.keys
    )


RULE = Rule(
    id="fan-out-sum",
    languages=SQL,
    question="How often is each row added?",
    doc=__doc__,
    check=check,
)
