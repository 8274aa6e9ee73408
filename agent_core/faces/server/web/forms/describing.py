"""The pages on which a workflow is described in words, changed and deleted."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from agent_core import START_ERRORS, BadRequest, Script, delete_workflow, load_workflow, save_workflow
from agent_core.faces.server.errors import Conflict
from agent_core.faces.server.services import Services, ServicesOfApp
from agent_core.faces.server.web.answers import HEADERS, PageRoute, page
from agent_core.faces.server.web.visitors import VisitorOfPage
from agent_core.faces.server.wire.asked.definition import described, parameters_in

router = APIRouter(route_class=PageRoute, include_in_schema=False)

FIELDS = ("title", "prompt", "url", "schema")


@router.get("/new-workflow")
async def empty_form(request: Request, _: VisitorOfPage) -> Response:
    """The form, empty."""
    return _form(request, dict.fromkeys(FIELDS, ""), "")


@router.post("/new-workflow")
async def make_workflow(request: Request, _: VisitorOfPage, parts: ServicesOfApp) -> Response:
    """Make the workflow, and show it; what cannot be is said above the form."""
    written = await _written(request)
    try:
        script = await _described(written, parts)
    except START_ERRORS as error:
        return _form(request, written, "", why=_why(error))
    return _to(await run_in_threadpool(save_workflow, script, parts.settings.library))


@router.get("/workflows/{name}/edit")
async def filled_form(request: Request, _: VisitorOfPage, parts: ServicesOfApp, name: str) -> Response:
    """The form with what the workflow is."""
    return _form(request, _as_written(await _old(name, parts)), name)


@router.post("/workflows/{name}/edit")
async def change_workflow(request: Request, _: VisitorOfPage, parts: ServicesOfApp, name: str) -> Response:
    """Change the workflow, which keeps its name, and what it knows of parameters that it still has."""
    old, written = await _old(name, parts), await _written(request)
    try:
        new = await _described(written, parts)
    except START_ERRORS as error:
        return _form(request, written, name, why=_why(error))
    kept = {
        "name": old.name,
        "recorded_at": old.recorded_at,
        "mended": old.mended + 1,
        "task": old.task,
        "parameters": {key: old.parameters.get(key, each) for key, each in new.parameters.items()},
    }
    return _to(await run_in_threadpool(save_workflow, new.model_copy(update=kept), parts.settings.library))


@router.post("/workflows/{name}/delete")
async def delete(_: VisitorOfPage, parts: ServicesOfApp, name: str) -> Response:
    """Delete the workflow."""
    await run_in_threadpool(delete_workflow, name, parts.settings.library)
    return RedirectResponse("/workflows", 303, headers=HEADERS)


async def _written(request: Request) -> dict[str, str]:
    form = await request.form()
    return {name: value if isinstance(value := form.get(name), str) else "" for name in FIELDS}


async def _old(name: str, parts: Services) -> Script:
    """The workflow that is to be changed.

    Raises:
        Conflict: It was recorded, so that words do not change what it does.
    """
    script = await run_in_threadpool(load_workflow, name, parts.settings.library)
    if not script.described or script.name != name:
        raise Conflict("this workflow is a recording, which words cannot change; make another one")
    return script


async def _described(written: dict[str, str], parts: Services) -> Script:
    """The workflow that the form describes; what stands in braces in its texts are its parameters."""
    names = dict.fromkeys([*parameters_in(written["prompt"]), *parameters_in(written["url"])])
    block: dict[str, Any] = {
        "block_type": "task",
        "label": "task",
        "navigation_goal": written["prompt"],
        "url": written["url"],
        "data_schema": written["schema"].strip() or None,
    }
    script = described(
        {
            "title": written["title"],
            "workflow_definition": {"parameters": [{"key": name} for name in names], "blocks": [block]},
        }
    )
    await parts.asking.described(script)
    return script


def _as_written(script: Script) -> dict[str, str]:
    output = script.output
    as_json = (
        json.dumps(output.json_schema, ensure_ascii=False, indent=1) if output and output.json_schema else ""
    )
    schema = as_json or (output.wish if output else "")
    return {"title": script.title, "prompt": script.prompt, "url": script.url, "schema": schema}


def _why(error: Exception) -> str:
    """What is wrong, in words for a form, whose fields are called otherwise than those of the API."""
    if not isinstance(error, BadRequest):
        return str(error)
    field = error.field.rpartition(".")[2]
    return f"{_LABELS.get(field, field)}: {error.why}"


_LABELS = {
    "title": "Title",
    "workflow_definition": "Task or start address",
    "navigation_goal": "Task",
    "prompt": "Task",
    "url": "Start address",
    "data_extraction_schema": "Output schema",
}


def _form(request: Request, written: dict[str, str], name: str, *, why: str = "") -> Response:
    return page(request, "describe.html", 422 if why else 200, written=written, name=name, why=why)


def _to(script: Script) -> RedirectResponse:
    return RedirectResponse(f"/workflows/{script.name}", 303, headers=HEADERS)
