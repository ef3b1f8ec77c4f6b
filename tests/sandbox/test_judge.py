"""The Python judge: which names of a response its tests get, and what a failed assertion shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.models import CaseResult, Language, Response, Task, TestKind, UnitStyle, Verdict

if TYPE_CHECKING:
    from harness.models import Result
    from tests.sandbox.conftest import Sandbox

pytestmark = pytest.mark.engine


def judged(box: Sandbox, text: str, tests: str, **changes: object) -> Result:
    fields: dict[str, object] = {
        "task_id": "judge", "language": Language.PYTHON, "prompt": "", "kind": TestKind.UNIT,
        "unit_style": UnitStyle.CHECK, "entry_point": "answer", "tests": tests,
    }  # fmt: skip
    task = Task.model_validate(fields | changes)
    return box.evaluate(task, Response(response_id="r", task_id="judge", model="m", text=text))


def only_case(result: Result) -> CaseResult:
    (case,) = result.cases
    return case


ANSWER = "def answer(value):\n    return value\n"
NAMES = {
    "the entry point alone": (ANSWER, "def check(candidate):\n    assert candidate(1) == 1\n"),
    "by its name too": (ANSWER, "def check(candidate):\n    assert answer(2) == candidate(2)\n"),
    "a helper": (
        ANSWER + "def twice(value):\n    return 2 * value\n",
        "def check(candidate):\n    assert twice(candidate(2)) == 4\n",
    ),
    "a name with two spellings": (
        ANSWER + "def \u00b5(value):\n    return -value\n",
        "def check(candidate):\n    assert \u00b5(candidate(2)) == -2\n",
    ),
    "a name the tests define themselves": (
        ANSWER + "def twice(value):\n    raise ValueError\n",
        "twice = [4, 4].pop\ndef check(candidate):\n    assert twice() == candidate(4)\n",
    ),
    "a name that hides a builtin": (
        ANSWER + "def len(value):\n    return 99\n",
        "def check(candidate):\n    assert len(candidate([1])) == 1\n",
    ),
}


@pytest.mark.parametrize(("text", "tests"), NAMES.values(), ids=NAMES)
def test_tests_find_the_names_they_use(box: Sandbox, text: str, tests: str) -> None:
    result = judged(box, text, tests)
    assert result.verdict is Verdict.PASSED, result


def test_the_preamble_s_own_names_win_but_for_the_entry_point(box: Sandbox) -> None:
    preamble = "def twice(value):\n    return 2 * value\ndef answer(value):\n    return None\n"
    text = ANSWER + "def twice(value):\n    return 'of the response'\n"
    tests = "def check(candidate):\n    assert twice(answer(2)) == 4\n"
    result = judged(box, text, tests, preamble=preamble)
    assert result.verdict is Verdict.PASSED, result


ASSERTIONS = {
    "alone on its line": ("assert candidate(1) == 2", "2"),
    "over several lines": ("assert candidate(1) == (\n        2 +\n        3\n    )", "5"),
    "beside another": ("assert candidate(1) == 1; assert candidate(2) == 5", "5"),
    "no comparison": ("assert not candidate(1)", "not candidate(1)"),
    "under a condition": ("if candidate(1): assert candidate(3) == 4", "4"),
    "with a message": ('assert candidate("a") == "b", "should be b"', "'b'"),
}


@pytest.mark.parametrize(("line", "expected"), ASSERTIONS.values(), ids=ASSERTIONS)
def test_a_failed_assertion_says_what_was_expected(box: Sandbox, line: str, expected: str) -> None:
    result = judged(box, ANSWER, f"def check(candidate):\n    {line}\n")
    assert result.verdict is Verdict.FAILED
    assert only_case(result).expected == expected
