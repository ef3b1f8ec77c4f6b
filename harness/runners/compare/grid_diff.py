"""Which rows of two result grids differ, as a report and a terminal show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from harness.models import GridDiff, Json, SqlGrid
from harness.runners.compare.cells import cell_text, count, keys_of

# Aligning takes a time that grows faster than the rows.
MAX_ALIGNED_ROWS = 200
ROWS_SHOWN = 60


def same_rows(expected: SqlGrid, what: str) -> GridDiff:
    """What is shown of two equal grids."""
    marked = [("same", row) for row in expected.rows[:ROWS_SHOWN]]
    return _shown(expected, expected, what, marked, len(expected.rows))


def row_diff(expected: SqlGrid, actual: SqlGrid, what: str, *, ordered: bool) -> GridDiff:
    """What is shown of two grids that differ."""
    aligned = ordered and max(len(expected.rows), len(actual.rows)) <= MAX_ALIGNED_ROWS
    marked = list(_aligned(expected, actual) if aligned else _bags(expected, actual))
    total = len(marked)
    if total > ROWS_SHOWN:
        # What differs matters more than what does not.
        marked.sort(key=lambda pair: pair[0] == "same")
    return _shown(expected, actual, what, marked[:ROWS_SHOWN], total)


def _bags(expected: SqlGrid, actual: SqlGrid) -> Iterator[tuple[str, tuple[Json, ...]]]:
    left = Counter(keys_of(actual))
    same: list[tuple[Json, ...]] = []
    for row, key in zip(expected.rows, keys_of(expected), strict=True):
        if left[key] > 0:
            left[key] -= 1
            same.append(row)
        else:
            yield "missing", row
    for row, key in zip(reversed(actual.rows), reversed(keys_of(actual)), strict=True):
        if left[key] > 0:
            left[key] -= 1
            yield "extra", row
    for row in same:
        yield "same", row


def _aligned(expected: SqlGrid, actual: SqlGrid) -> Iterator[tuple[str, tuple[Json, ...]]]:
    matcher = SequenceMatcher(None, keys_of(expected), keys_of(actual), autojunk=False)
    for what, low, high, own_low, own_high in matcher.get_opcodes():
        if what == "equal":
            yield from (("same", row) for row in expected.rows[low:high])
            continue
        yield from (("missing", row) for row in expected.rows[low:high])
        yield from (("extra", row) for row in actual.rows[own_low:own_high])


def _shown(
    expected: SqlGrid,
    actual: SqlGrid,
    what: str,
    marked: Sequence[tuple[str, tuple[Json, ...]]],
    total: int,
) -> GridDiff:
    return GridDiff(
        what=what,
        columns=actual.columns or expected.columns or (),
        expected_rows=len(expected.rows),
        actual_rows=len(actual.rows),
        marks=tuple(mark for mark, _ in marked),
        rows=tuple(tuple(cell_text(cell) for cell in row) for _, row in marked),
        left=max(0, total - len(marked)),
    )


def grid_text(grid: SqlGrid) -> str:
    """An aligned table for the report's text fields and for terminals."""
    rows = [[cell_text(cell) for cell in row] for row in grid.rows[:ROWS_SHOWN]]
    header = [list(grid.columns)] if grid.columns else []
    widths = [max(map(len, column)) for column in zip(*header, *rows, strict=False)]
    lines = [
        " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip()
        for row in [*header, *rows]
    ]
    if header:
        lines.insert(1, "-+-".join("-" * width for width in widths))
    left = len(grid.rows) - len(rows)
    lines.append(f"({count(len(grid.rows), 'row')})")
    if left > 0:
        lines.insert(-1, f"… {left} more")
    return "\n".join(lines)
