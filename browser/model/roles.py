"""Roles of elements (https://www.w3.org/TR/html-aria/) in groups, and the words for them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CELL_ROLES = frozenset(("cell", "gridcell", "columnheader", "rowheader"))
CHECK_ROLES = frozenset(("checkbox", "radio", "switch", "menuitemcheckbox", "menuitemradio"))
FIELD_ROLES = frozenset(("textbox", "searchbox", "combobox", "spinbutton", "slider", "listbox"))
LIST_ROLES = frozenset(("combobox", "listbox"))
RECORD_ROLES = frozenset(("row", "listitem", "article", "option", "treeitem"))
"""Roles of which a page has many of the same make, one below the other."""

_CALLED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        word: frozenset(roles.split())
        for word, roles in {
            "field": "textbox searchbox combobox spinbutton slider",
            "input": "textbox searchbox combobox spinbutton slider",
            "box": "textbox searchbox checkbox combobox",
            "checkbox": "checkbox switch menuitemcheckbox",
            "radio": "radio menuitemradio",
            "dropdown": "combobox listbox",
            "select": "combobox listbox",
            "spinner": "spinbutton",
            "item": "listitem treeitem option menuitem",
            "title": "heading",
            "picture": "img",
            "image": "img",
            "icon": "img",
            "frame": "document",
            "dialog": "dialog alertdialog",
            "column": "columnheader",
            "cell": "cell gridcell",
        }.items()
    }
)


def roles_called(word: str) -> frozenset[str]:
    """The roles that an everyday word means; any other word means the role of that name."""
    return _CALLED.get(word, frozenset((word,)))


def words_for(role: str) -> frozenset[str]:
    """The words by which an element of a role is looked for, its role's name included."""
    return frozenset((role, *(word for word, roles in _CALLED.items() if role in roles)))
