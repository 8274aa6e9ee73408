"""Choices that belong to an act: `Vote for Sushi` is to choose "Sushi", then to press `Vote`."""

from __future__ import annotations

import re

from browser.model.element_match import STRONG
from browser.model.observation import Element
from engines.rules.reading.things import Thing
from engines.rules.scene import Scene
from engines.rules.skills.controls.choice import box_score
from engines.rules.step_generator import CannotDo

_BOXES = ("radio", "checkbox")
_FEW = 6
"""So many groups around a control are looked at, innermost first."""


def to_be_chosen(thing: Thing, control: Element, scene: Scene) -> list[Element]:
    """The boxes, not ticked yet, that are called as what an act is done to and lie beside its control.

    A box that has its control for itself is no choice among several: it marks its own record.

    Raises:
        CannotDo: Only some of several names are among the choices.
    """
    names = [part for part in re.split(r",? and |, ", thing.name) if part]
    for group in list(scene.ancestors(control))[:_FEW]:
        boxes = [e for e in scene.inside(group) if e.role in _BOXES]
        if len(boxes) < 2:
            continue
        meant = {name: [box for box in boxes if box_score(name, box, scene) >= STRONG] for name in names}
        found = [boxes_of[0] for boxes_of in meant.values() if len(boxes_of) == 1]
        if not found:
            return []
        if len(found) < len(names):
            raise CannotDo(f"not all of {thing.name!r} can be chosen here")
        return [box for box in found if "checked" not in box.states]
    return []
