"""Encryption of what is kept for a run, with a secret that is not in the database."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from agent_core import AgentCoreError, BadRequest
from agent_core.faces.server.database.opening import Database
from agent_core.faces.server.database.tables import FactRow
from agent_core.faces.server.settings import ServerSettings

KEY_FILE = "server.key"


class CannotUnseal(AgentCoreError):
    """It was sealed with another secret."""


class Seal:
    """Encrypts requests, and signs links."""

    def __init__(self, secret: str) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(_derived(secret, "requests")))
        self._links = _derived(secret, "links")

    def closed(self, value: dict[str, Any]) -> bytes:
        """The JSON value, encrypted."""
        return self._fernet.encrypt(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))

    def opened(self, sealed: bytes) -> dict[str, Any]:
        """What was encrypted.

        Raises:
            CannotUnseal: With another secret.
        """
        try:
            value: dict[str, Any] = json.loads(self._fernet.decrypt(sealed))
        except InvalidToken as error:
            why = "the kept request was encrypted with another secret; set AGENT_CORE_SERVER_SECRET as it was"
            raise CannotUnseal(why) from error
        return value

    def signature(self, text: str) -> str:
        """A signature of a text, for a link."""
        return hmac.new(self._links, text.encode(), hashlib.sha256).hexdigest()[:32]

    def is_signed(self, text: str, signature: str) -> bool:
        """Whether this is the text's signature; compared in constant time."""
        return hmac.compare_digest(self.signature(text).encode(), signature.encode("utf-8", "replace"))


def seal_of(settings: ServerSettings, database: Database) -> Seal:
    """The seal of the settings' secret, or of the one in the data folder, which is made if it is missing.

    Raises:
        BadRequest: The database is used with another secret.
    """
    secret = settings.secret.get_secret_value() or _kept_secret(settings.folder)
    fact = _derived(secret, "this database").hex()
    if _remembered(database, fact) != fact:
        why = (
            "this database is used with another secret; give all servers and workers the same, "
            f"or the file {settings.folder / KEY_FILE}"
        )
        raise BadRequest("AGENT_CORE_SERVER_SECRET", why)
    return Seal(secret)


def _derived(secret: str, purpose: str) -> bytes:
    return hmac.new(secret.encode(), f"agent-core: {purpose}".encode(), hashlib.sha256).digest()


def _kept_secret(folder: Path) -> str:
    path = folder / KEY_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            put_whole(path, secrets.token_urlsafe(32) + "\n")
        secret = path.read_text("ascii").strip()
    except OSError as error:
        why = f"{path} can be neither read nor made ({error.strerror}); set AGENT_CORE_SERVER_SECRET"
        raise BadRequest("AGENT_CORE_SERVER_SECRET", why) from error
    if not secret:
        raise BadRequest("AGENT_CORE_SERVER_SECRET", f"{path} is empty; put the secret back, or set this")
    return secret


def put_whole(path: Path, text: str) -> None:
    """Make a file with this text, unless another process was first: nobody ever reads half of it."""
    whole = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    descriptor = os.open(whole, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        with suppress(FileExistsError):
            os.link(whole, path)
    finally:
        whole.unlink()


def _remembered(database: Database, fact: str) -> str:
    """The fact that the database remembers; it remembers this one if it has none yet."""
    asked = select(FactRow.value).where(FactRow.name == "secret")
    with database.reading() as connection:
        known = connection.execute(asked).scalar_one_or_none()
    if known is not None:
        return known
    try:
        with database.writing() as connection:
            connection.execute(insert(FactRow).values(name="secret", value=fact))
    except IntegrityError:  # another process was first
        with database.reading() as connection:
            return str(connection.execute(asked).scalar_one())
    return fact
