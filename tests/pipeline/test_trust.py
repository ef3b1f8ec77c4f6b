"""Which judge a task gets is decided by its reference, never by a response."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.models import Language, Task, TestKind, UnitStyle
from tests.pipeline.conftest import LIMITS, row

if TYPE_CHECKING:
    from tests.pipeline.conftest import Bench

pytestmark = pytest.mark.engine

POINT = """
class Point:
    def __init__(self, x):
        self.x = x

    def __eq__(self, other):
        return self.x == other.x
"""
ALWAYS_EQUAL = """
class Yes:
    def __eq__(self, other):
        return True

    __hash__ = None


def {name}(x):
    return Yes()
"""


def plain_task() -> Task:
    """A reference that returns numbers."""
    return Task(
        task_id="plain",
        language=Language.PYTHON,
        kind=TestKind.UNIT,
        unit_style=UnitStyle.CHECK,
        prompt="Write double(x).",
        entry_point="double",
        tests="def check(candidate):\n    assert candidate(2) == 4\n    assert candidate(0) == 0\n",
        reference="def double(x):\n    return 2 * x\n",
        limits=LIMITS,
    )


def object_task() -> Task:
    """A reference that returns an object, which the tests compare with another one."""
    reference = f"{POINT}\n\ndef moved(x):\n    return Point(x + 1)\n"
    tests = (
        "def check(candidate):\n"
        "    assert candidate(1) == candidate(1)\n"
        "    assert candidate(1) != candidate(2)\n"
    )
    return Task(
        task_id="object",
        language=Language.PYTHON,
        kind=TestKind.UNIT,
        unit_style=UnitStyle.CHECK,
        prompt="Write moved(x), which returns a Point.",
        entry_point="moved",
        tests=tests,
        reference=reference,
        limits=LIMITS,
    )


def judged(bench: Bench) -> dict[str, tuple[str, str]]:
    done = bench.run()
    assert done.returncode == 0, done.stderr
    return {one["response_id"]: (one["verdict"], one["trust"]) for one in bench.results()}


def test_a_response_does_not_choose_its_own_judge(bench: Bench) -> None:
    task = plain_task()
    rows = [
        row("liar", "plain", ALWAYS_EQUAL.format(name="double")),
        row("honest", "plain", str(task.reference)),
        row("liar again", "plain", ALWAYS_EQUAL.format(name="double") + "# again\n"),
    ]
    bench.give([task], rows)
    found = judged(bench)
    assert found == {
        "liar": ("failed", "isolated"),
        "honest": ("passed", "isolated"),
        "liar again": ("failed", "isolated"),
    }


def test_a_reference_whose_values_cannot_cross_makes_its_task_shared(bench: Bench) -> None:
    task = object_task()
    right = str(task.reference).replace("x + 1", "1 + x")
    wrong = str(task.reference).replace("x + 1", "1")
    bench.give([task], [row("right", "object", right), row("wrong", "object", wrong)])
    assert judged(bench) == {"right": ("passed", "shared"), "wrong": ("failed", "shared")}


def test_a_task_without_reference_stays_isolated(bench: Bench) -> None:
    task = object_task().model_copy(update={"reference": None})
    bench.give([task], [row("r1", "object", str(object_task().reference))])
    assert judged(bench) == {"r1": ("failed", "isolated")}


def test_a_task_may_name_its_judge(bench: Bench) -> None:
    changes = {"reference": None, "trust": "shared"}
    task = Task.model_validate(object_task().model_dump() | changes)
    bench.give([task], [row("r1", "object", str(object_task().reference))])
    assert judged(bench) == {"r1": ("passed", "shared")}
