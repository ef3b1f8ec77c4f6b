"""Rows are read out of SQL prompts as they are drawn, or not at all."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.flags.examples import Sample, samples_of, tie_breakers
from harness.models import Dialect, Language, SqlSpec, SqlState, Task, TestKind
from harness.syntax import sql_text

SCHEMA = """CREATE TABLE ships (id INTEGER PRIMARY KEY, name TEXT NOT NULL, tons REAL);
CREATE TABLE "crew" (ship_id INTEGER REFERENCES ships (id), who TEXT, boss INTEGER NOT NULL);
"""
SHIPS = "| id | name | tons |\n|----|------|-----:|\n| 1 | Argo | 12.5 |\n| 2 | Nina | NULL |\n"
CREW = "| ship_id | who | boss |\n|---|---|---|\n| 1 | Ann | 0 |\n"
RESULT = "| name | n |\n|---|---|\n| Argo | 1 |\n"
BOX_SHIPS = """+----+------+------+
| id | name | tons |
+----+------+------+
| 1  | Argo | 12.5 |
| 2  | Nina | null |
+----+------+------+
"""
PSQL_CREW = " ship_id | who | boss \n---------+-----+------\n       1 | Ann |    0\n(1 row)\n"
DATA = (
    {"ships": [(1, "Argo", 12.5), (2, "Nina", None)], "crew": [(1, "Ann", 0)]},
    [("Argo", "1")],
)


def spec_of(**more: Any) -> SqlSpec:
    return SqlSpec(**{"schema_sql": SCHEMA, "golds": ("SELECT 1",), **more})


def samples(prompt: str, **more: Any) -> tuple[Sample, ...]:
    task = Task(task_id="t", language=Language.SQL, kind=TestKind.SQL, prompt=prompt,
                sql=spec_of(**more))  # fmt: skip
    return samples_of(task)


def stored(sample: Sample, schema: str = SCHEMA) -> dict[str, list[tuple[Any, ...]]]:
    """What SQLite keeps of a sample's rows."""
    with sqlite3.connect(":memory:") as database:
        database.execute("PRAGMA foreign_keys = ON")
        database.executescript(schema + sample.seed_sql)
        names = [
            row[0] for row in database.execute("SELECT name FROM sqlite_schema WHERE sql > ''")
        ]
        return {name: database.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}


LAYOUTS = {
    "markdown": f"The ships:\n\n{SHIPS}\n`crew`\n\n{CREW}\nExpected output:\n\n{RESULT}",
    "the child first": f"Table crew\n{CREW}\nTable ships\n{SHIPS}\nOutput:\n{RESULT}",
    "no label but the columns": f"{SHIPS}\nand\n\n{CREW}\nthe query should return\n\n{RESULT}",
    "box and psql": f"Input:\nShips table:\n{BOX_SHIPS}\ncrew:\n\n{PSQL_CREW}\nResult:\n{RESULT}",
    "other order of columns": f"ships\n{SHIPS}\ncrew\n| boss | who | ship_id |\n|--|--|--|\n"
    f"| 0 | Ann | 1 |\n\n**Output**\n\n{RESULT}",
    "inserts": "```sql\nINSERT INTO ships (id, name, tons) VALUES (1, 'Argo', 12.5);\n"
    "insert into Ships values (2, 'Nina', NULL);\n"
    f"INSERT INTO crew VALUES (1, 'Ann', 0);\n```\n\nThe query must return\n\n{RESULT}",
    "inserts and a table": f"INSERT INTO crew VALUES (1, 'Ann', 0);\n\nships:\n{SHIPS}\n"
    f"Sample output\n{RESULT}",
    "csv": 'ships.csv\n```csv\nid,name,tons\n1,Argo,12.5\n2,"Nina",NULL\n```\ncrew.csv\n'
    "```\nship_id,who,boss\n1,Ann,0\n```\nExpected result:\n```\nname,n\nArgo,1\n```\n",
    "a table that describes": "| Column | Type |\n|---|---|\n| id | int |\n\n"
    f"ships\n{SHIPS}\ncrew\n{CREW}\nOutput:\n{RESULT}\nExplanation: Argo has one.",
    "marks in cells": f"ships\n{SHIPS.replace('Argo', '`Argo`')}\ncrew\n{CREW}\nOutput\n"
    f"{RESULT.replace('Argo', '**Argo**')}",
}  # fmt: skip


