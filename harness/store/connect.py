"""Engines for both databases, and what their errors mean to a user."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from harness.errors import StoreError

BUSY_TIMEOUT_MS = 30_000
# Connections that are kept, the last used first: opening one costs more than most statements.
POOLED = 20
_WRITE = "harness_write"
_DURABLE = "harness_durable"

# SQLite's primary result code → what to do about it.
_FIXES = {
    sqlite3.SQLITE_BUSY: "another process is writing; wait for it to end, then repeat the command",
    sqlite3.SQLITE_READONLY: "make the file and its folder writable, or set HARNESS_STORE_URL",
    sqlite3.SQLITE_CANTOPEN: "make the folder exist and be writable, or set HARNESS_STORE_URL",
    sqlite3.SQLITE_PERM: "make the file readable and writable",
    sqlite3.SQLITE_FULL: "free some space; what was stored is intact and the run can be resumed",
    sqlite3.SQLITE_IOERR: "check the disk and its free space; then resume the run",
    sqlite3.SQLITE_CORRUPT: "move the file away and put a backup in its place",
    sqlite3.SQLITE_NOTADB: "this is no store; move the file away or set HARNESS_STORE_URL",
}


@dataclass(frozen=True)
class Database:
    """An engine for reading, the same for writing, and the name errors call it by.

    durable: a writer whose commits survive the loss of power too.
    """

    reader: Engine
    writer: Engine
    durable: Engine
    place: str
    file: Path | None
    _turn: threading.RLock = field(default_factory=threading.RLock)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection in a read transaction; database errors become StoreError."""
        with store_errors(self.place), self.reader.connect() as connection:
            yield connection

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[Connection]:
        """A connection in a write transaction, committed at the end or rolled back whole."""
        engine = self.durable if durable else self.writer
        # SQLite has one writer. Threads that queue here wake at once; its own waiting sleeps.
        turn = self._turn if self.file else nullcontext()
        with store_errors(self.place), turn, engine.begin() as connection:
            yield connection

    @contextmanager
    def write_one(self) -> Iterator[Connection]:
        """A connection for one durable statement, which is a transaction by itself.

        On PostgreSQL that is one round trip instead of three; what is read behind it may be newer.
        """
        if self.file:
            with self.write(durable=True) as connection:
                yield connection
        else:
            with self.read() as connection:
                yield connection


def connect(url: str) -> Database:
    """Make the engines for ``sqlite:///FILE`` or ``postgresql://…``; creates a missing folder."""
    parsed = _parse(url)
    if parsed.get_backend_name() == "sqlite":
        return _connect_sqlite(parsed)
    engine = create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        connect_args={"connect_timeout": 10},
        pool_size=POOLED,
        pool_use_lifo=True,
    )
    # Without a transaction around it a read is one round trip instead of three, and it would see
    # no more than its own statement's moment in either case.
    reader = engine.execution_options(isolation_level="AUTOCOMMIT")
    return Database(reader, engine, engine, parsed.render_as_string(hide_password=True), None)


def _parse(url: str) -> URL:
    fix = "use sqlite:///FILE or postgresql://USER@HOST/DATABASE in HARNESS_STORE_URL"
    try:
        parsed = make_url(url.replace("postgres://", "postgresql://", 1))
    except ArgumentError as error:
        # The text may hold a password, so it is not repeated.
        raise StoreError("the store's URL cannot be read", fix=fix) from error
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise StoreError(f"{parsed.get_backend_name()} cannot hold a store", fix=fix)
    if parsed.get_backend_name() == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise StoreError("a store must outlive its process, so it needs a file", fix=fix)
    return parsed


def _connect_sqlite(parsed: URL) -> Database:
    file = Path(str(parsed.database)).expanduser()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"cannot create its folder: {error.strerror}", file=file, fix="choose another folder"
        ) from error
    engine = create_engine(parsed.set(database=str(file)), pool_size=POOLED, pool_use_lifo=True)
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    writer = engine.execution_options(**{_WRITE: True})
    durable = writer.execution_options(**{_DURABLE: True})
    return Database(engine, writer, durable, str(file), file)


def _configure_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transaction handling would leave schema changes outside of it.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    _use_wal(connection)
    for pragma in (
        "synchronous=NORMAL",
        "foreign_keys=ON",
        # Else INSERT OR REPLACE would get past the triggers that keep records as they are.
        "recursive_triggers=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _use_wal(connection: Any) -> None:
    """SQLite does not wait where two processes make the same new file ready at once."""
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        time.sleep(0.01)


def _begin_sqlite(connection: Connection) -> None:
    # A writer asks for the lock at once: a read lock cannot wait to become a write lock.
    options = connection.get_execution_options()
    if not options.get(_WRITE):
        connection.exec_driver_sql("BEGIN")
        return
    # NORMAL survives a killed process, FULL a power cut as well, for one fsync a commit. Results
    # can be computed again; what a person typed cannot.
    level = "FULL" if options.get(_DURABLE) else "NORMAL"
    connection.exec_driver_sql(f"PRAGMA synchronous={level}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def store_errors(place: str) -> Iterator[None]:
    """Turn what a database raises into a StoreError that names the store and the fix."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        cause = getattr(error, "orig", None) or error
        lines = str(cause).strip().splitlines()
        code = getattr(cause, "sqlite_errorcode", None)
        fix = "check that the database is up and that this user may use it"
        if isinstance(cause, sqlite3.Error):
            fix = _FIXES.get((code or 0) & 0xFF, "restore the store from a backup")
        raise StoreError(lines[0] if lines else repr(cause), file=place, fix=fix) from error
