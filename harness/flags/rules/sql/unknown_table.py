"""A table or alias is named that the database and the query do not have.

Why: the statement fails.

Bad:
    SELECT name FROM customer            -- the table is customers

Good:
    SELECT name FROM customers

Known misses: tables of a schema that could not be read in full.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import SQL, Context, Finding, Rule
from harness.models import Layer


def check(context: Context) -> Iterable[Finding]:
    """Names after FROM and before a dot."""
    for one in context.sql_names.problems:
        if one.kind == "column":
            continue
        if one.kind == "table":
            message = f"there is no table {one.name}"
        else:
            message = f"{one.name} is no table or alias of this query"
        question = f"Is {one.name} meant to be {one.near}?" if one.near else ""
        yield Finding(context.sql_span(one.start, one.end), message, question)


RULE = Rule(
    id="unknown-table",
    languages=SQL,
    question="Which table holds what is wanted here?",
    doc=__doc__,
    check=check,
    layer=Layer.CONTRACT,
)
