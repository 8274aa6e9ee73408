"""Credentials, as the published API names them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from agent_core import BadRequest
from agent_core.faces.server.kept.credentials import Credential, Login


class NewLogin(BaseModel):
    """A user's name and password."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    username: Annotated[str, Field(min_length=1, max_length=1000)]
    password: Annotated[str, Field(min_length=1, max_length=1000, repr=False)]
    totp: Annotated[str | None, Field(max_length=2000, repr=False)] = None
    """The seed of one-time codes."""
    totp_identifier: Annotated[str | None, Field(max_length=320)] = None


class NewCredential(BaseModel):
    """What is kept for tasks to log in with."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    name: Annotated[str, Field(min_length=1, max_length=200)]
    credential_type: Literal["password", "credit_card", "secret"]
    """`password`; the others are refused: give such values as `secrets` of the task that types them."""
    credential: NewLogin | dict[str, object]

    def login(self) -> Login:
        """What is to be kept.

        Raises:
            BadRequest: It is no user's name and password.
        """
        if self.credential_type != "password":
            why = "must be 'password'; other values are given as `secrets` of the task that types them"
            raise BadRequest("credential_type", why)
        given = self.credential
        if not isinstance(given, NewLogin):
            raise BadRequest("credential", "must have a username and a password, texts that are not empty")
        return Login(
            username=given.username,
            password=given.password,
            totp=given.totp or "",
            totp_identifier=given.totp_identifier or "",
        )


class LoginAnswer(BaseModel):
    """What may be shown of a login."""

    username: str
    totp_type: Literal["authenticator", "none"]
    totp_identifier: str | None


class CredentialAnswer(BaseModel):
    """A credential, without what is secret in it."""

    credential_id: str
    name: str
    credential_type: Literal["password"] = "password"
    credential: LoginAnswer
    vault_type: str | None = None
    browser_profile_id: str | None = None
    tested_url: str | None = None
    user_context: str | None = None
    save_browser_session_intent: bool | None = None
    folder_id: str | None = None
    proxy_location: str | None = None
    proxy_session_id: str | None = None

    @classmethod
    def of(cls, kept: Credential) -> CredentialAnswer:
        """The answer that tells of a credential."""
        login = LoginAnswer(
            username=kept.login.username,
            totp_type="authenticator" if kept.login.totp else "none",
            totp_identifier=kept.login.totp_identifier or None,
        )
        return cls(credential_id=kept.credential_id, name=kept.name, credential=login)
