"""How a process ended becomes a verdict, and what is shown of long texts."""

from __future__ import annotations

from typing import Any

import pytest

from harness.models import CaseResult, Limits, Trust, Verdict
from harness.runners._job import (
    ending,
    job_timeout_s,
    parse_reply,
    shorten,
    summarise,
    wire_limits,
)


def report(**changes: Any) -> dict[str, Any]:
    return {"exit": 0, "signal": None, "cause": None, "stderr": "", **changes}


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"cause": "cpu", "exit": None, "signal": 9}, Verdict.TIMEOUT),
        ({"cause": "wall", "exit": None, "signal": 9}, Verdict.TIMEOUT),
        ({"cause": "memory", "exit": None, "signal": 9}, Verdict.MEMORY_LIMIT),
        ({"cause": "output", "exit": None, "signal": 9}, Verdict.OUTPUT_LIMIT),
        ({"cause": "output"}, Verdict.OUTPUT_LIMIT),
        ({"exit": None, "signal": 9}, Verdict.RUNTIME_ERROR),
        ({"exit": None, "signal": 11}, Verdict.RUNTIME_ERROR),
        ({"exit": 1}, Verdict.RUNTIME_ERROR),
        ({"exit": 1, "stderr": "Traceback\nMemoryError"}, Verdict.MEMORY_LIMIT),
        (
            {"exit": None, "signal": 6, "stderr": "terminate: what():  std::bad_alloc"},
            Verdict.MEMORY_LIMIT,
        ),
        (
            {"exit": None, "signal": 6, "stderr": "FATAL ERROR: JavaScript heap out of memory"},
            Verdict.MEMORY_LIMIT,
        ),
    ],
)
def test_every_bad_ending_has_its_verdict(changes: dict[str, Any], verdict: Verdict) -> None:
    found = ending(report(**changes))
    assert found is not None
    assert found[0] is verdict


def test_the_limit_that_was_hit_is_named() -> None:
    said = {cause: (ending(report(cause=cause)) or ("", ""))[1] for cause in ("cpu", "wall")}
    assert said == {"cpu": "CPU time limit", "wall": "wall time limit"}
    assert ending(report(exit=None, signal=9)) == (Verdict.RUNTIME_ERROR, "killed by signal 9")
    assert ending(report(exit=3)) == (Verdict.RUNTIME_ERROR, "exit code 3")


def test_a_step_that_ended_by_a_limit_decides_over_its_processes() -> None:
    assert ending(report(), cause="wall") == (Verdict.TIMEOUT, "wall time limit")


def test_words_about_memory_in_a_program_that_ended_well_mean_nothing() -> None:
    assert ending(report(stderr="MemoryError std::bad_alloc heap out of memory")) is None


@pytest.mark.parametrize(
    "text", [None, "", "not json", "[1]", '"text"', "12", "[" * 100_000, '{"value": ', "NaN"]
)
def test_a_reply_that_is_no_object_is_no_reply(text: str | None) -> None:
    assert parse_reply(text) is None


@pytest.mark.parametrize("key", ["error", "load_error"])
def test_a_reply_whose_error_is_no_object_is_no_reply(key: str) -> None:
    assert parse_reply(f'{{"{key}": 1}}') is None
    assert parse_reply(f'{{"{key}": {{"type": "E"}}}}') == {key: {"type": "E"}}


def test_large_integers_of_a_reply_stay_exact() -> None:
    assert parse_reply(f'{{"value": {10**40 + 1}}}') == {"value": 10**40 + 1}


def test_long_text_is_cut_and_says_how_long_it_was() -> None:
    assert shorten("x" * 10, 10) == "x" * 10
    assert shorten("x" * 11, 10) == "x" * 10 + "… (11 characters)"


def test_the_first_case_that_fails_decides() -> None:
    cases = [
        CaseResult(name="1", verdict=Verdict.PASSED, cpu_s=0.25, memory_mb=10),
        CaseResult(name="2", verdict=Verdict.TIMEOUT, cpu_s=0.5, memory_mb=30, message="slow"),
        CaseResult(name="3", verdict=Verdict.FAILED, cpu_s=0.25, memory_mb=20, message="wrong"),
    ]
    outcome = summarise(cases, Trust.ISOLATED)
    assert (outcome.verdict, outcome.message) == (Verdict.TIMEOUT, "slow")
    assert (outcome.cpu_s, outcome.memory_mb) == (1.0, 30)


def test_no_case_is_never_a_pass() -> None:
    assert summarise([], Trust.ISOLATED).verdict is Verdict.HARNESS_ERROR


def test_builds_have_limits_of_their_own() -> None:
    limits = Limits(cpu_s=1, build_cpu_s=20, output_kb=2, disk_mb=3)
    assert wire_limits(limits)["cpu_s"] == 1
    assert wire_limits(limits, build=True)["cpu_s"] == 20
    assert wire_limits(limits)["output_bytes"] == 2048
    assert wire_limits(limits)["file_bytes"] == 3 << 20
    assert wire_limits(limits, data_mb=5)["data_bytes"] == 5 << 20


def test_the_controller_waits_longer_than_all_limits_together() -> None:
    limits = wire_limits(Limits(wall_s=10))
    build = {"limits": wire_limits(Limits(build_wall_s=60), build=True)}
    asked = {"limits": limits, "requests": [{}, {}, {}]}
    assert job_timeout_s([build, asked]) > 60 + 3 * 10
