"""The manifest and the line beside each row: every count and every name in them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from harness.exports.manifest import moment
from tests.exports.samples import PAIRWISE, export_items, fix, item, rows_of, side, single, vote

SQL = {"language": "sql", "source": "book", "licence": "CC0-1.0"}


def test_what_the_rows_rest_on_is_counted(tmp_path: Path) -> None:
    other = {"rubric_ref": "other@2", "rubric_digest": "f" * 64, "guidelines_version": 3}
    items = [
        item("1", [vote(1, 2, created_at=50.0), vote(2, -1, order=(1, 2), created_at=90.0)]),
        item("2", [vote(1, -1, created_at=40.0), vote(3, 2, created_at=60.0)], task=SQL),
        item("3", [vote(2, -1, created_at=70.0, **other)], task=SQL,
             sides=(side(1, model="m"), side(2, "x"))),
        # Without a row it counts nowhere.
        item("4", [vote(9, 0, created_at=10.0)]),
    ]  # fmt: skip
    found = export_items(items, tmp_path / "out", format="trl-dpo", aggregate="each")
    assert found["format"] == "trl-dpo"
    assert found["source"] == {"kind": "project", "name": "p"}
    assert (found["machine_made"], found["made_by"]) == (False, {"people": 5})
    assert found["judged"] == {
        "first": "1970-01-01T00:00:40+00:00",
        "last": "1970-01-01T00:01:30+00:00",
    }
    assert found["annotators"] == {"hidden-p_1": 2, "hidden-p_2": 2, "hidden-p_3": 1}
    assert found["languages"] == {"python": 2, "sql": 3}
    assert found["models"] == {"m": 1, "model-1": 4, "model-2": 5}
    assert found["outcomes"] == {"first": 3, "second": 2}
    assert found["rubrics"] == [
        {"ref": "other@2", "digest": "f" * 64},
        {"ref": str(PAIRWISE.ref), "digest": PAIRWISE.digest},
    ]
    assert found["guidelines_versions"] == [2, 3]
    assert found["split"] == {
        "tasks": 0, "groups": 0, "tasks_of_the_largest_group": 0, "empty_parts": [],
    }  # fmt: skip
    assert (found["schema_version"], found["replaced_surrogates"]) == (1, 0)
    assert found["licences"] == [
        {"source": "book", "licence": "CC0-1.0", "rows": 3},
        {"source": "own", "licence": "MIT", "rows": 2},
    ]
    assert found["agreement"] == {
        "rows_with_several_judgments": 0, "unanimous": 0, "unanimous_share": None, "judgments": 5,
        "displayed_in_another_order": 4,
    }  # fmt: skip
    assert found["counts"] == {
        "items": {"in": 4, "out": 4, "dropped": {}},
        "judgments": {"in": 6, "out": 6, "dropped": {}},
        "rows": {"default": {"in": 6, "out": 5, "dropped": {"tie": 1}}},
    }


def test_agreement_is_counted_over_rows_with_several_judgments(tmp_path: Path) -> None:
    items = [
        item("1", [vote(1, 2), vote(2, 1)]),
        item("2", [vote(1, 2), vote(2, 1), vote(3, -1)]),
        item("3", [vote(1, 2), vote(2, 1), vote(3, 1)]),
        item("4", [vote(1, -2)]),
    ]
    found = export_items(items, tmp_path / "out")["agreement"]
    assert (found["rows_with_several_judgments"], found["unanimous"]) == (3, 2)
    assert found["unanimous_share"] == pytest.approx(2 / 3)
    # A row of every revision is no aggregate of any.
    found = export_items(items, tmp_path / "raw", format="raw")["agreement"]
    assert (found["rows_with_several_judgments"], found["judgments"]) == (0, 9)


def test_formats_of_single_responses_count_those(tmp_path: Path) -> None:
    items = [item("1", [vote(1, 2)]), item("2", [vote(1, 2)], sides=(side(1, "x"), side(2, "y")))]
    found = export_items(items, tmp_path / "out", format="trl-kto")
    assert found["models"] == {"model-1": 2, "model-2": 2}
    assert found["outcomes"] == {}
    assert found["made_by"] == {"people": 4}
    assert export_items(items, tmp_path / "raw", format="raw")["models"] == {
        "model-1": 2, "model-2": 2,
    }  # fmt: skip


def test_every_file_is_named_with_its_size_hash_and_rows(tmp_path: Path) -> None:
    out = tmp_path / "out"
    found = export_items(
        [single(), item("1", [vote(1, -2, answer={"ratings": {}})])], out, format="trl-dpo",
        splits=[{"name": "test", "share": 0.01}],
    )  # fmt: skip
    names = [one["name"] for one in found["files"]]
    assert names == [
        "README.md", "conflicts.html", "conflicts.jsonl", "provenance.jsonl", "test.jsonl",
        "train.jsonl",
    ]  # fmt: skip
    for one in found["files"]:
        content = (out / one["name"]).read_bytes()
        assert (one["bytes"], one["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert {one["name"]: one["rows"] for one in found["files"] if "rows" in one} == {
        "test.jsonl": 0, "train.jsonl": 1,
    }  # fmt: skip
    text = (out / "manifest.json").read_text("utf-8")
    assert json.loads(text) == found
    assert text.isascii()
    assert text.startswith('{\n  "schema_version": 1,\n  "tool": {')
    assert text.endswith("}\n")


def test_what_was_asked_for_stands_there_without_names(tmp_path: Path) -> None:
    found = export_items(
        [item("1", [vote()])], tmp_path / "out", seed=7, conflicts="drop",
        filters={"annotators": ["p_1"], "languages": ["python"]},
        splits=[{"name": "test", "share": 0.01}],
    )  # fmt: skip
    options = found["options"]
    assert (options["seed"], options["conflicts"]) == (7, "drop")
    assert options["splits"] == [{"name": "test", "share": 0.01}]
    assert options["filters"]["annotators"] == ["hidden-p_1"]
    assert options["filters"]["languages"] == ["python"]
    assert found["split"] == {
        "tasks": 1, "groups": 1, "tasks_of_the_largest_group": 1, "empty_parts": ["test"],
    }  # fmt: skip
    assert found["tool"]["name"] == "code-eval-harness"


def test_the_line_beside_a_row_says_where_it_comes_from(tmp_path: Path) -> None:
    items = [
        item("1", [vote(1, 2, flags_seen=True), vote(2, -1, order=(1, 2)), vote(3, 1)]),
        item("2", [vote(1, -1)], task=SQL),
        item("3", [vote(1, 0)]),
    ]
    export_items(items, tmp_path / "out", format="arena")
    first, second, tie = rows_of(tmp_path / "out", "provenance")
    assert first == {
        "file": "train.jsonl", "row": 1, "item_id": "i_1", "task_id": "task-1",
        "language": "python", "made_by": "people", "outcome": "second", "preference": 1.5,
        "agreement": pytest.approx(2 / 3),
        "responses": [
            {"position": 2, "model": "model-2", "verdict": "passed"},
            {"position": 1, "model": "model-1", "verdict": "failed"},
        ],
        "judgments": [
            {"judgment_id": "j_1", "annotator": "hidden-p_1", "order": [2, 1], "flags_seen": True},
            {"judgment_id": "j_2", "annotator": "hidden-p_2", "order": [1, 2],
             "flags_seen": False},
            {"judgment_id": "j_3", "annotator": "hidden-p_3", "order": [2, 1],
             "flags_seen": False},
        ],
    }  # fmt: skip
    assert (second["row"], second["language"], second["outcome"]) == (2, "sql", "first")
    assert [one["position"] for one in second["responses"]] == [1, 2]
    assert (tie["row"], tie["outcome"], tie["preference"]) == (3, "tie", 0)
    assert [one["position"] for one in tie["responses"]] == [1, 2]


def test_the_line_beside_a_rating_or_an_item(tmp_path: Path) -> None:
    fixed = item("1", [vote(1, 2)], fixes=(fix("return 1\n"),))
    export_items([fixed], tmp_path / "out", format="trl-kto", corrections="add")
    lines = rows_of(tmp_path / "out", "provenance")
    keys = ("made_by", "agreement", "position", "model", "verdict")
    assert [tuple(line[key] for key in keys) for line in lines] == [
        ("people", 1.0, 1, "model-1", "failed"),
        ("people", 1.0, 2, "model-2", "passed"),
        ("correction", 1.0, 3, "human correction", "passed"),
    ]
    assert [line["row"] for line in lines] == [1, 2, 3]
    assert [row["label"] for row in rows_of(tmp_path / "out")] == [False, True, True]
    export_items([item("1", [vote()])], tmp_path / "raw", format="raw")
    (line,) = rows_of(tmp_path / "raw", "provenance")
    assert {key: line[key] for key in line if key != "judgments"} == {
        "file": "train.jsonl", "row": 1, "item_id": "i_1", "task_id": "task-1",
        "language": "python", "made_by": "people",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("at", "said"),
    [(None, None), (0.0, "1970-01-01T00:00:00+00:00"), (59.9, "1970-01-01T00:00:59+00:00")],
)
def test_times_are_in_utc_by_the_second(at: float | None, said: Any) -> None:
    assert moment(at) == said
