"""Typing how many of something are drawn on the page: `type the total number of blocks into the textbox`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.observation import Element
from engines.embedded.course import Ambiguous, Course, NotFound
from engines.embedded.grounding import looks
from engines.embedded.reading.clauses import Clause
from engines.embedded.reading.phrases import Description, describe
from engines.embedded.scene import Scene
from engines.embedded.skills.base import Notes, Read
from engines.embedded.skills.fields import fields_for, fill


@dataclass(frozen=True, slots=True)
class TypeTally:
    """Count what is drawn and type the number into a field."""

    noun: str
    """What is counted, in the singular."""
    into: Description | None

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Count the things that go by the noun, or that are the only ones drawn alike."""
        number = len(tally(self.noun, scene))
        field = fields_for(self.into or notes.tool, scene)[0]
        return (yield from fill([(field, str(number))], scene, notes))


def tally(noun: str, scene: Scene) -> list[Element]:
    """The painted things without text that a noun names.

    Raises:
        NotFound, Ambiguous: Nothing is drawn, or different things are and none is called that.
    """
    drawn = [e for e in scene.elements if _is_mark(e, scene)]
    named = [e for e in drawn if noun in e.hints]
    if named:
        return named
    kinds = {_make(e) for e in drawn}
    if len(kinds) != 1:
        raise (Ambiguous if kinds else NotFound)(f"cannot tell what on the page is a {noun}")
    return drawn


def _is_mark(element: Element, scene: Scene) -> bool:
    look = element.appearance
    if element.box is None or look is None or not look.background or element.role in ("text", "textbox"):
        return False
    if element.role not in ("generic", "img", "graphics-symbol", "listitem", "cell"):
        return False
    return not scene.words_of(element) and not scene.children(element)


def _make(element: Element) -> tuple[str, int, int]:
    box = element.box
    return (looks.colour_of(element), round(box.width) if box else 0, round(box.height) if box else 0)


_TALLY = re.compile(
    r"^the (?:total |overall |exact )?(?:number|count|amount) of (?:the )?(?:all )?(?P<noun>[a-z]+?)"
    r"(?: (?:shown|drawn|displayed|below|above|on the page|you see))*(?: (?:in|into|to) (?P<into>the .+))?$",
    re.IGNORECASE,
)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`type the total number of blocks into the textbox`."""
    clause = clauses[0]
    match = _TALLY.match(clause.rest) if clause.verb == "type" else None
    if match is None:
        return None
    noun = re.sub(r"(?:(?<=x)es|(?<=s)es|s)$", "", match["noun"].lower())
    return Read(TypeTally(noun, describe(match["into"], clause) if match["into"] else None))
