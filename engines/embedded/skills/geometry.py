"""Points and lines: the middle of something, a grid's coordinates, angles, a line or circle to be drawn."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.actions import Click, Drag, Point
from browser.observation import Box, Element
from engines.embedded.course import Ambiguous, CannotDo, Course, Evidence, NotFound, act
from engines.embedded.grounding import looks
from engines.embedded.reading.clauses import Clause
from engines.embedded.scene import Scene
from engines.embedded.skills.base import Notes, Read

_Spot = tuple[float, float]


def dots(scene: Scene) -> list[Element]:
    """The round marks on the page."""
    return [e for e in scene.elements if e.box and looks.shape_of(e) == "circle"]


@dataclass(frozen=True, slots=True)
class ClickMiddle:
    """Click the centre of the one circle, or the point half-way between two."""

    between: bool

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Work out the point, and click there."""
        circles = dots(scene)
        wanted = 2 if self.between else 1
        if len(circles) != wanted:
            raise NotFound(f"found {len(circles)} round marks, not {wanted}")
        centers = [_center(circle) for circle in circles]
        x = sum(spot[0] for spot in centers) / wanted
        y = sum(spot[1] for spot in centers) / wanted
        yield from act(Click(Point(x, y)))
        return Evidence(f"clicked the middle at ({x:.0f}, {y:.0f})")


@dataclass(frozen=True, slots=True)
class ClickCoordinate:
    """Click a point given in the coordinates of a labelled grid."""

    x: float
    y: float

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Fit the scale of each axis to its labels, and click where both meet."""
        labels = _axis_labels(scene)
        across = _scale(
            [(value, box.center[0]) for value, box in labels], [box.center[1] for _, box in labels]
        )
        down = _scale([(value, box.center[1]) for value, box in labels], [box.center[0] for _, box in labels])
        x, y = _snap(scene, across[0] + across[1] * self.x, down[0] + down[1] * self.y)
        yield from act(Click(Point(x, y)))
        return Evidence(f"clicked ({self.x:g}, {self.y:g}) of the grid")


def _axis_labels(scene: Scene) -> list[tuple[float, Box]]:
    texts = [(text.name.strip(), text.box) for text in scene.texts if text.box]
    return [(float(words), box) for words, box in texts if re.fullmatch(r"-?\d+(?:\.\d+)?", words)]


def _scale(points: list[tuple[float, float]], others: list[float]) -> tuple[float, float]:
    """Offset and pixels per unit of one axis: fitted to the labels that stand in one line."""
    best: list[tuple[float, float]] = []
    for line in others:
        inline = [
            point
            for point, other in zip(points, others, strict=True)
            if abs(other - line) < 8 and point[0] != 0
        ]
        spread = {round(pixel) for _, pixel in inline}
        if (
            len(spread) == len(inline)
            and len({value for value, _ in inline}) == len(inline)
            and len(inline) > len(best)
        ):
            best = inline
    if len(best) < 2:
        raise NotFound("found no axis whose labels could be read")
    (v1, p1), (v2, p2) = min(best), max(best)
    per_unit = (p2 - p1) / (v2 - v1)
    return (p1 - per_unit * v1, per_unit)


def _snap(scene: Scene, x: float, y: float) -> _Spot:
    """The mark nearest to a point worked out from labels, which stand beside the lines."""
    marks = [_center(dot) for dot in dots(scene)]
    near = min(marks, key=lambda spot: math.dist(spot, (x, y)), default=(x, y))
    return near if math.dist(near, (x, y)) < 15 else (x, y)


@dataclass(frozen=True, slots=True)
class CompleteAngle:
    """Click where a further point makes a right angle, or halves the angle that is drawn."""

    bisect: bool

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Find the corner, work out the direction, and click some way along it inside the drawing."""
        marks = [_center(dot) for dot in dots(scene)]
        lines = [looks.corners_of(e) for e in scene.elements if e.tag == "line" and e.box]
        lines = [line for line in lines if len(line) == 2]
        corner, ends = _corner(marks, lines, scene, 2 if self.bisect else 1)
        directions = [_unit(corner, end) for end in ends]
        if self.bisect:
            way = (directions[0][0] + directions[1][0], directions[0][1] + directions[1][1])
        else:
            way = (-directions[0][1], directions[0][0])
        area = _drawing(scene)
        for sign in (1, -1) if not self.bisect else (1,):
            length = math.hypot(*way) or 1.0
            for far in (40.0, 30.0, 20.0):
                x, y = corner[0] + sign * far * way[0] / length, corner[1] + sign * far * way[1] / length
                if area.x + 4 < x < area.right - 4 and area.y + 4 < y < area.bottom - 4:
                    yield from act(Click(Point(x, y)))
                    return Evidence(f"set the point at ({x:.0f}, {y:.0f})")
        raise CannotDo("the point would lie outside the drawing")


