"""A value is compared with NULL by an operator.

Why: the result is never true, whatever the value is; NULL is found by IS NULL alone.

Bad:
    SELECT name FROM customers WHERE email = NULL

Good:
    SELECT name FROM customers WHERE email IS NULL

Known misses: parameters that are NULL when the statement runs.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from harness.flags.rule import SQL, Context, Finding, Rule

_OPERATORS = {exp.EQ: "=", exp.NEQ: "<>", exp.GT: ">", exp.GTE: ">=", exp.LT: "<", exp.LTE: "<=",
              exp.Like: "LIKE"}  # fmt: skip
# There "=" gives a value.
_SETS = (exp.Update, exp.OnConflict, exp.SetItem, exp.When, exp.Properties, exp.Pragma, exp.Alter)


def check(context: Context) -> Iterable[Finding]:
    """Comparisons with the word NULL, and lists after NOT IN that hold it."""
    for statement in context.statements:
        for one in statement.find_all(*_OPERATORS):
            if isinstance(one.parent, _SETS):
                continue
            if isinstance(one.this, exp.Null) or isinstance(one.expression, exp.Null):
                yield Finding(
                    context.sql_node(one), f"{_OPERATORS[type(one)]} NULL is never true"
                )  # fmt: skip
        for listed in statement.find_all(exp.In):
            if isinstance(listed.parent, exp.Not) and any(
                isinstance(part, exp.Null) for part in listed.expressions
            ):
                yield Finding(context.sql_node(listed), "NOT IN a list with NULL is never true")


RULE = Rule(
    id="null-comparison",
    languages=SQL,
    question="Should rows without a value be found here?",
    doc=__doc__,
    check=check,
)
