"""What a page answers to what was done: that something was wrong."""

from __future__ import annotations

import re

from browser.model.actions import Click
from browser.model.element_match import called, fold, words_of
from browser.model.observation import Element, Observation
from engines.refusals import refused_fields, sends
from engines.rules.scene import Scene

_WRONG = re.compile(
    r"\b(?:wrong|invalid|incorrect|not (?:valid|correct|allowed|permitted|recogni[sz]ed)|mismatch|"
    r"(?:does|do|did)(?: not|n['’]t) (?:match|exist|look)|(?:is|are) (?:required|missing)|required field|"
    r"must (?:be|have|contain|not|include|enter|choose|accept)|"
    r"please (?:enter|choose|select|fill|tell|accept|say|provide|correct|agree|give|specify)|"
    r"can(?:not|['’]t) be (?:blank|empty)|failed|denied|error|expired|already (?:taken|exists|in use)|"
    r"too (?:short|long|many)|could(?: not|n['’]t)|unable to|try again|sold out|out of stock|"
    r"something went wrong)\b",
    re.IGNORECASE,
)
_LONGEST = 200
"""Characters; a complaint is a sentence, not an article."""
_MOST = 8
"""With more new texts than this, another page came up, and its words are its own."""
_OUTSIDE = frozenset({"copy", "clipboard", "print", "download", "export", "share"})
"""What is done outside the page: in the clipboard, on a printer, in a file."""
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
    known = {fold(text.name) for text in before.texts}
    new = [text for text in after.texts if fold(text.name) not in known and len(text.name) <= _LONGEST]
    if len(new) > _MOST or before.observation.url.split("#")[0] != after.observation.url.split("#")[0]:
        new = [text for text in new if _is_alert(text, after)]
    wrong = next((text.name.strip() for text in new if _WRONG.search(text.name)), "")
    return f"the page answers {wrong!r}" if wrong else ""


def changed_nothing(before: Scene, after: Scene) -> bool:
    """Whether the last actions were clicks that should show, and the page is in every respect as it was."""
    clicks = [result.action for result in after.results if isinstance(result.action, Click)]
    if not clicks or len(clicks) < len(after.results) or any(r.effect or r.navigated for r in after.results):
        return False
    if _look(before.observation) != _look(after.observation):
        return False
    targets = [after.get(click.target) if isinstance(click.target, str) else None for click in clicks]
    return not all(target is not None and _may_change_nothing(target, after) for target in targets)


def _may_change_nothing(target: Element, scene: Scene) -> bool:
    """Whether a click need not show: all is already as it leaves it, or it acts outside the page."""
    if target.value is not None and scene.observation.focused == target.ref:
        return True
    if "selected" in target.states or (target.role == "radio" and "checked" in target.states):
        return True
    place, _, fragment = target.href.partition("#")
    if fragment and place == scene.observation.url.partition("#")[0]:
        return True
    return not _OUTSIDE.isdisjoint((*words_of(called(target)), *target.hints))


def _look(page: Observation) -> tuple[object, ...]:
    tabs = tuple((tab.id, tab.url) for tab in page.tabs)
    return (page.url, page.title, page.text, page.elements, page.scroll, page.focused, page.dialog, tabs)


def _is_alert(text: Element, scene: Scene) -> bool:
    return any(
        above.role in ("alert", "alertdialog") or not _ERROR_HINTS.isdisjoint(above.hints)
        for above in scene.ancestors(text)
    )
