"""Values between judge and response: the same types on the other side, warm or fresh.

A fresh slot imports the modules of rarer types only when a value of one is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.models import Language, Response, Task, TestKind, UnitStyle, Verdict

if TYPE_CHECKING:
    from tests.sandbox.conftest import Sandbox

pytestmark = pytest.mark.engine

RARE = {
    "decimal": 'decimal.Decimal("1.10")',
    "fractions": "fractions.Fraction(1, 3)",
    "datetime": "datetime.datetime(2024, 2, 29, 12, 30)",
    "day": "datetime.date(2024, 2, 29)",
    "span": "datetime.timedelta(days=1, microseconds=5)",
}


def judged(text: str, tests: str) -> tuple[Task, Response]:
    """A response whose tests run in a judge of their own."""
    task = Task(
        task_id="values",
        language=Language.PYTHON,
        prompt="",
        kind=TestKind.UNIT,
        unit_style=UnitStyle.CHECK,
        entry_point="answer",
        tests=tests,
    )
    response = Response(response_id="values", task_id="values", model="by hand", text=text)
    return task, response


@pytest.mark.parametrize("value", RARE.values(), ids=RARE)
def test_a_rare_type_comes_back_as_it_went(box: Sandbox, value: str) -> None:
    """The response imports nothing: its side rebuilds what the judge sent."""
    tests = f"""
import datetime, decimal, fractions

def check(candidate):
    given = {value}
    found = candidate(given)
    assert found == given and type(found) is type(given), repr(found)
    assert candidate([given, (given,)]) == [given, (given,)]
"""
    result = box.evaluate(*judged("def answer(value):\n    return value\n", tests))
    assert result.verdict == Verdict.PASSED, result


@pytest.mark.parametrize("value", RARE.values(), ids=RARE)
def test_a_rare_type_is_read_by_tests_that_did_not_import_it(box: Sandbox, value: str) -> None:
    text = f"import datetime, decimal, fractions\n\ndef answer():\n    return {value}\n"
    name = value.partition("(")[0].rpartition(".")[2]
    tests = f"def check(candidate):\n    assert type(candidate()).__name__ == {name!r}\n"
    result = box.evaluate(*judged(text, tests))
    assert result.verdict == Verdict.PASSED, result


def test_a_subclass_crosses_as_the_type_it_is_built_on(box: Sandbox) -> None:
    text = """
from decimal import Decimal

class Money(Decimal):
    pass

def answer():
    return Money("2.50")
"""
    tests = """
from decimal import Decimal

def check(candidate):
    assert type(candidate()) is Decimal and candidate() == Decimal("2.50")
"""
    result = box.evaluate(*judged(text, tests))
    assert result.verdict == Verdict.PASSED, result


SHADOWED = """
import sys
for name in ("decimal", "fractions", "datetime", "traceback"):
    with open(f"{name}.py", "w") as file:
        file.write("raise SystemExit('the wrong module')")
    sys.modules.pop(name, None)

def answer(value):
    if value is None:
        raise ValueError("as it should")
    return value
"""


def test_a_file_of_the_response_never_stands_in_for_the_library(box: Sandbox) -> None:
    tests = """
from fractions import Fraction

def check(candidate):
    assert candidate(Fraction(2, 6)) == Fraction(1, 3)
    try:
        candidate(None)
    except ValueError as error:
        assert str(error) == "as it should"
    else:
        raise AssertionError("nothing was raised")
"""
    result = box.evaluate(*judged(SHADOWED, tests))
    assert result.verdict == Verdict.PASSED, result


def test_a_failure_is_told_with_its_traceback(box: Sandbox) -> None:
    result = box.evaluate(*judged("def answer():\n    return 1 / 0\n", "def check(c):\n    c()\n"))
    assert result.verdict == Verdict.RUNTIME_ERROR, result
    assert "ZeroDivisionError: division by zero" in result.cases[0].message, result
