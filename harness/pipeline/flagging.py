"""Static flags of responses: those of a run, and those of a file."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping

from harness.errors import InputError
from harness.flags import Options, find_flags
from harness.flags.files import Flagged
from harness.intake.extract import extract, resolve_entry_point
from harness.models import CaseResult, Code, Flag, InvalidRow, Response, Task


def flags_of(
    task: Task,
    code: Code | None,
    entry_point: str | None,
    options: Options,
    examples: tuple[CaseResult, ...] = (),
) -> tuple[Flag, ...]:
    """Flags of a response. A rule that fails costs its flags, never the response's verdict.

    Raises InputError for a damaged strength file.
    """
    if code is None:
        return ()
    try:
        return find_flags(
            task.language,
            code.source,
            task=task,
            entry_point=entry_point,
            first_line=code.first_line,
            options=options,
            examples=examples,
        )
    except InputError:
        raise
    except Exception as error:  # noqa: BLE001 - a bug in a rule must not stop a run
        logging.getLogger("harness.flags").error(  # noqa: TRY400 - one line is enough
            "no flags for a response to %s: %s: %s", task.task_id, type(error).__name__, error
        )
        return ()


def flag_responses(
    rows: Iterable[Response | InvalidRow],
    tasks: Mapping[str, Task],
    options: Options,
    more: Callable[[Response, Task, Code], Iterable[Flag]] | None = None,
) -> Iterator[Flagged | InvalidRow]:
    """Flags of responses as they are read; rows that cannot be used come back as they are.

    more: further flags of a response, such as those that need its siblings.
    """
    for row in rows:
        if isinstance(row, InvalidRow):
            yield row
            continue
        task = tasks.get(row.task_id)
        if task is None:
            yield InvalidRow(
                file=row.origin or "",
                line=row.line or 1,
                reason=f"no task is named {row.task_id!r} among the {len(tasks)} given",
                response_id=row.response_id,
                task_id=row.task_id,
            )
            continue
        code = extract(task, row)
        entry_point = resolve_entry_point(task, code) if code else None
        flags = flags_of(task, code, entry_point or task.entry_point, options)
        if more is not None and code is not None:
            flags = in_order(flags, more(row, task, code))
        yield Flagged(row.origin or row.response_id, flags, row.response_id, task.task_id)


def in_order(*groups: Iterable[Flag]) -> tuple[Flag, ...]:
    """Flags of several sources in the order of their places."""
    everything = (flag for group in groups for flag in group)
    return tuple(sorted(everything, key=lambda flag: (flag.line, flag.column, flag.rule)))
