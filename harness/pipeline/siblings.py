"""Sibling flags: what sets a response apart from the others to its task, once all are there.

The stage reads a run's results from the store task by task and keeps at most the profiles of a
sample; what it finds is stored beside the results, which stay as they are. Run again (a resumed
run does), it replaces what it said before.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping

from harness.flags import Options
from harness.flags.siblings import (
    BEHAVES,
    DIFFERS,
    MAX_SIBLINGS,
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
# Of CodeT's programs 2,700, in 19 MB; of the largest that are analysed, some fifteen.
MAX_FEATURES = 100_000
ProfileOf = Callable[[Program], Profile | None]


def add_sibling_flags(
    store: Store,
    run_id: str,
    tasks: Mapping[str, Task],
    options: Options,
    profiles: Profiles | None = None,
) -> None:
    """Compare the results of a run with their siblings and store what sets them apart.

    profiles: those that were taken while the run went on.
    """
    store.forget_flags(run_id, STAGE)
    if not any(_compares(options)):
        return
    found = Profiles(options) if profiles is None else profiles
    for task_id, read in store.results_by_task(run_id):
        siblings = Siblings(options, found.of)
        store.add_flags(run_id, STAGE, _of_task(tasks.get(task_id), read, siblings))


def _of_task(
    task: Task | None, read: Callable[[], Iterator[Result]], siblings: Siblings
) -> Iterator[tuple[str, tuple[Flag, ...]]]:
    keys: list[str] = []
    for program in _programs(task, read()):
        siblings.add(program)
        if len(keys) <= MAX_SIBLINGS + 1:
            keys.append(program.key)
    found: Iterator[tuple[str, tuple[Flag, ...]]]
    if len(keys) <= MAX_SIBLINGS + 1:  # all are drawn: no need to read them again
        found = ((key, siblings.flags_of_drawn(task, key)) for key in keys)
    else:
        found = ((one.key, siblings.flags(one)) for one in _programs(task, read()))
    yield from ((key, flags) for key, flags in found if flags)


def _programs(task: Task | None, results: Iterable[Result]) -> Iterator[Program]:
    return (_program(task, one) for one in results if one.verdict is not Verdict.REJECTED)


def _program(task: Task | None, result: Result) -> Program:
    return Program(
        result.response_id,
        result.language,
        result.code,
        task,
        result.first_line,
        gave(result),
        passes_examples(result),
    )


def _compares(options: Options) -> tuple[bool, bool]:
    """Whether differences are wanted, and whether behaviour is."""
    return options.wants(DIFFERS), options.wants(BEHAVES)


class Profiles:
    """Profiles taken while a program's tree was at hand, the latest with ``MAX_FEATURES`` together.

    Any other is made when it is asked for. Safe to use from several threads.
    """

    def __init__(self, options: Options) -> None:
        self._wanted = any(_compares(options))
        self._lock = threading.Lock()
        self._found: dict[str, Profile | None] = {}
        self._features = 0

    def note(self, task: Task, result: Result) -> None:
        """Take the profile of a result."""
        if not self._wanted or result.verdict is Verdict.REJECTED:  # no code was found in it
            return
        found = safe_profile(_program(task, result))
        with self._lock:
            if result.response_id in self._found:
                self._features -= _features(self._found.pop(result.response_id))
            self._found[result.response_id] = found
            self._features += _features(found)
            while self._found and self._features > MAX_FEATURES:
                self._features -= _features(self._found.pop(next(iter(self._found))))

    def of(self, program: Program) -> Profile | None:
        """The profile of a program; None if it has none."""
        with self._lock:
            if program.key in self._found:
                return self._found[program.key]
        return safe_profile(program)


def _features(profile: Profile | None) -> int:
    """What a profile takes room for; 1 for one that is not there."""
    return 1 if profile is None else len(profile.weights) + len(profile.marks) + len(profile.gave)


class Siblings:
    """Programs by task: add all of them, then ask what sets one apart.

    Of a task at most ``MAX_SIBLINGS`` + 1 profiles are kept.
    """

    def __init__(self, options: Options, profile_of: ProfileOf | None = None) -> None:
        self._differs, self._behaves = _compares(options)
        self._profile_of = profile_of or safe_profile
        self._drawn: dict[str, Sample[Profile]] = {}
        self._groups: dict[str, Group] = {}

    def add(self, program: Program) -> None:
        """Take note of a program. Those that are not drawn are not parsed either."""
        drawn = self._drawn.setdefault(_task_id(program.task), Sample())
        if (self._differs or self._behaves) and drawn.wants(program.key):
            found = self._profile_of(program)
            if found is not None:
                drawn.add(program.key, found)

    def flags(self, program: Program) -> tuple[Flag, ...]:
        """What sets a program apart; nothing where there are too few siblings."""
        group = self._group(program.task)
        if group is None:
            return ()
        one = self._drawn[_task_id(program.task)].get(program.key) or self._profile_of(program)
        return () if one is None else self._apart(group, one)

    def flags_of_drawn(self, task: Task | None, key: str) -> tuple[Flag, ...]:
        """The same for the key of a program that was added when all of its task were drawn."""
        group = self._group(task)
        one = None if group is None else self._drawn[_task_id(task)].get(key)
        return () if group is None or one is None else self._apart(group, one)

    def _group(self, task: Task | None) -> Group | None:
        """The siblings of a task; None where they are too few."""
        key = _task_id(task)
        if key in self._drawn and key not in self._groups:
            self._groups[key] = Group(self._drawn[key])
        group = self._groups.get(key)
        return group if group is not None and group.speaks else None

    def _apart(self, group: Group, one: Profile) -> tuple[Flag, ...]:
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


def _task_id(task: Task | None) -> str:
    return "" if task is None else task.task_id


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
