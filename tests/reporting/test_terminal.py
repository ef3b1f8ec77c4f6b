"""The terminal summary fits, says what matters and ends with the report's path."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from harness.models import Language
from harness.reporting import Results, render_terminal, summarise
from tests.reporting import samples
from tests.reporting.conftest import hostile_result

BOTH = (Language.PYTHON, Language.JAVASCRIPT)


def shown(source: Results, width: int, invalid: int = 2) -> list[str]:
    out = io.StringIO()
    summary = summarise(samples.run_info(), source, samples.invalid_rows(invalid), {})
    console = Console(file=out, width=width, force_terminal=False)
    render_terminal(summary, console, Path("reports") / ("long" * 30) / "index.html")
    return out.getvalue().splitlines()


@pytest.mark.parametrize("width", [80, 100, 200])
def test_fits_and_ends_with_the_whole_path(width: int) -> None:
    lines = shown(samples.results(40, BOTH, 10, 10), width)
    assert lines[-1] == f"report: reports/{'long' * 30}/index.html"
    assert max(map(len, lines[:-1])) <= min(width, 100)
    text = "\n".join(lines)
    assert "of 8,000 responses passed" in text
    assert "pass@10" in text
    assert "more in the report" in text
    assert "2 input rows could not be evaluated" in " ".join(text.split())


def test_both_languages_are_shown_however_many_models() -> None:
    text = "\n".join(shown(samples.results(40, BOTH, 2, 1), 100))
    assert "Python" in text
    assert "JavaScript" in text


def test_hostile_names_cannot_drive_the_terminal_or_its_markup() -> None:
    text = "\n".join(shown(lambda: iter([hostile_result(0)]), 100))
    assert "\x1b" not in text
    assert "\x07" not in text
    named = hostile_result(0).model_copy(update={"model": "[bold]x[/nope]"})
    assert "[bold]x[/nope]" in "\n".join(shown(lambda: iter([named]), 100))


def test_an_empty_run_still_says_so() -> None:
    lines = shown(lambda: iter(()), 100, invalid=0)
    assert lines[0].startswith("0 of 0 responses passed")
    assert lines[-1].startswith("report: ")
