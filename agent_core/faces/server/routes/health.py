"""Whether the server works, how much it has to do, and which version it is."""

from __future__ import annotations

from importlib import metadata

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.concurrency import run_in_threadpool

from agent_core.faces.server.admission.keys import CallerOfRequest
from agent_core.faces.server.services import ServicesOfApp
from agent_core.faces.server.wire.problems import problems

router = APIRouter(tags=["Server"])


@router.get("/healthz", summary="Is it well?", responses={503: problems()[503]})
async def health(parts: ServicesOfApp) -> JSONResponse:
    """Whether the database answers and the worker works; needs no key."""
    await run_in_threadpool(parts.database.ping)
    if not parts.worker.works:
        return JSONResponse({"detail": "the worker has stopped; start the server anew"}, 503)
    return JSONResponse({"status": "ok"})


@router.get("/metrics", summary="Metrics for Prometheus", response_class=Response, responses=problems())
async def metrics(_: CallerOfRequest, parts: ServicesOfApp, request: Request) -> Response:
    """Requests, runs by status, and the runs of this process, in the text form of Prometheus."""
    text = await run_in_threadpool(request.app.state.metrics.text, parts.records, parts.worker)
    return Response(text, media_type=CONTENT_TYPE_LATEST)


@router.get("/v1/version", summary="The server's version")
async def get_version() -> dict[str, str]:
    """The version of agent-core. It needs no key."""
    return {"version": metadata.version("agent-core"), "name": "agent-core"}
