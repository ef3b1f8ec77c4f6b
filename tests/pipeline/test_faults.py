"""Whatever fails around a run, it ends complete: nothing lost, nothing twice, nobody blamed.

The engine's faults happen to an engine of the test's own. A controller that is killed is the
business of ``test_interruption.py``.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from docker.errors import APIError, NotFound

from harness.models import Limits
from harness.sandbox import engine
from tests.pipeline.conftest import COUNT, IDS, LIMITS, Bench, printer, row, slow_batch
from tests.pipeline.spare_engine import SpareEngine

if TYPE_CHECKING:
    from collections.abc import Callable

    from docker.models.containers import Container

pytestmark = pytest.mark.engine

# An engine that is asked to end lets containers run on for seconds: these outlast it.
STOPPING_S = 0.5
DONE = "print('done')\n"


@pytest.fixture(scope="module")
def running_engine() -> Iterator[SpareEngine]:
    """An engine with the Python image."""
    made = SpareEngine()
    try:
        made.start()
        made.load("python")
        yield made
    finally:
        made.remove()


@pytest.fixture
def spare(running_engine: SpareEngine, bench: Bench) -> SpareEngine:
    """The engine of this bench's runs, up."""
    assert running_engine.process is not None
    if running_engine.process.poll() is not None:
        running_engine.start()
    bench.environment["DOCKER_HOST"] = running_engine.host
    return running_engine


def complete(bench: Bench) -> None:
    """Every response has one result, in order, and it is the right one."""
    assert [one["response_id"] for one in bench.results()] == IDS
    assert set(bench.verdicts().values()) == {"passed"}
    assert bench.summary()["harness_errors"] == 0
    assert bench.summary()["responses"] == COUNT
    assert bench.runs() == ["finished"]


def kept(bench: Bench, before: dict[str, dict[str, object]]) -> None:
    """What had been committed before a fault is what the report says after it."""
    after = {one["response_id"]: one["wall_s"] for one in bench.results()}
    assert before
    assert {key: after[key] for key in before} == {k: one["wall_s"] for k, one in before.items()}


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Exit code and what was said."""
    _, said = process.communicate(timeout=120)
    return process.returncode, said


def has_stored(bench: Bench, count: int) -> bool:
    """Whether so many results are on disk."""
    return len(bench.stored()) >= count


# -- the engine -------------------------------------------------------------------------------


@pytest.mark.root
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_an_engine_that_is_restarted_is_waited_for(
    bench: Bench, spare: SpareEngine, number: signal.Signals
) -> None:
    slow_batch(bench, STOPPING_S)
    process = bench.start()
    bench.wait_for(partial(has_stored, bench, 5))
    before = bench.stored()
    spare.stop(number)
    spare.start()
    code, said = ended(process)
    assert code == 0, said
    assert "the Docker engine stopped answering" in said
    complete(bench)
    kept(bench, before)
    with closing(spare.client()) as client:
        assert bench.containers(client) == []


@pytest.mark.root
def test_an_engine_that_stays_away_ends_the_run_and_the_next_continues_it(
    bench: Bench, spare: SpareEngine
) -> None:
    bench.environment["HARNESS_ENGINE_WAIT_S"] = "1"
    slow_batch(bench, STOPPING_S)
    process = bench.start()
    bench.wait_for(partial(has_stored, bench, 5))
    spare.stop()
    code, said = ended(process)
    assert code == 4, said
    assert "finished responses are kept" in said
    assert bench.runs() == ["interrupted"]
    before = bench.stored()

    spare.start()
    done = bench.run()
    assert done.returncode == 0, done.stderr
    complete(bench)
    kept(bench, before)
    with closing(spare.client()) as client:
        assert bench.containers(client) == []


@pytest.mark.root
def test_an_engine_that_makes_no_container_ends_the_run_and_blames_no_response(
    bench: Bench, spare: SpareEngine
) -> None:
    slow_batch(bench, STOPPING_S)
    process = bench.start("--isolation", "fresh")
    bench.wait_for(partial(has_stored, bench, 5))
    with closing(spare.client()) as client:
        for image in client.images.list():
            client.images.remove(image.tags[0], force=True)
    code, said = ended(process)
    assert code == 4, said
    assert "harness images build" in said
    before = bench.stored()
    assert {one["verdict"] for one in before.values()} == {"passed"}

    spare.load("python")
    done = bench.run("--isolation", "fresh")
    assert done.returncode == 0, done.stderr
    complete(bench)
    kept(bench, before)


# -- slots ------------------------------------------------------------------------------------


def kill_containers(
    bench: Bench, process: subprocess.Popen[str], chosen: Callable[[Container], bool]
) -> int:
    """Kill the chosen running containers, once each, until the run ends; how many there were."""
    client = engine.client()
    killed: set[str] = set()
    while process.poll() is None:
        for one in set(bench.containers()) - killed:
            try:
                container = client.containers.get(one)
                if container.status == "running" and chosen(container):
                    container.kill()
                    killed.add(one)
            except (NotFound, APIError):
                continue
    return len(killed)


def test_a_slot_killed_from_outside_costs_no_response(bench: Bench) -> None:
    slow_batch(bench)
    process = bench.start()
    bench.wait_for(partial(has_stored, bench, 5))
    victims = set(bench.containers())
    killed = kill_containers(bench, process, lambda one: one.id in victims)
    code, said = ended(process)
    assert code == 0, said
    assert killed >= 2
    complete(bench)
    assert bench.containers() == []


def test_what_is_lost_to_our_faults_is_outside_every_rate(bench: Bench) -> None:
    limits = Limits(**{**LIMITS.model_dump(), "memory_mb": 200})
    rows = [row(f"r{number}", "done", f"{DONE}# {number}") for number in range(3)]
    rows += [row("r3", "done", "print('nearly')")]
    rows += [row("lost", "doomed", f"import time\ntime.sleep(3)\n{DONE}")]
    doomed = printer("doomed").model_copy(update={"limits": limits})
    bench.give([printer(), doomed], rows)
    process = bench.start()
    assert kill_containers(bench, process, lambda one: memory_mb(one) > 200) == 3
    code, said = ended(process)
    assert code == 0, said
    passed = dict.fromkeys(("r0", "r1", "r2"), "passed")
    assert bench.verdicts() == {**passed, "r3": "failed", "lost": "harness_error"}
    (group,) = bench.summary()["groups"]
    assert (group["harness_errors"], group["pass_rate"]["value"]) == (1, 0.75)
    samples = {one["task_id"]: one for one in group["tasks"]}
    assert samples["done"]["samples"] == 4
    assert samples["doomed"] == {
        "task_id": "doomed", "samples": 0, "passed": 0, "harness_errors": 1,
    }  # fmt: skip

    assert bench.run().returncode == 0
    assert bench.verdicts() == {**passed, "r3": "failed", "lost": "passed"}


def memory_mb(container: Container) -> int:
    """The container's limit."""
    return int(container.attrs["HostConfig"]["Memory"]) >> 20


