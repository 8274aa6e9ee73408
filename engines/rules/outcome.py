"""What a page answers to what was done: that something was wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import replace

from browser.model.actions import Action, Click, Drag, HoldKey, MouseDown, Press, TypeText, Upload
from browser.model.element_match import called, fold, words_of
from browser.model.observation import Element, Observation
from browser.model.results import ActionResult
from browser.model.roles import FIELD_ROLES
from browser.model.text import cut
from engines.protocol import Turn
from engines.refusals import refused_fields, sends
from engines.rules.scene import Scene, is_text_field

_WRONG = re.compile(
    r"\b(?:wrong|invalid|incorrect|not (?:valid|correct|allowed|permitted|recogni[sz]ed)|mismatch|"
    r"(?:does|do|did)(?: not|n['’]t) (?:match|exist|look)|(?:is|are) (?:required|missing)|required field|"
    r"must (?:be|have|contain|not|include|enter|choose|accept)|"
    r"please (?:enter|choose|select|fill|tell|accept|say|provide|correct|agree|give|specify)|"
    r"can(?:not|['’]t) be (?:blank|empty)|failed|denied|error|expired|already (?:taken|exists|in use)|"
    r"too (?:short|long|many)|could(?: not|n['’]t)|unable to|try again|sold out|out of stock|"
    r"(?:has|have) (?:ended|lapsed|run out)|no longer (?:valid|available|possible|open|active)|"
    r"not enough|(?:no|not) more than|at (?:most|least) \w+ \w+|"
    r"does(?: not|n['’]t) (?:apply|cover|allow|accept)|"
    r"something went wrong)\b",
    re.IGNORECASE,
)
_ASKS_FIRST = re.compile(
    r"(?:please )?(?:choose|pick|select|enter|specify|type|tick|check|fill in) "
    r"(?:an?|the|your|at least|one|some)\b(?:(?! to\b).){1,40}",
    re.IGNORECASE,
)
"""A short message that says what has to be done before: `Pick a size`; `to see more` may wait."""
_DONE = (
    "created|added|made|saved|stored|changed|updated|edited|deleted|removed|sent|applied|moved|renamed|published|"
    "archived|approved|accepted|assigned|closed|cancell?ed|completed|processed|submitted|booked|restored"
)
"""What an act leaves a thing as."""
_REFUSES = re.compile(
    rf"\b(?:(?:(?:was|were) not|(?:has|have) not been|(?:was|were)n['’]t|(?:has|have)n['’]t been) "
    rf"(?:{_DONE})(?! yet)|"
    rf"nothing (?:was|has been) (?:{_DONE})|not (?:possible|authori[sz]ed|saved)|"
    rf"can(?:not|['’]t) be (?:{_DONE})|(?:have|has|needs?) to be \w+ first|"
    r"(?:no|not have|n['’]t have|without|lack|insufficient|missing) (?:\w+ ){0,2}"
    r"(?:permissions?|privileges|rights)|"
    r"only (?:possible|allowed|available|permitted) (?:for|to|with|by)|"
    r"only (?:an? |the )?(?:administrators?|admins?|owners?|managers?) (?:can|may)|"
    r"(?:limit|quota) (?:is |was |has been )?(?:reached|exceeded))\b",
    re.IGNORECASE,
)
"""How a page says in a message that it did not do what was asked; elsewhere this may be a state or a hint."""
_DID = re.compile(
    rf"^(?:[\w“\"'].{{0,80}} )?(?:{_DONE}|scheduled|posted|invited|submitted)\b[^?]*$", re.IGNORECASE
)
"""How a page says in a message that it did something."""
_MESSAGES = frozenset({"toast", "snackbar", "notification", "flash", "message", "messages", "notice"})
"""What authors call the place of messages."""
_UNSAVED = re.compile(
    r"\bunsaved (?:changes|edits|work)\b|\bchanges (?:are|have) not (?:been )?saved\b", re.IGNORECASE
)
_DENIES = re.compile(r"\b(?:deny|decline|reject|refuse|turn(?: \S+){0,6} down)\b", re.IGNORECASE)
_LONGEST = 200
"""Characters; a complaint is a sentence, not an article."""
_MOST = 8
"""With more new texts than this, another page came up, and its words are its own."""
_FLEETING = frozenset({"focused", "covered", "offscreen", "clipped"})
_PASSING = re.compile(r"focus|hover|ripple|animat")
"""Words of authors for how a thing looks while it is used."""
_TOUCHED = re.compile(r"\d+ elements? changed(?:: .*)?", re.DOTALL)
_OUTSIDE = frozenset({"copy", "clipboard", "share"})
"""What is done outside the page and cannot be seen to happen; we are told of downloads and prints."""
_ERROR_HINTS = frozenset({"error", "errors", "invalid", "danger", "errorlist", "errornote"})
"""What authors call the place where they say that something is wrong."""


def complaint(before: Scene, after: Scene) -> str:
    """What the page says is wrong since the last press, as a sentence; "" where it says nothing of that kind.

    A form that was sent and came back with "Wrong password" was not accepted, whatever was clicked; nor was
    one that the browser kept back because of a field.
    """
    if not any(sends(result.action) and not result.problem for result in after.results):
        return ""
    if refused := refused_fields(before.observation, after.observation, after.results):
        return refused
    title = after.observation.title
    if title != before.observation.title and _BROKEN.search(title):
        return f"the page answers {cut(title, _LONGEST)!r}"
    unsaved = next((text.name for text in after.texts if _UNSAVED.search(text.name)), "")
    if unsaved and _saved_last(before, after):
        return f"the page says {cut(unsaved, _LONGEST)!r} after it was saved"
    known = {fold(text.name) for text in before.texts}
    new = [text for text in after.texts if fold(text.name) not in known]
    new = [text for text in new if len(text.name) <= _LONGEST or _is_alert(text, after)]
    if len(new) > _MOST or before.observation.url.split("#")[0] != after.observation.url.split("#")[0]:
        new = [text for text in new if _is_alert(text, after)]
    wrong = next((text.name.strip() for text in new if _is_wrong(text.name, after.prompt)), "")
    wrong = wrong or _refusing_message(known, after) or _asked_first(new, before, after)
    return f"the page answers {cut(wrong, _LONGEST)!r}" if wrong else ""


def _asked_first(new: Sequence[Element], before: Scene, after: Scene) -> str:
    """A new message that says what has to be done before; beside new fields it says what these are for."""
    if any(before.get(field.ref) is None for field in after.fields):
        return ""
    return next((text.name for text in new if _ASKS_FIRST.fullmatch(text.name.strip(" .!"))), "")


def says_done(before: Scene, after: Scene, noun: str) -> str:
    """What a page says since an earlier look that it did with such a thing; "" where it says nothing."""
    known = {fold(text.name) for text in before.texts}
    new = [text.name for text in after.texts if fold(text.name) not in known]
    about = [words for words in new if len(words) <= _LONGEST and noun in words_of(words)]
    return next((one for one in about if _DID.search(one) and not _is_wrong(one, after.prompt)), "")


def _saved_last(before: Scene, after: Scene) -> bool:
    """Whether the last press was one of a button that saves."""
    pressed = [one.action.target for one in after.results if isinstance(one.action, Click)]
    buttons = [before.get(ref) for ref in pressed[-1:] if isinstance(ref, str)]
    return any(one is not None and words_of(one.name or one.text)[:1] == ["save"] for one in buttons)


def _refusing_message(known: Set[str], scene: Scene) -> str:
    """A new message that says that the page did not do it; what the prompt says itself does not count."""
    for place in scene.elements:
        if not (place.role in ("status", "log", "alert") or not _MESSAGES.isdisjoint(place.hints)):
            continue
        texts = [text.name for text in scene.inside(place) if text.role == "text"]
        new = any(fold(text) not in known for text in texts)
        told = " ".join(text for text in texts if fold(text) not in fold(scene.prompt))
        if new and len(told) <= _LONGEST and _REFUSES.search(told):
            return told
    return ""


_BROKEN = re.compile(
    r"\b(?:[A-Z]\w*(?:Error|Exception)\b|(?:Internal )?Server Error\b|Bad Gateway\b|Service Unavailable\b)"
)
"""How the page of a server that failed is titled; it may repeat all that was sent."""


def _is_wrong(words: str, prompt: str) -> bool:
    """Whether words of a page say that something went wrong; "denied" does not where that was asked for."""
    said = re.sub(r"\bdenied\b", "", words, flags=re.IGNORECASE) if _DENIES.search(prompt) else words
    return _WRONG.search(said) is not None


def changed_nothing(before: Scene, after: Scene, *, closely: bool) -> bool:
    """Whether the last actions were clicks that should show, and left nothing but the keyboard there.

    How many nodes the page touched tells nothing, since it may have drawn the same once more, except where
    it says what happened.

    Args:
        before: The page before the clicks.
        after: The page now.
        closely: Whether colours, sizes and what says nothing count too; under the pointer they come and go.
    """
    clicks = [result.action for result in after.results if isinstance(result.action, Click)]
    if not clicks or len(clicks) < len(after.results) or happened(after):
        return False
    targets = [after.get(click.target) if isinstance(click.target, str) else None for click in clicks]
    if all(target is not None and _may_change_nothing(target, after) for target in targets):
        return False
    left = [element for element in before.elements if "focused" in element.states]
    own = {inner.ref for one in (*targets, *left) if one for inner in (one, *after.inside(one))}
    return _look(before.observation, own, closely) == _look(after.observation, own, closely)


def happened(scene: Scene) -> bool:
    """Whether the last actions had an effect that need not show on the page as it is now."""
    return any(
        one.navigated or _TOUCHED.sub("", one.effect).strip("; ") or _says(one, scene)
        for one in scene.results
    )


def _may_change_nothing(target: Element, scene: Scene) -> bool:
    """Whether a click need not show: all is already as it leaves it, or it acts outside the page."""
    typed_into = target.value is not None or is_text_field(target)
    if typed_into and scene.observation.focused == target.ref:
        return True
    if "selected" in target.states or (target.role == "radio" and "checked" in target.states):
        return True
    place, _, fragment = target.href.partition("#")
    if fragment and place == scene.observation.url.partition("#")[0]:
        return True
    return not _OUTSIDE.isdisjoint((*words_of(called(target)), *target.hints))


def unanswered(before: Scene, after: Scene) -> bool:
    """Whether something was typed last, and the page says the same words as before."""
    typed = any(isinstance(result.action, TypeText) and not result.problem for result in after.results)
    return typed and before.observation.url == after.observation.url and _words(before) == _words(after)


def _says(result: ActionResult, scene: Scene) -> bool:
    """Whether the page has written anew what it says of what happens, be it the same as before."""
    return any(
        element.role in ("status", "log") and element.text and repr(cut(element.text, 120)) in result.effect
        for element in scene.elements
    )


def _words(scene: Scene) -> list[str]:
    return [text.name for text in scene.texts]


def may_be_done(left: Sequence[Action], before: Observation, turn: Turn) -> bool:
    """Whether a person may have done what was left to do when they took over the page.

    That matters only of what must not be done twice. A page that is as it was, but for what we did ourselves,
    says that they have not.

    Args:
        left: The actions that were not done any more.
        before: The page on which they were to be done.
        turn: The page now, and what was done.
    """
    if not any(_is_for_once(action, before) for action in left):
        return False
    done = [result.action for result in turn.history[-1] if not result.problem]
    own = {getattr(action, "target", None) for action in done}
    return _shown(before, own) != _shown(turn.observation, own)


def _is_for_once(action: Action, page: Observation) -> bool:
    match action:
        case Click(target=str() as ref):
            element = page.element(ref)
            return element is None or element.role not in FIELD_ROLES | {"link"}
        case TypeText(submit=submit):
            return submit
        case _:
            return isinstance(action, Click | Press | HoldKey | MouseDown | Drag | Upload)


def _shown(page: Observation, own: Set[object]) -> tuple[object, ...]:
    """What a page shows, but for the elements of these refs."""
    tabs = tuple((tab.id, tab.url) for tab in page.tabs)
    seen = [_lasting(one, closely=False, own=False) for one in page.elements if one.ref not in own]
    return (page.url, page.title, tabs, seen)


def _look(page: Observation, own: Set[str], closely: bool) -> tuple[object, ...]:
    """What there is to see; `own`: the refs of what has or had the keyboard, which has its own colours."""
    tabs = tuple((tab.id, tab.url) for tab in page.tabs)
    seen = [_lasting(one, closely, one.ref in own) for one in page.elements if closely or one.interactive]
    ground = page.ground if closely else ""
    return (page.url, page.title, page.text, page.scroll, page.dialog, tabs, ground, seen)


def _lasting(element: Element, closely: bool, own: bool) -> Element:
    """An element without what changes where it is drawn anew or gets the keyboard."""
    marked = closely and (own or not element.text)
    return replace(
        element,
        ref="",
        parent="",
        covered_by="",
        states=element.states - _FLEETING,
        hints=tuple(word for word in element.hints if not _PASSING.search(word)) if marked else (),
        box=element.box if closely else None,
        appearance=element.appearance if closely and not own else None,
    )


def _is_alert(text: Element, scene: Scene) -> bool:
    return any(
        above.role in ("alert", "alertdialog") or not _ERROR_HINTS.isdisjoint(above.hints)
        for above in scene.ancestors(text)
    )
