"""Putting things into an order: one of each dish named, or so many of a kind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.actions import Click
from browser.observation import Element
from browser.values.words import count
from engines.embedded.course import Course, Evidence, NotFound, act
from engines.embedded.grounding.find import where
from engines.embedded.grounding.match import similarity
from engines.embedded.reading.clauses import Clause
from engines.embedded.reading.values import items
from engines.embedded.scene import Scene, fold
from engines.embedded.skills.base import Notes, Read
from engines.embedded.skills.press import press

_ADD = ("+", "add", "add to cart", "add to basket", "add to order", "plus", "order", "increase")


@dataclass(frozen=True, slots=True)
class Order:
    """Add things to an order, and send it where the page has a button for that."""

    names: tuple[str, ...] = ()
    number: int = 0
    property: str = ""
    """With `number`: what each of them must be."""

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Find each record, press its add control, then the order button."""
        adds = [self._add_of(name, scene) for name in self.names] if self.names else self._by_property(scene)
        scene = yield from act(*(Click(element.ref) for element in adds))
        sender = next(
            (
                e
                for e in where(scene, lambda e: e.role == "button" and e.enabled)
                if fold(e.name) in ("order", "place order", "submit", "checkout", "submit order")
            ),
            None,
        )
        told = f"added {len(adds)}: {', '.join(self.names) or self.property}"
        if sender is None:
            return Evidence(told)
        sent = yield from press(sender)
        return Evidence(f"{told}; {sent.said}")

    def _add_of(self, name: str, scene: Scene) -> Element:
        texts = [text for text in scene.texts if similarity(name, text.name) >= 0.95]
        for text in texts:
            control = _control(text, scene)
            if control is not None:
                return control
        raise NotFound(f"found no {name!r} that can be added")

    def _by_property(self, scene: Scene) -> list[Element]:
        found: list[Element] = []
        for mark in where(scene, lambda e: e.role in ("img", "text") and fold(e.name) == fold(self.property)):
            control = _control(mark, scene)
            if control is not None and control not in found:
                found.append(control)
        if len(found) < self.number:
            raise NotFound(f"found {len(found)} things marked {self.property!r}, not {self.number}")
        return found[: self.number]


def _control(anchor: Element, scene: Scene) -> Element | None:
    for record in scene.records_around(anchor):
        for element in scene.inside(record):
            words = (element.name or element.text).strip().lower()
            if element.interactive and (words in _ADD or (not words and set(_ADD) & set(element.hints))):
                return element
    return None


def read(clauses: Sequence[Clause]) -> Read | None:
    """`order one of each item: A, B`, `order 3 items that are vegan`."""
    clause = clauses[0]
    if clause.verb not in ("order", "buy"):
        return None
    each = re.match(
        r"(?:one|1) of each(?: (?:item|of|dish|product)s?)?\s*:?\s*(.+)$", clause.rest, re.IGNORECASE
    )
    if each:
        return Read(Order(names=items(clause.spoken(each[1]))))
    some = re.match(
        r"(\w+) (?:items?|dishes|products|things|meals) (?:that (?:are|is)|which are|marked)\s+(.+)$",
        clause.rest,
        re.IGNORECASE,
    )
    number = count(some[1]) if some else None
    return Read(Order(number=number, property=clause.spoken(some[2]))) if some and number else None
