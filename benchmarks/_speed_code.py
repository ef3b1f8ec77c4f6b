"""Speed of the languages that are compiled or interpreted: Python, JavaScript, C++, C#."""

from __future__ import annotations

import json
import re
from pathlib import Path

from benchmarks._common import Baseline, Row, canonicals, rows
from benchmarks._contest import Contest, Line, Options, docker_run, inside, line, sample_of

DOCKER_RUN_SAMPLE = 100
COLD_SAMPLE = 60
_FENCE = re.compile(r"```\w*\n(.*?)```", re.DOTALL)


def codet_program(task: Row, row: Row) -> str:
    """A completion as a whole program."""
    prompt = row.get("prompt_used") or task["prompt"]
    return f"{prompt}{row['text']}\n{task['tests']}\ncheck({task['entry_point']})\n"


def python_speed(folder: Path, options: Options) -> list[Line]:
    """CodeT's completions with their own prompts."""
    found = rows("responses/codet_codegen16b_humaneval_python")[: options.limit]
    contest = Contest("tasks/humaneval_python", found, codet_program)
    ours, lines = contest.against(
        folder,
        options,
        "Python, CodeT",
        {
            "bare `python3 -I`": (inside("python", "python"), "≥ 2"),
            f"`docker run` (sample of {DOCKER_RUN_SAMPLE})": (
                sample_of(docker_run, DOCKER_RUN_SAMPLE),
                "≥ 20",
            ),
            "unsandboxed checker, process and manager": (inside("python", "checker"), "≥ 1"),
            "unsandboxed checker, process and pipe": (inside("python", "lean_checker"), "–"),
        },
    )
    if ours:
        cpu_ms = 1000 * ours.cpu_s / ours.count
        lines.append(
            ("Python, CodeT", ours.count, "–", "controller CPU", f"{cpu_ms:.1f} ms", "–", "≤ 3 ms")
        )
    return lines + contest.flagged(folder, "Python, CodeT", ours)


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
    one, two = inside("javascript", "node"), inside("javascript", "node_twice")
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

    bare = inside("cpp", "cpp")
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
        more.append(line("C++, MBXP samples, cached", again, "its first run", ran, "≥ 20"))
    return [*lines, *more]


def csharp_speed(folder: Path, options: Options) -> list[Line]:
    """MBXP samples against a cold compiler and a cold run a program."""

    def program(task: Row, row: Row) -> str:
        return str(task["prompt"] + row["text"] + task["tests"])

    samples = rows("responses/mbxp_samples_csharp")[: options.limit]
    cold = sample_of(inside("csharp", "csharp"), COLD_SAMPLE)
    name = f"a cold compiler and run (sample of {COLD_SAMPLE})"
    _, lines = Contest("tasks/mbxp_csharp", samples, program).against(
        folder, options, "C#, MBXP samples", {name: (cold, "≥ 8")}
    )
    return lines


def fresh_speed(folder: Path, options: Options) -> list[Line]:
    """A container of its own for every response, both sides."""
    found = rows("responses/codet_codegen16b_humaneval_python")[: options.limit : 2]
    contest = Contest("tasks/humaneval_python", found, codet_program)
    _, lines = contest.against(
        folder,
        options,
        "Python, CodeT, `--isolation fresh`",
        {"`docker run` (sample of 200)": (sample_of(docker_run, 200), "≥ 1.5")},
        "--isolation",
        "fresh",
    )
    return lines
