"""How long a person at the review desk waits for a run: ``python -m benchmarks.review_runs``.

Changed code (here: as it is) of a bundled task of each language, judged by all its tests, from
asking to the result over HTTP; the first run, which starts the sandboxes, and the median of more.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from starlette.testclient import TestClient

from harness.models.review import Role
from harness.review.app import create_app
from harness.review.options import ReviewOptions, RunLimits
from harness.store import open_store, review_of
from tests.review.run_samples import TASKS, make_run_project

HEADERS = {"origin": "http://127.0.0.1"}
MORE = 5


def wait_s(client: TestClient, desk: str, code: str) -> float:
    """Seconds from asking for a run to its result."""
    begin = time.monotonic()
    body = {"kind": "edit", "letters": ["A"], "code": code}
    run_id = client.post(f"{desk}/runs", json=body, headers=HEADERS).json()["id"]
    while client.get(f"{desk}/runs/{run_id}").json()["state"] in {"waiting", "running"}:
        time.sleep(0.01)
    return time.monotonic() - begin


def measure(language: str, home: Path) -> tuple[float, float]:
    """The first wait and the median of later ones, s."""
    with open_store(f"sqlite:///{home}/store.sqlite3") as store:
        review = review_of(store)
        make_run_project(store, review, language)
        options = ReviewOptions(home=home, runs=RunLimits(per_minute=100))
        with TestClient(
            create_app(store, options), base_url="http://127.0.0.1", follow_redirects=False
        ) as client:
            person = review.add_person("Tina", "tina", Role.TRAINER)
            client.cookies.set(options.cookie, review.start_session(person.person_id))
            started = client.post("/projects/runs/start", headers=HEADERS)
            desk = f"/api{started.headers['location']}"
            code = client.get(f"{desk}/runs").json()["codes"]["A"]
            waits = [wait_s(client, desk, code) for _ in range(1 + MORE)]
    return waits[0], statistics.median(waits[1:])


def main() -> None:
    """Measure every language, one line each."""
    for language in TASKS:
        with tempfile.TemporaryDirectory() as home:
            first, later = measure(language, Path(home))
        print(f"{language:11} first {first:.2f} s, then {later:.2f} s", flush=True)


if __name__ == "__main__":
    main()
