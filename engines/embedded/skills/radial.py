"""Menus that are folded up into one sign: a pie or wheel of entries, a burger, a plus."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.actions import Click, Wait
from browser.observation import Element
from engines.embedded.course import CannotDo, Course, Evidence, NotFound, Turns, act
from engines.embedded.grounding.find import find, said
from engines.embedded.reading.clauses import Clause
from engines.embedded.reading.phrases import Description, describe
from engines.embedded.scene import Scene
from engines.embedded.skills.base import Notes, Read
from engines.embedded.skills.seek import fold_sign

_SIGNS = ("+", "☰", "≡", "⋮", "…", "...", "▸", "►", "▶", "menu", "more", "open")
_TINY = 3.0
"""What is smaller than this, in CSS pixels, is folded up: nobody could read or hit it."""


@dataclass(frozen=True, slots=True)
class Unfold:
    """Open the menu that shows only its sign, and choose an entry where one is named."""

    entry: Description | None = None

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Click the sign, wait until the entries stand still, click the one that is meant."""
        sign = _sign(scene)
        before = len(_readable(scene))
        scene = yield from act(Click(sign.ref))
        scene = yield from _at_rest(scene, before)
        opened = len(_readable(scene)) - before
        if opened <= 0:
            raise CannotDo(f"nothing more is shown after {said(sign)} was clicked")
        if self.entry is None:
            return Evidence(f"{said(sign)} opened {opened} entries", refs=(sign.ref,))
        return (yield from self._choose(self.entry, scene))

    def _choose(self, entry: Description, scene: Scene) -> Course:
        """A menu answers a choice: by closing, or by taking the page elsewhere."""
        chosen = find(entry, scene, [e for e in scene.elements if e.role != "text" or e in _readable(scene)])
        url, shown = scene.observation.url, len(_readable(scene))
        scene = yield from act(Click(chosen.ref))
        for _ in range(2):
            if scene.observation.url != url or len(_readable(scene)) < shown:
                return Evidence(f"clicked {said(chosen)}, and the menu closed", refs=(chosen.ref,))
            scene = yield from act(Wait(0.5))
        raise CannotDo(f"the menu did not answer the click on {said(chosen)}")


def _at_rest(scene: Scene, before: int) -> Turns:
    """Wait until more is readable than before and nothing moves any more, for about two seconds."""
    for _ in range(4):
        shown = _places(scene)
        scene = yield from act(Wait(0.4))
        if _places(scene) == shown and len(shown) > before:
            break
    return scene


def _sign(scene: Scene) -> Element:
    signs = [e for e in scene.elements if e.interactive and e.visible and fold_sign(e) in _SIGNS]
    signs = [e for e in signs if not any(other is not e and scene.holds(e, other) for other in signs)]
    if len(signs) != 1:
        raise NotFound(f"found {len(signs)} signs of a folded menu")
    return signs[0]


def _readable(scene: Scene) -> list[Element]:
    return [text for text in scene.texts if text.box and min(text.box.width, text.box.height) > _TINY]


def _places(scene: Scene) -> list[tuple[str, float, float]]:
    return [(text.ref, *text.box.center) for text in _readable(scene) if text.box]


_MENU = re.compile(
    r"^(?:the |this )?(?:pie|radial|wheel|circular|round|popup|pop-up|context|floating)[ -]menu"
    r"(?: below| above| on the page)?$",
    re.IGNORECASE,
)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`expand the pie menu and click on "Copy"`."""
    clause = clauses[0]
    if clause.verb not in ("expand", "open") or not _MENU.match(clause.rest):
        return None
    after = clauses[1] if len(clauses) > 1 else None
    if after is not None and after.verb in ("click", "choose"):
        entry = describe(after.rest, after)
        if entry.name:
            return Read(Unfold(entry), used=2)
    return Read(Unfold())
