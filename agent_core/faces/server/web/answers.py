"""Pages as answers: their headers, their errors, and the templates they are made of."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Coroutine
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from jinja2 import Environment
from starlette.exceptions import HTTPException as AnyHTTPException

from agent_core import START_ERRORS, NoSuchRun, NoSuchWorkflow
from agent_core.faces.pages.environment import HERE as PAGES
from agent_core.faces.pages.environment import new_environment
from agent_core.faces.server.errors import Conflict, NotFound, TooMany
from agent_core.faces.server.web.visitors import SignInNeeded, form_token, is_signed_in

HERE = Path(__file__).parent
ASSETS = {
    "base.css": PAGES / "assets/base.css",
    "run.css": PAGES / "assets/run.css",
    "run.js": PAGES / "assets/run.js",
    "icon.svg": HERE / "assets/icon.svg",
    "server.css": HERE / "assets/server.css",
    "live.js": HERE / "assets/live.js",
    "hand.js": HERE / "assets/hand.js",
    "forms.js": HERE / "assets/forms.js",
}
KINDS = {".svg": "image/svg+xml", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
COMPRESSED_FROM = 4000
"""Bytes; a shorter page is sent as it is."""
TITLES = {
    400: "That cannot be done",
    403: "That is not allowed",
    404: "There is no such page",
    409: "That cannot be done now",
    413: "That is too much",
    422: "That cannot be done",
    429: "Too much at once",
}


@cache
def templates() -> Environment:
    """The templates of the pages."""
    environment = new_environment(HERE / "templates")
    environment.globals["asset"] = _asset
    return environment


@cache
def _asset(name: str) -> str:
    """The address of a style sheet or a script; it changes with what is in it."""
    return f"/assets/{name}?v={sha256(ASSETS[name].read_bytes()).hexdigest()[:10]}"


def rendered(template: str, **context: Any) -> str:
    """A template as text."""
    return templates().get_template(template).render(**context)


def page(request: Request, template: str, code: int = 200, **context: Any) -> HTMLResponse:
    """A page as an answer, compressed where the browser reads that: the page of a long run repeats itself.

    What is compressed may be guessed by who has it made again and again beside words of theirs. No other site
    can: the cookie is not sent for it.
    """
    known = {
        "path": request.url.path,
        "token": form_token(request),
        "signed_in": is_signed_in(request),
    }
    html = rendered(template, **known, **context).encode()
    if len(html) < COMPRESSED_FROM or "gzip" not in request.headers.get("accept-encoding", ""):
        return HTMLResponse(html, code, headers=HEADERS | {"Vary": "Accept-Encoding"})
    packed = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return HTMLResponse(gzip.compress(html, 5, mtime=0), code, headers=HEADERS | packed)


class PageRoute(APIRoute):
    """A route whose errors are pages."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of the route, with its errors answered for people."""
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except SignInNeeded:
                wanted = request.url.path if request.method == "GET" else "/"
                return RedirectResponse(f"/sign-in?to={quote(wanted, safe='')}", 303, headers=HEADERS)
            except (HTTPException, AnyHTTPException) as error:
                said = error_page(request, error.status_code, str(error.detail))
                said.headers.update(error.headers or {})
                return said
            except RequestValidationError as error:
                first = error.errors()[0]
                return error_page(request, 422, f"{first['loc'][-1]}: {first['msg']}")
            except (NotFound, NoSuchRun, NoSuchWorkflow) as error:
                return error_page(request, 404, str(error))
            except Conflict as error:
                return error_page(request, 409, str(error))
            except TooMany as error:
                return error_page(request, 429, str(error))
            except START_ERRORS as error:
                return error_page(request, 400, str(error))

        return answer


def error_page(request: Request, status: int, said: str) -> HTMLResponse:
    """A page that says what went wrong."""
    title = TITLES.get(status, "That did not work")
    return page(request, "error.html", status, title=title, said=said, number=status)
