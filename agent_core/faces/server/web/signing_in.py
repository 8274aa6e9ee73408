"""Signing in with a key, and out again."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import FileResponse, RedirectResponse

from agent_core.faces.server.errors import NotFound
from agent_core.faces.server.services import ServicesOfApp
from agent_core.faces.server.web.answers import ASSETS, HEADERS, KINDS, PageRoute, page
from agent_core.faces.server.web.visitors import COOKIE, check_form, sign_in

router = APIRouter(route_class=PageRoute, include_in_schema=False)

_OWN = re.compile(r"/(?![/\\])[!-~]*")
"""A path and nothing before it; browsers leave tabs and line ends out, and read a backslash as a slash."""


@router.get("/assets/{name}")
async def asset(name: str) -> Response:
    """A style sheet or a script."""
    path = ASSETS.get(name)
    if path is None:
        raise NotFound(f"there is no file {name[:64]!r}")
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
    return FileResponse(path, media_type=KINDS[path.suffix], headers=headers)


@router.get("/sign-in")
async def sign_in_page(request: Request, to: Annotated[str, Query(max_length=500)] = "/") -> Response:
    """The page that asks for a key."""
    return page(request, "sign_in.html", to=_own(to), wrong=False)


@router.post("/sign-in")
async def take_key(
    request: Request,
    parts: ServicesOfApp,
    key: Annotated[str, Form(max_length=500)] = "",
    to: Annotated[str, Form(max_length=500)] = "/",
) -> Response:
    """Take a key, and go on to the page that was wanted."""
    await check_form(request)
    request.app.state.rates.count("signing in")
    _, key_id = await parts.keys.owner(key.strip())
    if key_id is None:
        return page(request, "sign_in.html", 403, to=_own(to), wrong=True)
    answer = RedirectResponse(_own(to), 303, headers=HEADERS)
    sign_in(request, answer, key.strip())
    return answer


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """Forget the key."""
    await check_form(request)
    answer = RedirectResponse("/sign-in", 303, headers=HEADERS)
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return answer


def _own(to: str) -> str:
    """The path of this server that is named; another address leads to the first page."""
    return to if _OWN.fullmatch(to) else "/"
