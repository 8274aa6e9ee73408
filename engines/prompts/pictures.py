"""Screenshots in a size that providers take without shrinking them once more.

A model's coordinates are those of the picture it saw. A provider that shrinks a picture silently moves
them all, so pictures are made small enough before they are sent, and the scale is kept.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PIL import Image

from browser.model.observation import Screenshot
from engines.models.tokens import estimated_image_tokens


@dataclass(frozen=True, slots=True)
class Limits:
    """What a model takes as it is."""

    long_edge_px: int
    patches: int
    """Patches of 28 by 28 pixels, counted in whole ones."""

    def fit(self, width: int, height: int) -> bool:
        """Whether a picture of this size is taken."""
        return max(width, height) <= self.long_edge_px and -(-width // 28) * -(-height // 28) <= self.patches


MOST_PICTURES = 8
"""Pictures of one page; each costs as much as a page of text."""
_LEAST_TOKENS = 200
"""A picture for which there is less room than this would show too little."""
SMALLEST = Limits(long_edge_px=1568, patches=1568)
"""The smaller of the limits that current models have."""


def fitted(screenshot: Screenshot, limits: Limits = SMALLEST, *, finest: float | None = None) -> Screenshot:
    """The screenshot itself where it is small enough, else a smaller one with the scale that goes with it.

    Args:
        finest: The most pixels of the picture for a CSS pixel; None: as many as there are.
    """
    width, height = screenshot.width_px, screenshot.height_px
    factor = 1.0 if finest is None else min(1.0, finest / screenshot.scale)
    if not limits.fit(round(width * factor), round(height * factor)):
        largest = (limits.patches * 28 * 28 / (width * height)) ** 0.5
        factor = min(factor, limits.long_edge_px / max(width, height), largest)
    while not limits.fit(round(width * factor), round(height * factor)):
        factor *= 0.99
    if factor == 1.0:
        return screenshot
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
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


def affordable(shots: Sequence[Screenshot], room: int) -> tuple[Screenshot, ...]:
    """The first pictures, none larger and no more of them than fit into so many tokens."""
    kept: list[Screenshot] = []
    for shot in shots[:MOST_PICTURES]:
        if room < _LEAST_TOKENS:
            break
        picture = fitted(shot, replace(SMALLEST, patches=min(SMALLEST.patches, room)))
        room -= estimated_image_tokens(picture)
        kept.append(picture)
    return tuple(kept)
