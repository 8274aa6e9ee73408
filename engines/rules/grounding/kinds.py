"""Whether an element is of the kind a prompt names: a link, a checkbox, a dialog."""

from __future__ import annotations

from browser.model.observation import Element
from browser.model.roles import roles_called
from engines.rules.scene import is_text_field

_ALSO: dict[str, frozenset[str]] = {
    "list": frozenset({"listbox", "combobox"}),
    "icon": frozenset({"button", "link"}),
    "menu": frozenset({"menubar", "button"}),
    "section": frozenset({"region", "tab", "group"}),
    "option": frozenset({"radio", "checkbox"}),
    "file": frozenset({"treeitem"}),
}
"""Roles that pass for a kind in a prompt, beside those that its word means."""
_LOOSE = frozenset({"button", "link", "icon", "tab", "menuitem", "image", "card", "option", "file"})
"""Kinds that authors also build from plain containers with a click handler."""


def fits_kind(kind: str, element: Element) -> float:
    """1 where it is one, 0.5 where it may pass for one, 0 where it is something else."""
    if kind == "field":
        return 1.0 if is_text_field(element) else 0.0
    if kind == "textarea":
        return 1.0 if is_text_field(element) and "multiline" in element.states else 0.0
    if kind in ("item", "box", "result", "post", "card"):
        return 0.5
    if element.role in roles_called(kind) | _ALSO.get(kind, frozenset()):
        return 1.0
    if kind == "dialog" and {"dialog", "modal", "popup"} & set(element.hints):
        return 0.5
    if kind == "calendar":
        return 0.5 if {"calendar", "datepicker"} & set(element.hints) else 0.0
    if kind == "section":
        return 0.5 if element.states & {"expanded", "collapsed"} else 0.0
    if (
        kind in _LOOSE
        and element.interactive
        and element.role in ("generic", "img", "text", "listitem", "graphics-symbol")
    ):
        return 0.5
    return 0.0
