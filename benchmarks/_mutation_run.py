"""Runs tests against changed modules inside one pytest session: a fork for each change.

Everything is imported and collected once. A change within a function is put into the functions that
are there (``__code__``); one at module or class level, or in a function that ran while modules were
imported, has the fork import everything again from the changed source. Each fork runs the tests
that reach the changed lines, the quickest first, and ends at the first failure.
"""

from __future__ import annotations

import gc
import importlib.machinery
import importlib.util
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from benchmarks._lines import Lines, Reached
from benchmarks._mutants import Mutant, mutated

SURVIVED, KILLED, BROKEN = 0, 1, 2
# Beyond four times what the tests take (traced, so slower), plus this, they are endless.
TIMES, SPARE_S = 4, 3.0
KILLER = "killer"
MEMORY_BYTES = 6 << 30
# Imported again by a fork whose change is at module level: all that may hold a name of it.
_AGAIN = {
    "exports", "quality", "reporting", "pipeline", "review", "cli", "engines", "runners",
}  # fmt: skip
# Pytest's own voice and files are not wanted.
ARGUMENTS = (
    "-s", "-o", "addopts=--import-mode=importlib",
    "-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:faulthandler",
    # Hypothesis is imported before pytest, to be set up.
    "-W", "ignore::pytest.PytestAssertRewriteWarning",
)  # fmt: skip
Key = tuple[str, str, int]  # file, qualified name, first line


@dataclass
class Known:
    """What one run of the tests as they are says: seconds of each, lines each reached."""

    seconds: dict[str, float] = field(default_factory=dict)
    lines: dict[str, Reached] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Job:
    """A change to try."""

    file: Path
    module: str
    mutant: Mutant


class Session:
    """The pytest plugin: collects, measures, then hands itself to ``work`` instead of running."""

    def __init__(self, files: Sequence[Path], work: Callable[[Session], None]) -> None:
        self.files, self._work = files, work
        self.items: dict[str, pytest.Item] = {}
        self.functions: dict[Key, list[FunctionType]] = {}
        self.caches: list[Any] = []
        self.imported: Reached = {}
        self.failures = 0

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self) -> Iterator[None]:
        """Note what runs while modules are imported."""
        with Lines(self.files).on() as reached:
            found = yield
        self.imported = reached
        return found

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Take the place of the run."""
        self.items = {item.nodeid: item for item in session.items}
        self._work(self)
        return True

    def _note_functions(self) -> None:
        names = {str(file) for file in self.files}
        for one in gc.get_objects():
            if isinstance(one, FunctionType) and one.__code__.co_filename in names:
                self.functions.setdefault(_key(one.__code__), []).append(one)
            elif type(one).__name__ == "_lru_cache_wrapper" and _is_ours(one):
                self.caches.append(one)
        gc.freeze()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count what fails."""
        self.failures += report.failed

    def failing(self, names: Sequence[str], then: str | None = None) -> str | None:
        """Run tests until one fails; which. then: the test for which the last one leaves things."""
        for name, following in zip(names, [*names[1:], then], strict=True):
            item = self.items[name]
            after = None if following is None else self.items[following]
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            if self.failures:
                return name
        return None

    def measure(self) -> Known:
        """Run every test as it is, traced. Warms up, too: what is imported late is there then."""
        known = Known()
        lines = Lines(self.files)
        names = list(self.items)
        # After the last one comes the first again: what is made for the session stays for forks.
        for name, following in zip(names, [*names[1:], names[0]], strict=True):
            begun = time.process_time()
            with lines.on() as reached:
                failed = self.failing([name], following)
            known.seconds[name] = time.process_time() - begun
            known.lines[name] = reached
            if failed:
                known.failed.append(name)
                self.failures = 0
        self._note_functions()
        return known

    def ran_at_import(self, job: Job) -> bool:
        """Whether the function of a change ran while modules were imported."""
        if job.mutant.function is None:
            return True
        name, first = job.mutant.function
        code = next((one.__code__ for one in self.functions.get((str(job.file), name, first), [])),
                    None)  # fmt: skip
        # The line of its ``def`` runs at import; those inside must not have.
        return code is None or bool(
            {line for _, _, line in code.co_lines() if line and line > code.co_firstlineno}
            & self.imported.get(str(job.file), set())
        )  # fmt: skip


def _key(code: CodeType) -> Key:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def _is_ours(one: Any) -> bool:
    return str(getattr(one, "__module__", "")).startswith("harness.")


