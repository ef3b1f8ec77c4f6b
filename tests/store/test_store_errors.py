"""Every way a store can be unusable is one clear message with the place and the fix."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from harness.errors import StoreError
from harness.models import Result, RunInfo
from harness.store import connect, open_store


def _refused(url: str) -> StoreError:
    with pytest.raises(StoreError) as caught:
        open_store(url)
    assert caught.value.fix
    return caught.value


def test_a_file_that_is_no_database(sqlite_file: Path) -> None:
    sqlite_file.write_bytes(b"no database, just text\n" * 100)
    error = _refused(f"sqlite:///{sqlite_file}")
    assert "not a database" in error.message
    assert error.file == str(sqlite_file)


def test_a_database_of_something_else_is_not_touched(sqlite_file: Path) -> None:
    with closing(sqlite3.connect(sqlite_file)) as other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")
    assert "something else" in _refused(f"sqlite:///{sqlite_file}").message
    with closing(sqlite3.connect(sqlite_file)) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("bookmarks",)]


def test_a_path_that_cannot_be_a_file(tmp_path: Path) -> None:
    assert "unable to open" in _refused(f"sqlite:///{tmp_path}").message
    (tmp_path / "file").write_text("")
    assert "cannot create its folder" in _refused(f"sqlite:///{tmp_path}/file/x.sqlite3").message


def test_a_store_that_another_process_keeps_locked(
    sqlite_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connect, "BUSY_TIMEOUT_MS", 20)
    with (
        open_store(f"sqlite:///{sqlite_file}") as store,
        closing(sqlite3.connect(sqlite_file, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked") as caught:
            store.create_run(RunInfo(run_id="r1", started_at="2030"))
        assert caught.value.fix
        assert "another process" in caught.value.fix
        other.execute("COMMIT")
        store.create_run(RunInfo(run_id="r1", started_at="2030"))


def test_damaged_pages_and_damaged_results(
    sqlite_file: Path, make_result: Callable[..., Result]
) -> None:
    url = f"sqlite:///{sqlite_file}"
    with open_store(url) as store:
        store.create_run(RunInfo(run_id="r1", started_at="2030"))
        store.add_results("r1", [(n, make_result(n)) for n in range(2000)])
    with closing(sqlite3.connect(sqlite_file)) as other, other:
        other.execute("UPDATE result SET payload = x'00ff' WHERE seq = 700")
    with (
        open_store(url) as store,
        pytest.raises(StoreError, match="stored result is damaged"),
    ):
        list(store.results("r1"))
    whole = sqlite_file.read_bytes()
    sqlite_file.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))
    assert "malformed" in _refused(url).message


def test_a_full_disk_loses_the_batch_and_nothing_else(
    sqlite_file: Path, make_result: Callable[..., Result]
) -> None:
    script = """
import resource, sys
from harness.errors import StoreError
from harness.models import Result, RunInfo
from harness.store import open_store
template = Result.model_validate_json(sys.argv[2])
store = open_store(sys.argv[1])
store.create_run(RunInfo(run_id="r1", started_at="2030"))
limit = 300_000
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
stored = 0
try:
    while True:
        ids = range(stored, stored + 100)
        store.add_results(
            "r1", [(n, template.model_copy(update={"response_id": str(n)})) for n in ids]
        )
        stored += 100
except StoreError as error:
    print(stored, error.file, error.fix, sep="|")
"""
    url = f"sqlite:///{sqlite_file}"
    command = [sys.executable, "-c", script, url, make_result(0).model_dump_json()]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    stored, file, fix = done.stdout.strip().split("|")
    assert file == str(sqlite_file)
    assert "resume" in fix
    with open_store(url) as store:
        assert [result.response_id for result in store.results("r1")] == [
            str(n) for n in range(int(stored))
        ]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("mysql://someone:secret@host/x", "mysql cannot hold a store"),
        ("store.sqlite3", "cannot be read"),
        ("postgresql://someone:secret@127.0.0.1:1/x", "refused"),
    ],
)
def test_a_url_that_cannot_work_is_explained_without_its_password(url: str, words: str) -> None:
    error = _refused(url)
    assert words in error.message
    assert "secret" not in str(error)


def test_a_backup_is_a_whole_store_and_never_overwrites(
    sqlite_file: Path, tmp_path: Path, make_result: Callable[..., Result]
) -> None:
    copy = tmp_path / "copy.sqlite3"
    with open_store(f"sqlite:///{sqlite_file}") as store:
        store.create_run(RunInfo(run_id="r1", started_at="2030"))
        store.add_results("r1", [(0, make_result(0))])
        store.backup(copy)
        with pytest.raises(StoreError, match="exists already"):
            store.backup(copy)
    with open_store(f"sqlite:///{copy}") as store:
        assert list(store.results("r1")) == [make_result(0)]


def test_postgresql_is_backed_up_by_its_own_tool(store_url: str, tmp_path: Path) -> None:
    with open_store(store_url) as store:
        if store_url.startswith("sqlite"):
            store.backup(tmp_path / "copy.sqlite3")
            assert (tmp_path / "copy.sqlite3").stat().st_size > 0
        else:
            with pytest.raises(StoreError, match="only a SQLite store"):
                store.backup(tmp_path / "copy.sqlite3")
