"""Whole numbers are divided: the fraction is cut off.

Why: 1 / 2 is 0; shares and averages come out as 0 or too low.

Bad:
    SELECT COUNT(email) / COUNT(*) FROM customers

Good:
    SELECT COUNT(email) * 1.0 / COUNT(*) FROM customers

Known misses: columns whose type is not known; values that only turn out to be whole.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from harness.flags.rule import SQL, Context, Finding, Rule
from harness.flags.sql_queries import Query, unwrapped

MAX_DEPTH = 20


def check(context: Context) -> Iterable[Finding]:
    """Divisions of two whole numbers whose fraction is not meant to be cut off."""
    for query in context.queries:
        for one in query.own(query.select, exp.Div):
            if (
                not isinstance(unwrapped(one.this), exp.Literal)
                and _is_whole(query, one.this, 0)
                and _is_whole(query, one.expression, 0)
                and not _is_wanted(one)
            ):
                yield Finding(context.sql_node(one), "whole numbers divided: the fraction is lost")


def _is_whole(query: Query, node: exp.Expr, depth: int) -> bool:
    node = unwrapped(node)
    if depth > MAX_DEPTH:
        return False
    if isinstance(node, exp.Literal):
        return node.is_int
    if isinstance(node, exp.Column):
        return query.kind(node) == "int"
    if isinstance(node, exp.Count):
        return True
    if isinstance(node, exp.Sum | exp.Min | exp.Max | exp.Neg | exp.Distinct):
        inner = node.expressions[0] if isinstance(node, exp.Distinct) else node.this
        return inner is not None and _is_whole(query, inner, depth + 1)
    if isinstance(node, exp.Add | exp.Sub | exp.Mul):
        return all(_is_whole(query, one, depth + 1) for one in (node.this, node.expression))
    return False


def _is_wanted(node: exp.Div) -> bool:
    """Whether cutting is the point: decades (``year / 10 * 10``), pages, a CAST to INTEGER."""
    around = node.parent
    while isinstance(around, exp.Paren):
        around = around.parent
    if isinstance(around, exp.Mul):
        return unwrapped(around.expression) == unwrapped(node.expression)
    return isinstance(around, exp.Cast) and "INT" in around.to.sql().upper()


RULE = Rule(
    id="integer-division-sql",
    languages=SQL,
    question="Should the result have a fraction?",
    doc=__doc__,
    check=check,
)
