"""Flags of stages behind the run."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create their table."""
    op.create_table(
        "later_flags",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("run", _KEY, sa.ForeignKey("run.id"), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("response_key", sa.LargeBinary(16), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("run", "response_key", "stage"),
    )
