"""How fast programs are flagged: alone, and beside the linters on the same files.

Each comparison is made of pairs, ours and theirs in turn, so that a machine that slows down
meanwhile touches both alike.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks._common import HERE, machine, publish, scratch, table
from benchmarks._flags_linters import (
    Linter,
    environment,
    eslint_d,
    linters,
    tree_cpu_s,
    write_programs,
)
from benchmarks._flags_programs import Program, answers, pages
from harness.cli._resident_people import servers
from harness.models import Language

WANTED_RATE = 300
ROUNDS = 4
SINGLE_FILES = 20
BATCH_FILES = 400
# What is wanted of both ratios: all files in one process; one process a file, ours resident.
WANTED_BATCH = {"pylint": 5.0, "ESLint": 1.5}
WANTED_SINGLE = {"pylint": 10.0, "ESLint": 10.0}
RESIDENT = ", ours resident"
ALONE = ("programs", "how many", "bytes each", "/s on one core", "wanted", "as wanted")
BESIDE = ("files", "how many", "how", "`harness flag` /s", "ms CPU", "against", "its /s",
          "its ms CPU", "ratio", "of CPU", "wanted", "as wanted")  # fmt: skip


def run(*, update: bool) -> bool:
    """Publish both tables; whether all is as wanted."""
    tools = linters()
    found = {**answers(), "HTML, MDN": pages()[0]}
    alone = [_alone(name, programs) for name, programs in found.items()]
    about = f"Machine: {machine()}.\n\n"
    publish("flags-rate", about + table(ALONE, alone), update=update)
    beside = []
    with scratch() as folder, eslint_d() as resident_tool:
        for tool in (*tools, resident_tool):
            files = list(write_programs(_for(tool, found), folder / tool.name))
            beside += _against(tool, files)
    publish("flags-speed", about + table(BESIDE, beside), update=update)
    return all(line[-1] in ("yes", "–") for line in (*alone, *beside))


def _alone(name: str, programs: Sequence[Program]) -> tuple[object, ...]:
    """Rate by processor time of this one thread, every rule on, tasks at hand."""
    for one in programs[:3]:  # rules and grammars are loaded
        one.flags()
    start = time.process_time()
    for one in programs:
        one.flags()
    rate = len(programs) / (time.process_time() - start)
    size = sum(len(one.source) for one in programs) // len(programs)
    wanted = "–" if programs[0].language is Language.HTML else f"≥ {WANTED_RATE}"
    ok = "–" if wanted == "–" else "yes" if rate >= WANTED_RATE else "**no**"
    return name, len(programs), size, f"{rate:.0f}", wanted, ok


def _for(tool: Linter, found: dict[str, list[Program]]) -> list[Program]:
    """Programs of a linter's language, evenly spread over all there are."""
    those = [
        one for programs in found.values() for one in programs if one.language is tool.language
    ]
    return those[:: max(1, len(those) // BATCH_FILES)][:BATCH_FILES]


def _against(tool: Linter, files: Sequence[Path]) -> Iterator[tuple[object, ...]]:
    """The rows of one linter; one that stays resident is compared with ours that does."""
    theirs = Side(tool.name, tool.run, tool.resident_s)
    if tool.resident_s is None:
        yield _batch(tool, files, Side("", _ours), theirs)
        yield _single(tool, files, Side("", _ours), theirs)
    with resident() as cpu_s:
        yield _single(tool, files, Side(RESIDENT, _ours_resident, cpu_s), theirs)


def _ours(files: Sequence[Path], folder: Path, *options: str) -> None:
    # As it is installed; PYTHONPATH makes it this checkout's.
    script = Path(sys.executable).with_name("harness")
    command = [str(script)] if script.exists() else [sys.executable, "-m", "harness"]
    subprocess.run(
        [*command, "flag", *options, *(file.name for file in files)],
        cwd=folder,
        capture_output=True,
        check=True,
        env={**environment(), "PYTHONPATH": str(HERE.parent)},
    )


def _ours_resident(files: Sequence[Path], folder: Path) -> None:
    _ours(files, folder, "--resident")


@contextmanager
def resident() -> Iterator[Callable[[], float]]:
    """While there is a resident process: what gives its processor seconds."""
    home = Path(os.environ["HARNESS_HOME"])
    _ours([], HERE, "--resident", "--rules")  # starts it
    while not (found := [row for _, row in servers(home) if "answers" in row]):
        time.sleep(0.05)
    try:
        yield lambda: tree_cpu_s(int(found[0]["pid"]))
    finally:
        _ours([], HERE, "--resident-stop")


def _batch(tool: Linter, files: Sequence[Path], ours: Side, theirs: Side) -> tuple[object, ...]:
    """All files in one process: a part of them each round, start-up included."""
    parts = [files[number::ROUNDS] for number in range(ROUNDS)]
    spent = _pairs(parts, ours, theirs)
    return _line(tool, len(files), f"{len(parts[0])} a process", spent, WANTED_BATCH)


def _single(tool: Linter, files: Sequence[Path], ours: Side, theirs: Side) -> tuple[object, ...]:
    """One process a file."""
    sample = files[:: max(1, len(files) // SINGLE_FILES)][:SINGLE_FILES]
    spent = _pairs([[file] for file in sample], ours, theirs)
    how = f"one a process{ours.name}"
    return _line(tool, len(sample), how, spent, WANTED_SINGLE if ours.name else {})


@dataclass(frozen=True)
class Side:
    """Who looks at files. apart_s: processor seconds of processes that are no children of ours."""

    name: str
    run: Callable[[Sequence[Path], Path], object]
    apart_s: Callable[[], float] | None = None

    def cpu_s(self) -> float:
        """Processor seconds up to now, those of all children that have ended included."""
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime + (self.apart_s() if self.apart_s else 0)


@dataclass
class Spent:
    """Seconds of a side in all."""

    wall_s: float = 0
    cpu_s: float = 0


def _pairs(parts: Sequence[Sequence[Path]], ours: Side, theirs: Side) -> tuple[Spent, Spent]:
    """What each side spent, the order turned round with every pair, after one to warm up."""
    folder = parts[0][0].parent
    sides = (ours, theirs)
    for side in sides:
        side.run(parts[0], folder)
    total = (Spent(), Spent())
    for number, part in enumerate(parts):
        for one in (0, 1) if number % 2 else (1, 0):
            before = sides[one].cpu_s()
            start = time.perf_counter()
            sides[one].run(part, folder)
            total[one].wall_s += time.perf_counter() - start
            total[one].cpu_s += sides[one].cpu_s() - before
    return total


def _line(
    tool: Linter, count: int, how: str, spent: tuple[Spent, Spent], limits: Mapping[str, float]
) -> tuple[object, ...]:
    ours, theirs = spent
    wanted = limits.get(tool.name)
    wall, cpu = theirs.wall_s / ours.wall_s, theirs.cpu_s / ours.cpu_s
    ok = "–" if wanted is None else "yes" if min(wall, cpu) >= wanted else "**no**"
    return (
        tool.language, count, how, f"{count / ours.wall_s:.1f}",
        f"{ours.cpu_s / count * 1000:.1f}", tool.name, f"{count / theirs.wall_s:.1f}",
        f"{theirs.cpu_s / count * 1000:.1f}", f"{wall:.2f}", f"{cpu:.2f}",
        "–" if wanted is None else f"≥ {wanted:g}", ok,
    )  # fmt: skip
