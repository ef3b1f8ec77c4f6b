"""Speed as ratios: the harness against the plain ways to run the same programs, in one run.

Each baseline runs one half of its programs before the harness and the other half after, so a
machine that slows down or speeds up meanwhile touches both alike.
"""

from __future__ import annotations

import argparse
import json
import re
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
    canonicals,
    harness_run,
    image,
    machine,
    publish,
    rows,
    scratch,
    table,
    write_rows,
)

HEADINGS = ("what", "responses", "harness /s", "against", "baseline /s", "ratio", "wanted")
DOCKER_RUN_SAMPLE = 40
_FENCE = re.compile(r"```\w*\n(.*?)```", re.DOTALL)

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
        self, tasks: str, responses: list[Row], program: Callable[[Row, Row], str]
    ) -> None:
        self.tasks = tasks
        by_id = {task["task_id"]: task for task in rows(tasks)}
        self.responses = responses
        self.programs = [program(by_id[row["task_id"]], row) for row in responses]

    def halves(self) -> tuple[list[str], list[str]]:
        """Programs of every second response, so that both halves are alike."""
        return self.programs[::2], self.programs[1::2]

    def harness(self, folder: Path, *options: str) -> HarnessRun:
        """The harness's run of the responses."""
        file = write_rows(folder / "responses.jsonl", self.responses)
        return harness_run(self.tasks, file, folder, *options)

    def against(
        self, folder: Path, options: Options, label: str, baselines: dict[str, tuple[Run, str]]
    ) -> tuple[HarnessRun | None, list[Line]]:
        """Run all; ``baselines`` maps a name to (how to run it, the wanted ratio)."""
        first, second = self.halves()
        before = {name: run(first) for name, (run, _) in baselines.items()}
        ours = None if options.baselines_only else self.harness(folder, "--rerun")
        after = {name: run(second) for name, (run, _) in reversed(baselines.items())}
        lines = []
        for name, (_, wanted) in baselines.items():
            lines.append(_line(label, ours, name, before[name] + after[name], wanted))
        return ours, lines


def _line(
    label: str, ours: HarnessRun | None, name: str, theirs: Baseline, wanted: str
) -> tuple[object, ...]:
    rate = f"{ours.rate:.1f}" if ours else "–"
    ratio = f"{ours.rate / theirs.rate:.2f}" if ours else "–"
    against = f"{name} ({theirs.passed} of {theirs.count} passed)"
    return label, ours.count if ours else "–", rate, against, f"{theirs.rate:.1f}", ratio, wanted


