"""API keys: hashed in the database, compared in constant time."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Header, HTTPException, Request
from sqlalchemy import insert, select, update

from agent_core import BadRequest
from agent_core.faces.server.database.opening import Database
from agent_core.faces.server.database.tables import KeyRow
from agent_core.faces.server.settings import is_loopback

REMEMBERED_S = 1.0
"""For so long, a key that was revoked by another process may still be good."""
PREFIX = "ack_"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key as it may be shown."""

    key_id: str
    name: str
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiCaller:
    """Who sent a request."""

    key_id: str
    """"" where no key is needed."""
    key: str = field(repr=False)
    """The key itself; it signs the webhooks of the runs that it asked for."""


class ApiKeys:
    """The keys of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._digests: dict[str, str] = {}
        self._ever_made = False
        """Whether a key was ever made. Where all were revoked, nobody is let in, and not everybody."""
        self._read_at = float("-inf")
        self._reading: asyncio.Task[dict[str, str]] | None = None

    def create(self, name: str) -> tuple[ApiKey, str]:
        """Make a key; returned once, since it cannot be read back.

        Raises:
            BadRequest: The name is blank or too long.
        """
        if not name.strip() or len(name) > 100:
            raise BadRequest("name", "must have 1 to 100 characters; say who or what the key is for")
        key, key_id = PREFIX + secrets.token_urlsafe(32), "key_" + secrets.token_hex(6)
        made = ApiKey(key_id=key_id, name=name.strip(), created_at=datetime.now(UTC), revoked_at=None)
        with self._database.writing() as connection:
            connection.execute(
                insert(KeyRow).values(
                    key_id=key_id, name=made.name, digest=_digest(key), created_at=made.created_at
                )
            )
        return made, key

    def all(self) -> list[ApiKey]:
        """All keys, also those that were revoked, oldest first."""
        columns = (KeyRow.key_id, KeyRow.name, KeyRow.created_at, KeyRow.revoked_at)
        with self._database.reading() as connection:
            rows = connection.execute(select(*columns).order_by(KeyRow.created_at)).all()
        return [
            ApiKey(key_id=row.key_id, name=row.name, created_at=row.created_at, revoked_at=row.revoked_at)
            for row in rows
        ]

    def revoke(self, wanted: str) -> ApiKey:
        """Make a key useless, by its id or its name.

        Raises:
            BadRequest: No key that is in use is called so, or several are.
        """
        found = [key for key in self.all() if wanted in (key.key_id, key.name) and key.revoked_at is None]
        if len(found) != 1:
            why = "several keys have this name; give the id" if found else "no key in use has this id or name"
            raise BadRequest("key", why)
        with self._database.writing() as connection:
            statement = update(KeyRow).where(KeyRow.key_id == found[0].key_id)
            connection.execute(statement.values(revoked_at=datetime.now(UTC)))
        return found[0]

    def in_use(self) -> dict[str, str]:
        """Id -> digest of the keys that are good; at most a second old."""
        if time.monotonic() - self._read_at > REMEMBERED_S:
            chosen = select(KeyRow.key_id, KeyRow.digest, KeyRow.revoked_at)
            with self._database.reading() as connection:
                rows = connection.execute(chosen).all()
            self._ever_made = bool(rows)
            self._digests = {row.key_id: row.digest for row in rows if row.revoked_at is None}
            self._read_at = time.monotonic()
        return self._digests

    async def owner(self, key: str) -> tuple[bool, str | None]:
        """Whether a key is needed at all, and the id of this one; None: it is none of ours."""
        good = self._digests
        if time.monotonic() - self._read_at > REMEMBERED_S:
            good = await self._read_once()
        given = _digest(key)
        # All are compared, so that the time taken says nothing.
        found = [key_id for key_id, digest in good.items() if hmac.compare_digest(digest, given)]
        return self._ever_made, found[0] if found else None

    async def _read_once(self) -> dict[str, str]:
        """Read the keys; those who ask at the same time wait for one reading, so that many hold up nobody."""
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(asyncio.to_thread(self.in_use))
        return await asyncio.shield(self._reading)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


async def caller(
    request: Request,
    x_api_key: Annotated[
        str | None, Header(description="An API key; `agent-core keys create` makes one.")
    ] = None,
    authorization: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> ApiCaller:
    """Who sends the request. Where no key was ever made, everybody on this machine may."""
    key = x_api_key or (authorization or "").removeprefix("Bearer ").strip()
    needed, key_id = await request.app.state.keys.owner(key)
    if key_id is not None:
        found = ApiCaller(key_id=key_id, key=key)
    elif needed or not request.app.state.settings.is_loopback or not _is_from_here(request):
        raise HTTPException(403, "Invalid credentials")
    else:
        found = ApiCaller(key_id="", key="")
    request.app.state.rates.count(found.key_id)
    return found


CallerOfRequest = Annotated[ApiCaller, Depends(caller)]


def _is_from_here(request: Request) -> bool:
    """Whether this is no page of another site that reaches this server through somebody's browser."""
    host = request.url.hostname or ""
    origin = request.headers.get("origin")
    if not is_loopback(host):
        return False
    return origin is None or origin == f"{request.url.scheme}://{request.url.netloc}"
