"""A fault in a file is told by line and never loses the good rows around it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from harness.errors import InputError
from harness.intake import _rows
from harness.intake._rows import first_row, read_rows


def _write(path: Path, *lines: bytes) -> Path:
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


def test_bad_lines_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    file = _write(
        tmp_path / "r.jsonl",
        b'\xef\xbb\xbf{"a": 1}', b'{"a": ', b'{"a": "\xff"}', b"[1]", b"", b'{"a": 2}',
    )  # fmt: skip
    found = list(read_rows(file))
    assert [line for line, _ in found] == [1, 2, 3, 4, 6]
    assert found[0][1] == {"a": 1}
    assert "not valid JSON" in str(found[1][1])
    assert "not UTF-8" in str(found[2][1])
    assert "object" in str(found[3][1])
    assert found[4][1] == {"a": 2}


def test_deep_json_and_huge_integers_are_reasons_not_crashes(tmp_path: Path) -> None:
    deep = b'{"a": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"
    file = _write(tmp_path / "r.jsonl", deep, b'{"a": ' + b"9" * 5000 + b"}", b'{"a": 1}')
    rows = [row for _, row in read_rows(file)]
    assert isinstance(rows[0], str)
    assert isinstance(rows[1], str)
    assert rows[2] == {"a": 1}


def test_a_giant_line_is_skipped_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_rows, "MAX_LINE_BYTES", 100)
    file = _write(tmp_path / "r.jsonl", b'{"a": 1}', b'{"a": "' + b"x" * 1000 + b'"}', b'{"a": 3}')
    found = list(read_rows(file))
    assert found[0] == (1, {"a": 1})
    assert found[1][0] == 2
    assert "longer than" in str(found[1][1])
    assert found[2] == (3, {"a": 3})


def test_truncated_gzip_keeps_what_came_before(tmp_path: Path) -> None:
    rows = b"".join(json.dumps({"n": n, "pad": str(n) * 50}).encode() + b"\n" for n in range(5000))
    file = tmp_path / "r.jsonl.gz"
    file.write_bytes(gzip.compress(rows)[:-2000])
    found = list(read_rows(file))
    assert found[0] == (1, {"n": 0, "pad": "0" * 50})
    assert len(found) > 100
    assert all(isinstance(row, dict) for _, row in found[:-1])
    assert "gzip data ends early" in str(found[-1][1])


def test_a_gz_that_is_none_is_a_reason(tmp_path: Path) -> None:
    file = _write(tmp_path / "r.jsonl.gz", b'{"a": 1}')
    assert "gzip data is damaged" in str(next(iter(read_rows(file)))[1])


def test_json_lists_and_maps(tmp_path: Path) -> None:
    listed = _write(tmp_path / "l.json", b'[{"a": 1}, 2]')
    assert next(iter(read_rows(listed))) == (1, {"a": 1})
    assert "object is needed" in str(list(read_rows(listed))[1][1])
    mapped = _write(tmp_path / "m.json", b'{"t/1": {"a": 1}}')
    assert list(read_rows(mapped)) == [(1, {"task_id": "t/1", "a": 1})]
    broken = _write(tmp_path / "b.json", b"[", b'{"a" 1}]')
    assert next(iter(read_rows(broken)))[0] == 2


def test_csv_keeps_newlines_in_fields_and_names_bad_rows(tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    file.write_bytes(
        b'\xef\xbb\xbftask_id,text\nt1,"def f():\n    return 1\n"\nt2\nt3,a,b\nt4,\xff\nt5,ok\n'
    )
    found = list(read_rows(file))
    assert found[0] == (4, {"task_id": "t1", "text": "def f():\n    return 1\n"})
    assert "fewer fields" in str(found[1][1])
    assert "more fields" in str(found[2][1])
    assert "not UTF-8" in str(found[3][1])
    assert found[4] == (8, {"task_id": "t5", "text": "ok"})


def test_parquet_rows_and_a_file_that_is_none(tmp_path: Path) -> None:
    file = tmp_path / "r.parquet"
    pq.write_table(pa.table({"task_id": ["t1", "t2"], "n": [1, None]}), file)
    assert list(read_rows(file)) == [
        (1, {"task_id": "t1", "n": 1}),
        (2, {"task_id": "t2", "n": None}),
    ]
    broken = _write(tmp_path / "b.parquet", b"no parquet at all")
    assert "not valid Parquet" in str(next(iter(read_rows(broken)))[1])


def test_a_file_that_cannot_be_read_names_itself(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.jsonl: no such file"):
        list(read_rows(tmp_path / "gone.jsonl"))
    with pytest.raises(InputError, match="unknown kind of file"):
        list(read_rows(_write(tmp_path / "r.xlsx", b"")))


def test_first_row_skips_bad_ones(tmp_path: Path) -> None:
    assert first_row(_write(tmp_path / "r.jsonl", b"{", b'{"a": 1}')) == {"a": 1}
    assert first_row(_write(tmp_path / "e.jsonl", b"")) is None
    assert first_row(tmp_path) is None
