"""Runs, their results and invalid rows, and the tasks they used."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the first tables."""
    _runs()
    _results()
    _invalid_rows()
    _tasks()


def _runs() -> None:
    op.create_table(
        "run",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("run_id", sa.String(), nullable=False, unique=True),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.Text()),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("tasks_path", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
    )


def _results() -> None:
    op.create_table(
        "result",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("run", _KEY, sa.ForeignKey("run.id"), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("response_key", sa.LargeBinary(16), nullable=False),
        sa.Column("response_id", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("trust", sa.String(), nullable=False),
        sa.Column("cpu_s", sa.Float(), nullable=False),
        sa.Column("wall_s", sa.Float(), nullable=False),
        sa.Column("memory_mb", sa.Float(), nullable=False),
        sa.Column("content_key", sa.String()),
        sa.Column("cached", sa.Boolean(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("run", "response_key"),
    )
    op.create_index("ix_result_run_seq", "result", ["run", "seq"])
    op.create_index("ix_result_content_key", "result", ["content_key"])


def _invalid_rows() -> None:
    op.create_table(
        "invalid_row",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("run", _KEY, sa.ForeignKey("run.id"), nullable=False),
        sa.Column("row_key", sa.LargeBinary(16), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("response_id", sa.Text()),
        sa.Column("task_id", sa.Text()),
        sa.UniqueConstraint("run", "row_key"),
    )


def _tasks() -> None:
    op.create_table(
        "task",
        sa.Column("content_hash", sa.String(64), primary_key=True),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "run_task",
        sa.Column("run", _KEY, sa.ForeignKey("run.id"), primary_key=True),
        sa.Column(
            "content_hash", sa.String(64), sa.ForeignKey("task.content_hash"), primary_key=True
        ),
    )
