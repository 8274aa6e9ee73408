"""The form that starts a run, and the lines that do the same."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool

from agent_core import START_ERRORS, BadRequest
from agent_core.faces.server.errors import TooMany
from agent_core.faces.server.services import ServicesOfApp
from agent_core.faces.server.web.answers import HEADERS, PageRoute, page, rendered
from agent_core.faces.server.web.forms.fields import ENGINE, FIELDS, GROUPS, PROMPT, SCHEMA, URL, Written
from agent_core.faces.server.web.forms.task_form import as_command, as_python, as_written, read_form
from agent_core.faces.server.web.visitors import VisitorOfPage

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/new")
async def new_run(
    request: Request,
    _: VisitorOfPage,
    parts: ServicesOfApp,
    like: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """The empty form; `like` names a run whose fields are filled in."""
    record = await run_in_threadpool(parts.records.get, like) if like else None
    return _form(request, as_written(record.asked) if record else {}, like=like)


@router.post("/new")
async def start_run(request: Request, who: VisitorOfPage, parts: ServicesOfApp) -> Response:
    """Queue what the form asks for, and show the run; what cannot be is said beside the field."""
    written = await _written(request)
    try:
        job = await parts.asking.task(read_form(written), who, "the run page")
    except BadRequest as error:
        return _form(request, written, field=error.field, why=error.why)
    except (*START_ERRORS, TooMany) as error:
        return _form(request, written, why=str(error))
    parts.worker.queued()
    return RedirectResponse(f"/runs/{job.run_id}", 303, headers=HEADERS)


@router.post("/new/lines")
async def lines(request: Request, _: VisitorOfPage) -> Response:
    """The command and the Python for what stands in the form now."""
    return HTMLResponse(rendered("new_lines.html", **_lines(await _written(request))), headers=HEADERS)


async def _written(request: Request) -> dict[str, str]:
    form = await request.form()
    return {name: value for name in FIELDS if isinstance(value := form.get(name), str)}


def _form(request: Request, written: Written, *, field: str = "", why: str = "", like: str = "") -> Response:
    return page(
        request,
        "new_run.html",
        422 if why else 200,
        main=(PROMPT, URL, SCHEMA, ENGINE),
        groups=GROUPS,
        written=written,
        field=field if field in FIELDS else field.split(".")[0],
        why=why,
        like=like,
        **_lines(written),
    )


def _lines(written: Written) -> dict[str, str]:
    try:
        return {"command": as_command(written), "python": as_python(written), "unread": ""}
    except (BadRequest, ValueError) as error:
        return {"command": "", "python": "", "unread": str(error)}
