"""Whether tests notice a small wrong change: ``python -m benchmarks.mutation [PATH…]``.

Each line of ``harness/exports`` and ``harness/quality`` is changed in the ways ``_mutants`` lists, one
change at a time, and the tests of ``tests/exports`` and ``tests/quality`` that reach it are run. A
change that no test notices *survives*: a missing test, dead code, or a change without effect.
Tests that never end (CPU time, memory) have noticed. Survivors are listed with the share killed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks import _mutation_run as runs
from benchmarks._mutants import mutants_of
from benchmarks._mutation_run import Job, Known, Session

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("harness/exports", "harness/quality")
TESTS = ("tests/exports", "tests/quality")
OUTCOMES = ("killed", "timeout", "survived")


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
    if options.sample:
        jobs = random.Random(options.seed).sample(jobs, min(options.sample, len(jobs)))
    found: list[Found] = []
    runs.steady()
    with tempfile.TemporaryDirectory(prefix="harness-mutation-") as folder:

        def work(session: Session) -> None:
            known = _measured(session, Path(folder))
            found.extend(_all(session, known, jobs, options.workers, folder))

        # Everything of the product: what a session imports late would be imported by each fork.
        tests = [str(ROOT / test) for test in TESTS]
        os.chdir(ROOT)
        ended = pytest.main([*runs.ARGUMENTS, *tests], plugins=[Session(_every_module(), work)])
    if ended:
        sys.exit(f"pytest ended with {ended}")
    return _told(found, options.wanted)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.mutation", description=__doc__)
    parser.add_argument("paths", nargs="*", default=PACKAGES, help="files or folders")
    parser.add_argument("--sample", type=int, help="so many changes, chosen at random")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--line", type=int, help="changes of this line only")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--wanted", type=float, default=0.9, help="share killed, per package")
    return parser.parse_args()


def _modules(path: Path) -> list[Path]:
    return sorted(path.rglob("*.py")) if path.is_dir() else [path]


def _every_module() -> list[Path]:
    return [file for package in PACKAGES for file in _modules(ROOT / package)]


def _module(file: Path) -> str:
    parts = list(file.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _measured(session: Session, folder: Path) -> Known:
    """The tests as they are, run in a fork so that the parent stays as it was."""
    answer = folder / "known.json"

    def work() -> int:
        runs.own_folder(str(folder))
        known = session.measure()
        lines = {
            name: {file: sorted(at) for file, at in reached.items()}
            for name, reached in known.lines.items()
        }
        answer.write_text(json.dumps([known.seconds, lines, known.failed]))
        return runs.SURVIVED

    os.waitpid(runs.forked(work), 0)
    if not answer.exists():
        sys.exit("the tests ended the process they ran in")
    seconds, lines, failed = json.loads(answer.read_text())
    if failed:
        sys.exit(f"fails without any change: {', '.join(failed)}")
    found = {
        name: {file: set(at) for file, at in reached.items()} for name, reached in lines.items()
    }
    print(f"{len(seconds)} tests, {sum(seconds.values()):.1f} s of CPU (traced)", flush=True)
    return Known(seconds, found)


def _all(
    session: Session, known: Known, jobs: Sequence[Job], workers: int, folder: str
) -> Iterator[Found]:
    """Try every change, some at a time."""
    running: dict[int, tuple[Job, int]] = {}
    begun = time.monotonic()
    for number, job in enumerate(jobs, 1):
        names = runs.reaching(known, job, whole=session.ran_at_import(job))
        if not names:
            yield Found(job, "survived", 0)
            continue
        while len(running) >= workers:
            yield _next(running)
        seconds = 10 * sum(known.seconds[name] for name in names) + runs.SPARE_S

        def work(job: Job = job, names: Sequence[str] = names) -> int:
            runs.own_folder(folder)
            return runs.judge(session, job, names)

        running[runs.forked(work, seconds)] = (job, len(names))
        if number % 100 == 0:
            print(f"{number} of {len(jobs)}, {time.monotonic() - begun:.0f} s", flush=True)
    while running:
        yield _next(running)


def _next(running: dict[int, tuple[Job, int]]) -> Found:
    pid, status = os.wait()
    job, tests = running.pop(pid)
    outcome = "survived" if status == 0 else "killed"
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) in (
        signal.SIGXCPU, signal.SIGALRM, signal.SIGKILL,
    ):  # fmt: skip
        outcome = "timeout"
    return Found(job, outcome, tests)


def _told(found: Sequence[Found], wanted: float) -> int:
    """Print survivors and tables."""
    order = sorted(found, key=lambda one: (one.job.file, one.job.mutant.number))
    for one in order:
        if one.outcome == "survived":
            where = one.job.file.relative_to(ROOT)
            print(f"{where}:{one.job.mutant.line}: {one.job.mutant.change} ({one.tests} tests)")
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
