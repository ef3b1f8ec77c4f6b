"""Rows of SQL cases on a response's page: all of them, in their place, and legible."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from harness.models import CaseResult, GridDiff, Language, Result, Trust, Verdict
from harness.reporting import summarise, write_report
from tests.reporting import samples
from tests.reporting.conftest import Visit

ROWS = GridDiff(
    what="stock", columns=("place", "quantity"), expected_rows=3, actual_rows=2, left=4,
    marks=("missing", "extra", "same"), rows=(("east", "7"), ("east", "'7'"), ("north", "NULL")),
)  # fmt: skip
WIDE = GridDiff(
    columns=tuple(f"column_{n}" for n in range(50)), expected_rows=1, actual_rows=0,
    marks=("missing",), rows=(("a longer value",) * 50,),
)  # fmt: skip
NOTHING = GridDiff(columns=("n",), expected_rows=0, actual_rows=0)


def page_of(out: Path, *grids: GridDiff) -> str:
    case = CaseResult(
        name="a state", verdict=Verdict.FAILED, message="1 row missing", expected="never shown",
        actual="never shown", grids=grids,
    )  # fmt: skip
    result = Result(
        response_id="r", task_id="t", language=Language.SQL, model="m", verdict=Verdict.FAILED,
        trust=Trust.ISOLATED, cases=(case,), code="SELECT 1",
    )  # fmt: skip

    def source() -> Iterator[Result]:
        yield result

    run = samples.run_info()
    write_report(run, summarise(run, source, [], {}), source, [], {}, out)
    (page,) = (out / "responses").iterdir()
    return page.as_uri()


@pytest.mark.browser
def test_rows_are_marked_for_eyes_and_for_readers(tmp_path: Path, visit: Visit) -> None:
    visit.page.goto(page_of(tmp_path, ROWS))
    table = visit.page.locator(".rowdiff")
    expect(table.locator("thead th")).to_have_text(["Mark", "place", "quantity"])
    told = [text.split() for text in table.locator("tbody tr").all_inner_texts()]
    assert told == [
        ["−", "missing", "east", "7"],
        ["+", "not", "expected", "east", "'7'"],
        ["as", "expected", "north", "NULL"],
    ]
    colours = [
        row.evaluate("row => getComputedStyle(row.cells[1]).backgroundColor")
        for row in table.locator("tbody tr").all()
    ]
    assert len(set(colours)) == 3
    expect(visit.page.locator("body")).to_contain_text("2 rows, 3 expected")
    expect(visit.page.locator("body")).to_contain_text("4 more rows not shown")
    expect(visit.page.locator("body")).not_to_contain_text("never shown")
    assert visit.complaints == []


@pytest.mark.browser
def test_a_wide_result_scrolls_in_its_own_box(tmp_path: Path, visit: Visit) -> None:
    visit.page.goto(page_of(tmp_path, WIDE, NOTHING))
    assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box = visit.page.locator(".scroll").first
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")
    expect(visit.page.locator("body")).to_contain_text("10 more columns not shown")
    expect(visit.page.locator(".rowdiff").nth(1)).to_contain_text("no rows")
