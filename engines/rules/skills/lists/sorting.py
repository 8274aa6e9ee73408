"""Having the page sort what it lists: `sort by price`, `sort the table by name, descending`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.model.actions import Click, Select
from browser.model.element_match import fold, similarity
from browser.model.observation import Element
from engines.extraction.lists.order import stands_in_order
from engines.rules.grounding.find import said, where
from engines.rules.reading.clauses import Clause
from engines.rules.reading.names import name_in
from engines.rules.scene import Scene
from engines.rules.skills.base import Notes, Read
from engines.rules.step_generator import CannotDo, Evidence, NotFound, StepGenerator, act

_DOWN = re.compile(
    r"\b(?:descending|decreasing|desc|high(?:est)? to low(?:est)?|z to a|highest first|newest first)\b",
    re.IGNORECASE,
)
_UP = re.compile(
    r"\b(?:ascending|increasing|asc|low(?:est)? to high(?:est)?|a to z|(?:lowest|cheapest|oldest) first)\b",
    re.IGNORECASE,
)

_ORDERS = re.compile(r"\b(?:sort(?:ed|ing)?|order(?:ed|ing)?|arrange)\b", re.IGNORECASE)
"""What a menu of orders calls itself."""
_MOST_PRESSES = 3


@dataclass(frozen=True, slots=True)
class SortBy:
    """Sort by a column or criterion that the page offers."""

    key: str
    descending: bool | None = None
    """None: the prompt does not say."""

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Choose the order in a list, or press the head of the column; the rows have to stand so then."""
        for menu in where(scene, lambda e: bool(e.options)):
            option = self._option(menu)
            if option:
                scene = yield from act(Select(menu.ref, (option,)))
                if self._is_wrong(scene):
                    raise CannotDo(f"{said(menu)} shows {option!r}, but the rows do not stand in that order")
                return Evidence(f"{said(menu)} shows {option!r}{self._seen(scene)}")
        for _ in range(_MOST_PRESSES):
            head = self._head(scene)
            scene = yield from act(Click(head.ref))
            if self._is_sorted(scene):
                return Evidence(f"clicked {said(head)}{self._seen(scene)}")
        raise CannotDo(f"the page does not show that it is sorted by {self.key!r}{self._way}")

    @property
    def _way(self) -> str:
        return "" if self.descending is None else ", descending" if self.descending else ", ascending"

    def _is_sorted(self, scene: Scene) -> bool:
        """Whether the rows stand in the order, or, where they cannot be compared, the head says so."""
        stands = stands_in_order(scene.observation, self.key)
        wanted = {"ascending", "descending"} if self.descending is None else {self._way.removeprefix(", ")}
        if stands:
            return bool(stands & wanted)
        head = self._head(scene)
        return any(_says(head, scene, f"sorted-{way}") for way in wanted)

    def _is_wrong(self, scene: Scene) -> bool:
        """Whether the rows are seen to stand in the opposite order."""
        stands = stands_in_order(scene.observation, self.key)
        return bool(stands) and self.descending is not None and self._way.removeprefix(", ") not in stands

    def _seen(self, scene: Scene) -> str:
        stands = stands_in_order(scene.observation, self.key)
        return f"; the rows stand by {self.key!r}, {' or '.join(sorted(stands))}" if stands else ""

    def _option(self, menu: Element) -> str:
        """The order that this menu offers; "" where it is a menu for something else."""
        fitting = [option for option in menu.options if similarity(self.key, option) >= 0.7]
        if not _ORDERS.search(" ".join((menu.label, menu.name, *menu.hints))):
            fitting = [option for option in fitting if _UP.search(option) or _DOWN.search(option)]
        if self.descending is not None:
            pattern = _DOWN if self.descending else _UP
            fitting = [option for option in fitting if pattern.search(option)] or fitting
        return fitting[0] if len(fitting) == 1 else ""

    def _head(self, scene: Scene) -> Element:
        heads = where(
            scene, lambda e: e.role == "columnheader" and similarity(self.key, e.name or e.text) >= 0.8
        )
        for head in heads:
            buttons = [e for e in scene.inside(head) if e.interactive]
            if buttons or head.interactive:
                return buttons[0] if buttons else head
        links = where(
            scene, lambda e: e.interactive and fold(e.name) in (fold(self.key), f"sort by {fold(self.key)}")
        )
        if len(links) == 1:
            return links[0]
        raise NotFound(f"found nothing to sort by {self.key!r} with")


def _says(head: Element, scene: Scene, wanted: str) -> bool:
    return any(wanted in element.states for element in (head, *scene.ancestors(head)))


_BY = re.compile(
    r"^(?:the )?(?:(?:table|list|results|rows|items|products|posts|page) )?"
    r"by (?:the )?(?P<key>.+?)(?:\s+column)?$",
    re.IGNORECASE,
)
_ORDER = re.compile(
    rf"[,(]?\s*(?:(?:in |from )?(?:(?P<down>{_DOWN.pattern})|(?P<up>{_UP.pattern}))(?: order)?)\)?$",
    re.IGNORECASE,
)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`sort by price`, `sort the table by "Name" in descending order`."""
    clause = clauses[0]
    if clause.verb != "sort":
        return None
    order = _ORDER.search(clause.rest)
    match = _BY.match(clause.rest[: order.start()].strip() if order else clause.rest)
    if match is None:
        return None
    return Read(SortBy(name_in(match["key"], clause), bool(order["down"]) if order else None))
