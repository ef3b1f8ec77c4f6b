"""Containers of runs that were killed: found by their label, removed if the run's lock is free.

A run holds HARNESS_HOME/runs/<run_id>.lock (flock) for as long as it lives, however it dies: the
kernel lets go of the lock for it. So a held lock means a live run, and nothing else does.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import docker
from docker.errors import APIError, DockerException, NotFound

from harness.errors import InputError
from harness.sandbox.engine import client as engine_client
from harness.settings import load_settings

try:
    import fcntl
except ImportError:  # Windows has no flock: no container is ever taken for an orphan there
    fcntl = None  # type: ignore[assignment]

RUN_LABEL = "harness.run"
HOME_LABEL = "harness.home"


def run_labels(run_id: str, home: Path | None = None) -> dict[str, str]:
    """Labels every container of a run carries.

    The home is one of them: two HARNESS_HOMEs may share an engine, and neither can see whether
    the other's runs are alive.
    """
    return {RUN_LABEL: run_id, HOME_LABEL: _home_mark(home)}


def _home_mark(home: Path | None) -> str:
    folder = (home or load_settings().home).resolve()
    return hashlib.sha256(f"{platform.node()}:{folder}".encode()).hexdigest()[:16]


def lock_file(run_id: str, home: Path | None = None) -> Path:
    """Where a run's lock lives; the folder is created."""
    folder = (home or load_settings().home) / "runs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{Path(run_id).name}.lock"


@contextmanager
def run_lock(run_id: str, home: Path | None = None) -> Iterator[None]:
    """Held while a run lives, so that nobody collects its containers.

    Raises InputError if another process is running this run.
    """
    file = lock_file(run_id, home)
    with file.open("w") as handle:
        if not _lock(handle):
            raise InputError(
                f"run {run_id} is being run by another process", fix="wait for it, or stop it"
            )
        # The file stays: removing it would let a second process lock a name nobody else sees.
        yield


def run_is_alive(run_id: str, home: Path | None = None) -> bool:
    """Whether some process holds this run's lock."""
    if fcntl is None:
        return True
    try:
        handle = lock_file(run_id, home).open("r+")
    except FileNotFoundError:
        return False
    with handle:
        return not _lock(handle)


def collect_orphans(
    engine: docker.DockerClient | None = None,
    home: Path | None = None,
    *,
    resuming: str | None = None,
) -> list[str]:
    """Remove the containers of dead runs; returns their names.

    resuming: a run whose lock the caller holds and that has started no container since: those
    it has belong to the process that was killed.
    """
    engine = engine or engine_client()
    removed = []
    labels = [RUN_LABEL, f"{HOME_LABEL}={_home_mark(home)}"]
    for container in engine.containers.list(
        all=True, ignore_removed=True, filters={"label": labels}
    ):
        run_id = container.labels[RUN_LABEL]
        if run_id != resuming and run_is_alive(run_id, home):
            continue
        try:
            container.remove(force=True, v=True)
        except (NotFound, APIError):  # another collector was faster
            continue
        removed.append(str(container.name))
    return removed


def collect_own(engine: docker.DockerClient, run_id: str, home: Path) -> None:
    """At a run's end: remove what could not be removed while the engine was away."""
    with suppress(DockerException, OSError):  # still away: the next run does it
        collect_orphans(engine, home, resuming=run_id)


def _lock(handle: IO[str]) -> bool:
    if fcntl is None:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
