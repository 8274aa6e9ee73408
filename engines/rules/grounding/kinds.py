"""Whether an element is of the kind a prompt names: a link, a checkbox, a dialog."""

from __future__ import annotations

from browser.model.observation import Element
from engines.rules.scene import is_text_field

_ROLES: dict[str, frozenset[str]] = {
    "button": frozenset({"button"}),
    "link": frozenset({"link"}),
    "tab": frozenset({"tab"}),
    "checkbox": frozenset({"checkbox", "switch", "menuitemcheckbox"}),
    "radio": frozenset({"radio", "menuitemradio"}),
    "dropdown": frozenset({"combobox", "listbox"}),
    "list": frozenset({"listbox", "combobox", "list"}),
    "slider": frozenset({"slider"}),
    "spinner": frozenset({"spinbutton"}),
    "icon": frozenset({"button", "img", "link"}),
    "image": frozenset({"img"}),
    "menu": frozenset({"menu", "menubar", "button"}),
    "menuitem": frozenset({"menuitem"}),
    "section": frozenset({"region", "tab", "group"}),
    "dialog": frozenset({"dialog", "alertdialog"}),
    "row": frozenset({"row"}),
    "column": frozenset({"columnheader"}),
    "cell": frozenset({"cell", "gridcell"}),
    "paragraph": frozenset({"paragraph"}),
    "heading": frozenset({"heading"}),
    "option": frozenset({"option", "radio", "checkbox"}),
    "file": frozenset({"treeitem"}),
    "tree": frozenset({"tree"}),
}
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
    if element.role in _ROLES.get(kind, frozenset()):
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
