"""Flags of a run: found while it goes, stored, reported; a rule at fault costs no verdict."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from harness.flags import Options
from harness.models import Code, Form
from harness.pipeline import flagging
from tests.flags.test_sarif import validate
from tests.pipeline.conftest import adder, row

if TYPE_CHECKING:
    from tests.pipeline.conftest import Bench

ROWS = [
    row("right", "add", "def add(a, b):\n    return a + b\n"),
    row("typo", "add", "def add(a, b):\n    return a + bb\n"),
    row("silent", "add", "def add(a, b):\n    return a + bb  # harness: ignore\n"),
]


@pytest.mark.engine
def test_a_run_flags_its_responses(bench: Bench) -> None:
    bench.give([adder()], ROWS)
    assert bench.run().returncode == 0
    flags = {one["response_id"]: [f["rule"] for f in one["flags"]] for one in bench.results()}
    both = ["prompt-parameter-unused", "undefined-name"]
    assert flags == {"right": [], "typo": both, "silent": both}
    assert len(validate((bench.out / "flags.sarif").read_text())) == 4


@pytest.mark.engine
def test_a_cached_result_has_the_flags_of_today(bench: Bench) -> None:
    bench.give([adder()], ROWS)
    assert bench.run().returncode == 0
    bench.environment["HARNESS_DISABLED_RULES"] = "undefined-name"
    assert bench.run().returncode == 0
    found = {one["response_id"]: one for one in bench.results()}
    assert found["typo"]["cached"]
    assert [flag["rule"] for flag in found["typo"]["flags"]] == ["prompt-parameter-unused"]


def test_a_rule_that_fails_costs_its_flags_and_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_given: object, **_more: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(flagging, "find_flags", fail)
    with caplog.at_level(logging.ERROR):
        code = Code(source="x = 1", form=Form.FULL)
        assert flagging.flags_of(adder(), code, "add", Options()) == ()
    assert "no flags for a response to add: RuntimeError: a bug" in caplog.text
