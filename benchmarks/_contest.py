"""One set of responses, run by the harness and by the plain ways, in one run."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks._common import (
    HARDENED,
    TIMEOUT_S,
    WORKERS,
    Baseline,
    HarnessRun,
    Row,
    baseline,
    harness_run,
    image,
    rows,
    write_rows,
)

Line = tuple[object, ...]
Run = Callable[[Sequence[str]], Baseline]


@dataclass(frozen=True)
class Options:
    """How many responses of each set, and whether the harness is left out."""

    limit: int
    baselines_only: bool


class Contest:
    """One set of responses: how to run it by the harness and as plain programs."""

    def __init__(
        self,
        tasks: str | Path,
        responses: list[Row],
        program: Callable[[Row, Row], str],
    ) -> None:
        self.tasks = tasks
        found = rows(tasks) if isinstance(tasks, str) else []
        by_id = {task["task_id"]: task for task in found}
        self.responses = responses
        self.programs = [program(by_id.get(row["task_id"], {}), row) for row in responses]

    def halves(self) -> tuple[list[str], list[str]]:
        """Programs of every second response, so that both halves are alike."""
        return self.programs[::2], self.programs[1::2]

    def harness(self, folder: Path, *options: str) -> HarnessRun:
        """The harness's run of the responses."""
        file = write_rows(folder / "responses.jsonl", self.responses)
        # The baselines run the tests alone; what examples and flags cost is measured apart.
        return harness_run(self.tasks, file, folder, "--no-examples", "--no-flags", *options)

    def flagged(self, folder: Path, label: str, ours: HarnessRun | None) -> list[Line]:
        """The same run with flags, against the one without."""
        if ours is None:
            return []
        theirs = Baseline("without flags", ours.count, ours.wall_s, len(ours.passed()))
        again = self.harness(folder, "--rerun", "--flags")
        return [line(f"{label}, with flags", again, "its run without", theirs, "–")]

    def against(
        self,
        folder: Path,
        options: Options,
        label: str,
        baselines: dict[str, tuple[Run, str]],
        *extra: str,
    ) -> tuple[HarnessRun | None, list[Line]]:
        """Run all; ``baselines`` maps a name to (how to run it, the wanted ratio).

        extra: further options of ``harness run``.
        """
        first, second = self.halves()
        before = {name: run(first) for name, (run, _) in baselines.items()}
        ours = None if options.baselines_only else self.harness(folder, "--rerun", *extra)
        after = {name: run(second) for name, (run, _) in reversed(baselines.items())}
        lines = []
        for name, (_, wanted) in baselines.items():
            lines.append(line(label, ours, name, before[name] + after[name], wanted))
        return ours, lines


def line(
    label: str, ours: HarnessRun | None, name: str, theirs: Baseline, wanted: str
) -> tuple[object, ...]:
    rate = f"{ours.rate:.1f}" if ours else "–"
    ratio = f"{ours.rate / theirs.rate:.2f}" if ours else "–"
    against = f"{name} ({theirs.passed} of {theirs.count} passed)"
    return label, ours.count if ours else "–", rate, against, f"{theirs.rate:.1f}", ratio, wanted


def docker_run(programs: Sequence[str]) -> Baseline:
    """A container a program."""
    command = ["docker", "run", *HARDENED, "--entrypoint=timeout", image("python")]
    command += ["-s", "KILL", str(TIMEOUT_S), "python3", "-I", "-c"]

    def run(program: str) -> bool:
        done = subprocess.run([*command, program], capture_output=True, check=False)
        return done.returncode == 0

    start = time.monotonic()
    with ThreadPoolExecutor(WORKERS) as pool:
        passed = sum(pool.map(run, programs))
    return Baseline("docker run", len(programs), time.monotonic() - start, passed)


def inside(language: str, method: str) -> Run:
    """A method of ``_driver`` in a language's own image."""
    return lambda programs: baseline(image(language), method, programs)


def sample_of(run: Run, size: int) -> Run:
    """``run`` for about ``size`` programs of a contest, evenly spread; its rate stands for all."""
    return lambda programs: run(programs[:: max(1, 2 * len(programs) // size)])
