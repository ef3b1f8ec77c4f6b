"""Sibling flags as a stage: from the store after the run, beside results that stay as they are."""

from __future__ import annotations

import json
import logging
import random
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.flags import Options
from harness.flags.siblings import MAX_SIBLINGS, Profile, Program, profile
from harness.models import Language, Probe, Result, RunInfo, Trust, Verdict
from harness.pipeline import siblings
from harness.pipeline.siblings import Profiles, add_sibling_flags
from harness.store import Store, open_store
from tests.flags.test_sarif import validate
from tests.pipeline.conftest import adder, row

if TYPE_CHECKING:
    from tests.pipeline.conftest import Bench

USUAL = "def add(a, b):\n    return a + b\n"
ODD = (
    "def add(a, b):\n    total = 7\n    while b > 0 and a % 3 < 2:\n        total = total * a - 1\n"
    "        b -= 5\n    return [total, str(b)]\n"
)
TASK = adder()
ALL = Options()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'store.sqlite3'}") as opened:
        opened.create_run(RunInfo(run_id="r1", started_at="2030-01-01T00:00:00Z"))
        yield opened


def result(name: str, code: str = USUAL, **changes: object) -> Result:
    fields: dict[str, object] = {
        "response_id": name, "task_id": "add", "language": Language.PYTHON, "model": "m",
        "verdict": Verdict.PASSED, "trust": Trust.ISOLATED, "code": code,
    }  # fmt: skip
    return Result.model_validate(fields | changes)


def probe(name: str, actual: str) -> Probe:
    return Probe(name=name, verdict=Verdict.PASSED, input=f"add({name})", actual=actual)


def flagged(store: Store) -> dict[str, list[str]]:
    return {one.response_id: [flag.rule for flag in one.flags]
            for one in store.results("r1") if one.flags}  # fmt: skip


def test_a_response_unlike_the_others_is_flagged_in_the_store(store: Store) -> None:
    rows = [*(result(f"r{n}") for n in range(5)), result("odd", ODD)]
    store.add_results("r1", enumerate(rows))
    add_sibling_flags(store, "r1", {"add": TASK}, ALL)
    assert flagged(store) == {"odd": ["differs-from-siblings"]}
    add_sibling_flags(store, "r1", {"add": TASK}, ALL)
    assert flagged(store) == {"odd": ["differs-from-siblings"]}
    add_sibling_flags(store, "r1", {"add": TASK}, Options(frozenset({"differs-from-siblings"})))
    assert flagged(store) == {}


def test_a_response_that_gives_other_values_is_flagged(store: Store) -> None:
    same = (probe("1", "3"), probe("2", "5"))
    rows = [result(f"r{n}", probes=same) for n in range(5)]
    rows.append(result("odd", probes=(probe("1", "4"), probe("2", "raises ValueError: 17"))))
    store.add_results("r1", enumerate(rows))
    add_sibling_flags(store, "r1", {"add": TASK}, ALL)
    assert flagged(store) == {"odd": ["behaves-unlike-siblings"]}
    (found,) = [one.flags[0].message for one in store.results("r1") if one.flags]
    assert found == "add(1): this one gives 4, 5 of 5 siblings give 3 (2 of 2 inputs differ)"


def test_other_tasks_and_responses_without_code_are_no_siblings(store: Store) -> None:
    rows = [result(f"r{n}") for n in range(3)]
    rows += [result(f"none{n}", "just prose", verdict=Verdict.REJECTED) for n in range(5)]
    rows += [result(f"other{n}", task_id="other") for n in range(5)]
    rows += [result("odd", ODD, task_id="third")]
    store.add_results("r1", enumerate(rows))
    add_sibling_flags(store, "r1", {"add": TASK, "other": adder("other")}, ALL)
    assert flagged(store) == {}


def test_the_order_in_which_results_came_makes_no_difference(tmp_path: Path) -> None:
    rows = [result(f"r{n}", (USUAL, USUAL.replace("+", "-"), ODD)[n % 3]) for n in range(150)]
    found = []
    for seed in range(2):
        random.Random(seed).shuffle(rows)
        with open_store(f"sqlite:///{tmp_path / str(seed)}.sqlite3") as store:
            store.create_run(RunInfo(run_id="r1", started_at="2030"))
            store.add_results("r1", enumerate(rows))
            add_sibling_flags(store, "r1", {"add": TASK}, ALL)
            found.append({one.response_id: one.flags for one in store.results("r1")})
    assert found[0] == found[1]


@pytest.mark.parametrize("kept", [0, 200, 100_000], ids=lambda count: f"{count}_kept")
@pytest.mark.parametrize("count", [5, MAX_SIBLINGS + 1, MAX_SIBLINGS + 2, 150])
def test_profiles_taken_during_the_run_change_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch, count: int, kept: int
) -> None:
    monkeypatch.setattr(siblings, "MAX_FEATURES", kept)
    rows = [result(f"r{n}", ODD if n % 5 == 4 else USUAL) for n in range(count)]
    store.add_results("r1", enumerate(rows))
    taken = Profiles(ALL)
    for one in rows:
        taken.note(TASK, one)
    add_sibling_flags(store, "r1", {"add": TASK}, ALL, taken)
    assert flagged(store) == {f"r{n}": ["differs-from-siblings"] for n in range(4, count, 5)}


