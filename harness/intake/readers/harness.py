"""Our own format: task folders (or rows of the same keys) and response JSONL."""

from __future__ import annotations

from pathlib import Path

from harness.intake._fields import default_responses, has, task_rows
from harness.intake._own import bundled_of, read_task_folder, task_folders, task_of
from harness.intake._rows import Row
from harness.intake.base import Reader, ResponseStream, TaskStream


def _detect(path: Path, row: Row | None) -> int:
    if path.name == "task.toml" or (path.is_dir() and bool(task_folders(path))):
        return 100
    if has(row, "kind", "prompt") or has(row, "response_id", "task_id"):
        return 75
    return 50 if has(row, "task_id", "text") or has(row, "task_id", "response") else 0


def _tasks(path: Path) -> TaskStream:
    if path.is_dir() or path.name == "task.toml":
        return (read_task_folder(folder) for folder in task_folders(path))
    return task_rows(path, lambda row, line: task_of(row, path, line))


def _responses(path: Path) -> ResponseStream:
    if path.is_dir() or path.name == "task.toml":
        return (found for folder in task_folders(path) for found in bundled_of(folder))
    return default_responses(path)


READER = Reader(
    name="harness",
    description="task folders with task.toml and their responses; response JSONL",
    detect=_detect,
    tasks=_tasks,
    responses=_responses,
)
