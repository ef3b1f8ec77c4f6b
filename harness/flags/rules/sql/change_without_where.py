"""UPDATE or DELETE without WHERE.

Why: it changes every row of the table.

Bad:
    UPDATE products SET price = price * 0.9

Good:
    UPDATE products SET price = price * 0.9 WHERE category = 'book'

Known misses: conditions that hold for every row.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from harness.flags.rule import SQL, Context, Finding, Rule

_NARROWS = ("where", "from_", "using", "limit", "joins")


def check(context: Context) -> Iterable[Finding]:
    """Changes that nothing narrows."""
    for one in context.statements:
        if isinstance(one, exp.Update | exp.Delete) and not any(map(one.args.get, _NARROWS)):
            word = "DELETE" if isinstance(one, exp.Delete) else "UPDATE"
            if isinstance(one.this, exp.Table):
                yield Finding(
                    context.sql_node(one.this), f"{word} of every row of {one.this.name}"
                )  # fmt: skip


RULE = Rule(
    id="change-without-where",
    languages=SQL,
    question="Should every row of the table change?",
    doc=__doc__,
    check=check,
)
