"""Ticking the boxes of a grid so that they show what an example picture shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from browser.actions import SetChecked, Wait
from browser.observation import Element
from engines.embedded.course import Ambiguous, CannotDo, Course, Evidence, NotFound, act
from engines.embedded.grounding.find import where
from engines.embedded.grounding.pixels import Picture, ground_of, picture_of
from engines.embedded.reading.clauses import Clause
from engines.embedded.scene import Scene
from engines.embedded.skills.base import Notes, Read, Sighted

_APART = 60
"""Levels of 255 by which cells that are on differ from those that are off."""
_LINE = 30
"""Levels by which any cell differs from the lines between the cells."""


@dataclass(frozen=True, slots=True)
class CopyGrid(Sighted):
    """Copy the example beside a grid of checkboxes into it."""

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """See which cells of the example stand out, tick those boxes, and see that just they are ticked."""
        if not scene.observation.screenshots:
            scene = yield from act(Wait(0.0))
        rows = grid_of(where(scene, lambda e: e.role == "checkbox"))
        example = _example(scene)
        if example.box is None:
            raise NotFound("the example takes no space on the page")
        wanted = cells_on(picture_of(example.box, scene.observation), len(rows), len(rows[0]))
        boxes = [
            (box, on)
            for row, marks in zip(rows, wanted, strict=True)
            for box, on in zip(row, marks, strict=True)
        ]
        changes = [SetChecked(box.ref, on) for box, on in boxes if ("checked" in box.states) != on]
        if changes:
            scene = yield from act(*changes)
        for box, on in boxes:
            now = scene.get(box.ref)
            if now is None or ("checked" in now.states) != on:
                raise CannotDo("the boxes do not show the example after they were ticked")
        notes.unsubmitted = True
        lines = "/".join("".join("#" if on else "." for on in row) for row in wanted)
        return Evidence(f"the boxes show {lines}, as the example does")


def grid_of(boxes: Sequence[Element]) -> list[list[Element]]:
    """Boxes as rows from the top, each from the left.

    Raises:
        NotFound: They are not arranged in full rows and columns.
    """
    rows: list[list[Element]] = []
    for box in sorted(boxes, key=lambda e: e.box.center[1] if e.box else 0.0):
        near = rows[-1][0].box if rows else None
        if near is not None and box.box and abs(box.box.center[1] - near.center[1]) < box.box.height / 2:
            rows[-1].append(box)
        else:
            rows.append([box])
    if len(rows) < 2 or len(rows[0]) < 2 or len({len(row) for row in rows}) != 1:
        raise NotFound("found no checkboxes in rows and columns")
    return [sorted(row, key=lambda e: e.box.x if e.box else 0.0) for row in rows]


def _example(scene: Scene) -> Element:
    found = where(scene, lambda e: e.role == "img" and e.box is not None and e.box.width > 20)
    found = [e for e in found if not any(other is not e and scene.holds(e, other) for other in found)]
    if len(found) != 1:
        raise (Ambiguous if found else NotFound)(f"found {len(found)} pictures that could be the example")
    return found[0]


def cells_on(picture: Picture, rows: int, columns: int) -> list[list[bool]]:
    """Which cells of a picture of a grid are on: those farther from its frame than the others.

    Raises:
        CannotDo: It shows no such grid, or its cells do not fall into two kinds.
    """
    frame = ground_of(picture)
    across = _runs([_differs(frame, picture.column(x)) for x in range(picture.width)])
    down = _runs([_differs(frame, picture.row(y)) for y in range(picture.height)])
    if (len(down), len(across)) != (rows, columns):
        raise CannotDo(
            f"the example shows {len(down)} rows and {len(across)} columns, not {rows} and {columns}"
        )
    distances = [[abs(picture.around(x, y) - frame) for x in across] for y in down]
    ordered = sorted(distance for row in distances for distance in row)
    gaps = [after - before for before, after in pairwise(ordered)]
    widest = max(range(len(gaps)), key=lambda at: gaps[at])
    others = max((gap for at, gap in enumerate(gaps) if at != widest), default=0)
    if gaps[widest] < _APART or others * 2 > gaps[widest]:
        raise CannotDo("cannot tell which cells of the example are on")
    border = (ordered[widest] + ordered[widest + 1]) / 2
    return [[distance > border for distance in row] for row in distances]


def _differs(frame: int, levels: Sequence[int]) -> bool:
    return sum(abs(level - frame) > _LINE for level in levels) > len(levels) / 4


def _runs(differs: Sequence[bool]) -> list[float]:
    """The middles of stretches of at least three pixels that are not frame."""
    middles: list[float] = []
    start: int | None = None
    for at, here in enumerate([*differs, False]):
        if here and start is None:
            start = at
        elif not here and start is not None:
            if at - start >= 3:
                middles.append((start + at - 1) / 2)
            start = None
    return middles


_LIKE = re.compile(
    r"\bcheck ?boxes\b.*\b(?:using|like|as in|as shown in|following|to match) "
    r"(?:the )?(?:example|picture|image|pattern)\b",
    re.IGNORECASE,
)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`draw the number "3" in the checkboxes using the example on the right`."""
    clause = clauses[0]
    if clause.verb in ("draw", "check", "copy", "make") and _LIKE.search(clause.rest):
        return Read(CopyGrid(), heard=clause.quoted)
    return None
