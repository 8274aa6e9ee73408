"""Boxes, switches and radio buttons that are drawn: a small sign without words, whose author says what it is.

The sign may be the control itself, or lie in a control together with its words: `◯ Dark` in one line.
"""

from __future__ import annotations

import re
from dataclasses import replace

from browser.model.element_match import fold
from browser.model.observation import Element
from browser.model.roles import CHECK_ROLES
from engines.rules.scene import Scene

STATE_WORDS = frozenset({"on", "off", "yes", "no", "enabled", "disabled"})
"""What a drawn switch may say about its own state."""
_TOGGLE = re.compile(r"(?:check|chk|ck|c|tick)(?:box|bx|b)|check|chk|ck|tick|tog(?:gle|l)?|tgl|sw(?:itch|t)?")
_RADIO = re.compile(r"(?:radio|rad|rd|r)(?:button|btn|b)|radio|rad|rdo?|bullet|dot")
"""What authors call a sign, also in short."""
_MOST_PX = 64
"""A sign is no wider."""


def is_drawn_toggle(element: Element) -> bool:
    """Whether it is a switch that says its state by the author's words, or by `On` and `Off` alone."""
    return (
        element.interactive
        and element.role not in CHECK_ROLES
        and fold(element.text) in ("", *STATE_WORDS)
        and _is_called(element, _TOGGLE)
    )


def sign_in(control: Element, scene: Scene) -> Element | None:
    """The sign of a control that has words besides; None where there is none, or several."""
    if control.role in CHECK_ROLES or not control.text:
        return None
    found = [e for e in scene.inside(control) if e.ref != control.ref and _is_sign(e)]
    outer = scene.outermost(found)
    return outer[0] if len(outer) == 1 else None


def _is_sign(element: Element) -> bool:
    small = element.box is not None and max(element.box.width, element.box.height) <= _MOST_PX
    return small and not element.text and (_is_called(element, _TOGGLE) or _is_called(element, _RADIO))


def _is_called(element: Element, by: re.Pattern[str]) -> bool:
    return any(by.fullmatch(hint) for hint in element.hints)


def with_sign(control: Element, scene: Scene) -> Element:
    """A control with what its sign says: one with a box is called by its words, as any box is."""
    sign = sign_in(control, scene)
    if sign is None:
        return control
    hints = (*control.hints, *sign.hints)
    if _is_called(sign, _TOGGLE):
        return replace(control, hints=hints, label=control.text, text="")
    return replace(control, hints=hints)
