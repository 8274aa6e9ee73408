"""Which acts cannot be taken back: what they are called decides, as a person who reads the button would say.

A button that says nothing of what it does is not recognized, and Enter in a field counts as sending, since
nobody can tell what it sends. Where it is not known what is pressed, that counts as any of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from agent_core.loop.acts.aim import Aim, aim_of, keys_in
from agent_core.loop.acts.places import naming
from agent_core.task.fields import RiskyAct
from browser.model.actions import Action, AnswerDialog, Click, HoldKey, MouseDown, Press, TypeText, Upload
from browser.model.observation import Element, Observation
from browser.model.text import quoted

_STEMS: Mapping[RiskyAct, str] = {
    "buy": (
        "buy|purchas|pay|checkout|check out|order now|place (?:your |the |my )?order|subscrib|donat|book now|"
        "kauf|bestell|bezahl|zahl|buchen|achet|payer|payez|command(?:er|ez)\\b|régl|comprar|compr[ae]\\b|pagar|paga|"
        "acquist|ordina(?:re)?\\b(?! per\\b)|koop|kopen|betaal|betal|kup|zapłać"
    ),
    "send": (
        "send|submit|post|publish|reply|share|apply|register|sign up|confirm|"
        "senden|sende|absend|abschick|veröffentlich|antwort|bestätig|anmelden|envoy|"
        "publi(?:er|ez|que|quer|ca|car)\\b|pubblica|répond|soumet|enviar|envía|envi[ae]\\b|respond|invia|rispond|conferm|verstu|verzend|plaats|bevestig|wyślij|opublikuj"
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
_BY_A_PRESS: tuple[RiskyAct, ...] = ("send", "buy", "delete")
LONGEST_TOLD = 300
"""Characters of a dialog's message, in a question to a person."""
LONGEST_NAME = 80
"""Characters: what is longer is a text that is clicked, and not the name of a button."""
PLAIN = {
    "buy": "buy or order something",
    "send": "send something",
    "delete": "delete or cancel something",
    "upload": "hand over files",
}


def risk_of(
    action: Action, page: Observation, wanted: tuple[RiskyAct, ...], before: Sequence[Action] = ()
) -> RiskyAct | None:
    """Which of the kinds that are wanted an action is; None: of none of them.

    Args:
        action: What is to be done.
        page: The page as it was when that was decided.
        wanted: The kinds that are looked for.
        before: What was done in the page since it was seen so.
    """
    aim = aim_of(action, page, before)
    match action:
        case Upload():
            return "upload" if "upload" in wanted else None
        case Click() | MouseDown():
            return _by_name(aim, wanted)
        case AnswerDialog(accept=True) if page.dialog is not None:
            return _called(page.dialog.message, wanted)
        case TypeText(submit=True):
            return _by_enter(aim, wanted)
        case Press(keys=keys) | HoldKey(keys=keys) if "Enter" in keys_in(keys):
            return _by_enter(aim, wanted)
        case Press(keys=keys) | HoldKey(keys=keys) if "Space" in keys_in(keys):
            return _by_name(aim, wanted)
        case _:
            return None


def told(action: Action, risk: RiskyAct, page: Observation, before: Sequence[Action] = ()) -> str:
    """What would be done, as a question to a person."""
    element, what = aim_of(action, page, before).element, str(action)
    if isinstance(action, AnswerDialog) and page.dialog is not None:
        what = f"{what} {quoted(page.dialog.message, LONGEST_TOLD)}"
    if element is not None:
        on, target = naming(element), getattr(action, "target", None)
        ref = re.compile(rf"\b{re.escape(target)}(?= x\d+$|$)") if isinstance(target, str) else None
        what = ref.sub(lambda _: on, what) if ref else f"{what} on {on}"
    return f"May the agent {what} at {page.url}? It may {PLAIN[risk]}."


def _by_name(aim: Aim, wanted: tuple[RiskyAct, ...]) -> RiskyAct | None:
    if not aim.known:
        return _any(wanted)
    element = aim.element
    if element is None or element.role not in _PRESSABLE:
        return None
    name = element.name or element.text or element.description
    if len(name) > LONGEST_NAME:
        return None
    return _called(name, wanted)


def _called(words: str, wanted: tuple[RiskyAct, ...]) -> RiskyAct | None:
    return next((risk for risk in wanted if risk in _WORDS and _WORDS[risk].search(words)), None)


def _by_enter(aim: Aim, wanted: tuple[RiskyAct, ...]) -> RiskyAct | None:
    """Enter presses a button, or sends the form of a field that is not for a search."""
    if not aim.known:
        return _any(wanted)
    element = aim.element
    if element is not None and element.role in _PRESSABLE:
        return _by_name(aim, wanted)
    if element is not None and _is_for_a_search(element):
        return None
    return "send" if "send" in wanted else "buy" if "buy" in wanted else None


def _is_for_a_search(field: Element) -> bool:
    called = " ".join((field.role, field.name, field.placeholder, field.label, *field.hints))
    return bool(_SEARCHES.search(called))


def _any(wanted: tuple[RiskyAct, ...]) -> RiskyAct | None:
    return next((risk for risk in _BY_A_PRESS if risk in wanted), None)
