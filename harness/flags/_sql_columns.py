"""What a CREATE TABLE says of its columns: kinds, which are never NULL, which are unique."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot import exp

_INTEGERS = frozenset({"INT", "BIGINT", "SMALLINT", "TINYINT", "MEDIUMINT", "SERIAL", "BIGSERIAL",
                       "SMALLSERIAL", "INT128", "UINT", "UBIGINT"})  # fmt: skip
_MOMENTS = frozenset({"TIMESTAMP", "TIMESTAMPTZ", "DATETIME", "TIMESTAMPLTZ", "TIMESTAMPNTZ",
                      "DATETIME2"})  # fmt: skip


@dataclass(frozen=True)
class ColumnFacts:
    """By folded column name. kinds: "int", "moment" or "". keys: sets of columns that are unique.

    nullable: declared without NOT NULL in a table that says NOT NULL of others; a schema that
    never says it tells nothing.
    """

    kinds: Mapping[str, str] = field(default_factory=dict)
    keys: frozenset[frozenset[str]] = frozenset()
    nullable: frozenset[str] = frozenset()


def column_facts(holder: exp.Schema, fold: Callable[[str], str]) -> ColumnFacts:
    """Facts of the columns in the parentheses of a CREATE TABLE."""
    from sqlglot import exp

    kinds: dict[str, str] = {}
    keys: set[frozenset[str]] = set()
    required: set[str] = set()
    for one in holder.expressions:
        if isinstance(one, exp.ColumnDef):
            name = fold(one.name)
            kinds[name] = _kind(one)
            marks = {type(mark.args.get("kind")) for mark in one.args.get("constraints") or ()}
            if exp.NotNullColumnConstraint in marks:
                required.add(name)
            if marks & {exp.PrimaryKeyColumnConstraint, exp.UniqueColumnConstraint}:
                keys.add(frozenset({name}))
        else:
            keys.update(frozenset(map(fold, names)) for names in _key_names(one))
    in_keys = frozenset(name for key in keys for name in key)
    nullable = frozenset(kinds) - required - in_keys if required - in_keys else frozenset()
    return ColumnFacts(kinds, frozenset(keys), nullable)


def _kind(column: exp.ColumnDef) -> str:
    kind = column.args.get("kind")
    name = getattr(getattr(kind, "this", None), "name", "")
    return "int" if name in _INTEGERS else "moment" if name in _MOMENTS else ""


def _key_names(constraint: exp.Expr) -> Iterator[list[str]]:
    from sqlglot import exp

    for one in constraint.expressions if isinstance(constraint, exp.Constraint) else [constraint]:
        if isinstance(one, exp.PrimaryKey):
            yield [part.name for part in one.expressions]
        elif isinstance(one, exp.UniqueColumnConstraint) and isinstance(one.this, exp.Schema):
            yield [part.name for part in one.this.expressions]
