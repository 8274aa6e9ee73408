"""Who looks at the pages: a person with a key in a cookie, or anybody on this machine where no key was made.

The cookie holds the key, encrypted with the server's secret, since webhooks are signed with it. A page of
another site can neither send the cookie (SameSite=Strict) nor have a form of ours sent: each form carries a
token that is bound to the cookie.
"""

from __future__ import annotations

import hmac
import time
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request, Response
from starlette.requests import HTTPConnection

from agent_core.faces.server.admission.keys import ApiCaller
from agent_core.faces.server.kept.sealing import CannotUnseal
from agent_core.faces.server.services import Services
from agent_core.faces.server.settings import is_loopback

COOKIE = "agent_core"
SIGNED_IN_S = 12 * 3600
"""How long a person stays signed in."""


class SignInNeeded(Exception):
    """The page is only for those who have a key."""


async def visitor(request: Request) -> ApiCaller:
    """Who asks for a page.

    Raises:
        SignInNeeded: A key is needed, and there is none in the cookie, or it is not good any more.
        HTTPException: 403 where the request comes from another site's page.
    """
    who = await visitor_of(request)
    if request.method != "GET":
        await check_form(request)
    return who


async def visitor_of(request: HTTPConnection) -> ApiCaller:
    """Who asks for something, by a request or a WebSocket; where that comes from is to be checked yet.

    Raises:
        SignInNeeded: A key is needed, and there is none in the cookie, or it is not good any more.
        HTTPException: 403 where the pages are not for who asks, 429 where that is too often.
    """
    parts = _parts(request)
    key = _key_in(request, parts)
    needed, key_id = await parts.keys.owner(key)
    if key_id is None:
        if needed:
            raise SignInNeeded
        if not parts.settings.is_loopback or not is_loopback(request.url.hostname or ""):
            raise HTTPException(403, "without an API key, the pages are for this machine alone")
    request.app.state.rates.count(key_id or "")
    return ApiCaller(key_id=key_id or "", key=key if key_id else "")


VisitorOfPage = Annotated[ApiCaller, Depends(visitor)]


async def check_form(request: Request) -> None:
    """Make sure that a form of ours was sent, from a page of ours.

    Raises:
        HTTPException: 403 where it was not.
    """
    given = (await request.form()).get("token", "")
    if not from_own_page(request) or not hmac.compare_digest(
        str(given).encode(), form_token(request).encode()
    ):
        raise HTTPException(403, "the form is not one of this page, or it is too old; load the page again")


def from_own_page(request: HTTPConnection) -> bool:
    """Whether no page of another site has sent it."""
    origin, scheme = request.headers.get("origin"), request.url.scheme
    scheme = {"ws": "http", "wss": "https"}.get(scheme, scheme)
    own = (f"{scheme}://{request.url.netloc}", _parts(request).settings.public_origin)
    return origin is None or (bool(origin) and origin in own)


def _parts(request: HTTPConnection) -> Services:
    found: Services = request.app.state.services
    return found


def form_token(request: HTTPConnection) -> str:
    """What a form carries, to show that a page of ours made it for this visitor."""
    return _parts(request).seal.signature(f"form {request.cookies.get(COOKIE, '')}")


def is_signed_in(request: Request) -> bool:
    """Whether there is a cookie that could be taken back."""
    return COOKIE in request.cookies


def sign_in(request: Request, response: Response, key: str) -> None:
    """Put the key into a cookie that scripts cannot read."""
    value = _parts(request).seal.closed({"key": key, "until": time.time() + SIGNED_IN_S}).decode()
    response.set_cookie(
        COOKIE,
        value,
        max_age=SIGNED_IN_S,
        httponly=True,
        samesite="strict",
        secure="https" in (request.url.scheme, urlsplit(_parts(request).settings.public_url).scheme),
    )


def _key_in(request: HTTPConnection, parts: Services) -> str:
    """The key in the cookie; "" where there is none, or its time is over."""
    try:
        held = parts.seal.opened(request.cookies.get(COOKIE, "").encode("utf-8", "replace"))
    except CannotUnseal:
        return ""
    good = isinstance(held.get("until"), float) and held["until"] > time.time()
    return str(held.get("key", "")) if good else ""
