"""Which version of agent-core serves."""

from __future__ import annotations

from importlib import metadata

from fastapi import APIRouter

router = APIRouter(tags=["Server"])


@router.get("/v1/version", summary="The server's version")
async def get_version() -> dict[str, str]:
    """The version of agent-core. It needs no key."""
    return {"version": metadata.version("agent-core"), "name": "agent-core"}
