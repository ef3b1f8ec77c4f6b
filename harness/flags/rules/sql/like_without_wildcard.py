"""LIKE with a pattern that has no wildcard.

Why: without ``%`` or ``_`` it finds equal values only.

Bad:
    SELECT name FROM songs WHERE title LIKE 'love'

Good:
    SELECT name FROM songs WHERE title LIKE '%love%'

Known misses: patterns put together when the statement runs; ILIKE, which is used to ignore case.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from harness.flags.rule import SQL, Context, Finding, Rule


def check(context: Context) -> Iterable[Finding]:
    """LIKE 'text'."""
    for statement in context.statements:
        for one in statement.find_all(exp.Like):
            pattern = one.expression
            if isinstance(pattern, exp.Literal) and pattern.is_string \
                    and not set("%_") & set(pattern.name):  # fmt: skip
                yield Finding(context.sql_node(one), f"'{pattern.name}' has no wildcard")


RULE = Rule(
    id="like-without-wildcard",
    languages=SQL,
    question="Should values that contain the text be found, too?",
    doc=__doc__,
    check=check,
)
