"""How many responses there are, counted without parsing them: for progress, not for results."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Sequence
from pathlib import Path

from harness.intake._own import task_folders
from harness.intake._rows import _open, first_row, suffix_of

BLOCK_BYTES = 1 << 20


def count_responses(paths: Sequence[Path], tasks_path: Path) -> int | None:
    """Rows of ``paths``, or bundled responses if there are none; None if it cannot be told."""
    if not paths:
        return sum(map(_bundled, task_folders(tasks_path)))
    counts = [_count(path) for path in paths]
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _bundled(folder: Path) -> int:
    return sum(file.is_file() for file in (folder / "responses").glob("*"))


def _count(path: Path) -> int | None:
    if path.is_dir():
        folders = task_folders(path)
        if folders:
            return sum(map(_bundled, folders))
        return sum(file.is_file() for file in path.rglob("*"))
    # A row of MultiPL-E holds many responses; only JSONL has one row a line.
    if suffix_of(path) != ".jsonl" or "completions" in (first_row(path) or {}):
        return None
    return _lines(path)


def _lines(path: Path) -> int | None:
    count, last = 0, b"\n"
    try:
        with _open(path) as handle:
            while block := handle.read(BLOCK_BYTES):
                count += block.count(b"\n")
                last = block[-1:]
    except (OSError, EOFError, zlib.error, gzip.BadGzipFile):
        return None  # the reader will say what is wrong with it
    return count + (last != b"\n")
