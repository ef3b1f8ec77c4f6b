"""Speed of databases and pages: SQLite, PostgreSQL, HTML."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import playwright

from benchmarks._common import (
    HARDENED,
    HERE,
    WORKERS,
    Baseline,
    Row,
    baseline,
    canonicals,
    image,
    rows,
    write_rows,
)
from benchmarks._contest import Contest, Line, Options, Run, sample_of
from benchmarks._database import database_image
from harness.intake import load_tasks
from harness.intake.export import write_task_folder
from harness.models import (
    Code,
    Dialect,
    Form,
    Language,
    Limits,
    SqlSpec,
    Task,
    TestKind,
    Trust,
)
from harness.runners import Job, runners

CLUSTER_SAMPLE = 24
PAGE_SAMPLE = 200
POSTGRES_RESPONSES = 400
SCHEMA = "CREATE TABLE invoice (id int PRIMARY KEY, customer text, cents int);"
SEED = """
INSERT INTO invoice SELECT n, 'customer ' || n % 17, n * 37 % 1000
FROM generate_series(1, 200) AS n;
"""


def sqlite_speed(folder: Path, options: Options) -> list[Line]:
    """Spider's responses against a sqlite3 a response that loads the database."""
    bases = {row["task_id"]: row for row in rows("sql/databases_spider")}

    def program(task: Row, row: Row) -> str:
        base = bases[json.loads(task["tests"])["db_id"]]
        return f"{base['schema_sql']}\n{base['data_sql']}\n{row['text']};\n"

    found = rows("sql/responses_spider_dev")[: options.limit]
    bare = {"a bare sqlite3": (_in_database("sqlite"), "≥ 0.8")}
    contest = Contest("sql/tasks_spider_dev", found, program)
    ours, lines = contest.against(folder, options, "SQLite, Spider responses", bare)
    return lines + contest.flagged(folder, "SQLite, Spider responses", ours)


def postgres_speed(folder: Path, options: Options) -> list[Line]:
    """Queries over one schema against a fresh cluster a query."""
    task = Task(
        task_id="invoices",
        language=Language.SQL,
        kind=TestKind.SQL,
        prompt="Sum by customer.",
        reference=_by_customer(0),
        sql=SqlSpec(
            dialect=Dialect.POSTGRESQL, schema_sql=SCHEMA, seed_sql=SEED, golds=(_by_customer(0),)
        ),
    )
    tasks = folder / "tasks"
    tasks.mkdir()
    write_task_folder(task, tasks)
    number = min(POSTGRES_RESPONSES, options.limit)
    texts = [_by_customer(n % 3) for n in range(number)]
    found = [
        {"task_id": "invoices", "response_id": f"{n}", "model": "queries", "text": text}
        for n, text in enumerate(texts)
    ]
    contest = Contest(tasks, found, lambda _, row: f"{SCHEMA}\n{SEED}\n{row['text']};\n")
    name = f"a fresh cluster (sample of {CLUSTER_SAMPLE})"
    cluster = sample_of(_in_database("postgres"), CLUSTER_SAMPLE)
    label = "PostgreSQL, one schema"
    return contest.against(folder, options, label, {name: (cluster, "≥ 5")})[1]


def _by_customer(least: int) -> str:
    """A query; with another bound than 0 it leaves invoices out."""
    return f"SELECT customer, sum(cents) FROM invoice WHERE id > {least} GROUP BY 1 ORDER BY 1"


def _in_database(method: str) -> Run:
    return lambda programs: baseline(database_image(), method, programs)


def html_speed(folder: Path, options: Options) -> list[Line]:
    """Solutions and starting pages of freeCodeCamp against a browser launch a page."""
    tasks = rows("tasks/freecodecamp_html")
    starts = [{**task, "canonical_solution": task["seed"]} for task in tasks]
    found = canonicals(tasks, form="full")
    found += [
        {**row, "response_id": f"{row['response_id']}-start", "model": "starting page"}
        for row in canonicals(starts, form="full")
    ]
    known = load_tasks(write_rows(folder / "tasks.jsonl", tasks), "corpus").tasks

    def program(_: Row, row: Row) -> str:
        return json.dumps(_asked(known[row["task_id"]], row["text"]))

    # The corpus is small: three turns, so that the start of the two sandboxes is not a tenth of it.
    turns = [
        {**row, "response_id": f"{row['response_id']}-{turn}"} for turn in range(3) for row in found
    ]
    name = f"a browser launch a page, Playwright (sample of {PAGE_SAMPLE})"
    launches = {name: (sample_of(_launches, PAGE_SAMPLE), "≥ 3")}
    contest = Contest("tasks/freecodecamp_html", turns[: options.limit], program)
    return contest.against(folder, options, "HTML, freeCodeCamp pages", launches)[1]


def _launches(programs: Sequence[str]) -> Baseline:
    """A browser launched for every page, by the host's Playwright in the sandbox's image."""
    driver = Path(playwright.__file__).parent / "driver"
    command = ["docker", "run", "-i", *HARDENED, f"--volume={driver}:/playwright:ro"]
    command += ["--entrypoint=/playwright/node", "--env=HOME=/work", image("html"), "-e"]
    job: dict[str, Any] = {"workers": WORKERS, "pages": [json.loads(one) for one in programs]}
    source = (HERE / "_pages.js").read_text(encoding="utf-8")
    done = subprocess.run(
        [*command, source], input=json.dumps(job), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        sys.exit(f"the pages' baseline ended with {done.returncode}:\n{done.stderr[-4000:]}")
    answer = json.loads(done.stdout)
    passed = sum(answer["passed"])
    return Baseline("launches", len(programs), answer["wall_s"], passed)


def _asked(task: Task, text: str) -> Any:
    """What the runner asks the browser for one page."""
    asked: list[Any] = []

    def execute(language: str, steps: list[Any], limits: Limits) -> list[Any]:
        asked.append(steps[0]["request"])
        return [{"reply": {"cases": []}}]

    code = Code(source=text, form=Form.FULL)
    job = Job(task, code, None, task.limits or Limits(), Trust.SHARED, execute)
    runners()["html"].evaluate(job)
    return asked[0]
