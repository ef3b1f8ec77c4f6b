"""Damaged files and hostile answers: every row ends as a response or a reason, nothing raises."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.intake import iter_responses
from harness.intake.extract import extract
from harness.models import Code, Form, InvalidRow, Language, Response, Task, TestKind, UnitStyle

pytestmark = pytest.mark.soak

LONG = settings(
    max_examples=3_000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
GOOD = {"task_id": "t", "model": "m", "text": "def area(w, h):\n    return w * h\n"}
PIECES = st.sampled_from([
    "```", "```python\n", "\n```\n", "~~~", "def area(w, h):\n", "    return w * h\n",
    "\treturn 1\n",
    "Sure!\n", "int area(int w, int h) {", "}", "const area = (w, h) =>", "\ufeff", "\r\n", "\0",
    '"""', "'''", 'R"x(', "/*", "//", "#", "&lt;", "\\", "<think>", "</think>", "class A:\n", ";",
])  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=12), max_size=24).map("".join)


def task(language: Language) -> Task:
    prefix = "def area(w, h):\n" if language is Language.PYTHON else "int area(int w, int h) {\n"
    return Task(
        task_id="t", language=language, kind=TestKind.UNIT, prompt="Write area.", prefix=prefix,
        entry_point="area", tests="…", unit_style=UnitStyle.SCRIPT,
    )  # fmt: skip


@LONG
@given(
    text=TEXTS,
    form=st.sampled_from(Form),
    language=st.sampled_from([Language.PYTHON, Language.JAVASCRIPT, Language.CPP]),
)
def test_no_answer_breaks_extraction(text: str, form: Form, language: Language) -> None:
    response = Response(response_id="r", task_id="t", model="m", text=text, form=form)
    found = extract(task(language), response)
    assert found is None or isinstance(found, Code)
    if found is not None:
        assert 1 <= found.first_line <= found.source.count("\n") + 1


@LONG
@given(data=st.data())
def test_a_damaged_row_never_takes_its_neighbours_along(
    data: st.DataObject, tmp_path: Path
) -> None:
    line = json.dumps(GOOD).encode()
    at = data.draw(st.integers(0, len(line) - 1))
    new = data.draw(st.binary(max_size=6).filter(lambda found: b"\n" not in found))
    damaged = line[:at] + new + line[at + data.draw(st.integers(0, 6)) :]
    file = tmp_path / "rows.jsonl"
    first, last = (json.dumps(GOOD | {"response_id": name}).encode() for name in ("a", "z"))
    file.write_bytes(b"\n".join([first, damaged, last]) + b"\n")
    found = list(iter_responses(file, "harness"))
    assert [one.line for one in found if isinstance(one, Response) and one.response_id in "az"] == [
        1,
        3,
    ]
    assert len(found) == 3 or not damaged.strip()
    assert all(one.line == 2 and one.reason for one in found if isinstance(one, InvalidRow))
