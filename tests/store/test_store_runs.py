"""What is put into a store comes out of it, on SQLite and on PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from harness.errors import StoreError
from harness.models import (
    Case,
    InvalidRow,
    Language,
    Result,
    RunInfo,
    Task,
    TestKind,
    Verdict,
)
from harness.store import Store, open_store
from tests.conftest import ROOT

MakeResult = Callable[..., Result]
HOSTILE = "nul \x00, byte \udcff, pair \ud83d\ude00, escape \x1a0000, é, 😀"


def test_a_run_is_read_back_as_it_was_created_and_then_finished(store: Store) -> None:
    info = RunInfo(
        run_id="r2",
        started_at="2030-01-02T00:00:00Z",
        command=HOSTILE,
        response_paths=("a.jsonl", HOSTILE),
        settings={"limits": {"cpu_s": 1.5}, "note": HOSTILE},
        images={"python": "sha256:1"},
    )
    store.create_run(info)
    assert store.get_run("r2") == info
    store.finish_run("r2", "finished", "2030-01-02T01:00:00Z")
    finished = {"status": "finished", "finished_at": "2030-01-02T01:00:00Z"}
    assert store.get_run("r2") == info.model_copy(update=finished)
    assert [run.run_id for run in store.list_runs()] == ["r1", "r2"]


def test_a_run_id_is_taken_once(store: Store) -> None:
    with pytest.raises(StoreError, match="run r1 exists"):
        store.create_run(RunInfo(run_id="r1", started_at="2030"))


def test_an_unknown_run_is_named_with_the_latest_known(store: Store) -> None:
    for ask in (store.get_run, store.max_seq, store.tasks):
        with pytest.raises(StoreError, match=r"no run 'r9'; the latest are r1"):
            ask("r9")


def test_results_come_back_whole_and_in_input_order(store: Store, make_result: MakeResult) -> None:
    results = [make_result(n, message=HOSTILE, model=HOSTILE, task_id=HOSTILE) for n in range(450)]
    numbered = list(enumerate(results))
    store.add_results("r1", numbered[225:])
    store.add_results("r1", reversed(numbered[:225]))
    assert list(store.results("r1")) == results
    assert store.max_seq("r1") == 449


def test_results_of_one_seq_all_come_back(store: Store, make_result: MakeResult) -> None:
    store.add_results("r1", [(5, make_result(n)) for n in range(450)])
    assert len({result.response_id for result in store.results("r1")}) == 450


def test_the_first_result_of_a_response_stays(store: Store, make_result: MakeResult) -> None:
    store.add_results("r1", [(0, make_result(0)), (1, make_result(1))])
    changed = make_result(1, verdict=Verdict.FAILED)
    store.add_results("r1", [(1, changed), (2, make_result(2))])
    assert list(store.results("r1")) == [make_result(n) for n in range(3)]


def test_runs_do_not_mix(store: Store, make_result: MakeResult) -> None:
    store.create_run(RunInfo(run_id="r2", started_at="2030"))
    store.add_results("r1", [(0, make_result(0))])
    store.add_results("r2", [(0, make_result(0, model="model-b")), (1, make_result(1))])
    assert [result.model for result in store.results("r1")] == ["model-a"]
    assert store.has_results("r1", ["response-0", "response-1"]) == {"response-0"}


def test_an_empty_run_answers(store: Store) -> None:
    store.add_results("r1", [])
    assert list(store.results("r1")) == []
    assert store.max_seq("r1") == -1
    assert store.verdict_counts("r1") == {}
    assert store.result("r1", "none") is None


def test_ids_of_any_length_and_content_are_found(store: Store, make_result: MakeResult) -> None:
    ids = [HOSTILE, "\ud83d\ude00", "😀", "x" * 100_000, "x" * 99_999 + "y", ""]
    store.add_results("r1", [(n, make_result(n, response_id=id_)) for n, id_ in enumerate(ids)])
    missing = [f"missing-{n}" for n in range(1500)]
    assert store.has_results("r1", [*missing, *ids]) == set(ids)
    found = store.result("r1", "x" * 100_000)
    assert found is not None
    assert found.response_id == "x" * 100_000


def test_counts_keep_harness_errors_apart(store: Store, make_result: MakeResult) -> None:
    verdicts = ["passed", "failed", "harness_error", "timeout", "passed"]
    rows = [make_result(n, task_id=HOSTILE, verdict=v) for n, v in enumerate(verdicts)]
    rows.append(make_result(9, task_id="other", model="model-b", language=Language.CPP))
    store.add_results("r1", enumerate(rows))
    assert store.verdict_counts("r1") == {
        Verdict.PASSED: 3,
        Verdict.FAILED: 1,
        Verdict.TIMEOUT: 1,
        Verdict.HARNESS_ERROR: 1,
    }
    assert store.pass_counts("r1") == {
        ("model-a", "python", HOSTILE): (4, 2, 1),
        ("model-b", "cpp", "other"): (1, 1, 0),
    }


def test_the_cache_serves_the_newest_judged_result_of_any_run(
    store: Store, make_result: MakeResult
) -> None:
    store.create_run(RunInfo(run_id="r2", started_at="2030"))
    old = make_result(0, content_key="k0", verdict="failed")
    new = make_result(5, content_key="k0")
    broken = make_result(6, content_key="k0", verdict="harness_error")
    only_broken = make_result(7, content_key="k1", verdict="harness_error")
    store.add_results("r1", [(0, old), (1, make_result(1, content_key=""))])
    store.add_results("r2", [(0, new), (1, broken), (2, only_broken)])
    assert store.cached(["k0", "k1", "k2", "", *(f"x{n}" for n in range(1200))]) == {"k0": new}


def test_invalid_rows_keep_their_order_and_come_once(store: Store) -> None:
    rows = [
        InvalidRow(file=HOSTILE, line=7, reason=HOSTILE, response_id=HOSTILE, task_id="t"),
        InvalidRow(file="a.jsonl", line=2, reason="no text" * 5000),
        InvalidRow(file="a.jsonl", line=1, reason="no text"),
    ]
    store.add_invalid("r1", rows[:2])
    store.add_invalid("r1", rows)
    assert list(store.invalid_rows("r1")) == rows


def test_a_run_remembers_its_tasks_as_they_were(store: Store) -> None:
    def task(prompt: str) -> Task:
        case = Case(name="big", args=(2**200, float("inf"), HOSTILE), expected=[1, None])
        return Task(
            task_id="t", language=Language.PYTHON, kind=TestKind.CALL, prompt=prompt, cases=(case,)
        )

    store.create_run(RunInfo(run_id="r2", started_at="2030"))
    store.add_tasks("r1", [task("Double it.")])
    store.add_tasks("r2", [task("Double it."), task("Double it.")])
    store.create_run(RunInfo(run_id="r3", started_at="2030"))
    store.add_tasks("r3", [task("Halve it.")])
    assert store.tasks("r1") == store.tasks("r2") == {"t": task("Double it.")}
    assert store.tasks("r3") == {"t": task("Halve it.")}


def test_readers_see_whole_batches_while_a_thread_writes(
    store: Store, make_result: MakeResult
) -> None:
    seen: list[int] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.append(sum(store.verdict_counts("r1").values()))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for start in range(0, 2000, 50):
        store.add_results("r1", [(n, make_result(n)) for n in range(start, start + 50)])
    done.set()
    for reader in readers:
        reader.join()
    assert seen
    assert all(count % 50 == 0 for count in seen)
    assert sum(store.verdict_counts("r1").values()) == 2000


# In a process of its own: what other tests left running there would be counted, too.
READ = """
import sys, tracemalloc
from harness.store import open_store
with open_store(sys.argv[1]) as store:
    tracemalloc.start()
    read = sum(1 for _ in store.results(sys.argv[2]))
    print(read, tracemalloc.get_traced_memory()[1])
