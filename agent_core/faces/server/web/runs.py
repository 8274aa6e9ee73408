"""The page of all runs, the page of one, its files, and what can be done with it."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool

from agent_core import BadScript, export_workflow, publish_run
from agent_core.faces.pages.files import inside
from agent_core.faces.pages.one_file import one_file
from agent_core.faces.pages.words import STATUS
from agent_core.faces.server.errors import Conflict, NotFound
from agent_core.faces.server.queue.records import Wanted
from agent_core.faces.server.services import ServicesOfApp
from agent_core.faces.server.web.answers import HEADERS, PageRoute, page
from agent_core.faces.server.web.finding import found_run
from agent_core.faces.server.web.visitors import VisitorOfPage

router = APIRouter(route_class=PageRoute, include_in_schema=False)

ON_A_PAGE = 25
SHOWN = {".png", ".jpg", ".jpeg", ".webp", ".mp4", ".webm"}
"""Files that are shown in a page; all others are handed out to be kept."""


@router.get("/")
async def all_runs(
    request: Request,
    _: VisitorOfPage,
    parts: ServicesOfApp,
    q: Annotated[str, Query(max_length=200)] = "",
    status: Annotated[str, Query(max_length=20)] = "",
    at: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """All runs, newest first, with search and filters."""
    wanted = Wanted(search=q.strip(), statuses=(status,) if status in STATUS else ())
    found = await run_in_threadpool(parts.records.page, wanted, at, ON_A_PAGE)
    count = await run_in_threadpool(parts.records.count, wanted)
    by_status = await run_in_threadpool(parts.records.by_status)
    last = max(1, -(-count // ON_A_PAGE))

    def link(**changed: Any) -> str:
        named = {"q": q.strip(), "status": status, "page": at} | changed
        given = {name: value for name, value in named.items() if value and (name, value) != ("page", 1)}
        return f"/?{urlencode(given)}" if given else "/"

    return page(
        request,
        "runs.html",
        runs=found,
        count=count,
        by_status=by_status,
        q=q.strip(),
        status=status,
        at=at,
        last=last,
        address=link,
    )


@router.get("/runs/{run_id}")
async def one_run(request: Request, _: VisitorOfPage, parts: ServicesOfApp, run_id: str) -> Response:
    """The page of a run."""
    found = await found_run(run_id, parts)
    return page(request, "run.html", found=found, run=found.run, page=found.page)


@router.get("/runs/{run_id}/files/{name:path}")
async def file_of_run(_: VisitorOfPage, parts: ServicesOfApp, run_id: str, name: str) -> Response:
    """A file of the run's folder. What a page could have made is handed out to be kept, never shown."""
    found = await found_run(run_id, parts)
    path = inside(Path(found.run.folder), name) if found.run.folder else None
    if path is None:
        raise NotFound(f"there is no file {name[:100]!r} in this run")
    shown = path.suffix.lower() in SHOWN and not name.startswith("downloads/")
    kind = mimetypes.guess_type(path.name)[0] if shown else "application/octet-stream"
    headers = {
        **HEADERS,
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, max-age=3600",
    }
    return FileResponse(
        path,
        media_type=kind,
        headers=headers,
        filename=None if shown else path.name,
    )


@router.get("/runs/{run_id}/report.html")
async def report(_: VisitorOfPage, parts: ServicesOfApp, run_id: str) -> Response:
    """The run as one file, to be kept or sent to somebody."""
    found = await found_run(run_id, parts)
    if not found.run.folder:
        raise NotFound("the folder of this run is not on this machine")
    text = await run_in_threadpool(one_file, found.run, Path(found.run.folder), Path("/"))
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{run_id}.html"'}
    return HTMLResponse(text, headers=headers)


@router.get("/runs/{run_id}/program.py")
async def program(_: VisitorOfPage, parts: ServicesOfApp, run_id: str) -> Response:
    """What the run did, as a program that needs Playwright alone."""
    found = await found_run(run_id, parts)
    script = inside(Path(found.run.folder), "script.json") if found.run.folder else None
    if script is None:
        raise Conflict("only a run that completed can be exported; this one left no script")
    text = await run_in_threadpool(export_workflow, str(script), parts.settings.library)
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{run_id}.py"'}
    return Response(text, media_type="text/x-python; charset=utf-8", headers=headers)


@router.post("/runs/{run_id}/cancel")
async def cancel(_: VisitorOfPage, parts: ServicesOfApp, run_id: str) -> Response:
    """End the run as canceled."""
    await run_in_threadpool(parts.records.cancel, run_id)
    parts.worker.cancel(run_id)
    parts.worker.wake()
    return _to(f"/runs/{run_id}")


@router.post("/runs/{run_id}/again")
async def again(who: VisitorOfPage, parts: ServicesOfApp, run_id: str) -> Response:
    """Queue the same task once more; where something in it is secret, ask for that first."""
    found = await found_run(run_id, parts)
    if not found.may_be_repeated:
        return _to(f"/new?like={quote(run_id)}")
    asked = found.record.asked
    if found.record.kind == "workflow":
        job = await parts.asking.workflow(asked["workflow_id"], asked["parameters"], {}, who, "the run page")
    else:
        job = await parts.asking.task(asked, who, "the run page")
    parts.worker.queued()
    return _to(f"/runs/{job.run_id}")


@router.post("/runs/{run_id}/answer")
async def answer(
    _: VisitorOfPage,
    parts: ServicesOfApp,
    run_id: str,
    text: Annotated[str, Form(max_length=10_000)] = "",
    question: Annotated[int | None, Form()] = None,
) -> Response:
    """Answer what the run has asked a person; one that comes after its question is passed over."""
    if (going := parts.worker.going.get(run_id)) is not None:
        going.answer(text, question)
    else:  # its worker hears of it by the database
        await run_in_threadpool(parts.records.answer, run_id, text, question)
    return _to(f"/runs/{run_id}")


@router.post("/runs/{run_id}/workflow")
async def save_workflow(
    _: VisitorOfPage, parts: ServicesOfApp, run_id: str, name: Annotated[str, Form(max_length=80)] = ""
) -> Response:
    """Keep the run as a workflow."""
    found = await found_run(run_id, parts)
    try:
        script = await run_in_threadpool(
            publish_run, found.run.folder or run_id, name.strip() or None, parts.settings.library
        )
    except BadScript as error:
        why = "only a run that completed can be kept as a workflow; this one left no script"
        raise Conflict(why) from error
    return _to(f"/workflows/{script.name}")


def _to(address: str) -> RedirectResponse:
    return RedirectResponse(address, 303, headers=HEADERS)
