"""Text-to-SQL benchmarks: where a row's database is, and what its gold accepts."""

from __future__ import annotations

import itertools
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from harness.errors import InputError
from harness.intake._fields import RowError, id_of, optional_text, text_of
from harness.intake._rows import Row, read_rows
from harness.models import Dialect, Language, SqlSpec, Task, TestKind

MAX_CHOICES = 5
MAX_GOLDS = 64
_CHOICE = re.compile(r"\{([^{}]*)\}")
_ALIAS = re.compile(r"\s+AS\s+[\w\"]+\s*$", re.IGNORECASE)


def database_row(folder: Path, db_id: str) -> Row:
    """The row of ``databases_*.jsonl[.gz]`` beside a task file. Raises RowError."""
    found = _databases(folder).get(db_id)
    if found is None:
        known = ", ".join(sorted(_databases(folder))[:5]) or "none"
        raise RowError(
            f"no database {db_id!r} in databases_*.jsonl[.gz] in {folder.name}/ (found: {known})"
        )
    return found


@lru_cache(maxsize=8)
def _databases(folder: Path) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for file in sorted(folder.glob("databases_*")):
        try:
            rows = [row for _, row in read_rows(file) if isinstance(row, dict)]
        except InputError:
            continue
        found |= {str(row.get("task_id") or row.get("db_id")): row for row in rows}
    return found


def unified_task(row: Row, path: Path, line: int) -> Task:
    """A unified row: ``tests`` is JSON with ``db_id``, the gold is ``canonical_solution``."""
    db_id = _db_id(row)
    database = database_row(path.parent, db_id)
    gold = text_of(row, "canonical_solution")
    return Task(
        task_id=id_of(row, "task_id"),
        language=Language.SQL,
        kind=TestKind.SQL,
        prompt=text_of(row, "prompt"),
        reference=gold,
        sql=SqlSpec(
            schema_sql=text_of(database, "schema_sql"),
            seed_sql=text_of(database, "data_sql", "seed_sql", default=""),
            golds=(gold,),
        ),
        source=optional_text(row, "source"),
        licence=optional_text(row, "licence"),
        origin=str(path),
        line=line,
    )


def _db_id(row: Row) -> str:
    tests: Any = row.get("tests")
    if isinstance(tests, str):
        try:
            tests = json.loads(tests)
        except ValueError as error:
            raise RowError(f"tests is not valid JSON: {error}") from None
    db_id = tests.get("db_id") if isinstance(tests, dict) else None
    if not isinstance(db_id, str):
        raise RowError("tests has no db_id; name the database there")
    return db_id


def scripts_beside(path: Path, db_id: str) -> tuple[str, str]:
    """Schema and seed of a database kept as scripts near a task file. Raises RowError.

    ``database/<db_id>/schema.sql`` (and ``data.sql`` or ``seed.sql``), ``<db_id>/<db_id>.sql``
    or ``<db_id>.sql``, in the file's folder or in ``database/`` or ``databases/`` there.
    """
    if not re.fullmatch(r"[\w.-]+", db_id) or db_id.startswith("."):
        raise RowError(f"{db_id!r} is no name of a database")
    roots = [path.parent / name for name in ("database", "databases", ".")]
    tried = [place for root in roots for place in (
        root / db_id / "schema.sql", root / db_id / f"{db_id}.sql", root / f"{db_id}.sql")
    ]  # fmt: skip
    schema = next((file for file in tried if file.is_file()), None)
    if schema is None:
        raise RowError(f"no scripts of database {db_id!r}; put them at database/{db_id}/schema.sql")
    seeds = [schema.parent / name for name in ("data.sql", "seed.sql")]
    seed = next((file for file in seeds if file.is_file() and schema.name == "schema.sql"), None)
    return _script(schema), _script(seed) if seed else ""


@lru_cache(maxsize=64)
def _script(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        raise RowError(f"{file.name} is not UTF-8; save it as UTF-8") from None


def question_prompt(question: str, schema: str, dialect: Dialect) -> str:
    """The prompt of a row that holds a question alone."""
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[dialect.value]
    tables = "\n\n".join(re.findall(r"create\s+table[^;]*;", schema, re.IGNORECASE))
    return f"Given this {name} schema:\n\n{tables}\n\nWrite one SQL query: {question}"


def alternatives(gold: str) -> tuple[str, ...]:
    """Queries that a gold with ``{column, column}`` accepts: every choice but the empty one.

    ``{}`` repeats the columns chosen, without their aliases (in GROUP BY). Several golds may
    stand one after another, ended by ``;``.
    """
    from harness.syntax.sql_text import statements

    found: list[str] = []
    for one in statements(gold):
        found += _expanded(one.text)
    if len(found) > MAX_GOLDS:
        raise RowError(f"the gold accepts {len(found)} queries; {MAX_GOLDS} are allowed")
    return tuple(dict.fromkeys(found))


def _expanded(query: str) -> list[str]:
    choice = next((one for one in _CHOICE.finditer(query) if one[1].strip()), None)
    if choice is None:
        return [query]
    columns = _split(choice[1])
    found: list[str] = []
    for chosen in _subsets(columns):
        text = f"{query[: choice.start()]}{', '.join(chosen)}{query[choice.end() :]}"
        plain = ", ".join(_ALIAS.sub("", column) for column in chosen)
        found += _expanded(text.replace("{}", plain))
    return found


def _split(columns: str) -> list[str]:
    """Columns at commas outside parentheses."""
    parts, depth, start = [], 0, 0
    for at, char in enumerate(columns):
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            parts.append(columns[start:at].strip())
            start = at + 1
    return [part for part in [*parts, columns[start:].strip()] if part]


def _subsets(columns: list[str]) -> list[tuple[str, ...]]:
    """All choices; of many columns only the single ones, pairs and all together."""
    sizes = range(1, len(columns) + 1) if len(columns) <= MAX_CHOICES else (1, 2, len(columns))
    return [chosen for size in sizes for chosen in itertools.combinations(columns, size)]
