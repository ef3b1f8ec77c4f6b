"""Result grids: whether two are the same by a task's rules, and which rows differ.

Cells are plain data from a database. Numbers are one kind: 1, 1.0 and a decimal 1.00 are
equal; text and numbers never are, nor are 1 and true.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.models import ColumnNames, ColumnOrder, GridDiff, SqlGrid, SqlSpec
from harness.runners.compare.cells import Key, Row, count, keys_of
from harness.runners.compare.grid_diff import row_diff, same_rows

MAX_ARRANGEMENTS = 2_000
MAX_CELLS_ARRANGED = 4_000_000
# Pairing takes a time that grows faster than the rows.
MAX_PAIRED_ROWS = 500


@dataclass(frozen=True)
class GridRules:
    """How grids are compared."""

    ordered: bool = False
    any_column_order: bool = False
    match_names: bool = False
    rel_tol: float | None = None
    abs_tol: float | None = None

    @classmethod
    def of(cls, spec: SqlSpec, *, ordered: bool) -> GridRules:
        """The rules of a task."""
        return cls(
            ordered=ordered,
            any_column_order=spec.column_order is ColumnOrder.ANY,
            match_names=spec.column_names is ColumnNames.MATCH,
            rel_tol=spec.rel_tol,
            abs_tol=spec.abs_tol,
        )

    @property
    def exact(self) -> bool:
        """Whether no tolerance is given."""
        return not self.rel_tol and not self.abs_tol


@dataclass(frozen=True)
class GridMatch:
    """ok: the same. message: the first difference, "" when ok. diff: what a report shows."""

    ok: bool
    message: str
    diff: GridDiff


def compare_grids(
    rules: GridRules, expected: SqlGrid, actual: SqlGrid, what: str = ""
) -> GridMatch:
    """Compare ``actual`` with ``expected``."""
    message = _shape(rules, expected, actual)
    wanted, got = keys_of(expected), keys_of(actual)
    if message is None:
        if _equal(rules, wanted, got):
            return GridMatch(True, "", same_rows(expected, what))
        if rules.any_column_order and _arranged(rules, expected, actual, wanted, got):
            return GridMatch(True, "", same_rows(expected, what))
        message = _rows_differ(rules, wanted, got)
    name = f"{what}: " if what else ""
    return GridMatch(False, name + message, row_diff(expected, actual, what, ordered=rules.ordered))


def _shape(rules: GridRules, expected: SqlGrid, actual: SqlGrid) -> str | None:
    """A difference in columns. Two results without rows are told apart by names alone."""
    width, own_width = _width(expected), _width(actual)
    if (expected.rows or actual.rows) and width != own_width:
        return f"the result has {count(own_width, 'column')}, {width} expected"
    if not rules.match_names or expected.columns is None or actual.columns is None:
        return None
    wanted = [name.casefold() for name in expected.columns]
    got = [name.casefold() for name in actual.columns]
    if rules.any_column_order:
        wanted, got = sorted(wanted), sorted(got)
    if wanted == got:
        return None
    return f"the columns are named {', '.join(got)}; expected {', '.join(wanted)}"


def _width(grid: SqlGrid) -> int:
    return len(grid.rows[0]) if grid.rows else len(grid.columns or ())


def _equal(rules: GridRules, wanted: Sequence[Row], got: Sequence[Row]) -> bool:
    if len(wanted) != len(got):
        return False
    if rules.ordered:
        return wanted == got or (
            not rules.exact and all(map(_close_rows, itertools.repeat(rules), wanted, got))
        )
    missing, extra = _unmatched(wanted, got)
    return not missing or (not rules.exact and _paired(rules, missing, extra))


def _unmatched(wanted: Sequence[Row], got: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Rows of each side that the other lacks, as bags."""
    left, right = Counter(wanted), Counter(got)
    return list((left - right).elements()), list((right - left).elements())


