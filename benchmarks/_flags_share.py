"""Which programs are flagged: wrong ones against right ones, ours beside the linters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import fmean

from benchmarks._common import machine, publish, scratch, table
from benchmarks._flags_linters import Linter, found_by, linters, write_programs
from benchmarks._flags_programs import Program, answers, mixed, pages, right_programs
from harness.models import Language, Strength

WANTED_STRONG = 0.03
WANTED_NAMES_WRONG, WANTED_NAMES_RIGHT = 0.08, 0.002
NAME_RULES = frozenset({"unknown-table", "unknown-column"})
MIXED = ("programs", "found by", "tasks", "wrong", "right", "of the wrong", "of the right", "ratio")
RIGHT = ("right programs", "programs", "strong flag", "any flag", "linters", "wanted", "as wanted")
Hit = Callable[[Program], bool]


def run(*, update: bool) -> bool:
    """Publish the three tables; whether all is as wanted."""
    tools = linters()
    found = answers()
    with scratch() as folder:
        lines = [
            line for name, programs in found.items()
            for line in _shares(name, mixed(programs), tools, folder / name.partition(",")[2])
        ]  # fmt: skip
        publish("flags-share", _about(tools) + table(MIXED, lines), update=update)
        clean = [
            _right_line(name, programs, tools, folder / f"right {name.partition(',')[2]}")
            for name, programs in right_programs().items()
        ]
    publish("flags-right", _left_out() + table(RIGHT, clean), update=update)
    names, names_ok = _names(found["SQL, Spider"])
    publish("flags-names", names, update=update)
    return names_ok and all(line[-1] == "yes" for line in clean)


def _about(tools: Iterable[Linter]) -> str:
    checks = "; ".join(f"{tool.name} {tool.about}" for tool in tools)
    return f"Machine: {machine()}. Checks that are on: {checks}.\n\n"


def _left_out() -> str:
    names = ", ".join(f"`{name.removeprefix('mdn-')}`" for name in pages()[1])
    return f"MDN pages left out, broken on purpose: {names}.\n\n"


def _flagged(programs: Iterable[Program]) -> tuple[set[int], set[int]]:
    """``id`` of the programs with a strong flag, and of those with any."""
    strong, found = set(), set()
    for one in programs:
        flags = one.flags()
        if flags:
            found.add(id(one))
        if any(flag.strength is Strength.STRONG for flag in flags):
            strong.add(id(one))
    return strong, found


def _hits(
    programs: Sequence[Program], tools: Iterable[Linter], folder: Path
) -> dict[str, set[int]]:
    """Which programs each finds something in, ours first."""
    strong, found = _flagged(programs)
    hits = {"strong flags": strong, "all flags": found}
    asked = [tool for tool in tools if programs and tool.language is programs[0].language]
    files = write_programs(programs, folder) if asked else {}
    for tool in asked:
        hits[tool.name] = found_by(tool, files, folder)
    if {"ruff", "pylint"} <= hits.keys():
        hits["ruff + pylint"] = hits.pop("ruff") | hits.pop("pylint")
    return hits


def _shares(
    name: str, programs: Sequence[Program], tools: Iterable[Linter], folder: Path
) -> Iterable[tuple[object, ...]]:
    """Shares within a task, averaged over tasks: each counts once, hard or easy."""
    right = sum(one.right for one in programs)
    for who, hit in _hits(programs, tools, folder).items():
        shares = {
            kind: _within_tasks((one for one in programs if one.right is kind), hit)
            for kind in (False, True)
        }
        ratio = f"{shares[False] / shares[True]:.1f}" if shares[True] else "–"
        tasks = len({one.task_id for one in programs})
        yield (
            name, who, tasks, len(programs) - right, right,
            _percent(shares[False]), _percent(shares[True]), ratio,
        )  # fmt: skip


def _within_tasks(programs: Iterable[Program], hit: set[int]) -> float:
    by_task: dict[str, list[bool]] = defaultdict(list)
    for one in programs:
        by_task[one.task_id].append(id(one) in hit)
    return fmean(map(fmean, by_task.values())) if by_task else 0.0


def _right_line(
    name: str, programs: Sequence[Program], tools: Iterable[Linter], folder: Path
) -> tuple[object, ...]:
    hits = _hits(programs, tools, folder)
    total = len(programs)
    strong, found = hits.pop("strong flags"), hits.pop("all flags")
    others = ", ".join(f"{who} {_percent(len(hit) / total)}" for who, hit in hits.items())
    ok = len(strong) <= WANTED_STRONG * total
    return (
        name, total, f"{len(strong)} ({_percent(len(strong) / total)})",
        f"{len(found)} ({_percent(len(found) / total)})", others or "–",
        f"≤ {_percent(WANTED_STRONG)} strong", "yes" if ok else "**no**",
    )  # fmt: skip


def _names(programs: Sequence[Program]) -> tuple[str, bool]:
    """Names that the schema lacks, over all of Spider's responses."""
    assert all(one.language is Language.SQL for one in programs)
    share = {}
    lines = []
    for kind, wanted in ((False, f"≥ {_percent(WANTED_NAMES_WRONG)}"),
                         (True, f"≤ {_percent(WANTED_NAMES_RIGHT)}")):  # fmt: skip
        those = [one for one in programs if one.right is kind]
        hits = sum(any(flag.rule in NAME_RULES for flag in one.flags()) for one in those)
        share[kind] = hits / len(those)
        what = "right" if kind else "wrong"
        lines.append((what, len(those), hits, _percent(share[kind]), wanted))
    ok = share[False] >= WANTED_NAMES_WRONG and share[True] <= WANTED_NAMES_RIGHT
    headings = ("Spider responses", "how many", "name an unknown table or column", "share",
                "wanted")  # fmt: skip
    return table(headings, lines), ok


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
