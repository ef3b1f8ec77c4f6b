"""No text breaks the flags or holds them up: random, damaged, deep, endless, in every language."""

from __future__ import annotations

import gzip
import itertools
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.flags import find_flags
from harness.models import Flag, Language, Task

pytestmark = pytest.mark.soak

MAX_S = 1.0
DAMAGED = 60_000
LONG = settings(max_examples=40_000 // len(Language), deadline=None)
PIECES = st.sampled_from([
    "def f(a):\n", "    return a\n", "if (x) ", "else ", "for (;;) ", "while True:\n", "{", "}",
    "(", ")", "[", "]", "x", " = ", "==", "1", '"', "'", "`", "${", "//", "/*", "*/", "#", "--",
    "\n",
    "\t", "class A", ": ", ";", ", ", ".", "lambda x: ", "=> ", "import a\n", "match x:\n",
    "    case [y]: pass\n", "SELECT * FROM t ", "DROP TABLE t;",
    "ALTER TABLE t ADD COLUMN z INT;", "UPDATE t SET a = ", "INSERT INTO t (a) ",
    "CREATE VIEW v AS ", "WHERE a.b = ", "WITH c AS (", "JOIN u USING (k) ",
    "<div id=", "<script>", "</script>", "<label for='x'>", "<!--", "```\n", "é", "\0", "\r\n",
    "std::", "template <typename T> ", "auto [p, q] = ", "new ", "out var n", '$@"{', "async ",
])  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=8), max_size=40).map("".join)
SQL_TASK = {
    "task_id": "t", "language": "sql", "kind": "sql", "prompt": "",
    "sql": {"schema_sql": "CREATE TABLE t (a INT, b TEXT); CREATE VIEW u AS SELECT a AS k FROM t",
            "golds": ["SELECT 1"]},
}  # fmt: skip


def task(language: Language) -> Task:
    if language is Language.SQL:
        return Task.model_validate(SQL_TASK)
    return Task.model_validate({**SQL_TASK, "language": language, "kind": "call", "sql": None,
                                "entry_point": "f"})  # fmt: skip


def checked(language: Language, source: str) -> None:
    start = time.perf_counter()
    for flag in find_flags(language, source, task=task(language)):
        require_place(flag, source)
    assert time.perf_counter() - start < MAX_S, source[:200]


def require_place(flag: Flag, source: str) -> None:
    """It points into the text."""
    lines = source.split("\n")
    assert 1 <= flag.line <= flag.end_line <= len(lines) + 2
    assert (flag.line, flag.column) <= (flag.end_line, flag.end_column)
    assert flag.column >= 1
    assert flag.question


@pytest.mark.parametrize("language", Language)
def test_random_programs(language: Language) -> None:
    @LONG
    @given(TEXTS)
    def holds(source: str) -> None:
        checked(language, source)

    holds()


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("unit", "size"),
    [("(", 10_000), ("[", 10_000), ("{", 10_000), ("<div>", 10_000), ("a => ", 8_000),
     ("if (a) ", 9_000), ("else if (a) {} ", 4_000), ("f(", 10_000), ("x = y\n", 10_000),
     ("(SELECT ", 5_000), ("def f(a):\n", 5_000), ("\0", 60_000), ("x", 1_000_000), ("/*", 30_000),
     ('"', 60_001), ("# your code here\n", 3_000), ("<script>$('#a')</script>", 2_000)],
)  # fmt: skip
def test_depth_and_length(language: Language, unit: str, size: int) -> None:
    checked(language, unit * size)


@pytest.mark.corpus
def test_damaged_real_programs(corpus: Path) -> None:
    luck = random.Random(4)
    for language, source in itertools.islice(_programs(corpus, luck), DAMAGED):
        checked(language, _damaged(source, luck))


def _programs(corpus: Path, luck: random.Random) -> Iterator[tuple[Language, str]]:
    """Canonical solutions in all languages, again and again."""
    found = []
    for file in sorted([*corpus.glob("tasks/*.gz"), *corpus.glob("sql/tasks*.gz"),
                        *corpus.glob("html/*.gz")]):  # fmt: skip
        with gzip.open(file, "rt") as lines:
            for line in lines:
                row = json.loads(line)
                text = row.get("canonical_solution") or row.get("text")
                if text and row["language"] in set(Language):
                    prompt = row.get("prompt") or "" if "humaneval" in file.name else ""
                    found.append((Language(row["language"]), prompt + text))
    while True:
        yield luck.choice(found)


def _damaged(source: str, luck: random.Random) -> str:
    """Cut short, a piece lost, doubled, or moved, a character exchanged."""
    at, to = sorted(luck.randrange(len(source) + 1) for _ in range(2))
    piece = source[at:to]
    kind = luck.randrange(5)
    if kind == 0:
        return source[:to]
    if kind == 1:
        return source[:at] + source[to:]
    if kind == 2:
        return source[:to] + piece[:2000] + source[to:]
    if kind == 3:
        return piece + source[:at] + source[to:]
    return source[:at] + luck.choice("(){}[]\"'`;:#/*<>=\0\n\té") + source[at + 1 :]
