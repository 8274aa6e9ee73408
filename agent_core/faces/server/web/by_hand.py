"""The browser of a run, live: pictures for all who watch, and the inputs of the one person who took it over.

One WebSocket serves both. The page sends `{"type": "hello", "token": ...}` first, then `take`, `resume`,
`input`, `alive` and `release`; it is sent pictures (binary, JPEG) and `held`, `free`, `page` and `refused`.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import aclosing
from typing import Any, Protocol, runtime_checkable

from fastapi import APIRouter, HTTPException, WebSocket, WebSocketDisconnect
from pydantic_core import to_jsonable_python
from starlette.websockets import WebSocketState

from agent_core import BadRequest, CannotTakeOver, Hold, HoldEnded
from agent_core.faces.server.holds import MOST_WATCHING, Holds
from agent_core.faces.server.services import Services
from agent_core.faces.server.web.visitors import (
    SignInNeeded,
    form_token,
    from_own_page,
    visitor_of,
)

logger = logging.getLogger(__name__)

router = APIRouter(include_in_schema=False)

LONGEST_MESSAGE = 64_000
"""Characters."""
HELLO_S = 10.0
"""How long a page may take to say who it is."""
TAKING_S = 30.0
"""How long an act of the agent may go on before a person is told to try again."""
LOOK_S = 0.2
"""How often it is looked which tabs and which dialog there are."""
GOING_AWAY = (1000, 1001)
"""Codes of a page that was left, and not of a connection that broke."""
REFUSED, TOO_MANY, NO_RUN, NOT_OURS = 4403, 1013, 4404, 1007


@runtime_checkable
class HandedOver(Protocol):
    """A run whose page can be watched and taken over; `agent_core.Run` is one."""

    def pictures(self) -> AsyncIterator[Any]:
        """Pictures with their `jpeg`, as the page changes."""

    async def take_over(self, who: str = "") -> Hold:
        """Have the page for a person."""


@router.websocket("/runs/{run_id}/hand")
async def hand(socket: WebSocket, run_id: str) -> None:
    """Watch the browser of a run, and take it over."""
    try:
        await visitor_of(socket)
    except (SignInNeeded, HTTPException):
        await socket.close(REFUSED)
        return
    if not from_own_page(socket):
        await socket.close(REFUSED)
        return
    await socket.accept()
    services: Services = socket.app.state.services
    run: object = services.worker.going.get(run_id)
    if not isinstance(run, HandedOver):
        await socket.close(NO_RUN, "this run does not go on here")
        return
    if services.holds.watching >= MOST_WATCHING:
        await socket.close(TOO_MANY, "too many watch")
        return
    services.holds.watching += 1
    try:
        if await _said_hello(socket):
            await _Viewer(socket, run, run_id, services.holds).serve()
        else:
            await socket.close(REFUSED, "the page is too old; load it again")
    except WebSocketDisconnect as gone:
        logger.debug("who watched %s is gone: %s", run_id, gone.code)
    finally:
        services.holds.watching -= 1
        if WebSocketState.CONNECTED == socket.client_state == socket.application_state:
            await socket.close(NOT_OURS)


async def _said_hello(socket: WebSocket) -> bool:
    """Whether a page of ours is at the other end, made for this visitor."""
    try:
        async with asyncio.timeout(HELLO_S):
            said = await _said_in(socket)
    except TimeoutError:
        return False
    given = str(said.get("token", "")) if said.get("type") == "hello" else ""
    return hmac.compare_digest(given.encode("utf-8", "replace"), form_token(socket).encode())


class _Viewer:
    """One connection, from its hello to its end."""

    def __init__(self, socket: WebSocket, run: HandedOver, run_id: str, holds: Holds) -> None:
        self._socket, self._run, self._run_id, self._holds = socket, run, run_id, holds
        self._hold: Hold | None = None

    async def serve(self) -> None:
        """Send and receive until one side goes away, or the run has no page any more."""
        works: tuple[Coroutine[Any, Any, None], ...] = (self._hear(), self._show(), self._tell())
        tasks = {asyncio.create_task(work) for work in works}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        except WebSocketDisconnect as gone:
            if self._hold is not None and gone.code in GOING_AWAY:
                await self._hold.release()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _show(self) -> None:
        try:
            pictures = self._run.pictures()
        except CannotTakeOver:
            await self._socket.close(NO_RUN, "there is no page yet")
            return
        async with aclosing(pictures) as shown:  # type: ignore[type-var]
            async for picture in shown:
                await self._socket.send_bytes(picture.jpeg)
        await self._socket.close(NO_RUN, "the run has ended")

    async def _tell(self) -> None:
        """Say what is beside the picture while the page is held, and that it is not held any more."""
        told = ""
        while True:
            await asyncio.sleep(LOOK_S)
            hold = self._hold
            if hold is None:
                told = ""
            elif not hold.lasts:
                self._hold = None
                await self._send(type="free", why=hold.ended)
            elif (now := json.dumps(to_jsonable_python(hold.page()))) != told:
                told = now
                await self._send(type="page", **json.loads(now))

    async def _hear(self) -> None:
        while True:
            said = await _said_in(self._socket)
            try:
                await self._do(said)
            except (BadRequest, CannotTakeOver) as error:
                await self._send(type="refused", why=str(error))
            except HoldEnded as error:
                self._hold = None
                await self._send(type="free", why=str(error))

    async def _do(self, said: dict[str, Any]) -> None:
        match said.get("type"):
            case "take":
                await self._take()
            case "resume":
                self._hold = self._holds.again(self._run_id, str(said.get("hold", "")))
                await self._send(type="held" if self._hold else "free", why="")
            case "release" if self._hold is not None:
                hold, self._hold = self._hold, None
                await hold.release()
                await self._send(type="free", why="")
            case "alive" if self._hold is not None:
                self._hold.renew()
            case "input" if self._hold is not None:
                inputs = said.get("inputs")
                await self._hold.send(inputs if isinstance(inputs, list) else [])
            case "release" | "alive" | "input":
                raise CannotTakeOver("the page is not held; take it over first")
            case _:
                raise BadRequest("type", "must be take, resume, input, alive or release")

    async def _take(self) -> None:
        if self._hold is not None and self._hold.lasts:
            raise CannotTakeOver("you have the page already")
        try:
            async with asyncio.timeout(TAKING_S):
                self._hold = await self._run.take_over()
        except TimeoutError:
            why = f"what the agent does now takes longer than {TAKING_S:g} s; try again"
            raise CannotTakeOver(why) from None
        name = self._holds.keep(self._run_id, self._hold)
        await self._send(type="held", hold=name, lapses_s=self._hold.lapses_s)

    async def _send(self, **said: Any) -> None:
        await self._socket.send_text(json.dumps(said))


async def _said_in(socket: WebSocket) -> dict[str, Any]:
    """The next message of the page.

    Raises:
        WebSocketDisconnect: The page is gone, or it is none of ours, and is not talked to any more.
    """
    try:
        text = await socket.receive_text()
        said = json.loads(text) if len(text) <= LONGEST_MESSAGE else None
    except (KeyError, ValueError, RecursionError):  # bytes; no JSON; brackets without end
        said = None
    if not isinstance(said, dict):
        raise WebSocketDisconnect(NOT_OURS, "no message of this page")
    return said
