"""What single fields of a request may hold, and the other ways in which callers may write it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, SecretStr, field_validator

from agent_core.task.documented import Documented
from browser.model.addresses.origins import parse
from engines.protocol import ProviderName


def checked_headers(headers: dict[str, str]) -> dict[str, str]:
    """The headers, where each can be sent."""
    for name, value in headers.items():
        if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
            raise ValueError(f"{name!r} is no header name")
        if re.search(r"[\r\n\0]", value):
            raise ValueError(f"the value of {name!r} holds a line break")
    return headers


def model_of(value: object) -> object:
    """A name alone will do; `{}` is how some clients say that nothing is meant."""
    if value in ("", {}):
        return None
    return {"model_name": value} if isinstance(value, str) else value


def clamp_scrolls(value: int) -> int:
    """The nearest number from 0 to 1000."""
    return min(max(value, 0), 1000)


def checked_timezone(name: str) -> str:
    """The name, where the time zone is known here."""
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError) as error:
        raise ValueError(f"{name!r} is no time zone; write it like Europe/Berlin") from error
    return name


def recordings_of(value: object) -> object:
    """Accept true or false, one name, names with commas, or `{"video": true}`."""
    match value:
        case bool():
            return ("video",) if value else ()
        case str():
            return tuple(name.strip() for name in value.split(",") if name.strip())
        case Mapping():
            return tuple(name for name, wanted in value.items() if wanted)
        case _:
            return value


def risky_acts_of(value: object) -> object:
    """Accept true or false, one name, or names with commas."""
    match value:
        case bool():
            return RISKY_ACTS if value else ()
        case str():
            return tuple(name.strip() for name in value.split(",") if name.strip())
        case _:
            return value


def viewport_of(value: object) -> object:
    """Accept `{"width": 1280, "height": 720}` as well as a pair."""
    if isinstance(value, Mapping) and value.keys() == {"width", "height"}:
        return (value["width"], value["height"])
    return value


Headers = Annotated[dict[str, str], AfterValidator(checked_headers)]
RiskyAct = Literal["buy", "send", "delete", "upload"]
RISKY_ACTS: tuple[RiskyAct, ...] = ("buy", "send", "delete", "upload")
Recorded = Literal["video", "har", "bodies", "trace"]
Side = Annotated[int, Field(ge=100, le=8000)]


class ModelRequest(Documented):
    """Which model this task is to use; what is absent comes from Settings."""

    model_config = ConfigDict(extra="allow", protected_namespaces=(), hide_input_in_errors=True)

    model_name: str | None = None
    """Name of the model, as its endpoint calls it."""
    provider: ProviderName | None = None
    """Protocol of the endpoint: openai (also local servers) or anthropic."""
    base_url: str | None = None
    """Where the model is served, such as http://127.0.0.1:11434/v1."""
    api_key: SecretStr | None = None
    headers: dict[str, str] | None = Field(default=None, repr=False)
    extra_body: dict[str, Any] | None = None
    temperature: float | None = Field(default=None, ge=0)
    max_tokens: int | None = Field(default=None, ge=1)
    context_tokens: int | None = Field(default=None, ge=1)
    tool_calls: bool | None = None
    """Whether actions are offered as native tools; by default where the model is known to call them."""
    coordinates: Literal["auto", "norm1000", "resized"] | None = None
    ca_file: str | None = None
    """File of certificates (PEM) that are trusted besides the machine's own."""
    connect_timeout_s: float | None = Field(default=None, gt=0)
    """Seconds that a connection may take to come about; 20 by default."""
    first_token_timeout_s: float | None = Field(default=None, gt=0)
    """Seconds for which a silent model is waited for; 120 by default."""
    stall_timeout_s: float | None = Field(default=None, gt=0)
    """Seconds that a reply which has begun may pause; 60 by default."""
    total_timeout_s: float | None = Field(default=None, gt=0)
    """Seconds that one reply may take in all; 600 by default."""

    @field_validator("base_url")
    @classmethod
    def _is_an_endpoint(cls, url: str | None) -> str | None:
        parsed = parse(url or "")
        if url and not (parsed and parsed.is_web):
            raise ValueError("must be an http(s) address, such as http://127.0.0.1:11434/v1")
        return url or None

    @property
    def names_one(self) -> bool:
        """Whether it says which model to use, by itself."""
        return bool(self.model_name or self.base_url)

    def given(self) -> dict[str, Any]:
        """What was asked for, the key in clear: for `Settings.model_settings`, never to be shown."""
        known = self.model_dump(include=set(type(self).model_fields), exclude_none=True)
        if self.api_key is not None:
            known["api_key"] = self.api_key.get_secret_value()
        return known
