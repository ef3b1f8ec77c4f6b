"""The tables as the code expects them; ``migrations/`` makes a database look like this."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from harness.store.codec import JsonText, SafeText

# Oldest first. The last one is what this code reads and writes; one it does not list is newer.
REVISIONS = ("0001", "0002", "0003")
VERSION_TABLE = "harness_schema"

# SQLite only gives an autoincrementing rowid to a column of exactly this type.
BigKey = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

run = Table(
    "run",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("run_id", String, nullable=False, unique=True),
    Column("started_at", SafeText, nullable=False),
    Column("finished_at", SafeText),
    Column("status", SafeText, nullable=False),
    Column("command", SafeText, nullable=False),
    Column("tasks_path", SafeText, nullable=False),
    Column("details", JsonText, nullable=False),
)

# ``response_key`` is a digest of response_id: identifiers are as long as their authors like.
# content_key is null where there is nothing to cache.
result = Table(
    "result",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("run", BigKey, ForeignKey("run.id"), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("response_key", LargeBinary(16), nullable=False),
    Column("response_id", SafeText, nullable=False),
    Column("task_id", SafeText, nullable=False),
    Column("language", String, nullable=False),
    Column("model", SafeText, nullable=False),
    Column("verdict", String, nullable=False),
    Column("trust", String, nullable=False),
    Column("cpu_s", Float, nullable=False),
    Column("wall_s", Float, nullable=False),
    Column("memory_mb", Float, nullable=False),
    Column("content_key", String),
    Column("cached", Boolean, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    UniqueConstraint("run", "response_key"),
    Index(None, "run", "seq"),
    Index(None, "content_key"),
)

# Flags of a stage behind the run, such as the comparison with siblings; results stay as they are.
later_flags = Table(
    "later_flags",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("run", BigKey, ForeignKey("run.id"), nullable=False),
    Column("stage", String, nullable=False),
    Column("response_key", LargeBinary(16), nullable=False),
    Column("payload", LargeBinary, nullable=False),
    UniqueConstraint("run", "response_key", "stage"),
)

# ``row_key`` is a digest of the row, so that a resumed run does not list it twice.
invalid_row = Table(
    "invalid_row",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("run", BigKey, ForeignKey("run.id"), nullable=False),
    Column("row_key", LargeBinary(16), nullable=False),
    Column("file", SafeText, nullable=False),
    Column("line", BigInteger, nullable=False),
    Column("reason", SafeText, nullable=False),
    Column("response_id", SafeText),
    Column("task_id", SafeText),
    UniqueConstraint("run", "row_key"),
)

# Tasks are kept once by content and shared by the runs that used them.
task = Table(
    "task",
    metadata,
    Column("content_hash", String(64), primary_key=True),
    Column("task_id", SafeText, nullable=False),
    Column("language", String, nullable=False),
    Column("payload", LargeBinary, nullable=False),
)

run_task = Table(
    "run_task",
    metadata,
    Column("run", BigKey, ForeignKey("run.id"), primary_key=True),
    Column("content_hash", String(64), ForeignKey("task.content_hash"), primary_key=True),
)
