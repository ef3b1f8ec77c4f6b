"""BETWEEN two days on a column that has a time of day.

Why: the upper end is midnight, so all but the first moment of the last day is left out.

Bad:
    SELECT * FROM orders WHERE placed_at BETWEEN '2024-01-01' AND '2024-01-31'

Good:
    SELECT * FROM orders WHERE placed_at >= '2024-01-01' AND placed_at < '2024-02-01'

Known misses: columns whose type is not known; ``<=`` with a day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlglot import exp

from harness.flags.rule import SQL, Context, Finding, Rule

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def check(context: Context) -> Iterable[Finding]:
    """BETWEEN … AND 'a day' on a TIMESTAMP or DATETIME."""
    for query in context.queries:
        for one in query.own(query.select, exp.Between):
            column, high = one.this, one.args["high"]
            if isinstance(high, exp.Cast) and high.to.this is exp.DType.DATE:
                high = high.this
            if (
                isinstance(column, exp.Column)
                and query.kind(column) == "moment"
                and isinstance(high, exp.Literal)
                and _DAY.fullmatch(high.name)
            ):
                yield Finding(
                    context.sql_node(one),
                    f"{column.name} has a time of day: most of {high.name} is left out",
                )


RULE = Rule(
    id="between-moments",
    languages=SQL,
    question="Should the whole of the last day be in?",
    doc=__doc__,
    check=check,
)
