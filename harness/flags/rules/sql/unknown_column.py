"""A column is named that none of the query's tables has.

Why: the statement fails; SQLite takes a name in double quotes for a string instead, silently.

Bad:
    SELECT full_name FROM customers      -- customers has first_name and last_name

Good:
    SELECT first_name || ' ' || last_name FROM customers

Known misses: columns of views and functions whose columns are not known.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import SQL, Context, Finding, Rule
from harness.models import Layer


def check(context: Context) -> Iterable[Finding]:
    """Columns that no source in reach has."""
    for one in context.sql_names.problems:
        if one.kind == "column":
            place = f" in {', '.join(one.tables)}" if one.tables else ""
            question = f"Is {one.name} meant to be {one.near}?" if one.near else ""
            yield Finding(
                context.sql_span(one.start, one.end), f"there is no column {one.name}{place}",
                question,
            )  # fmt: skip


RULE = Rule(
    id="unknown-column",
    languages=SQL,
    question="Which column holds what is wanted here?",
    doc=__doc__,
    check=check,
    layer=Layer.CONTRACT,
)
