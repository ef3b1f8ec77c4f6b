"""Bytes and text that survive both databases: lone surrogates, NULs and large payloads.

A candidate's output may hold bytes that are no text; Python carries them as lone surrogates,
which neither UTF-8 nor PostgreSQL accepts. Payloads are therefore bytes, and text columns escape.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from typing import Any, TypeVar

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

from harness.models import Json, Record

R = TypeVar("R", bound=Record)

_ESCAPE = "\x1a"
_UNSAFE = re.compile("[\x00\x1a\ud800-\udfff]")
_ESCAPED = re.compile("\x1a([0-9a-f]{4})")


def pack(record: Record) -> bytes:
    """A record as compressed JSON, exact for every string Python can hold."""
    text = json.dumps(record.model_dump(), ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode("utf-8", "surrogatepass"))


def unpack(kind: type[R], payload: bytes) -> R:
    """The record that ``pack`` made; raises zlib.error or ValueError on damaged bytes."""
    text = zlib.decompress(payload).decode("utf-8", "surrogatepass")
    return kind.model_validate(json.loads(text))


def digest(*parts: str | int | None) -> bytes:
    """16 bytes that stand for texts of any length in an index (PostgreSQL caps index rows)."""
    joined = json.dumps(parts, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=16).digest()


def escape(text: str) -> str:
    """Text any database can hold; ``unescape`` gives the original back."""
    if not _UNSAFE.search(text):
        return text
    return _UNSAFE.sub(lambda found: f"{_ESCAPE}{ord(found[0]):04x}", text)


def unescape(text: str) -> str:
    """The inverse of ``escape``."""
    if _ESCAPE not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


class SafeText(TypeDecorator[str]):
    """A text column that takes any Python string; equality in SQL still works."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Escape on the way in."""
        return None if value is None else escape(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Unescape on the way out."""
        return None if value is None else unescape(value)


class JsonText(TypeDecorator[Any]):
    """JSON as text, readable in a database shell and as exact as SafeText."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Json, dialect: Dialect) -> str:
        """Serialise."""
        return escape(json.dumps(value, ensure_ascii=False))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Json:
        """Parse."""
        return None if value is None else json.loads(unescape(value))
