"""Whether a query's result hangs on rows that tie: the same query with ties broken both ways."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.flags.schema import parse_sql
from harness.models import Dialect

if TYPE_CHECKING:
    from sqlglot import exp

_NAMES = {Dialect.SQLITE: "sqlite", Dialect.POSTGRESQL: "postgres"}


def tie_breakers(query: str, dialect: Dialect) -> tuple[str, ...]:
    """The query twice, ties of its ORDER BY and LIMIT decided by its columns up, then down.

    () where it has neither, or cannot be parsed.
    """
    return tuple(_broken(query, dialect))


def _broken(query: str, dialect: Dialect) -> Iterator[str]:
    for descending in (False, True):
        statements = parse_sql(query, dialect) or []
        if len(statements) != 1 or not _break(statements[0], descending=descending):
            return
        yield statements[0].sql(_NAMES[dialect])


def _break(statement: exp.Expr, *, descending: bool) -> bool:
    """Append every column to what sorts a result or says which rows a limit keeps."""
    from sqlglot import exp

    found = False
    for query in list(statement.find_all(exp.Query)):
        limited = query.args.get("limit") is not None
        if isinstance(query, exp.Subquery) or not (limited or query.args.get("order")):
            continue
        found = True
        starred = any(one.find(exp.Star) for one in query.selects if not one.find(exp.Count))
        for number in range(1, 2 if starred else len(query.selects) + 1):
            place = exp.Ordered(this=exp.Literal.number(number), desc=descending)
            query.order_by(place, copy=False)
    return found
