"""Credentials: a user's name and password, kept for POST /v1/run/tasks/login."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from agent_core.faces.server.keys import CallerOfRequest
from agent_core.faces.server.services import ServicesOfApp
from agent_core.faces.server.wire.credentials import CredentialAnswer, NewCredential

router = APIRouter(prefix="/v1/credentials", tags=["Credentials"])


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
