"""The mouse of whichever tab is in front, and where it is: a recording shows it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from playwright.async_api import Mouse as LiveMouse

logger = logging.getLogger("agent_core." + __name__)

RELEASE_S = 2.0
"""How long a page is waited for that a button is released in."""
PlainButton = Literal["left", "middle", "right"]


def _nobody() -> None:
    pass


@dataclass(slots=True)
class Pointer:
    """Where the pointer was last seen."""

    place: tuple[float, float] | None = None
    """CSS pixels of the viewport; None: it has not been used."""
    pressed_at: float = float("-inf")
    """When a button was last pressed, by `time.monotonic`."""
    moved: Callable[[], None] = _nobody
    """Called whenever it has moved or pressed."""
    down: list[tuple[LiveMouse, PlainButton]] = field(default_factory=list)
    """The buttons that are pressed now, each with the mouse of the tab in which it was pressed."""

    def at(self, x: float, y: float) -> None:
        """Note that it is here."""
        self.place = (x, y)
        self.moved()

    def pressed(self) -> None:
        """Note that a button goes down."""
        self.pressed_at = time.monotonic()
        self.moved()

    async def release(self, button: PlainButton | None = None) -> bool:
        """Release a button, or all (None), in the tab in which it was pressed; whether one was pressed."""
        from playwright.async_api import Error

        pressed = [one for one in self.down if button in (None, one[1])]
        for one in pressed:
            live, name = one
            self.down.remove(one)
            try:
                async with asyncio.timeout(RELEASE_S):
                    await live.up(button=name)
            except Error as error:
                logger.debug("the %s button was not released, since its tab is gone: %s", name, error)
            except TimeoutError:
                logger.debug("the %s button is released once its tab answers; a dialog may be open", name)
        return bool(pressed)


class Mouse:
    """Playwright's mouse, which also notes where it is."""

    def __init__(self, live: LiveMouse, pointer: Pointer) -> None:
        self._live, self._pointer = live, pointer

    async def move(self, x: float, y: float, *, steps: int = 1) -> None:
        """Go there."""
        self._pointer.at(x, y)
        await self._live.move(x, y, steps=steps)

    async def down(self, *, button: PlainButton = "left", click_count: int = 1) -> None:
        """Press a button."""
        self._pointer.pressed()
        self._pointer.down.append((self._live, button))
        await self._live.down(button=button, click_count=click_count)

    async def up(self, *, button: PlainButton = "left", click_count: int = 1) -> None:
        """Release it."""
        if (self._live, button) in self._pointer.down:
            self._pointer.down.remove((self._live, button))
        await self._live.up(button=button, click_count=click_count)

    @asynccontextmanager
    async def pressing(self, *, button: PlainButton = "left", click_count: int = 1) -> AsyncIterator[None]:
        """Keep a button pressed meanwhile; it is released whatever happens, in the tab of this mouse."""
        try:
            await self.down(button=button, click_count=click_count)
            yield
        finally:
            await asyncio.shield(self._let_go(button, click_count))

    async def _let_go(self, button: PlainButton, click_count: int) -> None:
        from playwright.async_api import Error

        try:
            await self.up(button=button, click_count=click_count)
        except Error as error:
            logger.debug("the %s button was not released, since its tab is gone: %s", button, error)

    async def click(self, x: float, y: float) -> None:
        """Go there, press and release."""
        self._pointer.at(x, y)
        self._pointer.pressed()
        await self._live.click(x, y)

    async def wheel(self, dx: float, dy: float) -> None:
        """Turn the wheel."""
        await self._live.wheel(dx, dy)
