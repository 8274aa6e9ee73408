"""The answers to what cannot be done, as the API's description shows them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel


class Problem(BaseModel):
    """Why a request was refused."""

    detail: str
    """One sentence."""


_MEANINGS = {
    400: "The body is no JSON, an address cannot be used, or the engine has not what it needs.",
    403: "The API key is missing or is none of this server's.",
    404: "There is nothing of this id.",
    409: "It cannot be done as things stand.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    429: "The key has asked for too much; Retry-After says when to try again.",
    503: "The database does not answer, and nothing was kept; or there is no browser that starts.",
    507: "There is no room for it, and nothing was kept.",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route may answer beside its result; every route may answer 403, 429 and 503."""
    return {
        status: {"model": Problem, "description": _MEANINGS[status]}
        for status in sorted({403, 429, 503, *statuses})
    }


def problem_of(status: int) -> dict[str, Any]:
    """The answer as a finished description has it."""
    schema = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    return {"description": _MEANINGS[status], "content": {"application/json": {"schema": schema}}}
