"""How a skill acts: as a generator that yields actions and is sent the page as it is after them.

    def carry_out(step, scene):
        scene = yield from act(Click(find(step.what, scene).ref))
        ...
        return Evidence("clicked button 'Send'")

So a procedure of many turns (page on until it is found, then click it) reads as one function. It ends
by returning its evidence, or by raising `CannotDo` with the reason a person would want to hear.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import dataclass, field

from browser.model.actions import Action, Click
from browser.model.element_match import fold
from browser.model.observation import Element
from browser.model.results import ActionResult
from engines.rules.scene import Scene


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows that a step was carried out."""

    said: str
    """A sentence: `field 'Name' shows 'Ann'`."""
    refs: tuple[str, ...] = field(default=())
    kept_by: str = ""
    """What the button is called that was pressed to keep it; "" where none was."""


class CannotDo(Exception):
    """A step that cannot be carried out; `str(error)` is the reason, for a person."""


class NotFound(CannotDo):
    """Nothing on the page answers to the description."""


class Ambiguous(CannotDo):
    """Two or more things answer to the description equally well."""


Turns = Generator[tuple[Action, ...], Scene, Scene]
"""Some turns, after which the page as it then is comes back."""
StepGenerator = Generator[tuple[Action, ...], Scene, Evidence]
"""A whole step."""

_DISMISS = (
    "close", "x", "×", "✕", "ok", "okay", "got it", "no thanks", "not now", "dismiss", "cancel", "continue",
    "accept", "accept all", "i agree", "agree", "skip",
)  # fmt: skip
_STAY = ("cancel", "no", "stay", "keep", "not now", "close", "x", "×")


def act(*actions: Action) -> Turns:
    """Do these actions, in order.

    What lies over a target (a notice, a dialog that popped up) is closed once, and the rest tried again.

    Raises:
        CannotDo: One of them failed.
    """
    scene = yield actions
    failed = problem_of(scene)
    if failed is None:
        return scene
    blocker = way_out(scene)
    if blocker is None:
        raise CannotDo(failed.problem)
    scene = yield (Click(blocker.ref),)
    at = actions.index(failed.action) if failed.action in actions else 0
    scene = yield actions[at:]
    failed = problem_of(scene)
    if failed is not None:
        raise CannotDo(failed.problem)
    return scene


def done(evidence: Evidence) -> StepGenerator:
    """A step that needs no turn."""
    yield from ()
    return evidence


def attempt(*actions: Action) -> Turns:
    """Do these actions; a failure is left to the caller, who finds it with `problem_of`."""
    return (yield actions)


def problem_of(scene: Scene) -> ActionResult | None:
    """The action of the last batch that failed; None where all went well."""
    return next((result for result in scene.results if result.problem), None)


def way_out(scene: Scene) -> Element | None:
    """The control that closes what lies on top of the page, where something does.

    Where the notice asks whether to leave or lose something, it is the one that says no.
    """
    for notice in (element for element in scene.elements if _is_on_top(element) and element.box):
        leaving = re.search(
            r"\b(?:exit|leave|log ?out|sign out|discard|delete|lose)\b", notice.text, re.IGNORECASE
        )
        for words in _STAY if leaving else _DISMISS:
            for element in scene.inside(notice):
                if not (element.interactive and element.box and element.enabled):
                    continue
                named = fold(element.name or element.text)
                if named == words or (not named and words in element.hints):
                    return element
    return None


def _is_on_top(element: Element) -> bool:
    on_top = {"popup", "modal", "overlay", "dialog", "banner", "cookie", "consent", "notice", "toast"}
    return (
        element.role in ("dialog", "alertdialog")
        or "modal" in element.states
        or bool(on_top & set(element.hints))
    )