def _corner(
    marks: list[_Spot], lines: list[tuple[_Spot, ...]], scene: Scene, ends: int
) -> tuple[_Spot, list[_Spot]]:
    """The corner of the angle and the ends of its sides: where lines meet, else the odd-coloured mark."""
    if ends == 2 and len(lines) == 2:
        for spot in lines[0]:
            for other in lines[1]:
                if math.dist(spot, other) < 2:
                    far = [point for line in lines for point in line if math.dist(point, spot) >= 2]
                    return spot, far
    if ends == 1 and len(marks) == 2:
        named = [dot for dot in dots(scene) if looks.colour_of(dot) != "#000000"]
        if len(named) == 1:
            corner = _center(named[0])
            return corner, [mark for mark in marks if math.dist(mark, corner) > 1]
    raise Ambiguous("cannot tell which mark is the corner of the angle")


@dataclass(frozen=True, slots=True)
class DrawThrough:
    """Draw a straight line through the mark, or a circle around it, by dragging."""

    shape: str
    """`horizontal`, `vertical` or `circle`."""

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Drag along points of the figure inside the drawing area."""
        marks = dots(scene)
        if len(marks) != 1:
            raise NotFound(f"found {len(marks)} marks, not one")
        x, y = _center(marks[0])
        area = _drawing(scene)
        room = min(x - area.x, area.right - x, y - area.y, area.bottom - y) - 4
        if self.shape == "circle":
            reach = min(max(room, 12.0), 30.0)
            turn = [2 * math.pi * step / 36 for step in range(37)]
            path = [Point(x + reach * math.cos(t), y + reach * math.sin(t)) for t in turn]
        else:
            across = self.shape == "horizontal"
            start, end = (area.x + 5, area.right - 5) if across else (area.y + 5, area.bottom - 5)
            steps = [start + (end - start) * step / 20 for step in range(21)]
            path = [Point(at, y) if across else Point(x, at) for at in steps]
        yield from act(Drag(path[0], path[-1], path=tuple(path[1:-1])))
        return Evidence(f"drew a {self.shape} through or around ({x:.0f}, {y:.0f})")


def _drawing(scene: Scene) -> Box:
    """The area that holds the drawing."""
    for element in scene.elements:
        if element.tag in ("svg", "canvas") and element.box:
            return element.box
    marks = dots(scene)
    for above in scene.ancestors(marks[0]) if marks else ():
        if above.box and above.box.width > 60 and above.box.height > 60:
            return above.box
    spots = [_center(mark) for mark in marks]
    x, y = min(s[0] for s in spots) - 60, min(s[1] for s in spots) - 60
    return Box(max(0, x), max(0, y), 200, 200)


def _center(element: Element) -> _Spot:
    if element.box is None:
        raise CannotDo("a mark takes no space on the page")
    return element.box.center


def _unit(start: _Spot, end: _Spot) -> _Spot:
    length = math.dist(start, end) or 1.0
    return ((end[0] - start[0]) / length, (end[1] - start[1]) / length)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`click the center of the circle`, `... coordinate (1,-2)`, `draw a vertical line through the dot`."""
    clause = clauses[0]
    rest = clause.rest.lower()
    if clause.verb == "click":
        spot = re.search(r"coordinates?\s*\(\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*\)", rest)
        if spot:
            return Read(ClickCoordinate(float(spot[1]), float(spot[2])))
        if re.search(r"\bcent(?:er|re) of the circle\b", rest):
            return Read(ClickMiddle(between=False))
        if re.search(r"\bmid-?point between\b", rest):
            return Read(ClickMiddle(between=True))
    if re.search(r"\bbisects? the angle\b", rest):
        return Read(CompleteAngle(bisect=True))
    if re.search(r"\b(?:make|create|form)s? a right angle\b", rest):
        return Read(CompleteAngle(bisect=False))
    if clause.verb == "draw":
        figure = re.search(r"\b(horizontal|vertical) line\b|\b(circle)\b", rest)
        if figure:
            by_drag = len(clauses) > 1 and clauses[1].join == "by"
            return Read(DrawThrough(figure[1] or figure[2]), 2 if by_drag else 1)
    return None