"""


def test_reading_does_not_need_more_memory_for_a_longer_run(
    store: Store, store_url: str, make_result: MakeResult
) -> None:
    store.create_run(RunInfo(run_id="long", started_at="2030"))
    for run_id, count in (("r1", 2_000), ("long", 20_000)):
        for start in range(0, count, 500):
            batch = [(n, make_result(n)) for n in range(start, start + 500)]
            store.add_results(run_id, batch)

    def peak(run_id: str) -> tuple[int, int]:
        command = [sys.executable, "-c", READ, store_url, run_id]
        said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
        read, highest = map(int, said.split())
        return read, highest

    (short_rows, short_peak), (long_rows, long_peak) = peak("r1"), peak("long")
    assert (short_rows, long_rows) == (2_000, 20_000)
    assert long_peak < short_peak * 1.2


def test_a_closed_store_opens_again_with_everything(
    store_url: str, make_result: MakeResult
) -> None:
    with open_store(store_url) as first:
        first.create_run(RunInfo(run_id="r1", started_at="2030"))
        first.add_results("r1", [(0, make_result(0))])
    with open_store(store_url) as second:
        assert list(second.results("r1")) == [make_result(0)]


def test_a_new_store_may_be_opened_by_several_at_once(tmp_path: Path) -> None:
    def touch(url: str) -> None:
        with open_store(url):
            pass

    with ThreadPoolExecutor(4) as pool:
        for number in range(30):
            list(pool.map(touch, [f"sqlite:///{tmp_path}/{number}.sqlite3"] * 4))


def test_two_writers_share_a_store(store_url: str, make_result: MakeResult) -> None:
    def write(run_id: str) -> None:
        with open_store(store_url) as store:
            store.create_run(RunInfo(run_id=run_id, started_at="2030"))
            for start in range(0, 600, 20):
                store.add_results(run_id, [(n, make_result(n)) for n in range(start, start + 20)])

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, ("r1", "r2")))
    with open_store(store_url) as store:
        for run_id in ("r1", "r2"):
            assert [result.response_id for result in store.results(run_id)] == [
                f"response-{n}" for n in range(600)
            ]
