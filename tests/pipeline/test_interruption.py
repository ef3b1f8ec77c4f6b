"""A run that is killed, interrupted or robbed of its sandboxes loses nothing that was done."""

from __future__ import annotations

import signal
import subprocess
import threading
from typing import TYPE_CHECKING

import pytest
from docker.errors import APIError, NotFound

from harness.sandbox import engine
from tests.pipeline.conftest import COUNT, IDS, printer, row, slow_batch

if TYPE_CHECKING:
    from tests.pipeline.conftest import Bench

pytestmark = pytest.mark.engine


def test_a_killed_run_is_continued_with_nothing_lost_and_nothing_twice(bench: Bench) -> None:
    slow_batch(bench)
    for count in (1, 12):
        code, _ = bench.stop_after(count, signal.SIGKILL)
        assert code == -signal.SIGKILL
    before = bench.stored()
    orphans = bench.containers()
    assert 12 <= len(before) < COUNT
    assert orphans, "a killed run cannot have removed its containers"

    done = bench.run()
    assert done.returncode == 0, done.stderr
    assert [one["response_id"] for one in bench.results()] == IDS
    assert set(bench.verdicts().values()) == {"passed"}
    after = {one["response_id"]: one for one in bench.results()}
    kept = [key for key in before if after[key]["wall_s"] == before[key]["wall_s"]]
    assert kept == list(before), "results that were on disk were computed again"
    assert bench.runs() == ["finished"]
    assert bench.summary()["responses"] == COUNT
    assert bench.containers() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_run_ends_with_130_without_containers_and_can_be_continued(
    bench: Bench, number: signal.Signals
) -> None:
    slow_batch(bench)
    code, said = bench.stop_after(3, number)
    assert code == 130
    assert "interrupted" in said
    assert "Traceback" not in said
    assert bench.containers() == []
    assert bench.runs() == ["interrupted"]
    before = bench.stored()

    done = bench.run("--resume")
    assert done.returncode == 0, done.stderr
    assert [one["response_id"] for one in bench.results()] == IDS
    after = {one["response_id"]: one for one in bench.results()}
    assert all(after[key]["wall_s"] == before[key]["wall_s"] for key in before)
    assert bench.runs() == ["finished"]


def test_rerun_leaves_an_unfinished_run_alone(bench: Bench) -> None:
    slow_batch(bench)
    bench.stop_after(1, signal.SIGKILL)
    done = bench.run("--rerun", "--limit", "2")
    assert done.returncode == 0, done.stderr
    assert list(bench.verdicts()) == IDS[:2]
    assert not any(one["cached"] for one in bench.results())
    assert sorted(bench.runs()) == ["finished", "running"]


def test_one_run_is_not_run_by_two_at_once(bench: Bench) -> None:
    slow_batch(bench)
    first = bench.start()
    bench.wait_for(bench.stored)
    second = bench.run("--resume")
    assert second.returncode == 1
    assert "another process" in second.stderr
    _, said = first.communicate(timeout=60)
    assert first.returncode == 0, said
    assert [one["response_id"] for one in bench.results()] == IDS


def test_failures_of_ours_are_retried_counted_for_nobody_and_never_cached(bench: Bench) -> None:
    text = "import time\ntime.sleep(3)\nprint('done')\n"
    bench.give([printer()], [row("r1", "done", text)])
    process = bench.start()
    victims = kill_its_containers(bench, process)
    assert process.returncode == 0
    assert victims >= 3
    assert bench.verdicts() == {"r1": "harness_error"}
    assert bench.summary()["harness_errors"] == 1
    assert bench.summary()["pass_rate"] is None

    done = bench.run()
    assert done.returncode == 0, done.stderr
    (result,) = bench.results()
    assert (result["verdict"], result["cached"]) == ("passed", False)


def kill_its_containers(bench: Bench, process: subprocess.Popen[str]) -> int:
    """Kill every container of this home until ``process`` ends; how many there were."""
    client = engine.client()
    killed: set[str] = set()
    ended = threading.Event()

    def wait() -> None:
        process.communicate(timeout=90)
        ended.set()

    waiter = threading.Thread(target=wait)
    waiter.start()
    while not ended.wait(0.05):
        for one in bench.containers():
            try:
                container = client.containers.get(one)
                if container.status == "running" and one not in killed:
                    container.kill()
                    killed.add(one)
            except (NotFound, APIError):
                continue
    waiter.join()
    return len(killed)
