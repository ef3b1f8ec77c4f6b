"""Names of SQL are looked up as the databases do it; what cannot be known is not flagged."""

from __future__ import annotations

import pytest

from harness.flags import Options, find_flags
from harness.models import Language, Task

SCHEMA = """
CREATE TABLE Users (id INTEGER PRIMARY KEY, "Full Name" TEXT, email TEXT, "Mixed" TEXT);
CREATE TABLE orders (id INTEGER, user_id INTEGER, total REAL, placed DATE);
CREATE VIEW spending AS SELECT user_id, SUM(total) AS spent FROM orders GROUP BY user_id;
CREATE VIEW everything AS SELECT * FROM orders;
CREATE TABLE copy AS SELECT id AS old_id FROM orders;
CREATE INDEX by_user ON orders (user_id);
INSERT INTO orders VALUES (1, 1, 2.5, '2024-01-01');
"""
NAMES = Options(only=frozenset({"unknown-table", "unknown-column"}))


def task(dialect: str = "sqlite", schema: str = SCHEMA) -> Task:
    return Task.model_validate({
        "task_id": "t", "language": "sql", "kind": "sql", "prompt": "",
        "sql": {"dialect": dialect, "schema_sql": schema, "golds": ["SELECT 1"]},
    })  # fmt: skip


def unknown(source: str, dialect: str = "sqlite", schema: str = SCHEMA) -> list[str]:
    """The text under each flag."""
    lines = source.split("\n")
    found = find_flags(Language.SQL, source, task=task(dialect, schema), options=NAMES)
    assert all(one.line == one.end_line for one in found)
    return [lines[one.line - 1][one.column - 1 : one.end_column - 1] for one in found]


KNOWN = [
    "SELECT u.id, o.total FROM users u JOIN ORDERS AS o ON o.USER_ID = u.id",
    "SELECT email e FROM users WHERE e IS NOT NULL GROUP BY e HAVING COUNT(*) > 1 ORDER BY e",
    'SELECT "Full Name", [Full Name], `Full Name` FROM users',
    'SELECT * FROM users WHERE email = "ann@example.org"',
    "SELECT spent FROM spending WHERE user_id = 1",
    "SELECT anything FROM everything",
    "SELECT old_id FROM copy",
    "WITH big AS (SELECT id, total t FROM orders) SELECT b.t FROM big b WHERE t > 1",
    "WITH a AS (SELECT id FROM users), b AS (SELECT id FROM a) SELECT id FROM b",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT i FROM n",
    "WITH c AS (SELECT * FROM orders) SELECT total FROM c",
    "SELECT x.s FROM (SELECT SUM(total) AS s, user_id FROM orders GROUP BY user_id) x",
    "SELECT email FROM users u WHERE EXISTS (SELECT 1 FROM orders WHERE user_id = u.id)",
    "SELECT (SELECT MAX(total) FROM orders o WHERE o.user_id = u.id) m FROM users u ORDER BY m",
    "SELECT id FROM users UNION SELECT user_id FROM orders ORDER BY id",
    "SELECT j.value FROM json_each('[1]') AS j",
    "SELECT name FROM sqlite_master",
    "SELECT rowid, oid FROM users",
    ("SELECT SUM(total) OVER w, RANK() OVER (PARTITION BY user_id ORDER BY placed)"
     " FROM orders WINDOW w AS (PARTITION BY user_id)"),
    "SELECT id FROM users NATURAL JOIN orders",
    "SELECT u.id FROM users u, orders o, (SELECT id AS k FROM users) z WHERE z.k = o.id",
    "SELECT strftime('%Y', placed), CAST(total AS INTEGER), date('now') FROM orders",
    "SELECT CASE WHEN total > 1 THEN 'big' ELSE email END FROM orders JOIN users USING (id)",
    "INSERT INTO users (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET email = excluded.email",
    "UPDATE orders SET total = 2 WHERE user_id IN (SELECT id FROM users)",
    "DELETE FROM orders WHERE placed < '2024-01-01'",
    "CREATE TABLE mine (a INT); INSERT INTO mine (a) SELECT id FROM users; SELECT a FROM mine",
    "CREATE TEMP VIEW v AS SELECT email FROM users; SELECT email FROM v",
    "ALTER TABLE users ADD COLUMN age INT; SELECT age FROM users",
    "ALTER TABLE users RENAME TO people; SELECT id FROM people",
    "this is not sql at all",
]  # fmt: skip


