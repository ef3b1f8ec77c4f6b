"""A fresh store per test on both databases; PostgreSQL runs as a throw-away cluster."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from harness.models import CaseResult, Language, Result, RunInfo, Trust, Verdict
from harness.store import ReviewStore, Store, open_store
from tests.store.review_data import Clock, make_desk

MakeResult = Callable[..., Result]


def _postgres_tool(name: str) -> str:
    found = shutil.which(name)
    packaged = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    if not found and not packaged:
        pytest.skip(f"{name} of PostgreSQL is not installed")
    return found or str(packaged[-1])


@pytest.fixture(scope="session")
def postgres_socket() -> Iterator[Path]:
    """Start a cluster that listens on a unix socket only; yield the socket's folder."""
    initdb, pg_ctl = _postgres_tool("initdb"), _postgres_tool("pg_ctl")
    # The server refuses to run as root. A socket's path must be short, so not pytest's folder.
    user = "nobody" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    if user:
        shutil.chown(folder, user)
    data = folder / "data"

    def as_user(*command: str | Path) -> None:
        with (folder / "log").open("ab") as log:
            subprocess.run(command, check=True, user=user, cwd=folder, stdout=log, stderr=log)

    try:
        as_user(initdb, "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        as_user(pg_ctl, "-D", data, "-o", options, "-w", "start")
        try:
            yield folder
        finally:
            as_user(pg_ctl, "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new folder' / 'store.sqlite3'}"
    socket: Path = request.getfixturevalue("postgres_socket")
    name = f"t{uuid4().hex}"
    with psycopg.connect(f"host={socket} user=tester dbname=postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}".encode())
    return f"postgresql://tester@/{name}?host={socket}"


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    """Where a SQLite store may be made."""
    return tmp_path / "store.sqlite3"


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An open store that holds the empty run ``r1``."""
    with open_store(store_url) as opened:
        opened.create_run(RunInfo(run_id="r1", started_at="2030-01-01T00:00:00Z"))
        yield opened


@pytest.fixture
def make_result() -> MakeResult:
    """Make a result; keyword arguments override any field."""

    def make(number: int = 0, **fields: object) -> Result:
        values: dict[str, object] = {
            "response_id": f"response-{number}",
            "task_id": f"task-{number % 7}",
            "language": Language.PYTHON,
            "model": "model-a",
            "verdict": Verdict.PASSED,
            "trust": Trust.ISOLATED,
            "cases": (CaseResult(name="first", verdict=Verdict.PASSED, actual=str(number)),),
            "code": f"def double(x):\n    return x * 2 + {number}\n",
        }
        return Result.model_validate(values | fields)

    return make


@pytest.fixture
def clock() -> Clock:
    """Time that stands still."""
    return Clock()


@pytest.fixture
def bare(store_url: str) -> Iterator[Store]:
    """An open, empty store."""
    with open_store(store_url) as opened:
        yield opened


@pytest.fixture
def desk(bare: Store, clock: Clock) -> ReviewStore:
    """A project ``p``: three pairs, each judged twice, locks of 30 minutes."""
    return make_desk(bare, clock, overlap=2)
