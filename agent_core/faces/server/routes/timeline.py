"""What a run has done so far, step by step."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool

from agent_core import TaskRun
from agent_core.faces.server.keys import CallerOfRequest
from agent_core.faces.server.routes.runs import live_run
from agent_core.faces.server.services import ServicesOfApp
from agent_core.faces.server.wire.timeline import TimelineItem, timeline_of

router = APIRouter(tags=["Runs"])


@router.get("/v1/runs/{run_id}/timeline", response_model=list[TimelineItem], summary="The steps of a run")
async def get_timeline(_: CallerOfRequest, parts: ServicesOfApp, run_id: str) -> list[TimelineItem]:
    """A block for each step, the first one first, with its actions and its thought; for every kind of run."""
    record = await run_in_threadpool(parts.records.get, run_id)
    run = TaskRun.model_validate(record.result) if record.result else await live_run(record, parts)
    return list(timeline_of(run)) if run else []
