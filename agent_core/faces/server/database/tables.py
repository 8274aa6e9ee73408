"""The tables: runs, what they need alone, and the API keys."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """A point in time, always UTC; SQLite has no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """What is stored."""
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """What is read."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables of the server."""


class RunRow(Base):
    """One run, from the moment it was asked for."""

    __tablename__ = "runs"

    position: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    """Its place in the queue: runs of the same priority begin in this order."""
    run_id: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(16), default="task")
    """`task` or `workflow`."""
    format: Mapped[int] = mapped_column(Integer)
    """Version of what is in `sealed`; a worker leaves alone what is newer than itself."""
    key_id: Mapped[str] = mapped_column(String(32), default="")
    """The API key that asked for it; "": none was needed."""
    user_agent: Mapped[str] = mapped_column(String(200), default="")
    priority: Mapped[int] = mapped_column(Integer, default=0)
    """A higher one begins first."""
    status: Mapped[str] = mapped_column(String(16))
    run_type: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(Text, default="")
    prompt: Mapped[str] = mapped_column(Text, default="")
    """Secrets masked."""
    asked: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The request as it may be shown, secrets masked."""
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The request as it was made, and the key that signs for it, encrypted; None once nobody needs it."""
    created_at: Mapped[datetime] = mapped_column(Moment)
    modified_at: Mapped[datetime] = mapped_column(Moment)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """The `TaskRun` without its steps, once it has ended."""
    steps: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    """Its steps, apart from the rest: they are large, and no list shows them. None: they stand in `result`,
    where older versions wrote them."""
    worker_id: Mapped[str] = mapped_column(String(120), default="")
    """Who carries it out, or posts its webhook."""
    lease_until: Mapped[float] = mapped_column(Float, default=0.0)
    """Seconds since 1970, by the database's clock; after that its worker counts as gone."""
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    question: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What a person is asked now, with `kind` and `text`; None: nothing."""
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What was answered and its worker has not heard yet, encrypted: it may be a code or a password."""
    webhook: Mapped[str] = mapped_column(String(16), default="")
    """"" where nobody is to be told; `waiting`, `sending`, `sent`, `failed`."""


class NeedRow(Base):
    """Something that a run needs for itself alone: a browser session, a profile, a credential."""

    __tablename__ = "needs"

    run_id: Mapped[str] = mapped_column(
        String(64), ForeignKey("runs.run_id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(String(400), primary_key=True)
    held: Mapped[bool] = mapped_column(default=False)
    """Whether the run has it now; only one run has it at a time, which an index holds."""


class KeyRow(Base):
    """An API key. What it is cannot be read back."""

    __tablename__ = "api_keys"

    key_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the key, hex; a key has 256 random bits, so that no slower hash is needed."""
    created_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


class CredentialRow(Base):
    """A user's name and password that tasks log in with."""

    __tablename__ = "credentials"

    credential_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """The login, encrypted."""
    created_at: Mapped[datetime] = mapped_column(Moment)


class FactRow(Base):
    """A fact about the whole database, such as which secret it is written with."""

    __tablename__ = "facts"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


Index("runs_waiting", RunRow.status, RunRow.priority.desc(), RunRow.position)
Index("runs_of_worker", RunRow.worker_id, RunRow.status)
Index("runs_of_key", RunRow.key_id, RunRow.status)
Index("runs_to_tell", RunRow.webhook)
Index("needs_name", NeedRow.name)
Index(
    "needs_held_once",
    NeedRow.name,
    unique=True,
    sqlite_where=NeedRow.held.is_(True),
    postgresql_where=NeedRow.held.is_(True),
)
