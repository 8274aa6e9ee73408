"""Moving a record to a place that the application offers: `move the email "Dinner" to the Trash folder`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.model.actions import Click
from browser.model.element_match import shows
from browser.model.observation import Element
from engines.rules.grounding.find import new_in, said
from engines.rules.grounding.labels import label_of
from engines.rules.reading.clauses import Clause
from engines.rules.reading.names import NotRead
from engines.rules.reading.things import HOLDERS, place_in, thing_in
from engines.rules.reading.verb_frames import Phrase, thing_of
from engines.rules.scene import Scene
from engines.rules.skills.base import Notes, Read
from engines.rules.skills.controls.assign import set_control
from engines.rules.skills.controls.editors import entry_for
from engines.rules.skills.controls.labelled_rows import TOLD
from engines.rules.skills.controls.saving import followed, the_save_button
from engines.rules.skills.places import is_called
from engines.rules.skills.records.acts.act_on import ActOn
from engines.rules.skills.records.acts.on_record import only
from engines.rules.skills.records.acts.questions import answers
from engines.rules.skills.records.locate import Deed, anchors, stems
from engines.rules.skills.records.reach import the_record
from engines.rules.step_generator import CannotDo, Evidence, NotFound, StepGenerator, act


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveTo(ActOn):
    """Move a record with what offers places for it."""

    place: str

    def _press(self, control: Element, scene: Scene, notes: Notes) -> StepGenerator:
        """Choose the place in the list that opens, and see that the record is gone, or said to be there."""
        before = scene
        if control.options:
            chosen = set_control(control, label_of(control, scene), (self.place,), scene, notes)
            _, scene = yield from followed(chosen, scene)
            return self._moved(control, before, scene)
        scene = yield from act(Click(control.ref))
        entry = entry_for(self.place, new_in(scene, before), scene)
        if entry is None:
            offered = ", ".join(said(e) for e in new_in(scene, before)[:8])
            raise NotFound(f"{said(control)} does not offer {self.place!r}; it offers {offered or 'nothing'}")
        scene = yield from act(Click(entry.ref))
        new = new_in(scene, before)
        keep = only([e for e in answers(self.deed, new) if e.ref != control.ref], scene) or the_save_button(
            new
        )
        if keep is not None and keep.enabled:
            scene = yield from act(Click(keep.ref))
        return self._moved(entry, before, scene)

    def _moved(self, entry: Element, before: Scene, scene: Scene) -> Evidence:
        """The evidence that it is there; raises `CannotDo` where it still stands where it did."""
        known = {e.text or e.name for e in before.elements if e.role in TOLD}
        new = [e for e in scene.elements if e.role in TOLD and (e.text or e.name) not in known]
        told = any(shows(e.text or e.name, self.place) for e in new) and not entry.options
        left = [e for e in anchors(self.thing, scene) if not _is_told(e, scene)]
        there = len(left) == 1 and (
            _stands_in(self.place, left[0], scene) or self._says_it_now(before, scene)
        )
        if left and not told and not there:
            raise CannotDo(f"{self.thing.name!r} still stands where it did after {said(entry)} was chosen")
        return Evidence(f"moved {self.thing.name!r} to {said(entry)}")

    def _says_it_now(self, before: Scene, scene: Scene) -> bool:
        """Whether the record says the place now, as in a column for it, and did not before."""
        was, now = the_record(self.thing, before), the_record(self.thing, scene)
        if was is None or now is None:
            return False
        return shows(now[0].text, self.place) and not shows(was[0].text, self.place)


def _stands_in(place: str, name: Element, scene: Scene) -> bool:
    """Whether a name stands in the column of a board that is headed by a place."""
    for group in scene.ancestors(name):
        heads = [e for e in scene.inside(group) if e.role == "heading" and is_called(place, e, scene)]
        if heads:
            return len(heads) == 1 and len(list(scene.alike(group))) > 1
    return False


def _is_told(element: Element, scene: Scene) -> bool:
    return any(above.role in TOLD for above in (element, *scene.ancestors(element)))


_MOVE = re.compile(
    r"(?P<thing>.+?)(?: back)? (?:in)?to "
    r"(?P<place>(?:the )?(?:‹\d+›|[A-Z][\w&-]*(?: [A-Z][\w&-]*)*)(?: [a-z]+)?)"
)
_HOLDER = re.compile(rf"(?<=\w) (?:{HOLDERS})$")


def read(clauses: Sequence[Clause]) -> Read | None:
    """`move the email "Dinner" to the Trash folder`, `move the file "Plan" back to Drafts`."""
    clause = clauses[0]
    match = _MOVE.fullmatch(clause.rest) if clause.word == "move" else None
    if match is None:
        return None
    holder = _HOLDER.search(match["place"])
    thing = thing_of([Phrase("", match["thing"])], clause) if holder else thing_in(match["thing"], clause)
    if not (thing.kind or thing.tail or holder):
        raise NotRead(clause.rest, clause)
    deed = Deed(("move", "to"), stems(thing.kind, thing.tail, *thing.names))
    return Read(MoveTo(deed, thing, place=_place(match["place"], clause)))


def _place(words: str, clause: Clause) -> str:
    """The name of a place, without the noun behind it: `Updates` in `the Updates category`."""
    name = place_in(words, clause)
    return _HOLDER.sub("", name)
