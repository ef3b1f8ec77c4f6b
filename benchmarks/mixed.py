"""Mixed: responses of all six languages in one run; memory of all containers, none left behind."""

from __future__ import annotations

import argparse
import itertools
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks._common import (
    WORKERS,
    HarnessRun,
    Row,
    canonicals,
    harness_run,
    machine,
    publish,
    rows,
    scratch,
    table,
    write_rows,
)
from harness.sandbox.engine import client
from harness.settings import load_settings

SIZE = 2000
WANTED_MB = 4096
SAMPLE_S = 0.25
SETS = {
    "python": ("tasks/humaneval_python", "responses/codet_codegen16b_humaneval_python"),
    "javascript": ("tasks/mbxp_javascript", "responses/mbxp_samples_javascript"),
    "cpp": ("tasks/mbxp_cpp", "responses/mbxp_samples_cpp"),
    "csharp": ("tasks/mbxp_csharp", "responses/mbxp_samples_csharp"),
    "sql": ("sql/tasks_spider_dev", "sql/responses_spider_dev"),
    "html": ("tasks/freecodecamp_html", None),
}


def mixed(size: int) -> tuple[list[Row], list[Row]]:
    """Tasks, and ``size`` responses, one of each language in turn; pages are the corpus's own."""
    tasks: list[Row] = []
    answers: list[Iterator[Row]] = []
    for task_file, response_file in SETS.values():
        found = rows(task_file)
        tasks += found
        pages = canonicals(found, form="full") if response_file is None else rows(response_file)
        answers.append(_numbered(pages))
    turns = itertools.chain.from_iterable(zip(*answers, strict=False))
    return tasks, list(itertools.islice(turns, size))


def _numbered(found: list[Row]) -> Iterator[Row]:
    """The rows over and over, each time under new ids."""
    for turn in itertools.count():
        for row in found:
            yield {**row, "response_id": f"{row['response_id']}-{turn}"}


class Watch(threading.Thread):
    """Adds up, several times a second, what the engine counts as memory of our containers."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.engine = client()
        self.stopped = threading.Event()
        self.peak_mb = 0.0
        self.most = 0

    def run(self) -> None:
        """Sample until stopped."""
        while not self.stopped.wait(SAMPLE_S):
            found = self.containers()
            self.most = max(self.most, len(found))
            self.peak_mb = max(self.peak_mb, sum(map(self._memory_mb, found)))

    def containers(self) -> list[str]:
        """Ids of the containers that carry the harness's label, whether they run or not."""
        label = {"label": "harness.run"}
        return [one["Id"] for one in self.engine.api.containers(all=True, filters=label)]

    def _memory_mb(self, container: str) -> float:
        try:
            stats: Any = self.engine.api.stats(container, stream=False, one_shot=True)
        except Exception:  # noqa: BLE001 - it may be gone by now
            return 0.0
        return float(stats.get("memory_stats", {}).get("usage") or 0) / 2**20


def measure(folder: Path, size: int) -> tuple[HarnessRun, Watch, int]:
    """One run of the mix, what its containers used, and how many were there afterwards."""
    tasks, responses = mixed(size)
    bases = rows("sql/databases_spider")
    write_rows(folder / "databases_mixed.jsonl", bases)
    task_file = write_rows(folder / "tasks_mixed.jsonl", tasks)
    response_file = write_rows(folder / "responses.jsonl", responses)
    watch = Watch()
    before = set(watch.containers())
    watch.start()
    run = harness_run(task_file, response_file, folder, "--rerun", "--format", "corpus")
    watch.stopped.set()
    watch.join()
    return run, watch, len(set(watch.containers()) - before)


def main() -> None:
    """Measure and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=SIZE, help="responses")
    parser.add_argument("--update", action="store_true", help="write the table to README.md")
    options = parser.parse_args()
    load_settings()
    with scratch() as folder:
        run, watch, left = measure(folder, options.size)
    faults = sum(row["verdict"] == "harness_error" for row in run.results.values())
    ok = run.count == options.size and watch.peak_mb < WANTED_MB and not left and not faults
    lines = [
        ("responses of six languages", f"{run.count:,}", f"{options.size:,}"),
        ("responses /s", f"{run.rate:.1f}", "–"),
        ("memory of all containers, peak", f"{watch.peak_mb:.0f} MB", f"< {WANTED_MB} MB"),
        ("containers at once, at most", watch.most, "–"),
        ("containers left", left, "0"),
        ("harness errors", faults, "0"),
        ("controller's peak", f"{run.peak_mb:.0f} MB", "–"),
    ]
    about = f"Machine: {machine()}; {WORKERS} workers."
    text = f"{about}\n\n{table(('what', 'found', 'wanted'), lines)}"
    publish("mixed", text, update=options.update)
    sys.exit(not ok)


if __name__ == "__main__":
    main()