# -- the disk ---------------------------------------------------------------------------------


@contextmanager
def small_disk(folder: Path, size_kb: int) -> Iterator[Path]:
    """A file system of its own at ``folder``; a file that takes all that is left of it."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size_kb}k", "tmpfs", str(folder)]
    subprocess.run(mount, check=True)
    try:
        yield folder / "filler"
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(filler: Path) -> None:
    """Write until nothing more can be written."""
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 4096):
                pass
        except OSError:
            return


@pytest.mark.root
@pytest.mark.parametrize("place", ["home", "out"])
def test_a_full_disk_ends_the_run_and_space_lets_it_go_on(bench: Bench, place: str) -> None:
    slow_batch(bench)
    with small_disk(getattr(bench, place), 2048) as filler:
        process = bench.start()
        bench.wait_for(partial(has_stored, bench, 5))
        fill(filler)
        code, said = ended(process)
        assert code == 1, said
        assert "full" in said
        assert "fix: free some space" in said
        assert bench.containers() == []
        before = bench.stored()
        assert 5 <= len(before) < COUNT

        filler.unlink()
        done = bench.run()
        assert done.returncode == 0, done.stderr
        complete(bench)
        kept(bench, before)


# -- the clock --------------------------------------------------------------------------------


def step_clock(file: Path, offset: str) -> None:
    """Set what the run's clock says; in one step, so that no half-written offset is read."""
    draft = file.with_suffix(".draft")
    draft.write_text(f"{offset}\n")
    draft.replace(file)


def test_a_clock_that_is_stepped_changes_nothing_but_dates(bench: Bench, tmp_path: Path) -> None:
    libraries = [str(one) for one in Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")]
    assert libraries, "run scripts/ensure-faketime.sh"
    clock = tmp_path / "clock"
    step_clock(clock, "+0")
    bench.environment |= {
        "LD_PRELOAD": libraries[0],
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        # Steps are steps of the calendar's clock; the other one never goes back.
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    slow_batch(bench)
    process = bench.start()
    for offset in ("+3d", "-30d", "+0"):
        count = len(bench.stored()) + 4
        bench.wait_for(partial(has_stored, bench, count))
        step_clock(clock, offset)
    os.kill(process.pid, signal.SIGKILL)
    ended(process)
    before = bench.stored()

    step_clock(clock, "-2d")
    done = bench.run()
    assert done.returncode == 0, done.stderr
    complete(bench)
    kept(bench, before)
    assert all(0.2 < one["wall_s"] < LIMITS.wall_s for one in bench.results())
    assert bench.containers() == []