@pytest.mark.parametrize("prompt", LAYOUTS.values(), ids=LAYOUTS)
def test_a_layout_is_read(prompt: str) -> None:
    (sample,) = samples(prompt)
    assert (stored(sample), [*sample.expected.rows]) == DATA
    assert sample.expected.columns == ("name", "n")
    assert "crew: (1, Ann, 0)" in sample.shown


WHOLE = LAYOUTS["markdown"]
GUESSES = {
    "no result": f"ships\n{SHIPS}\ncrew\n{CREW}",
    "no rows": f"Expected output:\n{RESULT}",
    "a table is missing": f"ships\n{SHIPS}\nOutput:\n{RESULT}",
    "a column is missing": WHOLE.replace("| who |", "|").replace("| Ann |", "|"),
    "rows are left out": WHOLE.replace("| 2 | Nina | NULL |", "| ... | ... | ... |"),
    "rows are left out below": WHOLE.replace("| 1 | Ann | 0 |\n", "| 1 | Ann | 0 |\n...\n"),
    "result goes on": f"{WHOLE}| … | … |\n",
    "a first part of it": WHOLE.replace("Expected output", "First rows of the output"),
    "only its form": WHOLE.replace("Expected output", "The output has a form like"),
    "what it must not be": WHOLE.replace("Expected output:", "It should not return"),
    "on a condition": WHOLE.replace("Expected output", "If names are unique, the output"),
    "two results": f"{WHOLE}\nExpected output:\n\n{RESULT}",
    "a table nobody knows": f"| a | b |\n|---|---|\n| 1 | 2 |\n\n{WHOLE}",
    "a table twice": f"ships\n{SHIPS}\n{WHOLE}",
    "an empty text or NULL": WHOLE.replace("| Ann |", "| |"),
    "NULL where none can be": WHOLE.replace("| Argo | 12.5", "| NULL | 12.5"),
    "a text for a number": WHOLE.replace("12.5", "12,5"),
    "a ragged row": WHOLE.replace("| Ann | 0 |", "| Ann |"),
    "computed values": LAYOUTS["inserts"].replace("'Ann'", "lower('Ann')"),
    "rows of a query": LAYOUTS["inserts"].replace("VALUES (1, 'Ann', 0)", "SELECT 1, 'Ann', 0"),
    "another table's rows": LAYOUTS["inserts"].replace(
        "```sql", "```sql\nINSERT INTO x VALUES (1);"
    ),
    "no count of rows fits": LAYOUTS["box and psql"].replace("(1 row)", "(3 rows)"),
    "no rows in the result": WHOLE.replace("| Argo | 1 |\n", ""),
    "rows of another task": WHOLE.replace("tons", "length"),
}


@pytest.mark.parametrize("prompt", GUESSES.values(), ids=GUESSES)
def test_what_would_be_a_guess_is_left_out(prompt: str) -> None:
    assert samples(prompt) == ()


def test_each_sample_has_rows_of_its_own() -> None:
    first, second = samples(f"# 1\n{WHOLE}\n# 2\n{LAYOUTS['inserts'].replace('Argo', 'Beagle')}")
    assert stored(first)["ships"][0][1] == "Argo"
    assert stored(second)["ships"][0][1] == "Beagle"
    assert first.line < second.line


@pytest.mark.parametrize(
    "changes",
    [
        {"golds": ("SELECT name FROM ships WHERE built > date('now')",)},
        {"read_only": False, "check_tables": ("ships",)},
        {"schema_sql": SCHEMA + "INSERT INTO ships VALUES (9, 'Old', 1);"},
        {"schema_sql": SCHEMA + "CREATE TABLE ports AS SELECT 1 AS id;"},
        {"states": (SqlState(name="a"), SqlState(name="b", schema_sql="CREATE TABLE x (a INT);"))},
        {"schema_sql": SCHEMA.replace("name TEXT", "name")},
    ],
)
def test_tasks_without_one_plain_empty_schema_have_none(changes: dict[str, Any]) -> None:
    assert samples(WHOLE)
    assert samples(WHOLE, **changes) == ()


