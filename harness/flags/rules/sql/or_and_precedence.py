"""OR and AND in one condition without parentheses.

Why: AND binds first: ``a OR b AND c`` is ``a OR (b AND c)``.

Bad:
    SELECT name FROM pets WHERE kind = 'cat' OR kind = 'dog' AND age > 3

Good:
    SELECT name FROM pets WHERE (kind = 'cat' OR kind = 'dog') AND age > 3

Known misses: parentheses in the wrong place.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from harness.flags.rule import SQL, Context, Finding, Rule


def check(context: Context) -> Iterable[Finding]:
    """An OR with an AND directly below on one side alone."""
    for statement in context.statements:
        for one in statement.find_all(exp.Or):
            ands = [isinstance(side, exp.And) for side in (one.this, one.expression)]
            chained = isinstance(one.parent, exp.Or) or isinstance(one.this, exp.Or)
            # Two ANDs are alternatives: (a AND b) OR (c AND d) is what is meant.
            if ands.count(True) == 1 and not chained:
                yield Finding(context.sql_node(one), "AND binds before OR")


RULE = Rule(
    id="or-and-precedence",
    languages=SQL,
    question="To which of the alternatives does the AND belong?",
    doc=__doc__,
    check=check,
)
