"""Requests of the published API that are a task in other words: workflows, logging in, downloading files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from agent_core import BadRequest

TASK_FIELDS = (
    "url",
    "title",
    "engine",
    "model",
    "proxy_location",
    "webhook_url",
    "totp_identifier",
    "totp_url",
    "browser_session_id",
    "browser_profile_id",
    "browser_address",
    "extra_http_headers",
    "cdp_connect_headers",
    "max_screenshot_scrolls",
    "max_steps",
    "timeout_s",
    "data_extraction_schema",
    "error_code_mapping",
    "secrets",
)
"""What all of these hand on to the task as it is."""


class _Asked(BaseModel):
    model_config = ConfigDict(extra="allow")

    url: str | None = None
    title: str | None = None
    webhook_url: str | None = None
    totp_identifier: str | None = None
    totp_url: str | None = None
    browser_session_id: str | None = None
    browser_profile_id: str | None = None
    browser_address: str | None = None
    start_fresh_browser: bool | None = None

    def task(self) -> dict[str, Any]:
        """The fields of the task, as far as they were given."""
        given = self.model_dump()
        return {name: given[name] for name in TASK_FIELDS if given.get(name) is not None}


class WorkflowRunRequest(_Asked):
    """A workflow to run, and with which values."""

    workflow_id: str = Field(validation_alias=AliasChoices("workflow_id", "agent_id"), max_length=100)
    """Its name, or `wpid_` and its name."""
    parameters: dict[str, Any] | None = None
    """A value for each parameter; those with a default may be left out."""
    max_elapsed_time_minutes: Annotated[int, Field(ge=1, le=480)] | None = None
    """The most minutes for the whole run."""
    run_with: str | None = None
    """`code` (default) repeats the recording; `agent` does the task anew."""
    ai_fallback: bool | None = None
    """Whether an agent does what cannot be repeated; `false` is refused."""
    run_metadata: dict[str, str] | None = None
    """Accepted and not kept."""

    @classmethod
    def checked(cls, given: Mapping[str, Any]) -> WorkflowRunRequest:
        """The request that these fields make.

        Raises:
            BadRequest: Names the first field that cannot be used.
        """
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise BadRequest(str(first["loc"][0]), first["msg"]) from error

    def values(self) -> dict[str, str]:
        """The parameters as texts.

        Raises:
            BadRequest: One is neither a text nor a number nor true or false.
        """
        return {name: _as_text(name, value) for name, value in (self.parameters or {}).items()}

    def task(self) -> dict[str, Any]:
        """The fields of the task, as far as they were given."""
        if self.ai_fallback is False:
            why = "cannot be false: what cannot be repeated as it was recorded is done by an agent"
            raise BadRequest("ai_fallback", why)
        minutes = self.max_elapsed_time_minutes
        limit = {"timeout_s": minutes * 60.0} if minutes else {}
        agent = {"run_with": "agent"} if self.run_with in ("agent", "ai") else {}
        return {**super().task(), **limit, **agent}


class LoginRequest(_Asked):
    """Logging in to a site with a credential that was stored here."""

    credential_type: Literal["skyvern", "bitwarden", "1password", "azure_vault"]
    """`skyvern`: stored here with POST /v1/credentials; the others are refused, since no vault is asked."""
    credential_id: str | None = None
    prompt: str | None = None
    """How to log in; null: where the form for it is."""
    max_screenshot_scrolling_times: int | None = None

    def task(self) -> dict[str, Any]:
        """The fields of the task, as far as they were given."""
        return {**super().task(), **_scrolls(self.max_screenshot_scrolling_times)}


class DownloadRequest(_Asked):
    """Downloading files from a site."""

    navigation_goal: Annotated[str, Field(min_length=1)]
    """The task in words: how to come to the file, and what to click."""
    download_suffix: str | None = None
    """Refused: files keep the names that their sites give them."""
    download_timeout: Annotated[float, Field(gt=0)] | None = None
    """Refused: `timeout_s` limits the whole run."""
    max_steps_per_run: Annotated[int, Field(ge=1)] | None = None
    max_screenshot_scrolling_times: int | None = None

    def task(self) -> dict[str, Any]:
        """The fields of the task.

        Raises:
            BadRequest: One of them cannot be served.
        """
        if self.download_suffix:
            why = "cannot be given: files keep the names that their sites give them"
            raise BadRequest("download_suffix", why)
        if self.download_timeout is not None:
            raise BadRequest("download_timeout", "cannot be given; timeout_s limits the whole run")
        steps = {"max_steps": self.max_steps_per_run} if self.max_steps_per_run else {}
        scrolls = _scrolls(self.max_screenshot_scrolling_times)
        return {**super().task(), **steps, **scrolls, "prompt": self.navigation_goal}


def _scrolls(times: int | None) -> Mapping[str, int]:
    return {"max_screenshot_scrolls": times} if times is not None else {}


def _as_text(name: str, value: Any) -> str:
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"{value:.15g}" if isinstance(value, float) else str(value)
        case _:
            raise BadRequest(f"parameters.{name}", "must be a text, a number, or true or false")
