"""Giving a record another name: `rename the tag "wet" to "damp"`.

What renames it, or edits it where nothing does, opens a field that holds the old name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.model.actions import TypeText
from browser.model.element_match import fold
from engines.rules.reading.clauses import Clause
from engines.rules.reading.names import MARK
from engines.rules.reading.things import Thing, thing_in
from engines.rules.scene import Scene
from engines.rules.skills.base import Notes, Read
from engines.rules.skills.controls.editors import times_shown
from engines.rules.skills.controls.fields import fill
from engines.rules.skills.controls.saving import followed
from engines.rules.skills.controls.sources import value_in
from engines.rules.skills.lists.search import search_field
from engines.rules.skills.records.acts.act_on import ActOn
from engines.rules.skills.records.locate import Deed, stems
from engines.rules.step_generator import CannotDo, Evidence, NotFound, StepGenerator, act


@dataclass(frozen=True, slots=True)
class Rename:
    """Give a record another name."""

    thing: Thing
    name: str

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Rename it where that is offered, and see the new name on the page, and the old one no more."""
        deed = Deed(("rename",), stems(self.thing.kind, self.thing.tail, *self.thing.names))
        naming = ActOn(deed, self.thing, (NewName(self.thing.names, self.name),))
        evidence, scene = yield from followed(naming.carry_out(scene, notes), scene)
        asked = search_field(scene)
        if asked is not None and fold(asked.value or "") == fold(self.thing.name):
            scene = yield from act(
                TypeText(self.name, asked.ref, submit=True)
            )  # under the old name it is none
        left = [e for e in scene.texts if fold(e.name) == fold(self.thing.name) != fold(self.name)]
        if left or not times_shown(self.name, scene):
            raise CannotDo(f"the page does not show that {self.thing.name!r} is called {self.name!r} now")
        return Evidence(f"{evidence.said}; the page shows {self.name!r}")


@dataclass(frozen=True, slots=True)
class NewName:
    """Put a new name into the one field that holds an old one."""

    old: tuple[str, ...]
    """What the field may hold."""
    name: str

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Find the field by what it holds."""
        fields = [f for f in scene.fields if f.enabled and fold(f.value or "") in map(fold, self.old)]
        asked = search_field(scene)  # what it was searched for is no name of anything
        fields = [f for f in fields if asked is None or f.ref != asked.ref]
        if len(fields) != 1:
            raise NotFound(f"found {len(fields)} fields that hold {self.old[-1]!r}")
        return (yield from fill([(fields[0], self.name)], scene, notes))


_RENAME = re.compile(r"(?P<thing>.+) to (?P<name>‹\d+›|[^\W\d][\w.-]*(?: \w+)*)")
_REWORD = re.compile(r"(?P<thing>(?:the|my|our) (?:[a-z]+ )+‹\d+›)(?: to say (?P<name>‹\d+›))?")


def read(clauses: Sequence[Clause]) -> Read | None:
    """`rename the tag "wet" to "damp"`, `edit the note "Ill" to read "Well"`."""
    clause = clauses[0]
    if clause.word in ("edit", "change"):
        return _read_reworded(clauses)
    match = _RENAME.fullmatch(clause.rest) if clause.verb == "rename" else None
    if match is None:
        return None
    thing = thing_in(match["thing"], clause)
    return Read(Rename(thing, value_in(match["name"], clause)))


def _read_reworded(clauses: Sequence[Clause]) -> Read | None:
    """A record that is a text of its own, and what it is to say: "read" is a verb, and begins a clause."""
    clause = clauses[0]
    match = _REWORD.fullmatch(clause.rest)
    if match is None:
        return None
    if match["name"]:
        return Read(Rename(thing_in(match["thing"], clause), clause.spoken(match["name"])))
    after = clauses[1] if len(clauses) > 1 else None
    if after is None or (after.join, after.word) != ("to", "read") or not MARK.fullmatch(after.rest):
        return None
    return Read(Rename(thing_in(match["thing"], clause), after.spoken(after.rest)), 2)
