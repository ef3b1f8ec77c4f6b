"""Shared by the benchmarks: corpus, machine, the harness as a process, baselines in a container."""

from __future__ import annotations

import gzip
import json
import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

HERE = Path(__file__).parent
WORKERS = 2
TIMEOUT_S = 1.0
Row = dict[str, Any]

_CLI = "from harness.cli.main import main; main()"

# What a baseline's container may do: no network, nothing to write but tmpfs, no privileges.
HARDENED = (
    "--rm",
    "--network=none",
    "--read-only",
    "--cap-drop=ALL",
    "--security-opt=no-new-privileges",
    "--user=65534:65534",
    "--pids-limit=1024",
    "--memory=2g",
    "--memory-swap=2g",
    "--tmpfs=/tmp:rw,exec,nosuid,size=128m,mode=1777",
    "--tmpfs=/work:rw,exec,nosuid,size=512m,mode=1777",
)


def corpus() -> Path:
    """The corpus folder, or the end of the benchmark."""
    folder = Path(os.environ.get("HARNESS_CORPUS") or HERE.parent.parent / "shared" / "corpus")
    if not folder.is_dir():
        sys.exit(f"no corpus at {folder}\n  fix: set HARNESS_CORPUS to its folder")
    return folder


def rows(name: str) -> list[Row]:
    """The rows of a corpus file, by its name without suffix (``tasks/mbxp_cpp``)."""
    with gzip.open(corpus() / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def write_rows(file: Path, found: Iterable[Row]) -> Path:
    """Write rows where the harness can read them."""
    with file.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in found)
    return file


def canonicals(
    tasks: Iterable[Row], *, body: str | None = None, form: str = "completion"
) -> list[Row]:
    """Responses made of the canonical solutions, or of one ``body`` for every task."""
    return [
        {
            "task_id": task["task_id"],
            "response_id": task["task_id"],
            "language": task["language"],
            "model": "canonical" if body is None else "empty body",
            "text": task["canonical_solution"] if body is None else body,
            "form": form,
        }
        for task in tasks
        if body is not None or task.get("canonical_solution")
    ]


