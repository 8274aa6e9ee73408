"""Browser profiles: make one, look at it, delete it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from agent_core import (
    BadRequest,
    BrowserProfileInfo,
    create_browser_profile,
    delete_browser_profile,
    list_browser_profiles,
)
from agent_core.faces.server.admission.body import JsonRoute
from agent_core.faces.server.admission.keys import CallerOfRequest
from agent_core.faces.server.errors import Conflict, NotFound
from agent_core.faces.server.services import Services, ServicesOfApp
from agent_core.faces.server.wire.browsers import NewProfile, ProfileAnswer
from agent_core.faces.server.wire.problems import problems

router = APIRouter(
    route_class=JsonRoute,
    prefix="/v1/browser_profiles",
    tags=["Browser profiles"],
    responses=problems(400, 404, 409),
)


@router.post("", response_model=ProfileAnswer, summary="Make a browser profile")
async def create_profile(_: CallerOfRequest, parts: ServicesOfApp, asked: NewProfile) -> ProfileAnswer:
    """Make a profile, for runs to use and to fill: an empty one, or of what an open session keeps."""
    if asked.workflow_run_id:
        why = (
            "cannot be given: a run's browser is gone when it has ended; run with browser_profile_id instead"
        )
        raise BadRequest("workflow_run_id", why)
    if any(info.name == asked.name for info in await _all(parts)):
        raise Conflict(f"there is a browser profile {asked.name!r} already")
    library = parts.settings.library
    try:
        made = await create_browser_profile(
            asked.name, from_session=asked.browser_session_id, settings=library
        )
    except BadRequest as error:
        field = "browser_session_id" if error.field == "from_session" else error.field
        raise BadRequest(field, error.why) from error
    return ProfileAnswer.of(made)


@router.get("", response_model=list[ProfileAnswer], summary="List browser profiles")
async def list_profiles(
    _: CallerOfRequest,
    parts: ServicesOfApp,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    page_size: Annotated[int, Query(ge=1, le=100)] = 10,
    search_key: Annotated[str, Query(max_length=200, description="A part of the name.")] = "",
) -> list[ProfileAnswer]:
    """The profiles that fit, oldest first."""
    wanted = search_key.casefold()
    found = [info for info in await _all(parts) if wanted in info.name.casefold()]
    return [ProfileAnswer.of(info) for info in found[(page - 1) * page_size : page * page_size]]


@router.get("/{profile_id}", response_model=ProfileAnswer, summary="Look at a browser profile")
async def get_profile(_: CallerOfRequest, parts: ServicesOfApp, profile_id: str) -> ProfileAnswer:
    """What is known of a profile, by its id."""
    return ProfileAnswer.of(await _known(profile_id, parts))


@router.delete("/{profile_id}", status_code=204, summary="Delete a browser profile")
async def delete_profile(_: CallerOfRequest, parts: ServicesOfApp, profile_id: str) -> Response:
    """Delete a profile. A run that uses it goes on, and cannot save to it any more."""
    found = await _known(profile_id, parts)
    await run_in_threadpool(delete_browser_profile, found.browser_profile_id, parts.settings.library)
    return Response(status_code=204)


async def _all(parts: Services) -> list[BrowserProfileInfo]:
    return await run_in_threadpool(list_browser_profiles, parts.settings.library)


async def _known(profile_id: str, parts: Services) -> BrowserProfileInfo:
    for info in await _all(parts):
        if info.browser_profile_id == profile_id:
            return info
    raise NotFound(f"there is no browser profile {profile_id[:64]!r}")
