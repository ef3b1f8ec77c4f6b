"""Progress knows how many responses are coming, and says nothing where it cannot know."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from harness.intake import bundled_responses, iter_responses
from harness.intake.count import count_responses
from harness.settings import bundled_tasks

ROW = json.dumps({"task_id": "one", "text": "def f(): return 1"})


def test_rows_are_counted_as_they_are_read(tmp_path: Path) -> None:
    plain, zipped = tmp_path / "a.jsonl", tmp_path / "b.jsonl.gz"
    plain.write_text(f"{ROW}\n{ROW}")  # no newline at the end
    with gzip.open(zipped, "wt") as handle:
        handle.write(f"{ROW}\n" * 3)
    assert count_responses([plain, zipped], tmp_path) == 5
    assert sum(1 for _ in iter_responses([plain, zipped])) == 5


def test_bundled_responses_are_counted() -> None:
    tasks = bundled_tasks()
    assert count_responses([], tasks) == sum(1 for _ in bundled_responses(tasks)) > 50


def test_what_cannot_be_told_is_not_guessed(tmp_path: Path) -> None:
    many = tmp_path / "many.jsonl"
    many.write_text(json.dumps({"name": "one", "completions": ["a", "b"]}) + "\n")
    damaged = tmp_path / "damaged.jsonl.gz"
    damaged.write_bytes(gzip.compress(ROW.encode())[:-9])
    table = tmp_path / "table.csv"
    table.write_text('task_id,text\none,"def f():\n  return 1"\n')
    for path in (many, damaged, table):
        assert count_responses([path], tmp_path) is None
