"""SQL tasks: folders read back as they were written; benchmarks find their databases."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from harness.intake import detect_reader, load_tasks
from harness.intake.export import write_task_folder
from harness.models import (
    ColumnNames,
    ColumnOrder,
    Dialect,
    InvalidRow,
    SqlGrid,
    SqlSpec,
    SqlState,
    Task,
)

SCHEMA = "CREATE TABLE t (a INTEGER, b TEXT);\n"
GOLD = "SELECT a FROM t ORDER BY a\n"
FULL = SqlSpec(
    dialect=Dialect.POSTGRESQL,
    schema_sql=SCHEMA,
    seed_sql="INSERT INTO t VALUES (1, 'x');\n",
    golds=(GOLD, "SELECT DISTINCT a FROM t", "TABLE t"),
    ordered=False,
    column_order=ColumnOrder.ANY,
    column_names=ColumnNames.MATCH,
    rel_tol=1e-9,
    max_rows=7,
    states=(
        SqlState(name="b-first"),
        SqlState(name="a-second", schema_sql="", seed_sql="-- nothing\n"),
        SqlState(
            name="told",
            expected=(SqlGrid(columns=("a",), rows=((None,), (True,), (1.5,), ({"$hex": "00"},))),
                      SqlGrid()),
        ),
    ),
)  # fmt: skip
CHANGE = SqlSpec(
    schema_sql=SCHEMA,
    read_only=False,
    check_tables=("t",),
    check_queries=("SELECT COUNT(*) FROM t;",),
    states=(
        SqlState(after={"t": SqlGrid(), "SELECT COUNT(*) FROM t;": SqlGrid(rows=((0,),))}),
    ),
)  # fmt: skip


def task_of(spec: SqlSpec, **changes: object) -> Task:
    values = {"task_id": "x", "language": "sql", "kind": "sql", "prompt": "Write a query.\n"}
    return Task.model_validate({**values, "sql": spec, **changes})


@pytest.mark.parametrize(
    "task",
    [
        task_of(FULL, reference=GOLD),
        task_of(CHANGE, reference="DELETE FROM t\n"),
        task_of(SqlSpec(golds=("SELECT 1\r\n",))),
        task_of(SqlSpec(golds=(GOLD,), states=(SqlState(name="../../etc"), SqlState(name="a b")))),
        task_of(SqlSpec(golds=(GOLD,), states=(SqlState(name="s", seed_sql="INSERT '\r'"),))),
    ],
    ids=["full", "change", "carriage return", "names", "state's text"],
)
def test_a_folder_reads_back_as_the_task_it_was(task: Task, tmp_path: Path) -> None:
    write_task_folder(task, tmp_path)
    found = load_tasks(tmp_path)
    assert found.invalid == ()
    back = found.tasks["x"].model_copy(update={"origin": None, "line": None})
    assert back == task
    assert {file.parent.parent for file in tmp_path.rglob("seed.sql")} <= {
        tmp_path, tmp_path / "x", tmp_path / "x" / "states"
    }  # fmt: skip


def folder(root: Path, toml: str = "", **files: str) -> Path:
    made = root / "t"
    texts = {"prompt.md": "Ask.", "schema.sql": SCHEMA, "reference.sql": GOLD}
    texts |= {name.replace("__", "/"): text for name, text in files.items()}
    table = f'id = "t"\nlanguage = "sql"\nkind = "sql"\n{toml or "[sql]"}\n'
    for name, text in {**texts, "task.toml": table}.items():
        file = made / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return made


def one(path: Path) -> Task:
    found = load_tasks(path)
    assert found.invalid == ()
    return next(iter(found.tasks.values()))


def why_not(path: Path) -> InvalidRow:
    found = load_tasks(path)
    assert not found.tasks
    return found.invalid[0]


def spec_of(path: Path) -> SqlSpec:
    spec = one(path).sql
    assert spec is not None
    return spec


def test_a_reference_is_the_gold_where_none_is_written(tmp_path: Path) -> None:
    spec = spec_of(folder(tmp_path))
    assert (spec.golds, spec.schema_sql, spec.dialect) == ((GOLD,), SCHEMA, Dialect.SQLITE)
    assert [state.name for state in spec.all_states()] == ["default"]


def test_folders_of_states_are_states(tmp_path: Path) -> None:
    path = folder(
        tmp_path,
        **{"states__b__seed.sql": "B", "states__a__expected.json": '{"rows": [[1, null]]}'},
    )
    first, second = spec_of(path).states
    assert (first.name, first.expected[0].rows) == ("a", ((1, None),))
    assert (second.name, second.seed_sql, second.expected) == ("b", "B", ())


def test_golds_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    golds = {f"gold-{number}.sql": f"SELECT {number}" for number in (10, 2)}
    path = folder(tmp_path, **{"gold.sql": "SELECT 1", **golds})
    assert spec_of(path).golds == ("SELECT 1", "SELECT 2", "SELECT 10")


@pytest.mark.parametrize(
    ("toml", "files", "reason"),
    [
        ('[sql]\ndialect = "oracle"', {}, "sql.dialect"),
        ("[sql]\nread_only = false", {}, "needs check_tables or check_queries"),
        ('[sql]\ncheck_tables = ["t"]', {}, "need read_only = false"),
        ("[sql]\nstates = [{ seed_sql = 'x' }]", {}, "needs a name"),
        ('[sql]\nschema_sql = "x"', {}, "in the sql table and in schema.sql"),
        ('[sql]\ngolds = ["x"]', {"gold.sql": "y"}, "in the sql table and in gold.sql"),
        ("[sql]", {"gold-b.sql": "y"}, "accepted answers are named"),
        ("[sql]", {"states__a__expected.json": "{"}, "states/a/expected.json is not valid JSON"),
        ("[sql]", {"states__a__expected.json": '{"rows": [[1], [1, 2]]}'}, "number of cells"),
        ("[sql]\nstates = [{ name = 'a' }, { name = 'a' }]", {}, "same name"),
        ("[sql]", {"states__a__sed.sql": ""}, "states/a/sed.sql is none of"),
        ("[sql]\nstates = [{ name = 'a' }]", {"states__b__seed.sql": ""}, "states/b is not among"),
        ("[[cases]]\nstdin = ''", {}, "without an sql table"),
        ("[sql]\nodered = true", {}, "odered"),
    ],
)
def test_what_is_wrong_with_a_folder_is_said(
    tmp_path: Path, toml: str, files: dict[str, str], reason: str
) -> None:
    found = why_not(folder(tmp_path, toml, **files))
    assert reason in found.reason
    assert found.task_id == "t"


def test_a_task_without_any_answer_is_none(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "reference.sql").unlink()
    assert "no gold" in why_not(path).reason


# -- benchmarks -------------------------------------------------------------------------------

DATABASE = {
    "task_id": "set/pets",
    "schema_sql": SCHEMA,
    "data_sql": "INSERT INTO t VALUES (1, 'x')",
}
ROW = {
    "task_id": "dev-1", "language": "sql", "source": "s", "licence": "l", "prompt": "How many?",
    "canonical_solution": "SELECT COUNT(*) FROM t", "tests": '{"db_id": "set/pets"}',
}  # fmt: skip


def lines(path: Path, *rows: Mapping[str, object]) -> Path:
    data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def test_unified_rows_find_their_database_beside_the_file(tmp_path: Path) -> None:
    lines(tmp_path / "databases_set.jsonl.gz", DATABASE)
    path = lines(tmp_path / "tasks.jsonl", ROW)
    assert detect_reader(path, "tasks").name == "corpus"
    task = one(path)
    assert task.reference == "SELECT COUNT(*) FROM t"
    assert task.sql == SqlSpec(
        schema_sql=SCHEMA,
        seed_sql="INSERT INTO t VALUES (1, 'x')",
        golds=("SELECT COUNT(*) FROM t",),
    )


def test_a_row_whose_database_is_missing_says_where_it_should_be(tmp_path: Path) -> None:
    lines(tmp_path / "databases_other.jsonl", {**DATABASE, "task_id": "set/cars"})
    found = why_not(lines(tmp_path / "tasks.jsonl", ROW))
    assert "'set/pets'" in found.reason
    assert "databases_*.jsonl" in found.reason
    assert "set/cars" in found.reason


def script(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def test_spider_rows_have_their_scripts_in_the_database_folder(tmp_path: Path) -> None:
    script(tmp_path / "database" / "pets" / "schema.sql", SCHEMA)
    path = tmp_path / "dev.json"
    row = {"db_id": "pets", "question": "How many?", "query": "SELECT COUNT(*) FROM t"}
    path.write_text(json.dumps([row, {**row, "db_id": "../pets"}]))
    assert detect_reader(path, "tasks").name == "spider"
    found = load_tasks(path)
    task = found.tasks["dev-0000"]
    assert task.sql == SqlSpec(schema_sql=SCHEMA, golds=("SELECT COUNT(*) FROM t",))
    assert "CREATE TABLE t" in task.prompt
    assert "How many?" in task.prompt
    assert "no name of a database" in found.invalid[0].reason


def test_columns_in_braces_are_choices(tmp_path: Path) -> None:
    script(tmp_path / "shop.sql", SCHEMA)
    path = tmp_path / "questions.csv"
    query = "SELECT {t.a, COALESCE(t.b, '') AS name}, COUNT(*) FROM t GROUP BY {}"
    path.write_text(
        "db_name,question,query,query_category\n"
        f'shop,"How many, per thing?","{query}",group_by\n'
        'shop,Which?,"SELECT a FROM t; SELECT b FROM t",\n'
        "away,Which?,SELECT 1,\n"
    )
    assert detect_reader(path, "tasks").name == "defog"
    found = load_tasks(path)
    braces, several = found.tasks.values()
    assert braces.sql is not None
    assert several.sql is not None
    assert braces.sql.golds == (
        "SELECT t.a, COUNT(*) FROM t GROUP BY t.a",
        "SELECT COALESCE(t.b, '') AS name, COUNT(*) FROM t GROUP BY COALESCE(t.b, '')",
        "SELECT t.a, COALESCE(t.b, '') AS name, COUNT(*) FROM t GROUP BY t.a, COALESCE(t.b, '')",
    )
    assert several.sql.golds == ("SELECT a FROM t", "SELECT b FROM t")
    assert (several.sql.dialect, several.sql.column_order) == (Dialect.POSTGRESQL, ColumnOrder.ANY)
    assert "no scripts of database 'away'" in found.invalid[0].reason
