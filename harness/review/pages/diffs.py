"""The diff between two responses, side by side or unified, with line numbers."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from harness.reporting.diff import DiffRow, side_by_side


@dataclass(frozen=True)
class Line:
    """One row: kind same, changed, gap; or in a unified diff same, del, ins, gap."""

    kind: str
    left_n: int | None
    right_n: int | None
    left: Markup | None
    right: Markup | None
    skipped: int


@dataclass(frozen=True)
class DiffPage:
    """Rows of a diff. ``rows`` is None where the two are too long to compare well."""

    left: str
    right: str
    unified: bool
    rows: tuple[Line, ...] | None
    same: bool


def diff_page(left: str, right: str, codes: tuple[str, str], *, unified: bool) -> DiffPage:
    """The diff of two codes. ``left`` and ``right`` are their letters."""
    found = side_by_side(codes[0].rstrip("\n"), codes[1].rstrip("\n"))
    rows = None if found is None else _numbered(found)
    if rows is not None and unified:
        rows = _unified(rows)
    return DiffPage(left, right, unified, rows, codes[0] == codes[1])


def _numbered(rows: tuple[DiffRow, ...]) -> tuple[Line, ...]:
    left = right = 0
    found = []
    for row in rows:
        if row.kind == "gap":
            left, right = left + row.skipped, right + row.skipped
            found.append(Line("gap", None, None, None, None, row.skipped))
            continue
        left += row.left is not None
        right += row.right is not None
        found.append(
            Line(
                row.kind,
                left if row.left is not None else None,
                right if row.right is not None else None,
                row.left, row.right, 0,
            )
        )  # fmt: skip
    return tuple(found)


def _unified(rows: tuple[Line, ...]) -> tuple[Line, ...]:
    found: list[Line] = []
    added: list[Line] = []
    for row in rows:
        if row.kind != "changed":
            found += [*added, row]
            added = []
            continue
        if row.left is not None:
            found.append(Line("del", row.left_n, None, row.left, None, 0))
        if row.right is not None:
            added.append(Line("ins", None, row.right_n, None, row.right, 0))
    return (*found, *added)
