"""What a row looks like, as a check, as Arrow types and as a card says it."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from harness.exports.shapes import (
    ANY,
    MAYBE_TEXT,
    MAYBE_WHOLE,
    MESSAGES,
    NUMBER,
    TEXT,
    WHOLE,
    YES_NO,
    ListOf,
    Shape,
    Struct,
    arrow_type,
    fault_of,
    features,
    has_any,
)

ALL = Struct(
    {
        "text": TEXT, "whole": WHOLE, "number": NUMBER, "yes": YES_NO, "maybe": MAYBE_TEXT,
        "few": MAYBE_WHOLE, "any": ANY, "said": MESSAGES, "numbers": ListOf(WHOLE),
        "inner": Struct({"deep": TEXT}),
    }
)  # fmt: skip


@pytest.mark.parametrize(
    ("shape", "right", "wrong"),
    [
        (TEXT, ["", "a"], [None, 1, b"a"]),
        (WHOLE, [0, -1], [None, 1.0, "1", True]),
        (NUMBER, [0, 1.5], [None, "1", False]),
        (YES_NO, [True, False], [None, 0, 1]),
        (MAYBE_TEXT, [None, "a"], [1]),
        (MAYBE_WHOLE, [None, 1], [1.5, True]),
        (ANY, [None, 1, True, [], {}], []),
        (ListOf(WHOLE), [[], [1, 2]], [None, (1,), [1, "2"], [1, True]]),
        (Struct({"a": TEXT, "b": WHOLE}), [{"a": "", "b": 1}],
         [None, [], {}, {"a": ""}, {"b": 1, "a": ""}, {"a": "", "b": 1, "c": 2},
          {"a": 1, "b": 1}, {"a": "", "b": ""}]),
    ],
)  # fmt: skip
def test_only_what_has_the_shape_passes(shape: Shape, right: list[Any], wrong: list[Any]) -> None:
    assert [fault_of(shape, value) for value in right] == [None] * len(right)
    assert all(fault_of(shape, value) for value in wrong)


def test_a_fault_says_where_it_is() -> None:
    shape = Struct({"said": MESSAGES, "n": WHOLE})
    row = {"said": [{"role": "user", "content": "x"}, {"role": "user", "content": 3}], "n": "1"}
    assert fault_of(shape, row) == "row.said[1].content: 3 is no text"
    assert fault_of(shape, {"said": [], "n": "1"}) == "row.n: '1' is no whole number"
    assert fault_of(shape, {"n": 1}) == "row: has the keys ['n'], not ['said', 'n']"
    assert fault_of(MESSAGES, {}, "x") == "x: {} is no list"
    assert fault_of(shape, 1) == "row: 1 is no object"


def test_arrow_has_a_column_type_for_each() -> None:
    message = pa.struct([("role", pa.string()), ("content", pa.string())])
    assert arrow_type(ALL) == pa.struct(
        [
            ("text", pa.string()), ("whole", pa.int64()), ("number", pa.float64()),
            ("yes", pa.bool_()), ("maybe", pa.string()), ("few", pa.int64()), ("any", pa.string()),
            ("said", pa.list_(message)), ("numbers", pa.list_(pa.int64())),
            ("inner", pa.struct([("deep", pa.string())])),
        ]
    )  # fmt: skip


def test_a_card_names_the_same_types() -> None:
    assert features(ALL) == {
        "struct": [
            {"name": "text", "dtype": "string"},
            {"name": "whole", "dtype": "int64"},
            {"name": "number", "dtype": "float64"},
            {"name": "yes", "dtype": "bool"},
            {"name": "maybe", "dtype": "string"},
            {"name": "few", "dtype": "int64"},
            {"name": "any", "dtype": "string"},
            {
                "name": "said",
                "list": [
                    {"name": "role", "dtype": "string"},
                    {"name": "content", "dtype": "string"},
                ],
            },
            {"name": "numbers", "list": "int64"},
            {"name": "inner", "struct": [{"name": "deep", "dtype": "string"}]},
        ]
    }


@pytest.mark.parametrize(
    ("shape", "found"),
    [
        (TEXT, False), (ANY, True), (ListOf(TEXT), False), (ListOf(ListOf(ANY)), True),
        (Struct({"a": TEXT, "b": ListOf(ANY)}), True), (Struct({"a": TEXT}), False),
    ],
)  # fmt: skip
def test_json_without_a_shape_is_found_wherever_it_is(shape: Shape, found: bool) -> None:
    assert has_any(shape) is found
