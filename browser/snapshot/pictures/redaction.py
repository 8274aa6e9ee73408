"""Screenshot redaction: the places where secrets show are painted over before a picture is given out.

Code that takes pictures in another way than `browser.snapshot.pictures.screenshots` (a screencast, say)
does the same:

    watch = await RedactionWatch.begin(worlds)           from here on it is noted where values show
    ...                                                  the picture is taken
    picture = redacted(picture, await watch.end())

Where a page does not say what it shows, there is no picture of it; of a frame that does not, the whole is
covered. The values are those of `IsolatedWorlds.redactor`; where it knows none, all this does nothing.

A picture that is kept is `strict`: what may show a value without saying so (images, canvases, videos) is
covered too, and there is no picture where a value shows at a place that cannot be told.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from browser.cdp.hidden.hidden_dom import tell_closed_roots
from browser.cdp.isolated_world import IsolatedWorld
from browser.cdp.isolated_worlds import IsolatedWorlds
from browser.cdp.scripts import ScriptFailed
from browser.model.observation import Box, Screenshot

SPARE_PX = 3.0
"""Letters reach beyond their boxes."""
PAINT = (96, 96, 96)


class RedactionWatch:
    """Records where secret values are visible while a screenshot is taken."""

    def __init__(self, worlds: IsolatedWorlds, numbers: Mapping[IsolatedWorld, int]) -> None:
        self._worlds = worlds
        self._numbers = numbers
        """IsolatedWorld -> number of the watch there."""

    @classmethod
    async def begin(cls, worlds: IsolatedWorlds, *, strict: bool = False) -> RedactionWatch:
        """Begin; what is painted from now on was noted.

        Raises:
            ScriptFailed: The page does not say what it shows.
        """
        if not worlds.redactor.in_pages:
            return cls(worlds, {})
        known = await worlds.all()
        await tell_closed_roots(known)
        wanted = ("watchSecrets", worlds.redactor.source, worlds.redactor.shown_values, strict)
        answers = await _asked(known, [wanted for _ in known])
        return cls(worlds, answers)

    async def end(self) -> tuple[Box, ...]:
        """The boxes of the viewport in which a value has shown; none without a value.

        Raises:
            ScriptFailed: The page went away meanwhile, or does not say; no picture of it may be given out.
        """
        if not self._numbers:
            return ()
        known = await self._worlds.all()
        held = [world for world in known if world in self._numbers]
        if known[0] not in held:
            raise ScriptFailed("another page came while the picture was taken")
        looks = await _asked(held, [("seenSecrets", self._numbers[world]) for world in held])
        if any(look["unsure"] for seen in looks.values() for look in seen):
            raise ScriptFailed("something that must not be seen shows where it cannot be covered")
        inside = {(world.parent.number, world.owner): world for world in known if world.parent}
        return tuple(dict.fromkeys(_in_frame(known[0], looks, inside)))


async def _asked(
    worlds: Sequence[IsolatedWorld], calls: Sequence[tuple[Any, ...]]
) -> dict[IsolatedWorld, Any]:
    """What the frames answer; those that do not are left out, but for the first, which has to."""
    answers = await asyncio.gather(
        *(world.call(*call) for world, call in zip(worlds, calls, strict=True)), return_exceptions=True
    )
    said: dict[IsolatedWorld, Any] = {}
    for world, answer in zip(worlds, answers, strict=True):
        if isinstance(answer, ScriptFailed) and world is not worlds[0]:
            continue
        if isinstance(answer, BaseException):
            raise answer
        said[world] = answer
    return said


def _in_frame(
    world: IsolatedWorld, looks: Mapping[IsolatedWorld, Any], inside: Mapping[tuple[int, int], IsolatedWorld]
) -> Iterator[Box]:
    """The boxes in a frame and in the frames in it, in the frame's own viewport."""
    before: list[Box] = []
    for look in looks[world]:
        boxes = [Box(*numbers) for numbers in look["boxes"]]
        for frame in look["frames"]:
            boxes += _in_child(frame, inside.get((world.number, frame["number"])), looks, inside)
        yield from _swept(before, boxes)
        before = boxes


def _in_child(
    frame: Mapping[str, Any],
    child: IsolatedWorld | None,
    looks: Mapping[IsolatedWorld, Any],
    inside: Mapping[tuple[int, int], IsolatedWorld],
) -> Iterator[Box]:
    whole = Box(*frame["box"])
    if whole.width <= 0 or whole.height <= 0:
        return
    if child is None or child not in looks:
        yield whole
        return
    within = list(_in_frame(child, looks, inside))
    if within and frame["content"] is None:  # it is turned, mirrored or stretched
        yield whole
        return
    x, y, scale = frame["content"] or (0, 0, 1)
    for box in within:
        placed = Box(x + box.x * scale, y + box.y * scale, box.width * scale, box.height * scale)
        yield from _common(placed, whole)


def _swept(before: Sequence[Box], after: Sequence[Box]) -> Iterator[Box]:
    """The area that a moving value may have covered between two readings: both boxes and the way."""
    if len(before) == len(after):
        yield from map(_around, before, after)
    else:
        yield from after


def _common(box: Box, whole: Box) -> list[Box]:
    """The part of a box that shows in a frame."""
    left, top = max(box.x, whole.x), max(box.y, whole.y)
    right, bottom = min(box.right, whole.right), min(box.bottom, whole.bottom)
    return [Box(left, top, right - left, bottom - top)] if right > left and bottom > top else []


def _around(one: Box, other: Box) -> Box:
    left, top = min(one.x, other.x), min(one.y, other.y)
    return Box(left, top, max(one.right, other.right) - left, max(one.bottom, other.bottom) - top)


def shifted(boxes: Sequence[Box], dx: float, dy: float) -> tuple[Box, ...]:
    """The boxes as they lie in a picture that begins elsewhere."""
    return tuple(Box(box.x + dx, box.y + dy, box.width, box.height) for box in boxes)


def redacted(picture: Screenshot, boxes: Sequence[Box]) -> Screenshot:
    """The picture with these boxes, in CSS pixels from its top left, painted over."""
    if not boxes:
        return picture
    return replace(picture, data=redacted_png(picture.data, boxes, picture.scale))


def redacted_png(data: bytes, boxes: Sequence[Box], scale: float = 1.0) -> bytes:
    """The same for the bytes of a picture in any format; gives a PNG.

    Args:
        data: The picture.
        boxes: In CSS pixels from its top left.
        scale: Its pixels per CSS pixel.
    """
    from PIL import Image, ImageDraw

    out = io.BytesIO()
    with Image.open(io.BytesIO(data)) as image:
        whole = image.convert("RGB")
        pen = ImageDraw.Draw(whole)
        for box in boxes:
            left, top = (box.x - SPARE_PX) * scale, (box.y - SPARE_PX) * scale
            right, bottom = (box.right + SPARE_PX) * scale, (box.bottom + SPARE_PX) * scale
            pen.rectangle((left, top, right, bottom), fill=PAINT)
        whole.save(out, "PNG", compress_level=1)
    return out.getvalue()
