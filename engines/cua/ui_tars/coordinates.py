"""Places in a model's words, and where they lie on the page.

Two families, two meanings of the same two numbers. The first (Qwen2-VL underneath) counts thousandths of
the picture. The second (Qwen2.5-VL) counts pixels of the picture as its processor has resized it, which is
rounded to multiples of 28. Pictures are resized that way here, before anybody else can do it: the
processor's own step then changes nothing, and the model's pixels are ours.
"""

from __future__ import annotations

import io
import math
import re
from dataclasses import dataclass
from typing import Literal

from PIL import Image

from browser.model.actions import Point
from browser.model.observation import Screenshot
from browser.model.text import plain_number
from engines.action_codec.arguments.values import brief
from engines.action_codec.reply_error import ReplyError

Kind = Literal["norm1000", "resized"]
FACTOR = 28
"""Edge of what becomes one token: two by two patches of 14 pixels."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many pixels a picture may have."""

    least: int = 100 * FACTOR * FACTOR
    most: int = 2700 * FACTOR * FACTOR
    """Enough for 1920 by 1080; the checkpoints allow more, and each token costs time in every turn."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A screenshot as it is sent, and the part of the page that it shows."""

    sent: Screenshot
    taken: Screenshot

    @property
    def tokens(self) -> int:
        """How many tokens it has."""
        return (self.sent.width_px // FACTOR) * (self.sent.height_px // FACTOR)

    def point(self, x: float, y: float, kind: Kind) -> Point:
        """A place that the model names, in CSS pixels of the viewport.

        Raises:
            ReplyError: It lies outside. It is not moved to the edge: the model meant something else.
        """
        wide, high = (1000, 1000) if kind == "norm1000" else (self.sent.width_px, self.sent.height_px)
        if not (0 <= x <= wide and 0 <= y <= high):
            raise ReplyError(
                f"({plain_number(x)},{plain_number(y)}) lies outside of the screenshot; "
                f"x goes from 0 to {wide}, y from 0 to {high}"
            )
        # The far edge belongs to the last pixel.
        return Point(
            min(x / wide * self.taken.width_px, self.taken.width_px - 0.5) / self.taken.scale,
            min(y / high * self.taken.height_px, self.taken.height_px - 0.5) / self.taken.scale,
        )


def picture_of(taken: Screenshot, sizes: Sizes) -> Picture:
    """The screenshot in a size that no processor changes; one pixel for a CSS pixel, or a little less."""
    wide, high = resized(taken.width_px / taken.scale, taken.height_px / taken.scale, sizes)
    data = io.BytesIO()
    with Image.open(io.BytesIO(taken.data)) as image:
        image.convert("RGB").resize((wide, high), Image.Resampling.LANCZOS).save(data, "PNG")
    scale = taken.scale * wide / taken.width_px
    return Picture(Screenshot(data=data.getvalue(), width_px=wide, height_px=high, scale=scale), taken)


def resized(width: float, height: float, sizes: Sizes) -> tuple[int, int]:
    """Width and height in multiples of 28, within the sizes, the proportion kept as far as that allows."""
    wide, high = (max(FACTOR, round(each / FACTOR) * FACTOR) for each in (width, height))
    if wide * high > sizes.most:
        shrink = math.sqrt(width * height / sizes.most)
        wide, high = (max(FACTOR, math.floor(each / shrink / FACTOR) * FACTOR) for each in (width, height))
    elif wide * high < sizes.least:
        grow = math.sqrt(sizes.least / (width * height))
        wide, high = (math.ceil(each * grow / FACTOR) * FACTOR for each in (width, height))
    return wide, high


_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_LABEL = re.compile(r"[xyXY]\d?\s*[=:]\s*")


def place_in(text: str, name: str) -> tuple[float, float]:
    """The two numbers of a place; of a box, its centre.

    Raises:
        ReplyError: There are none.
    """
    numbers = [float(each) for each in _NUMBER.findall(_LABEL.sub("", text))]
    if len(numbers) not in (2, 4):
        raise ReplyError(f"{name} needs two whole numbers, as in {name}='(x,y)', not {brief(text.strip())}")
    if all(0 <= each <= 1 for each in numbers) and any(each % 1 for each in numbers):
        raise ReplyError(f"{name} is written in whole numbers, not in fractions: {brief(text.strip())}")
    if len(numbers) == 2:
        return numbers[0], numbers[1]
    return (numbers[0] + numbers[2]) / 2, (numbers[1] + numbers[3]) / 2


_BY_NAME: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(r"doubao|seed-?1|ui[-_]?tars[-_]?2(?!b)"), "norm1000"),
    (re.compile(r"1[.\-_]5|qwen2[.\-_]5"), "resized"),
    (re.compile(r"sft|dpo|ui[-_]?tars[-_](?:2b|7b|72b)|qwen2"), "norm1000"),
)


def kind_of_name(model_name: str) -> Kind | None:
    """What a model's coordinates mean, by its name; None where the name does not say."""
    folded = model_name.lower()
    return next((kind for pattern, kind in _BY_NAME if pattern.search(folded)), None)
