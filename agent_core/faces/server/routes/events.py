"""What a run does: its events as they happen, and its steps afterwards."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Request
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from agent_core import TaskRun
from agent_core.faces.server.admission.keys import CallerOfRequest
from agent_core.faces.server.services import ServicesOfApp
from agent_core.faces.server.watching import events_of, live_run
from agent_core.faces.server.wire.problems import problems
from agent_core.faces.server.wire.timeline import TimelineItem, timeline_of

router = APIRouter(tags=["Runs"])

PING_S = 15
"""A comment is sent so often, so that nobody on the way takes the connection for dead."""


@router.get(
    "/v1/runs/{run_id}/events",
    summary="Watch a run",
    description="Server-sent events: `status`, the events of the run, and at last `run_ended` with the run.",
    response_class=EventSourceResponse,
    responses=problems(404),
)
async def watch_run(
    who: CallerOfRequest,
    parts: ServicesOfApp,
    request: Request,
    run_id: str,
    last_event_id: Annotated[str, Header(description="The last step that was heard of.")] = "",
) -> EventSourceResponse:
    """What happens in a run, from its beginning, until it has ended."""
    streams = request.app.state.streams
    await run_in_threadpool(parts.records.get, run_id)
    streams.check(who.key_id)
    heard = int(last_event_id) if last_event_id.isdecimal() and len(last_event_id) < 7 else 0
    links = parts.links(request)

    async def stream() -> AsyncIterator[ServerSentEvent]:
        async for event in events_of(run_id, parts, links, heard):
            number = str(event.step) if event.step else None
            yield ServerSentEvent(json.dumps(event.data), event=event.name, id=number)

    return EventSourceResponse(streams.of(who.key_id, stream()), ping=PING_S)


@router.get(
    "/v1/runs/{run_id}/timeline",
    response_model=list[TimelineItem],
    summary="The steps of a run",
    responses=problems(404),
)
async def get_timeline(_: CallerOfRequest, parts: ServicesOfApp, run_id: str) -> list[TimelineItem]:
    """A block for each step, the first one first, with its actions and its thought; for every kind of run."""
    record = await run_in_threadpool(parts.records.get, run_id)
    run = TaskRun.model_validate(record.result) if record.result else await live_run(record, parts)
    return list(timeline_of(run)) if run else []