@pytest.mark.parametrize("source", KNOWN)
def test_what_the_database_knows_is_not_flagged(source: str) -> None:
    assert unknown(source) == []


UNKNOWN = [
    ("SELECT id FROM user", ["user"]),
    ("SELECT u.name FROM users u", ["name"]),
    ("SELECT users.id FROM users u", ["users"]),
    ("SELECT ordered FROM users JOIN orders ON user_id = users.id", ["ordered"]),
    ("SELECT [nothing], `none` FROM users", ["[nothing]", "`none`"]),
    ("SELECT total FROM spending", ["total"]),
    ("SELECT id FROM copy", ["id"]),
    ("WITH big AS (SELECT id AS k FROM orders) SELECT id FROM big", ["id"]),
    ("WITH c AS (SELECT * FROM orders) SELECT email FROM c", ["email"]),
    ("WITH a(x) AS (SELECT id FROM users) SELECT id FROM a", ["id"]),
    ("SELECT x.total FROM (SELECT SUM(total) AS s FROM orders) x", ["total"]),
    ("SELECT email FROM users WHERE id IN (SELECT owner FROM orders)", ["owner"]),
    ("SELECT a FROM users\nUNION\nSELECT b FROM orders", ["a", "b"]),
    ("SELECT COUNT(*) FROM orders GROUP BY shop ORDER BY town", ["shop", "town"]),
    ("SELECT id FROM orders JOIN users USING (user_id)", ["user_id"]),
    ("INSERT INTO users (id, phone) VALUES (1, 2)", ["phone"]),
    ("UPDATE orders SET amount = 1 WHERE usr = 2", ["amount", "usr"]),
    ("DELETE FROM order_items WHERE id = 1", ["order_items"]),
    ("SELECT 'ä', größe FROM users -- ü", ["größe"]),
    ("ALTER TABLE users ADD COLUMN age INT; SELECT aeg FROM users", ["aeg"]),
    ("DROP TABLE orders; SELECT id FROM orders", ["orders"]),
]  # fmt: skip


@pytest.mark.parametrize(("source", "names"), UNKNOWN)
def test_what_it_does_not_know_is_flagged_at_the_name(source: str, names: list[str]) -> None:
    assert unknown(source) == names


def test_postgresql_folds_and_quotes_in_its_own_way() -> None:
    assert unknown('SELECT "Mixed", EMAIL FROM users', "postgresql") == []
    assert unknown("SELECT mixed FROM users", "postgresql") == ["mixed"]
    assert unknown('SELECT "EMAIL" FROM users', "postgresql") == ['"EMAIL"']
    assert unknown('SELECT email FROM users WHERE email = "ann"', "postgresql") == ['"ann"']
    assert unknown("SELECT ctid, email::text FROM users LIMIT 1", "postgresql") == []
    lateral = "SELECT x.t FROM users u, LATERAL (SELECT total t FROM orders WHERE user_id = u.id) x"
    assert unknown(lateral, "postgresql") == []
    series = "SELECT n, o.total FROM generate_series(1, 3) AS n JOIN orders o ON o.id = n"
    assert unknown(series, "postgresql") == []
    assert unknown("SELECT table_name FROM information_schema.tables", "postgresql") == []


def test_a_schema_that_is_not_understood_in_full_hides_no_table() -> None:
    odd = "CREATE TABLE a (x INT); CREATE SOMETHING STRANGE (( ;"
    assert unknown("SELECT y FROM b", schema=odd) == []
    assert unknown("SELECT y FROM a", schema=odd) == ["y"]


def test_without_a_schema_nothing_is_said() -> None:
    assert unknown("SELECT y FROM b", schema="") == []
    assert find_flags(Language.SQL, "SELECT y FROM b", options=NAMES) == ()


def test_the_nearest_name_is_asked_for() -> None:
    (found,) = find_flags(Language.SQL, "SELECT emial FROM users", task=task(), options=NAMES)
    assert found.question == "Is emial meant to be email?"
