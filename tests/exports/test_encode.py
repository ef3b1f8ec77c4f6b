"""Hostile text comes back as it went in, a row a line, in JSONL and in Parquet."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.exports.encode import Encoder
from tests.exports.samples import export_items, item, rows_of, side, vote

HOSTILE = [
    "nul \x00 inside", "\x01\x07\x1b[31m", "a\r\nb\rc\nd", "\u2028\u2029\x85\x0b\x0c",
    "=HYPERLINK(1)", "</script><b>", "😀 \u202e reversed", "\ufeff", '"\\', "x" * 5_000_000,
]  # fmt: skip
ENDS = ("\n", "\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029")


@settings(max_examples=300)
@given(st.text(st.characters(exclude_categories=())))
def test_any_text_is_one_line_of_utf8(text: str) -> None:
    encoder = Encoder()
    line = encoder.line({text: [text, {"a": text}]}).decode("utf-8")
    assert not any(end in line for end in ENDS)
    halves = sum("\ud800" <= char <= "\udfff" for char in text)
    assert encoder.replaced == 3 * halves
    whole = "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    assert json.loads(line) == {whole: [whole, {"a": whole}]}


@pytest.mark.parametrize("number", [0, -1, 2**70, 1.5, 1e300, True, None])
def test_numbers_come_back(number: float | None) -> None:
    found = json.loads(Encoder().line({"n": number}))["n"]
    assert (found, type(found)) == (number, type(number))


@pytest.mark.parametrize("parquet", [False, True])
def test_hostile_answers_come_back_unchanged(tmp_path: Path, parquet: bool) -> None:
    items = [
        item(str(number), [vote()], sides=(side(1, "x"), side(2, text)))
        for number, text in enumerate(HOSTILE)
    ]
    export_items(items, tmp_path / "out", format="trl-dpo", parquet=parquet)
    if parquet:
        rows = pyarrow.parquet.read_table(tmp_path / "out" / "train.parquet").to_pylist()
    else:
        rows = rows_of(tmp_path / "out")
    assert [row["chosen"] for row in rows] == HOSTILE


@pytest.mark.parametrize("parquet", [False, True])
def test_halves_of_surrogate_pairs_are_replaced_and_counted(tmp_path: Path, parquet: bool) -> None:
    broken = item("1", [vote()], sides=(side(1, "x"), side(2, "a\ud800b\udfffc")))
    manifest = export_items([broken], tmp_path / "out", format="trl-dpo", parquet=parquet)
    assert manifest["replaced_surrogates"] == 2
    card = (tmp_path / "out" / "README.md").read_text("utf-8")
    assert "2 characters that are no text became U+FFFD" in card
