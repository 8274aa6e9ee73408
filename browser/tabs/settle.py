"""Waiting until a page has come to rest: nothing changes, nothing it asked for is on its way,
nothing moves. Never a fixed time, never the network's being idle, always with a ceiling.

Frames of the page's own process are part of it; what others send (mostly advertisements) is waited for only
where it was acted in."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from browser.cdp.isolated_world import IsolatedWorld
from browser.cdp.isolated_worlds import IsolatedWorlds
from browser.cdp.scripts import ScriptFailed
from browser.model.addresses.origins import host_of

if TYPE_CHECKING:
    from playwright.async_api import Frame, Page, Request

logger = logging.getLogger("agent_core." + __name__)

CALM_MS = 60
"""How long nothing may change."""
LOOK_S = 1.0
"""After so long without calm it is looked whether that is still to be waited for."""
MOST_FRAMES = 20
"""A page with more of its own is known by its top document and by where it was acted in."""
BLANK_S = 10.0
"""A page that shows nothing, or only that it is loading, is waited for until it is so old."""
CEILING_S = 3.0
NAVIGATION_CEILING_S = 10.0
SPARE_S = 0.5
"""What the page is given beyond the ceiling to say that it is not at rest."""
OWN_ANSWER_S = 2.5
"""How long an answer of the page's own host is waited for; longer ones are polls or streams."""
OTHERS_ANSWER_S = 0.8
"""How long an answer of another host is waited for: advertisements, counters, pictures of maps."""
STUCK_S = 2.0
"""A document that is still loading counts as there when it has content and has not grown for so long."""
IGNORED = frozenset(
    (
        "image",
        "media",
        "font",
        "eventsource",
        "websocket",
        "ping",
        "manifest",
        "texttrack",
        "cspviolationreport",
        "other",
    )
)
"""Kinds of requests whose answers do not change what can be done."""


@dataclass(eq=False)
class Traffic:
    """The requests of a tab that are on their way."""

    page: Page
    worlds: IsolatedWorlds
    pending: dict[Request, float] = field(default_factory=dict)
    sent: int = 0
    """How often scripts of the tab have sent something to its own server."""

    def __post_init__(self) -> None:
        self.page.on("request", self._started)
        self.page.on("requestfinished", self._ended)
        self.page.on("requestfailed", self._ended)
        self.page.on("framenavigated", self._navigated)

    def _started(self, request: Request) -> None:
        if request.resource_type not in IGNORED:
            self.pending[request] = time.monotonic()
        sends = request.resource_type in ("fetch", "xhr") and request.method not in ("GET", "HEAD", "OPTIONS")
        self.sent += sends and host_of(request.url) == host_of(self.page.url)

    def _ended(self, request: Request) -> None:
        self.pending.pop(request, None)

    def _navigated(self, frame: Frame) -> None:
        self.worlds.forget(frame)
        if frame.parent_frame is None:
            self.pending.clear()

    @property
    def on_its_way_to(self) -> str:
        """The address of the document that the tab has asked for and not got; "" where there is none."""
        return next(
            (
                request.url
                for request in self.pending
                if request.is_navigation_request() and request.frame.parent_frame is None
            ),
            "",
        )

    def busy(self, since: float) -> bool:
        """Whether something asked for after `since` (monotonic seconds) is still to be waited for."""
        return any(
            began >= since and self._matters(request, began) for request, began in self.pending.items()
        )

    def _matters(self, request: Request, began: float) -> bool:
        waited = time.monotonic() - began
        if request.is_navigation_request() and request.frame.parent_frame is None:
            return True
        own = host_of(request.url) == host_of(self.page.url)
        return waited < (OWN_ANSWER_S if own else OTHERS_ANSWER_S)


async def settle(
    worlds: IsolatedWorlds,
    traffic: Traffic,
    since: float,
    *,
    ceiling_s: float = CEILING_S,
    acted_in: tuple[IsolatedWorld, ...] = (),
    rested: bool = False,
) -> bool:
    """Wait until the tab is quiet, at most `ceiling_s`; a navigation that has begun is given more.

    Gives whether it was quiet from the beginning.

    Args:
        worlds: Our worlds in the tab.
        traffic: Its requests.
        since: When what is waited for began, monotonic seconds; older requests are not waited for.
        ceiling_s: The most seconds to wait.
        acted_in: Frames that are waited for whoever sent them.
        rested: Whether this was waited for before, and nothing was done to the tab since. A document that has
            not changed from then on is still quiet.
    """
    began = time.monotonic()
    document = None
    waits = 0
    while (left := began + ceiling_s - time.monotonic()) > 0:
        try:
            async with asyncio.timeout(left + SPARE_S):
                top = await worlds.top()
                if document is not None and top is not document:
                    ceiling_s = max(ceiling_s, NAVIGATION_CEILING_S)
                document = top
                frames = await _frames(worlds, traffic.page, acted_in)
                state, *inner = await asyncio.gather(
                    _calm(top, left, rested), *(_calm_in(one, left, rested) for one in frames)
                )
        except TimeoutError:
            logger.debug("%s did not say in time whether it is at rest", traffic.page.url)
            return False
        except ScriptFailed as error:
            logger.debug("a document went away while it came to rest: %s", error)
            await asyncio.sleep(0.01)
            continue
        if state["leaving"]:
            ceiling_s = max(ceiling_s, NAVIGATION_CEILING_S)
        elif state["blank"]:
            ceiling_s = max(ceiling_s, BLANK_S)
        elif state["ready"] == "loading":
            if state["still"] > STUCK_S * 1000 and state["content"]:
                return False  # the parser waits for a script that does not come
        elif not traffic.busy(since):
            return bool(state["at_once"]) and all(inner) and waits == 0
        waits, rested = waits + 1, False
        await asyncio.sleep(0.01)
    return False


async def _frames(
    worlds: IsolatedWorlds, page: Page, acted_in: tuple[IsolatedWorld, ...]
) -> list[IsolatedWorld]:
    """The documents in frames that are waited for."""
    if len(page.frames) < 2:
        return []
    if worlds.unread_frames:
        return [world for world in acted_in if world.parent is not None and not world.gone]
    top, *inner = await worlds.all()
    own = [world for world in inner if world.target is top.target]
    return [world for world in inner if world in acted_in or (world in own and len(own) <= MOST_FRAMES)]


async def _calm(world: IsolatedWorld, left: float, rested: bool) -> dict[str, Any]:
    ceiling_ms = max(1, int(min(left, LOOK_S) * 1000))
    state: dict[str, Any] = await world.call(
        "whenQuiet", CALM_MS, ceiling_ms, int(BLANK_S * 1000), rested, timeout=left + SPARE_S
    )
    return state


async def _calm_in(frame: IsolatedWorld, left: float, rested: bool) -> bool:
    """Wait likewise; whether it was quiet from the beginning. A frame that goes away is not waited for."""
    try:
        return bool((await _calm(frame, left, rested))["at_once"])
    except ScriptFailed as error:
        logger.debug("a frame went away while it came to rest: %s", error)
        return False
