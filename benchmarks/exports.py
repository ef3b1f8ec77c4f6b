"""Exports of very many judgments: ``python -m benchmarks.exports [SIZE…] [--format F] [--update]``.

A SQLite store with one judgment an item, every response different, is made and exported by the
command in a process of its own. Wanted: 20,000 rows a second and a peak of memory that does not
grow with the number of judgments.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sqlite3
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks._common import _CLI, HERE, machine, publish, scratch, table
from harness.models import Language, Result, RunInfo, Task, TestKind, Trust, Verdict
from harness.models.review import NewItem, NewProject, Role, Source
from harness.rubrics import DEFAULT, find_rubric
from harness.store import open_store, review_of

RUN, PROJECT = "20300101-bench", "bench"
TASKS, RESPONSES = 200, 8
WANTED_RATE = 20_000
ALLOWED = 0.20
CHUNK = 20_000
_CODE = (
    "def add(numbers):\n    total = 0\n    for one in numbers:\n        total += one\n"
    "    return total\n"
)
_WHY = "The first one forgets the empty list, which the prompt names, and so it fails a case."
_TABLES = {
    "item": "id, public_id, project, run, task_hash, task_id, language, size, state, place, "
    "open_slots, expert_slots, submitted, signature, reason, created_at",
    "item_response": "public_id, item, position, result, text",
    "assignment": "id, public_id, project, item, person, state, shown_order, first_shown, seed, "
    "expert_slot, surplus, claimed_at, lock_expires_at, changed_at, submitted_at, reason, "
    "revision, wall_s, active_s, paused_s",
    "judgment": "public_id, assignment, revision, kind, submission_key, preference, answer, "
    "rubric_digest, guidelines_version, flags_seen, wall_s, active_s, paused_s, created_at",
}


class Measured(NamedTuple):
    """One export: rows written, from process start to exit; the peak is the process' own."""

    rows: int
    wall_s: float
    cpu_s: float
    peak_mb: float


def make_store(home: Path, judgments: int) -> None:
    """A store under ``home`` with so many items, each with one judgment."""
    home.mkdir(parents=True)
    file = home / "store.sqlite3"
    with open_store(f"sqlite:///{file}") as store:
        store.create_run(RunInfo(run_id=RUN, started_at="2030-01-01T00:00:00Z"))
        store.add_tasks(RUN, [_task(number) for number in range(TASKS)])
        results = [_result(task, one) for task in range(TASKS) for one in range(RESPONSES)]
        store.add_results(RUN, list(enumerate(results)))
        review = review_of(store)
        rubric = find_rubric(DEFAULT, home)
        review.create_project(
            NewProject(
                slug=PROJECT, title="Bench", rubric_ref=str(rubric.ref),
                rubric_digest=rubric.digest,
                rubric=rubric.model_dump(mode="json", exclude_defaults=True),
            )
        )  # fmt: skip
        review.add_items(PROJECT, [_first_item()])
        for number in range(20):
            review.add_person(f"Person {number}", f"p{number}@example.org", Role.TRAINER)
        digest = rubric.digest
    _fill(file, judgments, digest)


def _task(number: int) -> Task:
    return Task(
        task_id=f"task-{number}", language=Language.PYTHON, kind=TestKind.CALL,
        prompt=f"Add the numbers of a list, {number} to begin with. " * 5, licence="MIT",
    )  # fmt: skip


def _result(task: int, number: int) -> Result:
    return Result(
        response_id=f"task-{task}#{number}", task_id=f"task-{task}", language=Language.PYTHON,
        model=f"model-{number}", trust=Trust.ISOLATED, code=_CODE * 3,
        verdict=Verdict.FAILED if number % 2 else Verdict.PASSED,
    )  # fmt: skip


def _first_item() -> NewItem:
    sources = (Source(run_id=RUN, response_id=f"task-0#{number}") for number in range(2))
    return NewItem(task_id="task-0", responses=tuple(sources))


def _fill(file: Path, judgments: int, digest: str) -> None:
    """Rows straight into the tables: the store's own way syncs each judgment to the disk."""
    connection = sqlite3.connect(file)
    run = connection.execute("SELECT id FROM run").fetchone()[0]
    hashes = dict(connection.execute("SELECT task_id, content_hash FROM task"))
    results = dict(connection.execute("SELECT response_id, id FROM result"))
    rng = random.Random(0)
    for first in range(2, judgments + 2, CHUNK):
        found: dict[str, list[tuple[object, ...]]] = {name: [] for name in _TABLES}
        for key in range(first, min(first + CHUNK, judgments + 2)):
            for name, row in _rows(key, run, hashes, results, digest, rng):
                found[name].append(row)
        for name, columns in _TABLES.items():
            marks = ", ".join("?" * (columns.count(",") + 1))
            connection.executemany(f"INSERT INTO {name} ({columns}) VALUES ({marks})", found[name])
        connection.commit()
    connection.close()


