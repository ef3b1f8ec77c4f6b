"""Files of rows: JSONL, one JSON array, or Parquet; each hashed and counted as it is written."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from harness.exports.encode import Encoder, size_of
from harness.exports.shapes import Struct, arrow_type
from harness.models import Json

BUFFER_BYTES = 1 << 20
# Rows of one Parquet row group, or fewer where they are large.
GROUP_ROWS = 2_000
GROUP_CHARS = 8 << 20


class RowFile(Protocol):
    """A file that takes rows. rows: so far. digest: sha256 in hexadecimal, once it is closed."""

    name: str
    rows: int

    def write(self, row: Json) -> None:
        """Add a row."""

    def close(self) -> None:
        """Write the end."""

    def release(self) -> None:
        """Let go of the file, whatever state it is in."""


class JsonFile:
    """JSONL, or with ``array`` one JSON array with a row a line."""

    def __init__(self, path: Path, name: str, encoder: Encoder, *, array: bool = False) -> None:
        self.name, self.rows, self._array = name, 0, array
        self._encoder = encoder
        self._handle: BinaryIO = path.open("wb", buffering=BUFFER_BYTES)
        self._between = b""
        if array:
            self._handle.write(b"[\n")

    def write(self, row: Json) -> None:
        """Add a row."""
        if self._array:
            self._handle.write(self._between)
            self._between = b",\n"
        self._handle.write(self._encoder.line(row))
        if not self._array:
            self._handle.write(b"\n")
        self.rows += 1

    def close(self) -> None:
        """Write the end."""
        if self._array:
            self._handle.write(b"\n]\n")
        self._handle.close()

    def release(self) -> None:
        """Let go of the file; once it is closed this does nothing."""
        self._handle.close()


class ParquetFile:
    """Parquet with a schema of its own, in groups that fit into memory."""

    def __init__(self, path: Path, name: str, encoder: Encoder, shape: Struct) -> None:
        import pyarrow as pa  # late: slow to import, and JSONL does without
        import pyarrow.parquet as pq

        self.name, self.rows = name, 0
        self._encoder, self._shape = encoder, shape
        self._table = pa.Table
        self._schema = pa.schema(list(arrow_type(shape)))
        self._writer: Any = pq.ParquetWriter(path, self._schema, compression="zstd")
        self._pending: list[Json] = []
        self._chars = 0

    def write(self, row: Json) -> None:
        """Add a row."""
        self._pending.append(self._encoder.column(self._shape, row))
        self._chars += size_of(row)
        self.rows += 1
        if len(self._pending) >= GROUP_ROWS or self._chars >= GROUP_CHARS:
            self._flush()

    def close(self) -> None:
        """Write the end."""
        self._flush()
        self._writer.close()

    def release(self) -> None:
        """Let go of the file; once it is closed this does nothing."""
        self._pending = []
        self._writer.close()

    def _flush(self) -> None:
        if self._pending:
            self._writer.write_table(self._table.from_pylist(self._pending, schema=self._schema))
        self._pending, self._chars = [], 0


def sha256_of(path: Path) -> str:
    """The sha256 of a file, in hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
