"""What a user gets wrong is said in one message, with the place and the fix, before any work."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TASK = (
    'id = "one"\nlanguage = "python"\nkind = "call"\nentry_point = "f"\n[[cases]]\nexpected = 1\n'
)
ROW = '{"task_id": "one", "model": "m", "text": "def f(): return 1"}\n'


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "tasks" / "one"
    folder.mkdir(parents=True)
    (folder / "task.toml").write_text(TASK)
    (folder / "prompt.md").write_text("Write f, which returns 1.\n")
    (tmp_path / "answers.jsonl").write_text(ROW)
    return tmp_path


def harness(work: Path, *arguments: str, home: str = "home") -> subprocess.CompletedProcess[str]:
    # No engine: whatever is wrong must be said without one.
    own = {"HARNESS_HOME": str(work / home), "DOCKER_HOST": "unix:///nowhere.sock"}
    command = [sys.executable, "-m", "harness", *arguments]
    return subprocess.run(
        command, cwd=work, env=os.environ | own, capture_output=True, text=True, check=False
    )


def runs(work: Path) -> bool:
    """Whether a run was begun."""
    return (work / "home" / "store.sqlite3").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nowhere"], 1, "nowhere: no such file"),
        (["tasks", "-r", "nowhere.jsonl"], 1, "nowhere.jsonl: no such file"),
        (["tasks", "-r", "answers.jsonl", "--format", "odd"], 1, "use one of chat, corpus, csv"),
        (["tasks", "-r", "answers.jsonl", "--language", "cobol"], 2, "use one of python"),
        (["tasks", "-r", "answers.jsonl", "--isolation", "hot"], 2, "choose warm or fresh"),
        (["tasks", "-r", "answers.jsonl", "--engine", "moon"], 2, "use --engine local"),
        (["tasks", "-r", "answers.jsonl", "--out", "answers.jsonl"], 1, "choose another --out"),
        (["tasks", "-r", "answers.jsonl", "--resume"], 1, "no unfinished run"),
        (["tasks", "-r", "answers.jsonl", "--wrokers", "2"], 2, "--workers"),
    ],
)
def test_wrong_options(work: Path, arguments: list[str], code: int, said: str) -> None:
    done = harness(work, "run", *arguments)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_task_file_with_a_mistake_is_named_with_its_line(work: Path) -> None:
    (work / "tasks" / "one" / "task.toml").write_text(TASK.replace("entry_point", "entrypoint"))
    done = harness(work, "run", "tasks", "-r", "answers.jsonl")
    assert done.returncode == 1
    assert "task.toml:4: unknown key 'entrypoint'" in done.stderr
    assert not runs(work)


def test_a_responses_file_without_one_good_row_says_what_the_first_lacks(work: Path) -> None:
    (work / "answers.jsonl").write_text('{"task_id": "one", "text": \n')
    done = harness(work, "run", "tasks", "-r", "answers.jsonl")
    assert done.returncode == 1
    assert "answers.jsonl:1: no readable row: not valid JSON at column 28" in done.stderr
    assert not runs(work)


def test_an_unknown_kind_of_file_lists_the_known_ones(work: Path) -> None:
    (work / "answers.txt").write_text("def f(): return 1\n")
    done = harness(work, "run", "tasks", "-r", "answers.txt")
    assert done.returncode == 1
    assert "unknown kind of file .txt" in done.stderr
    assert ".jsonl" in done.stderr


def test_a_home_that_cannot_be_written_is_the_users_to_change(work: Path) -> None:
    (work / "home").write_text("a file where the folder should be")
    done = harness(work, "run", "tasks", "-r", "answers.jsonl")
    assert done.returncode == 1
    assert "choose another HARNESS_HOME" in done.stderr


def test_without_an_engine_the_exit_code_is_4_and_the_fix_is_named(work: Path) -> None:
    done = harness(work, "run", "tasks", "-r", "answers.jsonl")
    assert done.returncode == 4
    assert "DOCKER_HOST" in done.stderr
    assert "fix:" in done.stderr


def test_listing_tasks_says_which_could_not_be_read(work: Path) -> None:
    bad = work / "tasks" / "two"
    bad.mkdir()
    (bad / "task.toml").write_text('id = "two"\nlanguage = "pyton"\n')
    done = harness(work, "tasks", "list", "tasks")
    assert "one" in done.stdout
    assert "two/task.toml:2: unknown language 'pyton'" in done.stderr
