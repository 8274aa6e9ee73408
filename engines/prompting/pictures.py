"""Screenshots in a size that providers take without shrinking them once more.

A model's coordinates are those of the picture it saw. A provider that shrinks a picture silently moves
them all, so pictures are made small enough before they are sent, and the scale is kept.
"""

from __future__ import annotations

import io
from dataclasses import replace

from PIL import Image

from browser.observation import Screenshot

LONG_EDGE_PX = 1568
MOST_PATCHES = 1568
"""Patches of 28 by 28 pixels: the smaller of the limits that current models have."""


def fitted(screenshot: Screenshot) -> Screenshot:
    """The screenshot itself where it is small enough, else a smaller one with the scale that goes with it."""
    width, height = screenshot.width_px, screenshot.height_px
    if _fits(width, height):
        return screenshot
    factor = min(1.0, LONG_EDGE_PX / max(width, height), (MOST_PATCHES * 28 * 28 / (width * height)) ** 0.5)
    while not _fits(int(width * factor), int(height * factor)):
        factor *= 0.98
    size = (max(1, int(width * factor)), max(1, int(height * factor)))
    data = io.BytesIO()
    with Image.open(io.BytesIO(screenshot.data)) as image:
        image.convert("RGB").resize(size, Image.Resampling.LANCZOS).save(data, "PNG")
    return replace(
        screenshot,
        data=data.getvalue(),
        media_type="image/png",
        width_px=size[0],
        height_px=size[1],
        scale=screenshot.scale * size[0] / width,
    )


def _fits(width: int, height: int) -> bool:
    return max(width, height) <= LONG_EDGE_PX and -(-width // 28) * -(-height // 28) <= MOST_PATCHES
