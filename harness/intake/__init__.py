"""Reading tasks and responses in any supported format, and finding the code in a response.

load_tasks(path)          every task of a file or folder, with the rows that are none
iter_responses(paths)     responses one at a time, in flat memory
bundled_responses(path)   the responses kept beside our own tasks
own_programs(tasks)       references and starting programs of tasks, as responses
read_rows(path)           rows of a JSONL, JSON, CSV or Parquet file
extract(task, response)   the program a response means (``harness.intake.extract``)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from harness.errors import InputError
from harness.intake import readers as _readers
from harness.intake._own import bundled_of, task_folders
from harness.intake._rows import SUFFIXES, first_row, read_rows, suffix_of
from harness.intake.base import Reader, Row
from harness.models import Form, InvalidRow, Response, Task
from harness.plugins import load_plugins

__all__ = [
    "Reader", "TaskSet", "bundled_responses", "detect_reader", "iter_responses", "load_tasks",
    "own_programs", "read_rows", "readers", "require_readable",
]  # fmt: skip

OWN_PROGRAMS = ("reference", "start")  # fields of a task; the second is not right yet


@dataclass(frozen=True)
class TaskSet:
    """Tasks by id, in file order, and the rows that could not be read as tasks."""

    tasks: Mapping[str, Task]
    invalid: tuple[InvalidRow, ...] = ()


@cache
def readers() -> Mapping[str, Reader]:
    """Every reader by name."""
    return load_plugins(_readers, "READER", Reader)


def detect_reader(path: Path, wanted: str) -> Reader:
    """The reader surest of ``path`` among those with ``wanted`` ("tasks" or "responses").

    Raises InputError when the path does not exist or no reader knows it.
    """
    if not path.exists():
        raise InputError("no such file or folder", file=path, fix="check the path")
    row = first_row(path)
    able = [reader for reader in readers().values() if getattr(reader, wanted) is not None]
    best = max(able, key=lambda reader: reader.detect(path, row))
    if best.detect(path, row) == 0:
        raise _unknown(path, row, wanted, able)
    return best


def _unknown(path: Path, row: Row | None, wanted: str, able: list[Reader]) -> InputError:
    """Why no reader takes a file: its name, its first fault, or its fields."""
    names = ", ".join(reader.name for reader in able)
    if path.is_file() and suffix_of(path) not in SUFFIXES:
        kind = path.suffix or "(no suffix)"
        return InputError(
            f"unknown kind of file {kind}", file=path, fix=f"use one of {', '.join(SUFFIXES)}"
        )
    fix = f"name the format with --format: {names}"
    if path.is_file() and row is None:
        for line, fault in read_rows(path):
            return InputError(f"no readable row: {fault}", file=path, line=line, fix="correct it")
        return InputError("the file is empty", file=path, fix="check the path")
    found = f" (first row has {', '.join(list(row)[:8])})" if row else ""
    return InputError(f"no reader knows this as {wanted}{found}", file=path, fix=fix)


def _reader(path: Path, wanted: str, name: str | None) -> Reader:
    if name is None:
        return detect_reader(path, wanted)
    found = readers().get(name)
    if found is None or getattr(found, wanted) is None:
        able = [one.name for one in readers().values() if getattr(one, wanted) is not None]
        raise InputError(
            f"format {name!r} cannot read {wanted}", file=path, fix=f"use one of {', '.join(able)}"
        )
    return found


def require_readable(paths: Iterable[Path], format: str | None = None) -> None:  # noqa: A002
    """Raise the InputError that reading these responses would begin with."""
    for path in paths:
        _reader(path, "responses", format)


def load_tasks(path: Path | str, format: str | None = None) -> TaskSet:  # noqa: A002 - the word users know
    """Read all tasks of a file or folder. A second task of the same id is an invalid row.

    Raises InputError when the file cannot be opened or no reader knows it.
    """
    path = Path(path)
    stream = _reader(path, "tasks", format).tasks
    assert stream is not None
    tasks: dict[str, Task] = {}
    bad: list[InvalidRow] = []
    for found in stream(path):
        if isinstance(found, InvalidRow):
            bad.append(found)
        elif found.task_id in tasks:
            bad.append(_duplicate(found, tasks[found.task_id], path))
        else:
            tasks[found.task_id] = found
    return TaskSet(tasks, tuple(bad))


def _duplicate(task: Task, first: Task, path: Path) -> InvalidRow:
    place = f"{first.origin}:{first.line}" if first.line else first.origin
    reason = f"task id {task.task_id!r} is taken by {place}; give it another id"
    file = task.origin or str(path)
    return InvalidRow(file=file, line=task.line or 1, reason=reason, task_id=task.task_id)


def iter_responses(
    paths: Iterable[Path | str] | Path | str,
    format: str | None = None,  # noqa: A002 - the word users know
) -> Iterator[Response | InvalidRow]:
    """Responses of all files in order, lazily; every one has a unique ``response_id``.

    A row without an id gets ``<task_id>#<model>#<n>``, n counting per task and model. Raises
    InputError when a file cannot be opened or no reader knows it.
    """
    if isinstance(paths, str | Path):
        paths = [paths]
    counts: Counter[tuple[str, str]] = Counter()
    seen: set[int] = set()  # hashes: ids themselves would not stay flat
    for path in map(Path, paths):
        stream = _reader(path, "responses", format).responses
        assert stream is not None
        for found in stream(path):
            yield found if isinstance(found, InvalidRow) else _identified(found, counts, seen)


def _identified(
    response: Response, counts: Counter[tuple[str, str]], seen: set[int]
) -> Response | InvalidRow:
    if not response.response_id:
        key = (response.task_id, response.model)
        counts[key] += 1
        response_id = f"{response.task_id}#{response.model}#{counts[key]}"
        response = response.model_copy(update={"response_id": response_id})
    mark = hash(response.response_id)
    if mark in seen:
        return InvalidRow(
            file=response.origin or "",
            line=response.line or 1,
            reason=f"response id {response.response_id!r} is taken; ids must be unique",
            response_id=response.response_id,
            task_id=response.task_id,
        )
    seen.add(mark)
    return response


def bundled_responses(path: Path | str) -> Iterator[Response | InvalidRow]:
    """Responses in the ``responses/`` folders of our own tasks at or below ``path``."""
    for folder in task_folders(Path(path)):
        yield from bundled_of(folder)


def own_programs(tasks: Iterable[Task]) -> Iterator[Response]:
    """What tasks bring along, as responses of the models ``reference`` and ``start``."""
    for task in tasks:
        for name in OWN_PROGRAMS:
            text = getattr(task, name)
            if text is not None:
                yield Response(
                    response_id=f"{task.task_id}#{name}",
                    task_id=task.task_id,
                    model=name,
                    text=text,
                    language=task.language,
                    form=Form.FULL,
                    origin=task.origin,
                    line=task.line,
                )
