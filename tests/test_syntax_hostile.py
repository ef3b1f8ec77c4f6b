"""Text made to exhaust the parser ends as text that cannot be parsed, within bounded memory.

Each text is read in a process of its own whose memory is bounded: without the bounds in
``harness.syntax`` some of these take minutes or 16 GB, and with them the whole run.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from harness import syntax
from harness.models import Language

ROOT = Path(__file__).resolve().parents[1]

READ = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
from harness.intake.extract import extract
from harness.models import Case, Form, Language, Response, Task, TestKind
language, unit = Language(sys.argv[1]), sys.argv[2]
task = Task(task_id="t", language=language, kind=TestKind.CALL, prompt="p", entry_point="f",
            cases=(Case(name="c"),))
for form in (Form.AUTO, Form.CHAT, Form.FULL):
    text = unit * (30_000 // len(unit))
    extract(task, Response(response_id="r", task_id="t", model="m", text=text, form=form))
print("read")
"""


@pytest.mark.parametrize("language", ["python", "javascript", "cpp"])
@pytest.mark.parametrize("unit", ["/*\n", "|*\n", "<!--", "|$=\n", "~,\n", "f(", '"', "```\n"])
def test_hostile_text_is_read_within_bounds(language: str, unit: str) -> None:
    command = [sys.executable, "-c", READ, language, unit]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "read\n"), done.stderr[-2000:]


@pytest.mark.parametrize(
    ("language", "line"),
    [
        (Language.PYTHON, "x = [f(y, *z) / 2 for y in range(3)]\n"),
        (Language.JAVASCRIPT, "x = [1, 2].map((y) => ({ ...y, a: `${y}` }));\n"),
        (Language.CPP, "auto x = std::vector<std::pair<int, int>>{{1, 2}};\n"),
    ],
)
def test_long_programs_are_still_parsed(language: Language, line: str) -> None:
    assert not syntax.has_error(language, line * (60_000 // len(line)))


def test_a_text_that_was_given_up_does_not_spoil_the_next() -> None:
    assert syntax.parse(Language.PYTHON, "<!--" * 5000) is None
    assert not syntax.has_error(Language.PYTHON, "x = 1\n" * 500)


def test_the_child_is_our_own_wherever_the_command_runs(tmp_path: Path) -> None:
    (tmp_path / "harness").mkdir()
    (tmp_path / "harness" / "__init__.py").write_text("raise SystemExit('not this one')\n")
    source = "from harness import syntax; print(syntax.has_error('python', 'x = 1\\n' * 1000))"
    path = f"import sys; sys.path.insert(0, {str(ROOT)!r}); {source}"
    command = [sys.executable, "-P", "-c", path]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.stdout == "False\n", done.stderr
