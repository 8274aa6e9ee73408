"""Opening what is described and not named: `open the detail page of product 12`, `the page about plugins`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.model.actions import Click
from engines.rules.grounding.find import said
from engines.rules.reading.clauses import Clause
from engines.rules.reading.closed_words import is_closed
from engines.rules.reading.names import name_in
from engines.rules.reading.phrases import KINDS, Description
from engines.rules.reading.things import Thing, place_in
from engines.rules.scene import Scene
from engines.rules.skills.base import Notes, Read
from engines.rules.skills.places import InPlace
from engines.rules.skills.press import Press
from engines.rules.skills.records.locate import anchors
from engines.rules.skills.records.reach import is_headed, offered, reach
from engines.rules.step_generator import Ambiguous, CannotDo, Evidence, NotFound, StepGenerator, act


@dataclass(frozen=True, slots=True)
class OpenRecord:
    """Bring the own view of one record to the front."""

    thing: Thing

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Press the one name of it that leads somewhere, and see that a view headed so comes up."""
        scene = yield from reach(self.thing, scene)
        found = [e for e in anchors(self.thing, scene) if e.interactive or scene.inside(e)]
        links = [e for e in found if e.interactive or any(up.interactive for up in scene.ancestors(e))]
        if not links:
            raise NotFound(f"nothing that says {self.thing.name!r} leads anywhere{offered(scene)}")
        if len(links) > 1:
            raise Ambiguous(f"{len(links)} things that lead somewhere are called {self.thing.name!r}")
        before = scene.observation.url
        scene = yield from act(Click(links[0].ref))
        if not is_headed(self.thing, scene) or scene.observation.url == before:
            raise CannotDo(f"no page came up that is headed {self.thing.name!r}")
        return Evidence(f"clicked {said(links[0])}; a page headed {self.thing.name!r} is in front")


_KINDS = frozenset(form for forms in KINDS.values() for form in forms)
_OF = re.compile(
    r"(?:the )?(?:detail |details |own |full )?(?:page|view|details) (?:of|for) "
    r"(?:the )?(?P<kind>[a-z]+ )?(?P<name>‹\d+›|#?\d[\w-]*|[A-Z][\w'’-]*(?: [A-Z\d][\w'’-]*)*)"
)
_TOPIC = r"‹\d+›|[A-Za-z][\w-]*(?: [a-z][\w-]*){0,3}?"
_ABOUT = re.compile(
    rf"the (?:page|result|link|article|section|entry|post|chapter) (?:about|on) (?:the )?(?P<topic>{_TOPIC})"
    r"(?: (?:in|under) (?:the )?(?P<place>‹\d+›|[A-Za-z]+))?"
)

_QUOTED = re.compile(r"(?:the|my|our) (?P<kind>(?:[a-z]+ ){1,3})(?P<name>‹\d+›)")
"""A thing by its kind and its name: `the report "Churn"`."""


def read(clauses: Sequence[Clause]) -> Read | None:
    """`open the detail page of product 12`, `open the page about plugins in the guide`."""
    clause = clauses[0]
    if clause.verb not in ("open", "click") or clause.word.startswith(("double", "right")):
        return None
    if match := _OF.fullmatch(clause.rest):
        return Read(OpenRecord(Thing(clause.spoken(match["name"]), (match["kind"] or "").strip())))
    match = _QUOTED.fullmatch(clause.rest) if clause.verb == "open" else None
    if match and match["kind"].split()[-1] not in _KINDS and not any(map(is_closed, match["kind"].split())):
        name = clause.spoken(match["name"])
        return Read(Press(Description(text=clause.spoken(clause.rest), name=name, exact=True)))
    if match := _ABOUT.fullmatch(clause.rest):
        topic = name_in(match["topic"], clause)
        press = Press(Description(text=topic, name=topic))
        return Read(InPlace(place_in(match["place"], clause), press) if match["place"] else press)
    return None
