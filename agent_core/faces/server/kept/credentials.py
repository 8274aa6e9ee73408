"""User names and passwords that tasks log in with, kept encrypted; no answer ever shows a password."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from agent_core.faces.server.database.opening import Database
from agent_core.faces.server.database.tables import CredentialRow
from agent_core.faces.server.errors import NotFound
from agent_core.faces.server.kept.sealing import Seal


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """What is typed to log in."""

    username: str
    password: str = field(repr=False)
    totp: str = field(default="", repr=False)
    """The seed of one-time codes, base 32 or an otpauth: address; "": there is none."""
    totp_identifier: str = ""
    """Whom codes are pushed for; "": nobody."""

    def as_secrets(self) -> dict[str, Any]:
        """The `secrets` of a task that logs in."""
        made = {"username": {"value": self.username}, "password": {"value": self.password}}
        return made | ({"totp": {"value": self.totp, "kind": "totp"}} if self.totp else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A login under a name."""

    credential_id: str
    name: str
    login: Login
    created_at: datetime


class Credentials:
    """The credentials of a database. Its methods block."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database, self._seal = database, seal

    def create(self, name: str, login: Login) -> Credential:
        """Keep a login."""
        credential_id = f"cred_{secrets.token_hex(12)}"
        made = Credential(credential_id=credential_id, name=name, login=login, created_at=datetime.now(UTC))
        values = {"credential_id": credential_id, "name": name, "created_at": made.created_at}
        with self._database.writing() as connection:
            connection.execute(
                insert(CredentialRow).values(**values, sealed=self._seal.closed(asdict(login)))
            )
        return made

    def change(self, credential_id: str, name: str, login: Login) -> Credential:
        """Put another login in the place of a credential's.

        Raises:
            NotFound: There is no such credential.
        """
        self.get(credential_id)
        with self._database.writing() as connection:
            changed = update(CredentialRow).where(CredentialRow.credential_id == credential_id)
            connection.execute(changed.values(name=name, sealed=self._seal.closed(asdict(login))))
        return self.get(credential_id)

    def get(self, credential_id: str) -> Credential:
        """One credential.

        Raises:
            NotFound: There is none of this id.
            CannotUnseal: It was kept with another secret of the server.
        """
        wanted = select(CredentialRow.__table__).where(CredentialRow.credential_id == credential_id)
        with self._database.reading() as connection:
            row = connection.execute(wanted).first()
        if row is None:
            raise NotFound(f"there is no credential {credential_id[:64]!r}")
        return self._credential(row)

    def page(self, page: int, page_size: int) -> list[Credential]:
        """A page of credentials, oldest first."""
        chosen = select(CredentialRow.__table__).order_by(
            CredentialRow.created_at, CredentialRow.credential_id
        )
        with self._database.reading() as connection:
            rows = connection.execute(chosen.limit(page_size).offset((page - 1) * page_size)).all()
        return [self._credential(row) for row in rows]

    def delete(self, credential_id: str) -> None:
        """Delete a credential.

        Raises:
            NotFound: There is none of this id.
        """
        self.get(credential_id)
        with self._database.writing() as connection:
            connection.execute(delete(CredentialRow).where(CredentialRow.credential_id == credential_id))

    def _credential(self, row: Any) -> Credential:
        return Credential(
            credential_id=row.credential_id,
            name=row.name,
            login=Login(**self._seal.opened(row.sealed)),
            created_at=row.created_at,
        )
