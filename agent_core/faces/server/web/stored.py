"""The pages of what stays between runs: workflows, browser sessions, browser profiles."""

from __future__ import annotations

import shlex
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from agent_core import (
    BadScript,
    Script,
    close_browser_session,
    create_browser_profile,
    delete_browser_profile,
    export_workflow,
    list_browser_profiles,
    list_browser_sessions,
    list_workflows,
    load_workflow,
    open_browser_session,
)
from agent_core.faces.server.errors import NotFound
from agent_core.faces.server.services import ServicesOfApp
from agent_core.faces.server.web.answers import HEADERS, PageRoute, page
from agent_core.faces.server.web.visitors import VisitorOfPage

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/workflows")
async def workflows(request: Request, _: VisitorOfPage, parts: ServicesOfApp) -> Response:
    """All workflows."""
    found = await run_in_threadpool(list_workflows, parts.settings.library)
    good = [one for one in found if isinstance(one, Script)]
    bad = [str(one) for one in found if isinstance(one, BadScript)]
    return page(request, "workflows.html", workflows=good, bad=bad)


@router.get("/workflows/{name}")
async def workflow(request: Request, _: VisitorOfPage, parts: ServicesOfApp, name: str) -> Response:
    """One workflow: its parameters, its steps, how it is run."""
    script = await _script(name, parts)
    return page(request, "workflow.html", script=script, command=as_command(script))


def as_command(script: Script) -> str:
    """The line for a shell that runs a workflow with the values it was recorded with."""
    given = [f"-p {shlex.quote(f'{name}={one.example}')}" for name, one in script.parameters.items()]
    return " \\\n  ".join([f"agent-core workflows run {script.name}", *given])


@router.post("/workflows/{name}")
async def run_workflow(request: Request, who: VisitorOfPage, parts: ServicesOfApp, name: str) -> Response:
    """Run the workflow with the values of the form; a parameter that was left empty keeps its own."""
    script, form = await _script(name, parts), await request.form()
    values = {each: str(form.get(f"value of {each}", "")) for each in script.parameters}
    given = {each: value for each, value in values.items() if value}
    job = await parts.asking.workflow(script.name, given, {}, who, "the run page")
    parts.worker.queued()
    return _to(f"/runs/{job.run_id}")


@router.get("/workflows/{name}/program.py")
async def program(_: VisitorOfPage, parts: ServicesOfApp, name: str) -> Response:
    """The workflow as a program that needs Playwright alone."""
    script = await _script(name, parts)
    text = await run_in_threadpool(export_workflow, script.name, parts.settings.library)
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{script.name}.py"'}
    return Response(text, media_type="text/x-python; charset=utf-8", headers=headers)


async def _script(name: str, parts: ServicesOfApp) -> Script:
    """The workflow of this name. A path or the id of a recording is no name."""
    if name.endswith(".json") or "/" in name or "\\" in name or name.startswith("scr_"):
        raise NotFound(f"there is no workflow {name[:80]!r}")
    return await run_in_threadpool(load_workflow, name, parts.settings.library)


@router.get("/sessions")
async def sessions(request: Request, _: VisitorOfPage, parts: ServicesOfApp) -> Response:
    """All browser sessions, those that are open first."""
    library = parts.settings.library
    found = await run_in_threadpool(list_browser_sessions, library)
    profiles = await run_in_threadpool(list_browser_profiles, library)
    ordered = sorted(found, key=lambda one: (bool(one.ended), -one.created_at.timestamp()))
    return page(request, "sessions.html", sessions=ordered, profiles=profiles)


@router.post("/sessions")
async def open_session(
    _: VisitorOfPage,
    parts: ServicesOfApp,
    url: Annotated[str, Form(max_length=2000)] = "",
    minutes: Annotated[float, Form()] = 60.0,
    profile: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Open a browser session that outlives the server."""
    await parts.asking.session({"url": url.strip() or None})
    await open_browser_session(
        url.strip() or None,
        timeout_minutes=minutes,
        outlives=True,
        settings=parts.settings.for_runs,
        browser_profile_id=profile or None,
    )
    return _to("/sessions")


@router.post("/sessions/{session_id}/close")
async def close_session(_: VisitorOfPage, parts: ServicesOfApp, session_id: str) -> Response:
    """End a browser session."""
    await close_browser_session(session_id, parts.settings.library)
    return _to("/sessions")


@router.get("/profiles")
async def profiles(request: Request, _: VisitorOfPage, parts: ServicesOfApp) -> Response:
    """All browser profiles."""
    library = parts.settings.library
    found = await run_in_threadpool(list_browser_profiles, library)
    now_open = [one for one in await run_in_threadpool(list_browser_sessions, library) if not one.ended]
    return page(request, "profiles.html", profiles=found, sessions=now_open)


@router.post("/profiles")
async def make_profile(
    _: VisitorOfPage,
    parts: ServicesOfApp,
    name: Annotated[str, Form(max_length=100)] = "",
    session: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Make a browser profile, empty or with the logins of a session."""
    await create_browser_profile(name, from_session=session or None, settings=parts.settings.library)
    return _to("/profiles")


@router.post("/profiles/{profile_id}/delete")
async def delete_profile(_: VisitorOfPage, parts: ServicesOfApp, profile_id: str) -> Response:
    """Delete a browser profile."""
    await run_in_threadpool(delete_browser_profile, profile_id, parts.settings.library)
    return _to("/profiles")


def _to(address: str) -> RedirectResponse:
    return RedirectResponse(address, 303, headers=HEADERS)
