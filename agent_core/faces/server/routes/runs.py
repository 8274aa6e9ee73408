"""Runs: ask for one, look at it, list them, cancel it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from agent_core.faces.server.admission.body import JsonObject, JsonRoute
from agent_core.faces.server.admission.keys import CallerOfRequest
from agent_core.faces.server.description import TASK_BODY
from agent_core.faces.server.errors import NotFound
from agent_core.faces.server.queue.job import NewJob
from agent_core.faces.server.queue.records import MOST_LISTED, RunRecord, Wanted
from agent_core.faces.server.services import ServicesOfApp
from agent_core.faces.server.watching import live_run
from agent_core.faces.server.wire.links import Links
from agent_core.faces.server.wire.problems import problems
from agent_core.faces.server.wire.runs import (
    AnswerRequest,
    CancelAnswer,
    CancelRequest,
    RunListItem,
    TaskRunResponse,
    list_item,
    run_response,
)

router = APIRouter(route_class=JsonRoute, tags=["Runs"])

RunStatus = Annotated[list[str] | None, Query(description="Only runs of these statuses.")]


@router.post(
    "/v1/run/tasks",
    response_model=TaskRunResponse,
    summary="Run a task",
    description="It begins as soon as a worker is free; `GET /v1/runs/{run_id}` tells how it goes.",
    openapi_extra=TASK_BODY,
    responses=problems(400, 413, 415),
)
async def run_task(
    who: CallerOfRequest,
    parts: ServicesOfApp,
    request: Request,
    given: JsonObject,
    x_user_agent: Annotated[str, Header(description="What the caller calls itself; kept with the run.")] = "",
) -> JSONResponse:
    """Queue a task."""
    job = await parts.asking.task(given, who, x_user_agent)
    parts.worker.queued()
    return JSONResponse(queued_response(job, parts.links(request)))


def queued_response(job: NewJob, links: Links) -> dict[str, Any]:
    """The answer about a run that was queued just now."""
    queued = RunRecord(
        run_id=job.run_id,
        kind=job.kind,
        key_id=job.key_id,
        user_agent=job.user_agent,
        priority=job.priority,
        status="queued",
        run_type=job.run_type,
        title=job.title,
        prompt=job.prompt,
        asked=job.asked,
        created_at=job.created_at,
        modified_at=job.created_at,
        started_at=None,
        finished_at=None,
        result=None,
        webhook="",
    )
    return run_response(queued, links)


@router.get("/v1/runs", response_model=list[RunListItem], summary="List runs", responses=problems())
async def list_runs(
    _: CallerOfRequest,
    parts: ServicesOfApp,
    request: Request,
    page: Annotated[int, Query(ge=1, le=1_000_000, description="Which page, from 1.")] = 1,
    page_size: Annotated[int, Query(ge=1, le=MOST_LISTED, description="Runs on a page.")] = 10,
    status: RunStatus = None,
    run_type: Annotated[list[str] | None, Query(description="Only runs of these types.")] = None,
    search_key: Annotated[
        str, Query(max_length=200, description="A part of the title, the prompt or the id.")
    ] = "",
    created_at_start: Annotated[datetime | None, Query(description="Asked for then or later.")] = None,
    created_at_end: Annotated[datetime | None, Query(description="Asked for before then.")] = None,
) -> JSONResponse:
    """The runs that fit, newest first; without their steps."""
    wanted = Wanted(
        statuses=status or (),
        run_types=run_type or (),
        search=search_key,
        created_after=created_at_start,
        created_before=created_at_end,
    )
    found = await run_in_threadpool(parts.records.page, wanted, page, page_size)
    links = parts.links(request)
    return JSONResponse([list_item(each, links) for each in found])


@router.get(
    "/v1/runs/{run_id}", response_model=TaskRunResponse, summary="Look at a run", responses=problems(404)
)
async def get_run(_: CallerOfRequest, parts: ServicesOfApp, request: Request, run_id: str) -> JSONResponse:
    """How a run stands, or how it has ended."""
    record = await run_in_threadpool(parts.records.get, run_id)
    return JSONResponse(run_response(record, parts.links(request), await live_run(record, parts)))


@router.post("/v1/runs/{run_id}/cancel", summary="Cancel a run", responses=problems(404))
async def cancel_run(_: CallerOfRequest, parts: ServicesOfApp, run_id: str) -> JSONResponse:
    """End a run as canceled. Nothing happens where it has ended."""
    await run_in_threadpool(parts.records.cancel, run_id)
    parts.worker.cancel(run_id)
    parts.worker.wake()
    return JSONResponse({})


@router.post("/v1/runs/{run_id}/answer", summary="Answer a run", responses=problems(404, 409))
async def answer_run(
    _: CallerOfRequest, parts: ServicesOfApp, run_id: str, given: AnswerRequest
) -> JSONResponse:
    """Answer what a run asks a person, which its event `user_asked` tells. 409 where it asks nothing now."""
    if not parts.worker.answer(run_id, given.text, given.question_id):
        await run_in_threadpool(parts.records.answer, run_id, given.text, given.question_id)
        parts.worker.wake()
    return JSONResponse({})


@router.post("/v1/runs/cancel", response_model=CancelAnswer, summary="Cancel several runs")
async def cancel_runs(_: CallerOfRequest, parts: ServicesOfApp, asked: CancelRequest) -> CancelAnswer:
    """End runs as canceled. Those that there are not, or that have ended, are told as failed."""
    cancelled, failed = [], []
    for run_id in dict.fromkeys(asked.run_ids):
        try:
            before = await run_in_threadpool(parts.records.get, run_id)
        except NotFound:
            failed.append(run_id)
            continue
        if before.final:
            failed.append(run_id)
            continue
        await run_in_threadpool(parts.records.cancel, run_id)
        parts.worker.cancel(run_id)
        cancelled.append(run_id)
    parts.worker.wake()
    return CancelAnswer(cancelled=cancelled, failed=failed)
