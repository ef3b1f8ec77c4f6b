"""The report both databases give: a grid, perhaps a state, or an error with its stage.

    {"grid": {"columns": […], "rows": [[…]]} | null, "state": {"tables": …, "checks": …}}
    {"error": {"stage": …, "message": …, "statement": n, "code": …}}

Stages: prepare, run, write, forbidden, output, memory, cpu, wall and disk are the statements';
task is the fault of the task's scripts, ours the sandbox's own.

Cells are JSON: null, true, 1, 1.5, "text", {"$hex": "00ff"}, {"$num": "1.50"} (decimals).
"""


class TooMuch(Exception):
    """More rows, cells or bytes than the task allows."""


class Grid:
    """Rows as they come, within caps."""

    def __init__(self, columns, caps):
        self.columns = columns
        self.rows = []
        self.max_rows = caps["max_rows"]
        self.cells_left = caps["max_cells"]
        self.bytes_left = caps["max_bytes"]

    def add(self, row):
        """Keep a row or raise TooMuch."""
        if len(self.rows) >= self.max_rows:
            raise TooMuch(f"more than {self.max_rows:,} rows")
        self.cells_left -= len(row)
        self.bytes_left -= sum(map(size_of, row))
        if self.cells_left < 0:
            raise TooMuch("more cells than the task allows")
        if self.bytes_left < 0:
            raise TooMuch("more text than the output limit allows")
        self.rows.append(row)

    def wire(self):
        """As JSON."""
        return {"columns": self.columns, "rows": self.rows}


def size_of(cell):
    """About how many bytes a cell takes in the report."""
    if isinstance(cell, dict):
        return sum(len(value) for value in cell.values())
    return len(cell) if isinstance(cell, str) else 8


def failure(stage, message, statement=0, code=""):
    """A report that is an error."""
    return {"error": {"stage": stage, "message": message, "statement": statement, "code": code}}
