"""Reports of C# tests: which count, and what is concluded when they break off."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.models import CaseResult, Verdict
from harness.runners._csharp_tests import judge_run

NONCE = "0123456789abcdef" * 2


def said(nonce: str = NONCE, **fields: str) -> str:
    return f"\x1e{nonce}{json.dumps(fields)}\x1e"


def judged(stdout: str, **changes: Any) -> list[CaseResult]:
    run = {
        "exit": 0, "signal": None, "cause": None, "stdout": stdout, "stderr": "",
        "cpu_s": 0.5, "wall_s": 0.6, "memory_mb": 40.0, **changes,
    }  # fmt: skip
    return judge_run(run, NONCE)


def verdicts(cases: list[CaseResult]) -> dict[str, Verdict]:
    return {case.name: case.verdict for case in cases}


def test_every_report_is_a_case_and_output_belongs_to_the_case_it_was_printed_in() -> None:
    cases = judged(
        said(start="One") + "noise of one\n" + said(case="One", verdict="passed")
        + said(start="Two") + "why\n"
        + said(case="Two", verdict="failed", message="differs", expected="1", actual="2")
        + said(done="1")
    )  # fmt: skip
    assert verdicts(cases) == {"One": Verdict.PASSED, "Two": Verdict.FAILED}
    one, two = cases
    assert (one.stdout, two.stdout) == ("", "why\n")
    assert (two.message, two.expected, two.actual) == ("differs", "1", "2")
    assert one.cpu_s == 0.5


@pytest.mark.parametrize(
    "forged",
    [
        said("f" * 32, case="Two", verdict="passed") + said("f" * 32, done="1"),
        said("", done="1"),
        "\x1e" + NONCE + "not json\x1e",
        'Passed!  {"done":"1"}',
    ],
)
def test_only_the_nonce_makes_a_report(forged: str) -> None:
    cases = judged(said(start="One") + said(case="One", verdict="passed") + forged)
    assert verdicts(cases) == {"One": Verdict.PASSED, "tests": Verdict.FAILED}
    assert cases[-1].message == "the program ended before the tests did"


def test_a_test_that_ends_the_process_is_named() -> None:
    cases = judged(said(start="One") + said(case="One", verdict="passed") + said(start="Two"))
    assert verdicts(cases) == {"One": Verdict.PASSED, "Two": Verdict.FAILED}


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"cause": "cpu", "exit": None, "signal": 9}, Verdict.TIMEOUT),
        ({"exit": None, "signal": 6, "stderr": "Stack overflow."}, Verdict.RUNTIME_ERROR),
        ({"cause": "memory", "exit": None, "signal": 9}, Verdict.MEMORY_LIMIT),
        (
            {"exit": None, "signal": 6, "stderr": "Unhandled. System.OutOfMemoryException"},
            Verdict.MEMORY_LIMIT,
        ),
    ],
)
def test_how_the_process_ended_is_the_last_cases_verdict(
    changes: dict[str, Any], verdict: Verdict
) -> None:
    cases = judged(said(start="One"), **changes)
    assert verdicts(cases) == {"One": verdict}


def test_tests_that_ended_well_do_not_pass_a_process_that_did_not() -> None:
    cases = judged(said(case="One", verdict="passed") + said(done="1"), cause="output")
    assert cases[-1].verdict is Verdict.OUTPUT_LIMIT


def test_memory_that_ran_out_is_no_crash() -> None:
    report = said(case="One", verdict="runtime_error", message="System.OutOfMemoryException: x")
    assert verdicts(judged(report + said(done="1"))) == {"One": Verdict.MEMORY_LIMIT}


def test_tests_without_any_case_are_no_pass() -> None:
    assert judged(said(done="1")) == []
