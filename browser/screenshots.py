"""Pictures of a tab by CDP: of the viewport, or of several viewports below one another."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from browser.observation import Screenshot
from browser.worlds import send

if TYPE_CHECKING:
    from playwright.async_api import CDPSession


async def of_viewport(session: CDPSession, *, viewport: tuple[int, int], scroll_y: float = 0.0) -> Screenshot:
    """A picture of what the viewport shows now."""
    answer = await send(session, "Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True})
    return screenshot_of(base64.b64decode(answer["data"]), viewport, scroll_y)


def screenshot_of(data: bytes, viewport: tuple[int, int], scroll_y: float) -> Screenshot:
    """Wrap a PNG with its size and scale."""
    width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    return Screenshot(
        data=data,
        width_px=width,
        height_px=height,
        scale=width / viewport[0] if viewport[0] else 1.0,
        scroll_y=scroll_y,
    )
