"""Containers of killed runs are collected; those of live runs and of other homes are not."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docker.errors import NotFound

from harness.errors import InputError
from harness.sandbox import engine, images, orphans

HOLD = """
import sys, time
from pathlib import Path
from harness.sandbox.orphans import run_lock
with run_lock(sys.argv[1], Path(sys.argv[2])):
    print("held", flush=True)
    time.sleep(600)
"""


class Run:
    """A process that holds a run's lock, as a run does."""

    def __init__(self, run_id: str, home: Path) -> None:
        command = [sys.executable, "-c", HOLD, run_id, str(home)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "held\n"

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    started = Run("run-1", tmp_path)
    yield started
    started.kill()


@pytest.fixture
def container(tmp_path: Path) -> Iterator[Any]:
    connected = engine.client()
    created = connected.containers.run(
        images.ensure_images(["python"])["python"].id,
        entrypoint=["sleep", "600"],
        network_mode="none",
        labels=orphans.run_labels("run-1", tmp_path),
        detach=True,
    )
    yield created
    with contextlib.suppress(NotFound):
        created.remove(force=True)


def test_a_lock_is_alive_until_its_process_is_killed(run: Run, tmp_path: Path) -> None:
    assert orphans.run_is_alive("run-1", tmp_path)
    run.kill()
    assert not orphans.run_is_alive("run-1", tmp_path)


def test_one_run_cannot_run_twice_at_once(run: Run, tmp_path: Path) -> None:
    with (
        pytest.raises(InputError, match="run-1 is being run"),
        orphans.run_lock("run-1", tmp_path),
    ):
        pass


def test_a_finished_run_can_be_resumed(tmp_path: Path) -> None:
    for _ in range(2):
        with orphans.run_lock("run-2", tmp_path):
            assert orphans.run_is_alive("run-2", tmp_path)
        assert not orphans.run_is_alive("run-2", tmp_path)


@pytest.mark.engine
def test_a_live_runs_container_stays_and_a_dead_runs_goes(
    run: Run, container: Any, tmp_path: Path
) -> None:
    assert orphans.collect_orphans(home=tmp_path) == []
    container.reload()
    run.kill()
    assert orphans.collect_orphans(home=tmp_path) == [container.name]
    with pytest.raises(NotFound):
        container.reload()


@pytest.mark.engine
def test_a_resumed_run_collects_what_it_left_behind_itself(container: Any, tmp_path: Path) -> None:
    with orphans.run_lock("run-1", tmp_path):
        assert orphans.collect_orphans(home=tmp_path) == []
        assert orphans.collect_orphans(home=tmp_path, resuming="run-1") == [container.name]


@pytest.mark.engine
def test_another_homes_containers_are_left_alone(container: Any, tmp_path: Path) -> None:
    assert orphans.collect_orphans(home=tmp_path / "elsewhere") == []
    container.reload()
    assert container.status == "running"
