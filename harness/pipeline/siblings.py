"""Sibling flags: what sets a response apart from the others to its task, once all are there.

The stage reads a run's results from the store task by task and keeps at most the profiles of a
sample; what it finds is stored beside the results, which stay as they are. Run again (a resumed
run does), it replaces what it said before.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping

from harness.flags import Options, rules
from harness.flags.siblings import (
    BEHAVES,
    DIFFERS,
    Group,
    Profile,
    Program,
    Sample,
    gave,
    passes_examples,
    profile,
)
from harness.intake.extract import extract
from harness.models import Code, Flag, InvalidRow, Response, Result, Task, Verdict
from harness.store import Store

STAGE = "siblings"


def add_sibling_flags(
    store: Store, run_id: str, tasks: Mapping[str, Task], options: Options
) -> None:
    """Compare the results of a run with their siblings and store what sets them apart."""
    store.forget_flags(run_id, STAGE)
    for task_id, read in store.results_by_task(run_id):
        store.add_flags(run_id, STAGE, _of_task(tasks.get(task_id), read, options))


def _of_task(
    task: Task | None, read: Callable[[], Iterator[Result]], options: Options
) -> Iterator[tuple[str, tuple[Flag, ...]]]:
    siblings = Siblings(options)
    for program in _programs(task, read()):
        siblings.add(program)
    for program in _programs(task, read()):
        flags = siblings.flags(program)
        if flags:
            yield program.key, flags


def _programs(task: Task | None, results: Iterable[Result]) -> Iterator[Program]:
    for result in results:
        if result.verdict is not Verdict.REJECTED:  # no code was found in it
            yield Program(
                result.response_id,
                result.language,
                result.code,
                task,
                result.first_line,
                gave(result),
                passes_examples(result),
            )


class Siblings:
    """Programs by task: add all of them, then ask what sets one apart.

    Of a task at most ``MAX_SIBLINGS`` + 1 profiles are kept.
    """

    def __init__(self, options: Options) -> None:
        self._differs = options.wants(rules()[DIFFERS])
        self._behaves = options.wants(rules()[BEHAVES])
        self._drawn: dict[str, Sample[Profile]] = {}
        self._groups: dict[str, Group] = {}

    def add(self, program: Program) -> None:
        """Take note of a program. Those that are not drawn are not parsed either."""
        drawn = self._drawn.setdefault(_task_of(program), Sample())
        if (self._differs or self._behaves) and drawn.wants(program.key):
            found = safe_profile(program)
            if found is not None:
                drawn.add(program.key, found)

    def flags(self, program: Program) -> tuple[Flag, ...]:
        """What sets a program apart; nothing where there are too few siblings."""
        key = _task_of(program)
        drawn = self._drawn.get(key)
        if drawn is None:
            return ()
        if key not in self._groups:
            self._groups[key] = Group(drawn)
        group = self._groups[key]
        if not group.speaks:
            return ()
        one = drawn.get(program.key) or safe_profile(program)
        if one is None:
            return ()
        found = (
            group.behaves(one) if self._behaves else None,
            group.differs(one) if self._differs else None,
        )
        return tuple(flag for flag in found if flag is not None)

    def flags_of_response(self, row: Response, task: Task, code: Code) -> tuple[Flag, ...]:
        """What sets a response apart that was not run."""
        return self.flags(_unrun(row, task, code))


def siblings_of(
    rows: Iterable[Response | InvalidRow], tasks: Mapping[str, Task], options: Options
) -> Siblings:
    """The siblings of every task: read once, so that any response can be compared with them."""
    found = Siblings(options)
    for row in rows:
        task = tasks.get(row.task_id) if isinstance(row, Response) else None
        if isinstance(row, Response) and task is not None:
            code = extract(task, row)
            if code is not None:
                found.add(_unrun(row, task, code))
    return found


def _unrun(row: Response, task: Task, code: Code) -> Program:
    return Program(row.response_id, task.language, code.source, task, code.first_line)


def _task_of(program: Program) -> str:
    return "" if program.task is None else program.task.task_id


def safe_profile(program: Program) -> Profile | None:
    """Its profile. A program that cannot be compared costs its flag, never the run."""
    try:
        return profile(program)
    except Exception as error:  # noqa: BLE001 - a bug here must not stop a run
        logging.getLogger("harness.flags").error(  # noqa: TRY400 - one line is enough
            "%s is not compared with its siblings: %s: %s",
            program.key, type(error).__name__, error,
        )  # fmt: skip
        return None
