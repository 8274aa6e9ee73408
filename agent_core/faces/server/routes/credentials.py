"""What tasks log in with: credentials that are kept for POST /v1/run/tasks/login, and one-time codes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from agent_core import BadRequest, list_pushed_codes, push_code
from agent_core.faces.server.admission.body import JsonRoute
from agent_core.faces.server.admission.keys import CallerOfRequest
from agent_core.faces.server.kept.code_in_text import code_in
from agent_core.faces.server.services import ServicesOfApp
from agent_core.faces.server.wire.codes import CodeAnswer, NewCode
from agent_core.faces.server.wire.credentials import CredentialAnswer, NewCredential
from agent_core.faces.server.wire.problems import problems

router = APIRouter(
    route_class=JsonRoute, prefix="/v1/credentials", tags=["Credentials"], responses=problems(400, 404)
)


@router.post("/totp", response_model=CodeAnswer, summary="Push a one-time code")
async def push(_: CallerOfRequest, parts: ServicesOfApp, sent: NewCode) -> CodeAnswer:
    """Hand over a code, or the message that holds it. It is good for ten minutes and for one run."""
    code = None if sent.type == "magic_link" else code_in(sent.content)
    if code is None:
        why = "holds no code that can be told from other numbers; send the code alone (links are not opened)"
        raise BadRequest("content", why)
    library = parts.settings.library
    try:
        await run_in_threadpool(lambda: push_code(sent.totp_identifier, code, settings=library))
    except BadRequest as error:
        fields = {"identifier": "totp_identifier", "code": "content"}
        raise BadRequest(fields.get(error.field, error.field), error.why) from error
    known = sent.model_dump(
        include={"totp_identifier", "content", "task_id", "workflow_id", "workflow_run_id", "source", "type"}
    )
    waiting = await run_in_threadpool(list_pushed_codes, library)
    kept = next((each for each in waiting if each.identifier == sent.totp_identifier.strip()), None)
    now = kept.pushed_at if kept else datetime.now(UTC)
    return CodeAnswer(
        totp_code_id=f"totp_{kept.code_id}" if kept else "totp_taken",
        code=code,
        created_at=now,
        modified_at=now,
        expired_at=kept.expires_at if kept else None,
        **known,
    )


@router.get("/totp", response_model=list[CodeAnswer], summary="List the one-time codes that wait")
async def list_codes(
    _: CallerOfRequest, parts: ServicesOfApp, totp_identifier: str | None = None
) -> list[CodeAnswer]:
    """The codes that no run has taken yet, newest first; what they are is not shown."""
    found = await run_in_threadpool(list_pushed_codes, parts.settings.library)
    wanted = (totp_identifier or "").strip().casefold()
    return [CodeAnswer.of(each) for each in found if not wanted or each.identifier.casefold() == wanted]


@router.post("", response_model=CredentialAnswer, status_code=201, summary="Keep a credential")
async def create(_: CallerOfRequest, parts: ServicesOfApp, given: NewCredential) -> CredentialAnswer:
    """Keep a login, encrypted. Its password is never shown again."""
    made = await run_in_threadpool(parts.credentials.create, given.name, given.login())
    return CredentialAnswer.of(made)


@router.get("", response_model=list[CredentialAnswer], summary="List credentials")
async def list_credentials(
    _: CallerOfRequest,
    parts: ServicesOfApp,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    page_size: Annotated[int, Query(ge=1, le=100)] = 10,
) -> list[CredentialAnswer]:
    """The credentials, oldest first, without their passwords."""
    found = await run_in_threadpool(parts.credentials.page, page, page_size)
    return [CredentialAnswer.of(each) for each in found]


@router.get("/{credential_id}", response_model=CredentialAnswer, summary="Look at a credential")
async def get(_: CallerOfRequest, parts: ServicesOfApp, credential_id: str) -> CredentialAnswer:
    """A credential, without its password."""
    return CredentialAnswer.of(await run_in_threadpool(parts.credentials.get, credential_id))


@router.post("/{credential_id}/update", response_model=CredentialAnswer, summary="Change a credential")
async def change(
    _: CallerOfRequest, parts: ServicesOfApp, credential_id: str, given: NewCredential
) -> CredentialAnswer:
    """Put another login in its place."""
    changed = await run_in_threadpool(parts.credentials.change, credential_id, given.name, given.login())
    return CredentialAnswer.of(changed)


@router.post("/{credential_id}/delete", status_code=204, summary="Delete a credential")
async def delete(_: CallerOfRequest, parts: ServicesOfApp, credential_id: str) -> Response:
    """Delete a credential. Runs that were queued with it keep what they need."""
    await run_in_threadpool(parts.credentials.delete, credential_id)
    return Response(status_code=204)
