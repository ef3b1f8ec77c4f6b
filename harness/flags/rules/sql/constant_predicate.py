"""A condition is always true or never, whatever the rows are.

Why: no row can have two values in one column; "both" needs two rows, or OR was meant.

Bad:
    SELECT name FROM singers WHERE country = 'France' AND country = 'Japan'

Good:
    SELECT name FROM singers WHERE country IN ('France', 'Japan')

Known misses: contradictions spread over joins or functions; ``1 = 1``, which is a habit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import isnan

from sqlglot import exp

from harness.flags.rule import SQL, Context, Finding, Rule
from harness.flags.sql_queries import conjuncts, unwrapped

_SAME = {exp.EQ: "true", exp.GTE: "true", exp.LTE: "true", exp.NEQ: "false", exp.GT: "false",
         exp.LT: "false"}  # fmt: skip


def check(context: Context) -> Iterable[Finding]:
    """A column against itself, two values or limits for one column, an empty range."""
    for statement in context.statements:
        for one in statement.find_all(*_SAME):
            if isinstance(one.this, exp.Column) and one.this == one.expression:
                yield Finding(context.sql_node(one), f"a value compared with itself: always "
                              f"{_SAME[type(one)]}")  # fmt: skip
        for span in statement.find_all(exp.Between):
            if _number(span.args["low"]) > _number(span.args["high"]):
                yield Finding(context.sql_node(span), "the range is empty: its ends are swapped")
        for where in statement.find_all(exp.Where, exp.Join):
            condition = where.args.get("on") if isinstance(where, exp.Join) else where.this
            parts = conjuncts(condition)
            for pair in _pairs(parts, exp.EQ):
                yield Finding(context.sql_node(pair), "one column cannot have both values")
            for limit in _met(parts, apart=True):
                yield Finding(context.sql_node(limit), "no value lies between these limits")
        for either in statement.find_all(exp.Or):
            if isinstance(either.parent, exp.Or):
                continue
            parts = [unwrapped(one) for one in either.flatten()]
            for pair in (*_pairs(parts, exp.NEQ), *_met(parts, apart=False)):
                yield Finding(context.sql_node(pair), "one of the two always holds")


def _pairs(parts: list[exp.Expr], operator: type[exp.Binary]) -> Iterator[exp.Expr]:
    """Second conditions that give a column another literal than the first."""
    seen: dict[str, exp.Expr] = {}
    for one in parts:
        if isinstance(one, operator) and isinstance(one.this, exp.Column):
            value = one.expression
            if isinstance(value, exp.Literal):
                before = seen.setdefault(one.this.sql().lower(), value)
                if before != value and before.is_string == value.is_string:
                    yield one


def _met(parts: list[exp.Expr], *, apart: bool) -> Iterator[exp.Expr]:
    """Limits of a column, one from below and one from above, that leave no value or every one."""
    seen: dict[tuple[str, bool], float] = {}
    for one in parts:
        if not isinstance(one, exp.GT | exp.GTE | exp.LT | exp.LTE):
            continue
        limit = _number(one.expression)
        if not isinstance(one.this, exp.Column) or isnan(limit):
            continue
        column, below = one.this.sql().lower(), isinstance(one, exp.GT | exp.GTE)
        other = seen.get((column, not below))
        seen.setdefault((column, below), limit)
        if other is not None:
            low, high = (limit, other) if below else (other, limit)
            if (low > high) if apart else (low < high):
                yield one


def _number(node: exp.Expr) -> float:
    """A number's value; not comparable where it is none."""
    try:
        return float(node.sql()) if not node.is_string else float("nan")
    except ValueError:
        return float("nan")


RULE = Rule(
    id="constant-predicate",
    languages=SQL,
    question="Which rows should meet this condition?",
    doc=__doc__,
    check=check,
)
