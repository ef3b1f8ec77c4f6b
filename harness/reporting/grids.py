"""Result grids on a response's page: expected and actual rows in one table, marked."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from harness.models import GridDiff
from harness.reporting.text import one_line, plural, visible

COLUMNS_SHOWN = 40
SIGNS = {"same": "", "missing": "−", "extra": "+"}
MEANINGS = {"same": "as expected", "missing": "missing", "extra": "not expected"}


@dataclass(frozen=True)
class GridRow:
    """One row: its mark, the sign and word that say the mark, and its cells."""

    mark: str
    sign: str
    meaning: str
    cells: tuple[Markup, ...]


@dataclass(frozen=True)
class GridView:
    """One table: what it is of, how many rows there are, and what is not shown."""

    what: str
    counts: str
    columns: tuple[str, ...]
    rows: tuple[GridRow, ...]
    left: str


def grid_view(grid: GridDiff) -> GridView:
    """A grid as shown. Names and cells are the response's: hostile, and of any length."""
    width = min(COLUMNS_SHOWN, max([len(grid.columns), *map(len, grid.rows)]))
    names = [one_line(name, 80) for name in grid.columns[:width]]
    rows = zip(grid.marks, grid.rows, strict=False)
    return GridView(
        what=one_line(grid.what, 200),
        counts=f"{plural(grid.actual_rows, 'row')}, {grid.expected_rows:,} expected",
        columns=(*names, *[""] * (width - len(names))),
        rows=tuple(_row(mark, cells, width) for mark, cells in rows),
        left=_left(grid, width),
    )


def _row(mark: str, cells: tuple[str, ...], width: int) -> GridRow:
    shown = [visible(cell) for cell in cells[:width]]
    filled = [*shown, *[Markup()] * (width - len(shown))]
    known = mark if mark in SIGNS else "same"
    return GridRow(known, SIGNS[known], MEANINGS[known], tuple(filled))


def _left(grid: GridDiff, width: int) -> str:
    parts = [plural(grid.left, "more row")] if grid.left else []
    columns = max([len(grid.columns), *map(len, grid.rows)]) - width
    parts += [plural(columns, "more column")] if columns else []
    return " and ".join(parts)
