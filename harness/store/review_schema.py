"""The tables of review. What a person said is never changed: triggers refuse it (``FROZEN``)."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    text,
)

from harness.store.codec import JsonText, SafeText
from harness.store.schema import BigKey, metadata

# Rows of these tables are added and read, nothing else.
FROZEN = ("event", "judgment", "line_mark", "flag_feedback", "correction", "guidelines", "rubric")


def _key(table: str, *, nullable: bool = False, name: str | None = None) -> Column[int]:
    """A column that points to a row of the table."""
    return Column(name or table, BigKey, ForeignKey(f"{table}.id"), nullable=nullable)


def _partial(name: str, *columns: str, where: str) -> Index:
    """An index over the few rows a busy query looks for."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


# Kept once by content: a judgment can always be read with the rubric it was made with.
rubric = Table(
    "rubric",
    metadata,
    Column("digest", String(128), primary_key=True),
    Column("ref", SafeText, nullable=False),
    Column("content", JsonText, nullable=False),
)

project = Table(
    "project",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("slug", String, nullable=False, unique=True),
    Column("title", SafeText, nullable=False),
    Column("description", SafeText, nullable=False),
    Column("requirements", SafeText, nullable=False),
    Column("expected_minutes", Float),
    Column("deliverables", SafeText, nullable=False),
    Column("languages", JsonText, nullable=False),
    Column("rubric_digest", String(128), ForeignKey("rubric.digest"), nullable=False),
    Column("guidelines_version", Integer, nullable=False),
    Column("overlap", Integer, nullable=False),
    Column("flag_policy", String, nullable=False),
    Column("lock_s", Float, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("created_at", Float, nullable=False),
)

# ``handle_key`` is the handle without case, so that nobody is two people.
person = Table(
    "person",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("public_id", String, nullable=False, unique=True),
    Column("name", SafeText, nullable=False),
    Column("handle", SafeText, nullable=False),
    Column("handle_key", SafeText, nullable=False, unique=True),
    Column("role", String, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("password_hash", String),
    Column("created_at", Float, nullable=False),
)

guidelines = Table(
    "guidelines",
    metadata,
    Column("project", BigKey, ForeignKey("project.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("text", SafeText, nullable=False),
    Column("created_at", Float, nullable=False),
)

# place: the order items are given out in. open_slots: judgments anyone may still claim;
# expert_slots: those kept for experts. signature: digest of task and responses.
item = Table(
    "item",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("public_id", String, nullable=False, unique=True),
    _key("project"),
    Column("run", BigKey, nullable=False),
    Column("task_hash", String(64), nullable=False),
    Column("task_id", SafeText, nullable=False),
    Column("language", String, nullable=False),
    Column("size", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("place", BigInteger, nullable=False),
    Column("open_slots", Integer, nullable=False),
    Column("expert_slots", Integer, nullable=False),
    Column("submitted", Integer, nullable=False),
    Column("signature", LargeBinary(16), nullable=False),
    Column("reason", SafeText, nullable=False),
    Column("created_at", Float, nullable=False),
    ForeignKeyConstraint(["run", "task_hash"], ["run_task.run", "run_task.content_hash"]),
    UniqueConstraint("project", "signature"),
    # Not in the order of places alone: SQLite would take it for the next claim, and walk over all
    # the items that are done, instead of the partial ones.
    Index(None, "project", "state", "place"),
    _partial("ix_item_open", "project", "place", where="open_slots > 0"),
    _partial("ix_item_expert", "project", "place", where="expert_slots > 0"),
)

# public_id is minted for each item, so that one response in two items cannot be recognised.
item_response = Table(
    "item_response",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("public_id", String, nullable=False, unique=True),
    _key("item"),
    Column("position", Integer, nullable=False),
    _key("result"),
    Column("text", LargeBinary),
    UniqueConstraint("item", "position"),
    Index(None, "result"),
)

invite = Table(
    "invite",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("public_id", String, nullable=False, unique=True),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    Column("handle", SafeText),
    Column("name", SafeText, nullable=False),
    Column("role", String, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("revoked_at", Float),
    _key("person", nullable=True),
)

session = Table(
    "session",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    _key("person"),
    Column("created_at", Float, nullable=False),
    Column("last_seen_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
    Index(None, "person"),
)

api_token = Table(
    "api_token",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("public_id", String, nullable=False, unique=True),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    _key("person"),
    Column("name", SafeText, nullable=False),
    Column("hint", String, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float),
    Column("last_used_at", Float),
    Column("revoked_at", Float),
    Index(None, "person"),
)

# first_shown: position of the response displayed first, to balance sides.
# expert_slot: which of the item's two counters this place was taken from.
assignment = Table(
    "assignment",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("public_id", String, nullable=False, unique=True),
    _key("project"),
    _key("item"),
    _key("person"),
    Column("state", String, nullable=False),
    Column("shown_order", JsonText, nullable=False),
    Column("first_shown", Integer, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("expert_slot", Boolean, nullable=False),
    Column("surplus", Boolean, nullable=False),
    Column("claimed_at", Float, nullable=False),
    Column("lock_expires_at", Float, nullable=False),
    Column("changed_at", Float, nullable=False),
    Column("submitted_at", Float),
    Column("flags_seen_at", Float),
    Column("reason", SafeText, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("last_beat_at", Float),
    Column("wall_s", Float, nullable=False),
    Column("active_s", Float, nullable=False),
    Column("paused_s", Float, nullable=False),
    UniqueConstraint("person", "item"),
    Index(None, "item"),
    Index(None, "person", "project", "state", "changed_at"),
    Index(None, "project", "state"),
    _partial("ix_assignment_lock", "project", "lock_expires_at", where="state = 'claimed'"),
)

draft = Table(
    "draft",
    metadata,
    Column("assignment", BigKey, ForeignKey("assignment.id"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("content", JsonText, nullable=False),
    Column("saved_at", Float),
)

# The answer is whole in ``answer``; marks and feedback stand in tables too, to be counted.
judgment = Table(
    "judgment",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("public_id", String, nullable=False, unique=True),
    _key("assignment"),
    Column("revision", Integer, nullable=False),
    _key("judgment", nullable=True, name="parent"),
    Column("kind", String, nullable=False),
    Column("submission_key", String(64), nullable=False),
    Column("preference", Integer),
    Column("answer", JsonText, nullable=False),
    Column("rubric_digest", String(128), ForeignKey("rubric.digest"), nullable=False),
    Column("guidelines_version", Integer, nullable=False),
    Column("flags_seen", Boolean, nullable=False),
    Column("wall_s", Float, nullable=False),
    Column("active_s", Float, nullable=False),
    Column("paused_s", Float, nullable=False),
    Column("created_at", Float, nullable=False),
    UniqueConstraint("assignment", "revision"),
    UniqueConstraint("assignment", "submission_key", name="uq_judgment_submission_key"),
)

line_mark = Table(
    "line_mark",
    metadata,
    Column("id", BigKey, primary_key=True),
    _key("judgment"),
    Column("response", SafeText, nullable=False),
    Column("first_line", Integer, nullable=False),
    Column("last_line", Integer, nullable=False),
    Column("severity", SafeText, nullable=False),
    Column("category", SafeText, nullable=False),
    Column("note", SafeText, nullable=False),
    Index(None, "judgment"),
)

flag_feedback = Table(
    "flag_feedback",
    metadata,
    Column("id", BigKey, primary_key=True),
    _key("judgment"),
    Column("response", SafeText, nullable=False),
    Column("index", Integer, nullable=False),
    Column("rule", SafeText, nullable=False),
    Column("line", Integer, nullable=False),
    Column("verdict", String, nullable=False),
    Column("note", SafeText, nullable=False),
    Index(None, "judgment"),
    Index(None, "rule"),
)

correction = Table(
    "correction",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("public_id", String, nullable=False, unique=True),
    _key("assignment"),
    Column("position", Integer),
    Column("code", SafeText, nullable=False),
    Column("result", LargeBinary),
    Column("created_at", Float, nullable=False),
    Index(None, "assignment"),
)

event = Table(
    "event",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("at", Float, nullable=False),
    _key("person", nullable=True),
    Column("what", String, nullable=False),
    _key("project", nullable=True),
    _key("item", nullable=True),
    _key("assignment", nullable=True),
    Column("old", JsonText, nullable=False),
    Column("new", JsonText, nullable=False),
    Index(None, "project", "id"),
    Index(None, "item", "id"),
    Index(None, "person", "id"),
)
