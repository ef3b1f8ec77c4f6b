"""A task written as a folder reads back as the same task, whatever its id and texts hold."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from harness.errors import InputError
from harness.intake import load_tasks
from harness.intake.export import slug_of, write_task_folder
from harness.models import (
    Case,
    Comparator,
    Language,
    Limits,
    Signature,
    Task,
    TestKind,
    Trust,
    UnitStyle,
)

HOSTILE_IDS = [
    "../../etc/passwd", "/absolute", "..", ".", ".hidden", "a/../b", "a\\b", "nul", "COM1.x",
    "x" * 300, "two\nlines", "späte Eier", "a\x00b", "-rf", "a__b", "dot.", "~", "$(id)", "a b",
]  # fmt: skip


def _task(**changes: object) -> Task:
    values: dict[str, object] = {
        "task_id": "sum/1",
        "language": Language.PYTHON,
        "kind": TestKind.CALL,
        "prompt": "Write total(numbers).\n",
        "entry_point": "total",
        "cases": (Case(name="case 1", args=([1, 2],), expected=3),),
    }
    return Task.model_validate(values | changes)


def _read_back(path: Path) -> dict[str, Task]:
    found = load_tasks(path)
    assert found.invalid == ()
    return {
        key: task.model_copy(update={"origin": None, "line": None})
        for key, task in found.tasks.items()
    }


RICH = [
    _task(
        title='The "sum" \\ of numbers',
        tags=("numbers", "lists"),
        licence="CC0",
        source="own",
        trust=Trust.SHARED,
        limits=Limits(cpu_s=0.5, memory_mb=100),
        comparator=Comparator(kind="float", rel_tol=1e-9, ordered=False),
        reference="def total(numbers):\n    return sum(numbers)\n",
    ),
    _task(
        cases=(
            Case(
                name="edges", args=(2**70, -0.5, None, True, "\ud800", {"$t": "nan"}), expected=[]
            ),
            Case(name="raises", raises="ValueError", kwargs={"x": 1}, hidden=False),
            Case(name="path", path=("a", 0), expected=1, any_of=(2, 3)),
            Case(name="name", check="name", expected="total"),
        )
    ),
    _task(
        kind=TestKind.STDIO,
        entry_point=None,
        cases=(Case(name="echo", stdin="a\r\n", expected="a\x00\x7f", argv=("-v",)),),
    ),
    _task(
        kind=TestKind.STDIO,
        entry_point=None,
        comparator=Comparator(kind="checker", program='import sys\nprint("""x""")\n'),
    ),
    _task(
        language=Language.CPP,
        signature=Signature(params=("const std::vector<int>&",), returns="int"),
        limits=Limits(),
    ),
    _task(
        kind=TestKind.UNIT,
        unit_style=UnitStyle.CHECK,
        cases=(),
        prefix="import math\r\n\r\ndef total(numbers):\r\n",
        suffix="\n# end",
        preamble="import math\n",
        tests="\n\ndef check(candidate):\n    assert candidate([1]) == 1\n    # no newline at end",
    ),
    _task(files={"data/a.txt": "1\n", "b.csv": "x;y\n"}),
    _task(files={"../../escape": "1\n", "con": "\r", "": "", "a\x7f": "é"}),
    _task(files={"a": "1", "a/b": "2"}),
]


@pytest.mark.parametrize("task", RICH, ids=range(len(RICH)))
def test_a_written_task_reads_back_as_it_was(task: Task, tmp_path: Path) -> None:
    folder = write_task_folder(task, tmp_path / "out")
    assert _read_back(folder) == {task.task_id: task}


def test_files_of_the_work_folder_can_be_edited_as_files(tmp_path: Path) -> None:
    folder = write_task_folder(_task(files={"data/a.txt": "1\n"}), tmp_path)
    assert (folder / "files" / "data" / "a.txt").read_text() == "1\n"


@pytest.mark.parametrize("task_id", HOSTILE_IDS)
def test_no_id_writes_outside_its_folder(task_id: str, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    folder = write_task_folder(_task(task_id=task_id), out)
    assert folder.parent == out
    assert folder.resolve().parent == out.resolve()
    assert list(tmp_path.iterdir()) == [tmp_path / "deep"]
    assert list(out.iterdir()) == [folder]
    assert set(_read_back(out)) == {task_id}


def test_different_ids_have_different_folders() -> None:
    ids = [*HOSTILE_IDS, "a/b", "a_b", "a-b", "a", "b", "a//b", "a/b/", "a_/b", "a/_b"]
    slugs = [slug_of(one).lower() for one in ids]
    assert len(set(slugs)) == len(ids)


def test_usual_ids_stay_readable() -> None:
    assert slug_of("HumanEval/0") == "HumanEval__0"
    assert slug_of("sum_of-digits") == "sum_of-digits"


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    folder = write_task_folder(_task(), tmp_path)
    (folder / "prompt.md").write_text("edited by hand")
    with pytest.raises(InputError, match="overwrite"):
        write_task_folder(_task(), tmp_path)
    assert (folder / "prompt.md").read_text() == "edited by hand"
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize("changes", [{"prompt": ""}, {"prompt": "\ud800"}])
def test_what_no_folder_can_hold_is_refused_before_anything_is_written(
    changes: dict[str, object], tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="sum/1"):
        write_task_folder(_task(**changes), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def _import(file: Path, out: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "harness", "tasks", "import", str(file), "--out", str(out)]
    return subprocess.run([*command, *options], capture_output=True, text=True, check=False)


def _humaneval_rows(count: int) -> list[dict[str, str]]:
    return [
        {
            "task_id": f"Own/{number}",
            "prompt": f'import math\n\n\ndef plus(n: int) -> int:\n    """n + {number}"""\n',
            "entry_point": "plus",
            "canonical_solution": f"    return n + {number}\n",
            "test": f"\n\ndef check(candidate):\n    assert candidate(1) == {number + 1}\n",
        }
        for number in range(count)
    ]


def test_imported_rows_are_the_same_tasks(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    rows = [json.dumps(row) for row in _humaneval_rows(3)]
    file.write_text("\n".join([*rows, '{"task_id": "Own/9"}']) + "\n")
    done = _import(file, tmp_path / "out", "--format", "humaneval")
    assert done.returncode == 0, done.stderr
    assert "3 tasks" in done.stdout
    assert f"{file}:4:" in done.stderr
    given = load_tasks(file, "humaneval").tasks
    assert _read_back(tmp_path / "out") == {
        key: task.model_copy(update={"origin": None, "line": None}) for key, task in given.items()
    }

    again = _import(file, tmp_path / "out", "--format", "humaneval")
    assert again.returncode == 1
    assert "--out" in again.stderr


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["humaneval_python", "humanevalx_cpp", "canaicode_python"])
def test_real_tasks_survive(corpus: Path, name: str, tmp_path: Path) -> None:
    given = load_tasks(corpus / "tasks" / f"{name}.jsonl.gz").tasks
    for task in given.values():
        write_task_folder(task, tmp_path)
    assert _read_back(tmp_path) == {
        key: task.model_copy(update={"origin": None, "line": None}) for key, task in given.items()
    }
