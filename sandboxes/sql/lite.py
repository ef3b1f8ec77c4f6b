"""SQLite for hostile statements: a database in memory, an authorizer, one report.

Every request works on a copy of its own, so there is nothing that two of them share.
"""

import re
import sqlite3

from report import Grid, TooMuch, failure

MAX_VALUE_BYTES = 32 << 20
# Pragmas that tell something and change nothing; with an argument only where it is a name.
READING_PRAGMAS = {
    "collation_list", "compile_options", "database_list", "encoding", "foreign_key_check",
    "foreign_key_list", "foreign_keys", "freelist_count", "function_list", "index_info",
    "index_list", "index_xinfo", "integrity_check", "page_count", "page_size", "quick_check",
    "schema_version", "table_info", "table_list", "table_xinfo", "user_version",
}  # fmt: skip
ARGUMENT_PRAGMAS = {
    "foreign_key_check", "foreign_key_list", "index_info", "index_list", "index_xinfo",
    "integrity_check", "quick_check", "table_info", "table_list", "table_xinfo",
}  # fmt: skip
READING = {
    sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE, sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_SAVEPOINT,
}  # fmt: skip
NEVER = {
    sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH, sqlite3.SQLITE_CREATE_VTABLE,
    sqlite3.SQLITE_DROP_VTABLE,
}  # fmt: skip
# Built-in table-valued functions announce themselves as the making of a virtual table.
EPONYMOUS = ("json_each", "json_tree", "pragma_")


# A statement that is an EXPLAIN already, whatever comments stand before it.
EXPLAINS = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*+explain\b", re.IGNORECASE | re.DOTALL)
ACTIONS = {
    getattr(sqlite3, name): name.removeprefix("SQLITE_").replace("_", " ")
    for name in dir(sqlite3)
    if name.startswith(("SQLITE_CREATE_", "SQLITE_DROP_", "SQLITE_ALTER_"))
    or name in ("SQLITE_ATTACH", "SQLITE_DETACH", "SQLITE_INSERT", "SQLITE_UPDATE",
                "SQLITE_DELETE", "SQLITE_REINDEX", "SQLITE_ANALYZE", "SQLITE_PRAGMA")
}  # fmt: skip


class Guard:
    """The authorizer: ``refused`` is the stage of what it refused last, ``what`` names it."""

    def __init__(self, read_only):
        self.read_only = read_only
        self.reset()

    def reset(self):
        """Forget what was refused."""
        self.refused, self.what = None, ""

    def __call__(self, action, first, second, _database, _source):
        if action in READING:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_PRAGMA:
            return self._pragma(first, second)
        if action in NEVER:
            if action == sqlite3.SQLITE_CREATE_VTABLE and str(first).startswith(EPONYMOUS):
                return sqlite3.SQLITE_OK
            return self._refuse("forbidden", action, first)
        if self.read_only:
            return self._refuse("write", action, first)
        return sqlite3.SQLITE_OK

    def _pragma(self, name, argument):
        name = str(name).lower()
        if name in READING_PRAGMAS and (argument is None or name in ARGUMENT_PRAGMAS):
            return sqlite3.SQLITE_OK
        if name == "foreign_keys" and not self.read_only:
            return sqlite3.SQLITE_OK
        return self._refuse("forbidden", sqlite3.SQLITE_PRAGMA, name)

    def _refuse(self, stage, action, name):
        if not self.refused:
            named = f"{ACTIONS.get(action, 'this')} {name or ''}".strip()
            self.what = "a change of the schema" if name == "sqlite_master" else named
            self.refused = stage
        return sqlite3.SQLITE_DENY


def text_of(data):
    """Text as it is; what is no UTF-8 survives as lone surrogates."""
    return data.decode("utf-8", "surrogateescape")


def connect(image=None):
    """A database in memory: empty, or a copy of ``image``."""
    connection = sqlite3.connect(":memory:", isolation_level=None, cached_statements=0)
    connection.text_factory = text_of
    connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.setlimit(sqlite3.SQLITE_LIMIT_WORKER_THREADS, 0)
    if image is not None:
        connection.deserialize(image)
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


def query(image, payload):
    """Run statements on a copy of ``image``; the last rows, and the state if it is asked for."""
    connection = connect(image)
    if not payload["read_only"]:
        connection.execute("PRAGMA foreign_keys = ON")
    guard = Guard(payload["read_only"])
    connection.set_authorizer(guard)
    report = run_all(connection, guard, payload)
    connection.set_authorizer(None)
    if "error" not in report and not payload["read_only"]:
        report["state"] = state_of(connection, payload)
    connection.close()
    return report


def run_all(connection, guard, payload):
    """The report of the statements: a grid, or the first error."""
    grid = None
    for number, statement in enumerate(payload["statements"], 1):
        guard.reset()
        stage = "prepare"
        try:
            # Compiling it first tells a statement that cannot run from one that fails running.
            if not EXPLAINS.match(statement):
                connection.execute(f"EXPLAIN {statement}").close()
            stage = "run"
            found = read(connection.execute(statement), payload)
        except TooMuch as error:
            return failure("output", str(error), number)
        except MemoryError:
            return failure("memory", "out of memory", number)
        except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError) as error:
            told = guard.what or str(error)
            return failure(guard.refused or stage, told, number, code=name_of(error))
        grid = found or grid
    return {"grid": grid.wire() if grid else None}


def read(cursor, caps):
    """The cursor's rows; None for a statement that returns none."""
    if cursor.description is None:
        return None
    grid = Grid([column[0] for column in cursor.description], caps)
    for row in cursor:
        grid.add([value_of(value) for value in row])
    return grid


def value_of(value):
    """A cell as JSON: blobs are tagged, the rest is what it is."""
    return {"$hex": value.hex()} if isinstance(value, bytes) else value


def state_of(connection, payload):
    """The committed database, looked at over a connection the statements have never had.

    Temporary tables and open transactions are gone there; a table is read only if it is one.
    """
    if connection.in_transaction:
        connection.execute("ROLLBACK")
    after = connect(connection.serialize())
    guard = Guard(read_only=True)
    after.set_authorizer(guard)
    tables = {name: table_of(after, name, payload) for name in payload["tables"]}
    checks = [run_all(after, guard, {**payload, "statements": [check]})
              for check in payload["checks"]]  # fmt: skip
    after.close()
    return {"tables": tables, "checks": checks}


def table_of(connection, name, caps):
    """Kind and rows of a table, in the order of its columns."""
    found = connection.execute(
        "SELECT type FROM sqlite_master WHERE lower(name) = lower(?) AND type IN ('table', 'view')",
        (name,),
    ).fetchone()
    if found is None or found[0] != "table":
        return {"kind": found[0] if found else None}
    quoted = '"' + name.replace('"', '""') + '"'
    try:
        grid = read(connection.execute(f"SELECT * FROM main.{quoted}"), caps)
    except (TooMuch, sqlite3.Error) as error:
        return {"kind": "table", **failure("run", str(error))}
    return {"kind": "table", "grid": grid.wire()}


def name_of(error):
    """SQLite's name of an error."""
    return getattr(error, "sqlite_errorname", None) or type(error).__name__
