"""A run while it goes on: what happens in it as parts of its page, and a moving picture of its browser."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any, Protocol, runtime_checkable

from fastapi import APIRouter, Query, Request, Response
from PIL import Image
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from agent_core.faces.server.services import Services, ServicesOfApp
from agent_core.faces.server.watching import SentEvent, events_of
from agent_core.faces.server.web.answers import HEADERS, PageRoute, rendered
from agent_core.faces.server.web.finding import found_run
from agent_core.faces.server.web.visitors import VisitorOfPage, form_token
from agent_core.task.run import StepRecord

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PING_S = 15
QUALITY = 70
"""Of the moving picture, JPEG."""
DOING = {"step_started": "looking at the page", "observed": "deciding", "decided": "acting"}
"""What a run does after an event."""
SAYS_NO_ANSWER = ("user_asked", "warned", "taken_over", "given_back")
"""Events that come while a person is asked; any other shows that they have answered, or that nobody waits."""


@runtime_checkable
class Pictured(Protocol):
    """A run whose page can be seen; `agent_core.Run` is one."""

    async def picture(self) -> Any:
        """A `Screenshot` of the page as it is now; None where it cannot be seen."""


@router.get("/runs/{run_id}/now")
async def now(_: VisitorOfPage, parts: ServicesOfApp, run_id: str) -> Response:
    """The page of the run as it is now; 204 where it cannot be seen from here."""
    going: object = parts.worker.going.get(run_id)
    picture = await going.picture() if isinstance(going, Pictured) else None
    if picture is None:
        return Response(status_code=204, headers=HEADERS)
    return Response(await asyncio.to_thread(_as_jpeg, picture.data), media_type="image/jpeg", headers=HEADERS)


def _as_jpeg(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as picture:
        kept = io.BytesIO()
        picture.convert("RGB").save(kept, "JPEG", quality=QUALITY)
        return kept.getvalue()


@router.get("/runs/{run_id}/live")
async def live(
    request: Request,
    who: VisitorOfPage,
    parts: ServicesOfApp,
    run_id: str,
    after: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """Parts of the run's page as they change, from the step `after` on, until the run has ended."""
    streams = request.app.state.streams
    await run_in_threadpool(parts.records.get, run_id)
    streams.check(who.key_id)
    last = request.headers.get("last-event-id", "")
    heard = int(last) if last.isdecimal() and len(last) < 7 else after
    told = streams.of(who.key_id, _told(request, run_id, parts, heard))
    return EventSourceResponse(told, ping=PING_S, headers=HEADERS)


async def _told(request: Request, run_id: str, parts: Services, heard: int) -> AsyncIterator[ServerSentEvent]:
    asked = False
    async for event in events_of(run_id, parts, parts.links(), heard):
        if asked and event.name not in SAYS_NO_ANSWER:
            asked = False
            yield _parts({"ask": ""})
        match event.name:
            case "status":
                # What the page shows may be of a stream before this one, or of a worker that is gone.
                yield _parts({"ask": "", "hold": ""})
                yield await _drawn(request, run_id, parts, "head", "tools")
                yield _said("The run waits for a free worker." if event.data["status"] == "queued" else "")
            case "step_started" | "observed" | "decided":
                yield _said(f"Step {event.data['number']}: {DOING[event.name]}")
            case "user_asked":
                asked = True
                known = {
                    "asked": event.data["question"],
                    "question": event.data["id"],
                    "token": form_token(request),
                }
                yield _parts({"ask": rendered("run/ask.html", run_id=run_id, **known)})
            case "taken_over":
                yield _parts({"hold": rendered("run/hold.html", who=event.data["who"])})
            case "given_back":
                yield _parts({"hold": ""})
            case "step_ended":
                yield await _step(run_id, parts, event)
            case "run_ended":
                yield await _drawn(request, run_id, parts, "head", "tools", "result", "rest")
                yield _parts({"hold": ""})
                yield _sent("ended", {})


async def _step(run_id: str, parts: Services, event: SentEvent) -> ServerSentEvent:
    found = await found_run(run_id, parts)
    step = StepRecord.model_validate(event.data["step"])
    one = found.run.model_copy(update={"steps": [step]})
    html = rendered("run/steps.html", run=one, page=found.page)
    return _sent("step", {"number": step.number, "html": html}, id=str(step.number))


async def _drawn(request: Request, run_id: str, parts: Services, *names: str) -> ServerSentEvent:
    """Parts of the page of a run as they are now."""
    found = await found_run(run_id, parts)
    known = {"found": found, "run": found.run, "page": found.page, "token": form_token(request)}
    return _parts({name: rendered(f"run/{name}.html", **known) for name in names})


def _parts(drawn: Mapping[str, str]) -> ServerSentEvent:
    return _sent("parts", [{"id": f"run-{name}", "html": html} for name, html in drawn.items()])


def _said(text: str) -> ServerSentEvent:
    return _sent("now", {"text": text})


def _sent(name: str, data: Any, id: str | None = None) -> ServerSentEvent:  # noqa: A002
    return ServerSentEvent(json.dumps(data), event=name, id=id)
