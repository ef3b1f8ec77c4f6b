"""What a batch of an export is made of: keys in statements, payloads parsed, results kept.

Payloads are parsed, not validated: they were when they were stored, and an export reads millions.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from pydantic_core import from_json
from sqlalchemy import Column, Connection, TextClause, select, text

from harness.errors import StoreError
from harness.models.pair import Fields
from harness.store import schema
from harness.store.codec import unescape
from harness.store.queries import chunked

# Results that are kept: the responses to a task meet each other in many items.
KEPT = 1_000
_result = schema.result.c


class KnownResult(NamedTuple):
    """A result as JSON, and what its later flags are found by."""

    run: int
    key: bytes
    result: Fields


class KeptResults:
    """Results by their row's key; those of the last batches are kept."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[int, KnownResult] = {}

    def of(self, keys: set[int], *, with_later_flags: bool) -> dict[int, KnownResult]:
        """The results of these keys, and others. Ask always with later flags, or never."""
        missing = sorted(keys - self._known.keys())
        if len(self._known) + len(missing) > KEPT:
            self._known = {key: self._known[key] for key in keys if key in self._known}
        for part in chunked(missing):
            query = select(_result.id, _result.run, _result.response_key, _result.payload).where(
                among(_result.id, part)
            )
            for key, run, name, payload in self._connection.execute(query):
                self._known[key] = KnownResult(run, bytes(name), parsed(payload))
            if with_later_flags:
                self._add_later_flags(part)
        return self._known

    def _add_later_flags(self, keys: Sequence[int]) -> None:
        columns = schema.later_flags.c
        new = {(self._known[key].run, self._known[key].key): key for key in keys}
        query = (
            select(columns.run, columns.response_key, columns.payload)
            .where(
                columns.run.in_({run for run, _ in new}),
                columns.response_key.in_({name for _, name in new}),
            )
            .order_by(columns.stage)
        )
        for run, name, payload in self._connection.execute(query):
            key = new.get((run, bytes(name)))
            if key is not None:
                known = self._known[key]
                flags = [*known.result["flags"], *parsed(payload)["flags"]]
                result = {**known.result, "flags": sorted(flags, key=_place)}
                self._known[key] = known._replace(result=result)


def among(column: Column[int], keys: Iterable[int]) -> TextClause:
    """``column IN (…)`` for keys of our own; parameters would cost more than the reading."""
    return text(f"{column.table.name}.{column.name} IN ({', '.join(map(str, keys))})")


def parsed(payload: bytes) -> Fields:
    """A packed record as JSON, not validated. Raises StoreError if it is damaged."""
    try:
        content = zlib.decompress(payload)
        try:
            found: Fields = from_json(content, cache_strings="keys")
        except ValueError:  # halves of surrogate pairs, which only json lets through
            found = json.loads(content.decode("utf-8", "surrogatepass"))
    except (zlib.error, ValueError) as error:
        raise StoreError(
            f"a stored record is damaged: {type(error).__name__}",
            fix="restore the store from a backup",
        ) from error
    return found


def json_of(text: str) -> Any:
    """What a column of JSON holds, given as its text."""
    text = unescape(text)
    try:
        return from_json(text, cache_strings="keys")
    except ValueError:
        return json.loads(text)


def text_of(content: bytes) -> str:
    """The original answer of a response."""
    return zlib.decompress(content).decode("utf-8", "surrogatepass")


def _place(flag: Fields) -> tuple[int, int]:
    return flag["line"], flag["column"]
