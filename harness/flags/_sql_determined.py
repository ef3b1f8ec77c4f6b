"""Which columns have one value in each group: the grouped ones, and what keys and joins fix."""

from __future__ import annotations

from typing import TypeAlias

from sqlglot import exp

from harness.flags.sql_queries import Query, conjuncts, folded

# Key of the source, folded name.
Place: TypeAlias = tuple[str, str]


def grouped(query: Query) -> tuple[set[Place], list[exp.Expr]] | None:
    """Columns and other expressions of GROUP BY; None where they cannot be told."""
    group = query.group
    if group is None or any(group.args.get(one) for one in ("cube", "rollup", "grouping_sets")):
        return None
    columns: set[Place] = set()
    others: list[exp.Expr] = []
    aliases = {folded(one.alias): one.unalias() for one in query.select.selects if one.alias}
    for one in group.expressions:
        target = _target(query, one, aliases)
        if target is None:
            return None
        place = place_of(query, target)
        if place is not None:
            columns.add(place)
        elif isinstance(target, exp.Column):
            return None
        else:
            others.append(target)
    return columns, others


def _target(query: Query, one: exp.Expr, aliases: dict[str, exp.Expr]) -> exp.Expr | None:
    """What an item of GROUP BY stands for: a position, a name of the select list, itself."""
    if isinstance(one, exp.Literal):
        at = int(one.name) - 1 if one.is_int else -1
        return query.select.selects[at].unalias() if 0 <= at < len(query.select.selects) else None
    if isinstance(one, exp.Column) and not one.table and query.owner(one) is None:
        return aliases.get(folded(one.name))
    return one


def place_of(query: Query, node: exp.Expr) -> Place | None:
    """The place of a column of this query."""
    source = query.source_of(node)
    return None if source is None else (source.key, folded(node.name))


def determined(query: Query, columns: set[Place]) -> set[Place]:
    """The columns and all that they fix."""
    found = set(columns)
    equal = [pair for one in _conditions(query) if (pair := _equal(query, one)) is not None]
    while True:
        before = len(found)
        for left, right in equal:
            if left == right or left in found or right in found:
                found |= {left, right}
        for source in query.sources:
            known = {name for key, name in found if key == source.key}
            table = source.table
            if table is not None and any(key <= known for key in table.facts.keys):
                found |= {(source.key, folded(name)) for name in table.columns}
        if len(found) == before:
            return found


def _conditions(query: Query) -> list[exp.Expr]:
    joins = (one.join.args.get("on") for one in query.sources if one.join is not None)
    return [*query.conditions, *(part for on in joins for part in conjuncts(on))]


def _equal(query: Query, node: exp.Expr) -> tuple[Place, Place] | None:
    """Two columns that are equal; one that equals a literal, twice."""
    if not isinstance(node, exp.EQ):
        return None
    left, right = place_of(query, node.this), place_of(query, node.expression)
    if isinstance(node.expression, exp.Literal):
        right = left
    return None if left is None or right is None else (left, right)
