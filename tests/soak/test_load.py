"""A long run of mixed responses: every verdict is the one due, and nothing is left behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.sandbox import orphans
from tests.pipeline.conftest import Bench, adder, row

pytestmark = [pytest.mark.soak, pytest.mark.engine]

RESPONSES = 2_000
# By turns, so that each is a neighbour of each: what a job leaves must not reach the next.
RIGHT = "def add(a, b):\n    return a + b\n"
LEAVES = """
import os, time
def add(a, b):
    if os.fork() == 0:
        os.setsid()
        time.sleep(60)
    open('left', 'w').write('x' * 1000)
    return a + b
"""
FINDS = """
import os
def add(a, b):
    return a + b if 'left' in os.listdir('.') else None
"""
PROGRAMS = (
    ("passed", RIGHT),
    ("failed", RIGHT.replace("+", "-")),
    ("runtime_error", RIGHT.replace("return a + b", "raise SystemExit(0)")),
    ("passed", LEAVES),
    ("failed", FINDS),
    ("build_failed", RIGHT.replace("):", ":")),
)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    orphans.collect_orphans(home=made.home)


def test_a_long_run_of_mixed_responses(bench: Bench) -> None:
    due = {}
    rows = []
    for number in range(RESPONSES):
        verdict, program = PROGRAMS[number % len(PROGRAMS)]
        response_id = f"r{number}"
        due[response_id] = verdict
        # The number makes every text its own: nothing comes from the cache.
        rows.append(row(response_id, "add", f"{program}# {number}\n"))
    bench.give([adder()], rows)
    bench.environment["HARNESS_RECYCLE_AFTER"] = "150"
    done = bench.run()
    assert done.returncode == 0, done.stderr
    found = bench.verdicts()
    assert {one: found.get(one) for one in due if found.get(one) != due[one]} == {}
    assert len(found) == RESPONSES
    assert bench.summary()["harness_errors"] == 0
    assert bench.containers() == []
