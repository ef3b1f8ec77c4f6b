"""No text breaks the flags or holds them up: random, damaged, deep, endless, in every language."""

from __future__ import annotations

import gzip
import json
import math
import random
import resource
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.flags import find_flags
from harness.flags.siblings import Group, Profile, Program, distance, profile
from harness.models import Flag, Language, Task

pytestmark = pytest.mark.soak

MAX_CPU_S = 1.0
MAX_GROWTH_MB = 400
RANDOM, OWN, REAL = 40_000, 30_000, 30_000
ROOT = Path(__file__).parents[2]
LONG = settings(max_examples=RANDOM // len(Language), deadline=None)
SUFFIXES = {f".{suffix}": language for suffix, language in zip(
    ("py", "js", "cpp", "cs", "sql", "html"), Language, strict=True)}  # fmt: skip
PIECES = st.sampled_from([
    "def f(a):\n", "    return a\n", "if (x) ", "else ", "for (;;) ", "while True:\n", "{", "}",
    "(", ")", "[", "]", "x", " = ", "==", "1", '"', "'", "`", "${", "//", "/*", "*/", "#", "--",
    "\n",
    "\t", "class A", ": ", ";", ", ", ".", "lambda x: ", "=> ", "import a\n", "match x:\n",
    "    case [y]: pass\n", "SELECT * FROM t ", "DROP TABLE t;",
    "ALTER TABLE t ADD COLUMN z INT;", "UPDATE t SET a = ", "INSERT INTO t (a) ",
    "CREATE VIEW v AS ", "WHERE a.b = ", "WITH c AS (", "JOIN u USING (k) ",
    "<div id=", "<script>", "</script>", "<label for='x'>", "<!--", "```\n", "é", "\0", "\r\n",
    "\r", "\ufeff", "\u2028", "std::", "template <typename T> ", "auto [p, q] = ", "new ",
    "out var n", '$@"{', "async ",
])  # fmt: skip
HALVES = st.characters(categories=["Cs"])
USUAL = {
    Language.PYTHON: "def f(a):\n    return a + 1\n",
    Language.JAVASCRIPT: "function f(a) {\n  return a + 1;\n}\n",
    Language.CPP: "int f(int a) {\n  return a + 1;\n}\n",
    Language.CSHARP: "class S {\n  static int f(int a) { return a + 1; }\n}\n",
    Language.SQL: "SELECT a FROM t WHERE a > 1\n",
    Language.HTML: "<p id=a>1</p>\n<script>f(1);</script>\n",
}
TEXTS = st.lists(PIECES | st.text(max_size=8) | HALVES, max_size=40).map("".join)
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


@pytest.fixture(autouse=True)
def _bounded_memory() -> Iterator[None]:
    """Thousands of programs leave nothing behind, and none needs much at once."""
    before_mb = _peak_mb()
    yield
    assert _peak_mb() - before_mb < MAX_GROWTH_MB


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@cache
def siblings(language: Language) -> tuple[Profile, ...]:
    programs = (Program(f"r{n}", language, USUAL[language], task(language)) for n in range(4))
    return tuple(found for one in programs if (found := profile(one)) is not None)


def looked_at(language: Language, source: str) -> list[Flag]:
    """Flags of the rules, and those beside siblings."""
    found = [*find_flags(language, source, task=task(language))]
    one = profile(Program("odd", language, source, task(language)))
    if one is not None:
        others = siblings(language)
        assert len(others) == 4
        assert 0 <= distance(one, others) < math.inf
        flag = Group([one, *others]).differs(one)
        found += [flag] if flag is not None else []
    return found


def checked(language: Language, source: str) -> None:
    """Seconds of CPU, not of a clock: other processes may be busy."""
    start = time.process_time()
    found = looked_at(language, source)
    took_s = time.process_time() - start
    for flag in found:
        require_place(flag, source)
    if took_s >= MAX_CPU_S:  # once more: the first use of a language loads its rules
        start = time.process_time()
        looked_at(language, source + "\n")
        took_s = time.process_time() - start
    assert took_s < MAX_CPU_S, (language, len(source), source[:200])


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
     ("(SELECT ", 5_000), ("def f(a):\n", 5_000), ("\0", 60_000), ("x", 1_000_000),
     ("x = 1; ", 150_000), ("a + ", 16_000), ("a.b", 20_000), ("\r", 60_000), ("\r\n", 30_000),
     ("\ud800", 20_000), ("\ufeff", 20_000), ("for (;;) ", 7_000), ("if a:\n ", 8_000),
     ("-", 60_000), ("x\u0301 ", 15_000), ("[[[a]]],", 7_000), ("case 1: ", 7_000),
     ("<b><i>", 10_000), ("SELECT a FROM b UNION ", 2_500), ("a, ", 20_000), ("not ", 15_000),
     ("'a' || ", 8_000), ("int a; ", 8_000), ("f();\n", 12_000), ("a = b + c;\n", 5_000),
     ("if (a == b) { c = d; }\n", 2_500), ("let a = [1, 2];\n", 4_000), ("a ? b : ", 7_000),
     ("WITH a AS (SELECT 1) ", 3_000), ("<p id=a class='b'>", 3_500), ("/*", 30_000),
     ('"', 60_001), ("# your code here\n", 3_000), ("<script>$('#a')</script>", 2_000)],
)  # fmt: skip
def test_depth_and_length(language: Language, unit: str, size: int) -> None:
    checked(language, unit * size)


