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
        case Press(keys=keys, target=target):
            aim = _at_keyboard(page, before) if target is None else _at(target, page, before)
            return _unless_left(aim, keys_in(keys)[:-1])
        case HoldKey() | TypeText(target=None):
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
    pressed: list[str] = []
    for at in reversed(range(len(before))):
        match before[at]:
            case Press(target=None, keys=keys) | HoldKey(keys=keys):
                pressed += keys_in(keys)
            case TypeText(target=None, submit=submit):
                pressed += ["Enter"] if submit else []
            case Hover() | MouseMove() | Wait() | Scroll():
                continue
            case Press(target=target, keys=keys) if target is not None:
                return _unless_left(_at(target, page, before[:at]), [*keys_in(keys), *pressed])
            case TypeText(target=target, submit=submit) if target is not None:
                return _unless_left(
                    _at(target, page, before[:at]), ["Enter", *pressed] if submit else pressed
                )
            case Click(target=target):
                return _unless_left(_at(target, page, before[:at]), ["Space", *pressed])
            case SetChecked(target=target) | EnterCode(target=target):
                return _unless_left(_at(target, page, before[:at]), pressed)
            case _:
                return NOT_KNOWN
    return _unless_left(_at(page.focused, page, ()), pressed)


def _unless_left(aim: Aim, pressed: Sequence[str]) -> Aim:
    """What is aimed at, unless keys have led the keyboard away, or have done what may have."""
    leaving = {"Tab", "Enter"}
    if aim.element is not None and aim.element.role in _CONTROLS:
        leaving |= {"Space", "ArrowDown", "ArrowLeft", "ArrowRight", "ArrowUp", "End", "Home"}
    return NOT_KNOWN if leaving.intersection(pressed) else aim


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
