"""Rows of formats that count or round something, on examples made by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from harness.exports import exports, find_export
from harness.exports.encode import Encoder, size_of
from harness.exports.export import RowContext
from harness.exports.formats.trl_prm import _steps
from harness.exports.shapes import ANY, TEXT, WHOLE, ListOf, Struct
from harness.exports.write import JsonFile, ParquetFile, sha256_of
from harness.models.pair import JudgedItem, Rating
from harness.models.rubric import Rubric
from tests.exports.samples import SINGLE, export_items, fix, item, rows_of, side, single, vote


def mark(first: int, last: int, severity: str = "breaks", response: str = "1") -> dict[str, Any]:
    return {
        "response": response, "first_line": first, "last_line": last, "severity": severity,
        "category": "logic",
    }  # fmt: skip


def stepwise(out: Path, code: str, *marked: list[dict[str, Any]], **said: Any) -> Any:
    """The row, or what was dropped, of one response marked by some."""
    votes = [
        vote(at, None, answer={"marks": marks, "acceptable": {}, **said})
        for at, marks in enumerate(marked)
    ]
    found = export_items([item("1", votes, sides=(side(1, code),))], out, SINGLE, format="trl-prm")
    rows = rows_of(out)
    return rows[0] if rows else found["counts"]["rows"]["default"]["dropped"]


@pytest.mark.parametrize(
    ("code", "steps"),
    [
        ("", []), ("\n \n", []), ("a", [(1, 2, "a")]), ("a\nb\n", [(1, 2, "a"), (2, 3, "b")]),
        ("\n\na\n\nb\n\n", [(1, 5, "\n\na\n"), (5, 6, "b")]),
        ("a\r\n\r\nb", [(1, 3, "a\n"), (3, 4, "b")]),
    ],
)  # fmt: skip
def test_a_step_is_a_line_with_the_blank_ones_after_it(
    code: str, steps: list[tuple[int, int, str]]
) -> None:
    assert list(_steps(code)) == steps


def test_a_line_is_wrong_if_most_mark_it_as_wrong(tmp_path: Path) -> None:
    code = "a\nb\n\nc\nd\n"
    row = stepwise(
        tmp_path / "out", code,
        [mark(1, 2), mark(5, 5, "no-such-severity"), mark(4, 4, response="2")],
        [mark(2, 3), mark(2, 2)],
        [mark(4, 4), mark(5, 5)],
    )  # fmt: skip
    assert row["completions"] == ["a", "b\n", "c", "d"]
    assert row["labels"] == [True, False, True, True]
    row = stepwise(tmp_path / "blank", code, [mark(3, 3)])
    assert row["labels"] == [True, False, True, True]
    row = stepwise(tmp_path / "alone", code, [mark(1, 4)])
    assert row["labels"] == [False, False, False, True]
    row = stepwise(tmp_path / "half", code, [mark(1, 1)], [])
    assert row["labels"] == [True] * 4


def test_unacceptable_without_a_wrong_line_teaches_nothing(tmp_path: Path) -> None:
    unclear = {"not acceptable, but no line is marked as wrong": 1}
    assert stepwise(tmp_path / "a", "a\n", [], acceptable={"1": False}) == unclear
    assert stepwise(tmp_path / "b", "a\n", [], acceptable={"1": True})["labels"] == [True]
    bad = stepwise(tmp_path / "c", "a\n", [mark(1, 1)], acceptable={"1": False})
    assert bad["labels"] == [False]
    assert stepwise(tmp_path / "d", "\n", []) == {"no line of code": 1}


def without(**fields: Any) -> Rubric:
    return Rubric.model_validate(SINGLE.model_dump(mode="json", exclude_defaults=True) | fields)


def test_what_a_rubric_lacks_is_named() -> None:
    stepwise_missing, helpsteer_missing = (
        find_export(name).missing for name in ("trl-prm", "helpsteer2")
    )
    assert stepwise_missing
    assert helpsteer_missing
    assert stepwise_missing(SINGLE) == helpsteer_missing(SINGLE) == ()
    assert stepwise_missing(without(marks=None)) == (
        "marks: lines of a response that are marked",
    )  # fmt: skip
    dump = SINGLE.model_dump(mode="json", exclude_defaults=True)
    mild = [{**one, "wrong": False} for one in dump["marks"]["severities"]]
    assert stepwise_missing(without(marks={**dump["marks"], "severities": mild})) == (
        "marks.severities: one with wrong: true",
    )
    axes = [one for one in dump["axes"] if one.get("helpsteer2") != "verbosity"]
    assert helpsteer_missing(without(axes=axes)) == ("an axis with helpsteer2: verbosity",)


@pytest.mark.parametrize(("least", "most", "right"), [(0, 4, True), (1, 4, True), (0, 5, False),
                                                      (-1, 4, False)])  # fmt: skip
def test_scales_must_fit_zero_to_four(least: int, most: int, right: bool) -> None:
    dump = SINGLE.model_dump(mode="json", exclude_defaults=True)
    scale = [
        {"value": value, "title": f"at {value}", "anchor": f"It is {value}."}
        for value in range(least, most + 1)
    ]
    first, *others = dump["axes"]
    missing = find_export("helpsteer2").missing
    assert missing
    found = missing(without(axes=[{**first, "scale": scale}, *others]))
    assert found == (() if right else (f"a scale from 0 to 4 for the axis {first['id']}",))


def test_an_axis_that_is_no_attribute_may_have_any_scale() -> None:
    dump = SINGLE.model_dump(mode="json", exclude_defaults=True)
    scale = [{"value": value, "title": f"at {value}", "anchor": "So."} for value in (1, 9)]
    other = {key: value for key, value in dump["axes"][0].items() if key != "helpsteer2"}
    other |= {"id": "style", "scale": scale}
    missing = find_export("helpsteer2").missing
    assert missing
    assert missing(without(axes=[*dump["axes"], other])) == ()


def test_tasks_of_formats_are_those_that_hubs_know() -> None:
    known = {"text-generation", "text-classification", "token-classification", "other"}
    for name, export in exports().items():
        assert set(export.tasks) <= known, name
        assert export.title, name


def test_ratings_are_means_rounded_half_up(tmp_path: Path) -> None:
    names = ("helpfulness", "correctness", "coherence", "complexity", "verbosity")

    def rated(*values: int) -> dict[str, Any]:
        return {"ratings": {"1": dict(zip(names, values, strict=True))}}

    one = single("1")
    votes = (vote(1, None, answer=rated(1, 0, 4, 2, 3)), vote(2, None, answer=rated(2, 0, 3, 2, 0)))
    unrated = single("2")
    lacking = (vote(1, None, answer={"ratings": {"1": {"helpfulness": 3}}}),)
    found = export_items(
        [one._replace(votes=votes), unrated._replace(votes=lacking)], tmp_path / "out", SINGLE,
        format="helpsteer2",
    )  # fmt: skip
    (row,) = rows_of(tmp_path / "out")
    assert [row[name] for name in names] == [2, 0, 4, 2, 2]
    assert found["counts"]["rows"]["default"]["dropped"] == {"not rated: correctness": 1}
    assert found["counts"]["rows"]["preference"]["dropped"] == {
        "no judgment says which one is better": 2,
    }  # fmt: skip


def test_preferences_of_another_part_are_for_validation(tmp_path: Path) -> None:
    items = [
        item(str(at), [vote(1, 2, answer={"ratings": {}})], task={"prompt": f"{at} " * 9})
        for at in range(12)
    ]
    export_items(
        items, tmp_path / "out", SINGLE, format="helpsteer2",
        splits=[{"name": "test", "share": 0.5}],
    )  # fmt: skip
    for part, name in (("train", "train"), ("test", "validation")):
        rows = rows_of(tmp_path / "out" / "preference", part)
        assert rows
        assert {row["split"] for row in rows} == {name}


def test_raw_hides_people_in_the_audit_too(tmp_path: Path) -> None:
    person = "p_0123456789abcdef"
    event = {
        "event_id": 3, "at": 5.0, "what": f"taken by {person}", "person_id": person,
        "assignment_id": "a", "old": None, "new": {"by": [person, {"who": person}], "n": 1},
    }  # fmt: skip
    quiet = {**event, "event_id": 4, "person_id": None, "new": "\ud800"}
    one = item("1", [vote()], fixes=(fix(),), events=(event, quiet))
    export_items([one], tmp_path / "out", format="raw")
    (row,) = rows_of(tmp_path / "out")
    first, second = row["events"]
    assert first == {
        "event_id": 3, "at": 5.0, "what": f"taken by hidden-{person}",
        "annotator": f"hidden-{person}", "assignment_id": "a", "old": "null",
        "new": json.dumps(
            {"by": [f"hidden-{person}", {"who": f"hidden-{person}"}], "n": 1},
            separators=(",", ":"),
        ),
    }  # fmt: skip
    assert (second["annotator"], json.loads(second["new"])) == (None, "\ud800")
    assert row["corrections"] == [
        {
            "correction_id": "c_1", "annotator": "hidden-p_1", "position": 1, "code": fix().code,
            "result": '{"verdict":"passed"}', "created_at": 1_900_000_000.0,
        }
    ]  # fmt: skip
    assert (row["schema_version"], row["state"], row["reason"]) == (
        1, "submitted", "mixed verdicts",
    )  # fmt: skip


def test_llama_factory_names_its_files(tmp_path: Path) -> None:
    export_items([item("1", [vote()])], tmp_path / "out", format="llama-factory")
    assert json.loads((tmp_path / "out" / "dataset_info.json").read_text()) == {
        "preferences_train": {
            "file_name": "train.jsonl",
            "formatting": "sharegpt",
            "ranking": True,
            "columns": {
                "messages": "conversations", "chosen": "chosen", "rejected": "rejected",
            },
        }
    }  # fmt: skip


def test_a_parquet_file_has_groups_that_fit_into_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shape = Struct({"text": TEXT, "n": WHOLE})

    def groups(rows: int, text: str) -> list[int]:
        file = ParquetFile(tmp_path / "x.parquet", "x", Encoder(), shape)
        for at in range(rows):
            file.write({"text": text, "n": at})
        file.close()
        assert file.rows == rows
        found = pyarrow.parquet.ParquetFile(tmp_path / "x.parquet")
        numbers = found.read().column("n").to_pylist()
        assert numbers == list(range(rows))
        metadata = found.metadata
        return [metadata.row_group(at).num_rows for at in range(metadata.num_row_groups)]

    assert groups(4_500, "x") == [2_000, 2_000, 500]
    assert groups(4_000, "x") == [2_000, 2_000]
    # A row weighs its characters, a number as much as eight.
    monkeypatch.setattr("harness.exports.write.GROUP_CHARS", 100)
    assert groups(7, "x" * 42) == [2, 2, 2, 1]
    assert groups(7, "x" * 41) == [3, 3, 1]
    assert groups(0, "x") == []


def test_rows_weigh_what_their_texts_do() -> None:
    assert size_of({"a": "xyz", "b": ["x", {"c": "yz"}], "n": 1}) == 3 + 1 + 2 + 8
    assert (size_of(""), size_of([]), size_of({}), size_of(None)) == (0, 0, 0, 8)


def test_an_array_is_json_with_a_row_a_line(tmp_path: Path) -> None:
    for rows, text in ((0, "[\n\n]\n"), (1, '[\n{"n":0}\n]\n'), (2, '[\n{"n":0},\n{"n":1}\n]\n')):
        file = JsonFile(tmp_path / "x.json", "x.json", Encoder(), array=True)
        for at in range(rows):
            file.write({"n": at})
        file.close()
        assert (tmp_path / "x.json").read_text() == text
        assert (file.rows, file.name) == (rows, "x.json")
        file.release()
    assert sha256_of(tmp_path / "x.json") == sha256_of(tmp_path / "x.json")


def test_columns_hold_json_as_text_and_whole_characters() -> None:
    encoder = Encoder()
    shape = Struct({"any": ANY, "text": TEXT, "few": ListOf(TEXT), "n": WHOLE})
    value = {"any": {"k\ud800": (1, "\udfff", None)}, "text": "a\ud800", "few": ["é", "\udc00"],
             "n": 3, "more": "left out"}  # fmt: skip
    assert encoder.column(shape, value) == {
        "any": '{"k\ufffd":[1,"\ufffd",null]}', "text": "a\ufffd", "few": ["é", "\ufffd"], "n": 3,
    }  # fmt: skip
    assert encoder.replaced == 4
    assert encoder.line({"a": "\u2028b\x85"}) == b'{"a":"\\u2028b\\u0085"}'


def test_a_context_calls_people_by_their_names_unless_told_otherwise() -> None:
    context = RowContext()
    assert (context.split, context.with_margin, context.identities) == ("train", False, False)
    assert context.pseudonym("p_1") == "p_1"
    with pytest.raises(AssertionError):
        find_export("trl-dpo").row(single(), context)


def rating(one: JudgedItem) -> Rating:
    return Rating(one, one.sides[0], {}, None, None, 1.0)


def test_an_answer_neither_good_nor_bad_has_no_label(tmp_path: Path) -> None:
    from harness.exports.export import Drop

    with pytest.raises(Drop, match="neither good nor bad"):
        find_export("trl-kto").row(rating(item()), RowContext())
