"""Secrets of a task: named values that the run types without anybody seeing them, each for some origins.

    secrets={"PW": "hunter2"}                                     for the origin of `url`
    secrets={"PW": {"env": "SHOP_PASSWORD", "origins": ["https://login.example.com"]}}
    secrets={"PW": {"keyring": "shop/ada@example.com"}}
    secrets={"PHONE": {"env": "SHOP_TOTP", "kind": "totp"}}       the seed of one-time codes

Whoever decides writes `{{secret:PW}}` and never sees the value. Everything that a run gives out or keeps
goes through its one mask, see `agent_core.known_secrets`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, SecretStr, model_validator

from agent_core.hosts import as_origin

NOT_KEPT = "***"
"""Stands in a kept request where a value was."""


class SecretRequest(BaseModel):
    """Where the value of a secret comes from, and where it may go."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    value: SecretStr | None = None
    env: str | None = None
    """Name of an environment variable that holds it."""
    keyring: str | None = None
    """`SERVICE/USERNAME` in the system's keyring."""
    origins: tuple[Annotated[str, AfterValidator(as_origin)], ...] | None = None
    """Where it may be typed; None: the origin of the task's `url`. `https://*.example.com` takes in what
    lies below."""
    kind: Literal["text", "totp"] = "text"
    """`totp`: the value is the seed of one-time codes (base 32, or an otpauth: address)."""

    @model_validator(mode="after")
    def _has_one_source(self) -> SecretRequest:
        if sum(source is not None for source in (self.value, self.env, self.keyring)) != 1:
            raise ValueError("needs exactly one of value, env and keyring")
        if self.origins is not None and not self.origins:
            raise ValueError("origins is empty, so it could be typed nowhere; leave it out or name one")
        return self

    def shown(self) -> dict[str, Any]:
        """As it may be kept: a value that was given is masked."""
        shown = self.model_dump(mode="json", exclude_none=True)
        return {**shown, "value": NOT_KEPT} if self.value is not None else shown


def _in_full(given: Any) -> Any:
    """A plain text is the value."""
    return {"value": given} if isinstance(given, str | SecretStr) else given


SecretField = Annotated[SecretRequest, BeforeValidator(_in_full)]
SecretLabel = Annotated[str, AfterValidator(lambda name: _label(name))]


def _label(name: str) -> str:
    if not name or not all(char.isalnum() or char in "_.-" for char in name):
        raise ValueError(f"{name!r} is no name for a secret; use letters, digits, _, . and -")
    return name
