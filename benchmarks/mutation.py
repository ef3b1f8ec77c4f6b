"""Whether tests notice a small wrong change: ``python -m benchmarks.mutation [PATH…]``.

``harness/exports`` and ``harness/quality`` are changed in the ways that ``_mutants`` lists, one
change at a time, and the tests of ``tests/exports`` and ``tests/quality`` that reach it are run. A
change that no test notices *survives*: a test is missing, code is dead, or the change has no
effect. Tests that no longer end (CPU time, memory) have noticed. Survivors are listed with their
line, then the share that was killed, by module and package.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from benchmarks import _mutation_run as runs
from benchmarks._mutants import mutants_of
from benchmarks._mutation_run import Job, Known, Session

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("harness/exports", "harness/quality")
TESTS = ("tests/exports", "tests/quality")
_ENDLESS = (signal.SIGXCPU, signal.SIGALRM, signal.SIGKILL)


@dataclass(frozen=True)
class Found:
    """What became of a change. tests: how many reach it."""

    job: Job
    outcome: str
    tests: int


def main() -> int:
    """Run, print the tables; 1 if a package falls short of ``--wanted``."""
    options = _options()
    files = [file for path in options.paths for file in _modules(ROOT / path)]
    jobs = [
        Job(file, _module(file), mutant)
        for file in files
        for mutant in mutants_of(file.read_text("utf-8"))
    ]
    jobs = [job for job in jobs if options.line in (None, job.mutant.line)]
    if options.again:
        survived = set(map(tuple, json.loads(options.again.read_text())))
        jobs = [job for job in jobs if _name(job) in survived]
    # In an order at random, so that those tried before the time is up are a fair sample.
    random.Random(options.seed).shuffle(jobs)
    jobs = jobs[: options.sample]
    found: list[Found] = []
    runs.steady()
    with tempfile.TemporaryDirectory(prefix="harness-mutation-", dir=_memory()) as folder:
        os.environ["PYTEST_DEBUG_TEMPROOT"] = tempfile.tempdir = folder

        def work(session: Session) -> None:
            trial = _Trial(session, options.workers, options.budget_s, Path(folder))
            for one in trial.all(jobs, options.minutes * 60):
                found.append(one)
                if one.outcome == "survived":
                    print(_line(one), flush=True)

        # Everything of the product: what a session imports late would be imported by each fork.
        tests = [str(ROOT / test) for test in TESTS]
        os.chdir(ROOT)
        ended = pytest.main([*runs.ARGUMENTS, *tests], plugins=[Session(_every_module(), work)])
    if ended:
        sys.exit(f"pytest ended with {ended}")
    if options.save:
        names = sorted(_name(one.job) for one in found if one.outcome == "survived")
        options.save.write_text(json.dumps(names, indent=1))
    return _told(found, options.wanted)


def _name(job: Job) -> tuple[str, str, str]:
    """What tells a change from others, whatever lines are added elsewhere."""
    function = job.mutant.function[0] if job.mutant.function else ""
    return str(job.file.relative_to(ROOT)), function, job.mutant.change


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.mutation", description=__doc__)
    parser.add_argument("paths", nargs="*", default=PACKAGES, help="files or folders")
    parser.add_argument("--sample", type=int, help="so many changes, chosen at random")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=1e9, help="stop after so many")
    parser.add_argument("--line", type=int, help="changes of this line only")
    parser.add_argument("--save", type=Path, help="write the survivors into this file")
    parser.add_argument("--again", type=Path, help="only those that survived, from such a file")
    parser.add_argument("--budget-s", type=float, default=1e9, help="of tests for each change")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--wanted", type=float, default=0.9, help="share killed, per package")
    return parser.parse_args()


def _memory() -> str | None:
    """Where files cost no disk: exports are synced, and there are thousands of them."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def _modules(path: Path) -> list[Path]:
    return sorted(path.rglob("*.py")) if path.is_dir() else [path]


def _every_module() -> list[Path]:
    return [file for package in PACKAGES for file in _modules(ROOT / package)]


