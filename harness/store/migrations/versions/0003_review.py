"""Review: projects, items, people, assignments, judgments and the audit that cannot be changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")

# Rows of these tables are added and read, nothing else.
_FROZEN = ("event", "judgment", "line_mark", "flag_feedback", "correction", "guidelines", "rubric")
_REFUSAL = "what was recorded is never changed"


def upgrade() -> None:
    """Create the tables and the triggers that keep records as they are."""
    _person()
    _rubric()
    _api_token()
    _invite()
    _project()
    _session()
    _guidelines()
    _item()
    _assignment()
    _item_response()
    _correction()
    _draft()
    _event()
    _judgment()
    _flag_feedback()
    _line_mark()
    if op.get_bind().dialect.name == "postgresql":
        _freeze_postgresql()
    else:
        _freeze_sqlite()


def _freeze_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION harness_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
    )
    for table in _FROZEN:
        op.execute(
            f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION harness_refuse_change()"
        )


def _freeze_sqlite() -> None:
    for table in _FROZEN:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_frozen_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            )
        # INSERT OR REPLACE deletes without asking the trigger above.
        known = f"EXISTS (SELECT 1 FROM {table} WHERE rowid = NEW.rowid)"  # noqa: S608
        op.execute(
            f"CREATE TRIGGER {table}_frozen_replace BEFORE INSERT ON {table} WHEN {known} "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )


def _person() -> None:
    op.create_table(
        "person",
        sa.Column("id", _KEY),
        sa.Column("public_id", sa.String(), nullable=False, unique=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("handle_key", sa.Text(), nullable=False, unique=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.String()),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _rubric() -> None:
    op.create_table(
        "rubric",
        sa.Column("digest", sa.String(128), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )


def _api_token() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", _KEY),
        sa.Column("public_id", sa.String(), nullable=False, unique=True),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("person", _KEY, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("hint", sa.String(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("expires_at", sa.Float()),
        sa.Column("last_used_at", sa.Float()),
        sa.Column("revoked_at", sa.Float()),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_api_token_person", "api_token", ["person"])


def _invite() -> None:
    op.create_table(
        "invite",
        sa.Column("id", _KEY),
        sa.Column("public_id", sa.String(), nullable=False, unique=True),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("handle", sa.Text()),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.Column("revoked_at", sa.Float()),
        sa.Column("person", _KEY, sa.ForeignKey("person.id")),
        sa.PrimaryKeyConstraint("id"),
    )


def _project() -> None:
    op.create_table(
        "project",
        sa.Column("id", _KEY),
        sa.Column("slug", sa.String(), nullable=False, unique=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("requirements", sa.Text(), nullable=False),
        sa.Column("expected_minutes", sa.Float()),
        sa.Column("deliverables", sa.Text(), nullable=False),
        sa.Column("languages", sa.Text(), nullable=False),
        sa.Column("rubric_digest", sa.String(128), sa.ForeignKey("rubric.digest"), nullable=False),
        sa.Column("guidelines_version", sa.Integer(), nullable=False),
        sa.Column("overlap", sa.Integer(), nullable=False),
        sa.Column("flag_policy", sa.String(), nullable=False),
        sa.Column("lock_s", sa.Float(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _session() -> None:
    op.create_table(
        "session",
        sa.Column("id", _KEY),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("person", _KEY, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("last_seen_at", sa.Float(), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_session_person", "session", ["person"])


def _guidelines() -> None:
    op.create_table(
        "guidelines",
        sa.Column("project", _KEY, sa.ForeignKey("project.id"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("project", "version"),
    )


def _item() -> None:
    op.create_table(
        "item",
        sa.Column("id", _KEY),
        sa.Column("public_id", sa.String(), nullable=False, unique=True),
        sa.Column("project", _KEY, sa.ForeignKey("project.id"), nullable=False),
        sa.Column("run", _KEY, nullable=False),
        sa.Column("task_hash", sa.String(64), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("open_slots", sa.Integer(), nullable=False),
        sa.Column("expert_slots", sa.Integer(), nullable=False),
        sa.Column("submitted", sa.Integer(), nullable=False),
        sa.Column("signature", sa.LargeBinary(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run", "task_hash"],
            ["run_task.run", "run_task.content_hash"],
            name="fk_item_run_task_hash",
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("project", "signature", name="uq_item_project_signature"),
    )
    op.create_index(
        "ix_item_expert",
        "item",
        ["project", "place"],
        unique=False,
        sqlite_where=sa.text("expert_slots > 0"),
        postgresql_where=sa.text("expert_slots > 0"),
    )
    op.create_index(
        "ix_item_open",
        "item",
        ["project", "place"],
        unique=False,
        sqlite_where=sa.text("open_slots > 0"),
        postgresql_where=sa.text("open_slots > 0"),
    )
    op.create_index("ix_item_project_state_place", "item", ["project", "state", "place"])


def _assignment() -> None:
    op.create_table(
        "assignment",
        sa.Column("id", _KEY),
        sa.Column("public_id", sa.String(), nullable=False, unique=True),
        sa.Column("project", _KEY, sa.ForeignKey("project.id"), nullable=False),
        sa.Column("item", _KEY, sa.ForeignKey("item.id"), nullable=False),
        sa.Column("person", _KEY, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("shown_order", sa.Text(), nullable=False),
        sa.Column("first_shown", sa.Integer(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("expert_slot", sa.Boolean(), nullable=False),
        sa.Column("surplus", sa.Boolean(), nullable=False),
        sa.Column("claimed_at", sa.Float(), nullable=False),
        sa.Column("lock_expires_at", sa.Float(), nullable=False),
        sa.Column("changed_at", sa.Float(), nullable=False),
        sa.Column("submitted_at", sa.Float()),
        sa.Column("flags_seen_at", sa.Float()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("last_beat_at", sa.Float()),
        sa.Column("wall_s", sa.Float(), nullable=False),
        sa.Column("active_s", sa.Float(), nullable=False),
        sa.Column("paused_s", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("person", "item", name="uq_assignment_person_item"),
    )
    op.create_index("ix_assignment_item", "assignment", ["item"])
    op.create_index(
        "ix_assignment_lock",
        "assignment",
        ["project", "lock_expires_at"],
        unique=False,
        sqlite_where=sa.text("state = 'claimed'"),
        postgresql_where=sa.text("state = 'claimed'"),
    )
    op.create_index(
        "ix_assignment_person_project_state_changed_at",
        "assignment",
        ["person", "project", "state", "changed_at"],
    )
    op.create_index("ix_assignment_project_state", "assignment", ["project", "state"])


def _item_response() -> None:
    op.create_table(
        "item_response",
        sa.Column("id", _KEY),
        sa.Column("public_id", sa.String(), nullable=False, unique=True),
        sa.Column("item", _KEY, sa.ForeignKey("item.id"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("result", _KEY, sa.ForeignKey("result.id"), nullable=False),
        sa.Column("text", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("item", "position", name="uq_item_response_item_position"),
    )
    op.create_index("ix_item_response_result", "item_response", ["result"])


def _correction() -> None:
    op.create_table(
        "correction",
        sa.Column("id", _KEY),
        sa.Column("public_id", sa.String(), nullable=False, unique=True),
        sa.Column("assignment", _KEY, sa.ForeignKey("assignment.id"), nullable=False),
        sa.Column("position", sa.Integer()),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("result", sa.LargeBinary()),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_correction_assignment", "correction", ["assignment"])


def _draft() -> None:
    op.create_table(
        "draft",
        sa.Column("assignment", _KEY, sa.ForeignKey("assignment.id"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.Float()),
        sa.PrimaryKeyConstraint("assignment"),
    )


def _event() -> None:
    op.create_table(
        "event",
        sa.Column("id", _KEY),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("person", _KEY, sa.ForeignKey("person.id")),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("project", _KEY, sa.ForeignKey("project.id")),
        sa.Column("item", _KEY, sa.ForeignKey("item.id")),
        sa.Column("assignment", _KEY, sa.ForeignKey("assignment.id")),
        sa.Column("old", sa.Text(), nullable=False),
        sa.Column("new", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_event_item_id", "event", ["item", "id"])
    op.create_index("ix_event_person_id", "event", ["person", "id"])
    op.create_index("ix_event_project_id", "event", ["project", "id"])


def _judgment() -> None:
    op.create_table(
        "judgment",
        sa.Column("id", _KEY),
        sa.Column("public_id", sa.String(), nullable=False, unique=True),
        sa.Column("assignment", _KEY, sa.ForeignKey("assignment.id"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("parent", _KEY, sa.ForeignKey("judgment.id")),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("submission_key", sa.String(64), nullable=False),
        sa.Column("preference", sa.Integer()),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("rubric_digest", sa.String(128), sa.ForeignKey("rubric.digest"), nullable=False),
        sa.Column("guidelines_version", sa.Integer(), nullable=False),
        sa.Column("flags_seen", sa.Boolean(), nullable=False),
        sa.Column("wall_s", sa.Float(), nullable=False),
        sa.Column("active_s", sa.Float(), nullable=False),
        sa.Column("paused_s", sa.Float(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("assignment", "revision", name="uq_judgment_assignment_revision"),
        sa.UniqueConstraint("assignment", "submission_key", name="uq_judgment_submission_key"),
    )


def _flag_feedback() -> None:
    op.create_table(
        "flag_feedback",
        sa.Column("id", _KEY),
        sa.Column("judgment", _KEY, sa.ForeignKey("judgment.id"), nullable=False),
        sa.Column("response", sa.Text(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_flag_feedback_judgment", "flag_feedback", ["judgment"])
    op.create_index("ix_flag_feedback_rule", "flag_feedback", ["rule"])


def _line_mark() -> None:
    op.create_table(
        "line_mark",
        sa.Column("id", _KEY),
        sa.Column("judgment", _KEY, sa.ForeignKey("judgment.id"), nullable=False),
        sa.Column("response", sa.Text(), nullable=False),
        sa.Column("first_line", sa.Integer(), nullable=False),
        sa.Column("last_line", sa.Integer(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_line_mark_judgment", "line_mark", ["judgment"])
