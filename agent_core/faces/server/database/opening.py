"""Opening the database: SQLite in a file, or PostgreSQL; its tables are brought up to date first."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import quote

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DisconnectionError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from agent_core import BadRequest
from agent_core.faces.server.settings import ServerSettings

logger = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_S = 20.0
"""How long a process waits for another one that writes to the same SQLite file."""
CONNECT_S = 10
"""How long a connection to PostgreSQL may take to come about."""
NOTICED = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""A PostgreSQL whose machine is gone without a word is given up after about 25 s and not after 15 minutes."""
PATIENCE = {"lock_timeout": 20, "idle_in_transaction_session_timeout": 60}
"""Seconds after which PostgreSQL lets nobody wait any longer for a process that was stopped while it held a
lock, and takes the lock from that."""
_LOCKS = {"tables": 0x61676331, "queue": 0x61676332}
"""Advisory locks of PostgreSQL; the numbers are ours by convention."""


class Database:
    """The database of one process. Its methods block, and may be called from any thread."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        # SQLite has one writer at a time, and lets those who wait sleep for up to 0.1 s: it is unfair to all
        # threads of a process that would rather wait in line.
        self._in_line = threading.Lock() if self.is_sqlite else nullcontext()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that changes something; on SQLite, the only one at the time."""
        with self._in_line, self.engine.begin() as connection:
            yield connection

    @contextmanager
    def deciding(self) -> Iterator[Connection]:
        """A transaction of which there is one at a time among all processes: it looks, then changes.

        Who takes a run from the queue counts what other runs hold, so that locks of single rows would not do.
        """
        with self.writing() as connection:
            _alone(connection, "queue")
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that changes nothing."""
        with self.engine.connect().execution_options(reading=True) as connection:
            yield connection

    def now(self, connection: Connection) -> float:
        """Seconds since 1970 by the one clock that all who share the database share."""
        if self.is_sqlite:
            return time.time()
        return float(connection.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one())

    def ping(self) -> None:
        """Raise `DBAPIError` where it does not answer."""
        with self.reading() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def open_database(settings: ServerSettings) -> Database:
    """Open it, and make or change its tables where this version needs that.

    Raises:
        BadRequest: It cannot be reached, or was made by a newer version; says which.
    """
    url = settings.database_url or f"sqlite:///{settings.folder / 'server.sqlite'}"
    if not settings.database_url:
        settings.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Database(_engine(url))
    try:
        _bring_up_to_date(database)
    except (SQLAlchemyError, OSError) as error:
        database.close()
        shown = make_url(url).render_as_string(hide_password=True)
        raise BadRequest("database_url", f"{shown} cannot be opened: {first_line(error)}") from error
    return database


def first_line(error: BaseException) -> str:
    """What a database said, without the statement and its values, which may be a caller's."""
    said = str(getattr(error, "orig", None) or error).strip()
    return said.splitlines()[0] if said else type(error).__name__


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise BadRequest("database_url", "must be postgresql://... or sqlite:///...") from error
    if parsed.get_backend_name() == "postgresql":
        return _postgresql(parsed)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise BadRequest("database_url", "must be postgresql://... or sqlite:///PATH")
    return _sqlite(parsed.database)


def _postgresql(url: URL) -> Engine:
    arguments = {"connect_timeout": CONNECT_S, "application_name": "agent-core", **NOTICED}
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args=arguments,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=20,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        with connection.cursor() as cursor:
            for name, seconds in PATIENCE.items():
                cursor.execute(f"SET {name} = '{seconds}s'")
        connection.commit()

    return engine


def _sqlite(path: str) -> Engine:
    # Only its owner reads it: a file that exists keeps its mode.
    if not Path(path).exists():
        try:
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        except OSError as error:
            raise BadRequest("database_url", f"{path} cannot be made: {error.strerror}") from error
    engine = create_engine(
        # Never made here: where it was moved away, an empty one in its place would be taken for it.
        URL.create("sqlite", database=f"file:{quote(path)}", query={"mode": "rw", "uri": "true"}),
        connect_args={"timeout": BUSY_S, "check_same_thread": False},
        pool_size=10,
        max_overflow=40,
        hide_parameters=True,  # what a statement says of itself in a log holds nothing of a caller's
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: ConnectionPoolEntry) -> None:
        record.info["file"] = _identity(path)
        connection.isolation_level = None  # the transactions are begun below, not by the driver
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "checkout")
    def is_the_same(_connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
        # What is written into a file that was deleted is lost with it.
        if record.info["file"] != _identity(path):
            raise DisconnectionError(f"{path} is not the file that it was")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that is begun as a reader may not become a writer while others write.
        reading = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _identity(path: str) -> tuple[int, int] | None:
    """Which file lies at a path; None: none does."""
    try:
        found = Path(path).stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _alone(connection: Connection, what: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCKS[what]})


def _bring_up_to_date(database: Database) -> None:
    from alembic import command

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    with database.writing() as connection:
        _alone(connection, "tables")
        present = MigrationContext.configure(connection).get_current_revision()
        if present is not None and present not in known:
            why = f"has tables of a newer version ({present}); install that version of agent-core"
            raise BadRequest("database_url", why)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_of_this_version(database: Database) -> bool:
    """Whether its tables are still those that this version knows; another may have changed them since."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    head = ScriptDirectory.from_config(config).get_current_head()
    with database.reading() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head
