"""Our scripts in the frames of a tab, in a JavaScript world of their own.

An isolated world shares the DOM with the page and nothing else: what the page overrides does not
reach it, and what it keeps (the refs) does not reach the page. Frames of other processes have a
CDP session of their own; the rest go through their nearest ancestor that has one.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from browser.errors import PageGone

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Frame, Page

WORLD = "agent-core"
FILES = ("dom", "refs", "roles", "names", "visible", "states", "appearance", "capture", "quiet", "acts")
EXPORTS = (
    "capture",
    "stillness",
    "whenQuiet",
    "watch",
    "aim",
    "spokenOf",
    "frameBox",
    "refOf",
    "elementOf",
    "act",
)


class ScriptFailed(Exception):
    """Our script could not run in a frame: it navigated away, or its page is being torn down."""


@cache
def bundle() -> str:
    """All our scripts as one expression that makes `globalThis.agentCore`."""
    folder = files("browser") / "js"
    source = "\n".join((folder / f"{name}.js").read_text("utf-8") for name in FILES)
    names = ", ".join(EXPORTS)
    return f"(() => {{ 'use strict';\n{source}\nglobalThis.agentCore = {{{names}}};\nreturn true; }})()"


@dataclass(eq=False)
class World:
    """Our world in one document of one frame."""

    number: int
    """Prefix of its refs: world 3 gives `f3e1`, `f3e2`, ..."""
    frame_id: str
    session: CDPSession
    context: int
    parent: World | None = None
    owner: str = ""
    """Number of the frame's element in the parent's world; "" for the top frame."""

    async def call(self, function: str, *arguments: Any, timeout: float = 10.0) -> Any:
        """Call one of our functions with JSON arguments and give back its JSON answer.

        Raises:
            ScriptFailed: The document is gone, or did not answer in time.
        """
        given = ", ".join(json.dumps(argument) for argument in arguments)
        params = {
            "expression": f"agentCore.{function}({given})",
            "contextId": self.context,
            "returnByValue": True,
            "awaitPromise": True,
        }
        return _value(await send(self.session, "Runtime.evaluate", params, timeout))


def _value(answer: dict[str, Any]) -> Any:
    if "exceptionDetails" in answer:
        details = answer["exceptionDetails"]
        said = details.get("exception", {}).get("description") or details.get("text", "")
        raise ScriptFailed(str(said))
    return answer["result"].get("value")


async def send(
    session: CDPSession, method: str, params: dict[str, Any] | None = None, timeout: float = 10.0
) -> dict[str, Any]:
    """Send one CDP command; every failure is a `ScriptFailed`."""
    from playwright.async_api import Error

    try:
        async with asyncio.timeout(timeout):
            answer: dict[str, Any] = await session.send(method, params or {})
    except TimeoutError as error:
        raise ScriptFailed(f"the page did not answer within {timeout:g} s") from error
    except Error as error:
        raise ScriptFailed(error.message) from error
    return answer


class Counter:
    """Numbers worlds, over all tabs of a session, so that no ref ever means two things."""

    def __init__(self) -> None:
        self._next = 0
        self.worlds: dict[int, World] = {}

    def add(self, frame_id: str, session: CDPSession, context: int) -> World:
        """A world with the next number."""
        world = World(self._next, frame_id, session, context)
        self.worlds[self._next] = world
        self._next += 1
        return world


@dataclass(eq=False)
class Worlds:
    """Our worlds in all frames of one tab."""

    page: Page
    counter: Counter
    _sessions: dict[Frame, CDPSession | None] = field(default_factory=dict)
    _by_frame: dict[str, World] = field(default_factory=dict)
    _main: CDPSession | None = None

    async def main_session(self) -> CDPSession:
        """The CDP session of the tab itself."""
        from playwright.async_api import Error

        if self._main is None:
            try:
                self._main = await self.page.context.new_cdp_session(self.page)
            except Error as error:
                raise PageGone(f"the tab is gone: {error.message}") from error
        return self._main

    async def all(self) -> tuple[World, ...]:
        """The worlds of all frames as they are now, parents before children."""
        main = await self.main_session()
        remote = await self._remote_sessions()
        trees = await asyncio.gather(*(self._tree(session) for session in (main, *remote)))
        found = [
            (session, frame) for session, tree in zip((main, *remote), trees, strict=True) for frame in tree
        ]
        made = await asyncio.gather(*(self._world(session, frame_id) for session, (frame_id, _) in found))
        worlds = {world.frame_id: world for world in made if world}
        for _, (frame_id, parent_id) in found:
            if frame_id in worlds and parent_id in worlds:
                await self._place(worlds[frame_id], worlds[parent_id])
        self._by_frame = worlds
        return tuple(worlds.values())

    async def top(self) -> World:
        """The world of the tab's own document."""
        main = await self.main_session()
        [(frame_id, _), *_] = await self._tree(main) or [("", "")]
        world = await self._world(main, frame_id) if frame_id else None
        if world is None:
            raise ScriptFailed("the page is not ready")
        self._by_frame[frame_id] = world
        return world

    async def _remote_sessions(self) -> list[CDPSession]:
        """Sessions of frames that live in other processes."""
        from playwright.async_api import Error

        frames = [frame for frame in self.page.frames if frame.parent_frame]
        for frame in frames:
            if frame in self._sessions:
                continue
            try:
                self._sessions[frame] = await self.page.context.new_cdp_session(frame)
            except Error:
                self._sessions[frame] = None
        for frame in [known for known in self._sessions if known not in frames]:
            del self._sessions[frame]
        return [session for session in self._sessions.values() if session]

    async def _tree(self, session: CDPSession) -> list[tuple[str, str]]:
        """(frame id, parent's id) of the frames that this session reaches, parents first."""
        try:
            answer = await send(session, "Page.getFrameTree")
        except ScriptFailed:
            for frame, known in list(self._sessions.items()):
                if known is session:
                    del self._sessions[frame]
            if session is self._main:
                raise
            return []
        found: list[tuple[str, str]] = []
        waiting = [answer["frameTree"]]
        while waiting:
            node = waiting.pop(0)
            found.append((node["frame"]["id"], node["frame"].get("parentId", "")))
            waiting.extend(node.get("childFrames", ()))
        return found

    async def _world(self, session: CDPSession, frame_id: str) -> World | None:
        """The world of a frame's present document, made where it is not there yet."""
        params = {"frameId": frame_id, "worldName": WORLD}
        try:
            context = (await send(session, "Page.createIsolatedWorld", params))["executionContextId"]
            known = self._by_frame.get(frame_id)
            if known and known.context == context and known.session is session:
                return known
            await send(session, "Runtime.evaluate", {"expression": bundle(), "contextId": context})
        except ScriptFailed:
            return None
        return self.counter.add(frame_id, session, context)

    async def _place(self, world: World, parent: World) -> None:
        """Find the element that holds a child frame."""
        if world.parent is parent and world.owner:
            return
        try:
            owner = await send(parent.session, "DOM.getFrameOwner", {"frameId": world.frame_id})
            node = {"backendNodeId": owner["backendNodeId"], "executionContextId": parent.context}
            held = await send(parent.session, "DOM.resolveNode", node)
            call = {
                "functionDeclaration": "function () { return agentCore.refOf(this); }",
                "objectId": held["object"]["objectId"],
                "returnByValue": True,
            }
            world.owner = str(_value(await send(parent.session, "Runtime.callFunctionOn", call)))
            world.parent = parent
        except ScriptFailed:
            world.parent, world.owner = None, ""
