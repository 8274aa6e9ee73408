"""A page's elements with their relations worked out: what encloses one, what stands before and after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Literal

from browser.model.element_match import called, fold, words_of
from browser.model.observation import Box, Element
from browser.model.page_tree import PageTree
from browser.model.roles import CHECK_ROLES, LIST_ROLES

Family = Literal["field", "list", "check", "slide", "press", "other"]

_FIELDS = frozenset(("textbox", "searchbox", "spinbutton"))
_SLIDES = frozenset(("slider", "scrollbar"))
_PRESSED = frozenset(("button", "link", "tab", "menuitem", "option", "treeitem"))
_SILENT = frozenset(("generic", "none", "presentation", "paragraph"))
_LONGEST = 80
"""Characters of a text beside an element that are looked at."""
_FEW = 200
_A_FEW_THINGS = 3


class Surroundings:
    """One look at a page, indexed once."""

    def __init__(self, elements: Sequence[Element]) -> None:
        first: dict[str, Element] = {}
        for element in elements:
            first.setdefault(element.ref, element)
        self.tree = PageTree(first.values())
        self.elements = self.tree.elements

    @property
    def by_ref(self) -> Mapping[str, Element]:
        """Ref -> element."""
        return self.tree.by_ref

    @cached_property
    def usable(self) -> tuple[Element, ...]:
        """What can be used, without labels that only lead to their field."""
        return tuple(
            element
            for element in self.elements
            if element.interactive and not (element.tag == "label" and self._labels_something(element))
        )

    def _labels_something(self, label: Element) -> bool:
        return label.name in self._labels or any(
            inner.interactive and inner.tag != "label" for inner in self.tree.inside(label)
        )

    @cached_property
    def _labels(self) -> frozenset[str]:
        return frozenset(element.label for element in self.elements if element.label)

    @cached_property
    def alike(self) -> dict[tuple[str, str], list[str]]:
        """Role and folded name -> refs of all that can be used and have both, in reading order."""
        found: dict[tuple[str, str], list[str]] = {}
        for element in self.usable:
            found.setdefault((element.role, fold(called(element))), []).append(element.ref)
        return found

    @cached_property
    def named(self) -> dict[Family, list[tuple[str, str]]]:
        """Family -> (ref, name) of all that can be used and have a name."""
        found: dict[Family, list[tuple[str, str]]] = {}
        for element in self.usable:
            name = called(element)
            if name:
                found.setdefault(family(element), []).append((element.ref, name))
        return found

    @cached_property
    def how_many_hints(self) -> Counter[str]:
        """Word of an id, class or name -> how many elements have it."""
        return Counter(word for element in self.elements for word in element.hints)

    def telling(self, element: Element) -> list[Element]:
        """What encloses it and says something by its role or its name."""
        return [
            one
            for one in self.tree.ancestors(element)
            if one.role not in _SILENT or (one.name and one.tag != "label")
        ]

    @cached_property
    def how_many_words(self) -> Counter[str]:
        """Word -> how many of what can be used are called something with it."""
        return Counter(word for element in self.usable for word in set(words_of(called(element))))

    def company(self, element: Element) -> list[str]:
        """What is said in the smallest part of the page around it that says a few things besides it.

        Unlike `before` and `after` it is the same whichever way the part is ordered.
        """
        own = {element.ref, *(one.ref for one in self.tree.inside(element))}
        said_there: dict[str, None] = {}
        for holder in self.tree.ancestors(element):
            for one in self.tree.inside(holder):
                if one.ref not in own:
                    own.add(one.ref)
                    text = one.name if one.role == "text" else _own_words(one)
                    if fold(text):
                        said_there.setdefault(fold(text)[:_LONGEST])
            if len(said_there) >= _A_FEW_THINGS:
                break
        return list(said_there)

    def before(self, element: Element, most: int) -> list[str]:
        """The texts before it in reading order, nearest first, as far as they are not its own."""
        return self._texts(element, -1, most)

    def after(self, element: Element, most: int) -> list[str]:
        """The texts after it."""
        return self._texts(element, 1, most)

    def _texts(self, element: Element, step: int, most: int) -> list[str]:
        own = {fold(called(element)), fold(element.text), ""}
        inner = {one.ref for one in self.tree.inside(element)}
        found: list[str] = []
        at = self.tree.order[element.ref] + step
        looked = 0
        while 0 <= at < len(self.elements) and len(found) < most and looked < _FEW:
            other = self.elements[at]
            text = other.name if other.role == "text" else _own_words(other)
            if other.ref not in inner and fold(text) not in own and text[:_LONGEST] not in found:
                found.append(text[:_LONGEST])
            at += step
            looked += 1
        return found

    def at(self, x: float, y: float) -> Element | None:
        """What lies at a point of the viewport: the innermost element, or what can be used around it."""
        hit: Element | None = None
        for element in self.elements:
            if element.box and element.role != "text" and _holds(element.box, x, y) and element.visible:
                hit = element
        if hit is None:
            return None
        if hit.interactive or "unreadable" in hit.states:
            return hit
        return next((one for one in self.tree.ancestors(hit) if one.interactive), hit)


def _holds(box: Box, x: float, y: float) -> bool:
    return box.x <= x <= box.right and box.y <= y <= box.bottom


def _own_words(element: Element) -> str:
    """What an element says that holds no text: a field's label, a picture's name."""
    return called(element) if element.interactive and family(element) in ("field", "list", "check") else ""


def family(element: Element) -> Family:
    """What is done with an element."""
    role = element.role
    if role in LIST_ROLES:
        return "field" if element.tag == "input" or "editable" in element.states else "list"
    if role in _FIELDS or "editable" in element.states or element.tag in ("textarea",):
        return "field"
    if element.tag == "input" and element.input_type in ("date", "time", "datetime-local", "month", "week"):
        return "field"
    if role in CHECK_ROLES:
        return "check"
    if role in _SLIDES:
        return "slide"
    if role in _PRESSED or element.interactive:
        return "press"
    return "other"
