"""A hundred trainers at one server for three minutes: nothing lost, nothing given out twice."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.review.crowd import Notes, Pace, crowd, faults, served, stock
from tests.store.cluster import new_database
from tests.store.conftest import postgres_socket

__all__ = ["postgres_socket"]
pytestmark = pytest.mark.soak

PEOPLE = 100
LASTS_S = 180.0
ITEMS = PEOPLE * 12


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.sqlite3"
    return new_database(request.getfixturevalue("postgres_socket"))


def check(url: str, notes: Notes) -> None:
    assert notes.troubles == []
    assert {status for _, status in notes.statuses} == {200}
    assert notes.submissions() >= PEOPLE * 3
    assert faults(url, notes) == []


def test_a_hundred_trainers(url: str, tmp_path: Path) -> None:
    sessions = stock(url, PEOPLE, ITEMS)
    with served(tmp_path, url) as server:
        notes, trainers = crowd(server.port, sessions, Pace(), LASTS_S)
        for one in trainers:
            one.join()
    assert notes.unanswered == 0
    check(url, notes)


def test_a_hundred_trainers_and_a_server_that_is_killed_among_them(
    url: str, tmp_path: Path
) -> None:
    sessions = stock(url, PEOPLE, ITEMS)
    with served(tmp_path, url) as server:
        notes, trainers = crowd(server.port, sessions, Pace(), LASTS_S)
        for _ in range(3):
            time.sleep(LASTS_S / 4)
            server.kill()
            server.start()
        for one in trainers:
            one.join()
    assert notes.unanswered > 0
    check(url, notes)
