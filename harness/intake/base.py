"""What a reader of a task or response format is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.models import InvalidRow, Response, Task

Row = dict[str, Any]
TaskStream = Iterator[Task | InvalidRow]
ResponseStream = Iterator[Response | InvalidRow]


@dataclass(frozen=True)
class Reader:
    """One format. A file in ``readers/`` defines it as the constant ``READER``.

    detect(path, first_row): how surely this format was met, 0 (not at all) to 100; the row is
    None for folders and for files whose first row cannot be read. Must be cheap.
    tasks, responses: lazy streams; a row that cannot be used is yielded as an InvalidRow.
    None where the format has no such thing.
    """

    name: str
    description: str
    detect: Callable[[Path, Row | None], int]
    tasks: Callable[[Path], TaskStream] | None = None
    responses: Callable[[Path], ResponseStream] | None = None
