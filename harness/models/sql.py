"""SQL tasks: databases in named states, and what a right answer gives or leaves in each."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from harness.models.base import Json, Record

DEFAULT_STATE = "default"


class Dialect(StrEnum):
    """The database a task is asked of."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


class ColumnOrder(StrEnum):
    """Whether columns must stand in the order of the accepted answer."""

    STRICT = "strict"
    ANY = "any"


class ColumnNames(StrEnum):
    """Whether columns must be named as in the accepted answer (case does not matter)."""

    IGNORE = "ignore"
    MATCH = "match"


class SqlGrid(Record):
    """Rows of JSON cells: null, booleans, numbers, text, ``{"$hex": …}`` and ``{"$num": …}``.

    columns: their names, or None where only the rows are known.
    """

    columns: tuple[str, ...] | None = None
    rows: tuple[tuple[Json, ...], ...] = ()

    @model_validator(mode="after")
    def _same_width(self) -> Self:
        widths = {len(row) for row in self.rows}
        if self.columns is not None:
            widths.add(len(self.columns))
        if len(widths) > 1:
            raise ValueError("every row needs the same number of cells")
        return self


class SqlState(Record):
    """One database a response must be right on; each is a case of its own.

    schema_sql, seed_sql: scripts that replace the task's; None keeps the task's.
    expected: accepted results of a query, instead of the golds'.
    after: contents wanted after a data-changing response, by table or check query.
    """

    name: str = DEFAULT_STATE
    schema_sql: str | None = None
    seed_sql: str | None = None
    expected: tuple[SqlGrid, ...] = ()
    after: dict[str, SqlGrid] = Field(default_factory=dict)


class SqlSpec(Record):
    """How an SQL task is judged.

    golds: accepted answers; a response is right where it does what one of them does.
    ordered: whether the order of rows matters; None: where the gold orders its result.
    read_only: a query is asked for; otherwise the tables of ``check_tables`` and the results of
    ``check_queries`` are compared after the response has run.
    rel_tol, abs_tol: how far numbers may be apart; None compares them exactly.
    max_rows, max_cells: a larger result is an ``output_limit``.
    """

    dialect: Dialect = Dialect.SQLITE
    schema_sql: str = ""
    seed_sql: str = ""
    states: tuple[SqlState, ...] = ()
    golds: tuple[str, ...] = ()
    ordered: bool | None = None
    column_order: ColumnOrder = ColumnOrder.STRICT
    column_names: ColumnNames = ColumnNames.IGNORE
    rel_tol: float | None = Field(default=None, ge=0)
    abs_tol: float | None = Field(default=None, ge=0)
    read_only: bool = True
    check_tables: tuple[str, ...] = ()
    check_queries: tuple[str, ...] = ()
    max_rows: int = Field(default=10_000, ge=1)
    max_cells: int = Field(default=200_000, ge=1)

    @model_validator(mode="after")
    def _judgeable(self) -> Self:
        names = [state.name for state in self.states]
        if len(set(names)) != len(names):
            raise ValueError("two states have the same name; give each its own")
        if self.read_only and (self.check_tables or self.check_queries):
            raise ValueError("check_tables and check_queries need read_only = false")
        if not self.read_only and not (self.check_tables or self.check_queries):
            raise ValueError("read_only = false needs check_tables or check_queries")
        for state in self.states:
            self._complete(state)
        if not self.states and not self.golds:
            raise ValueError("no gold; write a right answer to gold.sql")
        return self

    def _complete(self, state: SqlState) -> None:
        """A state is judged by the golds or by what it says itself."""
        unknown = sorted(set(state.after) - {*self.check_tables, *self.check_queries})
        if unknown:
            raise ValueError(f"state {state.name!r} expects {unknown[0]!r}, which is no check")
        if state.expected and not self.read_only:
            raise ValueError(f"state {state.name!r}: read_only = false needs after, not expected")
        if not self.tells_all(state) and not self.golds:
            raise ValueError(f"state {state.name!r} has no expected result and there is no gold")

    def tells_all(self, state: SqlState) -> bool:
        """Whether a state says itself what is right there, so that no gold need run."""
        if self.read_only:
            return bool(state.expected)
        return set(state.after) == {*self.check_tables, *self.check_queries}

    def all_states(self) -> tuple[SqlState, ...]:
        """The states; a task that names none has one, of its own scripts."""
        return self.states or (SqlState(),)

    def scripts(self, state: SqlState) -> tuple[str, str]:
        """Schema and seed of a state."""
        schema = self.schema_sql if state.schema_sql is None else state.schema_sql
        seed = self.seed_sql if state.seed_sql is None else state.seed_sql
        return schema, seed


class GridDiff(Record):
    """Expected and actual rows of one case, as a report shows them (both capped).

    what: "" for a query's result, else the table or check. marks: one a row, in the order of
    ``rows``: "same", "missing" (expected only) or "extra" (in the response's result only).
    left: rows not shown.
    """

    what: str = ""
    columns: tuple[str, ...] = ()
    expected_rows: int = 0
    actual_rows: int = 0
    marks: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    left: int = 0
