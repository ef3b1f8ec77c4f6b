"""A name given in the select list is used where it is not known yet.

Why: the statement fails: neighbours in the list do not see it, nor, in PostgreSQL, does WHERE,
ON or HAVING.

Bad:
    SELECT price * amount AS total, total * 0.2 AS tax FROM items

Good:
    SELECT price * amount AS total, price * amount * 0.2 AS tax FROM items

Known misses: tables whose columns are not known, which may have a column of that name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlglot import exp

from harness.flags.rule import SQL, Context, Finding, Rule
from harness.flags.sql_queries import Query, folded
from harness.models import Dialect


def check(context: Context) -> Iterable[Finding]:
    """Bare names that are an alias and no column."""
    for query in context.queries:
        aliases = query.scope.aliases
        if not aliases or any(
            columns is None for one in query.scope.chain() for columns in one.sources.values()
        ):
            continue
        for column in _too_early(query):
            if (
                not column.table
                and folded(column.name) in aliases
                and not _is_column(query, column)
            ):
                yield Finding(
                    context.sql_node(column),
                    f"{column.name} is a name of the select list, not known here yet",
                )


def _too_early(query: Query) -> Iterator[exp.Column]:
    places: list[exp.Expr | None] = list(query.select.selects)
    if query.context.dialect is Dialect.POSTGRESQL:
        places += [query.where, query.select.args.get("having")]
        places += [one.join.args.get("on") for one in query.sources if one.join is not None]
    for place in places:
        yield from query.own(place, exp.Column)


def _is_column(query: Query, column: exp.Column) -> bool:
    name = folded(column.name)
    return any(
        name in map(folded, columns or ())
        for one in query.scope.chain()
        for columns in one.sources.values()
    )


RULE = Rule(
    id="alias-too-early",
    languages=SQL,
    question="Should the expression be repeated here, or computed in a query below?",
    doc=__doc__,
    check=check,
)
