"""The prompt's own examples in a run: flags, never verdicts; defects of the prompt told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from harness.models import Case, Language, Task, TestKind, UnitStyle
from tests.pipeline.conftest import LIMITS, Row, row

if TYPE_CHECKING:
    from tests.pipeline.conftest import Bench

pytestmark = pytest.mark.engine

PROMPT = """Write double(number), which gives twice the number.

double(2) == 4
double(5) -> 10
double(-1) returns -2
"""


def doubler(**changes: Any) -> Task:
    """A task whose hidden case is one that squaring passes, too."""
    fields: dict[str, Any] = {
        "task_id": "double", "language": Language.PYTHON, "kind": TestKind.CALL, "prompt": PROMPT,
        "entry_point": "double", "cases": (Case(name="zero", args=(0,), expected=0),),
        "limits": LIMITS,
    }  # fmt: skip
    return Task(**{**fields, **changes})


RIGHT = "def double(number):\n    return number + number\n"
SQUARE = "\n\ndef double(number):\n    return number * number\n"


def examples(result: Row) -> list[tuple[str, str, str]]:
    """(call, verdict, actual) of a result's examples."""
    return [(one["input"], one["verdict"], one["actual"]) for one in result["examples"]]


def flags(result: Row) -> list[Row]:
    return [one for one in result["flags"] if one["rule"] == "example-failed"]


def test_a_failed_example_is_a_flag_and_no_verdict(bench: Bench) -> None:
    bench.give([doubler()], [row("right", "double", RIGHT), row("square", "double", SQUARE)])
    assert bench.run().returncode == 0
    right, square = bench.results()
    assert (right["verdict"], square["verdict"]) == ("passed", "passed")
    assert [verdict for _, verdict, _ in examples(right)] == ["passed"] * 3
    assert flags(right) == []
    assert examples(square)[1] == ("double(5)", "failed", "25")
    (flag,) = flags(square)
    assert (flag["layer"], flag["line"], flag["column"]) == ("example", 3, 5)
    assert flag["message"] == "double(5) should give 10 and gives 25 (2 of 3 examples fail)"
    assert flag["question"]
    assert [len(one["cases"]) for one in (right, square)] == [1, 1]
    assert right["probes"]
    assert [one["input"] for one in right["probes"]] == [one["input"] for one in square["probes"]]


def test_a_second_run_takes_examples_from_the_cache_and_without_them_is_another(
    bench: Bench,
) -> None:
    bench.give([doubler()], [row("square", "double", SQUARE)])
    assert bench.run().returncode == 0
    (first,) = bench.results()
    assert bench.run().returncode == 0
    (second,) = bench.results()
    assert second["cached"]
    for kept in ("examples", "probes", "flags"):
        assert second[kept] == first[kept]
    assert bench.run("--no-examples").returncode == 0
    (without,) = bench.results()
    assert not without["cached"]
    assert (without["examples"], without["probes"], flags(without)) == ([], [], [])


