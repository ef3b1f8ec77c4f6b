"""``harness flag --calibrate``: from runs in the store, or their files, to strength.json."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner
from typer.testing import Result as Outcome

from harness.cli import main
from harness.errors import HarnessError, InputError, StoreError, UsageError
from harness.flags.strength import measured
from harness.models import Language, Result, RunInfo, Task, TestKind, Trust, Verdict
from harness.store import open_store

GOOD = "def mean(values):\n    return sum(values) / len(values)\n"
BAD = "def mean(values):\n    return sum(values) / len(vals)\n"
RUN = "20260101T000000-abcdef"


def task(name: str) -> Task:
    return Task(
        task_id=name, language=Language.PYTHON, kind=TestKind.CALL, prompt="Write mean(values).",
        entry_point="mean",
    )  # fmt: skip


def result(name: str, number: int, verdict: Verdict) -> Result:
    return Result(
        response_id=f"{name}-{number}", task_id=name, language=Language.PYTHON, model=f"m{number}",
        verdict=verdict, trust=Trust.ISOLATED, code=GOOD if verdict is Verdict.PASSED else BAD,
    )  # fmt: skip


TASKS = [task(f"mean-{number}") for number in range(12)]
RESULTS = [
    result(one.task_id, number, verdict)
    for one in TASKS
    for number, verdict in enumerate([Verdict.PASSED, Verdict.FAILED, Verdict.RUNTIME_ERROR])
]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home with one run: its wrong responses use a name that nobody defined."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HARNESS_HOME", str(home))
    monkeypatch.chdir(tmp_path)
    with open_store(f"sqlite:///{home / 'store.sqlite3'}") as store:
        store.create_run(RunInfo(run_id=RUN, started_at="2026-01-01T00:00:00+00:00"))
        store.add_tasks(RUN, TASKS)
        store.add_results(RUN, enumerate(RESULTS))
    measured.cache_clear()
    yield home
    measured.cache_clear()


def flag(*arguments: str) -> Outcome:
    return CliRunner().invoke(main.build_app(), ["flag", *arguments])


def failed(*arguments: str) -> HarnessError:
    error = flag(*arguments).exception
    assert isinstance(error, HarnessError)
    return error


def test_a_run_makes_a_rule_strong_and_the_next_flag_says_so(home: Path) -> None:
    done = flag("--calibrate", RUN)
    assert done.exit_code == 0
    (row,) = [line for line in done.stdout.splitlines() if " undefined-name " in line]
    assert row.split()[2:5] == ["24:0", "∞", "12"]
    assert row.endswith("strong")
    assert f"written to {home / 'strength.json'}" in done.stdout
    assert "instead of the one that came along" in done.stdout
    measured.cache_clear()
    Path("bad.py").write_text(BAD)
    found = flag("bad.py").stdout
    assert "bad.py:2:30: strong: vals is not defined" in found
    assert "right 24 of 24 times" in found
    assert "python: strong; right 24 of 24 times; the wrong ones in 12 tasks" in " ".join(
        flag("--explain", "undefined-name").stdout.split()
    )


def test_the_command_and_the_seed_stand_in_the_file(home: Path) -> None:
    assert flag("--calibrate", RUN, "--seed", "3", "--out", "own file.json").exit_code == 0
    found = json.loads(Path("own file.json").read_text())
    assert found["command"] == f"harness flag --calibrate {RUN} --seed 3 --out 'own file.json'"
    assert found["seed"] == 3
    assert not (home / "strength.json").exists()


def test_json_is_what_the_file_holds(home: Path) -> None:
    printed = json.loads(flag("--calibrate", RUN, "--json").stdout)
    assert printed.pop("path") == str(home / "strength.json")
    assert printed == json.loads((home / "strength.json").read_text())
    layers = printed["languages"]["python"]["layers"]
    assert (layers["strong"]["wrong"]["hits"], layers["strong"]["right"]["size"]) == (24, 12)
    assert layers["contract"]["discriminating"] == layers["contract"]["pairs"] == 24


def test_results_of_another_machine_need_their_tasks(home: Path) -> None:
    file = Path("results.jsonl")
    file.write_text("".join(one.model_dump_json() + "\n" for one in RESULTS))
    error = failed("--calibrate", str(file))
    assert isinstance(error, InputError)
    assert "task 'mean-0' is not known" in error.message
    assert "--tasks" in str(error)
    rows = Path("tasks.jsonl")
    rows.write_text("".join(
        json.dumps({"id": one.task_id, "language": "python", "kind": "call", "prompt": one.prompt,
                    "entry_point": "mean", "cases": [{"args": [[1]], "expected": 1}]}) + "\n"
        for one in TASKS))  # fmt: skip
    assert flag("--calibrate", str(file), "--tasks", str(rows)).exit_code == 0
    found = json.loads((home / "strength.json").read_text())
    assert found["rules"]["undefined-name"]["python"]["wrong"] == 24


def test_a_line_that_is_no_result_is_named(home: Path) -> None:
    file = Path("results.jsonl")
    file.write_text(RESULTS[0].model_dump_json() + '\n\n{"verdict": "passed"}\n')
    error = failed("--calibrate", str(file), "--tasks", str(_tasks()))
    assert (error.file, error.line) == (file, 3)


def _tasks() -> Path:
    file = Path("tasks.jsonl")
    row = {"id": "mean-0", "language": "python", "kind": "call", "prompt": "p", "entry_point": "f",
           "cases": [{"args": [], "expected": 1}]}  # fmt: skip
    file.write_text(json.dumps(row) + "\n")
    return file


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        (["--calibrate"], UsageError, "nothing to measure"),
        (["--calibrate", "no-such-run"], StoreError, "no run 'no-such-run'"),
        (["--calibrate", RUN, "--only", "dead-store"], UsageError, "measures all rules"),
        (["--calibrate", RUN, "--references", "nowhere"], InputError, "no such file"),
        (["--out", "x.json", "bad.py"], UsageError, "belong to --calibrate"),
        (["--calibrate", RUN, "--out", "/dev/null/x.json"], InputError, "cannot be a folder"),
    ],
)
def test_what_cannot_be_done_is_said(
    home: Path, arguments: list[str], kind: type[HarnessError], message: str
) -> None:
    error = failed(*arguments)
    assert type(error) is kind
    assert message in error.message


def test_a_damaged_file_ends_a_run_before_it_begins(home: Path) -> None:
    (home / "strength.json").write_text('{"schema_version": 1,\n "rules": 3}\n')
    done = CliRunner().invoke(main.build_app(), ["run", str(_tasks()), "--out", "report"])
    assert isinstance(done.exception, InputError)
    assert (done.exception.file, done.exception.line) == (home / "strength.json", 2)
    with open_store(f"sqlite:///{home / 'store.sqlite3'}") as store:
        assert [one.run_id for one in store.list_runs()] == [RUN]


def test_a_damaged_file_is_never_taken_for_no_flags(home: Path) -> None:
    (home / "strength.json").write_text("{}\n{}\n")
    rows = Path("answers.jsonl")
    rows.write_text(json.dumps({"task_id": "mean-0", "response_id": "a", "text": BAD}) + "\n")
    error = failed("--tasks", str(_tasks()), "--responses", str(rows))
    assert (error.file, error.line) == (home / "strength.json", 2)


@pytest.mark.engine
def test_a_reference_is_run_and_counts_if_it_passes(home: Path) -> None:
    rows = [
        {"id": one.task_id, "language": "python", "kind": "call", "prompt": one.prompt,
         "entry_point": "mean", "cases": [{"args": [[1, 3]], "expected": 2}],
         "reference": GOOD if one.task_id == "mean-0" else BAD}
        for one in TASKS[:2]
    ]  # fmt: skip
    Path("tasks.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = flag("--calibrate", RUN, "--references", "tasks.jsonl", "--json")
    assert "reference: 1 of 2 pass" in done.stderr
    assert json.loads(done.stdout)["languages"]["python"]["right"] == 13
