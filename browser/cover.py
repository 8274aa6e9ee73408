"""Pictures of pages without what nobody may see: its places are painted over before a picture is given out.

Whoever takes pictures in another way than `browser.screenshots` (a screencast, say) does the same:

    before = await places(worlds)         boxes in the viewport, CSS pixels
    ...                                         the picture is taken
    after = await places(worlds)
    picture = painted(picture, swept(before, after))

What moves meanwhile is covered from where it was to where it is. Where a page, or a frame in it, does not
say what it shows, there is no picture of it. Text that a page draws itself, pixel by pixel, is not found.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from browser.observation import Box, Screenshot
from browser.unseen import tell_closed_roots
from browser.worlds import ScriptFailed, World, Worlds

SPARE_PX = 3.0
"""Letters reach beyond their boxes."""
PAINT = (96, 96, 96)


async def places(worlds: Worlds) -> tuple[Box, ...]:
    """The boxes of the viewport in which a value shows now; none without a value, at no cost.

    Raises:
        ScriptFailed: The page does not say; no picture of it may be given out.
    """
    if not worlds.mask:
        return ()
    known = await worlds.all()
    await tell_closed_roots(known)
    source = worlds.mask.source
    answers = await asyncio.gather(
        *(world.call("secretPlaces", source) for world in known), return_exceptions=True
    )
    said: dict[int, Mapping[str, Any]] = {}
    for world, answer in zip(known, answers, strict=True):
        if isinstance(answer, ScriptFailed) and world is not known[0]:
            continue  # its whole frame is covered
        if isinstance(answer, BaseException):
            raise answer
        said[world.number] = answer
    inside = {(world.parent.number, world.owner): world for world in known if world.parent}
    return tuple(_in_frame(known[0], said, inside))


def _in_frame(
    world: World, said: Mapping[int, Mapping[str, Any]], inside: Mapping[tuple[int, int], World]
) -> list[Box]:
    """The boxes in a frame and the frames in it, in the frame's own viewport."""
    answer = said[world.number]
    boxes = [Box(*numbers) for numbers in answer["boxes"]]
    for frame in answer["frames"]:
        whole = Box(*frame["box"])
        child = inside.get((world.number, frame["number"]))
        if whole.width <= 0 or whole.height <= 0:
            continue
        if child is None or child.number not in said:
            boxes.append(whole)
            continue
        x, y, scale = frame["content"]
        for box in _in_frame(child, said, inside):
            placed = Box(x + box.x * scale, y + box.y * scale, box.width * scale, box.height * scale)
            boxes += _common(placed, whole)
    return boxes


def _common(box: Box, whole: Box) -> list[Box]:
    """The part of a box that shows in a frame."""
    left, top = max(box.x, whole.x), max(box.y, whole.y)
    right, bottom = min(box.right, whole.right), min(box.bottom, whole.bottom)
    return [Box(left, top, right - left, bottom - top)] if right > left and bottom > top else []


def swept(before: Sequence[Box], after: Sequence[Box]) -> tuple[Box, ...]:
    """All that may have shown between two looks: both places, and what lies between them."""
    if len(before) == len(after):
        return tuple(_around(one, other) for one, other in zip(before, after, strict=True))
    return (*before, *after)


def _around(one: Box, other: Box) -> Box:
    left, top = min(one.x, other.x), min(one.y, other.y)
    return Box(left, top, max(one.right, other.right) - left, max(one.bottom, other.bottom) - top)


def moved(boxes: Sequence[Box], dx: float, dy: float) -> tuple[Box, ...]:
    """The boxes as they lie in a picture that begins elsewhere."""
    return tuple(Box(box.x + dx, box.y + dy, box.width, box.height) for box in boxes)


def painted(picture: Screenshot, boxes: Sequence[Box]) -> Screenshot:
    """The picture with these boxes, in CSS pixels from its top left, painted over."""
    if not boxes:
        return picture
    return replace(picture, data=painted_png(picture.data, boxes, picture.scale))


def painted_png(data: bytes, boxes: Sequence[Box], scale: float = 1.0) -> bytes:
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
