"""Rows of JSONL, JSON, CSV and Parquet files, gzipped or not, one at a time.

A fault in one row never loses the others: each row comes as ``(line, mapping)`` or as
``(line, reason)``, the reason being a sentence that names the fix.
"""

from __future__ import annotations

import csv
import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from harness.errors import InputError

MAX_LINE_BYTES = 32 * 1024 * 1024
MAX_JSON_BYTES = 512 * 1024 * 1024
SUFFIXES = (".jsonl", ".ndjson", ".json", ".csv", ".parquet")

Row = dict[str, Any]
Found = tuple[int, Row | str]


def suffix_of(path: Path) -> str:
    """Return the suffix that tells the format, ``.gz`` left out."""
    name = path.name.lower().removesuffix(".gz")
    suffix = Path(name).suffix
    return ".jsonl" if suffix == ".ndjson" else suffix


def read_rows(path: Path) -> Iterator[Found]:
    """Yield every row of ``path`` in flat memory (a ``.json`` file is read whole).

    Lines are 1-based; in Parquet and JSON files they are row numbers. Raises InputError when
    the file itself cannot be opened or its kind is unknown.
    """
    readers = {".jsonl": _jsonl, ".json": _json, ".csv": _csv, ".parquet": _parquet}
    reader = readers.get(suffix_of(path))
    if reader is None:
        raise InputError(
            f"unknown kind of file {path.suffix or '(no suffix)'}",
            file=path,
            fix=f"use one of {', '.join(SUFFIXES)} (JSON and CSV may be gzipped: .jsonl.gz)",
        )
    try:
        yield from reader(path)
    except FileNotFoundError as error:
        raise InputError("no such file", file=path, fix="check the path") from error
    except IsADirectoryError as error:
        raise InputError("is a folder, not a file", file=path, fix="name a file in it") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"cannot be read: {reason}", file=path, fix="check the file") from error


def first_row(path: Path) -> Row | None:
    """The first readable row, for telling formats apart; None if there is none."""
    if path.is_dir() or suffix_of(path) not in SUFFIXES:
        return None
    for _, row in read_rows(path):
        if isinstance(row, dict):
            return row
    return None


def _open(path: Path) -> BinaryIO:
    if path.name.lower().endswith(".gz"):
        return cast("BinaryIO", gzip.open(path, "rb"))
    return path.open("rb")


def _jsonl(path: Path) -> Iterator[Found]:
    with _open(path) as handle:
        for number, line in _lines(handle):
            if isinstance(line, str):
                yield number, line
            elif line.strip():
                yield number, _decode(line)


def _lines(handle: BinaryIO) -> Iterator[tuple[int, bytes | str]]:
    """Lines with their numbers; a line that cannot be had is the reason why."""
    number = 0
    while True:
        number += 1
        try:
            line = handle.readline(MAX_LINE_BYTES + 1)
            if not line:
                return
            giant = len(line) > MAX_LINE_BYTES
            while len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
                line = handle.readline(MAX_LINE_BYTES + 1)  # skipped, never kept
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            yield number, _gzip_reason(error)
            return
        if giant:
            yield number, f"line longer than {MAX_LINE_BYTES:,} bytes; shorten or split the row"
        else:
            yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line


def _gzip_reason(error: Exception) -> str:
    what = "ends early (cut off)" if isinstance(error, EOFError) else f"is damaged ({error})"
    return f"the gzip data {what}; rows after this line are lost: fetch or compress it again"


def _decode(line: bytes) -> Row | str:
    try:
        row = json.loads(line.decode("utf-8").rstrip("\r\n"))
    except UnicodeDecodeError as error:
        return f"not UTF-8 at byte {error.start + 1}; save the file as UTF-8"
    except json.JSONDecodeError as error:
        return f"not valid JSON at column {error.colno}: {error.msg}; one JSON object a line"
    except RecursionError:
        return "JSON nested too deeply; flatten the row"
    except ValueError as error:
        return f"not valid JSON: {error}"
    if not isinstance(row, dict):
        return f"a JSON {type(row).__name__} where an object {{…}} is needed"
    return row


def _json(path: Path) -> Iterator[Found]:
    """A list of objects, one object, or an object of objects (its keys become ``task_id``)."""
    try:
        with _open(path) as handle:
            data = handle.read(MAX_JSON_BYTES + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield 1, _gzip_reason(error)
        return
    if len(data) > MAX_JSON_BYTES:
        yield 1, "JSON file larger than 512 MiB; convert it to JSONL"
        return
    try:
        value = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        yield data[: error.start].count(b"\n") + 1, "not UTF-8; save the file as UTF-8"
        return
    except json.JSONDecodeError as error:
        yield error.lineno, f"not valid JSON at column {error.colno}: {error.msg}"
        return
    except (RecursionError, ValueError) as error:
        yield 1, f"not valid JSON: {error}"
        return
    yield from _json_rows(value)


def _json_rows(value: Any) -> Iterator[Found]:
    if isinstance(value, dict):
        nested = value and all(isinstance(item, dict) for item in value.values())
        value = [{"task_id": key, **item} for key, item in value.items()] if nested else [value]
    if not isinstance(value, list):
        yield 1, f"a JSON {type(value).__name__} where a list of objects is needed"
        return
    for number, row in enumerate(value, 1):
        kind = type(row).__name__
        yield number, row if isinstance(row, dict) else f"a JSON {kind} where an object is needed"


def _csv(path: Path) -> Iterator[Found]:
    csv.field_size_limit(MAX_LINE_BYTES)
    with _open(path) as raw:
        # newline characters inside quoted fields must survive, so lines go to csv as they are
        texts = _csv_lines(raw)
        reader = csv.DictReader(texts, restkey="__more__")
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield reader.line_num, f"not valid CSV: {error}; quote the field"
                continue
            except (EOFError, zlib.error, gzip.BadGzipFile) as error:
                yield reader.line_num + 1, _gzip_reason(error)
                return
            yield reader.line_num, _csv_row(row)


def _csv_lines(raw: BinaryIO) -> Iterator[str]:
    first = True
    for line in raw:
        text = line.decode("utf-8", "surrogateescape")
        yield text.removeprefix("\ufeff") if first else text
        first = False


def _csv_row(row: dict[str | Any, Any]) -> Row | str:
    if "__more__" in row:
        return "more fields than the header names; quote fields that hold commas"
    if any(value is None for value in row.values()):
        return "fewer fields than the header names; add the missing commas"
    if any("\udc80" <= char <= "\udcff" for value in row.values() for char in value):
        return "not UTF-8; save the file as UTF-8"
    return row


def _parquet(path: Path) -> Iterator[Found]:
    import pyarrow as pa  # late: slow to import, and most runs read JSONL
    import pyarrow.parquet as pq

    number = 0
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=256):
                for row in batch.to_pylist():
                    number += 1
                    yield number, row
    except pa.ArrowException as error:
        yield number + 1, f"not valid Parquet: {str(error).splitlines()[0]}; write it again"
