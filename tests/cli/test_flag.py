"""``harness flag``: what it looks at, what it prints, how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from harness.cli import main
from harness.errors import InputError, UsageError
from harness.flags import rules
from harness.flags.strength import Measured, measured
from harness.flags.strength_file import Calibration, strength_text
from harness.models import Language, Strength
from tests.flags.test_sarif import validate

BAD = "def mean(values):\n    return sum(values) / len(vals)\n"
TASK = (
    'id = "one"\nlanguage = "python"\nkind = "call"\nentry_point = "mean"\n'
    "[[cases]]\nargs = [[1]]\nexpected = 1\n"
)
ROWS = [
    {"task_id": "one", "response_id": "good", "model": "m", "text": "def mean(v): return v[0]"},
    {"task_id": "one", "response_id": "renamed", "model": "m", "text": "def Mean(v): return v[0]"},
    {"task_id": "two", "response_id": "lost", "model": "m", "text": "x = 1"},
]


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder to work in. Nothing is measured there, so whatever is found is a hint."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HARNESS_HOME", str(tmp_path / ".home"))
    measure(tmp_path, Calibration())
    (tmp_path / "bad.py").write_text(BAD)
    (tmp_path / "good.js").write_text("const one = 1;\nconsole.log(one);\n")
    folder = tmp_path / "tasks" / "one"
    folder.mkdir(parents=True)
    (folder / "task.toml").write_text(TASK)
    (folder / "prompt.md").write_text("Write mean.\n")
    (tmp_path / "answers.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    yield tmp_path
    measured.cache_clear()


def measure(work: Path, calibration: Calibration) -> None:
    (work / ".home").mkdir(exist_ok=True)
    (work / ".home" / "strength.json").write_text(strength_text(calibration))
    measured.cache_clear()


def flag(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(main.build_app(), ["flag", *arguments], input=stdin)


def test_a_flag_shows_the_line_the_place_and_the_question(work: Path) -> None:
    lines = flag("bad.py").stdout.splitlines()
    assert lines[0] == "bad.py:2:30: hint: vals is not defined; values is [undefined-name]"
    source, caret = lines[1:3]
    start = source.index("vals)")
    assert caret[start : start + 5] == "^^^^"
    assert caret[:start].strip("| ") == ""
    assert lines[3].strip() == "? Is vals meant to be values?"


def test_folders_are_searched_and_what_is_no_program_is_passed_over(work: Path) -> None:
    (work / "notes.txt").write_text("nothing here\n")
    (work / "node_modules").mkdir()
    (work / "node_modules" / "lib.js").write_text("undefinedThing();\n")
    found = flag(".")
    assert "1 flag (0 strong) in 1 of 2 programs" in found.stderr
    assert found.exit_code == 0


def test_stdin_needs_a_language(work: Path) -> None:
    assert isinstance(flag("-", stdin=BAD).exception, UsageError)
    assert "<stdin>:2:30:" in flag("-", "--language", "python", stdin=BAD).stdout


def test_a_file_of_unknown_language_is_an_error_with_a_fix(work: Path) -> None:
    (work / "answer.txt").write_text(BAD)
    error = flag("answer.txt").exception
    assert isinstance(error, InputError)
    assert "--language" in (error.fix or "")
    assert "vals" in flag("answer.txt", "--language", "python").stdout


def test_responses_are_looked_at_with_their_task(work: Path) -> None:
    found = flag("--tasks", "tasks", "--responses", "answers.jsonl")
    assert "renamed:1:5: hint: mean is asked for" in found.stdout
    assert "good:" not in found.stdout
    assert "answers.jsonl:3: no task is named 'two'" in found.stderr


def test_json_holds_every_field_and_the_counts(work: Path) -> None:
    report = json.loads(flag("--tasks", "tasks", "-r", "answers.jsonl", "--json").stdout)
    assert (report["schema_version"], report["programs"], report["flagged"]) == (1, 2, 1)
    (row,) = report["flags"]
    assert (row["response_id"], row["task_id"]) == ("renamed", "one")
    assert (row["rule"], row["line"], row["strength"]) == ("entry-point-missing", 1, "hint")


def test_sarif_is_valid(work: Path) -> None:
    (result,) = validate(flag("bad.py", "good.js", "--sarif").stdout)
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "bad.py"


def test_responses_unlike_their_siblings_are_flagged_with_every_difference(work: Path) -> None:
    usual = "def mean(v):\n    return sum(v) / len(v)\n"
    odd = "def mean(v):\n  n = 7\n  while v[0] % n < 3:\n    n = n * n - 1\n  return str(n)\n"
    rows = [
        {"task_id": "one", "response_id": f"r{n}", "model": "m", "text": usual} for n in range(4)
    ]
    rows.append({"task_id": "one", "response_id": "odd", "model": "m", "text": odd})
    (work / "many.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    arguments = ("--tasks", "tasks", "--responses", "many.jsonl")
    only = ("--only", "differs-from-siblings")
    printed = flag(*arguments, *only).stdout
    assert printed.startswith("odd:3:")
    assert "4 of 4 siblings call sum(), this one does not" in printed
    assert flag(*arguments, "--disable", "differs-from-siblings", *only).stdout == ""


@pytest.mark.parametrize(("level", "code"), [("never", 0), ("hint", 1), ("strong", 0)])
def test_only_fail_on_makes_flags_an_error(work: Path, level: str, code: int) -> None:
    assert flag("bad.py", "--fail-on", level).exit_code == code
    assert flag("good.js", "--fail-on", level).exit_code == 0


def test_a_strong_flag_says_what_it_was_worth_and_can_fail_the_command(work: Path) -> None:
    row = Measured(strength=Strength.STRONG, wrong=40, right=2)
    measure(work, Calibration(rules={"undefined-name": {Language.PYTHON: row}}))
    found = flag("bad.py", "--fail-on", "strong")
    assert found.exit_code == 1
    assert "bad.py:2:30: strong: vals is not defined" in found.stdout
    assert "? Is vals meant to be values? (right 40 of 42 times)" in found.stdout


def test_rules_can_be_switched_off(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert flag("bad.py", "--disable", "undefined-name").stdout == ""
    assert flag("bad.py", "--only", "stub-body").stdout == ""
    monkeypatch.setenv("HARNESS_DISABLED_RULES", "stub-body, undefined-name")
    assert flag("bad.py").stdout == ""


def test_a_settings_file_can_switch_rules_off(work: Path) -> None:
    (work / "harness.toml").write_text('disabled_rules = ["undefined-name"]\n')
    assert flag("bad.py").stdout == ""


def test_an_unknown_rule_is_an_error_that_names_the_nearest(work: Path) -> None:
    for arguments in (["--explain", "undefind-name"], ["bad.py", "--disable", "undefind-name"]):
        error = flag(*arguments).exception
        assert isinstance(error, UsageError)
        assert "undefined-name" in (error.fix or "")


@pytest.mark.parametrize("rule", list(rules()))
def test_every_rule_explains_itself(rule: str) -> None:
    text = flag("--explain", rule).stdout
    for part in ("Why", "Bad", "Good", "Known misses", "Question"):
        assert f"\n{part}" in text


def test_the_rules_are_listed(work: Path) -> None:
    assert len(flag("--rules").stdout.splitlines()) == len(rules())
    rows = [json.loads(line) for line in flag("--rules", "--json").stdout.splitlines()]
    assert [row["rule"] for row in rows] == list(rules())


@pytest.mark.parametrize(
    "arguments",
    [[], ["bad.py", "--tasks", "tasks"], ["-r", "answers.jsonl"], ["bad.py", "--json", "--sarif"],
     ["bad.py", "--fail-on", "all"], ["bad.py", "--language", "cobol"]],
)  # fmt: skip
def test_options_that_do_not_go_together_are_usage_errors(work: Path, arguments: list[str]) -> None:
    error = flag(*arguments).exception
    assert isinstance(error, UsageError)
    assert error.fix or "choose" in str(error)


def harness(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "harness", "flag", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_files_alone_are_answered_as_they_are_with_options(work: Path) -> None:
    alone, with_option = harness("bad.py", "."), harness("bad.py", ".", "--fail-on", "never")
    assert "vals is not defined" in alone.stdout
    assert (alone.returncode, alone.stdout, alone.stderr) == (
        with_option.returncode, with_option.stdout, with_option.stderr)  # fmt: skip


def test_settings_and_missing_files_are_heeded_without_options_too(work: Path) -> None:
    missing = harness("bad.py", "gone.py")
    assert missing.returncode == 1
    assert "gone.py" in missing.stderr
    assert "check the path" in missing.stderr
    (work / "harness.toml").write_text('disabled_rules = ["undefined-name"]\n')
    assert harness("bad.py").stdout == ""


def test_a_file_alone_is_answered_without_the_modules_of_other_commands(work: Path) -> None:
    script = (
        "import sys; from harness.cli import _flag_quick as quick; from pathlib import Path; "
        "import harness.cli.main; quick.flag_files([Path('bad.py')]); "
        "print(sorted({'typer', 'click', 'rich', 'pydantic', 'sqlglot'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
