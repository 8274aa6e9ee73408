"""Tasks in other words: logging in to a site, downloading files from one."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse

from agent_core import BadRequest
from agent_core.faces.server.admission.body import JsonRoute
from agent_core.faces.server.admission.keys import ApiCaller, CallerOfRequest
from agent_core.faces.server.routes.runs import queued_response
from agent_core.faces.server.services import Services, ServicesOfApp
from agent_core.faces.server.wire.asked.helpers import DownloadRequest, LoginRequest
from agent_core.faces.server.wire.problems import problems
from agent_core.faces.server.wire.runs import WorkflowRunResponse

router = APIRouter(route_class=JsonRoute, prefix="/v1/run/tasks", tags=["Runs"], responses=problems(400, 404))

LOG_IN = 'Log in with username "{{secret:username}}" and password "{{secret:password}}".'
UserAgent = Annotated[str, Header(alias="x-user-agent", description="What the caller calls itself.")]


@router.post("/login", response_model=WorkflowRunResponse, summary="Log in to a site")
async def login(
    who: CallerOfRequest,
    parts: ServicesOfApp,
    request: Request,
    asked: LoginRequest,
    x_user_agent: UserAgent = "",
) -> JSONResponse:
    """Queue a task that logs in with a credential that was kept here. No model sees the password."""
    if asked.credential_type != "skyvern":
        why = f"{asked.credential_type} is a vault that this server does not ask; keep the credential here"
        raise BadRequest("credential_type", f"{why} with POST /v1/credentials, and give 'skyvern'")
    if not asked.credential_id:
        raise BadRequest("credential_id", "is missing; POST /v1/credentials gives one")
    kept = (await run_in_threadpool(parts.credentials.get, asked.credential_id)).login
    given = asked.prompt or ""
    prompt = given if "{{secret:" in given else f"{given}\n{LOG_IN}".strip()
    task = {"title": "Log in", **asked.task(), "prompt": prompt}
    task["secrets"] = kept.as_secrets()
    if kept.totp_identifier:
        task.setdefault("totp_identifier", kept.totp_identifier)
    needs = (f"credential:{asked.credential_id}",)
    return await _queued("login", task, needs, who, x_user_agent, parts, request)


@router.post("/download_files", response_model=WorkflowRunResponse, summary="Download files from a site")
async def download_files(
    who: CallerOfRequest,
    parts: ServicesOfApp,
    request: Request,
    asked: DownloadRequest,
    x_user_agent: UserAgent = "",
) -> JSONResponse:
    """Queue a task that downloads; `downloaded_files` of its answer has what came."""
    task = {"title": "Download files", **asked.task()}
    return await _queued("download_files", task, (), who, x_user_agent, parts, request)


async def _queued(
    helper: str,
    task: dict[str, Any],
    needs: tuple[str, ...],
    who: ApiCaller,
    user_agent: str,
    parts: Services,
    request: Request,
) -> JSONResponse:
    job = await parts.asking.task(task, who, user_agent, helper=helper, needs=needs)
    parts.worker.queued()
    return JSONResponse(queued_response(job, parts.links(request)))
