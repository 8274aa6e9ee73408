"""Keys that are held while something else is done, and that are released whatever happens meanwhile."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from browser.input.context import InputContext

if TYPE_CHECKING:
    from playwright.async_api import Keyboard

logger = logging.getLogger("agent_core." + __name__)


@asynccontextmanager
async def holding(context: InputContext, keys: Sequence[str]) -> AsyncIterator[None]:
    """Keep keys pressed meanwhile, in the tab that is in front when this begins.

    They are released where they were pressed, also where another tab has come to the front, where one of
    them cannot be pressed, and where the act is cancelled.
    """
    keyboard = context.keyboard
    down: list[str] = []
    try:
        for key in keys:
            down.append(key)  # a key whose press was cut short may be down
            await keyboard.down(key)
        yield
    finally:
        if down:
            await asyncio.shield(_release(keyboard, down))


async def _release(keyboard: Keyboard, keys: Sequence[str]) -> None:
    from playwright.async_api import Error

    for key in reversed(keys):
        try:
            await keyboard.up(key)
        except Error as error:
            logger.debug("%s was not released, since its tab is gone: %s", key, error)
