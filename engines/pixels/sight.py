"""The picture that a model was sent, and the page under it."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass, replace

from PIL import Image

from browser.actions import Point
from browser.observation import Observation, Screenshot


@dataclass(frozen=True, slots=True)
class Limits:
    """What a model takes without shrinking it once more; a shrunk picture moves every point in it."""

    long_edge_px: int
    patches: int
    """Patches of `patch_px` by `patch_px`, counted in whole ones."""
    patch_px: int = 28

    def fit(self, width: int, height: int) -> bool:
        """Whether a picture of this size is taken as it is."""
        across, down = -(-width // self.patch_px), -(-height // self.patch_px)
        return max(width, height) <= self.long_edge_px and across * down <= self.patches


@dataclass(frozen=True, slots=True)
class Sight:
    """A picture as it was sent."""

    picture: Screenshot
    taken: Screenshot | None = None
    """As it was taken, where it was made smaller."""

    @property
    def original(self) -> Screenshot:
        """The picture with all its pixels."""
        return self.taken or self.picture

    def point(self, x: float, y: float) -> Point:
        """A place of the picture as a place of the viewport, CSS pixels.

        Raises:
            ValueError: It lies outside the picture; the message says so to the model.
        """
        return Point(*self.picture.to_css(x, y))

    @property
    def data_url(self) -> str:
        """The picture as a `data:` address."""
        return f"data:{self.picture.media_type};base64,{self.base64}"

    @property
    def base64(self) -> str:
        """The picture's bytes in base64."""
        return base64.b64encode(self.picture.data).decode()


def sight_of(page: Observation, limits: Limits, last: Sight | None = None) -> Sight:
    """The newest picture of a page, made small enough.

    Behind an open dialog there is none: the last one is shown again, or a grey one of the viewport's size.
    """
    if page.screenshots:
        return Sight(_made_to_fit(page.screenshots[0], limits), page.screenshots[0])
    return last or Sight(_made_to_fit(_grey(*page.viewport), limits))


def _made_to_fit(screenshot: Screenshot, limits: Limits) -> Screenshot:
    width, height = screenshot.width_px, screenshot.height_px
    # More pixels than CSS pixels tell a model nothing that it needs and cost as much as everything else.
    factor = min(1.0, 1 / screenshot.scale)
    while not limits.fit(round(width * factor), round(height * factor)):
        factor *= 0.995
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


def _grey(width: int, height: int) -> Screenshot:
    data = io.BytesIO()
    Image.new("RGB", (width, height), "grey").save(data, "PNG")
    return Screenshot(data=data.getvalue(), width_px=width, height_px=height)