def _rows(
    key: int, run: int, hashes: dict[str, str], results: dict[str, int], digest: str,
    rng: random.Random,
) -> Iterator[tuple[str, tuple[object, ...]]]:  # fmt: skip
    task = f"task-{rng.randrange(TASKS)}"
    at = 1_900_000_000.0 + key
    yield "item", (
        key, f"i_{key}", 1, run, hashes[task], task, "python", 2, "submitted", key, 0, 0, 1,
        key.to_bytes(16, "big"), "mixed verdicts", at,
    )  # fmt: skip
    for position, number in enumerate(rng.sample(range(RESPONSES), 2), 1):
        text = f"Here is response {key}-{position}:\n\n```python\n{_CODE}```\n"
        packed = zlib.compress(text.encode())
        yield (
            "item_response",
            (f"r_{key}_{position}", key, position, results[f"{task}#{number}"], packed),
        )
    order = rng.choice(((1, 2), (2, 1)))
    yield "assignment", (
        key, f"a_{key}", 1, key, 1 + key % 20, "submitted", json.dumps(order), order[0], 0, False,
        False, at, at, at, at, "", 1, 60.0, 50.0, 0.0,
    )  # fmt: skip
    preference = rng.choice((-3, -2, -1, 1, 2, 3))
    answer = {
        "ratings": {"1": {"correctness": 1}, "2": {"correctness": 3}},
        "acceptable": {"1": preference < 0, "2": preference > 0}, "preference": preference,
        "tie": False, "both_bad": False, "ranking": [], "reasons": ["edge-case"],
        "justification": _WHY, "marks": [], "flags": [],
    }  # fmt: skip
    yield "judgment", (
        f"j_{key}", key, 1, "submitted", f"k{key}", preference, json.dumps(answer), digest, 1,
        False, 60.0, 50.0, 0.0, at,
    )  # fmt: skip


def measure(home: Path, out: Path, *options: str) -> Measured:
    """Export by the command."""
    command = [sys.executable, "-c", _CLI, "export", PROJECT, "--out", str(out), "--json", *options]
    environment = {
        **os.environ, "HARNESS_HOME": str(home), "PYTHONPATH": str(HERE.parent),
        "HARNESS_STORE_URL": f"sqlite:///{home}/store.sqlite3",
    }  # fmt: skip
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)
    assert process.stdout
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"harness export ended with {process.returncode}")
    rows = json.loads(said)["counts"]["rows"]["default"]["out"]
    cpu_s = usage.ru_utime + usage.ru_stime
    return Measured(rows, wall_s, cpu_s, usage.ru_maxrss / 1024)


def main() -> None:
    """Measure the sizes asked for; the first is what memory is compared with."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.exports", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[50_000, 1_000_000])
    parser.add_argument("--format", action="append", default=None, help="trl-dpo-chat and raw")
    parser.add_argument("--make", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--update", action="store_true", help="write the table to README.md")
    asked = parser.parse_args()
    if asked.make:
        make_store(asked.make, asked.sizes[0])
        return
    lines, peaks, good = [], {}, True
    for size in asked.sizes:
        with scratch() as folder:
            # In a process of its own: a child's peak begins with its parent's size.
            command = [sys.executable, "-m", "benchmarks.exports", str(size)]
            subprocess.run([*command, "--make", str(folder / "home")], cwd=HERE.parent, check=True)
            for name in asked.format or ["trl-dpo-chat", "raw"]:
                found = measure(folder / "home", folder / name, "--format", name)
                ratio = found.peak_mb / peaks.setdefault(name, found.peak_mb)
                rate = found.rows / found.cpu_s
                good &= ratio <= 1 + ALLOWED and found.rows == size
                lines.append(
                    (name, f"{found.rows:,}", f"{rate:,.0f}", f"{found.rows / found.wall_s:,.0f}",
                     f"{found.peak_mb:.0f} MB", f"{ratio:.2f}")
                )  # fmt: skip
    headings = ("format", "rows", "rows /s of CPU time", "rows /s", "peak", "against the first")
    publish("exports", f"Machine: {machine()}.\n\n{table(headings, lines)}", update=asked.update)
    sys.exit(not good)


if __name__ == "__main__":
    main()
