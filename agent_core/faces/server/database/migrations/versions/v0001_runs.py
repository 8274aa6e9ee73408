"""Runs, what they need alone, API keys, facts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "runs",
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer, "sqlite"),
            primary_key=True,
            autoincrement=True,
        ),
        sa.Column("run_id", sa.String(64), nullable=False, unique=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("format", sa.Integer, nullable=False),
        sa.Column("key_id", sa.String(32), nullable=False),
        sa.Column("user_agent", sa.String(200), nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("run_type", sa.String(32), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("prompt", sa.Text, nullable=False),
        sa.Column("asked", sa.JSON, nullable=False),
        sa.Column("sealed", sa.LargeBinary),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("modified_at", moment, nullable=False),
        sa.Column("started_at", moment),
        sa.Column("finished_at", moment),
        sa.Column("result", sa.JSON),
        sa.Column("worker_id", sa.String(120), nullable=False),
        sa.Column("lease_until", sa.Float, nullable=False),
        sa.Column("cancel_asked", sa.Boolean, nullable=False),
        sa.Column("webhook", sa.String(16), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("runs_waiting", "runs", ["status", sa.text("priority DESC"), "position"])
    op.create_index("runs_of_worker", "runs", ["worker_id", "status"])
    op.create_index("runs_of_key", "runs", ["key_id", "status"])
    op.create_index("runs_to_tell", "runs", ["webhook"])
    op.create_table(
        "needs",
        sa.Column(
            "run_id", sa.String(64), sa.ForeignKey("runs.run_id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("name", sa.String(400), primary_key=True),
        sa.Column("held", sa.Boolean, nullable=False),
    )
    op.create_index("needs_name", "needs", ["name"])
    held = sa.text("held")
    op.create_index(
        "needs_held_once", "needs", ["name"], unique=True, sqlite_where=held, postgresql_where=held
    )
    op.create_table(
        "api_keys",
        sa.Column("key_id", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("revoked_at", moment),
    )
    op.create_table(
        "facts",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
