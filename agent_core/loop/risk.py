"""Which acts cannot be taken back: what they are called decides, as a person who reads the button would say.

A button that says nothing of what it does is not recognized, and Enter in a field counts as sending, since
nobody can tell what it sends.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from agent_core.loop.places import naming
from agent_core.task.fields import RiskyAct
from browser.model.actions import Action, Click, Drag, Point, Press, Target, TypeText, Upload
from browser.model.keys import UnknownKey, chords
from browser.model.observation import Element, Observation

_STEMS: Mapping[RiskyAct, str] = {
    "buy": (
        "buy|purchas|pay|checkout|check out|order now|place (?:your |the |my )?order|subscrib|donat|book now|"
        "kauf|bestell|bezahl|zahl|buchen|achet|payer|payez|command|régl|compr[ae]|pagar|paga|acquist|ordina|"
        "koop|kopen|betaal|betal|kup|zapłać"
    ),
    "send": (
        "send|submit|post|publish|reply|share|apply|register|sign up|confirm|"
        "senden|sende|absend|abschick|veröffentlich|antwort|bestätig|anmelden|envoy|publi|répond|confirm|soumet|"
        "envi|respond|invia|rispond|conferm|verstu|verzend|plaats|bevestig|wyślij|opublikuj"
    ),
    "delete": (
        "delet|remov|eras|discard|deactivat|close (?:my |your |the )?account|cancel (?:my |your |the )?\\w+|"
        "unsubscrib|empty|lösch|entfern|kündig|supprim|effac|elimin|borrar|borra|excluir|apagar|cancella|verwijder|"
        "usuń"
    ),
}
_WORDS = {risk: re.compile(rf"\b(?:{stems})", re.IGNORECASE) for risk, stems in _STEMS.items()}
_PRESSABLE = frozenset({"button", "link", "menuitem", "option", "generic", "image", "img", "switch", "tab"})
_SEARCHES = re.compile(r"search|find|filter|such|recherch|busca|cerca|zoek|szuka", re.IGNORECASE)
LONGEST_NAME = 80
"""Characters: what is longer is a text that is clicked, and not the name of a button."""
PLAIN = {
    "buy": "buy or order something",
    "send": "send something",
    "delete": "delete or cancel something",
    "upload": "hand over files",
}


def risk_of(action: Action, page: Observation, wanted: tuple[RiskyAct, ...]) -> RiskyAct | None:
    """Which of the kinds that are wanted an action is; None: of none of them.

    Args:
        action: What is to be done.
        page: The page as it was when that was decided.
        wanted: The kinds that are looked for.
    """
    match action:
        case Upload():
            return "upload" if "upload" in wanted else None
        case Click(target=target):
            return _by_name(element_at(target, page), wanted)
        case Drag():
            return None
        case TypeText(target=target, submit=True):
            return _by_enter(element_at(target, page), wanted)
        case Press(keys=keys, target=target) if _presses(keys, "Enter"):
            return _by_enter(element_at(target, page), wanted)
        case Press(keys=keys, target=target) if _presses(keys, "Space"):
            return _by_name(element_at(target, page), wanted)
        case _:
            return None


def told(action: Action, risk: RiskyAct, page: Observation) -> str:
    """What would be done, as a question to a person."""
    element = element_at(getattr(action, "target", None), page)
    what = str(action)
    if element is not None:
        on = naming(element)
        what = what.replace(element.ref, on) if element.ref in what else f"{what} on {on}"
    return f"May the agent {what} at {page.url}? It may {PLAIN[risk]}."


def _by_name(element: Element | None, wanted: tuple[RiskyAct, ...]) -> RiskyAct | None:
    if element is None or element.role not in _PRESSABLE:
        return None
    name = element.name or element.text or element.description
    if len(name) > LONGEST_NAME:
        return None
    return next((risk for risk in wanted if risk in _WORDS and _WORDS[risk].search(name)), None)


def _by_enter(element: Element | None, wanted: tuple[RiskyAct, ...]) -> RiskyAct | None:
    """Enter presses a button, or sends the form of a field that is not for a search."""
    if element is not None and element.role in _PRESSABLE:
        return _by_name(element, wanted)
    if element is not None:
        called = " ".join((element.role, element.name, element.placeholder, element.label, *element.hints))
        if _SEARCHES.search(called):
            return None
    return "send" if "send" in wanted else "buy" if "buy" in wanted else None


def element_at(target: Target | None, page: Observation) -> Element | None:
    """The element that is meant; None as target: the one with the keyboard.

    At a point it is the smallest one that can be used, else the smallest.
    """
    if target is None:
        return page.element(page.focused)
    if isinstance(target, str):
        return page.element(target)
    under = [one for one in page.elements if _covers(one, target)]
    usable = [one for one in under if one.interactive] or under
    return min(usable, key=lambda one: one.box.width * one.box.height if one.box else 0.0, default=None)


def _covers(element: Element, point: Point) -> bool:
    box = element.box
    return box is not None and box.x <= point.x <= box.right and box.y <= point.y <= box.bottom


def _presses(keys: str, key: str) -> bool:
    try:
        return any(chord.split("+")[-1] == key for chord in chords(keys))
    except UnknownKey:
        return False
