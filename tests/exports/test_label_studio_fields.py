"""Label Studio, field by field: what is read out of any task, and what ours say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.errors import InputError, UsageError
from harness.exports import ExportOptions, export_label_studio
from harness.exports.label_studio import item_of, read_items
from harness.exports.label_studio_result import answer_of, regions_of
from harness.models.pair import JudgedItem
from tests.exports.samples import BAD, GOOD, export_items, item, rows_of, side, vote

TEXTS = {"prompt": "p", "response_1": "one", "response_2": "two"}


def read(data: dict[str, Any], line: int = 7, **fields: Any) -> JudgedItem:
    return item_of({"data": data, **fields}, line)


def texts(data: dict[str, Any]) -> list[str]:
    return [one.text for one in read({"prompt": "p", **data}).sides]


@pytest.mark.parametrize("name", ["prompt", "question", "instruction", "query", "input", "text"])
def test_prompts_have_many_names(name: str) -> None:
    assert read({name: "asked", "answer": "a"}).prompt == "asked"


def test_the_first_name_that_holds_text_is_the_prompt() -> None:
    assert read({"text": "third", "query": "second", "prompt": 1, "answer": "a"}).prompt == "second"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ({"response_2": "b", "response_1": "a"}, ["a", "b"]),
        ({"answer_b": "b", "answer_a": "a"}, ["a", "b"]),
        ({"completion-1": "a", "completion-2": "b"}, ["a", "b"]),
        ({"output1": "a", "output2": "b", "output3": "c"}, ["a", "b", "c"]),
        ({"response_1": "a", "response_8": "h", "response_9": "i", "response_0": "z"}, ["a", "h"]),
        ({"response_h": "h", "response_i": "i"}, ["h"]),
        ({"response_1": "a", "answer_1": "b"}, ["a"]),
        ({"response_1": 1, "answer_1": "b"}, ["b"]),
        ({"response": "alone", "code": "x"}, ["alone"]),
        ({"a": "first", "b": "second"}, ["first", "second"]),
    ],
)
def test_responses_have_many_names(data: dict[str, Any], found: list[str]) -> None:
    assert texts(data) == found


def test_names_come_from_the_data_then_the_task_then_the_line() -> None:
    one = read({**TEXTS, "task_id": "t", "item_id": "i", "state": "final"}, id=3)
    assert (one.item_id, one.task_key, one.task_id, one.state) == ("i", "t", "t", "final")
    one = read(TEXTS, id=3)
    assert (one.item_id, one.task_key, one.task_id, one.state) == ("3", "3", "3", "")
    one = read(TEXTS)
    assert (one.item_id, one.task_key, one.task_id) == ("line-7", "7", "7")
    assert (one.language, one.task["source"], one.task["licence"]) == ("unknown", None, None)
    assert one.votes == ()
    known = read({**TEXTS, "language": "sql", "source": "s", "licence": "MIT"})
    assert (known.language, known.task["source"], known.task["licence"]) == ("sql", "s", "MIT")


def test_what_is_known_of_responses_is_kept() -> None:
    about = [{"response_id": "r", "model": "m", "verdict": "failed"}, {"model": "n"}]
    one = read({**TEXTS, "code_1": "x = 1", "code_2": 5, "harness": {"responses": about}})
    first, second = one.sides
    assert (first.position, first.response_id, first.model) == (1, "r", "m")
    assert first.result == {"verdict": "failed", "code": "x = 1"}
    assert (second.position, second.response_id, second.model) == (2, "2", "n")
    assert (second.result, second.code) == ({}, "two")
    first, second = read({**TEXTS, "harness": {"responses": about[:1]}}).sides
    assert (second.response_id, second.model, second.result) == ("2", "", {})
    assert [one.model for one in read({**TEXTS, "harness": 3}).sides] == ["", ""]


def test_an_annotation_is_a_judgment() -> None:
    ours = {
        "annotator": "a", "role": "expert", "rubric_ref": "r@1", "guidelines_version": 4,
        "flags_seen": True, "order": [2, 1],
    }  # fmt: skip
    annotations = [
        {"result": [], "was_cancelled": True},
        "no object",
        {
            "result": [],
            "harness": ours,
            "lead_time": 2.5,
            "created_at": "2030-01-01T01:00:00+01:00",
        },
        {"result": [], "completed_by": 4, "created_at": "2030-01-01T00:00:00"},
        {"result": [], "completed_by": {"id": 5}},
        {"result": [], "completed_by": {"id": 5, "email": "e@x"}, "created_at": "soon"},
        {"result": []},
    ]
    found = read(TEXTS, annotations=annotations).votes
    assert [one.judgment_id for one in found] == [f"annotation-{at}" for at in (2, 3, 4, 5, 6)]
    assert [one.person_id for one in found] == ["a", "4", "5", "e@x", "unknown"]
    assert [one.created_at for one in found] == [1893456000.0, 1893456000.0, 0.0, 0.0, 0.0]
    first, second = found[:2]
    assert (first.role, first.rubric_ref, first.guidelines_version) == ("expert", "r@1", 4)
    assert (first.flags_seen, first.order, first.active_s) == (True, (2, 1), 2.5)
    assert (first.wall_s, first.paused_s, first.rubric_digest) == (0.0, 0.0, "")
    assert (second.role, second.rubric_ref, second.guidelines_version) == ("trainer", "", 0)
    assert (second.flags_seen, second.order, second.active_s) == (False, (), 0.0)
    assert {(one.revision, one.kind, one.final, one.surplus) for one in found} == {
        (1, "submitted", True, False)
    }


def region(name: str, value: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"from_name": name, "value": value, **fields}


def said(*regions: dict[str, Any]) -> dict[str, Any]:
    return dict(answer_of({"result": list(regions)}, (side(1, "a\nb\nc"), side(2, "d"))))


def test_regions_say_what_they_say() -> None:
    found = said(
        region("preference", {"choices": ["-2"]}),
        region("better", {"selected": "right"}),
        region("acceptable_1", {"choices": ["Yes"]}),
        region("acceptable_2", {"choices": ["no"]}),
        region("why", {"choices": ["slow", "long"]}),
        region("why_1", {"choices": ["odd"]}),
        region("note", {"text": ["a", "", "b"]}),
        region("more", {"text": ["c"]}),
        region("clarity_1", {"rating": 0}),
        region("clarity_2", {"number": 3, "rating": 1}),
        region("speed_2", {"number": 2}),
        region("speed_1", {"number": True}),
        region("length_1", {"number": 1.5}),
        region("overall", {"number": 4}),
        region("far_9", {"number": 4}),
    )
    assert found == {
        "preference": -2,
        "acceptable": {"1": True, "2": False},
        "reasons": ["slow", "long", "odd"],
        "justification": "a\n\nb\n\nc",
        "ratings": {"1": {"clarity": 0}, "2": {"clarity": 3, "speed": 2}},
        "marks": [],
    }


def test_a_strength_outweighs_a_side_whichever_comes_first() -> None:
    strong, right = region("preference", {"choices": ["3"]}), region("x", {"selected": "left"})
    assert said(right, strong)["preference"] == said(strong, right)["preference"] == 3
    assert "preference" not in said(region("x", {"selected": "middle"}))


@pytest.mark.parametrize("word", ["0", "tie", " Same ", "EQUAL", "about the same"])
def test_ties_have_many_names(word: str) -> None:
    found = said(region("preference", {"choices": [word]}))
    assert (found["preference"], found["tie"]) == (0, True)
    assert "both_bad" not in found


def test_marks_are_lines_of_the_code() -> None:
    found = said(
        region("marks_1", {"labels": ["breaks", "logic"], "start": 2, "end": 5},
               meta={"text": ["one", "two"]}),
        region("marks_1", {"labels": ["minor"], "start": 1, "end": 2}, meta={"text": "plain"}),
        region("marks_1", {"labels": ["minor"], "start": 4, "end": 1}),
        region("marks_2", {"labels": ["minor"], "start": 0, "end": 1}),
        region("marks", {"labels": ["of nothing in particular"], "start": 0, "end": 1}),
    )["marks"]  # fmt: skip
    keys = ("response", "first_line", "last_line", "severity", "category", "note")
    assert [tuple(one[key] for key in keys) for one in found] == [
        ("1", 2, 3, "breaks", "logic", "one\ntwo"),
        ("1", 1, 2, "minor", "other", "plain"),
        ("1", 3, 3, "minor", "other", ""),
        ("2", 1, 1, "minor", "other", ""),
    ]


@pytest.mark.parametrize(
    ("word", "yes"), [("yes", True), ("TRUE", True), ("no", False), ("", False)]
)
def test_yes_has_two_spellings(word: str, yes: bool) -> None:
    assert said(region("acceptable_2", {"choices": [word]}))["acceptable"] == {"2": yes}


def test_lines_count_from_the_very_first_character() -> None:
    value = {"labels": ["minor"], "start": 1, "end": 2}
    (mark,) = answer_of({"result": [region("marks_1", value)]}, (side(1, "\nab"),))["marks"]
    assert (mark["first_line"], mark["last_line"]) == (2, 2)


def test_an_answer_as_regions() -> None:
    marks = [
        {"response": "1", "first_line": 1, "last_line": 2, "severity": "s", "category": "c",
         "note": "n"},
        {"response": "2", "first_line": 5, "last_line": 9, "severity": "s", "category": "c"},
    ]  # fmt: skip
    answer = vote(1, -2, answer={"marks": marks, "ratings": {"2": {"b": 1, "a": 0}}}).answer
    found = regions_of(answer, (side(1, "ab\ncd\nef"), side(2, "x\nyz")))
    assert [one["id"] for one in found] == [f"r{at}" for at in range(len(found))]
    told = [(one["from_name"], one["to_name"], one["type"], one["value"]) for one in found]
    assert told == [
        ("pairwise", "pairwise", "pairwise", {"selected": "left"}),
        ("preference", "prompt", "choices", {"choices": ["-2"]}),
        ("reasons", "prompt", "choices", {"choices": ["wrong-result"]}),
        ("justification", "prompt", "textarea", {"text": ["Judge 1 saw it."]}),
        ("a_2", "response_2", "number", {"number": 0}),
        ("b_2", "response_2", "number", {"number": 1}),
        ("acceptable_1", "response_1", "choices", {"choices": ["no"]}),
        ("acceptable_2", "response_2", "choices", {"choices": ["yes"]}),
        ("marks_1", "code_1", "labels",
         {"start": 0, "end": 5, "text": "ab\ncd", "labels": ["s", "c"]}),
        ("marks_2", "code_2", "labels",
         {"start": 2, "end": 4, "text": "yz", "labels": ["s", "c"]}),
    ]  # fmt: skip
    assert found[-2]["meta"] == {"text": ["n"]}
    assert "meta" not in found[-1]
    assert regions_of({"preference": None}, ()) == []
    (only,) = regions_of({"preference": 0, "both_bad": True}, ())
    assert only["value"] == {"choices": ["both bad"]}
    side_said, _ = regions_of({"preference": 3}, ())
    assert side_said["value"] == {"selected": "right"}


def test_our_task_holds_all_that_is_known(tmp_path: Path) -> None:
    sides = (side(1, BAD, passed=False), side(2, GOOD))
    one = item("1", [vote(1, 2), vote(2, 1, final=False)], sides=sides)
    export_items([one], tmp_path / "out", format="label-studio")
    (task,) = rows_of(tmp_path / "out")
    assert list(task) == ["data", "predictions", "annotations"]
    assert task["data"] == {
        "item_id": "i_1", "task_id": "task-1", "language": "python", "state": "submitted",
        "source": "own", "licence": "MIT", "prompt": one.prompt, "response_1": BAD, "code_1": BAD,
        "response_2": GOOD, "code_2": GOOD,
        "harness": {
            "responses": [
                {"response_id": "r_1", "model": "model-1", "verdict": "failed"},
                {"response_id": "r_2", "model": "model-2", "verdict": "passed"},
            ]
        },
    }  # fmt: skip
    (prediction,) = task["predictions"]
    assert prediction["model_version"] == "code-eval-harness flags"
    (flag,) = prediction["result"]
    assert (flag["id"], flag["from_name"], flag["score"]) == ("f0", "flags_1", 0.5)
    assert flag["value"]["labels"] == ["unused-argument"]
    assert flag["meta"] == {"text": ["b is unused", "Should b count?"]}
    (annotation,) = task["annotations"]
    assert (annotation["lead_time"], annotation["created_at"]) == (
        50.0, "2030-03-17T17:46:41+00:00",
    )  # fmt: skip
    assert (annotation["ground_truth"], annotation["was_cancelled"]) == (False, False)
    about = {key: annotation["harness"][key] for key in annotation["harness"] if key != "answer"}
    assert about == {
        "judgment_id": "j_1", "annotator": "hidden-p_1", "role": "trainer", "order": [2, 1],
        "flags_seen": False, "rubric_ref": "pairwise-code@1", "guidelines_version": 2,
    }  # fmt: skip
    config = (tmp_path / "out" / "label_config.xml").read_text()
    assert 'toName="response_1,response_2"' in config


def test_annotations_that_are_filtered_out_are_not_written(tmp_path: Path) -> None:
    tasks: list[dict[str, Any]] = [
        {
            "data": TEXTS,
            "annotations": [
                {"completed_by": {"email": who}, "result": [region("x", {"selected": "left"})]}
                for who in ("ann", "bob")
            ]
            + [{"was_cancelled": True}],
        },
        {"data": TEXTS},
    ]
    file = tmp_path / "tasks.json"
    file.write_text(json.dumps(tasks), encoding="utf-8")
    options = ExportOptions.model_validate(
        {"format": "label-studio", "filters": {"annotators": ["bob"]}}
    )
    done = export_label_studio(file, options, tmp_path / "out", pseudonym=str.upper)
    first, second = rows_of(done.folder)
    assert [one.get("completed_by") for one in first["annotations"]] == [{"email": "BOB"}, None]
    assert second == {"data": TEXTS}
    assert done.manifest["counts"]["judgments"] == {
        "in": 2, "out": 1, "dropped": {"another annotator": 1},
    }  # fmt: skip
    assert done.manifest["source"] == {"kind": "label-studio", "name": "tasks.json"}
    card = (done.folder / "README.md").read_text()
    assert "# Judgments from tasks.json\n" in card
    assert "the Label Studio tasks in `tasks.json`" in card


def test_people_known_by_number_keep_apart(tmp_path: Path) -> None:
    by = [{"id": 5}, {"id": 6}, 7]
    file = tmp_path / "tasks.json"
    annotations = [{"completed_by": one, "result": []} for one in by]
    file.write_text(json.dumps([{"data": TEXTS, "annotations": annotations}]), encoding="utf-8")
    options = ExportOptions(format="label-studio")
    done = export_label_studio(file, options, tmp_path / "out", pseudonym=lambda who: f"x-{who}")
    (row,) = rows_of(done.folder)
    assert [one["completed_by"] for one in row["annotations"]] == [
        {"email": "x-5"}, {"email": "x-6"}, 7,
    ]  # fmt: skip


def test_a_task_may_stand_in_several_rows(tmp_path: Path) -> None:
    left = {"result": [region("x", {"selected": "left"})]}
    rows = [
        {"data": TEXTS | {"task_id": "t", "response_1": str(at)}, "annotations": [left]}
        for at in range(3)
    ]
    file = tmp_path / "tasks.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    options = ExportOptions.model_validate(
        {"format": "trl-reward", "with_margin": True, "splits": [{"name": "test", "share": 0.5}]}
    )
    done = export_label_studio(file, options, tmp_path / "out", pseudonym=str)
    assert done.manifest["split"]["tasks"] == 1
    assert done.manifest["counts"]["rows"]["default"]["out"] == 3
    found = [row for part in ("train", "test") for row in rows_of(done.folder, part)]
    assert [row["margin"] for row in found] == [1.0, 1.0, 1.0]


def test_what_cannot_be_read_or_does_not_fit_is_said(tmp_path: Path) -> None:
    file = tmp_path / "tasks.jsonl"
    file.write_text('{"data": {}}\n', encoding="utf-8")
    with pytest.raises(InputError, match="no prompt"):
        list(read_items(file))
    file.write_text("{broken\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        list(read_items(file))
    assert (caught.value.file, caught.value.line) == (file, 1)
    with pytest.raises(UsageError):
        export_label_studio(
            file, ExportOptions(format="trl-dpo", with_margin=True), tmp_path / "out",
            pseudonym=str,
        )  # fmt: skip
