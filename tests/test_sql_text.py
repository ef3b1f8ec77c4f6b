"""SQL text is cut at the semicolons that end statements, and at no other."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.syntax.sql_text import orders_its_result, statements, tokens


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SELECT 1", ["SELECT 1"]),
        ("SELECT 1;", ["SELECT 1"]),
        ("SELECT 1;;\n ; SELECT 2 ;", ["SELECT 1", "SELECT 2"]),
        ("SELECT ';', \"a;b\", `c;d`; SELECT 2", ["SELECT ';', \"a;b\", `c;d`", "SELECT 2"]),
        ("SELECT 'it''s; so'; SELECT 2", ["SELECT 'it''s; so'", "SELECT 2"]),
        ("SELECT 1 -- one; two\n, 3; SELECT 2", ["SELECT 1 -- one; two\n, 3", "SELECT 2"]),
        ("SELECT /* ; */ 1; -- the end;", ["SELECT /* ; */ 1"]),
        ("SELECT E'\\';' , 1; SELECT 2", ["SELECT E'\\';' , 1", "SELECT 2"]),
        ("DO $$ BEGIN x; END $$; SELECT 2", ["DO $$ BEGIN x; END $$", "SELECT 2"]),
        ("DO $a$ $$ ; $$ $a$; SELECT 2", ["DO $a$ $$ ; $$ $a$", "SELECT 2"]),
        ("SELECT 'open; SELECT 2", ["SELECT 'open; SELECT 2"]),
        ("", []),
        ("-- nothing\n/* at all; */;", []),
    ],
)  # fmt: skip
def test_statements_end_at_their_semicolon(text: str, found: list[str]) -> None:
    assert [one.text for one in statements(text)] == found


def test_bodies_stay_in_one_piece() -> None:
    trigger = (
        "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN\n"
        "  UPDATE a SET n = CASE WHEN n > 1 THEN 1 ELSE 0 END;\n  DELETE FROM b;\nEND"
    )
    function = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END"
    found = statements(f"{trigger}; {function}; BEGIN; SELECT 3; END")
    assert [one.text for one in found] == [trigger, function, "BEGIN", "SELECT 3", "END"]


@pytest.mark.parametrize(
    ("text", "word", "query"),
    [
        ("select 1", "select", True),
        ("(SELECT 1) UNION (SELECT 2)", "select", True),
        ("WITH a AS (SELECT 1) SELECT * FROM a", "select", True),
        ("WITH a AS (DELETE FROM t RETURNING *) INSERT INTO b SELECT 1", "insert", False),
        ("VALUES (1)", "values", True),
        ("-- why\nUPDATE t SET a = 1", "update", False),
    ],
)  # fmt: skip
def test_a_statement_says_its_kind(text: str, word: str, query: bool) -> None:
    (one,) = statements(text)
    assert (one.word, one.is_query) == (word, query)


@pytest.mark.parametrize(
    ("text", "ordered"),
    [
        ("SELECT a FROM t ORDER BY a", True),
        ("SELECT a FROM t order\n by a LIMIT 3;", True),
        ("SELECT a FROM (SELECT a FROM t ORDER BY a)", False),
        ("SELECT rank() OVER (ORDER BY a) FROM t", False),
        ("SELECT 'ORDER BY' FROM t -- ORDER BY a", False),
        ("SELECT a FROM t UNION SELECT b FROM u ORDER BY 1", True),
        ("(SELECT a FROM t ORDER BY a);", True),
        ("((SELECT a FROM t ORDER BY a))", True),
        ("(SELECT a FROM t ORDER BY a) UNION (SELECT b FROM u ORDER BY b)", False),
        ("(SELECT a FROM t ORDER BY a LIMIT 1) UNION SELECT 2 ORDER BY 1", True),
        ("((((", False),
        ('SELECT "order" by FROM t', False),
        ("", False),
    ],
)
def test_only_an_order_of_the_result_counts(text: str, ordered: bool) -> None:
    assert orders_its_result(text) is ordered


@given(st.text())
def test_any_text_is_cut_into_pieces_of_itself(text: str) -> None:
    for one in statements(text):
        assert text[one.start :].startswith(one.text)
        assert list(tokens(one.text))


def test_hostile_text_is_cut_in_linear_time() -> None:
    for text in ("'" * 200_001, "create trigger begin;" * 20_000, "(" * 200_000, "$a$" * 100_001,
                 "/*" * 200_000, "create trigger x begin " + ";" * 200_000):  # fmt: skip
        started = time.process_time()
        statements(text)
        # Seconds apart from minutes, not milliseconds from each other.
        assert time.process_time() - started < 20