def test_damaged_programs_of_our_own() -> None:
    """Bundled responses and the fixtures of the rules."""
    found = [
        (SUFFIXES[file.suffix], file.read_text("utf-8"))
        for folder in ("tasks", "tests/flags/fixtures")
        for file in sorted((ROOT / folder).rglob("*"))
        if file.suffix in SUFFIXES
    ]
    _check_damaged(found, OWN)


@pytest.mark.corpus
def test_damaged_real_programs(corpus: Path) -> None:
    _check_damaged(list(_real(corpus)), REAL)


def _check_damaged(programs: list[tuple[Language, str]], count: int) -> None:
    luck = random.Random(4)
    for number in range(count):
        language, source = luck.choice(programs)
        damaged = _damaged(source, luck.choice(programs)[1], luck)
        try:
            checked(language, damaged)
        except BaseException:
            print(f"input {number}: {language} {damaged!r}")
            raise


def _real(corpus: Path) -> Iterator[tuple[Language, str]]:
    """Canonical solutions and pages in all languages."""
    for file in sorted([*corpus.glob("tasks/*.gz"), *corpus.glob("sql/tasks*.gz"),
                        *corpus.glob("html/*.gz")]):  # fmt: skip
        with gzip.open(file, "rt") as lines:
            for line in lines:
                row = json.loads(line)
                text = row.get("canonical_solution") or row.get("text")
                if text and row["language"] in set(Language):
                    prompt = row.get("prompt") or "" if "humaneval" in file.name else ""
                    yield Language(row["language"]), prompt + text


def _damaged(source: str, other: str, luck: random.Random) -> str:
    """Cut short, spliced, a piece lost, doubled or moved, a character or the line ends changed."""
    at, to = sorted(luck.randrange(len(source) + 1) for _ in range(2))
    piece = source[at:to]
    odd = luck.choice([*"(){}[]\"'`;:#/*<>=\0\n\té", "\ud800", "\ufeff", "\r"])
    ways = (
        lambda: source[:to],
        lambda: source[:at] + source[to:],
        lambda: source[:to] + piece[:2000] + source[to:],
        lambda: piece + source[:at] + source[to:],
        lambda: source[:at] + odd + source[at + 1 :],
        lambda: source[:at] + other[luck.randrange(len(other) + 1) :],
        lambda: source[:at] + other[: luck.randrange(2000)] + source[to:],
        lambda: source.replace("\n", luck.choice(["\r\n", "\r", "\n\n", " "])),
        lambda: "\ufeff" + source[:at] + source[at:].replace(" ", odd),
        lambda: source[:at] + piece[:500] * luck.randrange(2, 40) + source[to:],
    )
    return luck.choice(ways)()
