"""Errors become one clear message and the promised exit code; commands explain themselves."""

from __future__ import annotations

import errno
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from harness import __version__
from harness.cli import main
from harness.errors import EngineUnavailable, InputError, StoreError, UsageError


def harness(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "harness", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def code_of(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> int:
    """Exit code of a command that raises ``error``."""
    app = typer.Typer(pretty_exceptions_enable=False)

    @app.command()
    def fail() -> None:
        raise error

    monkeypatch.setattr(main, "build_app", lambda: app)
    monkeypatch.setattr(sys, "argv", ["harness"])
    with pytest.raises(SystemExit) as stop:
        main.main()
    assert isinstance(stop.value.code, int)
    return stop.value.code


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InputError("wrong"), 1),
        (StoreError("wrong"), 1),
        (UsageError("wrong"), 2),
        (EngineUnavailable("wrong"), 4),
        (KeyboardInterrupt(), 130),
        (OSError(errno.ENOSPC, "No space left on device", "results.jsonl"), 1),
        (RuntimeError("wrong"), 3),
    ],
)
def test_exit_codes(error: BaseException, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert code_of(error, monkeypatch) == code


def test_an_error_names_file_line_and_fix(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    error = InputError("no task_id", file="answers.jsonl", line=7, fix="add task_id")
    code_of(error, monkeypatch)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "answers.jsonl:7: no task_id" in captured.err
    assert "fix: add task_id" in captured.err


def test_a_bug_leaves_its_traceback_in_a_file_and_one_line_for_the_person(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("HARNESS_HOME", str(tmp_path))
    code_of(ZeroDivisionError("oh no"), monkeypatch)
    (log,) = (tmp_path / "logs").glob("*.log")
    assert "Traceback" in log.read_text(encoding="utf-8")
    said = capsys.readouterr().err
    assert "ZeroDivisionError: oh no" in said
    assert str(log) in said
    assert "Traceback" not in said


def test_a_bug_in_the_settings_still_leaves_a_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HARNESS_WORKERS", "many")
    assert code_of(RuntimeError("deep"), monkeypatch) == 3
    said = capsys.readouterr().err
    log = Path(said.split("traceback is in ")[1].split(";")[0])
    assert "RuntimeError: deep" in log.read_text(encoding="utf-8")
    log.unlink()


def test_version_and_wrong_options() -> None:
    assert harness("--version").stdout.strip() == f"harness {__version__}"
    wrong = harness("images", "build", "--no-such-option")
    assert wrong.returncode == 2
    assert "no-such-option" in wrong.stderr


def commands(command: Any, name: str = "harness") -> Iterator[tuple[str, Any]]:
    yield name, command
    for child, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, f"{name} {child}")


def test_every_command_says_what_it_does() -> None:
    root = typer.main.get_command(main.build_app())
    found = dict(commands(root))
    assert {"harness doctor", "harness images build", "harness images prune"} <= set(found)
    assert [name for name, command in found.items() if not command.help] == []


def test_every_option_says_what_it_is_for() -> None:
    root = typer.main.get_command(main.build_app())
    silent = [
        f"{name} {parameter.name}"
        for name, command in commands(root)
        for parameter in command.params
        if not getattr(parameter, "help", None)
    ]
    assert silent == []


def test_help_does_not_load_engines_databases_or_tables() -> None:
    script = (
        "import sys; from harness.cli.main import build_app; build_app(); "
        "print(sorted({'docker', 'sqlalchemy', 'pyarrow', 'numpy', 'jinja2', 'tree_sitter'}"
        " & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_run_of_jsonl_over_sqlite_loads_no_other_formats_and_databases() -> None:
    unwanted = ["pyarrow", "pandas", "psycopg", "alembic", "sqlalchemy.dialects.postgresql"]
    script = (
        "import sys; import harness.pipeline, harness.store, harness.cli._live, "
        f"harness.cli._render; print(sorted(set({unwanted}) & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
