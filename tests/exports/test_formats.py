"""Every format against its golden file, its exact shape, and Parquet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.json
import pyarrow.parquet
import pytest

from harness.exports import exports, find_export
from harness.exports.export import Feeds
from harness.exports.shapes import Struct, fault_of, has_any
from harness.models.pair import JudgedItem
from tests.exports.samples import (
    BAD,
    SINGLE,
    export_items,
    fix,
    item,
    rows_of,
    rubric_for,
    side,
    single,
    vote,
)

GOLDEN = Path(__file__).parent / "golden"
FORMATS = sorted(exports())
TABLES = [(name, table) for name in FORMATS for table in exports()[name].tables]


def sample(name: str) -> list[JudgedItem]:
    """A decided pair, a tie, both bad, and what formats of single responses need."""
    if rubric_for(find_export(name)) is SINGLE:
        rated = {
            "ratings": {
                one: {axis.id: value for axis in SINGLE.axes} for one, value in (("1", 1), ("2", 4))
            }
        }
        pair = item("1", [vote(1, 2, answer=rated), vote(2, 3, answer=rated)])
        return [pair, single("2")]
    return [
        item("1", [vote(1, 2), vote(2, 3), vote(3, -1)]),
        item("2", [vote(1, 0, answer={"acceptable": {"1": True, "2": True}})]),
        item("3", [vote(1, 0, answer={"tie": False, "both_bad": True})]),
        item("4", [vote(1, -1)], sides=(side(1), side(2, BAD, passed=False)), fixes=(fix(),)),
    ]


def written(name: str, out: Path, **options: Any) -> dict[str, list[Any]]:
    export = find_export(name)
    export_items(sample(name), out, rubric_for(export), format=name, **options)
    return {
        table.table: rows_of(out / table.table if table.table else out) for table in export.tables
    }


@pytest.mark.parametrize("name", FORMATS)
def test_rows_are_those_of_the_golden_file(name: str, tmp_path: Path) -> None:
    found = written(name, tmp_path / "out")
    golden = json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))
    assert found == golden


def test_every_golden_file_belongs_to_a_format() -> None:
    assert sorted(file.stem for file in GOLDEN.iterdir()) == FORMATS


@pytest.mark.parametrize("name", FORMATS)
def test_rows_have_exactly_the_shape_the_format_promises(name: str, tmp_path: Path) -> None:
    found = written(name, tmp_path / "out")
    for table in find_export(name).tables:
        assert found[table.table]
        for row in found[table.table]:
            assert fault_of(table.shape, row) is None


def test_a_margin_stands_on_every_row_or_on_none(tmp_path: Path) -> None:
    shape = find_export("trl-reward").row_shape(with_margin=True)
    rows = written("trl-reward", tmp_path / "with", with_margin=True)[""]
    assert [row["margin"] for row in rows] == [2.5, 1.0]
    assert all(fault_of(shape, row) is None for row in rows)
    assert not any("margin" in row for row in written("trl-reward", tmp_path / "without")[""])


@pytest.mark.parametrize("name", [name for name in FORMATS if not exports()[name].array])
def test_parquet_holds_the_same_rows(name: str, tmp_path: Path) -> None:
    plain = written(name, tmp_path / "plain")
    export = find_export(name)
    export_items(sample(name), tmp_path / "out", rubric_for(export), format=name, parquet=True)
    for table in export.tables:
        file = tmp_path / "out" / table.table / "train.parquet"
        rows = pyarrow.parquet.read_table(file).to_pylist()
        assert [parsed(table.shape, row) for row in rows] == plain[table.table]


def parsed(shape: Any, value: Any) -> Any:
    """A Parquet value with its JSON texts read."""
    if not has_any(shape):
        return value
    if isinstance(shape, Struct):
        return {key: parsed(of, value[key]) for key, of in shape.fields.items()}
    if hasattr(shape, "of"):
        return [parsed(shape.of, one) for one in value]
    return json.loads(value)


@pytest.mark.parametrize(
    "name", [name for name in FORMATS if exports()[name].feeds is not Feeds.ITEM]
)
def test_the_reader_under_datasets_finds_the_columns_of_the_card(name: str, tmp_path: Path) -> None:
    """``datasets`` reads JSONL with pyarrow; so does this."""
    written(name, tmp_path / "out")
    for table in find_export(name).tables:
        file = tmp_path / "out" / table.table / "train.jsonl"
        found = pyarrow.json.read_json(file)
        assert found.column_names == list(table.shape.fields)


def test_llama_factory_finds_each_part_in_dataset_info(tmp_path: Path) -> None:
    export_items(
        [item(str(number), [vote()]) for number in range(20)], tmp_path / "out",
        format="llama-factory", splits=[{"name": "test", "share": 0.5}],
    )  # fmt: skip
    info = json.loads((tmp_path / "out" / "dataset_info.json").read_text())
    assert {one["file_name"] for one in info.values()} == {"train.jsonl", "test.jsonl"}
    for entry in info.values():
        assert entry["ranking"] is True
        row = json.loads((tmp_path / "out" / entry["file_name"]).read_text().split("\n")[0])
        assert set(entry["columns"].values()) == set(row)


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("say:\n  x\n\n", "say:\n  x"),
        ("\n\n    for a in b:\n        c\n    return d\n", "for a in b:\n    c\nreturn d"),
        ("    a\nb\n", "a\nb"),
        ("\ta\r\n\t\tb\r\n", "a\r\n\tb"),
    ],
)
def test_axolotl_gets_answers_without_outer_white_space(
    tmp_path: Path, text: str, sent: str
) -> None:
    """Many chat templates drop it, and axolotl then does not find the answer it looks for."""
    pair = item("1", [vote(1, 2)], sides=(side(1, BAD), side(2, text)))
    export_items([pair], tmp_path / "out", format="axolotl")
    (row,) = rows_of(tmp_path / "out")
    assert row["chosen"]["content"] == sent


def test_axolotl_gets_no_answer_without_text(tmp_path: Path) -> None:
    pair = item("1", [vote(1, 2)], sides=(side(1, " \n"), side(2)))
    manifest = export_items([pair], tmp_path / "out", format="axolotl")
    assert manifest["counts"]["rows"]["default"]["dropped"] == {"an answer without text": 1}