def _module(file: Path) -> str:
    parts = list(file.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _measured(session: Session) -> Known:
    known = session.measure()
    if known.failed:
        sys.exit(f"fails without any change: {', '.join(known.failed)}")
    spent = sum(known.seconds.values())
    print(f"{len(known.seconds)} tests, {spent:.1f} s of CPU (traced)", flush=True)
    return known


class _Trial:
    """Tries changes, some at a time."""

    def __init__(self, session: Session, workers: int, budget_s: float, folder: Path) -> None:
        self._budget_s = budget_s
        self._session, self._workers, self._folder = session, workers, folder
        self._known = _measured(session)
        self._check(_every_module()[0])
        self._running: dict[int, tuple[Job, int, Path]] = {}
        # Tests that noticed a change of a function are likely to notice the next one.
        self._killers: dict[tuple[Path, object], list[str]] = {}

    def _check(self, file: Path) -> None:
        folder = self._folder / "control"
        work = partial(runs.control, self._session, file, _module(file), folder)
        _, status = os.waitpid(runs.forked(work), 0)
        if status:
            sys.exit("fails without any change, once everything is imported again")

    def all(self, jobs: Sequence[Job], seconds: float) -> Iterator[Found]:
        """Every change, as it ends, begun before the time is up."""
        begun = time.monotonic()
        for number, job in enumerate(jobs, 1):
            if time.monotonic() - begun > seconds:
                break
            if number % 100 == 0:
                print(f"{number} of {len(jobs)}, {time.monotonic() - begun:.0f} s", flush=True)
            names = runs.reaching(self._known, job, whole=self._session.ran_at_import(job))
            if not names:
                yield Found(job, "survived", 0)
                continue
            while len(self._running) >= self._workers:
                yield self._next()
            self._start(number, job, names)
        while self._running:
            yield self._next()

    def _start(self, number: int, job: Job, names: Sequence[str]) -> None:
        # The quickest tests that fit into the budget; one at least.
        spent = itertools.accumulate(self._known.seconds[name] for name in names)
        names = names[: max(1, sum(seconds <= self._budget_s for seconds in spent))]
        first = [one for one in self._killers.get(_place(job), ()) if one in names]
        ordered = [*first, *(name for name in names if name not in first)]
        seconds = runs.TIMES * sum(self._known.seconds[name] for name in names) + runs.SPARE_S
        folder = self._folder / str(number)
        pid = runs.forked(lambda: runs.judge(self._session, job, ordered, folder), seconds)
        self._running[pid] = (job, len(names), folder)

    def _next(self) -> Found:
        pid, status = os.wait()
        job, tests, folder = self._running.pop(pid)
        killer = folder / runs.KILLER
        name = killer.read_text() if killer.exists() else ""
        if name:
            known = self._killers.setdefault(_place(job), [])
            known[:] = [name, *(one for one in known if one != name)][:5]
        shutil.rmtree(folder, ignore_errors=True)
        outcome = "survived" if status == 0 else "killed"
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) in _ENDLESS:
            outcome = "timeout"
        return Found(job, outcome, tests)


def _place(job: Job) -> tuple[Path, object]:
    return job.file, job.mutant.function


def _line(one: Found) -> str:
    where = f"{one.job.file.relative_to(ROOT)}:{one.job.mutant.line}"
    return f"survived: {where}: {one.job.mutant.change} ({one.tests} tests)"


def _told(found: Sequence[Found], wanted: float) -> int:
    """Print the table; 1 if a package falls short."""
    order = sorted(found, key=lambda one: (one.job.file, one.job.mutant.number))
    by_file: dict[str, Counter[str]] = {}
    by_package: dict[str, Counter[str]] = {}
    for one in order:
        path = one.job.file.relative_to(ROOT)
        by_file.setdefault(str(path), Counter())[one.outcome] += 1
        by_package.setdefault("/".join(path.parts[:2]), Counter())[one.outcome] += 1
    print("\n| module | changes | killed | timeouts | survived | share killed |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, counts in [*by_file.items(), *by_package.items()]:
        print(
            f"| {name} | {counts.total()} | {counts['killed']} | {counts['timeout']} | "
            f"{counts['survived']} | {_share(counts):.1%} |"
        )
    return int(any(_share(counts) < wanted for counts in by_package.values()))


def _share(counts: Counter[str]) -> float:
    return 1 - counts["survived"] / counts.total()


if __name__ == "__main__":
    sys.exit(main())
