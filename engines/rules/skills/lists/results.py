"""The n-th of a list that may go on over pages: `click the 7th search result`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from browser.model.actions import Click
from browser.model.observation import Element
from engines.rules.grounding.find import where
from engines.rules.reading.clauses import Clause
from engines.rules.reading.phrases import describe
from engines.rules.scene import Scene
from engines.rules.skills.base import Notes, Read
from engines.rules.skills.press import press
from engines.rules.skills.seek import pager
from engines.rules.step_generator import NotFound, StepGenerator, act


@dataclass(frozen=True, slots=True)
class NthResult:
    """The n-th result, counted over the pages."""

    nth: int

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Page on until its page is there, then click it."""
        left = self.nth
        while True:
            results = records(scene)
            if not results:
                raise NotFound("found no list of results on the page")
            if left <= len(results):
                return (yield from press(_links(results[left - 1], scene)[0]))
            left -= len(results)
            onward = pager(scene)
            if onward is None:
                raise NotFound(f"there are only {self.nth - left} results")
            scene = yield from act(Click(onward.ref))


def records(scene: Scene) -> list[Element]:
    """The longest run of things that are built alike and each hold a link, outside of pagers and menus."""
    best: list[Element] = []
    seen: set[tuple[str, str]] = set()
    for element in where(scene, lambda e: e.role not in ("text", "link", "button", "option")):
        family = scene.alike(element)
        key = (element.parent, family[0].ref)
        if key in seen:
            continue
        seen.add(key)
        if len(family) < 2:
            continue
        rich = [member for member in family if len(list(scene.inside(member))) >= 2 and _links(member, scene)]
        size = sum(len(member.text) for member in rich)
        if rich and size > sum(len(member.text) for member in best) and not _is_pager(rich):
            best = rich
    return best


def _is_pager(family: list[Element]) -> bool:
    return sum(len(member.text) for member in family) / len(family) < 6


def _links(record: Element, scene: Scene) -> list[Element]:
    inside = [element for element in scene.inside(record) if element.box]
    return (
        [e for e in inside if e.role == "link"]
        or [e for e in inside if e.interactive]
        or [e for e in inside if e.tag == "a"]
    )


def read(clauses: Sequence[Clause]) -> Read | None:
    """`click the 7th search result`, `open the first result`."""
    clause = clauses[0]
    if clause.verb not in ("click", "open", "choose"):
        return None
    what = describe(clause.rest, clause)
    if (
        what.kind in ("result", "post")
        and what.ordinal
        and what.ordinal > 0
        and not what.name
        and what.within is None
    ):
        return Read(NthResult(what.ordinal))
    return None
