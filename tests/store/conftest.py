"""A fresh store per test on both databases; PostgreSQL runs as a throw-away cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.models import CaseResult, Language, Result, RunInfo, Trust, Verdict
from harness.store import ReviewStore, Store, open_store
from tests.store.cluster import cluster, found_tool, new_database
from tests.store.review_data import Clock, make_desk

MakeResult = Callable[..., Result]


@pytest.fixture(scope="session")
def postgres_socket() -> Iterator[Path]:
    """Start a cluster that listens on a unix socket only; yield the socket's folder."""
    if not found_tool("initdb"):
        pytest.skip("initdb of PostgreSQL is not installed")
    with cluster(fsync=False) as folder:
        yield folder


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new folder' / 'store.sqlite3'}"
    socket: Path = request.getfixturevalue("postgres_socket")
    return new_database(socket)


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
