"""Rows as bytes: text that no file can hold is replaced and counted, no character breaks a line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic_core import PydanticSerializationError, to_json

from harness.exports.shapes import ANY, ListOf, Scalar, Shape
from harness.models import Json

_HALVES = re.compile("[\ud800-\udfff]")
# JSON allows them as they are, but many readers end a line there.
_ENDS = re.compile(b"\xc2\x85|\xe2\x80[\xa8\xa9]")


class Encoder:
    """Encodes rows. replaced: halves of surrogate pairs that became U+FFFD so far."""

    def __init__(self) -> None:
        self.replaced = 0

    def line(self, row: Json) -> bytes:
        """One line of JSON, without the line break."""
        try:
            line = to_json(row)
        except (PydanticSerializationError, UnicodeEncodeError):
            line = to_json(self._replaced(row))
        if not line.isascii() and _ENDS.search(line):
            return _ENDS.sub(_escaped, line)
        return line

    def _replaced(self, value: Json) -> Json:
        if isinstance(value, str):
            return self._whole(value)
        if isinstance(value, Mapping):
            return {self._whole(key): self._replaced(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [self._replaced(one) for one in value]
        return value

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


def _escaped(found: re.Match[bytes]) -> bytes:
    return f"\\u{ord(found[0].decode()):04x}".encode("ascii")


def _fits(text: str) -> bool:
    return text.isascii() or not _HALVES.search(text)


def size_of(value: Any) -> int:
    """Characters of all texts in a value: what a row weighs in memory, roughly."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(size_of(one) for one in value.values())
    return sum(size_of(one) for one in value) if isinstance(value, list) else 8
