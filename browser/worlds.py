"""Our scripts in the frames of a tab, in a JavaScript world of their own.

An isolated world shares the DOM with the page and nothing else: what the page overrides does not
reach it, and what it keeps (the refs) does not reach the page. Frames of other processes have a
CDP session of their own; the rest go through their nearest ancestor that has one.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from browser.errors import PageGone
from browser.mask import Mask

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Frame, Page

WORLD = "agent-core"
FILES = (
    "dom", "refs", "roles", "names", "visible", "states", "listeners",
    "appearance", "skim", "capture", "quiet", "aim", "press", "fields", "secret", "choice",
    "scroll", "collect",
)  # fmt: skip
EXPORTS = (
    "numberOf", "capture", "whenQuiet", "lastChange", "changes", "elementOf", "act", "ask",
    "watchSecrets", "seenSecrets", "plainCount", "census", "likelyHosts", "noteClosed",
    "noteListening", "noteListeningToo", "noteListeners",
)  # fmt: skip


class ScriptFailed(Exception):
    """Our script could not run in a frame: it navigated away, or its page is being torn down."""


class NoAnswer(ScriptFailed):
    """The page is busy with itself: it did not answer in time."""


@cache
def bundle() -> str:
    """All our scripts as one expression that makes `globalThis.agentCore`."""
    folder = files("browser") / "js"
    source = "\n".join((folder / f"{name}.js").read_text("utf-8") for name in FILES)
    names = ", ".join(EXPORTS)
    return f"(() => {{ 'use strict';\n{source}\nwatch();\nglobalThis.agentCore = {{{names}}}; }})()"


async def send(
    session: CDPSession, method: str, params: dict[str, Any] | None = None, timeout: float = 10.0
) -> dict[str, Any]:
    """Send one CDP command; every failure is a `ScriptFailed`."""
    from playwright.async_api import Error

    try:
        async with asyncio.timeout(timeout):
            answer: dict[str, Any] = await session.send(method, params or {})
    except TimeoutError as error:
        raise NoAnswer(f"the page did not answer within {timeout:g} s") from error
    except Error as error:
        raise ScriptFailed(error.message) from error
    return answer


@dataclass(eq=False)
class Target:
    """The tab itself or a frame in another process: one CDP session, and the contexts it knows."""

    session: CDPSession
    contexts: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Context id -> (frame id, name of the world; "" for the page's own)."""
    arrivals: dict[str, int] = field(default_factory=dict)
    """Frame id -> how many documents have come into it: a context may outlive the empty one it began with."""
    on_window_open: Callable[[str], None] | None = None
    search: str = ""
    """What DevTools calls the last search of its documents, whose results it still holds."""
    looked_into: tuple[tuple[int, ...], int] = ((), 0)
    """Contexts of its documents, and how many more nodes a search found there than our scripts see."""

    async def begin(self) -> None:
        """Hear of contexts as they come and go."""
        self.session.on("Runtime.executionContextCreated", self._created)
        self.session.on("Runtime.executionContextDestroyed", self._destroyed)
        self.session.on("Runtime.executionContextsCleared", lambda _: self.contexts.clear())
        self.session.on("Page.frameNavigated", self._arrived)
        self.session.on("Page.windowOpen", self._window_opens)
        await asyncio.gather(
            *(send(self.session, f"{domain}.enable") for domain in ("Runtime", "Page", "DOM"))
        )

    def _created(self, event: dict[str, Any]) -> None:
        context = event["context"]
        frame_id = context.get("auxData", {}).get("frameId", "")
        own = context.get("auxData", {}).get("isDefault", False)
        self.contexts[context["id"]] = (frame_id, "" if own else context.get("name", ""))

    def _destroyed(self, event: dict[str, Any]) -> None:
        self.contexts.pop(event["executionContextId"], None)

    def _arrived(self, event: dict[str, Any]) -> None:
        frame_id = event["frame"]["id"]
        self.arrivals[frame_id] = self.arrivals.get(frame_id, 0) + 1

    def _window_opens(self, event: dict[str, Any]) -> None:
        if self.on_window_open:
            self.on_window_open(event.get("url", ""))

    def context(self, frame_id: str, world: str = "") -> int:
        """The newest context of a frame's world, or 0."""
        wanted = (frame_id, world)
        return max((number for number, known in self.contexts.items() if known == wanted), default=0)


