"""Result grids: whether two are the same by a task's rules, and which rows differ.

Cells are plain data from a database. Numbers are one kind: 1, 1.0 and a decimal 1.00 are
equal; text and numbers never are, nor are 1 and true.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from difflib import SequenceMatcher
from typing import Any

from harness.models import ColumnNames, ColumnOrder, GridDiff, Json, SqlGrid, SqlSpec

MAX_ARRANGEMENTS = 2_000
MAX_ALIGNED_ROWS = 1_000
MAX_PAIRED_ROWS = 2_000
ROWS_SHOWN = 60
CELL_SHOWN = 200
Key = tuple[int, Any]
Row = tuple[Key, ...]


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
    wanted, got = _keys(expected), _keys(actual)
    if message is None:
        if _equal(rules, wanted, got):
            return GridMatch(True, "", _same(expected, what))
        if rules.any_column_order and _arranged(rules, expected, actual, wanted, got):
            return GridMatch(True, "", _same(expected, what))
        message = _rows_differ(rules, wanted, got)
    name = f"{what}: " if what else ""
    return GridMatch(False, name + message, _diff(rules, expected, actual, what))


def _shape(rules: GridRules, expected: SqlGrid, actual: SqlGrid) -> str | None:
    """A difference in columns. Two results without rows are told apart by names alone."""
    width, own_width = _width(expected), _width(actual)
    if (expected.rows or actual.rows) and width != own_width:
        return f"the result has {_count(own_width, 'column')}, {width} expected"
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


def _keys(grid: SqlGrid) -> list[Row]:
    return [tuple(cell_key(cell) for cell in row) for row in grid.rows]


def cell_key(cell: Json) -> Key:
    """A cell's identity: equal keys are equal cells."""
    if cell is None:
        return (0, None)
    if isinstance(cell, bool):
        return (1, cell)
    if isinstance(cell, int):
        return (2, cell)
    if isinstance(cell, float):
        return (2, _number(repr(cell)))
    if isinstance(cell, dict):
        return (2, _number(str(cell["$num"]))) if "$num" in cell else (4, cell.get("$hex"))
    return (3, cell)


def _number(text: str) -> int | Decimal | str:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    if value.is_nan():
        return "nan"  # equal to itself, as databases sort and group it
    if value.is_finite() and value.adjusted() < 40 and value == value.to_integral_value():
        return int(value)
    return value


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
    return [
        (kind, float(value), "") if kind == 2 and value != "nan" else (kind, 0.0, str(value))
        for kind, value in row
    ]


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
    for order in itertools.islice(_arrangements(rules, expected, actual, wanted, got),
                                  MAX_ARRANGEMENTS):  # fmt: skip
        if _equal(rules, wanted, [tuple(row[at] for at in order) for row in got]):
            return True
    return False


def _arrangements(
    rules: GridRules, expected: SqlGrid, actual: SqlGrid, wanted: list[Row], got: list[Row]
) -> Iterator[tuple[int, ...]]:
    """Orders of the actual columns in which each could be the expected one."""
    width = _width(expected)
    own = [Counter(row[at] for row in got) for at in range(width)]
    choices: list[list[int]] = []
    for at in range(width):
        column = Counter(row[at] for row in wanted)
        choices.append(
            [
                other for other in range(width)
                if (not rules.exact or own[other] == column)
                and _names_allow(rules, expected, actual, at, other)
            ]
        )  # fmt: skip
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
    parts = [f"{_count(len(missing), 'row')} missing"] if missing else []
    parts += [f"{_count(len(extra), 'row')} too many"] if extra else []
    return f"{', '.join(parts)} ({_count(len(got), 'row')}, {len(wanted)} expected)"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _same(expected: SqlGrid, what: str) -> GridDiff:
    marked = [("same", row) for row in expected.rows[:ROWS_SHOWN]]
    return _shown(expected, expected, what, marked, len(expected.rows))


def _diff(rules: GridRules, expected: SqlGrid, actual: SqlGrid, what: str) -> GridDiff:
    aligned = rules.ordered and max(len(expected.rows), len(actual.rows)) <= MAX_ALIGNED_ROWS
    marked = list(_aligned(expected, actual) if aligned else _bags(expected, actual))
    total = len(marked)
    if total > ROWS_SHOWN:
        # What differs matters more than what does not.
        marked.sort(key=lambda pair: pair[0] == "same")
    return _shown(expected, actual, what, marked[:ROWS_SHOWN], total)


def _bags(expected: SqlGrid, actual: SqlGrid) -> Iterator[tuple[str, tuple[Json, ...]]]:
    left = Counter(_keys(actual))
    same: list[tuple[Json, ...]] = []
    for row, key in zip(expected.rows, _keys(expected), strict=True):
        if left[key] > 0:
            left[key] -= 1
            same.append(row)
        else:
            yield "missing", row
    for row, key in zip(reversed(actual.rows), reversed(_keys(actual)), strict=True):
        if left[key] > 0:
            left[key] -= 1
            yield "extra", row
    for row in same:
        yield "same", row


def _aligned(expected: SqlGrid, actual: SqlGrid) -> Iterator[tuple[str, tuple[Json, ...]]]:
    matcher = SequenceMatcher(None, _keys(expected), _keys(actual), autojunk=False)
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


def cell_text(cell: Json) -> str:
    """A cell for people. Text that looks like something else is quoted."""
    if cell is None:
        return "NULL"
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, dict):
        return str(cell["$num"]) if "$num" in cell else f"x'{cell.get('$hex')}'"[:CELL_SHOWN]
    if not isinstance(cell, str):
        return repr(cell)
    text = cell if len(cell) <= CELL_SHOWN else f"{cell[:CELL_SHOWN]}…"
    return f"'{text}'" if _looks_otherwise(cell) else text


def _looks_otherwise(text: str) -> bool:
    if not text or text != text.strip() or text.lower() in ("null", "true", "false"):
        return True
    try:
        float(text)
    except ValueError:
        return False
    return True


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
    lines.append(f"({_count(len(grid.rows), 'row')})")
    if left > 0:
        lines.insert(-1, f"… {left} more")
    return "\n".join(lines)
