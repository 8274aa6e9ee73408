"""Scrolling: to the top or bottom of the page or of a part of it, or until something is in sight."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from browser.model.actions import Press, Scroll
from browser.model.keys import UnknownKey, chord
from browser.model.observation import Element
from engines.rules.grounding.find import said
from engines.rules.reading.clauses import Clause
from engines.rules.reading.phrases import Description, describe
from engines.rules.scene import Scene, is_text_field
from engines.rules.skills.base import Notes, Read
from engines.rules.skills.seek import seek
from engines.rules.step_generator import Evidence, NotFound, StepGenerator, act


@dataclass(frozen=True, slots=True)
class ScrollTo:
    """Scroll the page or a container to an end."""

    end: Literal["top", "bottom"]
    container: str = ""
    """The words for the container; "" for the page."""

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Scroll, by the wheel or else by the keys."""
        target = self._container(scene)
        yield from act(Scroll(target=target.ref if target else None, to=self.end))
        return Evidence(f"scrolled {said(target) if target else 'the page'} to the {self.end}")

    def _container(self, scene: Scene) -> Element | None:
        if not self.container or re.search(r"\bpage\b", self.container):
            return None
        areas = [e for e in scene.elements if e.box and ("scrollable" in e.states or "multiline" in e.states)]
        if re.search(r"text ?area|text ?box|field", self.container):
            areas = [e for e in areas if is_text_field(e)] or areas
        if len(areas) != 1:
            raise NotFound(f"found {len(areas)} parts of the page that {self.container!r} could mean")
        return areas[0]


@dataclass(frozen=True, slots=True)
class ScrollBy:
    """Scroll the page a screen up or down."""

    down: bool

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Scroll by most of a screen."""
        way = 0.9 * scene.observation.viewport[1]
        yield from act(Scroll(dy=way if self.down else -way))
        return Evidence(f"scrolled {'down' if self.down else 'up'}")


@dataclass(frozen=True, slots=True)
class ScrollInto:
    """Scroll until something is in view."""

    what: Description

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Find it and bring it into view."""
        scene, element = yield from seek(self.what, scene, notes)
        yield from act(Scroll(target=element.ref, to="target"))
        return Evidence(f"{said(element)} is in view", refs=(element.ref,))


@dataclass(frozen=True, slots=True)
class PressKey:
    """Press a key: `press Enter`."""

    key: str

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Press it where the keyboard is."""
        yield from act(Press(self.key))
        return Evidence(f"pressed {self.key}")


_END = re.compile(
    r"^(?:(?:the page|down|up) ?)?(?:all the way )?to (?:the )?(?:very )?"
    r"(?P<end>top|bottom|end|start|beginning)"
    r"(?: of (?:the |this )?(?P<of>page|list|table|text ?area|text ?box|field|dialog|panel))?$",
    re.IGNORECASE,
)
_SURELY_KEYS = frozenset(
    {"enter", "return", "escape", "esc", "tab", "space", "backspace", "delete", "page down", "page up"}
)
"""What is a key without the word: `press home` may as well mean a link."""


def _pressed(words: str) -> str:
    """`ctrl + a` as `Control+a`; "" where no key is meant."""
    if words not in _SURELY_KEYS and "+" not in words:
        return ""
    try:
        return "+".join(chord(words))
    except UnknownKey:
        return ""


def read(clauses: Sequence[Clause]) -> Read | None:
    """`scroll to the bottom of the text area`, `scroll down`, `scroll to "Contact"`, `press Enter`."""
    clause = clauses[0]
    if clause.verb == "click":
        bare = re.sub(r"^the |\s*key$", "", clause.rest.lower())
        key = _pressed(bare)
        return Read(PressKey(key)) if key and clause.word in ("press", "hit") else None
    if clause.verb != "scroll":
        return None
    match = _END.match(clause.rest)
    if match:
        end: Literal["top", "bottom"] = (
            "top" if match["end"].lower() in ("top", "start", "beginning") else "bottom"
        )
        return Read(ScrollTo(end, match["of"] or ""))
    if re.fullmatch(
        r"(?:the page )?(?:down|up)(?: the page| a (?:bit|screen|page))?", clause.rest, re.IGNORECASE
    ):
        return Read(ScrollBy("down" in clause.rest.lower()))
    to = re.match(r"(?:down |up )?(?:to|until|till)\s+(?:you (?:see|find)\s+)?", clause.rest, re.IGNORECASE)
    if to is None:
        return None
    what = describe(clause.rest[to.end() :], clause)
    return None if what.empty else Read(ScrollInto(what))
