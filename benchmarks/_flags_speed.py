"""How fast programs are flagged: alone, and beside the linters on the same files.

Each comparison is made of pairs, ours and theirs in turn, so that a machine that slows down
meanwhile touches both alike.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks._common import HERE, machine, publish, scratch, table
from benchmarks._flags_linters import Linter, environment, linters, write_programs
from benchmarks._flags_programs import Program, answers, pages
from harness.models import Language

WANTED_RATE = 300
ROUNDS = 4
SINGLE_FILES = 20
BATCH_FILES = 400
# What is wanted of the ratio: all files in one process, one process a file.
WANTED = {"pylint": (5.0, 10.0), "ESLint": (1.5, 10.0)}
ALONE = ("programs", "how many", "bytes each", "/s on one core", "wanted", "as wanted")
BESIDE = ("files", "how many", "how", "`harness flag` /s", "against", "its /s", "ratio", "wanted",
          "as wanted")  # fmt: skip


def run(*, update: bool) -> bool:
    """Publish both tables; whether all is as wanted."""
    tools = linters()
    found = {**answers(), "HTML, MDN": pages()[0]}
    alone = [_alone(name, programs) for name, programs in found.items()]
    about = f"Machine: {machine()}.\n\n"
    publish("flags-rate", about + table(ALONE, alone), update=update)
    beside = []
    with scratch() as folder:
        for tool in tools:
            files = list(write_programs(_for(tool, found), folder / tool.name))
            beside += [_batch(tool, files), _single(tool, files)]
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


def _ours(files: Sequence[Path], folder: Path) -> None:
    command = [sys.executable, "-m", "harness", "flag", *(file.name for file in files)]
    checkout = {**environment(), "PYTHONPATH": str(HERE.parent)}
    subprocess.run(command, cwd=folder, capture_output=True, check=True, env=checkout)


def _batch(tool: Linter, files: Sequence[Path]) -> tuple[object, ...]:
    """All files in one process: a part of them each round, start-up included."""
    folder = files[0].parent
    parts = [files[number::ROUNDS] for number in range(ROUNDS)]
    ours, theirs = _pairs(
        [lambda part=part: _ours(part, folder) for part in parts],
        [lambda part=part: tool.run(part, folder) for part in parts],
    )
    return _line(tool, len(files), f"{len(parts[0])} a process", ours, theirs, 0)


def _single(tool: Linter, files: Sequence[Path]) -> tuple[object, ...]:
    """One process a file."""
    folder = files[0].parent
    sample = files[:: max(1, len(files) // SINGLE_FILES)][:SINGLE_FILES]
    ours, theirs = _pairs(
        [lambda file=file: _ours([file], folder) for file in sample],
        [lambda file=file: tool.run([file], folder) for file in sample],
    )
    return _line(tool, len(sample), "one a process", ours, theirs, 1)


def _pairs(
    ours: Sequence[Callable[[], object]], theirs: Sequence[Callable[[], object]]
) -> tuple[float, float]:
    """Seconds of each side in all, the order turned round with every pair, after one to warm up."""
    ours[0]()
    theirs[0]()
    total = [0.0, 0.0]
    for number, pair in enumerate(zip(ours, theirs, strict=True)):
        for side in (0, 1) if number % 2 else (1, 0):
            start = time.perf_counter()
            pair[side]()
            total[side] += time.perf_counter() - start
    return total[0], total[1]


def _line(
    tool: Linter, count: int, how: str, ours_s: float, theirs_s: float, kind: int
) -> tuple[object, ...]:
    wanted = WANTED.get(tool.name)
    ratio = theirs_s / ours_s
    ok = "–" if wanted is None else "yes" if ratio >= wanted[kind] else "**no**"
    return (
        tool.language, count, how, f"{count / ours_s:.1f}", tool.name, f"{count / theirs_s:.1f}",
        f"{ratio:.2f}", "–" if wanted is None else f"≥ {wanted[kind]:g}", ok,
    )  # fmt: skip
