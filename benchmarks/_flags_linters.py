"""The linters that the flags are compared with, run over files; installed by a script of ours."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks._common import HERE
from benchmarks._flags_programs import Program
from harness.models import Language

HOME = HERE.parent / ".bench" / "linters"
SUFFIX = {
    Language.PYTHON: ".py", Language.JAVASCRIPT: ".js", Language.CPP: ".cpp",
    Language.CSHARP: ".cs", Language.SQL: ".sql", Language.HTML: ".html",
}  # fmt: skip
RUFF_RULES = "E9,F,B,PLE,PLW,PLR0124,PLR0133,PLR1714"
Findings = Iterator[tuple[str, int]]


def environment() -> dict[str, str]:
    """As installed programs run: with compiled modules kept, and no one else's path."""
    return {key: value for key, value in os.environ.items()
            if key not in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH")}  # fmt: skip


@dataclass(frozen=True)
class Linter:
    """command: what comes before the files; read: (file, line) of what it prints.

    about: which of its checks are on. resident_s: processor seconds of the process that it leaves
    behind, if it is one that does.
    """

    name: str
    language: Language
    about: str
    command: tuple[str, ...]
    read: Callable[[str], Findings]
    resident_s: Callable[[], float] | None = None

    def run(self, files: Sequence[Path], folder: Path) -> str:
        """Run it once over files; what it printed. ``folder`` is where it starts."""
        names = [file.name for file in files]
        done = subprocess.run(
            [*self.command, *names],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            env=environment(),
        )
        if done.returncode < 0:
            sys.exit(f"{self.name} ended with {done.returncode}:\n{done.stderr[-2000:]}")
        return done.stderr if self.name == "cppcheck" else done.stdout


def _ruff(printed: str) -> Findings:
    for one in json.loads(printed):
        yield one["filename"], one["location"]["row"]


def _pylint(printed: str) -> Findings:
    for one in json.loads(printed):
        yield one["path"], one["line"]


def _eslint(printed: str) -> Findings:
    for file in json.loads(printed):
        for one in file["messages"]:
            yield file["filePath"], one.get("line") or 1


def _cppcheck(printed: str) -> Findings:
    for line in printed.splitlines():
        name, _, rest = line.partition("\t")
        number = rest.partition("\t")[0]
        if number.isdigit():
            yield name, int(number)


def tree_cpu_s(pid: int) -> float:
    """Processor seconds of a process and of those it started, as long as they live."""
    parents = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has ended
            parents[int(file.parent.name)] = int(file.read_text().rpartition(")")[2].split()[1])
    tree = {pid}
    while more := {one for one, parent in parents.items() if parent in tree} - tree:
        tree |= more
    spent = 0.0
    for one in tree:
        with contextlib.suppress(OSError):
            spent += int(Path(f"/proc/{one}/schedstat").read_text().split()[0]) / 1e9
    return spent


def linters() -> tuple[Linter, ...]:
    """All of them, installed if they are not."""
    subprocess.run([HERE.parent / "scripts" / "ensure-linters.sh"], check=True)
    tools = HOME / "venv" / "bin"
    return (
        Linter(
            "ruff", Language.PYTHON, RUFF_RULES,
            (f"{tools}/ruff", "check", "--isolated", "--no-cache", "--output-format=json",
             f"--select={RUFF_RULES}"),
            _ruff,
        ),
        Linter(
            "pylint", Language.PYTHON, "E, W",
            (f"{tools}/pylint", "--rcfile=/dev/null", "--persistent=n", "--jobs=1",
             "--output-format=json", "--disable=all", "--enable=E,W"),
            _pylint,
        ),
        Linter(
            "ESLint", Language.JAVASCRIPT, "recommended",
            ("node", f"{HOME}/node_modules/eslint/bin/eslint.js", "--format=json",
             f"--config={HOME}/eslint.config.mjs"),
            _eslint,
        ),
        Linter(
            "cppcheck", Language.CPP, "error, warning, style",
            ("cppcheck", "--quiet", "--language=c++", "--std=c++17", "--enable=warning,style",
             "--template={file}\t{line}\t{id}", "--template-location="),
            _cppcheck,
        ),
    )  # fmt: skip


@contextlib.contextmanager
def eslint_d() -> Iterator[Linter]:
    """ESLint that stays resident, until the end of the block."""
    program = ("node", f"{HOME}/node_modules/eslint_d/bin/eslint_d.js")

    def cpu_s() -> float:
        said = subprocess.run([*program, "status"], capture_output=True, text=True, check=True)
        found = re.search(r"Running \((\d+)\)", said.stdout)
        return tree_cpu_s(int(found[1])) if found else 0

    command = (*program, "--format=json", f"--config={HOME}/eslint.config.mjs")
    try:
        yield Linter("eslint_d", Language.JAVASCRIPT, "recommended", command, _eslint, cpu_s)
    finally:
        subprocess.run([*program, "stop"], capture_output=True, check=False)


def write_programs(programs: Iterable[Program], folder: Path) -> dict[Path, Program]:
    """Each program as a file that a linter can be given."""
    folder.mkdir(parents=True, exist_ok=True)
    found = {}
    for number, one in enumerate(programs):
        file = folder / f"p{number:05}{SUFFIX[one.language]}"
        file.write_text(one.source, encoding="utf-8", errors="replace")
        found[file] = one
    return found


def found_by(linter: Linter, files: Mapping[Path, Program], folder: Path) -> set[int]:
    """``id`` of the programs it finds something in, at or below the response's first line."""
    by_name = {file.name: one for file, one in files.items()}
    lines: dict[str, list[int]] = defaultdict(list)
    for name, line in linter.read(linter.run(list(files), folder)):
        lines[Path(name).name].append(line)
    return {
        id(one)
        for name, one in by_name.items()
        if any(line >= one.first_line for line in lines[name])
    }
