"""A page as it was seen, with the relations between its elements worked out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from browser.model.element_match import fold
from browser.model.observation import Element, Observation
from browser.model.page_tree import PageTree
from browser.model.records import records_around, siblings_alike
from browser.model.results import ActionResult
from browser.model.roles import FIELD_ROLES


@dataclass(frozen=True)
class Scene:
    """One observation, and what came of the actions before it."""

    observation: Observation
    results: tuple[ActionResult, ...] = ()
    """Of the last batch of actions."""
    effect: str = ""
    """What the loop saw change because of them."""
    prompt: str = ""
    steps_left: int = 1

    @cached_property
    def elements(self) -> tuple[Element, ...]:
        """Everything seen, but for a place where the page repeats the prompt itself."""
        echo = self._echo
        return tuple(element for element in self.observation.elements if element.ref not in echo)

    @cached_property
    def _echo(self) -> frozenset[str]:
        wanted = fold(self.prompt)
        if len(wanted) < 12:
            return frozenset()
        refs: set[str] = set()
        for element in self.observation.elements:
            whole = fold(element.text or element.name)
            if whole == wanted or element.parent in refs:
                refs.add(element.ref)
        return frozenset(refs)

    @cached_property
    def tree(self) -> PageTree:
        """The elements with the relations between them."""
        return PageTree(self.elements)

    @property
    def order(self) -> Mapping[str, int]:
        """Ref -> place in reading order."""
        return self.tree.order

    def get(self, ref: str) -> Element | None:
        """The element of this ref, or None where it is gone."""
        return self.tree.get(ref)

    def children(self, element: Element) -> Sequence[Element]:
        """The elements directly in this one."""
        return self.tree.children(element)

    def parent(self, element: Element) -> Element | None:
        """What directly holds this element; None at the top."""
        return self.tree.parent(element)

    def ancestors(self, element: Element) -> Iterator[Element]:
        """What holds this element, innermost first."""
        return self.tree.ancestors(element)

    def inside(self, element: Element) -> Iterator[Element]:
        """Everything in this element, in reading order."""
        return self.tree.inside(element)

    def holds(self, outer: Element, inner: Element) -> bool:
        """Whether one element lies in the other, or is it."""
        return self.tree.holds(outer, inner)

    def outermost(self, elements: Iterable[Element]) -> list[Element]:
        """Those of the elements that lie in none of the others."""
        return self.tree.outermost(elements)

    def innermost(self, elements: Iterable[Element]) -> list[Element]:
        """Those of the elements that hold none of the others."""
        return self.tree.innermost(elements)

    def records_around(self, element: Element) -> Iterator[Element]:
        """The repeated things (rows, cards, list items) that this element is part of, innermost first."""
        return records_around(self.tree, element)

    def alike(self, element: Element) -> list[Element]:
        """The siblings built the same way as this element, itself included."""
        return siblings_alike(self.tree, element)

    @cached_property
    def texts(self) -> tuple[Element, ...]:
        """Runs of static text that can be seen."""
        return tuple(element for element in self.elements if element.role == "text" and element.box)

    @cached_property
    def fields(self) -> tuple[Element, ...]:
        """What can be typed into, in reading order."""
        return tuple(e for e in self.elements if is_text_field(e) and (e.box or self._draws_its_text(e)))

    def _draws_its_text(self, field: Element) -> bool:
        """Whether it takes the keys for an editor that draws the text itself, and is not to be seen."""
        return "multiline" in field.states and any(
            above.box and (above.role == "code" or "editor" in above.hints) for above in self.ancestors(field)
        )

    def words_of(self, element: Element) -> str:
        """What can be read on an element."""
        return element.text or element.name or element.value or ""


def is_text_field(element: Element) -> bool:
    """Whether a person could type into it, disabled or not."""
    if element.tag in ("input", "textarea") or element.role in ("textbox", "searchbox", "spinbutton"):
        return element.role in FIELD_ROLES - {"slider"}
    return "editable" in element.states
