"""What an action would press: the element at its ref or place, or where keyboard and pointer are by then.

An action is judged by the page as it was seen. What was done since may have moved the keyboard, the pointer
and all places, and then what it would press may not be known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from browser.model.actions import (
    Action,
    Back,
    Click,
    CloseTab,
    Drag,
    EnterCode,
    Forward,
    Goto,
    HoldKey,
    Hover,
    MouseDown,
    MouseMove,
    MouseUp,
    OpenTab,
    Point,
    Press,
    Reload,
    Scroll,
    SetChecked,
    SwitchTab,
    Target,
    TypeText,
    Wait,
)
from browser.model.keys import UnknownKey, chords
from browser.model.observation import Element, Observation

_CONTROLS = frozenset({"button", "link", "menuitem", "option", "switch", "tab"})
_TO_ANOTHER_PAGE = Goto | Back | Forward | Reload | OpenTab | SwitchTab | CloseTab


@dataclass(frozen=True, slots=True)
class Aim:
    """What an action is aimed at."""

    element: Element | None
    """None: nothing that was seen."""
    known: bool = True
    """Whether it can be told at all."""


NOT_KNOWN = Aim(None, known=False)


def aim_of(action: Action, page: Observation, before: Sequence[Action] = ()) -> Aim:
    """What an action would press.

    Args:
        action: What is to be done.
        page: The page as it was seen.
        before: What was done in it since.
    """
    match action:
        case MouseDown():
            return _under_pointer(page, before)
        case Press(keys=keys) if "Tab" in keys_in(keys)[:-1]:
            return NOT_KNOWN
        case HoldKey() | Press(target=None) | TypeText(target=None):
            return _at_keyboard(page, before)
        case _:
            return _at(getattr(action, "target", None), page, before)


def keys_in(keys: str) -> tuple[str, ...]:
    """The keys that are pressed one after the other, without their modifiers."""
    try:
        return tuple(chord.split("+")[-1] for chord in chords(keys))
    except UnknownKey:
        return ()


def _at_keyboard(page: Observation, before: Sequence[Action]) -> Aim:
    """Where the keyboard is by now."""
    for at in reversed(range(len(before))):
        match before[at]:
            case Press(target=None, keys=keys) | HoldKey(keys=keys) if "Tab" not in keys_in(keys):
                continue
            case TypeText(target=None) | Hover() | MouseMove() | Wait() | Scroll():
                continue
            case Press(target=str() | Point(), keys=keys) if "Tab" in keys_in(keys):
                return NOT_KNOWN
            case (
                Click(target=target)
                | TypeText(target=target)
                | Press(target=target)
                | SetChecked(target=target)
                | EnterCode(target=target)
            ) if target is not None:
                return _at(target, page, before[:at])
            case _:
                return NOT_KNOWN
    return _at(page.focused, page, ())


def _under_pointer(page: Observation, before: Sequence[Action]) -> Aim:
    """Where the pointer is by now; where it was when the page was seen, nobody has noted."""
    for at in reversed(range(len(before))):
        match before[at]:
            case MouseMove(point=target) | Click(target=target) | Hover(target=target) | Drag(end=target):
                return _at(target, page, before[:at])
            case MouseUp() | Wait():
                continue
            case _:
                return NOT_KNOWN
    return NOT_KNOWN


def _at(target: Target | None, page: Observation, before: Sequence[Action]) -> Aim:
    """The control that is meant; at a point, the smallest one there, else the smallest thing."""
    if isinstance(target, Point):
        if any(isinstance(each, _TO_ANOTHER_PAGE | Scroll) for each in before):
            return NOT_KNOWN
        under = [one for one in page.elements if _covers(one, target)]
        usable = [one for one in under if one.interactive] or under
        return Aim(
            min(usable, key=lambda one: one.box.width * one.box.height if one.box else 0.0, default=None)
        )
    return Aim(_control_of(page.element(target), page) if target else None)


def _control_of(element: Element | None, page: Observation) -> Element | None:
    """What is pressed with an element: itself, or the control that it is a part of."""
    around = element
    while around is not None and not around.interactive and around.role not in _CONTROLS:
        around = page.element(around.parent) if around.parent else None
    return around or element


def _covers(element: Element, point: Point) -> bool:
    box = element.box
    return box is not None and box.x <= point.x <= box.right and box.y <= point.y <= box.bottom
