"""Keys that a person holds, each of which is released in the tab in which it went down."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from browser.model.keys import MODIFIERS, Modifier

if TYPE_CHECKING:
    from playwright.async_api import Keyboard

logger = logging.getLogger("agent_core." + __name__)


RELEASE_S = 1.0
"""How long a page is waited for that a key is released in."""


class HeldKeys:
    """The keys that are down now."""

    def __init__(self) -> None:
        self._down: list[tuple[Keyboard, str]] = []

    async def hold(self, keyboard: Keyboard, wanted: Sequence[Modifier]) -> None:
        """Have these modifiers down, and no other.

        A modifier is a state and not an event here: who switches windows while one is down never tells that
        it went up.
        """
        for one in [held for held in self._down if held[1] in MODIFIERS]:
            if one[0] is not keyboard or one[1] not in wanted:
                await self.up(*one)
        for modifier in wanted:
            if (keyboard, modifier) not in self._down:
                await self.down(keyboard, modifier)

    async def down(self, keyboard: Keyboard, key: str) -> None:
        """Press one; of one that is down already, the page hears that it repeats."""
        if (keyboard, key) not in self._down:
            self._down.append((keyboard, key))
        await keyboard.down(key)

    async def up(self, keyboard: Keyboard, key: str) -> None:
        """Release one; nothing happens if it is not down."""
        if (keyboard, key) in self._down:
            self._down.remove((keyboard, key))
            await keyboard.up(key)

    async def release(self) -> None:
        """Release all of them."""
        from playwright.async_api import Error

        for keyboard, key in reversed(tuple(self._down)):
            try:
                async with asyncio.timeout(RELEASE_S):
                    await self.up(keyboard, key)
            except Error as error:
                logger.debug("a key was not released, since its tab is gone: %s", error)
            except TimeoutError:
                logger.debug("a key is released once its tab answers; a dialog may be open")
