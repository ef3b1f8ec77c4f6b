"""The server is killed under load and started again: nothing it had acknowledged is lost."""

from __future__ import annotations

import time
from pathlib import Path

from tests.review.crowd import Pace, crowd, faults, served, stock

PEOPLE = 6
PACE = Pace(autosave_s=0.1, beat_s=0.5, item_s=1.0)


def test_a_killed_server_has_lost_nothing_it_acknowledged(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.sqlite3"
    sessions = stock(url, PEOPLE, items=PEOPLE * 20)
    with served(tmp_path, url) as server:
        notes, trainers = crowd(server.port, sessions, PACE, lasts_s=12.0)
        before = 0
        for _ in range(2):
            time.sleep(3.0)
            server.kill()
            before = notes.submissions()
            server.start()
        for one in trainers:
            one.join()
    assert notes.troubles == []
    assert notes.unanswered, "nobody noticed that the server was gone"
    assert notes.submissions() > before > 0, "work went on before and after"
    assert faults(url, notes) == []