@dataclass(eq=False)
class World:
    """Our world in one document of one frame."""

    number: int
    """Prefix of its refs: world 3 gives `f3e1`, `f3e2`, ..."""
    frame_id: str
    target: Target
    context: int
    arrival: int = 0
    """Which document it is of those that arrived in the frame, as the target counts them."""
    parent: World | None = None
    owner: int = 0
    """Number of the frame's element in the parent's world; 0 for the top frame."""
    listening: frozenset[int] | None = frozenset()
    """What the script was told listens for clicks, DevTools' numbers; None: it was told otherwise."""
    rooted: bool = False
    """Whether its document had shadow roots that the script knew of, at the last look."""
    told: bool = False
    """Whether the script was told once what it cannot see."""
    page_document: tuple[int, str] = (0, "")
    """The context of the page's own scripts, and what DevTools calls the document there."""
    text: tuple[int, str] = (0, "")
    """The text of its document as it was last handed over, and which edition of it that is."""
    closed_roots: list[int] = field(default_factory=list)
    """The closed shadow roots that the script was told of, by DevTools' numbers."""

    @property
    def session(self) -> CDPSession:
        """The CDP session it is reached through."""
        return self.target.session

    @property
    def gone(self) -> bool:
        """Whether its frame has another document by now, or none."""
        arrived = self.target.arrivals.get(self.frame_id, 0)
        return self.context not in self.target.contexts or arrived != self.arrival

    async def call(self, function: str, *arguments: Any, timeout: float = 10.0) -> Any:
        """Call one of our functions with JSON arguments and give back its JSON answer.

        Raises:
            ScriptFailed: The document is gone, or did not answer in time.
        """
        given = ", ".join(json.dumps(argument) for argument in arguments)
        return await self.evaluate(f"agentCore.{function}({given})", timeout=timeout)

    async def evaluate(self, expression: str, *, timeout: float = 10.0) -> Any:
        """Evaluate an expression in our world.

        Raises:
            ScriptFailed: As for `call`.
        """
        if self.gone:
            raise ScriptFailed("the document is gone")
        params = {
            "expression": expression,
            "contextId": self.context,
            "returnByValue": True,
            "awaitPromise": True,
        }
        return value_of(await send(self.session, "Runtime.evaluate", params, timeout))


def value_of(answer: dict[str, Any]) -> Any:
    """The value a CDP evaluation gave.

    Raises:
        ScriptFailed: It threw.
    """
    if "exceptionDetails" in answer:
        details = answer["exceptionDetails"]
        raise ScriptFailed(str(details.get("exception", {}).get("description") or details.get("text", "")))
    return answer["result"].get("value")


class Counter:
    """Numbers worlds, over all tabs of a session, so that no ref ever means two things."""

    def __init__(self) -> None:
        self._next = 0
        self.worlds: dict[int, World] = {}

    def add(self, frame_id: str, target: Target, context: int, arrival: int) -> World:
        """A world with the next number; those it takes the place of are forgotten."""
        for number, world in list(self.worlds.items()):
            if world.frame_id == frame_id:
                del self.worlds[number]
        world = World(self._next, frame_id, target, context, arrival)
        self.worlds[self._next] = world
        self._next += 1
        return world

    def drop(self, worlds: Iterable[World]) -> None:
        """Forget worlds that are gone."""
        for world in worlds:
            self.worlds.pop(world.number, None)


