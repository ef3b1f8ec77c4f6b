"""How long the review store takes: ``python -m benchmarks.review [--url URL] [--people N]``.

People claim, open the page, fetch the next item ahead, save and beat six times, and submit, all at
once in one process. ``--people 100 --pause 2`` is more than a hundred trainers do; without a pause
it is as much as the database takes. Prints milliseconds at the store.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from harness.models import Answer, Language, Result, RunInfo, Task, TestKind, Trust, Verdict
from harness.models.review import NewItem, NewProject, Source
from harness.store import ReviewStore, Store, open_store, review_of

ANSWER = Answer(
    ratings={"1": {"correctness": 0}, "2": {"correctness": 4}}, preference=2,
    justification="The first one forgets the empty list, which the prompt names. " * 5,
)  # fmt: skip
# About what the form of a trainer who has written a lot holds.
DRAFT = {"answer": ANSWER.model_dump(mode="json"), "notes": "x" * 4_000}
SAVES = 6


def prepare(store: Store, tasks: int) -> ReviewStore:
    """A run with two responses to each task and a project with one pair for each."""
    run = f"bench-{time.time_ns()}"
    store.create_run(RunInfo(run_id=run, started_at="2030-01-01T00:00:00Z"))
    store.add_tasks(
        run,
        [
            Task(task_id=f"t{n}", language=Language.PYTHON, kind=TestKind.CALL, prompt="Add.")
            for n in range(tasks)
        ],
    )
    results = [
        Result(
            response_id=f"t{n}-{one}", task_id=f"t{n}", language=Language.PYTHON, model="m",
            verdict=Verdict.PASSED, trust=Trust.ISOLATED, code="def add(x): return x\n" * 20,
        )
        for n in range(tasks)
        for one in range(2)
    ]  # fmt: skip
    store.add_results(run, list(enumerate(results)))
    review = review_of(store)
    review.create_project(
        NewProject(slug=run, title="t", rubric_ref="r@1", rubric_digest="d" * 64, rubric={})
    )
    items = [
        NewItem(
            task_id=f"t{n}",
            responses=tuple(Source(run_id=run, response_id=f"t{n}-{one}") for one in range(2)),
        )
        for n in range(tasks)
    ]
    begun = time.perf_counter()
    review.add_items(run, items)
    print(f"{tasks} items imported in {time.perf_counter() - begun:.2f} s")
    return review


class Load:
    """People at work, and how long each thing they did took. pause_s: between two, on average."""

    def __init__(self, review: ReviewStore, slug: str, pause_s: float) -> None:
        self.review = review
        self.slug = slug
        self.pause_s = pause_s
        self.taken_s: dict[str, list[float]] = defaultdict(list)

    def timed(self, what: str, action: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """Do it and note its time."""
        time.sleep(random.uniform(0, 2 * self.pause_s))
        begun = time.perf_counter()
        done = action(*args, **named)
        self.taken_s[what].append(time.perf_counter() - begun)
        return done

    def work(self, person: str, items: int) -> None:
        """Judge ``items`` items."""
        review = self.review
        for _ in range(items):
            held = self.timed("claim", review.claim_next, self.slug, person)
            key = held.assignment_id
            self.timed("page", review.work, key, person)
            self.timed("claim", review.claim_next, self.slug, person, besides=key)
            for version in range(SAVES):
                assert self.timed("autosave", review.save_draft, key, person, version, DRAFT).saved
                self.timed("heartbeat", review.heartbeat, key, person)
            self.timed("submit", review.submit, key, person, ANSWER, "k")


def measure(url: str, people: int, items: int, pause_s: float) -> None:
    """Run the load and print percentiles."""
    with open_store(url) as store:
        review = prepare(store, people * (items + 2))
        slug = review.projects()[-1].slug
        ids = [review.add_person(f"{n}", f"{n}-{slug}").person_id for n in range(people)]
        load = Load(review, slug, pause_s)
        threads = [threading.Thread(target=load.work, args=(one, items)) for one in ids]
        begun = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        passed_s = time.perf_counter() - begun
    total = sum(map(len, load.taken_s.values()))
    print(
        f"{people} at once: {total} operations in {passed_s:.1f} s, {total / passed_s:.0f} a second"
    )
    print(f"{'':12} {'n':>6} {'median':>8} {'p95':>8} {'max':>8}   ms")
    for what, taken_s in sorted(load.taken_s.items()):
        ordered = sorted(1000 * one for one in taken_s)
        middle, high = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
        print(f"{what:12} {len(ordered):6} {middle:8.1f} {high:8.1f} {ordered[-1]:8.1f}")


def main() -> None:
    """Measure one database."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.review", description=__doc__)
    parser.add_argument("--url", help="database; a new SQLite file if left out")
    parser.add_argument("--people", type=int, default=8)
    parser.add_argument("--pause", type=float, default=0.0, help="seconds between two operations")
    parser.add_argument("--items", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        url = options.url or f"sqlite:///{folder}/store.sqlite3"
        measure(url, options.people, options.items, options.pause)


if __name__ == "__main__":
    main()
