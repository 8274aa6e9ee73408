"""The picture that a model was sent, and the page under it."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

from PIL import Image

from browser.model.actions import Point
from browser.model.observation import Observation, Screenshot
from engines.prompts.pictures import Limits, fitted


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
        # More pixels than CSS pixels tell a model nothing that it needs and cost as much as everything else.
        return Sight(fitted(page.screenshots[0], limits, finest=1.0), page.screenshots[0])
    return last or Sight(fitted(grey(*page.viewport), limits))


def grey(width: int, height: int) -> Screenshot:
    """What stands for a page that no picture can be taken of."""
    data = io.BytesIO()
    Image.new("RGB", (width, height), "grey").save(data, "PNG")
    return Screenshot(data=data.getvalue(), width_px=width, height_px=height)
