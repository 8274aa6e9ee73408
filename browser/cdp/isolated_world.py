"""An isolated JavaScript world in one document of one frame, and the target it is reached through."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from browser.cdp.answer_limit import AnswerLimit
from browser.cdp.scripts import NoAnswer, ScriptFailed, send, value_of

if TYPE_CHECKING:
    from playwright.async_api import CDPSession

REF = re.compile(r"f(\d+)e(\d+)")
"""A ref: the number of a world, and that of an element in it."""


@dataclass(eq=False)
class Target:
    """The tab itself or a frame in another process: one CDP session, and the contexts it knows."""

    session: CDPSession
    limit: AnswerLimit = field(default_factory=AnswerLimit)
    """The tab's."""
    of_frame: bool = False
    """Whether it is a frame in another process than the tab's own document."""
    contexts: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Context id -> (frame id, name of the world; "" for the page's own)."""
    arrivals: dict[str, int] = field(default_factory=dict)
    """Frame id -> how many documents have come into it: a context may outlive the empty one it began with."""
    whole: bool = True
    """Whether all of its documents have a world of ours; of too many only some have."""
    on_window_open: Callable[[str], None] | None = None
    on_document: Callable[[], None] | None = None
    """Called when another document has come into the tab; not when the present one changes its address."""
    search: str = ""
    """What DevTools calls the last search of its documents, whose results it still holds."""
    looked_into: tuple[tuple[int, ...], int] = ((), 0)
    """Contexts of its documents, and how many more nodes a search found there than our scripts see."""

    _answered_at: float = 0.0
    """When it answered anything last, monotonic seconds."""

    async def send(
        self, method: str, params: dict[str, Any] | None = None, most_s: float | None = None
    ) -> dict[str, Any]:
        """Send one command; it may take long as long as others are answered: a page does one after the other.

        Args:
            method: Of DevTools.
            params: Its parameters.
            most_s: For how many seconds nothing may be answered; None: as the limit says.

        Raises:
            NoAnswer: Nothing was answered for so long.
            ScriptFailed: It failed.
        """
        began = time.monotonic()
        asked = asyncio.ensure_future(send(self.session, method, params, timeout=None))
        asked.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        try:
            while not asked.done():
                limit_s = most_s or (self.limit.frame_s if self.of_frame else self.limit.page_s)
                left = max(began, self._answered_at) + limit_s - time.monotonic()
                if left <= 0:
                    raise NoAnswer(f"the page did not answer within {limit_s:g} s")
                await asyncio.wait({asked}, timeout=left)
        finally:
            asked.cancel()
        self._answered_at = time.monotonic()
        return asked.result()

    @asynccontextmanager
    async def followed_by(self, *commands: tuple[str, dict[str, Any]]) -> AsyncIterator[None]:
        """Send commands after what is done inside; not where the page does not answer, or it is canceled."""
        try:
            yield
        except NoAnswer:
            raise
        except ScriptFailed:
            for command in commands:
                await self.send(*command)
            raise
        for command in commands:
            await self.send(*command)

    async def begin(self) -> None:
        """Subscribe to execution contexts being created and destroyed."""
        self.session.on("Runtime.executionContextCreated", self._created)
        self.session.on("Runtime.executionContextDestroyed", self._destroyed)
        self.session.on("Runtime.executionContextsCleared", lambda _: self.contexts.clear())
        self.session.on("Page.frameNavigated", self._arrived)
        self.session.on("Page.windowOpen", self._window_opens)
        self.session.on("Page.frameRequestedNavigation", self._requested)
        await asyncio.gather(*(self.send(f"{domain}.enable") for domain in ("Runtime", "Page", "DOM")))

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
        if not self.of_frame and "parentId" not in event["frame"]:
            self.limit.elements = 0  # another page, of which nobody has asked yet
            if self.on_document:
                self.on_document()

    def _window_opens(self, event: dict[str, Any]) -> None:
        if self.on_window_open:
            self.on_window_open(event.get("url", ""))

    def _requested(self, event: dict[str, Any]) -> None:
        """Of a tab or window that a key or the middle button opens, this is the only notice."""
        if event.get("disposition") in ("newTab", "newWindow"):
            self._window_opens(event)

    def context(self, frame_id: str, world: str = "") -> int:
        """The newest context of a frame's world, or 0."""
        wanted = (frame_id, world)
        return max((number for number, known in self.contexts.items() if known == wanted), default=0)


@dataclass(eq=False)
class IsolatedWorld:
    """Our world in one document of one frame."""

    number: int
    """Prefix of its refs: world 3 gives `f3e1`, `f3e2`, ..."""
    frame_id: str
    target: Target
    context: int
    arrival: int = 0
    """Which document it is of those that arrived in the frame, as the target counts them."""
    parent: IsolatedWorld | None = None
    owner: int = 0
    """Number of the frame's element in the parent's world; 0 for the top frame."""
    listening: frozenset[int] | None = frozenset()
    """What the script was told listens for clicks, DevTools' numbers; None: it was told otherwise."""
    rooted: bool = False
    """Whether its document had shadow roots that the script knew of, at the last look."""
    speaks: bool = False
    """Whether custom elements of its document say by ElementInternals what they are."""
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

    async def send(self, method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send one command to its target, as `Target.send` does."""
        return await self.target.send(method, params)

    async def call(self, function: str, *arguments: Any, timeout: float | None = None) -> Any:
        """Call one of our functions with JSON arguments and give back its JSON answer.

        `timeout` is in seconds for a page of ordinary size, and larger ones are given longer; None: the limit
        of `Target.send` holds.

        Raises:
            ScriptFailed: The document is gone, or did not answer in time.
        """
        given = ", ".join(json.dumps(argument) for argument in arguments)
        return await self.evaluate(f"agentCore.{function}({given})", timeout=timeout)

    async def evaluate(self, expression: str, *, timeout: float | None = None) -> Any:
        """Evaluate an expression in our world; `timeout` is as for `call`.

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
        if timeout is None:
            return value_of(await self.send("Runtime.evaluate", params))
        most_s = timeout * self.target.limit.times
        return value_of(await send(self.session, "Runtime.evaluate", params, most_s))


class WorldRegistry:
    """Numbers worlds, over all tabs of a session, so that no ref ever means two things."""

    def __init__(self) -> None:
        self._next = 0
        self.worlds: dict[int, IsolatedWorld] = {}

    def add(self, frame_id: str, target: Target, context: int, arrival: int) -> IsolatedWorld:
        """A world with the next number; those it takes the place of are forgotten."""
        for number, world in list(self.worlds.items()):
            if world.frame_id == frame_id:
                del self.worlds[number]
        world = IsolatedWorld(self._next, frame_id, target, context, arrival)
        self.worlds[self._next] = world
        self._next += 1
        return world

    def drop(self, worlds: Iterable[IsolatedWorld]) -> None:
        """Forget worlds that are gone."""
        for world in worlds:
            self.worlds.pop(world.number, None)
