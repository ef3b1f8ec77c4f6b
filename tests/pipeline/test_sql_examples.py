"""Rows an SQL task's prompt shows: run beside the tests in both engines, never a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.models import Dialect, Language, SqlSpec, SqlState, Task, TestKind
from tests.pipeline.conftest import Row, row

if TYPE_CHECKING:
    from tests.pipeline.conftest import Bench

pytestmark = pytest.mark.engine

SCHEMA = """CREATE TABLE clubs (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE members (
    id integer PRIMARY KEY, club_id integer REFERENCES clubs (id), fee numeric(8, 2), paid boolean
);
"""
PROMPT = """Return the name of every club and the sum of its paid fees (0 if there is none).

With these `members`

| id | club_id | fee   | paid  |
|----|---------|-------|-------|
| 1  | 7       | 12.50 | true  |
| 2  | 7       | 3.00  | true  |
| 3  | 7       | 99.00 | false |
| 4  | NULL    | 5.00  | true  |

and these `clubs`

| id | name        |
|----|-------------|
| 7  | O'N\\'; -- |
| 8  | Chess       |

the query should return

| name        | total |
|-------------|-------|
| Chess       | 0     |
| O'N\\'; -- | 15.5  |
"""
GOLD = """SELECT c.name, COALESCE(SUM(m.fee), 0) FROM clubs c
LEFT JOIN members m ON m.club_id = c.id AND m.paid GROUP BY c.id, c.name"""
ALL_FEES = """WITH sums AS (SELECT club_id, SUM(fee) AS fees FROM members GROUP BY club_id)
SELECT c.name, COALESCE(fees, 0) FROM clubs c LEFT JOIN sums ON club_id = c.id"""
BREAKS = "SELECT name, CAST(substr(name, 1, 1) AS integer) FROM clubs"


def clubs(dialect: Dialect, prompt: str = PROMPT, gold: str = GOLD) -> Task:
    """Its only test state knows no unpaid fee, so that a query may forget about them."""
    seed = "INSERT INTO clubs VALUES (1, 'Go'); INSERT INTO members VALUES (1, 1, 4, TRUE);"
    spec = SqlSpec(
        dialect=dialect, schema_sql=SCHEMA, golds=(gold,), states=(SqlState(seed_sql=seed),)
    )
    return Task(
        task_id="clubs", language=Language.SQL, kind=TestKind.SQL, prompt=prompt, sql=spec,
        reference=gold,
    )  # fmt: skip


def flags(result: Row) -> list[Row]:
    return [one for one in result["flags"] if one["rule"] == "example-failed"]


def ran(bench: Bench, task: Task, *answers: str) -> list[Row]:
    bench.give([task], [row(f"r{n}", "clubs", text) for n, text in enumerate(answers)])
    done = bench.run()
    assert done.returncode == 0, done.stderr
    return bench.results()


@pytest.mark.parametrize("dialect", list(Dialect))
def test_a_query_that_fails_the_shown_rows_is_flagged_and_passes(
    bench: Bench, dialect: Dialect
) -> None:
    right, wrong = ran(bench, clubs(dialect), GOLD, ALL_FEES)
    assert (right["verdict"], wrong["verdict"]) == ("passed", "passed")
    (seen,), (missed,) = right["examples"], wrong["examples"]
    assert (seen["verdict"], flags(right)) == ("passed", [])
    assert (missed["name"], missed["verdict"]) == ("line 21", "failed")
    assert missed["input"].startswith("clubs: (7, O'N\\'; --), (8, Chess); members: (1, 7, 12.50")
    (grid,) = missed["grids"]
    assert sorted(grid["marks"]) == ["extra", "missing", "same"]
    (flag,) = flags(wrong)
    assert (flag["layer"], flag["line"], flag["column"]) == ("example", 2, 1)
    assert flag["message"].startswith(
        "the rows shown in the prompt (line 21) should give (Chess, 0), (O'N\\'; --, 15.5); it "
        "gives ("
    )
    assert "114.5" in flag["message"]
    assert [len(one["cases"]) for one in (right, wrong)] == [1, 1]


@pytest.mark.parametrize("dialect", list(Dialect))
def test_what_the_gold_contradicts_is_the_prompts_defect(bench: Bench, dialect: Dialect) -> None:
    task = clubs(dialect, PROMPT.replace("15.5 ", "16.5 "))
    right, wrong = ran(bench, task, GOLD, ALL_FEES)
    for result in (right, wrong):
        assert (result["examples"], flags(result)) == ([], [])
        (defect,) = result["prompt_defects"]
        assert "16.5" in defect["expected"]
        assert defect["message"] == "line 21 of the prompt: the query should return"


@pytest.mark.parametrize("dialect", list(Dialect))
def test_rows_the_schema_refuses_are_no_example(bench: Bench, dialect: Dialect) -> None:
    (result,) = ran(bench, clubs(dialect, PROMPT.replace("| 8  |", "| 7  |")), ALL_FEES)
    assert (result["verdict"], result["examples"], flags(result)) == ("passed", [], [])


def test_numbers_the_prompt_rounds_are_right_as_far_as_it_shows_them(bench: Bench) -> None:
    gold = GOLD.replace("SUM(m.fee), 0)", "SUM(m.fee) / 3, 0)")
    rounded = gold.replace("SUM(m.fee) / 3", "ROUND(SUM(m.fee) / 3, 2)")
    wrong = ALL_FEES.replace("SUM(fee)", "SUM(fee) / 3")
    prompt = PROMPT.replace("| 15.5 ", "| 5.17 ")
    task = clubs(Dialect.SQLITE, prompt, gold)
    spec = task.sql.model_copy(update={"abs_tol": 0.001}) if task.sql else None
    results = ran(bench, task.model_copy(update={"sql": spec}), gold, rounded, wrong)
    assert [len(flags(result)) for result in results] == [0, 0, 1]


SHOWN = PROMPT.replace("| 4  | NULL ", "| 4  | 8    ").partition("| Chess       | 0 ")[0]
MOST = """SELECT c.name, COUNT(*) AS members FROM clubs c JOIN members m ON m.club_id = c.id
GROUP BY c.id, c.name ORDER BY members DESC LIMIT 1"""
MOST_BY_NAME = [MOST.replace("DESC", f"DESC, name {way}") for way in ("ASC", "DESC")]
FEWEST = MOST.replace("members DESC", "members")


@pytest.mark.parametrize("dialect", list(Dialect))
def test_a_result_that_hangs_on_ties_is_no_example(bench: Bench, dialect: Dialect) -> None:
    """Two clubs have as many members: the gold may name either, and so may a response."""
    prompt = SHOWN.replace("| 3  | 7 ", "| 3  | 8 ") + "| Chess | 2 |\n"
    for result in ran(bench, clubs(dialect, prompt, MOST), MOST, *MOST_BY_NAME, FEWEST):
        assert (flags(result), result["prompt_defects"]) == ([], [])


@pytest.mark.parametrize("dialect", list(Dialect))
def test_a_limit_without_ties_is_one(bench: Bench, dialect: Dialect) -> None:
    task = clubs(dialect, SHOWN + "| O'N\\'; -- | 3 |\n", MOST)
    results = ran(bench, task, MOST, *MOST_BY_NAME, FEWEST)
    assert [len(flags(result)) for result in results] == [0, 0, 0, 1]
