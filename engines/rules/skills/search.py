"""Searching a site with its search field."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.model.actions import TypeText
from browser.model.observation import Element
from engines.rules.course import CannotDo, Course, Evidence, NotFound, act
from engines.rules.grounding.find import said
from engines.rules.reading.clauses import Clause
from engines.rules.scene import Scene, fold
from engines.rules.skills.base import Notes, Read
from engines.rules.skills.sources import value_in


@dataclass(frozen=True, slots=True)
class Search:
    """Search the site for something."""

    words: str

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
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
    """The field for searching; None where none calls itself so."""
    fields = [field for field in scene.fields if field.enabled and "readonly" not in field.states]
    for field in fields:
        words = fold(" ".join((field.name, field.placeholder, field.label, field.description)))
        if (
            field.role == "searchbox"
            or re.search(r"\b(?:search|find|look up)\b", words)
            or {"search", "query", "q"} & set(field.hints)
        ):
            return field
    if len(fields) == 1:
        return fields[0]
    return None


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
