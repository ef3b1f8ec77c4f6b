"""Whatever is exported how: the counts add up, and rows are what was judged."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import HarnessError
from harness.exports import ExportOptions, exports, find_export
from harness.exports.counts import Tally
from harness.exports.export import Feeds, RowContext
from harness.exports.writing import Plan, Writing
from harness.models.pair import JudgedItem
from tests.exports.samples import export_items, fix, item, rows_of, rubric_for, side, vote

TEXTS = st.sampled_from(["a\n", "a", "b c", "b  c\n", "d"])


@st.composite
def items(draw: st.DrawFn) -> list[JudgedItem]:
    return [draw(one_item(number)) for number in range(draw(st.integers(0, 6)))]


@st.composite
def one_item(draw: st.DrawFn, number: int) -> JudgedItem:
    sides = tuple(
        side(place, draw(TEXTS), passed=draw(st.booleans()))
        for place in range(1, draw(st.integers(1, 3)) + 1)
    )
    votes = [
        vote(
            at, draw(st.sampled_from([None, -3, -1, 0, 2])), final=draw(st.booleans()),
            role=draw(st.sampled_from(["trainer", "expert"])),
        )
        for at in range(draw(st.integers(0, 3)))
    ]  # fmt: skip
    fixes = (fix(draw(TEXTS)),) if draw(st.booleans()) else ()
    language = draw(st.sampled_from(["python", "cpp"]))
    return item(
        str(number), votes, sides=sides, fixes=fixes,
        # Tasks may share a prompt.
        task={"language": language, "prompt": f"prompt {number % 2}"},
    )  # fmt: skip


OPTIONS = st.fixed_dictionaries(
    {
        "aggregate": st.sampled_from(["majority", "mean", "expert", "each"]),
        "corrections": st.sampled_from(["off", "add", "only"]),
        "conflicts": st.sampled_from(["report", "drop"]),
        "require_pass_chosen": st.booleans(),
        "splits": st.sampled_from([[], [{"name": "test", "share": 0.5}]]),
        "filters": st.fixed_dictionaries(
            {
                "languages": st.sampled_from([[], ["python"]]),
                "annotators": st.sampled_from([[], ["p_1"]]),
                "min_agreement": st.sampled_from([0.0, 0.6]),
                "min_preference": st.sampled_from([0.0, 2.0]),
            }
        ),
    }
)
PAIRS = sorted(name for name, one in exports().items() if one.feeds is not Feeds.ITEM)


@pytest.mark.parametrize("name", PAIRS)
@settings(max_examples=40, deadline=None)
@given(found=items(), options=OPTIONS)
def test_what_comes_in_goes_out_or_is_dropped_for_a_reason(
    name: str, found: list[JudgedItem], options: dict[str, Any]
) -> None:
    export = exports()[name]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        manifest = export_items(found, out, rubric_for(export), format=name, **options)
        counts = manifest["counts"]
        for tally in (counts["items"], counts["judgments"], *counts["rows"].values()):
            assert tally["in"] == tally["out"] + sum(tally["dropped"].values())
        assert counts["items"]["in"] == len(found)
        assert counts["judgments"]["in"] == sum(len(one.votes) for one in found)
        parts = ["train", *(one["name"] for one in options["splits"])]
        lines = 0
        for table in export.tables:
            rows = [row for part in parts for row in rows_of(out / table.table, part)]
            assert len(rows) == counts["rows"][table.table or "default"]["out"]
            lines += len(rows)
            if table.distinct and table.feeds is Feeds.PAIR and "chosen" in table.shape.fields:
                assert max(Counter(map(json.dumps, rows)).values(), default=1) == 1
                assert all(words(row["chosen"]) != words(row["rejected"]) for row in rows)
        assert len((out / "provenance.jsonl").read_text().splitlines()) == lines


def words(value: Any) -> str:
    return " ".join(json.dumps(value).replace("\\n", " ").split()).replace(' "', '"')


def test_a_count_that_is_off_stops_the_export() -> None:
    tally = Tally("rows")
    tally.keep()
    tally.drop("tie")
    tally.check(1)
    with pytest.raises(HarnessError, match="do not add up"):
        tally.check(2)
    tally.kept += 1
    with pytest.raises(HarnessError, match="do not add up"):
        tally.check()


def test_a_count_that_is_off_anywhere_stops_the_export(tmp_path: Path) -> None:
    def off(name: str) -> None:
        plan = Plan(find_export("trl-dpo"), ExportOptions(), RowContext())
        folder = tmp_path / name
        folder.mkdir()
        with Writing(plan, folder) as writing:
            counts = writing.counts
            {"items": counts.items, "judgments": counts.judgments, "rows": counts.rows[""]}[
                name
            ].entered += 1
            writing.close()

    for name in ("items", "judgments", "rows"):
        with pytest.raises(HarnessError, match=f"the counts of {name} do not add up: 1 in, 0 kept"):
            off(name)


def test_rows_that_nobody_counted_stop_the_export(tmp_path: Path) -> None:
    plan = Plan(find_export("trl-dpo"), ExportOptions(), RowContext())
    with Writing(plan, tmp_path) as writing:
        writing.counts.rows[""].keep(2)
        with pytest.raises(HarnessError, match="2 in, 2 kept, 0 dropped, 0 written"):
            writing.close()
    tally = Tally("rows")
    tally.drop("tie", 0)
    tally.drop("tie", 2)
    tally.drop("both bad")
    tally.keep(4)
    tally.check(4)
    assert tally.as_json() == {"in": 7, "out": 4, "dropped": {"both bad": 1, "tie": 2}}
