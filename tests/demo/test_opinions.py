"""The rule by which scripted reviewers rate, and where they mark."""

from __future__ import annotations

import pytest

from harness.demo.opinions import correctness, first_other_line
from harness.models import CaseResult, Language, Result, Trust, Verdict


def result(verdict: Verdict, *cases: Verdict) -> Result:
    return Result(
        response_id="r", task_id="t", language=Language.PYTHON, model="m", verdict=verdict,
        trust=Trust.ISOLATED,
        cases=tuple(CaseResult(name=str(at), verdict=one) for at, one in enumerate(cases)),
    )  # fmt: skip


OK, NO = Verdict.PASSED, Verdict.FAILED


@pytest.mark.parametrize(
    ("found", "points"),
    [
        (result(OK, OK, OK), 4),
        (result(NO, *[OK] * 99, NO), 3),
        (result(NO, OK, NO), 2),
        (result(NO, OK, NO, NO), 1),
        (result(NO, NO, NO), 0),
        (result(Verdict.BUILD_FAILED), 0),
    ],
)
def test_only_what_passes_every_test_is_right(found: Result, points: int) -> None:
    assert correctness(found) == points


def test_the_mark_stands_where_the_other_answer_differs() -> None:
    wrong = (
        "def f(xs):\n    total = 0\n    for x in xs[1:]:\n        total += x\n    return total\n"
    )
    right = wrong.replace("xs[1:]", "xs")
    assert first_other_line(wrong, right) == 3
    assert first_other_line(wrong, wrong) is None


def test_the_mark_passes_over_imports_signatures_and_comments() -> None:
    wrong = "import os\n\n# sum\ndef g(xs):\n    return max(xs)\n"
    assert first_other_line(wrong, "def f(xs):\n    return sum(xs)\n") == 5
    assert first_other_line("import os\n", "") == 1, "where there is nothing else"
