"""The prompts' own examples: how many have some, whom they flag, what running them costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks._common import (
    Row,
    canonicals,
    corpus,
    harness_run,
    machine,
    publish_table,
    rows,
    scratch,
    write_rows,
)
from harness.flags.examples import examples_of
from harness.intake import load_tasks

RULE = "example-failed"
CANONICALS = ("humaneval_python", "humanevalx_javascript", "humanevalx_cpp")
RESPONSES = (
    ("Python, CodeT", "humaneval_python", "codet_codegen16b_humaneval_python", "≥ 60 %"),
    ("JavaScript, MBXP samples", "mbxp_javascript", "mbxp_samples_javascript", "–"),
    ("C++, MBXP samples", "mbxp_cpp", "mbxp_samples_cpp", "–"),
    ("C#, MBXP samples", "mbxp_csharp", "mbxp_samples_csharp", "–"),
)
PROMPTS = (*CANONICALS, "mbxp_javascript", "mbxp_cpp", "mbxp_csharp")
COSTS = (
    ("Python, CodeT", "humaneval_python", "codet_codegen16b_humaneval_python", 200),
    ("C++, MBXP samples", "mbxp_cpp", "mbxp_samples_cpp", 60),
)
ROUNDS = 3
WANTED_WRONG = 0.6
WANTED_COST = 1.25

FOUND = ("prompts", "tasks", "with an example", "examples")
ALARMS = ("right programs", "programs", "flagged", "wanted", "examples the solution contradicts")
HITS = ("responses", "wrong that parse", "of them flagged", "wanted", "passed", "of them flagged ")
COST = ("responses", "without examples /s", "with them /s", "time, with to without", "wanted")


def run(*, update: bool) -> bool:
    """Publish the four tables, a row when it is measured; whether all is as wanted."""
    for name in PROMPTS:
        _publish("flags-prompts", FOUND, [_prompts(name)], update=update)
    good = True
    with scratch() as folder:
        for name in CANONICALS:
            right = _canonicals(name, folder)
            good = good and not right.flagged
            row = (name, right.count, right.flagged, 0, right.defects)
            _publish("flags-alarms", ALARMS, [row], update=update)
        for what, tasks, name, wanted in RESPONSES:
            found = _responses(tasks, name, folder)
            good = good and (wanted == "–" or found.share >= WANTED_WRONG)
            _publish("flags-hits", HITS, [(what, *found.cells(wanted))], update=update)
    for what, tasks, name, count in COSTS:
        line, ratio = _cost(what, tasks, name, count)
        good = good and ratio <= WANTED_COST
        _publish("flags-cost", COST, [line], update=update)
    return good


def _publish(
    section: str, headings: tuple[str, ...], lines: list[tuple[object, ...]], *, update: bool
) -> None:
    about = f"Machine: {machine()}."
    publish_table(section, headings, lines, about=about, keys=(0,), update=update)


def _prompts(name: str) -> tuple[object, ...]:
    tasks = load_tasks(corpus() / "tasks" / f"{name}.jsonl.gz").tasks.values()
    found = [len(examples_of(task).examples) for task in tasks]
    return name, len(found), sum(map(bool, found)), sum(found)


@dataclass
class _Right:
    """Solutions that pass their tests, those with the flag, and the examples they contradict."""

    count: int
    flagged: int
    defects: str


def _canonicals(name: str, folder: Path) -> _Right:
    file = write_rows(folder / "canonicals.jsonl", canonicals(rows(f"tasks/{name}")))
    ran = harness_run(f"tasks/{name}", file, folder).results.values()
    found = [row for row in ran if row["verdict"] == "passed"]
    flagged = sum(_has_flag(row) for row in found)
    defects = sorted(
        {f"{row['task_id']} {one['input']}" for row in found for one in row["prompt_defects"]},
        key=lambda text: int(text.split()[0].rpartition("-")[2]),
    )
    return _Right(len(found), flagged, f"{len(defects)}: {'; '.join(defects)}" if defects else "0")


@dataclass
class _Hits:
    """Responses with verdicts; wrong ones count where they parse."""

    wrong: list[Row] = field(default_factory=list)
    right: list[Row] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Share of the wrong ones with the flag."""
        return sum(map(_has_flag, self.wrong)) / max(1, len(self.wrong))

    def cells(self, wanted: str) -> tuple[object, ...]:
        """Cells of the table's row."""
        hit, odd = (sum(map(_has_flag, some)) for some in (self.wrong, self.right))
        return (len(self.wrong), f"{hit} ({self.share:.1%})", wanted, len(self.right), odd)


def _responses(tasks: str, name: str, folder: Path) -> _Hits:
    found = harness_run(f"tasks/{tasks}", f"responses/{name}", folder).results.values()
    hits = _Hits()
    for row in found:
        if row["verdict"] == "passed":
            hits.right.append(row)
        elif row["verdict"] not in ("build_failed", "rejected", "harness_error"):
            hits.wrong.append(row)
    return hits


def _has_flag(row: Row) -> bool:
    return any(flag["rule"] == RULE for flag in row["flags"])


def _cost(what: str, tasks: str, name: str, count: int) -> tuple[tuple[object, ...], float]:
    """The same responses with and without examples by turns: a machine's mood touches both."""
    some = rows(f"responses/{name}")[:count]
    times: dict[str, list[float]] = {"--examples": [], "--no-examples": []}
    with scratch() as folder:
        file = write_rows(folder / "responses.jsonl", some)
        for option in _turns():
            ran = harness_run(f"tasks/{tasks}", file, folder, "--rerun", option, keep=False)
            times[option].append(ran.wall_s)
    with_them, without = median(times["--examples"]), median(times["--no-examples"])
    ratios = [a / b for a, b in zip(times["--examples"], times["--no-examples"], strict=True)]
    ratio = median(ratios)
    rates = (f"{len(some) / seconds:.1f}" for seconds in (without, with_them))
    shown = f"{ratio:.2f} ({min(ratios):.2f}–{max(ratios):.2f})"
    return (f"{what} ({len(some)})", *rates, shown, f"≤ {WANTED_COST}"), ratio


def _turns() -> Iterable[str]:
    pairs = (("--examples", "--no-examples"), ("--no-examples", "--examples"))
    return [option for turn in range(ROUNDS) for option in pairs[turn % 2]]
