"""Pictures of a tab by CDP: of the viewport, of a part of it, of several viewports below one another.

What nobody may see is painted over in all of them (`browser.snapshot.pictures.redaction`).
"""

from __future__ import annotations

import asyncio
import base64
import io
from typing import Any

from browser.cdp.isolated_worlds import IsolatedWorlds
from browser.cdp.scripts import send
from browser.model.observation import Box, Screenshot
from browser.snapshot.pictures.redaction import RedactionWatch, redacted, shifted

OVERLAP = 0.1
"""How much of a picture is seen again in the next one below."""
PICTURE_TIMEOUT_S = 7.0
"""A page that is about to make place for another is never painted; the next one is then tried."""
FULL_TIMEOUT_S = 15.0
RESTORE_S = 1.0
"""How long a page may take to scroll back; a run that is canceled waits for it."""
MAX_FULL_PX = 16_000
"""Higher pages are cut: Chromium paints no larger picture in one piece."""


async def of_viewport(
    worlds: IsolatedWorlds,
    viewport: tuple[int, int],
    scroll: tuple[float, float] = (0.0, 0.0),
    ratio: float = 1.0,
    pinch: float = 1.0,
    *,
    strict: bool = False,
) -> Screenshot:
    """A picture of what the viewport shows now.

    Args:
        worlds: The tab.
        viewport: Its width and height, CSS pixels.
        scroll: How far it is scrolled.
        ratio: Device pixels per CSS pixel, where the tab was made with another ratio than the screen's.
        pinch: How much two fingers have magnified the page; the picture then shows a part of the viewport.
        strict: Whether it is kept, so that images are covered where there are secrets.
    """
    if ratio == 1.0:
        return await _take(worlds, {}, viewport[0] / pinch, scroll[1], strict=strict)
    clip = {"x": scroll[0], "y": scroll[1], "width": viewport[0], "height": viewport[1], "scale": ratio}
    return await _take(worlds, {"clip": clip}, viewport[0], scroll[1], strict=strict)


async def of_region(worlds: IsolatedWorlds, region: Box, scroll: tuple[float, float]) -> Screenshot:
    """A picture of a part of the viewport."""
    clip = {
        "x": region.x + scroll[0],
        "y": region.y + scroll[1],
        "width": max(1.0, region.width),
        "height": max(1.0, region.height),
        "scale": 1,
    }
    return await _take(worlds, {"clip": clip}, region.width, scroll[1], (-region.x, -region.y))


async def of_page(
    worlds: IsolatedWorlds,
    page_size: tuple[float, float],
    viewport: tuple[int, int],
    scroll: tuple[float, float] = (0.0, 0.0),
) -> Screenshot:
    """One picture of the whole document, without scrolling it."""
    width = max(1.0, page_size[0], viewport[0])
    height = min(max(1.0, page_size[1], viewport[1]), MAX_FULL_PX)
    clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
    whole = {"clip": clip, "captureBeyondViewport": True}
    return await _take(worlds, whole, width, 0.0, scroll, strict=True)


async def scrolled(
    worlds: IsolatedWorlds,
    viewport: tuple[int, int],
    further: int,
    ratio: float = 1.0,
    pinch: float = 1.0,
    *,
    strict: bool = False,
) -> tuple[Screenshot, ...]:
    """The viewport and at most `further` viewport-high pictures below it; the page ends where it was.

    `strict`, `ratio` and `pinch` are those of `of_viewport`.

    Raises:
        ScriptFailed: The page went away meanwhile.
    """
    top = await worlds.top()
    place = await top.call("ask", "keepScroll")
    x, began = place["x"], place["y"]
    pictures = [await of_viewport(worlds, viewport, (x, began), ratio, pinch, strict=strict)]
    try:
        at = began
        for _ in range(further):
            reached = (await top.call("ask", "scrollToY", at + viewport[1] * (1 - OVERLAP)))["y"]
            if reached - at < 1:
                break
            at = reached
            pictures.append(await of_viewport(worlds, viewport, (x, at), ratio, pinch, strict=strict))
    finally:
        await top.call("ask", "restoreScroll", timeout=RESTORE_S)
    return tuple(pictures)


async def _take(
    worlds: IsolatedWorlds,
    extra: dict[str, Any],
    css_width: float,
    scroll_y: float,
    shift: tuple[float, float] = (0.0, 0.0),
    *,
    strict: bool = False,
) -> Screenshot:
    """Take a screenshot; `shift` is the position of the viewport's top left in it, CSS pixels."""
    target = await worlds.main()
    params = {"format": "png", "optimizeForSpeed": True, **extra}
    timeout = FULL_TIMEOUT_S if "captureBeyondViewport" in extra else PICTURE_TIMEOUT_S
    watch = await RedactionWatch.begin(worlds, strict=strict)
    most_s = timeout * worlds.limit.times
    answer = await send(target.session, "Page.captureScreenshot", params, timeout=most_s)
    picture = of_png(base64.b64decode(answer["data"]), css_width, scroll_y)
    hidden = shifted(await watch.end(), *shift)
    return await asyncio.to_thread(redacted, picture, hidden) if hidden else picture


def of_png(data: bytes, css_width: float, scroll_y: float = 0.0) -> Screenshot:
    """Wrap a PNG that shows `css_width` CSS pixels with its size and scale."""
    width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    scale = width / css_width if css_width else 1.0
    return Screenshot(data=data, width_px=width, height_px=height, scale=scale, scroll_y=scroll_y)


def scaled(picture: Screenshot, factor: float) -> Screenshot:
    """The picture made smaller; `factor` in (0, 1]."""
    if factor >= 1.0:
        return picture
    from PIL import Image

    size = (max(1, round(picture.width_px * factor)), max(1, round(picture.height_px * factor)))
    out = io.BytesIO()
    with Image.open(io.BytesIO(picture.data)) as image:
        image.convert("RGB").resize(size, Image.Resampling.LANCZOS).save(out, "PNG")
    return Screenshot(
        data=out.getvalue(),
        width_px=size[0],
        height_px=size[1],
        scale=picture.scale * size[0] / picture.width_px,
        scroll_y=picture.scroll_y,
    )
