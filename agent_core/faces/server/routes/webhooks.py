"""Sending the result of a run to its webhook once more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from agent_core import BadRequest, TaskRun
from agent_core.faces.server.admission.body import JsonRoute
from agent_core.faces.server.admission.keys import CallerOfRequest
from agent_core.faces.server.admission.private_hosts import refuse_private
from agent_core.faces.server.queue.taking import Telling
from agent_core.faces.server.queue.telling import Teller
from agent_core.faces.server.services import ServicesOfApp
from agent_core.faces.server.wire.problems import problems
from agent_core.faces.server.wire.runs import served
from agent_core.faces.server.wire.webhooks import ResendAnswer, ResendRequest
from agent_core.services.webhook import Patience, body_of, signed_headers
from agent_core.task.addresses.checked import posted_to

router = APIRouter(route_class=JsonRoute, tags=["Runs"], responses=problems(400, 404))

ONCE = Patience(attempts=1)
"""Somebody waits for the answer, and can ask again."""
BODY: dict[str, Any] = {
    "requestBody": {
        "required": False,
        "content": {"application/json": {"schema": ResendRequest.model_json_schema()}},
    }
}


@router.post(
    "/v1/runs/{run_id}/retry_webhook",
    response_model=ResendAnswer,
    summary="Send a webhook once more",
    openapi_extra=BODY,
)
async def retry_webhook(
    who: CallerOfRequest, parts: ServicesOfApp, request: Request, run_id: str
) -> ResendAnswer:
    """Post the result of a run that has ended to its `webhook_url`, or to another. The body may be empty."""
    asked = await _asked(request)
    record = await run_in_threadpool(parts.records.get, run_id)
    if record.result is None:
        raise HTTPException(400, f"{run_id} has not ended yet")
    sealed = await run_in_threadpool(parts.records.sealed, run_id)
    target = await _target(asked.webhook_url or sealed.webhook_url, run_id, parts.settings.private_allowed)
    key = who.key or sealed.signing_key or parts.settings.library.webhook_key.get_secret_value()
    run, links = TaskRun.model_validate(record.result), parts.links(request)
    # Where it leads was looked at just now.
    sealed = replace(sealed, webhook_url=target, signing_key=key, public_only=False)
    telling = Telling(run_id=run_id, run=run, sealed=sealed)
    told = await Teller(parts.settings, links, ONCE)(telling)
    await run_in_threadpool(parts.records.keep_webhook, run_id, told)
    body = body_of(TaskRun.model_validate(served(run.model_dump(mode="json"), links)))
    outcome = told.webhook
    return ResendAnswer(
        run_id=run_id,
        run_type="workflow_run" if run_id.startswith("wr_") else record.run_type,
        default_webhook_url=record.asked.get("webhook_url"),
        target_webhook_url=target,
        payload=body.decode(),
        headers=signed_headers(body, key),
        status_code=outcome.status_code if outcome else None,
        latency_ms=round(outcome.latency_ms) if outcome else None,
        error=(outcome.problem or None) if outcome else None,
    )


async def _asked(request: Request) -> ResendRequest:
    given = await request.json() if (await request.body()).strip() else None
    try:
        return ResendRequest.model_validate({} if given is None else given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = str(first["loc"][0]) if first["loc"] else "webhook_url"
        raise BadRequest(f"{field}.", first["msg"]) from error


async def _target(given: str, run_id: str, private_allowed: bool) -> str:
    """Where to send it.

    Raises:
        HTTPException, BadRequest: Nowhere, or to an address that cannot be used.
    """
    if not given:
        raise HTTPException(400, f"{run_id} has no webhook_url; say where to send it")
    try:
        target = posted_to(given)
    except ValueError as error:
        raise BadRequest("webhook_url", str(error)) from error
    if not private_allowed:
        await refuse_private({"webhook_url": target})
    return target