@dataclass(frozen=True)
class HarnessRun:
    """One `harness run`, from process start to exit. cpu_s and peak_mb are the controller's."""

    count: int
    wall_s: float
    cpu_s: float
    peak_mb: float
    results: dict[str, Row] = field(repr=False)

    @property
    def rate(self) -> float:
        """Responses a second."""
        return self.count / self.wall_s

    def passed(self) -> set[str]:
        """Ids of the responses that passed."""
        return {key for key, row in self.results.items() if row["verdict"] == "passed"}


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for one benchmark's files and its own HARNESS_HOME: never the user's store."""
    with TemporaryDirectory(prefix="bench-") as folder:
        yield Path(folder)


def harness_run(
    tasks: Path | str, responses: Path | str, folder: Path, *options: str, keep: bool = True
) -> HarnessRun:
    """Run the harness on a file of the corpus, by its name, or on a task folder of ours.

    keep: False leaves the results on disk unread.
    """
    out = folder / f"run-{time.monotonic_ns()}"
    form = ["--format", "corpus"] if isinstance(tasks, str) else []
    tasks, responses = (
        corpus() / f"{file}.jsonl.gz" if isinstance(file, str) else file
        for file in (tasks, responses)
    )
    command = [sys.executable, "-c", _CLI, "run", str(tasks), "--responses", str(responses)]
    command += [*form, "--workers", str(WORKERS)]
    # Results on disk, pages aside; both sides are cut at the same limit.
    command += ["--out", str(out), "--json", "--no-report", "--time-limit", str(TIMEOUT_S)]
    command += options
    start = time.monotonic()
    log = (folder / "harness.log").open("w+")
    process = subprocess.Popen(
        command,
        stdout=log,
        stderr=log,
        env={
            **os.environ,
            "HARNESS_HOME": str(folder / "home"),
            "HARNESS_STORE_URL": f"sqlite:///{folder}/home/store.sqlite3",
            "PYTHONPATH": str(HERE.parent),
        },
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    with log:
        if process.returncode != 0:
            log.seek(0)
            sys.exit(f"harness run ended with {process.returncode}:\n{log.read()[-4000:]}")
    with (out / "results.jsonl").open(encoding="utf-8") as lines:
        results = _results(lines) if keep else {str(n): {} for n, _ in enumerate(lines)}
    cpu_s = usage.ru_utime + usage.ru_stime
    return HarnessRun(len(results), wall_s, cpu_s, usage.ru_maxrss / 1024, results)


def _results(lines: Iterable[str]) -> dict[str, Row]:
    found = (json.loads(line) for line in lines)
    return {row["response_id"]: row for row in found}


def image(language: str) -> str:
    """The newest sandbox image of a language."""
    command = ["docker", "image", "ls", f"harness-{language}", "--format", "{{.ID}}"]
    ids = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    if not ids:
        sys.exit(f"no image for {language}\n  fix: harness images build {language}")
    return ids[0]


@dataclass(frozen=True)
class Baseline:
    """How many programs the plain way ran, in how long, and how many ended well."""

    name: str
    count: int
    wall_s: float
    passed: int

    @property
    def rate(self) -> float:
        """Programs a second."""
        return self.count / self.wall_s

    def __add__(self, other: Baseline) -> Baseline:
        return Baseline(
            self.name,
            self.count + other.count,
            self.wall_s + other.wall_s,
            self.passed + other.passed,
        )


def baseline(image_id: str, method: str, programs: Sequence[str]) -> Baseline:
    """Run programs by a method of ``_driver`` inside one hardened container."""
    job = {
        "method": method,
        "workers": WORKERS,
        "timeout_s": TIMEOUT_S,
        "programs": list(programs),
    }
    source = (HERE / "_driver.py").read_text(encoding="utf-8")
    command = ["docker", "run", "-i", *HARDENED, "--entrypoint=python3", image_id]
    done = subprocess.run(
        [*command, "-I", "-c", source],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        sys.exit(f"baseline {method} ended with {done.returncode}:\n{done.stderr[-4000:]}")
    answer = json.loads(done.stdout)
    return Baseline(method, len(programs), answer["wall_s"], sum(answer["passed"]))


def machine() -> str:
    """One line that names this machine, for absolute figures."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        cpu = names[0].partition(":")[2].strip() if names else cpu
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    command = ["docker", "version", "--format", "{{.Server.Version}}"]
    engine = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    return (
        f"{cpu}, {os.cpu_count()} CPUs, {memory_gb:.0f} GB, "
        f"{platform.system()} {platform.release()}, Docker {engine}, "
        f"Python {platform.python_version()}"
    )


def table(headings: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    body = [headings, ["---"] * len(headings), *lines]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in body) + "\n"


def _cell(value: object) -> str:
    # Names of cases and responses are other people's text.
    return " ".join(str(value).split()).replace("<", "&lt;").replace("|", "\\|")


def publish(section: str, text: str, *, update: bool) -> None:
    """Print a section, and with ``update`` put it between its markers in README.md."""
    print(text)
    if not update:
        return
    before, _, after = _section(section)
    start, end = _markers(section)
    text = f"{before}{start}{text.rstrip()}\n{end}{after}"
    (HERE / "README.md").write_text(text, encoding="utf-8")


def publish_table(
    section: str,
    headings: Sequence[str],
    lines: Sequence[Sequence[object]],
    *,
    about: str,
    keys: Sequence[int],
    update: bool,
) -> None:
    """Publish a table under the line ``about``; rows measured earlier on the same machine stay.

    keys: columns that name a row. Parentheses in them hold figures and do not count.
    """
    fresh = table(headings, lines).splitlines()[2:]
    old = _section(section)[1].strip().splitlines()
    kept = old[4:] if old[:1] == [about] and len(old) > 4 else []
    merged = {_name(row, keys): row for row in kept} | {_name(row, keys): row for row in fresh}
    head = table(headings, ()).rstrip()
    publish(section, "\n".join([about, "", head, *merged.values()]) + "\n", update=update)


def _name(row: str, keys: Sequence[int]) -> tuple[str, ...]:
    cells = [cell.strip() for cell in row.strip("| ").split(" | ")]
    return tuple(re.sub(r"\(.*?\)", "", cells[key]).strip() for key in keys)


def _markers(section: str) -> tuple[str, str]:
    return f"<!-- {section} -->\n", f"<!-- /{section} -->"


def _section(section: str) -> tuple[str, str, str]:
    """README.md before a section, the section, and after it."""
    start, end = _markers(section)
    text = (HERE / "README.md").read_text(encoding="utf-8")
    before, _, rest = text.partition(start)
    inside, _, after = rest.partition(end)
    return before, inside, after
