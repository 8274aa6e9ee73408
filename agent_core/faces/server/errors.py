"""What went wrong -> a status and one sentence, in the forms that the published clients read."""

from __future__ import annotations

import errno
import logging
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exception_handlers import http_exception_handler
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from agent_core import (
    AgentCoreError,
    BadRequest,
    BrowserError,
    EngineUnavailable,
    NoSuchRun,
    NoSuchWorkflow,
    UnknownEngine,
)
from agent_core.faces.server.database.opening import first_line

logger = logging.getLogger(__name__)

ADDRESSES = frozenset({"url", "webhook_url", "totp_url", "browser_address"})
"""Fields whose mistakes are answered with 400 and a text, as the published API does."""


class NotFound(AgentCoreError, LookupError):
    """There is nothing of that id."""


class Conflict(AgentCoreError):
    """It cannot be done as things stand."""


class TooMany(AgentCoreError):
    """A caller has as many of them as it may have."""


class NoRoom(AgentCoreError):
    """The server keeps as much already as it may."""


def answer_errors(app: FastAPI) -> None:
    """Let the app answer what is raised in it."""

    @app.exception_handler(BadRequest)
    async def bad_request(_: Request, error: BadRequest) -> JSONResponse:
        if error.field in ADDRESSES:
            return JSONResponse({"detail": str(error)}, 400)
        loc = ["body", *error.field.split(".")]
        return JSONResponse({"detail": [{"type": "value_error", "loc": loc, "msg": error.why}]}, 422)

    @app.exception_handler(UnknownEngine)
    async def unknown_engine(_: Request, error: UnknownEngine) -> JSONResponse:
        said = {"type": "enum", "loc": ["body", "engine"], "msg": str(error)}
        return JSONResponse({"detail": [said]}, 422)

    @app.exception_handler(RequestValidationError)
    async def not_valid(_: Request, error: RequestValidationError) -> JSONResponse:
        told = [
            {"type": each["type"], "loc": list(each["loc"]), "msg": _plainly(each["msg"])}
            for each in error.errors()
        ]
        return JSONResponse({"detail": told}, 422)

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        # What no route answers has only the name of its status.
        if error.detail == HTTPStatus(error.status_code).phrase and error.status_code in (404, 405):
            said = {
                404: "there is nothing at this address; /docs lists every call",
                405: f"this address does not take {request.method[:20]}; /docs lists every call",
            }
            error = HTTPException(error.status_code, said[error.status_code], error.headers)
        return await http_exception_handler(request, error)

    def said(status: int, *kinds: type[Exception]) -> None:
        async def answer(_: Request, error: Exception) -> JSONResponse:
            return JSONResponse({"detail": str(error)}, status)

        for kind in kinds:
            app.add_exception_handler(kind, answer)

    said(400, EngineUnavailable)
    said(404, NoSuchRun, NoSuchWorkflow, NotFound)
    said(409, Conflict)
    said(429, TooMany)
    said(503, BrowserError)
    said(507, NoRoom)

    @app.exception_handler(DataError)
    async def not_kept(_: Request, error: DataError) -> JSONResponse:
        return JSONResponse({"detail": f"the database cannot keep that: {first_line(error)}"}, 422)

    @app.exception_handler(DBAPIError)
    async def database_gone(_: Request, error: DBAPIError) -> JSONResponse:
        logger.warning("the database refused: %s", first_line(error))
        if "full" in first_line(error):
            return JSONResponse({"detail": "the disk of the database is full; nothing was kept"}, 507)
        return _try_again("the database does not answer; nothing was kept, try again")

    @app.exception_handler(PoolTimeout)
    async def database_busy(_: Request, error: PoolTimeout) -> JSONResponse:
        logger.warning("no connection to the database was free: %s", error)
        return _try_again("the database is busy; nothing was kept, try again")

    @app.exception_handler(OSError)
    async def disk(_: Request, error: OSError) -> JSONResponse:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return JSONResponse({"detail": "the server's disk is full; nothing was kept"}, 507)
        return _fault(error)

    @app.exception_handler(Exception)
    async def fault(_: Request, error: Exception) -> JSONResponse:
        return _fault(error)


def _plainly(message: str) -> str:
    return message.replace("Input should", "must").replace("String should", "must")


def _try_again(said: str) -> JSONResponse:
    return JSONResponse({"detail": said}, 503, headers={"Retry-After": "5"})


def _fault(error: Exception) -> JSONResponse:
    logger.error("a request was not answered because of a mistake in the program", exc_info=error)
    return JSONResponse({"error": f"Unexpected error: {type(error).__name__}"}, 500)
