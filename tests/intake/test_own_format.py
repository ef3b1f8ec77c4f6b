"""Our own task folders: what a file says becomes the task, what is wrong is told by line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.intake import bundled_responses, detect_reader, load_tasks
from harness.models import Form, InvalidRow, Response, Task, TestKind, Trust

ROOT = Path(__file__).resolve().parents[2]
TOML = """\
id = "double"
title = "Twice as much"
language = "python"
kind = "call"
entry_point = "double"
tags = ["numbers"]
licence = "CC0"
trust = "isolated"

[comparator]
kind = "float"
rel_tol = 1e-6

[[cases]]
args = [2]
expected = 4
"""


def _folder(root: Path, toml: str = TOML, **files: str) -> Path:
    folder = root / "double"
    folder.mkdir(parents=True)
    (folder / "task.toml").write_text(toml, "utf-8")
    for name, text in {"prompt_md": "Write double(x).", **files}.items():
        file = folder / name.replace("_", ".", 1).replace("__", "/")
        file.parent.mkdir(exist_ok=True, parents=True)
        file.write_text(text, "utf-8")
    return folder


def _one(path: Path) -> Task:
    found = load_tasks(path)
    assert found.invalid == ()
    (task,) = found.tasks.values()
    return task


def _why_not(path: Path) -> InvalidRow:
    found = load_tasks(path)
    assert found.tasks == {}
    return found.invalid[0]


def test_a_folder_becomes_a_task(tmp_path: Path) -> None:
    folder = _folder(tmp_path, reference_py="def double(x):\n    return 2 * x\n")
    (folder / "files").mkdir()
    (folder / "files" / "data.txt").write_text("7\n", "utf-8")
    for path in (tmp_path, folder, folder / "task.toml"):
        task = _one(path)
        assert (task.task_id, task.kind, task.trust) == ("double", TestKind.CALL, Trust.ISOLATED)
        assert task.prompt == "Write double(x)."
        assert (task.cases[0].name, task.cases[0].args, task.cases[0].expected) == (
            "case 1",
            (2,),
            4,
        )
        assert task.comparator.rel_tol == 1e-6
        assert task.reference == "def double(x):\n    return 2 * x\n"
        assert task.files == {"data.txt": "7\n"}


def test_cases_may_live_in_their_own_file(tmp_path: Path) -> None:
    stdio = 'id = "d"\nlanguage = "python"\nkind = "stdio"\n'
    cases = json.dumps([{"name": "one", "stdin": "1\n", "stdout": "2\n", "argv": ["-v"]}])
    task = _one(_folder(tmp_path, stdio, cases_json=cases))
    assert (task.cases[0].expected, task.cases[0].argv) == ("2\n", ("-v",))
    assert task.comparator.kind == "lines"


@pytest.mark.parametrize(
    ("change", "reason", "line"),
    [
        (("kind =", "kindd ="), "unknown key 'kindd'", 4),
        (('"call"', '"cal"'), "kind: Input should be", 4),
        (('"python"', '"perl"'), "unknown language 'perl'", 3),
        (("rel_tol = 1e-6", "rel_tol = 'x'"), "comparator.rel_tol", 12),
        (("expected = 4", "expectd = 4"), "unknown key 'expectd'", 16),
        (("[comparator]", "[comparator"), "not valid TOML", 10),
        (("[[cases]]\nargs = [2]\nexpected = 4\n", ""), "without cases", None),
        (('entry_point = "double"\n', ""), "needs entry_point", None),
        (('id = "double"\n', ""), "no id", None),
    ],
)
def test_a_wrong_task_toml_names_line_and_fix(
    tmp_path: Path, change: tuple[str, str], reason: str, line: int | None
) -> None:
    bad = _why_not(_folder(tmp_path, TOML.replace(*change)))
    assert reason in bad.reason
    assert bad.file.endswith("task.toml")
    assert line is None or bad.line == line


def test_a_task_needs_a_prompt_and_one_place_for_cases(tmp_path: Path) -> None:
    folder = _folder(tmp_path, cases_json="[]")
    assert "keep one of them" in _why_not(folder).reason
    (folder / "cases.json").unlink()
    (folder / "prompt.md").unlink()
    assert "prompt.md" in _why_not(folder).reason


def test_one_bad_folder_does_not_hide_the_others(tmp_path: Path) -> None:
    _folder(tmp_path / "a")
    _folder(tmp_path / "b", "id = ")
    found = load_tasks(tmp_path)
    assert list(found.tasks) == ["double"]
    assert len(found.invalid) == 1


def test_bundled_responses_carry_the_outcome_in_their_names(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    (folder / "responses").mkdir()
    for name in ("right_plain.py", "wrong_triple.md", "broken_syntax.py", "maybe.py"):
        (folder / "responses" / name).write_text("def double(x): return 2 * x\n", "utf-8")
    found = {Path(row.origin or "").stem if isinstance(row, Response) else "bad": row
             for row in bundled_responses(tmp_path)}  # fmt: skip
    right, wrong, bad = found["right_plain"], found["wrong_triple"], found["bad"]
    assert isinstance(right, Response)
    assert (right.response_id, right.model) == ("double#right_plain", "bundled")
    assert (right.expected_pass, right.form) == (True, Form.FULL)
    assert isinstance(wrong, Response)
    assert (wrong.expected_pass, wrong.form) == (False, Form.CHAT)
    assert isinstance(bad, InvalidRow)
    assert "start it with right_" in bad.reason


def test_the_tasks_we_ship_are_all_readable() -> None:
    path = ROOT / "tasks"
    assert detect_reader(path, "tasks").name == "harness"
    found = load_tasks(path)
    assert found.invalid == ()
    assert len(found.tasks) >= 12
    assert all(task.reference for task in found.tasks.values())
    responses = list(bundled_responses(path))
    assert not [row for row in responses if isinstance(row, InvalidRow)]
    assert {row.task_id for row in responses} == set(found.tasks)