def docker_run(programs: Sequence[str]) -> Baseline:
    """A container a program, for a sample of the programs."""
    sample = programs[:: max(1, 2 * len(programs) // DOCKER_RUN_SAMPLE)]
    command = ["docker", "run", *HARDENED, "--entrypoint=timeout", image("python")]
    command += ["-s", "KILL", str(TIMEOUT_S), "python3", "-I", "-c"]

    def run(program: str) -> bool:
        done = subprocess.run([*command, program], capture_output=True, check=False)
        return done.returncode == 0

    start = time.monotonic()
    with ThreadPoolExecutor(WORKERS) as pool:
        passed = sum(pool.map(run, sample))
    return Baseline("docker run", len(sample), time.monotonic() - start, passed)


def _in(language: str, method: str) -> Run:
    return lambda programs: baseline(language, method, programs)


def python_speed(folder: Path, options: Options) -> list[Line]:
    """CodeT's completions with their own prompts."""

    def program(task: Row, row: Row) -> str:
        prompt = row.get("prompt_used") or task["prompt"]
        return f"{prompt}{row['text']}\n{task['tests']}\ncheck({task['entry_point']})\n"

    found = rows("responses/codet_codegen16b_humaneval_python")[: options.limit]
    contest = Contest("tasks/humaneval_python", found, program)
    ours, lines = contest.against(
        folder,
        options,
        "Python, CodeT",
        {
            "bare `python3 -I`": (_in("python", "python"), "≥ 2"),
            f"`docker run` (sample of {DOCKER_RUN_SAMPLE})": (docker_run, "≥ 20"),
            "unsandboxed checker, process and manager": (_in("python", "checker"), "≥ 1"),
            "unsandboxed checker, process and pipe": (_in("python", "lean_checker"), "–"),
        },
    )
    if ours:
        cpu_ms = 1000 * ours.cpu_s / ours.count
        lines.append(
            ("Python, CodeT", ours.count, "–", "controller CPU", f"{cpu_ms:.1f} ms", "–", "≤ 3 ms")
        )
    return lines


def javascript_speed(folder: Path, options: Options) -> list[Line]:
    """MBXP samples (judged unit tests) and can-ai-code answers (calls)."""

    def unit(task: Row, row: Row) -> str:
        return str(task["prompt"] + row["text"] + task["tests"])

    def call(task: Row, row: Row) -> str:
        fence = _FENCE.search(row["text"])
        checks = [str(check["assert"]) for check in json.loads(task["tests"]).values()]
        calls = [check.removeprefix("f.call") for check in checks if check.startswith("f.call(")]
        printed = [f"console.log(JSON.stringify({task['entry_point']}{call}))" for call in calls]
        return "\n".join([fence[1] if fence else row["text"], *printed])

    samples = rows("responses/mbxp_samples_javascript")[: options.limit]
    one, two = _in("javascript", "node"), _in("javascript", "node_twice")
    _, units = Contest("tasks/mbxp_javascript", samples, unit).against(
        folder,
        options,
        "JavaScript, MBXP samples (unit)",
        {"one bare node": (one, "–"), "two bare nodes": (two, "≥ 0.9")},
    )
    answers = rows("responses/canaicode_javascript")[: options.limit]
    _, calls = Contest("tasks/canaicode_javascript", answers, call).against(
        folder, options, "JavaScript, can-ai-code (call)", {"one bare node": (one, "≥ 0.9")}
    )
    return [*units, *calls]


def cpp_speed(folder: Path, options: Options) -> list[Line]:
    """MBXP samples, HumanEval-X canonicals, and MBXP again from the cache."""

    def program(task: Row, row: Row) -> str:
        return str(task["prompt"] + row["text"] + task["tests"])

    bare = _in("cpp", "cpp")
    mbxp = Contest("tasks/mbxp_cpp", rows("responses/mbxp_samples_cpp")[: options.limit], program)
    first, lines = mbxp.against(folder, options, "C++, MBXP samples", {"bare g++": (bare, "≥ 2.5")})
    humaneval = Contest(
        "tasks/humanevalx_cpp", canonicals(rows("tasks/humanevalx_cpp"))[: options.limit], program
    )
    _, more = humaneval.against(
        folder, options, "C++, HumanEval-X canonicals", {"bare g++": (bare, "≥ 1")}
    )
    if first:
        again = mbxp.harness(folder)
        ran = Baseline("first run", first.count, first.wall_s, len(first.passed()))
        more.append(_line("C++, MBXP samples, cached", again, "its first run", ran, "≥ 20"))
    return [*lines, *more]


PARTS = {"python": python_speed, "javascript": javascript_speed, "cpp": cpp_speed}


def main() -> None:
    """Measure the parts asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=list(PARTS), help=", ".join(PARTS))
    parser.add_argument("--limit", type=int, default=10**9, help="responses of each set")
    parser.add_argument("--baselines-only", action="store_true", help="leave the harness out")
    parser.add_argument("--update", action="store_true", help="write the table to README.md")
    arguments = parser.parse_args()
    options = Options(arguments.limit, arguments.baselines_only)
    lines: list[Line] = []
    for part in arguments.parts:
        with scratch() as folder:
            lines += PARTS[part](folder, options)
    text = f"Machine: {machine()}; {WORKERS} workers.\n\n{table(HEADINGS, lines)}"
    publish("speed", text, update=arguments.update)


if __name__ == "__main__":
    main()
