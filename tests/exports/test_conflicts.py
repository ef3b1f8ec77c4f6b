"""The list of pairs in which people prefer what fails: rows, page, and what a message names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.errors import InputError
from harness.exports.conflicts import ConflictList
from harness.exports.export import RowContext
from harness.models.pair import Outcome, Pair
from tests.exports.samples import BAD, GOOD, export_items, item, rows_of, side, vote

CASES = [{"name": f"case-{at}", "verdict": "failed" if at else "passed"} for at in range(8)]


def conflict(name: str, **fields: Any) -> Any:
    return item(name, [vote(1, -2), vote(2, -1, answer={"justification": " \n"})], **fields)


def page_of(out: Path) -> str:
    return (out / "conflicts.html").read_text("utf-8")


def test_the_page_shows_both_sides_with_what_fails(tmp_path: Path) -> None:
    wrong = {"verdict": "wrong_answer", "code": "a < b\n", "cases": CASES}
    sides = (side(1, BAD, result=wrong, model="<m>"), side(2, GOOD))
    prompt = "Add <b>.".ljust(25_000, "x")
    items = [conflict("1", sides=sides, task={"prompt": prompt}), item("2", [vote(1, 2)])]
    export_items(items, tmp_path / "out")
    page = page_of(tmp_path / "out")
    assert page.startswith("<!doctype html>")
    assert page.endswith("</section>\n</main></body></html>\n")
    assert page.count("<section>") == 1
    assert (
        "<h2>task-1</h2><p>python, item i_1, preference -1.5, 2 judgments</p>"
        f"<details><summary>Prompt</summary><pre>Add &lt;b&gt;.{'x' * (20_000 - 8)}</pre>"
    ) in page
    assert (
        "<h3>Preferred: wrong_answer</h3><p>&lt;m&gt;, 8 cases; failing: case-1, case-2, case-3, "
        "case-4, case-5</p><pre>a &lt; b\n</pre>"
    ) in page
    assert "<h3>Not preferred: passed</h3><p>model-2, 1 case</p><pre>def add" in page
    assert page.index("Preferred: wrong_answer") < page.index("Not preferred: passed")
    assert page.count("<blockquote>") == 1
    assert "<blockquote>Judge 1 saw it.</blockquote></section>" in page
    (row,) = rows_of(tmp_path / "out", "conflicts")
    assert (row["file"], row["row"], row["item_id"]) == ("conflicts.jsonl", 1, "i_1")
    assert [one["position"] for one in row["responses"]] == [1, 2]


def test_there_is_no_list_without_a_conflict(tmp_path: Path) -> None:
    assert export_items([item("1", [vote(1, 2)])], tmp_path / "out")["conflicts"] == 0
    assert not list((tmp_path / "out").glob("conflicts*"))


@pytest.mark.parametrize(("number", "more"), [(500, ""), (503, "<p>And 3 more in ")])
def test_a_long_list_goes_on_in_its_rows(tmp_path: Path, number: int, more: str) -> None:
    one = item()
    pair = Pair(one, one.sides[0], one.sides[1], -1, Outcome.FIRST, 1.0)
    with ConflictList(tmp_path, RowContext()) as conflicts:
        for _ in range(number):
            conflicts.add(pair)
        conflicts.close()
    assert conflicts.count == number
    assert [row["row"] for row in rows_of(tmp_path, "conflicts")] == list(range(1, number + 1))
    page = page_of(tmp_path)
    assert page.count("<section>") == 500
    assert ("And " in page) == bool(more)
    assert more in page


def test_a_refusal_names_the_first_three(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        export_items([conflict(name) for name in "12345"], tmp_path / "out", conflicts="refuse")
    assert "5 pairs prefer" in str(caught.value)
    assert "such as i_1 (task-1), i_2 (task-2), i_3 (task-3)" in str(caught.value)
    # Nothing to refuse: an export like any other.
    export_items([item("1", [vote(1, 2)])], tmp_path / "fine", conflicts="refuse")
    assert (tmp_path / "fine" / "manifest.json").exists()


def test_files_are_closed_when_an_export_ends_early(tmp_path: Path) -> None:
    def stop() -> None:
        with ConflictList(tmp_path, RowContext()) as conflicts:
            one = item()
            conflicts.add(Pair(one, one.sides[0], one.sides[1], -1, Outcome.FIRST, 1.0))
            raise KeyboardInterrupt

    # A file left open is a ResourceWarning, and that is an error here.
    with pytest.raises(KeyboardInterrupt):
        stop()
    assert len(rows_of(tmp_path, "conflicts")) == 1
