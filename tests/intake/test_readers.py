"""Every format: what becomes a task, what becomes a response, and what is refused and why."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from harness.errors import InputError
from harness.intake import detect_reader, iter_responses, load_tasks, readers
from harness.models import Form, InvalidRow, Language, Response, Task, TestKind, UnitStyle

PROMPT = (
    'from typing import List\n\n\ndef helper(n):\n    return n\n\n\ndef f(n):\n    """Doc."""\n'
)
UNIFIED = {"source": "here", "licence": "CC0"}


def _jsonl(path: Path, *rows: dict[str, Any]) -> Path:
    text = "".join(json.dumps(row) + "\n" for row in rows)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def _task(path: Path, row: dict[str, Any], expected_reader: str) -> Task:
    file = _jsonl(path, row)
    assert detect_reader(file, "tasks").name == expected_reader
    found = load_tasks(file)
    assert found.invalid == ()
    (task,) = found.tasks.values()
    return task


def _responses(file: Path, name: str | None = None) -> list[Response]:
    found = list(iter_responses([file], name))
    assert not [row for row in found if isinstance(row, InvalidRow)]
    return [row for row in found if isinstance(row, Response)]


def test_humaneval_task(tmp_path: Path) -> None:
    row = {
        "task_id": "HumanEval/7", "prompt": PROMPT, "entry_point": "f",
        "canonical_solution": "    return helper(n)\n",
        "test": "def check(candidate):\n    assert candidate(1) == helper(1)\n",
    }  # fmt: skip
    task = _task(tmp_path / "h.jsonl.gz", row, "humaneval")
    assert (task.kind, task.unit_style, task.entry_point) == (
        TestKind.UNIT, UnitStyle.CHECK, "f",
    )  # fmt: skip
    assert task.prefix == PROMPT
    assert task.reference == PROMPT + "    return helper(n)\n"
    assert "def helper" in task.preamble
    assert "import List" in task.preamble
    assert "def f" not in task.preamble
    assert task.line == 1


def test_evalplus_needs_the_edition_with_tests(tmp_path: Path) -> None:
    row = {"task_id": "Mbpp/2", "prompt": "Add.", "entry_point": "add", "base_input": [[1, 2]]}
    (bad,) = load_tasks(_jsonl(tmp_path / "e.jsonl", row)).invalid
    assert "`test` field" in bad.reason
    whole = {"code": "def add(a, b):\n    return a + b\n", "test": "assert add(1, 2) == 3\n"}
    task = _task(tmp_path / "f.jsonl", row | whole, "evalplus")
    assert (task.prefix, task.reference) == ("", whole["code"])
    assert task.unit_style is UnitStyle.SCRIPT


def test_humanevalx_cpp_gets_the_includes_of_its_declaration(tmp_path: Path) -> None:
    row = {
        "task_id": "CPP/3", "prompt": "/* Doc. */\n#include<vector>\nint f(int n){\n",
        "declaration": "#include <vector>\n#include<algorithm>\nint f(int n){\n",
        "canonical_solution": "    return n;\n}\n", "test": "int main(){ assert(f(1)==1); }",
    }  # fmt: skip
    task = _task(tmp_path / "x.jsonl", row, "humanevalx")
    assert task.language is Language.CPP
    assert task.entry_point == "f"
    assert task.prefix == "#include<algorithm>\n" + row["prompt"]
    assert task.unit_style is UnitStyle.MAIN
    assert task.preamble == ""


def test_humanevalx_python_leaves_the_call_of_check_to_the_runner(tmp_path: Path) -> None:
    row = {
        "task_id": "Python/3", "prompt": PROMPT, "declaration": "def f(n):\n",
        "canonical_solution": "    return n\n",
        "test": "def check(f):\n    assert f(1) == 1\n\ncheck(f)\n",
    }  # fmt: skip
    task = _task(tmp_path / "x.jsonl", row, "humanevalx")
    assert task.unit_style is UnitStyle.CHECK
    assert task.tests.strip().endswith("assert f(1) == 1")


def test_humanevalx_javascript_helpers_are_the_preamble(tmp_path: Path) -> None:
    prompt = "const twice = (n) => {\n  return 2 * n;\n}\n\n/* Doc. */\nconst f = (n) => {\n"
    row = {
        "task_id": "JavaScript/3", "prompt": prompt, "declaration": prompt,
        "canonical_solution": "  return n;\n}\n", "test": "console.assert(f(twice(1)) === 2)",
    }  # fmt: skip
    task = _task(tmp_path / "x.jsonl", row, "humanevalx")
    assert task.entry_point == "f"
    assert task.preamble.strip() == "const twice = (n) => {\n  return 2 * n;\n}"


def test_mbxp_and_multiple_tasks(tmp_path: Path) -> None:
    mbxp = {
        "task_id": "MBJSP/1", "language": "javascript", "prompt": "function f(n) {\n",
        "entry_point": "f", "test": "if (f(1) !== 1) throw 'no'", "canonical_solution": None,
    }  # fmt: skip
    task = _task(tmp_path / "m.jsonl", mbxp, "mbxp")
    assert (task.unit_style, task.reference) == (UnitStyle.SCRIPT, None)
    multiple = {
        "name": "HumanEval_1_f", "language": "js", "prompt": "function f(n){\n",
        "tests": "f(1);", "stop_tokens": ["\n}"],
    }  # fmt: skip
    task = _task(tmp_path / "p.jsonl", multiple, "multiple")
    assert (task.task_id, task.entry_point) == ("HumanEval_1_f", "f")


def test_multiple_completions_are_responses_of_their_own(tmp_path: Path) -> None:
    file = _jsonl(tmp_path / "p.jsonl", {"name": "t", "completions": ["  a", "  b"]})
    found = _responses(file)
    assert [row.text for row in found] == ["  a", "  b"]
    assert [row.response_id for row in found] == ["t#unknown#1", "t#unknown#2"]
    assert {row.form for row in found} == {Form.COMPLETION}


# ── unified rows ──


def _checked(tests: dict[str, Any]) -> dict[str, Any]:
    return {
        "task_id": "c-1", "language": "python", "prompt": "Write f(a).", "entry_point": "f",
        "tests": json.dumps(tests), **UNIFIED,
    }  # fmt: skip


def test_checks_become_cases(tmp_path: Path) -> None:
    checks = {
        "arguments": {"assert": "len(f.args)", "eq": 2},
        "name": {"assert": "f.name", "eq": "f"},
        "second": {"assert": "f.args[1].name", "eq": "b"},
        "first": {"assert": "f.args[0].name", "eq": "a"},
        "sum": {"assert": "f.call([1,\n 2], {'k': -1})", "eq": [3]},
        "item": {"assert": "f.call()[0]", "eq": 5},
        "key": {"assert": "f.call().get('x')", "eq-any": ["y", "z"]},
        "type": {"assert": "isinstance(f.call(1), list)", "eq": True},
    }
    cases = {
        case.name: case for case in _task(tmp_path / "c.jsonl", _checked(checks), "corpus").cases
    }
    assert (cases["arguments"].check, cases["arguments"].expected) == ("arg_count", 2)
    assert cases["name"].check == "name"
    assert cases["arg_names"].expected == ["a", "b"]
    assert cases["sum"].args == ([1, 2], {"k": -1})
    assert cases["item"].path == (0,)
    assert (cases["key"].path, cases["key"].expected, cases["key"].any_of) == (("x",), "y", ("z",))
    assert (cases["type"].check, cases["type"].expected) == ("type", "array")


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("__import__('os').system('id')", "unknown form of check"),
        ("f.call(open('/etc/passwd'))", "not a literal"),
        ("f.call(", "not an expression"),
        ("f.args[1].name", "gaps"),
        ("isinstance(f.call(1), frozenset)", "unknown form of check"),
    ],
)
def test_unknown_checks_refuse_the_task(tmp_path: Path, expression: str, reason: str) -> None:
    row = _checked({"x": {"assert": expression, "eq": True}})
    found = load_tasks(_jsonl(tmp_path / "c.jsonl", row))
    assert found.tasks == {}
    assert reason in found.invalid[0].reason


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"tests": ""}, "without tests"),
        ({"tests": "{}"}, "without cases"),
        ({"tests": None}, "no tests"),
        ({"language": "cobol"}, "unknown language 'cobol'"),
        ({"language": "sql"}, "tests is not valid JSON"),
        (
            {"tests": "using System.Reactive;\n[Fact]\npublic void T() {}", "language": "csharp"},
            "the tests need packages that no sandbox has: System.Reactive",
        ),
        ({"task_id": ""}, "no task_id"),
        ({"prompt": 3}, "prompt is a int"),
    ],
)
def test_a_row_that_is_no_task_says_why(
    tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    good = {
        "task_id": "t", "language": "python", "prompt": "def f():\n", "entry_point": "f",
        "tests": "def check(candidate): ...", **UNIFIED,
    }  # fmt: skip
    found = load_tasks(_jsonl(tmp_path / "u.jsonl", good, good | {"task_id": "t2"} | changes))
    assert list(found.tasks) == ["t"]
    assert reason in found.invalid[0].reason
    assert found.invalid[0].line == 2


def test_a_second_task_of_the_same_id_is_refused(tmp_path: Path) -> None:
    row = {"task_id": "t", "prompt": "def f():\n", "entry_point": "f", "test": "assert f"}
    found = load_tasks(_jsonl(tmp_path / "h.jsonl", row, row))
    assert len(found.tasks) == 1
    assert "h.jsonl:1" in found.invalid[0].reason


def test_unified_responses(tmp_path: Path) -> None:
    base = {"task_id": "t", "language": "python", "text": "  return 1", **UNIFIED}
    file = _jsonl(
        tmp_path / "r.jsonl",
        base | {"response_id": "a", "form": "completion (append to prompt_used)",
                "prompt_used": "def f():\n"},
        base | {"response_id": "b", "form": "full file", "expected_pass": False},
        base | {"response_id": "c", "form": "chat", "expected_pass": None},
    )  # fmt: skip
    one, two, three = _responses(file)
    assert (one.form, one.prefix) == (Form.COMPLETION, "def f():\n")
    assert (two.form, two.expected_pass) == (Form.FULL, False)
    assert (three.form, three.expected_pass, three.line) == (Form.CHAT, None, 3)


# ── responses in other formats ──


@pytest.mark.parametrize(
    ("row", "form"),
    [
        ({"completion": "  return 1"}, Form.COMPLETION),
        ({"solution": "def f(): ..."}, Form.FULL),
        ({"text": "x"}, Form.AUTO),
        ({"response": "x"}, Form.AUTO),
        ({"generation": "x"}, Form.COMPLETION),
    ],
)
def test_the_field_says_what_a_text_is(tmp_path: Path, row: dict[str, Any], form: Form) -> None:
    (found,) = _responses(_jsonl(tmp_path / "r.jsonl", {"task_id": "t", **row}))
    assert found.form is form
    assert found.text == next(iter(row.values()))


def test_chat_transcripts_give_their_last_answer(tmp_path: Path) -> None:
    messages = [
        {"role": "user", "content": "Write f."},
        {"role": "assistant", "content": "first"},
        {"role": "user", "content": "Better?"},
        {"role": "assistant", "content": [{"type": "text", "text": "second"}]},
    ]
    file = _jsonl(
        tmp_path / "c.jsonl",
        {"task_id": "t", "model": "m", "messages": messages},
        {"task_id": "t", "model": "m", "messages": messages[:1]},
    )
    good, bad = list(iter_responses(file))
    assert isinstance(good, Response)
    assert (good.text, good.form, good.response_id) == ("second", Form.CHAT, "t#m#1")
    assert isinstance(bad, InvalidRow)
    assert "no assistant turn" in bad.reason


def test_tables_of_responses(tmp_path: Path) -> None:
    csv = tmp_path / "r.csv"
    csv.write_text('task_id,model,text,expected_pass\nt,m,"def f():\n    return 1",true\n', "utf-8")
    (row,) = _responses(csv)
    assert (row.text, row.expected_pass) == ("def f():\n    return 1", True)
    parquet = tmp_path / "r.parquet"
    pq.write_table(pa.table({"task_id": ["t"], "completion": ["  x"]}), parquet)
    (row,) = _responses(parquet)
    assert row.form is Form.COMPLETION


def test_a_table_of_tasks(tmp_path: Path) -> None:
    cases = json.dumps([{"stdin": "1\n", "stdout": "2\n"}]).replace('"', '""')
    file = tmp_path / "t.csv"
    file.write_text(f'id,language,kind,prompt,cases\nt,python,stdio,Double.,"{cases}"\n', "utf-8")
    (task,) = load_tasks(file, "csv").tasks.values()
    assert task.cases[0].expected == "2\n"
    assert task.comparator.kind == "lines"


def test_a_folder_of_files(tmp_path: Path) -> None:
    (tmp_path / "t1").mkdir()
    (tmp_path / "t1" / "model-a.py").write_text("def f(): ...\n", "utf-8")
    (tmp_path / "t2.js").write_text("let x\n", "utf-8")
    (tmp_path / "t3.md").write_text("```\nx\n```", "utf-8")
    (tmp_path / "notes.pdf").write_bytes(b"%PDF")
    (tmp_path / "t4.py").write_bytes(b"\xff")
    found = list(iter_responses(tmp_path))
    good = {row.task_id: row for row in found if isinstance(row, Response)}
    assert (good["t1"].model, good["t1"].language) == ("model-a", Language.PYTHON)
    assert good["t2"].response_id == "t2#unknown#1"
    assert good["t3"].form is Form.CHAT
    assert sorted(row.reason.split(";")[0] for row in found if isinstance(row, InvalidRow)) == [
        "not UTF-8", "unknown kind of file .pdf",
    ]  # fmt: skip


# ── all formats ──


def test_response_ids_are_made_unique_or_refused(tmp_path: Path) -> None:
    rows = [{"task_id": "t", "model": "m", "text": "x"}] * 2
    named = [{"task_id": "t", "text": "x", "response_id": "same"}] * 2
    found = list(iter_responses([_jsonl(tmp_path / "a.jsonl", *rows, *named)]))
    assert [row.response_id for row in found] == ["t#m#1", "t#m#2", "same", "same"]
    assert isinstance(found[3], InvalidRow)
    assert "must be unique" in found[3].reason


def test_a_bad_response_row_does_not_stop_the_file(tmp_path: Path) -> None:
    file = tmp_path / "r.jsonl"
    file.write_text(
        '{"task_id": "t", "text": "a"}\n{"task_id": "t"}\n{broken\n{"text": "b"}\n'
        '{"task_id": "t", "text": "\\ud800"}\n{"task_id": "t", "text": "z"}\n',
        "utf-8",
    )
    found = list(iter_responses(file))
    assert [type(row).__name__ for row in found] == [
        "Response", "InvalidRow", "InvalidRow", "InvalidRow", "Response", "Response",
    ]  # fmt: skip
    assert [row.line for row in found] == [1, 2, 3, 4, 5, 6]
    assert isinstance(found[1], InvalidRow)
    assert found[1].task_id == "t"


def test_halves_of_surrogate_pairs_become_replacement_characters_and_are_counted(
    tmp_path: Path,
) -> None:
    """An answer cut within an emoji is a response still; a whole emoji in two escapes is text."""
    file = tmp_path / "r.jsonl"
    file.write_text(
        '{"task_id": "t", "model": "m\\udfff", "text": "a\\ud83d\\ude00b\\ud83d \\udc80"}\n'
        '{"task_id": "t", "model": "n", "text": "whole \\ud83d\\ude00"}\n',
        "utf-8",
    )
    cut, whole = list(iter_responses(file))
    assert isinstance(cut, Response)
    assert (cut.text, cut.model, cut.replaced) == ("a😀b\ufffd \ufffd", "m\ufffd", 3)
    assert isinstance(whole, Response)
    assert (whole.text, whole.replaced) == ("whole 😀", 0)


def test_responses_are_read_lazily(tmp_path: Path) -> None:
    file = tmp_path / "r.jsonl"
    file.write_text('{"task_id": "t", "text": "a"}\n' * 3, "utf-8")
    stream = iter_responses([file, tmp_path / "gone.jsonl"])
    assert isinstance(next(stream), Response)
    with pytest.raises(InputError, match=r"gone\.jsonl"):
        list(stream)


def test_unknown_files_and_formats_name_the_choices(tmp_path: Path) -> None:
    file = _jsonl(tmp_path / "x.jsonl", {"a": 1})
    with pytest.raises(InputError, match=r"(?s)no reader knows this as tasks.*--format") as caught:
        load_tasks(file)
    assert "first row has a" in str(caught.value)
    with pytest.raises(InputError, match="humaneval"):
        load_tasks(file, "nonsense")
    with pytest.raises(InputError, match="cannot read tasks"):
        load_tasks(file, "chat")


def test_every_reader_reads_something() -> None:
    assert set(readers()) == {
        "chat", "corpus", "csv", "defog", "evalplus", "folder", "harness", "humaneval",
        "humanevalx", "mbxp", "multiple", "parquet", "spider",
    }  # fmt: skip
    for reader in readers().values():
        assert reader.tasks or reader.responses
