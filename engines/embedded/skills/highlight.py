"""Highlighting: the text of a paragraph is selected as a person would, with the mouse."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.actions import Click
from browser.observation import Element
from browser.values.words import ordinal
from engines.embedded.course import Ambiguous, Course, Evidence, NotFound, act
from engines.embedded.grounding.match import similarity
from engines.embedded.reading.clauses import Clause
from engines.embedded.scene import Scene, fold, is_text_field
from engines.embedded.skills.base import Notes, Read


@dataclass(frozen=True, slots=True)
class Highlight:
    """Select one paragraph, told by its place or its words."""

    nth: int | None = None
    """1 for the first, -1 for the last; None: the only one, or the one with these words."""
    words: str = ""

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Click three times on its text, which selects the paragraph around it."""
        paragraph = self._paragraph(scene)
        text = next(
            (part for part in (paragraph, *scene.inside(paragraph)) if part.role == "text"), paragraph
        )
        yield from act(Click(text.ref, count=3))
        said = scene.words_of(paragraph)
        return Evidence(f"selected the paragraph {said[:80]!r} by a triple click", refs=(paragraph.ref,))

    def _paragraph(self, scene: Scene) -> Element:
        found = paragraphs(scene)
        if self.words:
            found = [one for one in found if similarity(self.words, scene.words_of(one)) >= 0.68]
        if not found:
            raise NotFound("found no paragraph of text" + (f" with {self.words!r}" if self.words else ""))
        if self.nth is not None:
            if abs(self.nth) > len(found):
                raise NotFound(f"there are only {len(found)} paragraphs")
            return found[self.nth - 1 if self.nth > 0 else self.nth]
        if len(found) > 1:
            raise Ambiguous(f"there are {len(found)} paragraphs that could be meant")
        return found[0]


def paragraphs(scene: Scene) -> list[Element]:
    """The blocks of running text, in reading order: paragraphs as such, else text outside all controls."""
    marked = [e for e in scene.elements if e.role == "paragraph" and e.box and fold(e.text)]
    if marked:
        return marked
    return [text for text in scene.texts if not _in_control(text, scene)]


def _in_control(text: Element, scene: Scene) -> bool:
    return any(
        above.role in ("button", "link", "heading") or is_text_field(above) for above in scene.ancestors(text)
    )


_PARAGRAPH = re.compile(
    r"^(?:all )?(?:the )?(?:text|words|contents?)?\s*(?:of|in|inside)?\s*(?:the |this )?(?P<nth>\S+ )?"
    r"(?:paragraph|text|passage)(?: of text)?(?: below| above| on the page)?$",
    re.IGNORECASE,
)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`highlight the text in the 2nd paragraph`, `highlight the paragraph "..."`."""
    clause = clauses[0]
    if clause.verb != "highlight":
        return None
    if clause.quoted:
        return Read(Highlight(words=clause.quoted[0]))
    match = _PARAGRAPH.match(clause.rest)
    if match is None:
        return None
    nth = ordinal(match["nth"].strip()) if match["nth"] else None
    if (
        match["nth"]
        and nth is None
        and match["nth"].strip().lower() not in ("the", "only", "whole", "entire")
    ):
        return None
    return Read(Highlight(nth))
