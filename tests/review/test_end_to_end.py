"""From a run in real sandboxes to judgments in the store, with nothing but the real programs.

Responses run, a project is made of them, ``harness review serve`` prints its link, and a trainer
judges twenty items in a browser with the keyboard only: the mouse is never used, no script sets
the focus, and in the middle the tab crashes. Then the store must hold exactly what was entered.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from harness.demo.trainer import Entered
from harness.models import Language
from harness.store import open_store, review_of
from tests.conftest import ROOT
from tests.review.conftest import listen, saved
from tests.review.crowd import Served
from tests.review.keyboard import Trainer, planned, stored_as_entered

pytestmark = [pytest.mark.browser, pytest.mark.engine]

ITEMS = 20
CRASHED = 7
CODET = "codet_codegen16b_humaneval_python.jsonl.gz"
CANAI = "canaicode_javascript.jsonl.gz"
SPIDER = "responses_spider_dev.jsonl.gz"
MBXP = ("mbxp_cpp.jsonl.gz", "mbxp_csharp.jsonl.gz")
FEW = ("--policy", "all", "--max-per-task", "2")
TASKS = (
    "py-merge-intervals", "js-roman-numerals", "cpp-spiral-matrix", "cs-invoice-totals",
    "sql-unread-books", "html-shopping-list",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A home of its own and commands that run in it."""

    folder: Path

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder}/store.sqlite3"

    def harness(self, *arguments: str | Path) -> str:
        environment = {
            **os.environ, "HARNESS_HOME": str(self.folder), "HARNESS_STORE_URL": self.url,
            "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        command = [sys.executable, "-m", "harness", *map(str, arguments)]
        done = subprocess.run(
            command, env=environment, cwd=self.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def run(self, tasks: Path, responses: Path | None = None, only: str = "*") -> Path:
        """Run responses in real sandboxes, those bundled with the tasks if left out."""
        out = self.folder / f"run-{tasks.name}"
        of: list[str | Path] = (
            [] if responses is None else ["--responses", responses, "--format", "corpus"]
        )
        options = ["--no-report", "--workers", "2", "--limit", "24", "--filter", only]
        self.harness("run", tasks, "--out", out, *of, *options)
        return out


def crash(page: Page) -> None:
    """The renderer dies as by a segmentation fault: no handler of the page runs."""
    with page.expect_event("crash"), suppress(Error):
        page.goto("chrome://crash", timeout=2_000)


def judge_all(trainer: Trainer, to_run: str) -> dict[str, Entered]:
    """Twenty items, one of the task ``to_run`` run again; returns what was entered for each."""
    entered = {}
    for number in range(ITEMS):
        plan = entered[trainer.assignment_id] = planned(number)
        if number == CRASHED:
            trainer = crashed_and_back(trainer, plan)
        else:
            trainer.judge(plan)
        trainer.mark_some(plan, number)
        if to_run and to_run in trainer.page.locator(".title").inner_text():
            trainer.run_own_input()
            to_run = ""
        trainer.submit()
        if number < ITEMS - 1:
            trainer.ready()
    assert not to_run, "no item of that task came"
    return entered


def crashed_and_back(trainer: Trainer, plan: Entered) -> Trainer:
    """Judge while the server cannot be reached, crash, and go on in another tab."""
    old = trainer.page
    old.route("**/draft", lambda route: route.abort())
    trainer.judge(plan)
    expect(old.locator("#save")).to_have_text("kept here, not saved")
    url = old.url
    crash(old)
    page = old.context.new_page()
    page.goto(url)
    expect(page.locator("#banner")).to_contain_text("Restored")
    expect(page.locator("#why")).to_have_value(plan.why)
    saved(page)
    return Trainer(page)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(8_000)
    complaints: list[str] = []
    context.on("page", lambda made: listen(made, complaints))
    yield context.new_page()
    context.close()
    assert not complaints


def judged(place: Place, page: Page, to_run: str = "") -> set[Language]:
    """Serve the home's one project, judge twenty items of it and compare; the languages seen."""
    server = Served(place.folder, place.url)
    try:
        link = server.start()
        trainer = Trainer(page)
        trainer.come_in(link)
        entered = judge_all(trainer, to_run)
    finally:
        server.stop()
    with open_store(place.url) as store:
        review = review_of(store)
        for assignment_id, plan in entered.items():
            stored_as_entered(review, assignment_id, plan)
        items = {review.assignment(one).item_id for one in entered}
        assert len(items) == ITEMS, "an item came twice"
        return {review.item(one).language for one in items}


def test_twenty_items_of_all_six_languages(place: Place, page: Page) -> None:
    tasks = place.folder / "tasks"
    for name in TASKS:
        shutil.copytree(ROOT / "tasks" / name, tasks / name)
    out = place.run(tasks)
    said = place.harness(
        "review", "init", "all", "--from-run", out, "--policy", "all", "--max-per-task", "4"
    )
    assert int(re.findall(r"(\d+) items added", said)[0]) >= ITEMS
    assert judged(place, page, to_run="Merge booked time slots") == set(Language)


@pytest.mark.corpus
def test_twenty_items_of_responses_of_real_models(place: Place, page: Page, corpus: Path) -> None:
    """Python, JavaScript and SQL in pairs of models; C++ and C# beside the task's own solution."""
    tasks, answers = corpus / "tasks", corpus / "responses"
    runs = [
        place.run(tasks / "humaneval_python.jsonl.gz", answers / CODET, "humaneval-1[0-1]"),
        place.run(tasks / CANAI, answers / CANAI, "*FactorialMisnamed*"),
        *(place.run(tasks / name, beside(place.folder, corpus, name)) for name in MBXP),
        place.run(
            corpus / "sql" / "tasks_spider_dev.jsonl.gz", corpus / "sql" / SPIDER, "*-000[0-4]"
        ),
    ]
    place.harness("review", "init", "real", "--from-run", runs[0], *FEW)
    for run in runs[1:]:
        place.harness("review", "import", run, "--project", "real", *FEW)
    assert judged(place, page) == set(Language) - {Language.HTML}


def beside(folder: Path, corpus: Path, name: str) -> Path:
    """A file with a model's answer and the canonical one to each of a few tasks."""
    solved = {
        row["task_id"]: row for row in rows(corpus / "tasks" / name) if row["canonical_solution"]
    }
    answers = rows(corpus / "responses" / name.replace("mbxp_", "mbxp_samples_"))
    found = [one for one in answers if one["task_id"] in solved][:4]
    same = (
        one | {
            "response_id": f"canonical-{one['task_id']}", "model": "canonical",
            "text": solved[one["task_id"]]["canonical_solution"],
        }
        for one in found
    )  # fmt: skip
    file = folder / f"beside-{name.removesuffix('.gz')}"
    file.write_text("".join(json.dumps(one) + "\n" for one in (*found, *same)))
    return file


def rows(file: Path) -> list[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
