"""Searching a site with its search field."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.model.actions import TypeText
from browser.model.element_match import fold
from browser.model.observation import Element
from engines.rules.grounding.find import said
from engines.rules.reading.clauses import Clause
from engines.rules.scene import Scene
from engines.rules.skills.base import Notes, Read
from engines.rules.skills.controls.sources import value_in
from engines.rules.step_generator import CannotDo, Evidence, NotFound, StepGenerator, act


@dataclass(frozen=True, slots=True)
class Search:
    """Search the site for something."""

    words: str

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Type into the search field and send it."""
        field = search_field(scene)
        if field is None:
            raise NotFound("found no search field")
        scene = yield from act(TypeText(self.words, field.ref, submit=True))
        shown = next((result.shown for result in scene.results if result.shown is not None), None)
        if shown is not None and shown.strip() not in ("", self.words.strip()):
            raise CannotDo(f"{said(field)} shows {shown!r}, not {self.words!r}")
        return Evidence(f"searched for {self.words!r} with {said(field)}", refs=(field.ref,))


def search_field(scene: Scene) -> Element | None:
    """The field for searching what the page is about; None where none calls itself so.

    The page's own search counts before one that only narrows down a menu.
    """
    fields = [field for field in scene.fields if field.enabled and "readonly" not in field.states]
    found = [(_points(field, scene), field) for field in fields if _is_for_searching(field)]
    if found:
        return max(found, key=lambda pair: pair[0])[1]
    unnamed = [field for field in fields if not _said(field)]
    return fields[0] if len(fields) == 1 and unnamed else None


def _is_for_searching(field: Element) -> bool:
    return (
        field.role == "searchbox"
        or bool(_SEARCH.search(_said(field)))
        or bool({"search", "query", "q"} & set(field.hints))
    )


def _points(field: Element, scene: Scene) -> int:
    """How likely it searches the whole; of equal ones the first is taken."""
    around = {above.role for above in scene.ancestors(field)}
    return (
        2 * ("search" in around)
        + ("main" in around)
        + bool(_SEARCH.search(_said(field)))
        - 2 * ("navigation" in around)
        - bool(_FILTER.search(_said(field)))
    )


def _said(field: Element) -> str:
    return fold(" ".join((field.name, field.placeholder, field.label, field.description)))


_SEARCH = re.compile(r"\b(?:search|find|look up)\b")
_FILTER = re.compile(r"\bfilter\b")
_FOR = re.compile(
    r"^(?:(?:the |this )?(?:site|page|web) )?(?:for )?(?:the (?:term|word|words|phrase|text) )?"
    r"(?P<words>.+?)(?: (?:in|on|with|using) the (?:search (?:field|box|bar)|site|page))?$",
    re.IGNORECASE,
)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`search for "tide"`, `search the site for green tea`."""
    clause = clauses[0]
    match = _FOR.match(clause.rest) if clause.verb == "search" else None
    return Read(Search(value_in(match["words"], clause))) if match else None