def test_order_counts_where_the_task_or_prompt_and_gold_say_so() -> None:
    sorts = {"golds": ("SELECT name FROM ships ORDER BY name",)}
    by_name = f"Sort them by name.\n{WHOLE}"
    told: list[tuple[str, dict[str, Any]]] = [
        (WHOLE, {}), (WHOLE, sorts), (by_name, {}), (by_name, sorts), (WHOLE, {"ordered": True}),
        (by_name, {**sorts, "ordered": False}), (f"{by_name}\nAny order will do.", sorts),
    ]  # fmt: skip
    found = [samples(prompt, **more)[0].ordered for prompt, more in told]
    assert found == [False, False, False, True, True, False, False]


HOSTILE = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(
    lambda text: text.strip() and text.lower() not in ("null", "true", "false")
)


@given(HOSTILE, st.sampled_from(list(Dialect)))
@example("'); DROP TABLE ships; --", Dialect.POSTGRESQL)
@example("\\'; DELETE FROM crew; --", Dialect.POSTGRESQL)
@example("''", Dialect.SQLITE)
@example("$$; SELECT 1; $$", Dialect.POSTGRESQL)
def test_a_cell_is_a_value_whatever_it_says(text: str, dialect: Dialect) -> None:
    quoted = text.replace("'", "''")
    prompt = LAYOUTS["inserts"].replace("'Ann'", f"'{quoted}'")
    for sample in samples(prompt, dialect=dialect):
        assert [one.word for one in sql_text.statements(sample.seed_sql)] == ["insert"] * 2
        if dialect is Dialect.SQLITE:
            assert stored(sample)["crew"] == [(1, text, 0)]


@given(HOSTILE)
@example("x' OR '1'='1")
def test_a_drawn_cell_is_a_value_too(text: str) -> None:
    for sample in samples(WHOLE.replace("Ann", text)):
        assert len(stored(sample)["crew"]) == 1
        assert len(stored(sample)["ships"]) == 2


@pytest.mark.parametrize(
    "prompt",
    [
        "|" * 60_000, "+--" * 20_000, "INSERT INTO ships VALUES " * 4_000, "(" * 60_000,
        "INSERT INTO ships VALUES (" + "1," * 30_000, "| a |\n|---|\n" * 5_000,
        WHOLE + "| Argo | 1 |\n" * 5_000, SHIPS + "| 3 | X | 1 |\n" * 5_000, "\0" + WHOLE,
        WHOLE.replace("Ann", "x" * 70_000), "```\n" * 10_000 + "a,b\n1,2\n",
        "INSERT INTO ships VALUES ('" * 2_000, "INSERT INTO ships VALUES (1);" * 2_000,
        "INSERT INTO ships VALUES (1)" + "\n" * 60_000, "INSERT INTO ships VALUES (1);\n\n" * 1_900,
    ],
    ids=range(15),
)  # fmt: skip
def test_large_and_broken_prompts_give_nothing(prompt: str) -> None:
    assert samples(prompt) == ()


@given(st.lists(st.sampled_from([*SHIPS.splitlines(), *CREW.splitlines(), *RESULT.splitlines(),
                                 *PSQL_CREW.splitlines(), *BOX_SHIPS.splitlines(), "```", "...",
                                 "Output:", "ships", "crew", "INSERT INTO crew VALUES (1, 'A', 0);",
                                 "", "(2 rows)", "\\|"]), max_size=40))  # fmt: skip
def test_any_mixture_of_lines_is_read_without_a_stumble(lines: list[str]) -> None:
    for sample in samples("\n".join(lines)):
        assert {one.word for one in sql_text.statements(sample.seed_sql)} <= {"insert"}


@pytest.mark.parametrize("dialect", list(Dialect))
def test_ties_are_broken_both_ways_by_every_column(dialect: Dialect) -> None:
    sorts = "SELECT name, COUNT(*) AS n FROM ships GROUP BY name ORDER BY n DESC LIMIT 1"
    with sqlite3.connect(":memory:") as database:
        database.executescript(SCHEMA + "INSERT INTO ships (name) VALUES ('a'), ('b'), ('c')")
        found = [database.execute(one).fetchone() for one in tie_breakers(sorts, dialect)]
    assert found == [("a", 1), ("c", 1)]
    assert tie_breakers("SELECT name FROM ships WHERE tons > 1", dialect) == ()
    assert tie_breakers("SELECT ((( FROM", dialect) == ()
