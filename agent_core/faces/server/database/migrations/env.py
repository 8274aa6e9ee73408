"""What Alembic runs to bring a database to its present tables; the connection is handed over by `opening`."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
