"""Label Studio's tasks: ours on the way out, anybody's on the way in, and back without loss."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from harness.errors import InputError
from harness.exports import Done, ExportOptions, export_label_studio
from harness.exports.label_studio import item_of
from harness.exports.label_studio_result import answer_of, regions_of
from harness.models.pair import JudgedItem
from tests.exports.samples import (
    BAD,
    GOOD,
    PAIRWISE,
    export_items,
    item,
    rows_of,
    side,
    vote,
)  # fmt: skip

# As Label Studio writes it: fields of its own, some of which nobody has heard of.
THEIRS: dict[str, Any] = {
    "id": 17,
    "data": {
        "prompt": "Add two numbers.", "answer_a": BAD, "answer_b": GOOD, "language": "python",
        "batch": {"deep": [1, None, "\u2028"]},
    },
    "meta": {"origin": "import 3"},
    "annotations": [
        {
            "id": 5, "completed_by": {"id": 3, "email": "eve@example.org", "first_name": "Eve"},
            "result": [
                {
                    "id": "x", "from_name": "better", "to_name": "a,b", "type": "pairwise",
                    "value": {"selected": "right"}, "origin": "manual",
                },
                {
                    "id": "y", "from_name": "why", "to_name": "prompt", "type": "textarea",
                    "value": {"text": ["It", "adds"]},
                },
                {
                    "id": "z", "from_name": "clarity_2", "to_name": "b", "type": "rating",
                    "value": {"rating": 4},
                },
                {"id": "rel", "type": "relation", "from_id": "x", "to_id": "y"},
            ],
            "was_cancelled": False, "ground_truth": True, "lead_time": 12.5,
            "created_at": "2030-01-02T03:04:05.678Z", "draft_created_at": None,
        },
        {"id": 6, "result": [], "was_cancelled": True, "lead_time": 1.0},
    ],
    "predictions": [{"model_version": "m", "score": 0.5, "result": []}],
    "inner_id": 1, "total_annotations": 1, "future_field": [{"a": 1e-7}],
}  # fmt: skip


def imported(tasks: list[Any], folder: Path, name: str = "trl-dpo", **options: Any) -> Done:
    file = folder / "tasks.json"
    file.write_text(json.dumps(tasks), encoding="utf-8")
    wanted = ExportOptions.model_validate({"format": name} | options)
    return export_label_studio(file, wanted, folder / "out", pseudonym=lambda who: f"x-{who}")


def test_their_tasks_come_back_as_they_were(tmp_path: Path) -> None:
    tasks = [THEIRS, {"id": 2, "data": THEIRS["data"], "annotations": [], "extra": "kept"}]
    done = imported(tasks, tmp_path, "label-studio", identities=True)
    assert rows_of(done.folder) == tasks


def test_their_people_are_hidden_unless_asked_for(tmp_path: Path) -> None:
    done = imported([THEIRS], tmp_path, "label-studio")
    assert b"eve@example.org" not in (done.folder / "train.json").read_bytes().replace(
        b"x-eve@example.org", b""
    )
    (row,) = rows_of(done.folder)
    assert row["annotations"][0]["completed_by"] == {"email": "x-eve@example.org"}
    assert {**row, "annotations": 0} == {**THEIRS, "annotations": 0}


def test_their_judgments_become_any_format(tmp_path: Path) -> None:
    done = imported([THEIRS], tmp_path)
    assert rows_of(done.folder) == [{"prompt": "Add two numbers.", "chosen": GOOD, "rejected": BAD}]
    assert done.manifest["judged"]["first"] == "2030-01-02T03:04:05+00:00"
    (found,) = item_of(THEIRS, 1).votes
    assert found.answer["justification"] == "It\n\nadds"
    assert found.answer["ratings"] == {"2": {"clarity": 4}}


def test_our_judgments_survive_the_way_out_and_in(tmp_path: Path) -> None:
    votes = [vote(1, -2), vote(2, 0), vote(3, 0, answer={"tie": False, "both_bad": True})]
    export_items([item("1", votes)], tmp_path / "first", format="label-studio")
    (task,) = rows_of(tmp_path / "first")
    back = item_of(task, 1)
    assert [one.answer for one in back.votes] == [one.answer for one in votes]
    assert [(one.text, one.verdict, one.model) for one in back.sides] == [
        (BAD, "failed", "model-1"),
        (GOOD, "passed", "model-2"),
    ]
    assert (back.item_id, back.task_id, back.language) == ("i_1", "task-1", "python")


def test_regions_alone_hold_nearly_all_of_an_answer() -> None:
    """What Label Studio keeps if it drops our own key."""
    sides = (side(1, BAD), side(2, GOOD))
    for said in (vote(1, -2), vote(2, 0), vote(3, 0, answer={"tie": False, "both_bad": True})):
        regions = regions_of(said.answer, sides)
        answer = answer_of({"result": regions}, sides)
        for name in ("preference", "ratings", "acceptable", "reasons", "justification", "marks"):
            assert answer[name] == said.answer[name]
        assert answer.get("tie", False) == said.answer["tie"]
        assert answer.get("both_bad", False) == said.answer["both_bad"]


def test_regions_point_at_the_marked_lines() -> None:
    sides = (side(1, BAD), side(2, GOOD))
    (region,) = [one for one in regions_of(vote().answer, sides) if one["type"] == "labels"]
    start, end = region["value"]["start"], region["value"]["end"]
    assert BAD[start:end] == region["value"]["text"] == "    return a - b"


@pytest.mark.parametrize("lines", [(1, 1), (3, 3), (1, 99), (99, 99)])
def test_a_mark_outside_of_the_text_stays_inside_of_it(lines: tuple[int, int]) -> None:
    mark = {
        "response": "1", "first_line": lines[0], "last_line": lines[1], "severity": "breaks",
        "category": "logic",
    }  # fmt: skip
    (region,) = regions_of({"marks": [mark]}, (side(1, BAD),))
    assert 0 <= region["value"]["start"] <= region["value"]["end"] <= len(BAD)


@pytest.mark.parametrize(
    ("task", "lacks"),
    [
        ({}, "no data"),
        ({"data": {"answer_1": "x", "answer_2": "y"}}, "no prompt"),
        ({"data": {"prompt": "p"}}, "no response"),
    ],
)
def test_what_a_task_lacks_is_said_with_its_place(
    tmp_path: Path, task: dict[str, Any], lacks: str
) -> None:
    with pytest.raises(InputError, match=lacks) as caught:
        imported([THEIRS, task], tmp_path)
    assert caught.value.line == 2
    assert not (tmp_path / "out").exists()


def test_formats_that_need_a_rubric_refuse(tmp_path: Path) -> None:
    for name in ("helpsteer2", "trl-prm"):
        with pytest.raises(InputError, match="needs a rubric"):
            imported([THEIRS], tmp_path, name)


@pytest.mark.parametrize(
    "annotation",
    [
        {"result": None},
        {"result": [None, 1, {"value": 3}, {"value": {"choices": [1]}, "from_name": None}]},
        {"result": [{"value": {"labels": ["a"], "start": None}, "from_name": "marks_1"}]},
        {"completed_by": 4, "created_at": 5, "lead_time": None, "harness": []},
    ],
)
def test_odd_annotations_are_no_reason_to_stop(annotation: dict[str, Any]) -> None:
    found = item_of({**THEIRS, "annotations": [annotation]}, 1)
    assert len(found.votes) == 1


@pytest.mark.parametrize(("side_chosen", "preference"), [("left", -1), ("right", 1)])
def test_a_side_alone_is_the_weakest_preference(side_chosen: str, preference: int) -> None:
    region = {"from_name": "pw", "type": "pairwise", "value": {"selected": side_chosen}}
    assert answer_of({"result": [region]}, ())["preference"] == preference


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ("-3", {"preference": -3}),
        ("+2", {"preference": 2}),
        ("Tie", {"preference": 0, "tie": True}),
        ("Both bad", {"preference": 0, "both_bad": True}),
        ("9", {}),
        ("A", {}),
    ],
)
def test_choices_of_preference(choice: str, said: dict[str, Any]) -> None:
    region = {"from_name": "preference", "type": "choices", "value": {"choices": [choice]}}
    found = answer_of({"result": [region]}, ())
    assert {name: found[name] for name in found if name in said or name == "preference"} == said


def test_a_region_without_offsets_is_the_first_line() -> None:
    region: dict[str, Any] = {
        "from_name": "marks_1", "type": "labels", "value": {"labels": ["breaks"]},
    }  # fmt: skip
    (mark,) = answer_of({"result": [region]}, (side(1, BAD),))["marks"]
    assert (mark["first_line"], mark["last_line"], mark["category"]) == (1, 1, "other")
    single_line = {"start": 0, "end": 3, "labels": ["breaks", "logic"]}
    (mark,) = answer_of({"result": [{**region, "value": single_line}]}, (side(1, "\n\nx"),))[
        "marks"
    ]
    assert (mark["first_line"], mark["last_line"], mark["category"]) == (1, 3, "logic")


def config_of_export(items: list[JudgedItem], out: Path, **options: Any) -> ElementTree.Element:
    export_items(items, out, format="label-studio", **options)
    return ElementTree.fromstring((out / "label_config.xml").read_text("utf-8"))


def test_the_interface_offers_what_the_rubric_asks_for(tmp_path: Path) -> None:
    config = config_of_export([item("1", [vote()])], tmp_path / "out")
    names = {tag.get("name") for tag in config.iter()}
    for axis in PAIRWISE.axes:
        assert {f"{axis.id}_1", f"{axis.id}_2"} <= names
    assert PAIRWISE.reasons
    reasons = config.find(".//Choices[@name='reasons']")
    assert reasons is not None
    offered = [one.get("value") for one in reasons]
    assert offered == [one.id for one in PAIRWISE.reasons.categories]


def test_the_interface_has_what_no_rubric_names(tmp_path: Path) -> None:
    """A rule that raised a flag, a mark made with another rubric, a value that is XML."""
    odd = '"<&>\x00'
    marks = [{"response": "1", "first_line": 1, "last_line": 1, "severity": odd, "category": "c"}]
    config = config_of_export([item("1", [vote(answer={"marks": marks})])], tmp_path / "out")
    labels = {
        tag.get("name"): [one.get("value") for one in tag] for tag in config.iter("Labels")
    }  # fmt: skip
    assert labels["flags_1"] == ["unused-argument"]
    assert labels["marks_1"][-2:] == ['"<&>\ufffd', "c"]


def test_their_own_tasks_have_their_own_interface(tmp_path: Path) -> None:
    done = imported([THEIRS], tmp_path, "label-studio")
    assert not (done.folder / "label_config.xml").exists()


def test_our_tasks_keep_their_interface_on_the_way_back(tmp_path: Path) -> None:
    export_items([item("1", [vote()])], tmp_path / "first", format="label-studio")
    done = imported(rows_of(tmp_path / "first"), tmp_path, "label-studio", identities=True)
    config = ElementTree.fromstring((done.folder / "label_config.xml").read_text("utf-8"))
    assert {"marks_1", "flags_1", "pairwise"} <= {tag.get("name") for tag in config.iter()}
