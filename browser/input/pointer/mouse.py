"""The mouse of whichever tab is in front, and where it is: a recording shows it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from playwright.async_api import Mouse as LiveMouse

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

    def at(self, x: float, y: float) -> None:
        """Note that it is here."""
        self.place = (x, y)
        self.moved()

    def pressed(self) -> None:
        """Note that a button goes down."""
        self.pressed_at = time.monotonic()
        self.moved()


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
        await self._live.down(button=button, click_count=click_count)

    async def up(self, *, button: PlainButton = "left", click_count: int = 1) -> None:
        """Release it."""
        await self._live.up(button=button, click_count=click_count)

    async def click(self, x: float, y: float) -> None:
        """Go there, press and release."""
        self._pointer.at(x, y)
        self._pointer.pressed()
        await self._live.click(x, y)

    async def wheel(self, dx: float, dy: float) -> None:
        """Turn the wheel."""
        await self._live.wheel(dx, dy)
