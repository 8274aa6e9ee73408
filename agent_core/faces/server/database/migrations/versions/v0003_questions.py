"""What a run asks a person, and what was answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make room for them."""
    op.add_column("runs", sa.Column("question", sa.JSON))
    op.add_column("runs", sa.Column("answer", sa.LargeBinary))
