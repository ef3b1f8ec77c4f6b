"""Brings a database to the schema this code knows: all the way or not at all."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import ColumnClause, Connection, column, inspect, select, table, text

from harness.errors import StoreError
from harness.store.connect import Database
from harness.store.schema import REVISIONS, VERSION_TABLE

MIGRATIONS = Path(__file__).parent / "migrations"
# Any constant will do: it keeps two processes from upgrading one PostgreSQL store at once.
_ADVISORY_LOCK = 0x68617265


def bring_current(database: Database) -> None:
    """Upgrade if need be; raises StoreError for a store that is newer or none of ours."""
    with database.read() as connection:
        if _is_current(connection, database):
            return
    with database.write() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
        # Another process may have upgraded while this one waited for the lock.
        if not _is_current(connection, database):
            _upgrade(connection)


def _is_current(connection: Connection, database: Database) -> bool:
    revision = _revision(connection)
    if revision is not None and revision not in REVISIONS:
        raise StoreError(
            f"written by a newer version of the harness (schema {revision}; "
            f"this one knows {REVISIONS[-1]})",
            file=database.place,
            fix="upgrade code-eval-harness, or set HARNESS_STORE_URL to another store",
        )
    if revision is None and database.file and inspect(connection).get_table_names():
        raise StoreError(
            "a database of something else: it has tables but is no store",
            file=database.place,
            fix="set HARNESS_STORE_URL to another file",
        )
    return revision == REVISIONS[-1]


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    version: ColumnClause[str] = column("version_num")
    return connection.scalar(select(version).select_from(table(VERSION_TABLE)))


def _upgrade(connection: Connection) -> None:
    # Imported here: alembic costs more than everything else an up-to-date store needs.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
