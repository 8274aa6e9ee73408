"""What a page answers to what was done: that something was wrong."""

from __future__ import annotations

import re

from browser.model.actions import Click, Press, TypeText
from browser.model.observation import Element
from engines.rules.scene import Scene, fold

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
_SENDING = (Click, Press)


def complaint(before: Scene, after: Scene) -> str:
    """What the page, since the last press, says is wrong; "" where it says nothing of that kind.

    A form that was sent and came back with "Wrong password" was not accepted, whatever was clicked.
    """
    if not any(_sends(result.action) and not result.problem for result in after.results):
        return ""
    known = {fold(text.name) for text in before.texts}
    new = [text for text in after.texts if fold(text.name) not in known and len(text.name) <= _LONGEST]
    if len(new) > _MOST or before.observation.url.split("#")[0] != after.observation.url.split("#")[0]:
        new = [text for text in new if _is_alert(text, after)]
    return next((text.name.strip() for text in new if _WRONG.search(text.name)), "")


def _sends(action: object) -> bool:
    return isinstance(action, _SENDING) or (isinstance(action, TypeText) and action.submit)


def _is_alert(text: Element, scene: Scene) -> bool:
    return any(above.role in ("alert", "alertdialog") for above in scene.ancestors(text))
