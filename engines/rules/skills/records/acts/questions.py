"""What comes up once an act was pressed: a question, its answers, and what only tells of the act."""

from __future__ import annotations

import re
from collections.abc import Sequence

from browser.model.element_match import fold
from browser.model.observation import Element
from engines.rules.grounding.find import new_in
from engines.rules.scene import Scene
from engines.rules.skills.records.locate import Deed

_REMOVED = re.compile(r"\b(?:deleted|removed|erased|trashed|moved to)\b", re.IGNORECASE)
_NO = frozenset({"cancel", "no", "keep", "keep it", "back", "never mind", "not now", "go back"})
_CONFIRM = frozenset({"confirm", "yes", "ok", "okay", "continue", "proceed", "yes i m sure"})
_LEADS_ON = frozenset({"x", "ok", "okay", "got it", "done", "back", "learn more"})
_IN_FRONT = ("dialog", "alertdialog", "menu")


def answers(deed: Deed, new: Sequence[Element]) -> list[Element]:
    """What says yes to the question whether an act is meant.

    What is called as the act is says no where the act is called so: `Cancel` beside `Stop the plan`.
    """
    found = [e for e in new if deed.fits(e) or _says_yes(e)]
    plain = [e for e in found if not says_no(e)]
    return plain or (found if sum(map(says_no, new)) > len(found) else [])


def came_with(control: Element, before: Scene, scene: Scene) -> list[Element]:
    """The controls that came up once a control was pressed.

    One called as that control, which is gone, is among them: it asks whether the act is meant.
    """
    new = new_in(scene, before)
    known = {e.ref for e in new}
    if scene.get(control.ref) is not None or len(_called_as(control, before)) != 1:
        return new
    return new + [e for e in _called_as(control, scene) if e.box != control.box and e.ref not in known]


def _called_as(control: Element, scene: Scene) -> list[Element]:
    sign = (control.role, control.name or control.text)
    return [e for e in scene.elements if e.interactive and e.box and (e.role, e.name or e.text) == sign]


def asks(new: Sequence[Element]) -> bool:
    """Whether what came up is a question: it can be answered with no."""
    return any(map(says_no, new))


def is_in_front(control: Element, scene: Scene, before: Scene) -> bool:
    """Whether a dialog or a menu came up when a control was pressed, or something that covers it."""
    known = {e.ref for e in before.elements}
    if any(e.role in _IN_FRONT and e.ref not in known for e in scene.elements):
        return True
    now = scene.get(control.ref)
    return now is not None and "covered" in now.states


def still_to_be_chosen(
    control: Element, new: Sequence[Element], scene: Scene, before: Scene
) -> list[Element]:
    """What came up to be chosen when a control was pressed, and nothing else of the page changed.

    Entries that only tell of the act, take it back or lead on are none; nor is anything where the control, or
    something else that was there, is gone: then the act was done.
    """
    kept = [e for e in scene.elements if e.interactive and not any(e.ref == one.ref for one in new)]
    signs = {(e.role, e.name or e.text) for e in kept}
    if any(
        e.interactive and e.box and "covered" not in e.states and (e.role, e.name or e.text) not in signs
        for e in before.elements
    ):
        return []
    choices = [e for e in new if not (_leads_on(e) or e.href or tells_of_it(e, scene))]
    return choices if len(choices) > 1 or is_in_front(control, scene, before) else []


def _leads_on(element: Element) -> bool:
    words = fold(re.sub(r"\W+", " ", element.name or element.text))
    return not words or words in _LEADS_ON or words.split()[0] in ("undo", "view", "close", "dismiss")


def tells_of_it(element: Element, scene: Scene) -> bool:
    """Whether it only says that something was removed."""
    around = (element, *scene.ancestors(element))
    return bool(_REMOVED.search(element.name)) or any(
        one.role in ("status", "log", "alert") for one in around
    )


def _says_yes(element: Element) -> bool:
    words = fold(re.sub(r"\W+", " ", element.name or element.text))
    return words in _CONFIRM or words.startswith(("yes ", "confirm "))


def says_no(element: Element) -> bool:
    """Whether it is an answer that leaves all as it was: `Cancel`, `Keep it`."""
    words = fold(element.name or element.text)
    return words in _NO or words.startswith(("no, ", "no ", "keep ", "don't ", "don’t "))
