"""Cells of result grids: what makes two equal, and how one is shown."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from harness.models import Json, SqlGrid

CELL_SHOWN = 200
Key = tuple[int, Any]
Row = tuple[Key, ...]


def keys_of(grid: SqlGrid) -> list[Row]:
    """Every row as what makes it equal to another."""
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


def count(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


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
