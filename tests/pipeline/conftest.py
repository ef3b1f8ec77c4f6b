"""Runs of the command itself, in a home of their own, over tasks and responses made here."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import docker
import pytest

from harness.intake.export import write_task_folder
from harness.models import Case, Comparator, Language, Limits, Task, TestKind
from harness.sandbox import engine, orphans
from harness.store import Store, open_store
from tests.conftest import heed_signals

Row = dict[str, Any]
LIMITS = Limits(cpu_s=2.0, wall_s=8.0, memory_mb=128, disk_mb=16)


def adder(task_id: str = "add", language: Language = Language.PYTHON) -> Task:
    """A ``call`` task in Python or JavaScript: the sum of two numbers."""
    return Task(
        task_id=task_id,
        language=language,
        kind=TestKind.CALL,
        prompt="Write add(a, b), which returns the sum.",
        entry_point="add",
        cases=(
            Case(name="small", args=(1, 2), expected=3),
            Case(name="zero", args=(0, 0), expected=0),
        ),
        limits=LIMITS,
    )


def printer(task_id: str = "done") -> Task:
    """A ``stdio`` task in Python: print ``done``."""
    return Task(
        task_id=task_id,
        language=Language.PYTHON,
        kind=TestKind.STDIO,
        prompt="Write a program that prints done.",
        comparator=Comparator(kind="lines"),
        cases=(Case(name="case 1", expected="done"),),
        limits=LIMITS,
    )


def row(response_id: str, task_id: str, text: str, **changes: Any) -> Row:
    """A response whose text is a whole program."""
    return {
        "response_id": response_id, "task_id": task_id, "model": "m", "text": text, "form": "full",
        **changes,
    }  # fmt: skip


COUNT = 40
IDS = [f"r{number}" for number in range(COUNT)]


def slow_batch(bench: Bench, each_s: float = 0.2) -> None:
    """Responses that take a while, every one another program."""
    programs = (f"import time\ntime.sleep({each_s})\nprint('done')  # {one}\n" for one in IDS)
    rows = [row(one, "done", text) for one, text in zip(IDS, programs, strict=True)]
    bench.give([printer()], rows)


class Bench:
    """A folder with tasks, responses and a home, and the command run over them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.tasks = folder / "tasks"
        self.responses = folder / "responses.jsonl"
        self.out = folder / "out"
        self.environment = {**os.environ, "HARNESS_HOME": str(self.home)}
        self.started: list[subprocess.Popen[str]] = []

    def give(self, tasks: Iterable[Task], rows: Iterable[Row | str]) -> None:
        """Write task folders and response rows (a str is written as it is)."""
        for task in tasks:
            write_task_folder(task, self.tasks)
        lines = (one if isinstance(one, str) else json.dumps(one) for one in rows)
        self.responses.write_text("".join(f"{line}\n" for line in lines))

    def command(self, *options: str) -> list[str]:
        """``harness run`` over this folder's files."""
        files = [str(self.tasks), "--responses", str(self.responses), "--out", str(self.out)]
        fixed = ["--workers", "2", "--no-report"]
        return [sys.executable, "-m", "harness", "run", *files, *fixed, *options]

    def run(self, *options: str) -> subprocess.CompletedProcess[str]:
        """Run to the end."""
        return subprocess.run(
            self.command(*options),
            capture_output=True,
            text=True,
            env=self.environment,
            check=False,
        )

    def start(self, *options: str) -> subprocess.Popen[str]:
        """Start a run in a process group of its own."""
        process = subprocess.Popen(
            self.command(*options),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment,
            start_new_session=True,
            # These tests may themselves run where signals are ignored (nohup, a job in the back).
            preexec_fn=heed_signals,  # noqa: PLW1509 - nothing of it takes a lock
        )
        self.started.append(process)
        return process

    def end(self) -> None:
        """End what a failed test left running."""
        for process in self.started:
            process.kill()
            if process.stderr is not None and not process.stderr.closed:
                process.communicate()

    def stop_after(self, count: int, number: signal.Signals) -> tuple[int, str]:
        """Start a run, signal it once so many results are on disk; exit code and stderr."""
        process = self.start()
        self.wait_for(lambda: len(self.stored()) >= count or process.poll() is not None)
        assert process.poll() is None, "the run was over before it could be stopped"
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
        return process.returncode, said

    def wait_for(self, true: Callable[[], object]) -> None:
        """Wait for what another process does."""
        deadline = time.monotonic() + 90
        while not true():
            assert time.monotonic() < deadline, "it never happened"
            time.sleep(0.02)

    def results(self) -> list[Row]:
        """Rows of results.jsonl."""
        lines = (self.out / "results.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]

    def verdicts(self) -> dict[str, str]:
        """Verdicts of results.jsonl by response id, every id once."""
        rows = self.results()
        found = {one["response_id"]: one["verdict"] for one in rows}
        assert len(found) == len(rows)
        return found

    def summary(self) -> Row:
        """summary.json."""
        found: Row = json.loads((self.out / "summary.json").read_text())
        return found

    def store(self) -> Store:
        """The store of this home."""
        return open_store(f"sqlite:///{self.home / 'store.sqlite3'}")

    def stored(self) -> dict[str, Row]:
        """Committed results of the newest run by response id."""
        if not (self.home / "store.sqlite3").exists():
            return {}
        with self.store() as store:
            runs = store.list_runs()
            rows = list(store.results(runs[-1].run_id)) if runs else []
        return {one.response_id: one.model_dump(mode="json") for one in rows}

    def runs(self) -> list[str]:
        """Status of every run in the store."""
        with self.store() as store:
            return [info.status for info in store.list_runs()]

    def containers(self, client: docker.DockerClient | None = None) -> list[str]:
        """Ids of the containers of this home's runs."""
        label = orphans.HOME_LABEL
        mark = orphans.run_labels("any", self.home)[label]
        found = (client or engine.client()).containers.list(
            all=True, ignore_removed=True, filters={"label": f"{label}={mark}"}
        )
        return [str(one.id) for one in found]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A folder to run in; its containers are gone afterwards, whatever a test did."""
    made = Bench(tmp_path)
    yield made
    made.end()
    orphans.collect_orphans(home=made.home)