def _paired(rules: GridRules, missing: list[Row], extra: list[Row]) -> bool:
    """Whether rows can be paired within the tolerance."""
    if len(missing) > MAX_PAIRED_ROWS:
        ordered = zip(sorted(missing, key=_sortable), sorted(extra, key=_sortable), strict=True)
        return all(_close_rows(rules, one, other) for one, other in ordered)
    left = list(extra)
    for row in missing:
        found = next((n for n, other in enumerate(left) if _close_rows(rules, row, other)), None)
        if found is None:
            return False
        left.pop(found)
    return True


def _sortable(row: Row) -> list[tuple[int, float, str]]:
    return [_cell_order(cell) for cell in row]


def _cell_order(cell: Key) -> tuple[int, float, str]:
    """A place in an order where numbers that are close are neighbours."""
    kind, value = cell
    if kind != 2 or isinstance(value, str):
        return kind, 0.0, str(value)
    try:
        return kind, float(value), ""
    except OverflowError:
        return kind, float("inf") if value > 0 else float("-inf"), str(value)


def _close_rows(rules: GridRules, one: Row, other: Row) -> bool:
    return all(_close(rules, a, b) for a, b in zip(one, other, strict=True))


def _close(rules: GridRules, one: Key, other: Key) -> bool:
    if one == other:
        return True
    if one[0] != 2 or other[0] != 2 or isinstance(one[1], str) or isinstance(other[1], str):
        return False
    try:
        a, b = float(one[1]), float(other[1])
    except OverflowError:
        return False
    bound = max((rules.rel_tol or 0.0) * max(abs(a), abs(b)), rules.abs_tol or 0.0)
    return abs(a - b) <= bound


def _arranged(
    rules: GridRules, expected: SqlGrid, actual: SqlGrid, wanted: list[Row], got: list[Row]
) -> bool:
    """Whether some arrangement of the columns makes the grids equal."""
    if len(wanted) != len(got):
        return False
    tries = MAX_CELLS_ARRANGED // max(1, len(got) * _width(actual))
    orders = _arrangements(rules, expected, actual, wanted, got)
    for order in itertools.islice(orders, min(MAX_ARRANGEMENTS, max(8, tries))):
        if _equal(rules, wanted, [tuple(row[at] for at in order) for row in got]):
            return True
    return False


def _arrangements(
    rules: GridRules, expected: SqlGrid, actual: SqlGrid, wanted: list[Row], got: list[Row]
) -> Iterator[tuple[int, ...]]:
    """Orders of the actual columns in which each could be the expected one."""
    width = _width(expected)
    theirs = [sorted((row[at] for row in wanted), key=_cell_order) for at in range(width)]
    own = [sorted((row[at] for row in got), key=_cell_order) for at in range(width)]
    choices = [
        [
            other for other in range(width)
            if _names_allow(rules, expected, actual, at, other)
            and all(map(_close, itertools.repeat(rules), theirs[at], own[other]))
        ]
        for at in range(width)
    ]  # fmt: skip
    yield from _assignments(choices, ())


def _names_allow(rules: GridRules, expected: SqlGrid, actual: SqlGrid, at: int, other: int) -> bool:
    if not rules.match_names or expected.columns is None or actual.columns is None:
        return True
    return expected.columns[at].casefold() == actual.columns[other].casefold()


def _assignments(choices: list[list[int]], taken: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    if len(taken) == len(choices):
        yield taken
        return
    for choice in choices[len(taken)]:
        if choice not in taken:
            yield from _assignments(choices, (*taken, choice))


def _rows_differ(rules: GridRules, wanted: list[Row], got: list[Row]) -> str:
    missing, extra = _unmatched(wanted, got)
    if not missing and not extra:
        return "the rows are right, their order is not"
    parts = [f"{count(len(missing), 'row')} missing"] if missing else []
    parts += [f"{count(len(extra), 'row')} too many"] if extra else []
    return f"{', '.join(parts)} ({count(len(got), 'row')}, {len(wanted)} expected)"
