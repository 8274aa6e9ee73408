"""A text that is written on a record: `leave a note on Ann Lee's profile that says "Call at noon"`.

It is written in the record's own view: in the field there that is called so, or in the one that comes up
behind a control called so. The button that keeps it is pressed, and the page has to show the text outside
the field then.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import dataclass

from browser.model.actions import Action, Click, Press
from browser.model.observation import Element
from engines.rules.grounding.find import new_in, said
from engines.rules.grounding.labels import heading_of, label_of
from engines.rules.reading.names import MARK, NotRead
from engines.rules.reading.things import Thing
from engines.rules.reading.verb_frames import Phrase, VerbFrame, thing_of
from engines.rules.scene import Scene, is_text_field
from engines.rules.skills.base import Notes, Step
from engines.rules.skills.controls.editors import times_shown
from engines.rules.skills.controls.fields import fill
from engines.rules.skills.controls.labelled_rows import buttons_called
from engines.rules.skills.controls.saving import followed
from engines.rules.skills.exploring import leads
from engines.rules.skills.records.locate import stems
from engines.rules.skills.records.reach import is_headed, opened_view, press_record, reach
from engines.rules.step_generator import CannotDo, Evidence, NotFound, StepGenerator, Turns, act, attempt

_KINDS = frozenset({"note", "comment", "remark"})
_KEEPS = stems("add save post leave write send submit publish log create new")
_ON = frozenset({"on", "to", "in", "for", "of"})
_GENERIC = frozenset({"", "record", "profile", "page", "timeline", "card", "file", "entry"})
"""What a person adds to the name of a record that is the record itself, or a place in its view."""


@dataclass(frozen=True, slots=True)
class WriteOn:
    """Write a text on a record, and keep it."""

    kind: str
    """What the text is: `note`, `comment`."""
    text: str
    thing: Thing
    otherwise: Step
    """What else the same words may be read as; it counts where the record's view takes no such text."""

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Go to the view of the record, write the text where it belongs, keep it, and see it there."""
        try:
            scene = yield from self._in_view(scene)
            scene, field = yield from self._field(scene)
        except NotFound:
            scene = yield from attempt(Press("Escape"))
            return (yield from self.otherwise.carry_out(scene, notes))
        before = scene
        evidence, scene = yield from followed(fill([(field, self.text)], scene, notes), scene)
        now = scene.get(field.ref)
        keep = self._keeper(now, scene) if now is not None else None
        if keep is None or not keep.enabled:
            raise CannotDo(f"found no one button that keeps the {self.kind} in {said(field)}")
        scene = yield from act(Click(keep.ref))
        left = scene.get(field.ref)
        if left is not None and left.box is not None and (left.value or "") == self.text:
            raise CannotDo(f"{said(field)} still holds the {self.kind} after {said(keep)} was clicked")
        if times_shown(self.text, scene) <= times_shown(self.text, before):
            raise CannotDo(f"the page does not show the {self.kind} after {said(keep)} was clicked")
        return Evidence(f"{evidence.said}; clicked {said(keep)}; the page shows {self.text!r}")

    def _in_view(self, scene: Scene) -> Turns:
        """The view of the record, which is in front already, or comes up where its name is pressed."""
        scene = yield from reach(self.thing, scene)
        if is_headed(self.thing, scene):
            return scene
        before = scene
        scene = yield from press_record(self.thing, scene, f"no {self.kind!r}")
        if opened_view(self.thing, before, scene) is None:
            raise NotFound(f"found no view of {self.thing.name!r}")
        return scene

    def _field(self, scene: Scene) -> Generator[tuple[Action, ...], Scene, tuple[Scene, Element]]:
        """The page, and the one empty field in it that takes such a text."""
        fields = [e for e in scene.fields if self._takes(e, scene)]
        if not fields:
            opener = self._opener(scene)
            before = scene
            scene = yield from act(Click(opener.ref))
            came = [e for e in new_in(scene, before) if is_text_field(e) and e.enabled and not e.value]
            fields = [e for e in came if self._takes(e, scene)] or came
        if len(fields) != 1:
            raise NotFound(f"found {len(fields)} fields that take a {self.kind}")
        return scene, fields[0]

    def _takes(self, field: Element, scene: Scene) -> bool:
        """Whether a field is empty and called by the kind, and belongs to no other record in front."""
        if not is_text_field(field) or not field.enabled or field.value or field.role == "searchbox":
            return False
        if field.states & {"readonly", "covered"}:
            return False
        called = stems(field.label, field.name, field.placeholder, label_of(field, scene))
        return stems(self.kind) <= (called or stems(heading_of(field, scene)))

    def _opener(self, scene: Scene) -> Element:
        found = [e for e in buttons_called(self.kind, scene, frozenset()) if not leads(e, scene)]
        found = found or [
            e
            for e in scene.elements
            if e.role == "button" and e.enabled and self._keeps(e) and stems(self.kind) <= _called(e)
        ]
        if len(found) != 1:
            raise NotFound(f"found {len(found)} controls that begin a {self.kind} on {self.thing.name!r}")
        return found[0]

    def _keeper(self, field: Element, scene: Scene) -> Element | None:
        """The one button that keeps the text, in the smallest group around the field that has any."""
        for group in scene.ancestors(field):
            found = [e for e in scene.inside(group) if e.role == "button" and e.box and self._keeps(e)]
            if found:
                return found[0] if len(found) == 1 else None
        return None

    def _keeps(self, button: Element) -> bool:
        """Whether a button says nothing but that it keeps or begins something of the kind."""
        called = _called(button)
        return bool(called) and called <= _KEEPS | stems(self.kind)


def _called(element: Element) -> frozenset[str]:
    return stems(element.name or element.text) - stems("a an the")


def written_on(frame: VerbFrame, otherwise: Step) -> WriteOn | None:
    """What a clause asks to be written on a record; None where it asks for something else, or for more."""
    kind = re.sub(r"^(?:an?|the|another) (?:new )?", "", frame.object.words)
    tied = [*frame.tied]
    quoted = MARK.search(kind)
    if quoted and kind.endswith(quoted[0]):
        text, kind = frame.clause.spoken(quoted[0]), kind.removesuffix(quoted[0]).strip()
    elif tied and tied[-1].tie == "saying":
        text = frame.clause.spoken(tied.pop().words)
    else:
        return None
    if len(tied) == 2 and tied[1].tie == "of" and _noun(tied[0]) in _GENERIC:
        del tied[0]
    if kind not in _KINDS or frame.object.aside or len(tied) != 1 or tied[0].tie not in _ON or tied[0].aside:
        return None
    try:
        thing = thing_of(tied, frame.clause)
    except NotRead:
        return None
    is_own = re.search(r"['’]s? ", tied[0].words) is not None
    if not thing.name or thing.also or (is_own and thing.tail not in _GENERIC):
        return None
    return WriteOn(kind, text, thing, otherwise)


def _noun(phrase: Phrase) -> str:
    return phrase.words.removeprefix("the ")
