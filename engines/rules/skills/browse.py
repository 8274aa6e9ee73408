"""Moving about: open an address, back, forward, reload, wait, point at something, switch or close tabs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.model.actions import Action, Back, CloseTab, Forward, Goto, Hover, Reload, SwitchTab, Wait
from browser.model.element_match import similarity
from browser.values.words import count, ordinal
from engines.rules.grounding.find import said
from engines.rules.reading.clauses import Clause
from engines.rules.reading.names import name_in
from engines.rules.reading.phrases import Description, describe
from engines.rules.scene import Scene
from engines.rules.skills.base import Notes, Read
from engines.rules.skills.seek import seek
from engines.rules.step_generator import Evidence, NotFound, StepGenerator, act


@dataclass(frozen=True, slots=True)
class Go:
    """One action that needs nothing of the page."""

    action: Action
    told: str

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Perform the actions of the step."""
        scene = yield from act(self.action)
        return Evidence(f"{self.told}; the page is {scene.observation.url}")


@dataclass(frozen=True, slots=True)
class PointAt:
    """Rest the pointer on something."""

    what: Description

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Find it and point at it."""
        scene, element = yield from seek(self.what, scene, notes)
        yield from act(Hover(element.ref))
        return Evidence(f"the pointer is on {said(element)}", refs=(element.ref,))


@dataclass(frozen=True, slots=True)
class ToTab:
    """Bring another tab of the browser to the front."""

    words: str
    nth: int | None

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Choose it by place or title."""
        tabs = scene.observation.tabs
        if self.nth is not None and 0 < abs(self.nth) <= len(tabs):
            tab = tabs[self.nth - 1 if self.nth > 0 else self.nth]
        else:
            named = [tab for tab in tabs if similarity(self.words, tab.title) >= 0.7 or self.words in tab.url]
            if self.nth is not None or len(named) != 1:
                raise NotFound(f"found {len(named)} open tabs that {self.words!r} could mean")
            tab = named[0]
        scene = yield from act(SwitchTab(tab.id))
        return Evidence(f"the tab in front is {tab.title!r}")


_ADDRESS = re.compile(
    r"^(?:the )?(?:page |site |website |url |address )?(?P<url>(?:https?://|www\.|file://)\S+)$",
    re.IGNORECASE,
)
_PAGE = re.compile(r"(?:(?:the|this) (?:page|tab))?", re.IGNORECASE)
_PLACE = re.compile(r"(?:(?:to )?(?:(?:the|a) )?(?:(?:previous|last|next|one) )?page)?", re.IGNORECASE)
_WAIT = re.compile(
    r"^(?:for )?(?P<n>\d+(?:\.\d+)?|\w+)\s*(?P<unit>s|secs?|seconds?|minutes?|mins?)$", re.IGNORECASE
)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`go to https://...`, `go back`, `reload the page`, `wait 2 seconds`, `hover over X`, `to tab 2`."""
    clause = clauses[0]
    words = clause.spoken(clause.rest).strip()
    if clause.verb in ("navigate", "open"):
        address = _ADDRESS.match(words)
        if address:
            url = address["url"].rstrip(".,;")
            return Read(Go(Goto(url if "://" in url else f"https://{url}"), f"opened {url}"))
    if clause.verb == "back":
        return Read(Go(Back(), "went back")) if _PLACE.fullmatch(words) else None
    if clause.verb == "ahead":
        return Read(Go(Forward(), "went forward")) if _PLACE.fullmatch(words) else None
    if clause.verb == "reload":
        return Read(Go(Reload(), "loaded the page again")) if _PAGE.fullmatch(words) else None
    if clause.verb == "wait":
        span = _WAIT.match(words)
        seconds = (
            count(span["n"]) or float(span["n"])
            if span and (count(span["n"]) or span["n"][0].isdigit())
            else 0
        )
        if span and seconds:
            seconds = seconds * 60 if span["unit"].startswith("m") else seconds
            return Read(Go(Wait(min(float(seconds), 60.0)), f"waited {seconds:g} s"))
    if clause.verb == "hover" and clause.rest:
        what = describe(re.sub(r"^(?:over|on|above)\s+", "", clause.rest), clause)
        return None if what.empty else Read(PointAt(what))
    return _read_tabs(clause)


def _read_tabs(clause: Clause) -> Read | None:
    words = clause.rest.strip()
    if clause.verb == "close" and re.fullmatch(r"(?:the |this )?(?:browser )?tab", words, re.IGNORECASE):
        return Read(Go(CloseTab(), "closed the tab"))
    if clause.verb != "switch":
        return None
    match = re.match(
        r"^(?:to )?(?:the )?(?:browser )?(?P<words>\S.*?) (?:browser )?tab$|^(?:to )?tab (?P<n>\d+)$",
        words,
        re.IGNORECASE,
    )
    if match is None:
        return None
    if match["n"]:
        return Read(ToTab("", int(match["n"])))
    nth = ordinal(match["words"])
    return Read(ToTab("" if nth else name_in(match["words"], clause), nth))
