"""SQL in its sandboxes: both databases, for real."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.errors import TaskError
from harness.models import (
    Dialect,
    Form,
    Limits,
    Response,
    Result,
    SqlGrid,
    SqlSpec,
    SqlState,
    Task,
    Trust,
    Verdict,
)
from tests.sandbox.conftest import open_sandbox

if TYPE_CHECKING:
    from tests.sandbox.conftest import Sandbox

pytestmark = pytest.mark.engine

SCHEMA = """
CREATE TABLE item (id INTEGER PRIMARY KEY, name VARCHAR(20), price NUMERIC(8, 2));
CREATE TABLE note (item_id INTEGER REFERENCES item (id), body TEXT);
"""
SEED = "INSERT INTO item VALUES (1, 'bolt', 1.50), (2, 'nut', 2.25), (3, NULL, 10);"
BOTH = pytest.mark.parametrize("dialect", list(Dialect))
GOLD = "SELECT name, price FROM item ORDER BY id"


def spec(dialect: Dialect, *golds: str, **changes: Any) -> SqlSpec:
    base = {"dialect": dialect, "schema_sql": SCHEMA, "seed_sql": SEED, "golds": golds or (GOLD,)}
    return SqlSpec.model_validate({**base, **changes})


def run(
    sandbox: Sandbox, asked: SqlSpec, code: str, limits: Limits | None = None, name: str = "sql"
) -> Result:
    values = {"task_id": name, "language": "sql", "kind": "sql", "prompt": "", "limits": limits}
    task = Task.model_validate({**values, "sql": asked})
    response = Response(response_id="r", task_id=name, model="m", text=code, form=Form.FULL)
    return sandbox.evaluate(task, response)


def change(dialect: Dialect, gold: str, **changes: Any) -> SqlSpec:
    return spec(dialect, gold, read_only=False, check_tables=("item", "note"), **changes)


@BOTH
@pytest.mark.parametrize(
    ("code", "verdict", "message"),
    [
        ("SELECT name, price FROM item ORDER BY id;", Verdict.PASSED, ""),
        ("SELECT 1; -- first\nSELECT name, price FROM item ORDER BY id", Verdict.PASSED, ""),
        ("SELECT name, price * 1.0 FROM item ORDER BY id", Verdict.PASSED, ""),
        ("SELECT name, price FROM item ORDER BY id DESC", Verdict.FAILED, "their order is not"),
        ("SELECT name, price FROM item WHERE id < 3 ORDER BY id", Verdict.FAILED, "1 row missing"),
        ("SELECT name FROM item", Verdict.FAILED, "1 column, 2 expected"),
        ("SELEC 1", Verdict.BUILD_FAILED, "SELEC"),
        ("SELECT nme FROM item", Verdict.BUILD_FAILED, "nme"),
        ("SELECT 1; SELECT nme FROM item", Verdict.BUILD_FAILED, "statement 2: "),
        ("DELETE FROM item", Verdict.FAILED, "it writes where a query was asked"),
        ("CREATE TABLE more (n INTEGER)", Verdict.FAILED, "it writes where a query was asked"),
        ("-- nothing", Verdict.BUILD_FAILED, "there is no statement"),
        ("BEGIN", Verdict.FAILED, "returns no result"),
    ],
)
def test_a_query_is_judged_by_its_result(
    sandbox: Sandbox, dialect: Dialect, code: str, verdict: Verdict, message: str
) -> None:
    result = run(sandbox, spec(dialect), code)
    assert result.verdict is verdict, result
    assert message in result.message
    assert result.trust is Trust.ISOLATED
    assert sandbox.survivors() == []


@pytest.mark.parametrize(
    ("dialect", "code", "message"),
    [
        (Dialect.SQLITE, "SELECT abs(-9223372036854775808)", "integer overflow"),
        (Dialect.SQLITE, "SELECT name, json(name) FROM item", "malformed JSON"),
        (Dialect.POSTGRESQL, "SELECT 1 / (id - id), 1 FROM item", "division by zero"),
        (Dialect.POSTGRESQL, "SELECT name::integer, 1 FROM item", "invalid input syntax"),
    ],
)
def test_an_error_while_running_is_none_of_the_text(
    sandbox: Sandbox, dialect: Dialect, code: str, message: str
) -> None:
    result = run(sandbox, spec(dialect), code)
    assert result.verdict is Verdict.RUNTIME_ERROR
    assert message in result.message


def test_sqlites_double_quotes_may_hold_text(sandbox: Sandbox) -> None:
    code = 'SELECT name, price FROM item WHERE name = "bolt"'
    asked = spec(Dialect.SQLITE, "SELECT name, price FROM item WHERE id = 1")
    assert run(sandbox, asked, code).verdict is Verdict.PASSED


@BOTH
def test_a_plan_may_be_asked_for(sandbox: Sandbox, dialect: Dialect) -> None:
    result = run(sandbox, spec(dialect), "/* how? */ EXPLAIN SELECT name FROM item")
    assert (result.verdict, bool(result.cases[0].actual)) == (Verdict.FAILED, True)


@BOTH
def test_a_query_right_by_luck_fails_another_state(sandbox: Sandbox, dialect: Dialect) -> None:
    states = (
        SqlState(name="three"),
        SqlState(name="none", seed_sql=""),
        SqlState(name="told", expected=(SqlGrid(rows=((3,),)), SqlGrid(rows=((4,),)))),
    )
    asked = spec(dialect, "SELECT count(*) FROM item", states=states)
    result = run(sandbox, asked, "SELECT 3")
    assert [(one.name, one.verdict) for one in result.cases] == [
        ("three", Verdict.PASSED), ("none", Verdict.FAILED), ("told", Verdict.PASSED)
    ]  # fmt: skip
    bad = result.cases[1]
    assert "0" in bad.expected
    assert "3" in bad.actual
    assert bad.grids[0].marks == ("missing", "extra")
    assert run(sandbox, asked, "SELECT count(*) FROM item").verdict is Verdict.PASSED


@BOTH
def test_types_arrive_as_what_they_are(sandbox: Sandbox, dialect: Dialect) -> None:
    rows = {
        Dialect.SQLITE: "SELECT 9223372036854775807, 0.1, 'ä', x'00ff', NULL, 1e999",
        Dialect.POSTGRESQL: "SELECT 9223372036854775807, 0.1::float8, 'ä', '\\x00ff'::bytea, NULL,"
        " 'infinity'::float8",
    }[dialect]
    wanted = SqlGrid(rows=((2**63 - 1, 0.1, "ä", {"$hex": "00ff"}, None, float("inf")),))
    asked = spec(dialect, states=(SqlState(expected=(wanted,)),))
    result = run(sandbox, asked, rows)
    assert result.verdict is Verdict.PASSED, result


def test_postgresql_types_are_told_apart(sandbox: Sandbox) -> None:
    code = "SELECT true, 1.50::numeric(5, 2), '2024-02-29'::date, ARRAY[1, 2], 'ab'::char(4)"
    wanted = SqlGrid(rows=((True, {"$num": "1.5"}, "2024-02-29", "{1,2}", "ab"),))
    asked = spec(Dialect.POSTGRESQL, states=(SqlState(expected=(wanted,)),))
    assert run(sandbox, asked, code).verdict is Verdict.PASSED
    for other in ("1", "'1.5'", "'true'"):
        assert run(sandbox, asked, code.replace("true", other, 1)).verdict is Verdict.FAILED


@BOTH
def test_a_change_is_judged_by_what_it_leaves(sandbox: Sandbox, dialect: Dialect) -> None:
    asked = change(dialect, "UPDATE item SET price = price + 1 WHERE id = 1")
    for code, verdict, message in (
        ("UPDATE item SET price = 2.5 WHERE name = 'bolt';", Verdict.PASSED, ""),
        ("DELETE FROM item WHERE id = 1; INSERT INTO item VALUES (1, 'bolt', 2.50)",
         Verdict.PASSED, ""),
        ("BEGIN; UPDATE item SET price = 2.5 WHERE id = 1; COMMIT", Verdict.PASSED, ""),
        ("BEGIN; UPDATE item SET price = 2.5 WHERE id = 1", Verdict.FAILED, "item: 1 row missing"),
        ("UPDATE item SET price = 2.5", Verdict.FAILED, "item: 2 rows missing, 2 rows too many"),
        ("SELECT 1", Verdict.FAILED, "item: 1 row missing"),
        ("DROP TABLE note; UPDATE item SET price = 2.5 WHERE id = 1", Verdict.FAILED,
         "note: nothing of that name, a table expected"),
        ("ALTER TABLE item RENAME COLUMN price TO cost; UPDATE item SET cost = 2.5 WHERE id = 1",
         Verdict.FAILED, "the columns are named id, name, cost"),
        ("INSERT INTO note VALUES (99, 'no such item')", Verdict.RUNTIME_ERROR, ""),
    ):  # fmt: skip
        result = run(sandbox, asked, code)
        assert (result.verdict, message in result.message) == (verdict, True), result


@BOTH
def test_contents_may_be_told_instead_of_a_gold(sandbox: Sandbox, dialect: Dialect) -> None:
    check = "SELECT count(*) FROM item"
    after = {"note": SqlGrid(rows=((1, "x"),)), check: SqlGrid(rows=((3,),))}
    asked = SqlSpec(
        dialect=dialect, schema_sql=SCHEMA, read_only=False, check_tables=("note",),
        check_queries=(check,), states=(SqlState(seed_sql=SEED, after=after),),
    )  # fmt: skip
    assert run(sandbox, asked, "INSERT INTO note VALUES (1, 'x')").verdict is Verdict.PASSED
    assert run(sandbox, asked, "INSERT INTO note VALUES (2, 'x')").verdict is Verdict.FAILED


@BOTH
def test_nothing_of_a_response_is_left_for_the_next(sandbox: Sandbox, dialect: Dialect) -> None:
    asked = change(dialect, "INSERT INTO note VALUES (1, 'x')")
    for _ in range(3):
        code = "INSERT INTO note VALUES (1, 'x'); CREATE TABLE mine (n INTEGER)"
        assert run(sandbox, asked, code).verdict is Verdict.PASSED
    query = spec(dialect, "SELECT count(*) FROM note")
    assert run(sandbox, query, "SELECT 0").verdict is Verdict.PASSED
    assert run(sandbox, query, "SELECT count(*) FROM mine").verdict is Verdict.BUILD_FAILED


@BOTH
def test_caps_are_exact(sandbox: Sandbox, dialect: Dialect) -> None:
    rows = "SELECT * FROM (VALUES (1), (2), (3)) AS v ORDER BY 1"
    limits = Limits(output_kb=1)
    for changes, verdict in (
        ({"max_rows": 3}, Verdict.PASSED), ({"max_rows": 2}, Verdict.OUTPUT_LIMIT),
        ({"max_cells": 3}, Verdict.PASSED), ({"max_cells": 2}, Verdict.OUTPUT_LIMIT),
    ):  # fmt: skip
        wanted = (SqlGrid(rows=((1,), (2,), (3,))),)
        asked = spec(dialect, states=(SqlState(expected=wanted),), **changes)
        assert run(sandbox, asked, rows).verdict is verdict
    text = (SqlGrid(rows=(("x" * 1024,),)),)
    asked = spec(dialect, states=(SqlState(expected=text),))
    assert run(sandbox, asked, f"SELECT '{'x' * 1024}'", limits).verdict is Verdict.PASSED
    assert run(sandbox, asked, f"SELECT '{'x' * 1025}'", limits).verdict is Verdict.OUTPUT_LIMIT


ENDLESS = {
    Dialect.SQLITE: "WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up)"
    " SELECT count(*) FROM up",
    Dialect.POSTGRESQL: "DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$",
}


@BOTH
def test_time_is_bounded_and_the_next_response_has_all_of_it(
    sandbox: Sandbox, dialect: Dialect
) -> None:
    limits = Limits(cpu_s=0.5, wall_s=20)
    result = run(sandbox, spec(dialect), ENDLESS[dialect], limits)
    assert (result.verdict, result.message) == (Verdict.TIMEOUT, "CPU time limit")
    assert 0.4 < result.cpu_s < 3
    assert run(sandbox, spec(dialect), GOLD, limits).verdict is Verdict.PASSED


def test_two_states_that_run_out_of_time_are_enough(sandbox: Sandbox) -> None:
    states = tuple(SqlState(name=str(number)) for number in range(4))
    limits = Limits(cpu_s=0.3, wall_s=10)
    asked = spec(Dialect.SQLITE, states=states)
    result = run(sandbox, asked, ENDLESS[Dialect.SQLITE], limits)
    assert [one.verdict for one in result.cases] == [Verdict.TIMEOUT] * 4
    assert "not run" in result.cases[3].message


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"schema_sql": "CREATE TABL x"}, "schema: "),
        ({"seed_sql": "INSERT INTO nowhere VALUES (1)"}, "seed: "),
        ({"golds": ("SELECT nothing FROM item",)}, "gold 1 fails: "),
        ({"golds": ("DELETE FROM item",)}, "gold 1 fails: "),
    ],
)
@BOTH
def test_a_faulty_task_is_never_the_responses_fault(
    sandbox: Sandbox, dialect: Dialect, changes: dict[str, Any], said: str
) -> None:
    result = run(sandbox, spec(dialect).model_copy(update=changes), GOLD)
    assert result.verdict is Verdict.HARNESS_ERROR
    assert "the task is at fault: state 'default'" in result.message
    assert said in result.message


def test_a_task_without_a_database_is_refused_before_it_runs(sandbox: Sandbox) -> None:
    task = Task.model_validate({"task_id": "t", "language": "sql", "kind": "sql", "prompt": ""})
    response = Response(response_id="r", task_id="t", model="m", text="SELECT 1")
    with pytest.raises(TaskError, match="no database"):
        sandbox.evaluate(task, response)


def test_a_tasks_scripts_change_nothing_for_the_next_task(sandbox: Sandbox) -> None:
    schema = f"{SCHEMA} ALTER ROLE CURRENT_USER SET search_path = nowhere; DROP OWNED BY builder;"
    hostile = spec(Dialect.POSTGRESQL, "SELECT 1", schema_sql=schema, seed_sql="")
    assert run(sandbox, hostile, "SELECT 1").verdict is Verdict.PASSED
    another = spec(Dialect.POSTGRESQL, seed_sql=f"{SEED} -- another")
    assert run(sandbox, another, GOLD).verdict is Verdict.PASSED


def test_a_template_outlives_the_responses_that_use_it(sandbox: Sandbox) -> None:
    """More schemas than there is room for: old ones make way, and come back when asked for."""
    asked = [
        spec(Dialect.POSTGRESQL, "SELECT count(*) FROM item", seed_sql=f"{SEED} -- {number}")
        for number in range(14)
    ]
    for one in (*asked, *asked[:3]):
        assert run(sandbox, one, "SELECT 3").verdict is Verdict.PASSED


def test_a_database_that_dies_is_started_anew(sandbox: Sandbox) -> None:
    assert run(sandbox, spec(Dialect.POSTGRESQL), GOLD).verdict is Verdict.PASSED
    for slot in sandbox.slots():
        if slot.language == "sql":
            kill = "import os, signal; os.kill(-1, signal.SIGKILL)"
            slot.container.exec_run(["python3", "-I", "-c", kill], user="9002:9002")
    assert run(sandbox, spec(Dialect.POSTGRESQL), GOLD).verdict is Verdict.PASSED


def test_no_gold_reaches_a_process_that_runs_responses(sandbox: Sandbox) -> None:
    """Every step a response causes in the slot is looked at: none holds the accepted answer."""
    seen: list[str] = []
    pool = sandbox.evaluator.pool
    with pool.lease(sandbox.key("sql")) as slot:
        send = slot.run

    def spy(steps: list[dict[str, Any]], timeout_s: float) -> list[dict[str, Any]]:
        seen.append(json.dumps([one for one in steps if one["kind"] == "ask"]))
        return send(steps, timeout_s)

    slot.run = spy  # type: ignore[method-assign]
    try:
        asked = spec(Dialect.SQLITE, "SELECT 'zebra-' || count(*) FROM item")
        assert run(sandbox, asked, "SELECT 1").verdict is Verdict.FAILED
    finally:
        slot.run = send  # type: ignore[method-assign]
    assert any("SELECT 1" in one for one in seen)
    assert not any("zebra" in one for one in seen)


@BOTH
def test_fresh_containers_answer_alike(dialect: Dialect) -> None:
    with ExitStack() as stack:
        box = open_sandbox(stack, "fresh")
        for code, verdict in ((GOLD, Verdict.PASSED), ("SELECT 1", Verdict.FAILED)):
            assert run(box, spec(dialect), code).verdict is verdict


WORDS = """SELECT FROM item note WHERE name price id ORDER BY ( ) , ; ' " * = 1 NULL UNION WITH AS
    JOIN ON INSERT INTO VALUES UPDATE SET DELETE CREATE TABLE DROP BEGIN COMMIT ROLLBACK PRAGMA $$
    -- /* EXPLAIN VACUUM ATTACH COPY LISTEN DO DECLARE CURSOR FETCH ALL ä \0"""


@BOTH
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    words=st.lists(st.sampled_from(WORDS.split()), min_size=1, max_size=25), changing=st.booleans()
)
def test_any_text_ends_in_a_verdict_of_its_own(
    sandbox: Sandbox, dialect: Dialect, words: list[str], changing: bool
) -> None:
    asked = change(dialect, "DELETE FROM note") if changing else spec(dialect)
    result = run(sandbox, asked, " ".join(words), Limits(cpu_s=1, wall_s=5))
    assert result.verdict is not Verdict.HARNESS_ERROR, (words, result)
    assert run(sandbox, spec(dialect), GOLD).verdict is Verdict.PASSED
