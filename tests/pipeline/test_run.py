"""``harness run``: what is evaluated, what is reused, what is refused, and the exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.models import Language
from harness.sandbox import engine
from tests.pipeline.conftest import adder, row

if TYPE_CHECKING:
    from tests.pipeline.conftest import Bench, Row

pytestmark = pytest.mark.engine

RIGHT = "def add(a, b):\n    return a + b\n"
WRONG = "def add(a, b):\n    return a * b + 1\n"
BROKEN = "def add(a, b)\n    return\n"
WAITS = "import time\n\n\ndef add(a, b):\n    time.sleep(1)\n    return a + b\n"
JAVASCRIPT = "function add(a, b) { return a + b; }\n"
ROWS = [
    row("r1", "add", RIGHT),
    row("r2", "add", WRONG),
    row("r3", "add", BROKEN),
    row("r4", "plus", JAVASCRIPT),
]
EXPECTED = {"r1": "passed", "r2": "failed", "r3": "build_failed", "r4": "passed"}


def two_tasks(bench: Bench) -> None:
    bench.give([adder(), adder("plus", Language.JAVASCRIPT)], ROWS)


def test_a_second_run_costs_nothing_and_says_the_same(bench: Bench) -> None:
    two_tasks(bench)
    assert bench.run().returncode == 0
    first = bench.results()
    assert bench.verdicts() == EXPECTED
    assert not any(one["cached"] for one in first)

    assert bench.run().returncode == 0
    second = bench.results()
    assert all(one["cached"] for one in second)
    assert [{**one, "cached": False} for one in second] == first

    assert bench.run("--rerun").returncode == 0
    assert not any(one["cached"] for one in bench.results())
    assert bench.verdicts() == EXPECTED
    assert bench.containers() == []


def test_changed_code_or_limits_are_not_taken_from_the_cache(bench: Bench) -> None:
    two_tasks(bench)
    assert bench.run().returncode == 0
    bench.give([], [row("r1", "add", WRONG + "# changed\n"), *ROWS[1:]])
    assert bench.run().returncode == 0
    assert {one["response_id"]: one["cached"] for one in bench.results()} == {
        "r1": False, "r2": True, "r3": True, "r4": True,
    }  # fmt: skip
    assert bench.verdicts()["r1"] == "failed"


@pytest.mark.parametrize(
    ("options", "evaluated"),
    [
        (["--limit", "2"], {"r1", "r2"}),
        (["--filter", "pl*"], {"r4"}),
        (["--filter", "r[13]"], {"r1", "r3"}),
        (["--language", "javascript"], {"r4"}),
        (["--language", "python", "--filter", "r*", "--limit", "1"], {"r1"}),
    ],
    ids=" ".join,
)
def test_only_what_was_asked_for_is_evaluated(
    bench: Bench, options: list[str], evaluated: set[str]
) -> None:
    two_tasks(bench)
    done = bench.run(*options)
    assert done.returncode == 0, done.stderr
    assert bench.verdicts() == {key: EXPECTED[key] for key in evaluated}
    assert bench.summary()["invalid"] == []


def test_rows_that_cannot_be_evaluated_are_told_by_line_and_harm_no_other(bench: Bench) -> None:
    rows: list[Row | str] = [
        ROWS[0],
        row("r2", "no/such/task", RIGHT),
        '{"response_id": "r3", "task_id": "add", ',
        '{"response_id": "r4", "task_id": "add", "model": "m"}',
        row("r1", "add", WRONG),
        "[1, 2]",
        row("r7", "add", "I am sorry, but I cannot help with that.", form="chat"),
    ]
    bench.give([adder()], rows)
    done = bench.run()
    assert done.returncode == 0, done.stderr
    assert bench.verdicts() == {"r1": "passed", "r7": "rejected"}
    told = {one["line"]: one["reason"] for one in bench.summary()["invalid"]}
    assert sorted(told) == [2, 3, 4, 5, 6]
    assert "no/such/task" in told[2]
    assert "JSON" in told[3]
    assert "text" in told[4]
    assert "r1" in told[5]
    assert {one["file"] for one in bench.summary()["invalid"]} == {str(bench.responses)}

    strict = bench.run("--strict")
    assert strict.returncode == 1
    assert bench.verdicts() == {"r1": "passed", "r7": "rejected"}


def test_a_rejected_response_counts_against_its_model(bench: Bench) -> None:
    bench.give([adder()], [ROWS[0], row("r2", "add", "No.", form="chat")])
    assert bench.run().returncode == 0
    (group,) = bench.summary()["groups"]
    assert (group["responses"], group["passed"]) == (2, 1)
    assert group["pass_rate"]["value"] == 0.5


def test_low_pass_rates_are_no_error(bench: Bench) -> None:
    bench.give([adder()], [ROWS[1]])
    assert bench.run("--strict").returncode == 0


def test_input_that_cannot_be_read_is_exit_code_1(bench: Bench) -> None:
    two_tasks(bench)
    bench.responses.unlink()
    done = bench.run()
    assert done.returncode == 1
    assert str(bench.responses) in done.stderr
    assert "fix:" in done.stderr


def test_no_task_left_is_exit_code_1(bench: Bench) -> None:
    two_tasks(bench)
    done = bench.run("--language", "cpp")
    assert done.returncode == 1
    assert "--language" in done.stderr


@pytest.mark.parametrize(
    "options", [["--no-such-option"], ["--isolation", "none"], ["--limit", "0"]], ids=" ".join
)
def test_wrong_usage_is_exit_code_2(bench: Bench, options: list[str]) -> None:
    two_tasks(bench)
    assert bench.run(*options).returncode == 2


def test_resume_without_an_unfinished_run_says_so(bench: Bench) -> None:
    two_tasks(bench)
    done = bench.run("--resume")
    assert done.returncode == 1
    assert "--resume" in done.stderr


def test_text_made_to_exhaust_the_reader_harms_no_other_response(bench: Bench) -> None:
    units = ("/*\n", "|*\n", "<!--", "|$=\n", "((", "```\n", "\\'")
    hostile = [
        row(f"{task_id}{number}", task_id, unit * (24_000 // len(unit)), form=form)
        for task_id in ("add", "plus")
        for number, unit in enumerate(units)
        for form in ("chat" if number % 2 else "full",)
    ]
    bench.give(
        [adder(), adder("plus", Language.JAVASCRIPT)],
        [*hostile, row("right", "add", RIGHT), row("right too", "plus", JAVASCRIPT)],
    )
    done = bench.run("--report")
    assert done.returncode == 0, done.stderr
    found = bench.verdicts()
    assert (found.pop("right"), found.pop("right too")) == ("passed", "passed")
    assert len(found) == len(hostile)
    assert not {"passed", "harness_error"} & set(found.values())


def test_a_runtime_the_engine_does_not_know_stops_a_run_before_anything_starts(
    bench: Bench,
) -> None:
    two_tasks(bench)
    done = bench.run("--runtime", "no-such-runtime")
    assert done.returncode == 4
    assert "no-such-runtime" in done.stderr
    assert "fix: use one of" in done.stderr
    assert "runc" in done.stderr
    assert bench.runs() == []
    assert not bench.containers()


def test_containers_run_under_the_runtime_asked_for(bench: Bench) -> None:
    bench.give([adder()], [row("r1", "add", RIGHT), row("r2", "add", WAITS)])
    process = bench.start("--runtime", "io.containerd.runc.v2")
    bench.wait_for(bench.containers)
    names = [engine.client().api.inspect_container(one) for one in bench.containers()]
    assert {one["HostConfig"]["Runtime"] for one in names} == {"io.containerd.runc.v2"}
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert bench.verdicts() == {"r1": "passed", "r2": "passed"}
