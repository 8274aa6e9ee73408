"""The steps of a run that has ended, apart from the rest of its result."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make room for them. Those of earlier runs stay in their results."""
    op.add_column("runs", sa.Column("steps", sa.JSON))
