"""Browser sessions and browser profiles, as the published API names them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from agent_core import BrowserProfileInfo, BrowserSessionInfo

ORGANIZATION = "o_local"
"""The published API has organizations; here there is one, the server's own."""


class NewSession(BaseModel):
    """What a browser session is opened with."""

    model_config = ConfigDict(extra="ignore")

    url: str | None = None
    """The page that it shows first."""
    timeout: Annotated[int, Field(ge=5)] | None = None
    """Minutes that it lasts, 60 by default, 240 at most."""
    proxy_location: dict[str, Any] | str | None = None
    """Proxy that all its runs go out by."""
    browser_profile_id: str | None = None
    """Profile that it begins with."""
    extensions: list[Literal["ad-blocker", "captcha-solver"]] | None = None
    """Refused: none is installed here."""
    browser_type: Literal["msedge", "chrome", "stealth-chromium"] | None = None
    """`chrome` or `msedge`, where it is installed; `stealth-chromium` is refused."""
    generate_browser_profile: bool | None = None
    """Refused; make the profile from the session instead, while it is open."""
    viewport: tuple[int, int] | dict[str, int] | None = None
    """Width and height of its pages in CSS pixels, such as [1280, 720]."""
    locale: str | None = None
    timezone: str | None = None


class MoreMinutes(BaseModel):
    """How much longer a session is to last."""

    additional_minutes: Annotated[int, Field(ge=1, le=360)]
    """Minutes; a session lasts 360 at most in all."""


class SessionAnswer(BaseModel):
    """A browser session."""

    browser_session_id: str
    organization_id: str = ORGANIZATION
    status: Literal["running", "completed", "timeout"]
    runnable_type: str | None = None
    runnable_id: str | None = None
    """The run that works in it, or who else does; null: nobody."""
    timeout: int
    """Minutes that it lasts in all."""
    browser_address: str | None = None
    """DevTools endpoint. Whoever knows it can drive the browser."""
    app_url: str | None = None
    extensions: list[str] = []
    browser_type: str | None = None
    browser_profile_id: str | None = None
    generate_browser_profile: bool = False
    vnc_streaming_supported: bool = False
    stream_transport: str | None = None
    download_path: str | None = None
    downloaded_files: list[dict[str, Any]] | None = None
    recordings: list[dict[str, Any]] | None = None
    started_at: datetime
    completed_at: datetime | None = None
    created_at: datetime
    modified_at: datetime
    deleted_at: datetime | None = None
    warning: str | None = None
    ends_at: datetime
    """When its limit is reached."""
    ended: str | None = None
    """Why it has ended; null: it has not."""

    @classmethod
    def of(cls, info: BrowserSessionInfo, app_url: str, warnings: list[str] | None = None) -> SessionAnswer:
        """The answer that tells of a session."""
        now = datetime.now(UTC)
        over_at = min(info.ends_at, now) if info.ended else None
        kind = {"tsk": "task", "wr": "workflow_run"}.get(info.held_by.partition("_")[0])
        return cls(
            browser_session_id=info.browser_session_id,
            status="running" if not info.ended else "timeout" if now >= info.ends_at else "completed",
            runnable_type=kind,
            runnable_id=info.held_by or None,
            timeout=round(info.timeout_minutes),
            browser_address=info.browser_address or None,
            app_url=app_url,
            browser_profile_id=info.browser_profile_id,
            started_at=info.created_at,
            completed_at=over_at,
            created_at=info.created_at,
            modified_at=over_at or info.created_at,
            warning=" ".join(warnings) if warnings else None,
            ends_at=info.ends_at,
            ended=info.ended or None,
        )


class NewProfile(BaseModel):
    """What a browser profile is made of."""

    model_config = ConfigDict(extra="ignore")

    name: Annotated[str, Field(min_length=1, max_length=200)]
    description: str | None = None
    """Accepted and not kept."""
    browser_session_id: str | None = None
    """A session, whose logins and settings it gets; null: it begins empty."""
    workflow_run_id: str | None = None
    """Refused: a run's browser is gone when the run has ended."""


class ProfileAnswer(BaseModel):
    """A browser profile."""

    browser_profile_id: str
    organization_id: str = ORGANIZATION
    name: str
    description: str | None = None
    source_browser_type: str | None = None
    proxy_location: str | None = None
    proxy_session_id: str | None = None
    is_managed: bool = False
    workflow_permanent_id: str | None = None
    browser_profile_key_digest: str | None = None
    created_at: datetime
    modified_at: datetime
    deleted_at: datetime | None = None
    encrypted: bool
    """Whether what it holds is encrypted on the disk."""

    @classmethod
    def of(cls, info: BrowserProfileInfo) -> ProfileAnswer:
        """The answer that tells of a profile."""
        return cls(
            browser_profile_id=info.browser_profile_id,
            name=info.name,
            created_at=info.created_at,
            modified_at=info.saved_at,
            encrypted=info.encrypted,
        )