def test_an_example_that_the_reference_fails_is_the_prompts_defect(bench: Bench) -> None:
    task = doubler(prompt=PROMPT + "double(3) == 7\n", reference=RIGHT)
    rows = [row("right", "double", RIGHT), row("square", "double", SQUARE)]
    bench.give([task], rows)
    done = bench.run()
    assert done.returncode == 0
    right, square = bench.results()
    assert flags(right) == []
    assert [call for call, _, _ in examples(right)] == ["double(2)", "double(5)", "double(-1)"]
    assert "(2 of 3 examples fail)" in flags(square)[0]["message"]
    assert bench.summary()["prompt_defects"] == [
        {
            "task_id": "double", "call": "double(3)", "expected": "7", "reference": "6",
            "place": "line 6 of the prompt: double(3) == 7",
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    "code",
    [
        "import os\nos._exit(0)\n",
        "def double(number)\n    return number\n",
        "def twice(number):\n    return 2 * number\ndouble_ = 1\n",
        "def double(number):\n    return object()\n",
    ],
    ids=["ends", "does not parse", "another name", "no plain value"],
)
def test_what_cannot_be_compared_raises_no_example_flag(bench: Bench, code: str) -> None:
    bench.give([doubler()], [row("odd", "double", code)])
    assert bench.run().returncode == 0
    (odd,) = bench.results()
    assert [one for one in flags(odd) if "gives" in one["message"]] == []
    assert odd["verdict"] != "passed"


HOSTILE = [
    "calls = []\ndef double(number):\n    calls.append(1)\n    return 2 * number * len(calls)\n",
    "import os\ndef double(number):\n    if number == 5: os._exit(3)\n    return 2 * number\n",
    "def double(number):\n    if number:\n        while True: pass\n    return 0\n",
    "def double(number):\n    return bytearray(10**10) if number else 0\n",
    "import os\ndef double(number):\n    if number: os.kill(-1, 9)\n    return 0\n",
    "def double(number):\n    if number: print('x' * 10**8)\n    return 2 * number\n",
    "def double(number):\n    print('\\x020 {\"value\": 1}\\x03')\n    return 2 * number\n",
    "def double(number):\n    print('\\x020 {\"error\": 1}\\x03')\n    return 2 * number\n",
    "def double(number):\n    print('\\x0299 exit x\\x03')\n    return 2 * number\n",
]


def test_hostile_examples_change_no_verdict(bench: Bench) -> None:
    rows = [row(f"r{n}", "double", code) for n, code in enumerate(HOSTILE)]
    bench.give([doubler()], rows)
    assert bench.run().returncode == 0
    found = {one["response_id"]: one for one in bench.results()}
    assert {one["verdict"] for one in found.values()} == {"passed"}
    assert flags(found["r0"]) == []  # what it counts starts anew for every example
    assert [verdict for _, verdict, _ in examples(found["r1"])] == [
        "passed", "runtime_error", "passed",
    ]  # fmt: skip


JS = "/* Twice.\n   double(2) === 4\n   double(5) => 10 */\nfunction double(number) {\n"
CPP = "#include <vector>\n/* >>> doubled({2, 5})\n   {4, 10}\n*/\n"
CSHARP = """/// >>> Doubled(new List<int> { 2, 5 })
/// [4, 10]
public static List<int> Doubled(List<int> values) {
"""
CPP_CODE = """#include <vector>
std::vector<int> doubled(std::vector<int> values) {
  for (int &one : values) one $= one;
  return values;
}
"""
CSHARP_CODE = """using System.Collections.Generic;
using System.Linq;
public static class P {
  public static List<int> Doubled(List<int> v) => v.Select(x => x $ x).ToList();
}
"""
OPEN_CODE = "using KellermanSoftware.CompareNetObjects;\n" + CSHARP_CODE.rstrip().removesuffix("}")
OTHERS: list[tuple[Task, str, str]] = [
    (
        doubler(task_id="js", language=Language.JAVASCRIPT, prompt=JS),
        "function double(number) { return number + number; }\n",
        "function double(number) { return number * number; }\n",
    ),
    (
        doubler(
            task_id="cpp",
            language=Language.CPP,
            kind=TestKind.UNIT,
            unit_style=UnitStyle.MAIN,
            prompt=CPP + "std::vector<int> doubled(std::vector<int> values) {\n",
            entry_point="doubled",
            cases=(),
            limits=None,
            tests="#include <cassert>\nint main() { assert(doubled({}).size() == 0); }\n",
        ),
        CPP_CODE.replace("$", "+"),
        CPP_CODE.replace("$", "*"),
    ),
    (
        doubler(
            task_id="cs",
            language=Language.CSHARP,
            prompt=CSHARP,
            entry_point="Doubled",
            cases=(Case(name="none", args=([],), expected=[]),),
            limits=None,
        ),
        CSHARP_CODE.replace("$", "+"),
        CSHARP_CODE.replace("$", "*"),
    ),
    (
        doubler(
            task_id="cs-open",  # its tests close the class that the response opens
            language=Language.CSHARP,
            kind=TestKind.UNIT,
            unit_style=UnitStyle.MAIN,
            prompt=CSHARP,
            entry_point="Doubled",
            cases=(),
            limits=None,
            tests="  static void Main() { if (Doubled(new()).Count != 0) throw new(); }\n}\n",
        ),
        OPEN_CODE.replace("$", "+"),
        OPEN_CODE.replace("$", "*"),
    ),
]


@pytest.mark.parametrize(
    ("task", "right", "wrong"), OTHERS, ids=lambda one: getattr(one, "task_id", "")
)
def test_examples_in_the_other_languages(bench: Bench, task: Task, right: str, wrong: str) -> None:
    bench.give([task], [row("right", task.task_id, right), row("wrong", task.task_id, wrong)])
    assert bench.run().returncode == 0
    one, other = bench.results()
    assert (one["verdict"], other["verdict"]) == ("passed", "passed")
    assert {verdict for _, verdict, _ in examples(one)} == {"passed"}
    assert flags(one) == []
    assert len(flags(other)) == 1
    assert one["probes"]


def test_cpp_that_only_the_examples_cannot_build_with_keeps_its_verdict(bench: Bench) -> None:
    task, _, _ = OTHERS[1]
    text = (
        "#include <vector>\nstruct Many { std::vector<long> all; unsigned long size() { return 0; }"
        " };\nMany doubled(std::vector<long> values) { return {values}; }\n"
    )
    bench.give([task], [row("other", "cpp", text)])
    assert bench.run().returncode == 0
    (other,) = bench.results()
    assert (other["verdict"], other["examples"]) == ("passed", [])