def test_at_most_so_many_profiles_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr(siblings, "MAX_FEATURES", 3)
    monkeypatch.setattr(siblings, "profile", lambda program: made.append(program.key))
    taken = Profiles(ALL)
    rows = [result(f"r{n}") for n in range(5)]
    for one in rows:
        taken.note(TASK, one)
    made.clear()
    for one in rows:
        taken.of(Program(one.response_id, one.language, one.code, TASK))
    assert made == ["r0", "r1"]


def test_large_programs_are_kept_in_the_same_room(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "".join(f"    total += {n} * call_{n}(b)\n" for n in range(1_500))
    rows = [result(f"r{n}", f"def add(a, b):\n    total = a\n{lines}") for n in range(3)]
    first = profile(Program("r0", Language.PYTHON, rows[0].code, TASK))
    assert first is not None
    room = len(first.weights) + len(first.marks)
    assert room > 1_000
    monkeypatch.setattr(siblings, "MAX_FEATURES", room * 2)
    taken = Profiles(ALL)
    for one in (*rows, rows[2]):  # one that comes twice takes its room once
        taken.note(TASK, one)
    made: list[str] = []
    monkeypatch.setattr(siblings, "profile", lambda program: made.append(program.key))
    for one in rows:
        taken.of(Program(one.response_id, one.language, one.code, TASK))
    assert made == ["r0"]


def test_no_profile_is_made_where_no_rule_wants_one(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr(siblings, "profile", lambda program: made.append(program.key))
    rules = frozenset({"differs-from-siblings", "behaves-unlike-siblings"})
    Profiles(Options(rules)).note(TASK, result("r"))
    Profiles(ALL).note(TASK, result("none", "just prose", verdict=Verdict.REJECTED))
    assert made == []


def test_memory_does_not_grow_with_the_run(store: Store) -> None:
    def peak(count: int, run: str) -> int:
        store.create_run(RunInfo(run_id=run, started_at="2030"))
        padding = "#" + "x" * 4_000
        store.add_results(run, ((n, result(f"r{n}", USUAL + padding)) for n in range(count)))
        tracemalloc.start()
        add_sibling_flags(store, run, {"add": TASK}, ALL)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(300, "warm")
    assert peak(2_000, "large") < peak(400, "small") + 1_500_000


def test_a_fault_costs_a_flag_and_says_so(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:

    def fail(program: Program) -> Profile | None:
        if program.key == "r0":
            raise RuntimeError("a bug")
        return profile(program)

    monkeypatch.setattr(siblings, "profile", fail)
    store.add_results("r1", enumerate([*(result(f"r{n}") for n in range(6)), result("odd", ODD)]))
    with caplog.at_level(logging.ERROR):
        add_sibling_flags(store, "r1", {"add": TASK}, ALL)
    assert "r0 is not compared with its siblings: RuntimeError: a bug" in caplog.text
    assert flagged(store) == {"odd": ["differs-from-siblings"]}


def report(bench: Bench) -> None:
    """Write the report of the newest run again, pages and all."""
    run_id = json.loads((bench.out / "run.json").read_text())["run_id"]
    command = [sys.executable, "-m", "harness", "report", run_id, "--out", str(bench.out)]
    subprocess.run(command, check=True, env=bench.environment, capture_output=True)


@pytest.mark.engine
def test_a_run_and_its_report_written_again_show_them(bench: Bench) -> None:
    rows = [row(f"r{n}", "add", USUAL) for n in range(5)]
    bench.give([adder()], [*rows, row("odd", "add", ODD)])
    assert bench.run().returncode == 0

    def shown() -> set[str]:
        return {flag["rule"] for one in bench.results() for flag in one["flags"]
                if one["response_id"] == "odd"}  # fmt: skip

    assert "differs-from-siblings" in shown()
    named = [one["ruleId"] for one in validate((bench.out / "flags.sarif").read_text())]
    assert "differs-from-siblings" in named
    (bench.out / "results.jsonl").unlink()
    report(bench)
    assert "differs-from-siblings" in shown()


@pytest.mark.engine
def test_a_run_without_flags_has_none_and_says_so(bench: Bench) -> None:
    rows = [*(row(f"r{n}", "add", USUAL) for n in range(5)), row("odd", "add", ODD)]
    bench.give([TASK], rows)
    done = bench.run("--no-flags")
    assert done.returncode == 0, done.stderr
    assert [one["flags"] for one in bench.results()] == [[]] * len(rows)
    assert "flags were left out of this run" in done.stdout
    summary = bench.summary()
    assert (summary["flagged"], summary["flags_left_out"]) == (0, True)
    report(bench)
    assert "left out of this run" in (bench.out / "index.html").read_text(encoding="utf-8")
    again = bench.run("--flags")
    assert "left out" not in again.stdout
    assert [one["response_id"] for one in bench.results() if one["flags"]] == ["odd"]
    assert not bench.summary()["flags_left_out"]