def judge(session: Session, job: Job, names: Sequence[str], folder: Path) -> int:
    """In a fork: the changed module against its tests; notes which one failed in ``folder``."""
    _write_here(session, folder)
    # Whatever a cache learned from the module as it is does not count.
    for cache in session.caches:
        cache.cache_clear()
    tree = mutated(job.file.read_text("utf-8"), job.mutant.number)
    try:
        code = compile(tree, str(job.file), "exec")
    except (SyntaxError, ValueError):
        return BROKEN
    if not session.ran_at_import(job):
        name, first = job.mutant.function or ("", 0)
        new = _codes(code).get((str(job.file), name, first))
        functions = session.functions[str(job.file), name, first]
        if new is not None and all(new.co_freevars == one.__code__.co_freevars
                                   for one in functions):  # fmt: skip
            for one in functions:
                one.__code__ = new
            failed = session.failing(names)
            (folder / KILLER).write_text(failed or "")
            return KILLED if failed else SURVIVED
    return _judge_again(job, code, names)


def control(session: Session, file: Path, module: str, folder: Path) -> int:
    """In a fork: everything imported again, without a change. Must survive, or no kill counts."""
    _write_here(session, folder)
    nothing = Job(file, module, Mutant(0, 0, 0, 0, None, ""))
    code = compile(file.read_text("utf-8"), str(file), "exec")
    return _judge_again(nothing, code, list(session.items))


def _codes(code: CodeType) -> dict[Key, CodeType]:
    found = {_key(code): code}
    for one in code.co_consts:
        if isinstance(one, CodeType):
            found |= _codes(one)
    return found


class _Changed(importlib.machinery.SourceFileLoader):
    """Gives one module its changed code; finder and loader at once."""

    def __init__(self, job: Job, code: CodeType) -> None:
        super().__init__(job.module, str(job.file))
        self._code = code

    def find_spec(self, name: str, _path: Any = None, _target: Any = None) -> Any:
        if name != self.name:
            return None
        package = Path(self.path).name == "__init__.py"
        return importlib.util.spec_from_file_location(
            name, self.path, loader=self,
            submodule_search_locations=[str(Path(self.path).parent)] if package else None,
        )  # fmt: skip

    def get_code(self, _name: str) -> CodeType:
        return self._code


class _Only:
    """Runs the named tests, in that order."""

    def __init__(self, names: Sequence[str]) -> None:
        self._place = {name: at for at, name in enumerate(names)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave the others out."""
        items[:] = sorted(
            (item for item in items if item.nodeid in self._place),
            key=lambda item: self._place[item.nodeid],
        )


def _judge_again(job: Job, code: CodeType, names: Sequence[str]) -> int:
    for name in list(sys.modules):
        first, *rest = name.split(".")
        if first == "tests" or (first == "harness" and rest and rest[0] in _AGAIN):
            del sys.modules[name]
    sys.meta_path.insert(0, _Changed(job, code))
    files = sorted({name.partition("::")[0] for name in names})
    ended = pytest.main([*ARGUMENTS, "-x", *files], plugins=[_Only(names)])
    return SURVIVED if ended in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED) else KILLED


def steady() -> None:
    """The same examples each time, and none refused for a slow machine."""
    settings.register_profile(
        "mutation", derandomize=True, database=None, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    settings.load_profile("mutation")


def forked(work: Callable[[], int], seconds: float | None = None) -> int:
    """Run in a fork without a voice; its pid. seconds: of CPU it may take."""
    pid = os.fork()
    if pid:
        return pid
    ended = KILLED
    try:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        if seconds is not None:
            whole = int(seconds) + 1
            resource.setrlimit(resource.RLIMIT_CPU, (whole, whole + 1))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
            signal.alarm(whole * 6)
        ended = work()
    except BaseException:  # noqa: BLE001 - whatever it is, the tests did not pass
        ended = KILLED
    finally:
        os._exit(ended)


def _write_here(session: Session, folder: Path) -> None:
    """Temporary files of this fork's tests go into ``folder``, in whatever session."""
    folder.mkdir()
    os.environ["PYTEST_DEBUG_TEMPROOT"] = str(folder)
    config = next(iter(session.items.values())).config
    config._tmp_path_factory._basetemp = folder  # type: ignore[attr-defined]  # noqa: SLF001


def reaching(known: Known, job: Job, *, whole: bool) -> list[str]:
    """Tests that reach a change, the quickest first.

    whole: every test, those of test files that reach the changed file first.
    """
    file = str(job.file)
    wanted = set(range(job.mutant.first, job.mutant.last + 1))
    if not whole:
        names = [name for name in known.seconds if known.lines[name].get(file, set()) & wanted]
        return sorted(names, key=known.seconds.__getitem__)
    near = {_file_of(name) for name in known.seconds if known.lines[name].get(file)}
    return sorted(known.seconds, key=lambda name: (_file_of(name) not in near, known.seconds[name]))


def _file_of(name: str) -> str:
    return name.partition("::")[0]
