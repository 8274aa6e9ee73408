"""Workflows and scripts: what was recorded, and running it again with other values."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Body, Header, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse

from agent_core import (
    NoSuchWorkflow,
    Script,
    delete_workflow,
    list_recordings,
    list_workflows,
    load_workflow,
    save_workflow,
)
from agent_core.faces.server.admission.body import JsonRoute
from agent_core.faces.server.admission.keys import ApiCaller, CallerOfRequest
from agent_core.faces.server.errors import Conflict, NotFound
from agent_core.faces.server.routes.runs import queued_response
from agent_core.faces.server.services import Services, ServicesOfApp
from agent_core.faces.server.wire.asked.definition import WorkflowRequest, blocks_of, described, title_of
from agent_core.faces.server.wire.asked.helpers import WorkflowRunRequest
from agent_core.faces.server.wire.problems import problems
from agent_core.faces.server.wire.runs import WorkflowRunResponse
from agent_core.faces.server.wire.workflows import PERMANENT, ScriptAnswer, WorkflowAnswer

router = APIRouter(route_class=JsonRoute, tags=["Workflows"], responses=problems(400, 404, 409))

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
RECORDING = re.compile(r"scr_[0-9a-f]{20}")
UserAgent = Annotated[str, Header(alias="x-user-agent", description="What the caller calls itself.")]
Page = Annotated[int, Query(ge=1, le=1_000_000, description="Which page, from 1.")]
PageSize = Annotated[int, Query(ge=1, le=100, description="How many on a page.")]


@router.post("/v1/run/workflows", response_model=WorkflowRunResponse, summary="Run a workflow")
@router.post("/v1/run/agents", response_model=WorkflowRunResponse, summary="Run a workflow")
async def run_workflow(
    who: CallerOfRequest,
    parts: ServicesOfApp,
    request: Request,
    asked: WorkflowRunRequest,
    x_user_agent: UserAgent = "",
    x_max_steps_override: Annotated[int | None, Header(ge=1, description="The most steps.")] = None,
) -> JSONResponse:
    """Queue a run of a workflow with these values."""
    task = asked.task() | ({"max_steps": x_max_steps_override} if x_max_steps_override else {})
    name = _name_of(asked.workflow_id)
    return await _queued(name, asked.values(), task, who, x_user_agent, parts, request)


@router.get("/v1/workflows", response_model=list[WorkflowAnswer], summary="List workflows")
@router.get("/v1/agents", response_model=list[WorkflowAnswer], summary="List workflows")
async def get_workflows(
    _: CallerOfRequest,
    parts: ServicesOfApp,
    page: Page = 1,
    page_size: PageSize = 10,
    search_key: Annotated[str, Query(max_length=200, description="A part of the name or the title.")] = "",
    title: Annotated[str, Query(max_length=200, description="A part of the title.")] = "",
) -> list[WorkflowAnswer]:
    """The workflows that fit, by name. Files that cannot be read are left out."""
    found = [each for each in await _all(list_workflows, parts) if isinstance(each, Script)]
    wanted = (search_key or title).casefold()
    fitting = [each for each in found if wanted in f"{each.name}\n{each.title}".casefold()]
    return [WorkflowAnswer.of(each) for each in fitting[(page - 1) * page_size : page * page_size]]


@router.post("/v1/workflows", response_model=WorkflowAnswer, summary="Make a workflow")
@router.post("/v1/agents", response_model=WorkflowAnswer, summary="Make a workflow")
async def create_workflow(_: CallerOfRequest, parts: ServicesOfApp, asked: WorkflowRequest) -> WorkflowAnswer:
    """Make a workflow of blocks that say in words what is to be done: an agent does it, each time anew."""
    script = described(asked.definition())
    await parts.asking.described(script)
    return WorkflowAnswer.of(await run_in_threadpool(save_workflow, script, parts.settings.library))


@router.post("/v1/workflows/{workflow_id}", response_model=WorkflowAnswer, summary="Change a workflow")
@router.post("/v1/agents/{workflow_id}", response_model=WorkflowAnswer, summary="Change a workflow")
async def update_workflow(
    _: CallerOfRequest, parts: ServicesOfApp, workflow_id: str, asked: WorkflowRequest
) -> WorkflowAnswer:
    """Put a definition in the place of another; the name stays. A recording only gets another title."""
    old, definition = await _found(workflow_id, parts), asked.definition()
    if old.described:
        new = described(definition)
        await parts.asking.described(new)
    elif blocks_of(definition):
        raise Conflict(f"{old.name} is a recording, which blocks cannot change; make a workflow of its own")
    else:
        new = old.model_copy(update={"title": title_of(definition)})
    kept = {"name": old.name, "recorded_at": old.recorded_at, "mended": old.mended + 1}
    saved = await run_in_threadpool(save_workflow, new.model_copy(update=kept), parts.settings.library)
    return WorkflowAnswer.of(saved)


@router.post("/v1/workflows/{workflow_id}/delete", response_model=None, summary="Delete a workflow")
@router.post("/v1/agents/{workflow_id}/delete", response_model=None, summary="Delete a workflow")
async def delete_workflow_of(_: CallerOfRequest, parts: ServicesOfApp, workflow_id: str) -> None:
    """Delete a workflow. Its runs stay; those that wait for their turn end as failed."""
    name = _name_of(workflow_id)
    await run_in_threadpool(delete_workflow, name, parts.settings.library)


@router.get("/v1/workflows/{workflow_id}", response_model=WorkflowAnswer, summary="Look at a workflow")
@router.get("/v1/agents/{workflow_id}", response_model=WorkflowAnswer, summary="Look at a workflow")
async def get_workflow(_: CallerOfRequest, parts: ServicesOfApp, workflow_id: str) -> WorkflowAnswer:
    """A workflow, by its name or its permanent id."""
    return WorkflowAnswer.of(await _found(workflow_id, parts))


@router.get("/v1/scripts", response_model=list[ScriptAnswer], summary="List scripts")
async def get_scripts(
    _: CallerOfRequest, parts: ServicesOfApp, page: Page = 1, page_size: PageSize = 10
) -> list[ScriptAnswer]:
    """The recordings that `run_with: code` has made. Files that cannot be read are left out."""
    found = [each for each in await _all(list_recordings, parts) if isinstance(each, Script)]
    return [ScriptAnswer.of(each) for each in found[(page - 1) * page_size : page * page_size]]


@router.get("/v1/scripts/{script_id}", response_model=ScriptAnswer, summary="Look at a script")
async def get_script(_: CallerOfRequest, parts: ServicesOfApp, script_id: str) -> ScriptAnswer:
    """A recording, by its id."""
    _check_id(script_id)
    return ScriptAnswer.of(await run_in_threadpool(load_workflow, script_id, parts.settings.library))


@router.post("/v1/scripts/{script_id}/run", response_model=WorkflowRunResponse, summary="Run a script")
async def run_script(
    who: CallerOfRequest,
    parts: ServicesOfApp,
    request: Request,
    script_id: str,
    given: Annotated[dict[str, Any] | None, Body(description="As for a workflow, without its id.")] = None,
    x_user_agent: UserAgent = "",
) -> JSONResponse:
    """Queue a run of a recording, with the values it was recorded with or with others."""
    _check_id(script_id)
    script = await run_in_threadpool(load_workflow, script_id, parts.settings.library)
    asked = WorkflowRunRequest.checked({**(given or {}), "workflow_id": script_id})
    recorded = {name: parameter.example for name, parameter in script.parameters.items()}
    values = recorded | asked.values()
    return await _queued(script_id, values, asked.task(), who, x_user_agent, parts, request)


def _name_of(workflow_id: str) -> str:
    """The name in an id.

    Raises:
        NotFound: No workflow can have it.
    """
    name = workflow_id.removeprefix(PERMANENT)
    if not NAME.fullmatch(name):
        raise NotFound(f"there is no workflow {workflow_id[:64]!r}")
    return name


async def _found(workflow_id: str, parts: Services) -> Script:
    return await run_in_threadpool(load_workflow, _name_of(workflow_id), parts.settings.library)


async def _queued(
    name: str,
    values: dict[str, str],
    task: dict[str, Any],
    who: ApiCaller,
    user_agent: str,
    parts: Services,
    request: Request,
) -> JSONResponse:
    job = await parts.asking.workflow(name, values, task, who, user_agent)
    parts.worker.queued()
    return JSONResponse(queued_response(job, parts.links(request)))


def _check_id(script_id: str) -> None:
    if not RECORDING.fullmatch(script_id):
        raise NoSuchWorkflow(f"there is no recording {script_id[:64]!r}")


async def _all(listing: Any, parts: Services) -> list[Any]:
    found: list[Any] = await run_in_threadpool(listing, parts.settings.library)
    return found
