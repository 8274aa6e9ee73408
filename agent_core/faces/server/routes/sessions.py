"""Browser sessions: open one, look at it, connect to it, let it last longer, close it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.concurrency import run_in_threadpool

from agent_core import (
    BadRequest,
    BrowserError,
    BrowserNotFound,
    BrowserSessionInfo,
    LaunchFailed,
    Settings,
    close_browser_session,
    extend_browser_session,
    list_browser_sessions,
    open_browser_session,
)
from agent_core.faces.server.admission.body import JsonRoute
from agent_core.faces.server.admission.keys import CallerOfRequest
from agent_core.faces.server.errors import Conflict, NotFound
from agent_core.faces.server.services import Services, ServicesOfApp
from agent_core.faces.server.wire.browsers import MoreMinutes, NewSession, SessionAnswer
from agent_core.faces.server.wire.problems import problems

router = APIRouter(
    route_class=JsonRoute,
    prefix="/v1/browser_sessions",
    tags=["Browser sessions"],
    responses=problems(400, 404, 409),
)

MOST_MINUTES = 240
DEFAULT_MINUTES = 60
SessionId = Annotated[str, Path(description="`pbs_...`")]


@router.post("", response_model=SessionAnswer, summary="Open a browser session")
async def open_session(
    _: CallerOfRequest, parts: ServicesOfApp, request: Request, asked: NewSession
) -> SessionAnswer:
    """Start a browser that stays between runs. It stays when the server ends, until its limit."""
    minutes = DEFAULT_MINUTES if asked.timeout is None else asked.timeout
    if minutes > MOST_MINUTES:
        raise BadRequest("timeout", f"must be from 5 to {MOST_MINUTES} minutes")
    library = _with_browser(parts.settings.for_runs, asked)
    given = asked.model_dump(
        include={"proxy_location", "browser_profile_id", "viewport", "locale", "timezone"}, exclude_none=True
    )
    await parts.asking.session({"url": asked.url, **given})
    try:
        session = await open_browser_session(
            asked.url, timeout_minutes=minutes, outlives=True, settings=library, **given
        )
    except (BrowserNotFound, LaunchFailed):
        raise
    except BrowserError as error:
        raise BadRequest("url", str(error)) from error
    return _answer(session.info, parts, request, session.warnings)


@router.get("", response_model=list[SessionAnswer], summary="List open browser sessions")
async def list_sessions(_: CallerOfRequest, parts: ServicesOfApp, request: Request) -> list[SessionAnswer]:
    """The sessions that are open, oldest first."""
    return [_answer(info, parts, request) for info in await _all(parts) if not info.ended]


@router.get("/history", response_model=list[SessionAnswer], summary="List all browser sessions")
async def list_history(
    _: CallerOfRequest,
    parts: ServicesOfApp,
    request: Request,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    page_size: Annotated[int, Query(ge=1, le=100)] = 10,
) -> list[SessionAnswer]:
    """The sessions that are open, and those that ended in the last week, newest first."""
    found = list(reversed(await _all(parts)))[(page - 1) * page_size : page * page_size]
    return [_answer(info, parts, request) for info in found]


@router.get("/{browser_session_id}", response_model=SessionAnswer, summary="Look at a browser session")
async def get_session(
    _: CallerOfRequest, parts: ServicesOfApp, request: Request, browser_session_id: SessionId
) -> SessionAnswer:
    """How a session stands."""
    return _answer(await _known(browser_session_id, parts), parts, request)


@router.post("/{browser_session_id}/close", summary="Close a browser session")
async def close_session(
    _: CallerOfRequest, parts: ServicesOfApp, browser_session_id: SessionId
) -> dict[str, str]:
    """End a session, even while a run works in it. Nothing happens where it has ended."""
    await _known(browser_session_id, parts)
    await close_browser_session(browser_session_id, parts.settings.library)
    return {"message": "Browser session closed"}


@router.post(
    "/{browser_session_id}/extend", response_model=SessionAnswer, summary="Let a session last longer"
)
async def extend_session(
    _: CallerOfRequest,
    parts: ServicesOfApp,
    request: Request,
    browser_session_id: SessionId,
    asked: MoreMinutes,
) -> SessionAnswer:
    """Move the limit of a session, to six hours in all at most; of more, what is left is given."""
    before = await _known(browser_session_id, parts)
    if before.ended:
        raise Conflict(f"{browser_session_id} has ended: {before.ended}")
    library = parts.settings.library
    try:
        info = await extend_browser_session(browser_session_id, asked.additional_minutes, library)
    except BadRequest as error:
        raise Conflict(error.why) from error
    less = before.timeout_minutes + asked.additional_minutes - info.timeout_minutes
    warnings = [f"{less:g} of these minutes were not given: a session lasts 360 at most"] if less > 0 else []
    return _answer(info, parts, request, warnings)


def _with_browser(library: Settings, asked: NewSession) -> Settings:
    """The settings of the browser that is asked for.

    Raises:
        BadRequest: There is none like that here.
    """
    if asked.extensions:
        raise BadRequest("extensions", "cannot be given: this server installs no extensions")
    if asked.generate_browser_profile:
        why = "cannot be given: make the profile with POST /v1/browser_profiles while the session is open"
        raise BadRequest("generate_browser_profile", why)
    match asked.browser_type:
        case None:
            return library
        case "stealth-chromium":
            raise BadRequest("browser_type", "must be 'chrome' or 'msedge': this server has no other")
        case channel:
            return library.model_copy(update={"browser": "", "browser_channel": channel})


async def _all(parts: Services) -> list[BrowserSessionInfo]:
    return await run_in_threadpool(list_browser_sessions, parts.settings.library)


async def _known(session_id: str, parts: Services) -> BrowserSessionInfo:
    for info in await _all(parts):
        if info.browser_session_id == session_id:
            return info
    raise NotFound(f"there is no browser session {session_id[:64]!r}")


def _answer(
    info: BrowserSessionInfo, parts: Services, request: Request, warnings: list[str] | None = None
) -> SessionAnswer:
    return SessionAnswer.of(info, parts.links(request).session(info.browser_session_id), warnings)
