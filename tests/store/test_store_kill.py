"""A writer killed at any moment leaves whole batches, and a resumed one loses nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest
from sqlalchemy import text

from harness.models import Result
from harness.store import open_store
from harness.store.connect import connect

BATCH = 40

# Reports each batch once it is committed, and never ends by itself.
WRITER = """
import sys
from itertools import count
from harness.models import Result, RunInfo
from harness.store import open_store

store = open_store(sys.argv[1])
store.create_run(RunInfo(run_id="r1", started_at="2030"))
template = Result.model_validate_json(sys.argv[2])
for start in count(0, 40):
    batch = range(start, start + 40)
    store.add_results(
        "r1", [(n, template.model_copy(update={"response_id": f"response-{n}"})) for n in batch]
    )
    print(start + 40, flush=True)
"""


@pytest.mark.parametrize("batches", [1, 4, 15])
def test_a_killed_writer_leaves_whole_batches_and_resumes(
    store_url: str, make_result: Callable[..., Result], batches: int
) -> None:
    template = make_result(0, build_log="x" * 20_000)
    acknowledged = _write_until_killed(store_url, template, batches)
    total = acknowledged + 10 * BATCH
    ids = [f"response-{n}" for n in range(total)]
    with open_store(store_url) as store:
        stored = store.has_results("r1", ids)
        assert len(stored) >= acknowledged
        assert len(stored) % BATCH == 0
        assert stored == set(ids[: len(stored)])
        assert store.max_seq("r1") == len(stored) - 1

        everything = [
            (n, template.model_copy(update={"response_id": i})) for n, i in enumerate(ids)
        ]
        store.add_results("r1", everything)
        assert [result.response_id for result in store.results("r1")] == ids
    _assert_sound(store_url)


def _write_until_killed(url: str, template: Result, batches: int) -> int:
    command = [sys.executable, "-c", WRITER, url, template.model_dump_json()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        acknowledged = [int(writer.stdout.readline()) for _ in range(batches)]
        os.kill(writer.pid, signal.SIGKILL)
        rest = writer.stdout.read().split()
        assert writer.wait() == -signal.SIGKILL
    return int(rest[-1]) if rest else acknowledged[-1]


def _assert_sound(url: str) -> None:
    database = connect(url)
    if database.file:
        with database.read() as connection:
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    database.reader.dispose()
