"""Flags in a report: under their line, in the figures, in flags.sarif."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console

from harness.models import Flag, Language, Layer, Result, Strength, Trust, Verdict
from harness.reporting import render_terminal, summarise, write_report
from harness.reporting.page import render_page
from tests.flags.test_sarif import validate
from tests.reporting.samples import run_info

RUN = run_info()

CODE = "def mean(values):\n    return sum(values) / len(vals)\n"


def flag(rule: str = "undefined-name", line: int = 2, **changes: Any) -> Flag:
    found = Flag(
        rule=rule, layer=Layer.CONTRACT, strength=Strength.HINT, message="vals is not <defined>",
        question="Is vals meant to be values?", line=line, column=5, end_line=line, end_column=9,
        source="    return sum(values) / len(vals)", language=Language.PYTHON,
    )  # fmt: skip
    return replace(found, **changes)


def result(number: int, verdict: Verdict, *flags: Flag) -> Result:
    return Result(
        response_id=f"r{number}", task_id="mean", language=Language.PYTHON, model="m",
        verdict=verdict, trust=Trust.ISOLATED, code=CODE, flags=flags,
    )  # fmt: skip


def test_the_question_stands_under_its_line_once() -> None:
    strong = flag(strength=Strength.STRONG, precision=7 / 9, hits=9, message="once more")
    html = render_page(result(1, Verdict.FAILED, flag(), strong), None, run_id="run")
    code = html[html.index("<code>") : html.index("</code>")]
    assert code.count("Is vals meant to be values?") == 1
    assert code.index('id="L2"') < code.index("Is vals meant")
    assert "vals is not &lt;defined&gt; · undefined-name · hint" in html
    assert "strong · right 7 of 9 times" in re.sub(r"\s", " ", html)


def test_hits_are_counted_by_rule_with_what_passed() -> None:
    rows = [
        result(1, Verdict.FAILED, flag(), flag(line=1)),
        result(2, Verdict.PASSED, flag(strength=Strength.STRONG)),
        result(3, Verdict.FAILED, flag("stub-body")),
        result(4, Verdict.PASSED),
    ]
    summary = summarise(RUN, lambda: iter(rows), [], {})
    assert summary.flagged == 3
    assert [tuple(one.model_dump().values()) for one in summary.rules] == [
        ("undefined-name", 2, 1, 1),
        ("stub-body", 1, 0, 0),
    ]
    console = Console(width=100, record=True, file=None, quiet=False)
    with console.capture() as printed:
        render_terminal(summary, console)
    assert "3 responses flagged: undefined-name 2, stub-body 1" in printed.get()


def test_the_report_has_a_log_of_all_flags(tmp_path: Path) -> None:
    rows = [result(1, Verdict.FAILED, flag()), result(2, Verdict.PASSED, flag("gone"))]
    summary = summarise(RUN, lambda: iter(rows), [], {})
    write_report(RUN, summary, lambda: iter(rows), [], {}, tmp_path)
    found = validate((tmp_path / "flags.sarif").read_text())
    assert [one["ruleId"] for one in found] == ["undefined-name", "gone"]
    names = [one["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] for one in found]
    assert names == ["r1", "r2"]
    line = json.loads((tmp_path / "results.jsonl").read_text().splitlines()[0])
    assert line["flags"][0]["question"] == "Is vals meant to be values?"