class Worlds:
    """Our worlds in all frames of one tab."""

    def __init__(
        self,
        page: Page,
        counter: Counter,
        on_window_open: Callable[[str], None] | None = None,
        mask: Mask | None = None,
    ) -> None:
        self.mask = mask if mask is not None else Mask()
        """What may not be seen in any picture of the tab."""
        self._page = page
        self._counter = counter
        self._on_window_open = on_window_open
        self._main: Target | None = None
        self._beginning, self._attaching = asyncio.Lock(), asyncio.Lock()
        self._main_frame_id = ""
        self._remote: dict[Frame, Target | None] = {}
        self._by_frame: dict[str, World] = {}
        self._making: dict[str, asyncio.Lock] = {}
        """Frame id -> who makes the world of its document."""

    async def main(self) -> Target:
        """The tab's own target.

        Raises:
            PageGone: The tab was closed.
        """
        from playwright.async_api import Error

        async with self._beginning:  # one for all who ask at once: each would tell of every window
            if self._main is None:
                try:
                    target = Target(await self._page.context.new_cdp_session(self._page))
                    target.on_window_open = self._on_window_open
                    await target.begin()
                except (Error, ScriptFailed) as error:
                    raise PageGone(f"the tab at {self._page.url} is gone: {error}") from error
                self._main = target
            return self._main

    async def all(self) -> tuple[World, ...]:
        """The worlds of all frames as they are now, the top one first.

        Raises:
            ScriptFailed: The top document is on its way out.
        """
        main = await self.main()
        targets = (main, *await self._remote_targets())
        trees = await asyncio.gather(*(self._frames_of(target) for target in targets))
        frames = [(target, *frame) for target, tree in zip(targets, trees, strict=True) for frame in tree]
        made = await asyncio.gather(*(self._world(target, frame_id) for target, frame_id, _ in frames))
        worlds = {world.frame_id: world for world in made if world}
        if not worlds or not frames or frames[0][1] not in worlds:
            raise ScriptFailed("the page is on its way to another")
        there = {frame_id for _, frame_id, _ in frames}
        self._counter.drop([world for world in self._by_frame.values() if world.frame_id not in there])
        self._by_frame = worlds
        self._making = {frame_id: lock for frame_id, lock in self._making.items() if frame_id in there}
        await asyncio.gather(
            *(
                self._place(worlds[frame_id], worlds[parent_id])
                for _, frame_id, parent_id in frames
                if frame_id in worlds and parent_id in worlds
            )
        )
        return tuple(worlds.values())

    async def top(self) -> World:
        """The world of the tab's own document.

        Raises:
            ScriptFailed: It is on its way out.
        """
        main = await self.main()
        if not self._main_frame_id:
            await self._frames_of(main)
        world = await self._world(main, self._main_frame_id)
        if world is None:
            self._main_frame_id = ""
            raise ScriptFailed("the page is on its way to another")
        return world

    async def _remote_targets(self) -> list[Target]:
        """Targets of frames that live in other processes."""
        async with self._attaching:
            frames = [frame for frame in self._page.frames if frame.parent_frame]
            for known in [frame for frame in self._remote if frame not in frames]:
                del self._remote[known]
            new = [frame for frame in frames if frame not in self._remote and not frame.is_detached()]
            await asyncio.gather(*(self._attach(frame) for frame in new))
            return [target for target in self._remote.values() if target]

    async def _attach(self, frame: Frame) -> None:
        from playwright.async_api import Error

        try:
            target = Target(await self._page.context.new_cdp_session(frame))
            target.on_window_open = self._on_window_open
            await target.begin()
        except (Error, ScriptFailed):
            self._remote[frame] = None  # it lives in its parent's process
        else:
            self._remote[frame] = target

    def close(self) -> None:
        """The tab is gone, and with it all its worlds."""
        self._counter.drop(self._by_frame.values())
        self._by_frame = {}

    def forget(self, frame: Frame) -> None:
        """A frame went to another document, and with it perhaps to another process."""
        self._remote.pop(frame, None)

    async def _frames_of(self, target: Target) -> list[tuple[str, str]]:
        """(frame id, parent's id) of the frames that a target holds, parents first."""
        try:
            answer = await send(target.session, "Page.getFrameTree")
        except ScriptFailed:
            if target is self._main:
                raise
            for frame in [frame for frame, known in self._remote.items() if known is target]:
                del self._remote[frame]
            return []
        found: list[tuple[str, str]] = []
        waiting = [answer["frameTree"]]
        for node in waiting:
            found.append((node["frame"]["id"], node["frame"].get("parentId", "")))
            waiting.extend(node.get("childFrames", ()))
        if target is self._main:
            self._main_frame_id = found[0][0]
        return found

    async def _world(self, target: Target, frame_id: str) -> World | None:
        """The world of a frame's present document, made where it is not there yet."""
        async with self._making.setdefault(
            frame_id, asyncio.Lock()
        ):  # two worlds would not know of each other
            known = self._by_frame.get(frame_id)
            if known and known.target is target and not known.gone:
                return known
            world = await self._made(target, frame_id)
            if world is not None:
                self._by_frame[frame_id] = world
            return world

    async def _made(self, target: Target, frame_id: str) -> World | None:
        """A new world in a frame's present document; None: the document is gone."""
        arrival = target.arrivals.get(frame_id, 0)
        try:
            params = {"frameId": frame_id, "worldName": WORLD}
            context = (await send(target.session, "Page.createIsolatedWorld", params))["executionContextId"]
            script = {"expression": bundle(), "contextId": context}
            value_of(await send(target.session, "Runtime.evaluate", script))
        except ScriptFailed:
            return None
        return self._counter.add(frame_id, target, context, arrival)

    async def _place(self, world: World, parent: World) -> None:
        """Find the element that holds a child frame."""
        if world.parent is parent and world.owner:
            return
        try:
            owner = await send(parent.session, "DOM.getFrameOwner", {"frameId": world.frame_id})
            node = {"backendNodeId": owner["backendNodeId"], "executionContextId": parent.context}
            held = await send(parent.session, "DOM.resolveNode", node)
            call = {
                "functionDeclaration": "function () { return agentCore.numberOf(this); }",
                "objectId": held["object"]["objectId"],
                "returnByValue": True,
            }
            world.owner = int(value_of(await send(parent.session, "Runtime.callFunctionOn", call)))
            world.parent = parent
            # What is held for us would stay in the page's memory for ever.
            await send(parent.session, "Runtime.releaseObject", {"objectId": held["object"]["objectId"]})
        except ScriptFailed:
            world.parent, world.owner = None, 0  # the frame was just taken out of the page
