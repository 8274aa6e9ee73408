"""One tab of ours, and what is kept for it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from browser.cdp.isolated_world import IsolatedWorld
from browser.cdp.isolated_worlds import IsolatedWorlds
from browser.tabs.dialogs import DialogCount, WaitingDialog
from browser.tabs.settle import Traffic
from browser.tabs.troubles import Troubles

if TYPE_CHECKING:
    from playwright.async_api import Page


@dataclass(frozen=True, slots=True)
class Watched:
    """The documents in which it is noted what an act changes."""

    document: IsolatedWorld | None = None
    """The tab's own document; None: no act was done in the tab yet."""
    frames: tuple[IsolatedWorld, ...] = ()
    """That document, and those of the frames that the last act was meant for."""


@dataclass(eq=False)
class OurTab:
    """A tab of ours, and all we keep for it."""

    id: str
    page: Page
    worlds: IsolatedWorlds
    traffic: Traffic
    troubles: Troubles
    dialog: WaitingDialog | None = None
    dialogs: DialogCount = field(default_factory=DialogCount)
    crashed: bool = False
    title: str = ""
    furnished: asyncio.Task[None] | None = None
    """What is set up for it; it is waited for where nothing may be opened before."""
    expected: str = ""
    """The address it was opened with by a page, which it may not have come to yet."""
    watched: Watched = Watched()
    last_seen: Any = field(default=None, repr=False)
    """What the last capture found, for the time in which a dialog keeps the page from answering."""

    async def viewport(self) -> tuple[int, int]:
        """Width and height of its viewport, CSS pixels."""
        size = self.page.viewport_size
        if size:
            return size["width"], size["height"]
        width, height = await (await self.worlds.top()).evaluate("[innerWidth, innerHeight]")
        return width, height
