"""Rows as bytes: text that no file can hold is replaced and counted, no character breaks a line."""

from __future__ import annotations

import json
import re
from typing import Any

from harness.exports.shapes import ANY, ListOf, Scalar, Shape
from harness.models import Json

_HALVES = re.compile("[\ud800-\udfff]")
# JSON allows them as they are, but many readers end a line there.
_ENDS = re.compile("[\x85\u2028\u2029]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Encoder:
    """Encodes rows. replaced: halves of surrogate pairs that became U+FFFD so far."""

    def __init__(self) -> None:
        self.replaced = 0

    def line(self, row: Json) -> bytes:
        """One line of JSON, without the line break."""
        text = _encode(row)
        if not text.isascii() and _ENDS.search(text):
            text = _ENDS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
        try:
            return text.encode("utf-8")
        except UnicodeEncodeError:
            return self._whole(text).encode("utf-8")

    def _whole(self, text: str) -> str:
        text, count = _HALVES.subn("\N{REPLACEMENT CHARACTER}", text)
        self.replaced += count
        return text

    def column(self, shape: Shape, value: Json) -> Json:
        """A value as a Parquet column holds it: JSON without a type of its own becomes text."""
        if isinstance(shape, Scalar):
            if shape is ANY:
                return self.line(value).decode("utf-8")
            return self._whole(value) if isinstance(value, str) and not _fits(value) else value
        if isinstance(shape, ListOf):
            return [self.column(shape.of, one) for one in value]
        return {key: self.column(of, value[key]) for key, of in shape.fields.items()}


def _fits(text: str) -> bool:
    return text.isascii() or not _HALVES.search(text)


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: a quote before what would begin one."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def size_of(value: Any) -> int:
    """Characters of all texts in a value: what a row weighs in memory, roughly."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(size_of(one) for one in value.values())
    return sum(size_of(one) for one in value) if isinstance(value, list) else 8
