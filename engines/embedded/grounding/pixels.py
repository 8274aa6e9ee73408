"""What can be told from a picture of the page: how bright it is at a place, and the outline of a figure."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

from browser.observation import Box, Observation
from engines.embedded.course import CannotDo

Spot = tuple[float, float]

_CONTRAST = 60
"""Levels of 255 by which something drawn differs from what it is drawn on."""

_SHARES = (0.03, 0.045, 0.06)
"""Of a figure's size: how far from a straight side its outline may be. A round one differs with these."""
_MOST = 7
"""From eight corners on, a figure of a few dozen pixels cannot be told from a round one."""
_CUT = 0.14
"""Of a figure's size: a side shorter than this is no side but a corner that was cut off."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A part of the page in grey."""

    width: int
    height: int
    levels: bytes
    """Row by row, 0 black to 255 white."""

    def level(self, x: int, y: int) -> int:
        """How bright one pixel is; places outside count as the nearest inside."""
        column, row = min(max(x, 0), self.width - 1), min(max(y, 0), self.height - 1)
        return self.levels[row * self.width + column]

    def row(self, y: int) -> Sequence[int]:
        """The levels of one row from the left."""
        return self.levels[y * self.width : (y + 1) * self.width]

    def column(self, x: int) -> Sequence[int]:
        """The levels of one column from the top."""
        return self.levels[x :: self.width]

    def around(self, x: float, y: float) -> int:
        """How bright it is in a patch of three by three pixels, by its middle value."""
        near = [self.level(round(x) + dx, round(y) + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
        return sorted(near)[4]


def picture_of(box: Box, observation: Observation) -> Picture:
    """A part of the viewport as it was photographed.

    Raises:
        CannotDo: There is no photograph, or the part lies outside it.
    """
    if not observation.screenshots:
        raise CannotDo("there is no picture of the page")
    from PIL import Image  # only here: most runs never look at pixels

    shot = observation.screenshots[0]
    image = Image.open(io.BytesIO(shot.data)).convert("L")
    edges = [round(side * shot.scale) for side in (box.x, box.y, box.right, box.bottom)]
    if edges[0] < 0 or edges[1] < 0 or edges[2] > image.width or edges[3] > image.height:
        raise CannotDo("what should be looked at is not all in view")
    part = image.crop((edges[0], edges[1], edges[2], edges[3]))
    return Picture(part.width, part.height, part.tobytes())


def ground_of(picture: Picture) -> int:
    """The level that the rim of a picture shows most."""
    rim = [*picture.row(0), *picture.row(picture.height - 1)]
    rim += [*picture.column(0), *picture.column(picture.width - 1)]
    return sorted(rim)[len(rim) // 2]


def ink(picture: Picture) -> list[Spot]:
    """The pixels that stand out from the ground."""
    ground = ground_of(picture)
    return [
        (float(x), float(y))
        for y in range(picture.height)
        for x in range(picture.width)
        if abs(picture.level(x, y) - ground) > _CONTRAST
    ]


def corners(spots: Sequence[Spot]) -> list[Spot]:
    """The corners of the one convex figure that these pixels outline or fill.

    Raises:
        CannotDo: They are no figure, or one that is round or has dents, so that its corners cannot be told.
    """
    hull = _hull(spots)
    if len(hull) < 3:
        raise CannotDo("nothing is drawn that has an outline")
    size = max(math.dist(one, other) for one in hull for other in hull)
    told = [
        _without_flat(_merged(_simplified(hull, share * size), _CUT * size), share * size)
        for share in _SHARES
    ]
    if len({len(found) for found in told}) != 1 or not 3 <= len(told[0]) <= _MOST:
        raise CannotDo("the corners of the figure cannot be told apart")
    drawn = set(spots)
    for one, other in zip(told[1], told[1][1:] + told[1][:1], strict=True):
        if not all(_has_ink(_between(one, other, share), drawn) for share in (0.25, 0.5, 0.75)):
            raise CannotDo("the figure has dents, so its sides cannot be counted by its corners")
    return told[1]


def _has_ink(spot: Spot, drawn: set[Spot], reach: int = 3) -> bool:
    x, y = round(spot[0]), round(spot[1])
    near = range(-reach, reach + 1)
    return any((float(x + dx), float(y + dy)) in drawn for dx in near for dy in near)


def _between(one: Spot, other: Spot, share: float) -> Spot:
    return (one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share)


def _hull(spots: Sequence[Spot]) -> list[Spot]:
    """The convex hull, going round (monotone chain)."""
    ordered = sorted(set(spots))
    if len(ordered) < 3:
        return ordered
    lower, upper = _chain(ordered), _chain(ordered[::-1])
    return lower[:-1] + upper[:-1]


def _chain(ordered: Sequence[Spot]) -> list[Spot]:
    chain: list[Spot] = []
    for spot in ordered:
        while len(chain) > 1 and _turn(chain[-2], chain[-1], spot) <= 0:
            chain.pop()
        chain.append(spot)
    return chain


def _turn(one: Spot, two: Spot, three: Spot) -> float:
    return (two[0] - one[0]) * (three[1] - one[1]) - (two[1] - one[1]) * (three[0] - one[0])


def _simplified(ring: Sequence[Spot], tolerance: float) -> list[Spot]:
    """The corners left when points nearer than the tolerance to a straight side are dropped."""
    first, second = max(
        ((a, b) for a in range(len(ring)) for b in range(a + 1, len(ring))),
        key=lambda pair: math.dist(ring[pair[0]], ring[pair[1]]),
    )
    one = _straightened(list(ring[first : second + 1]), tolerance)
    two = _straightened([*ring[second:], *ring[: first + 1]], tolerance)
    return one[:-1] + two[:-1]


def _merged(ring: Sequence[Spot], reach: float) -> list[Spot]:
    """Neighbouring corners nearer than this are one, cut off by the width of the line."""
    kept: list[Spot] = []
    for spot in ring:
        if kept and math.dist(kept[-1], spot) < reach:
            kept[-1] = _between(kept[-1], spot, 0.5)
        else:
            kept.append(spot)
    if len(kept) > 1 and math.dist(kept[0], kept[-1]) < reach:
        kept[0] = _between(kept[0], kept.pop(), 0.5)
    return kept


def _without_flat(ring: list[Spot], tolerance: float) -> list[Spot]:
    """Corners that lie on the straight line between their neighbours are none."""
    at = 0
    while len(ring) > 3 and at < len(ring):
        before, here, after = ring[at - 1], ring[at], ring[(at + 1) % len(ring)]
        if abs(_turn(before, after, here)) / (math.dist(before, after) or 1.0) <= tolerance:
            ring = ring[:at] + ring[at + 1 :]
            at = 0
        else:
            at += 1
    return ring


def _straightened(line: list[Spot], tolerance: float) -> list[Spot]:
    if len(line) < 3:
        return line
    start, end = line[0], line[-1]
    length = math.dist(start, end) or 1.0
    gaps = [abs(_turn(start, end, spot)) / length for spot in line[1:-1]]
    far = max(range(len(gaps)), key=lambda at: gaps[at])
    if gaps[far] <= tolerance:
        return [start, end]
    left = _straightened(line[: far + 2], tolerance)
    return left[:-1] + _straightened(line[far + 1 :], tolerance)
