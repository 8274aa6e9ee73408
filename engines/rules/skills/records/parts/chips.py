"""Chips: values of a part that each stand in a small box of their own, with a cross that takes them away."""

from __future__ import annotations

from collections.abc import Container

from browser.model.actions import Click
from browser.model.element_match import fold
from browser.model.observation import Element
from engines.rules.scene import Scene
from engines.rules.skills.controls.editors import Change, changed_count
from engines.rules.skills.records.locate import CROSSES, stems
from engines.rules.step_generator import Evidence, StepGenerator, act

_NEAR = 4
"""So many groups around a chip may hold the label of its part, innermost first."""
_TAKES_AWAY = CROSSES | {"x", "remove", "delete"}


def crosses_of(change: Change, known: Container[str], scene: Scene) -> list[Element]:
    """The cross of each value that is to be removed; none where a value has none, or several.

    Args:
        change: What is to be removed.
        known: Refs of what does not belong to the record.
        scene: The page with the record.
    """
    found: list[Element] = []
    for value in change.values if change.way == "remove" else ():
        chips = [text for text in scene.texts if fold(text.name) == fold(value) and text.ref not in known]
        chips = [chip for chip in chips if _is_said_to_be(change.label, chip, scene)]
        crosses = [cross for chip in chips if (cross := _cross_beside(chip, scene)) is not None]
        if len(crosses) != 1:
            return []
        found += crosses
    return found


def _is_said_to_be(label: str, chip: Element, scene: Scene) -> bool:
    """Whether the label is what heads a chip, or the author calls a group close around it so."""
    asked = stems(label)
    for group in list(scene.ancestors(chip))[:_NEAR]:
        if asked <= stems(*group.hints):
            return True
        before = [e for e in scene.inside(group) if scene.order[e.ref] < scene.order[chip.ref]]
        heads = [e for e in before if e.role == "heading" or (e.role == "text" and _is_plain(e, scene))]
        if heads:
            return stems(heads[-1].name) == asked
    return False


def _is_plain(text: Element, scene: Scene) -> bool:
    """Whether a text is neither a chip nor the name of something to press."""
    usable = any(above.interactive for above in list(scene.ancestors(text))[:2])
    return not usable and _cross_beside(text, scene) is None


def _cross_beside(chip: Element, scene: Scene) -> Element | None:
    """The one thing to press in the box of a text, which holds nothing else."""
    box = scene.parent(chip)
    usable = [e for e in scene.inside(box) if e.interactive and e.ref != box.ref] if box else []
    if len(usable) != 1 or scene.holds(usable[0], chip):
        return None
    said = fold(usable[0].name or usable[0].text)
    return usable[0] if said in _TAKES_AWAY or said == f"remove {fold(chip.name)}" else None


def take_away(change: Change, known: Container[str], scene: Scene) -> StepGenerator:
    """Press the cross of each value, found anew after each press, and see that the values are gone.

    Raises:
        CannotDo: The page shows one of them as often as before.
    """
    before = scene
    for value in change.values:
        one = Change(change.label, (value,), change.way, change.was)
        scene = yield from act(*(Click(cross.ref) for cross in crosses_of(one, known, scene)))
    return Evidence(changed_count(change, before, scene))
