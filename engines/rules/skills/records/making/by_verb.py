"""A form that is opened by a button called as the act: `invite Ann Lee with role "Editor" as a guest`.

The one field that comes up first takes the name of what the act is about; what it offers then is pressed. The
form is sent by the button that is called as the act is, and the page has to show the name once more then.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from browser.model.actions import Click, SetChecked, TypeText
from browser.model.element_match import STRONG, fold, says_all, similarity, unabbreviated, words_of
from browser.model.observation import Element
from engines.rules.grounding.find import new_in, said, where
from engines.rules.grounding.labels import label_of
from engines.rules.reading.clauses import Clause
from engines.rules.reading.closed_words import is_closed
from engines.rules.reading.names import NotRead
from engines.rules.reading.things import Thing
from engines.rules.reading.values.fillings import Filling, fillings_in
from engines.rules.scene import Scene
from engines.rules.skills.base import Notes, Read, Step
from engines.rules.skills.controls.choice import box_score
from engines.rules.skills.controls.editors import times_shown
from engines.rules.skills.controls.saving import came_up, followed, the_save_button
from engines.rules.skills.records.acts import phrases as act_phrases
from engines.rules.skills.records.locate import anchors
from engines.rules.skills.records.making.suggestions import entered, offered, searches, taken
from engines.rules.skills.records.making.tied import Tied
from engines.rules.step_generator import Ambiguous, CannotDo, Evidence, NotFound, StepGenerator, act

_BOXES = ("checkbox", "switch", "radio")
_MOST_WORDS = 2
_AS_KIND = "as"
_ENABLED = "enabled"


@dataclass(frozen=True, slots=True)
class ByVerb:
    """Fill in the form that a verb opens, and send it."""

    verb: str
    name: str
    parts: tuple[Filling, ...]
    otherwise: Step | None = None
    """The same words read as an act on a record, which is meant where the page shows one of this name."""

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Open it, name what it is about, give it its values, and see the name on the page then."""
        if self.otherwise is not None and anchors(Thing(self.name), scene):
            return (yield from self.otherwise.carry_out(scene, notes))
        opener = self._opener(scene)
        before, was = scene, times_shown(self.name, scene)
        scene = yield from act(Click(opener.ref))
        field = self._first_field(came_up(before, scene), scene)
        scene = yield from entered(field, self.name, scene)
        told = [f"{said(field)} shows {self.name!r}"]
        for part in self.parts:
            evidence, scene = yield from followed(
                self._given(part, came_up(before, scene), scene, notes), scene
            )
            told.append(evidence.said)
        send = self._sender(new_in(scene, before), scene)
        scene = yield from act(Click(send.ref))
        if any(e.ref == send.ref and e.box and "covered" not in e.states for e in scene.elements):
            raise CannotDo(f"the form is still there after {said(send)} was clicked")
        if times_shown(self.name, scene) <= was:
            raise CannotDo(f"the page does not show {self.name!r} after {said(send)} was clicked")
        return Evidence(f"{'; '.join(told)}; clicked {said(send)}; the page shows {self.name!r}")

    def _opener(self, scene: Scene) -> Element:
        """The one control that is called by the verb alone, where no record is called as what it is about."""
        if anchors(Thing(self.name), scene):
            raise Ambiguous(
                f"{self.name!r} stands on the page: it may be what {self.verb!r} is to be done to"
            )
        found = where(scene, lambda e: e.interactive and e.enabled and self._names(e, scene))
        found = scene.outermost(found)
        if len(found) != 1:
            raise NotFound(f"found {len(found)} controls called {self.verb!r}, and no one that opens a form")
        return found[0]

    def _names(self, control: Element, scene: Scene) -> bool:
        """Whether a control says the verb alone, maybe beside a sign with letters in it."""
        texts = [control.name, control.text, *(e.name for e in scene.inside(control) if e.role == "text")]
        return len(words_of(control.text)) <= _MOST_WORDS and [self.verb] in map(words_of, texts)

    def _first_field(self, came: Container[str], scene: Scene) -> Element:
        fields = [f for f in scene.fields if f.ref in came and f.enabled and "readonly" not in f.states]
        labels = [part.label for part in self.parts if part.label]
        left = [f for f in fields if not any(_is_called(label, f, scene) for label in labels)]
        for some in (fields, left):
            if len(some) == 1:
                return some[0]
        raise NotFound(f"found {len(fields)} fields that may take {self.name!r}")

    def _given(self, part: Filling, came: Container[str], scene: Scene, notes: Notes) -> StepGenerator:
        """Put one part where it belongs, by its label, as a choice, or where it is shown already."""
        value = part.values[0]
        if part.tie in (_AS_KIND, _ENABLED):
            return (yield from _chosen(value, came, scene))
        if part.label:
            fields = [f for f in scene.fields if f.ref in came and _is_called(part.label, f, scene)]
            if len(fields) == 1 and searches(fields[0]):
                yield from entered(fields[0], value, scene)
                return Evidence(f"{said(fields[0])} shows {value!r}")
            return (yield from Tied(part).in_form(came, scene, notes))
        there = [f for f in scene.fields if f.ref in came and fold(f.value or "") == fold(value)]
        if len(there) == 1:
            return Evidence(f"{said(there[0])} shows {value!r}")
        try:
            return (yield from Tied(part).in_form(came, scene, notes))
        except NotFound:
            return (yield from self._whereoffered(value, came, scene))

    def _whereoffered(self, value: str, came: Container[str], scene: Scene) -> StepGenerator:
        """Type a value into each field that searches, until one offers it; the others stay as they were."""
        labels = [part.label for part in self.parts if part.label]
        fields = [f for f in scene.fields if f.ref in came and searches(f) and f.value != self.name]
        for field in fields:
            if any(_is_called(label, field, scene) for label in labels):
                continue
            before = scene
            scene = yield from act(TypeText(value, field.ref))
            if entries := offered(value, before, scene):
                yield from taken(field, value, entries, before)
                return Evidence(f"{said(field)} shows {value!r}")
            scene = yield from act(TypeText(field.value or "", field.ref))
        raise NotFound(f"no field of the form offers {value!r}")

    def _sender(self, new: Sequence[Element], scene: Scene) -> Element:
        named = [e for e in new if e.role == "button" and self._names(e, scene)]
        send = named[0] if len(named) == 1 else the_save_button(new)
        if send is None or not send.enabled or len(named) > 1:
            raise NotFound(
                f"found no one button that sends the form: {', '.join(map(said, named)) or 'none'}"
            )
        return send


def _is_called(label: str, field: Element, scene: Scene) -> bool:
    return says_all(label, unabbreviated(label_of(field, scene))) or {*words_of(label)} <= {*field.hints}


def _chosen(value: str, came: Container[str], scene: Scene) -> StepGenerator:
    """Tick the one box that is called so, or by the first word of it; `as a regular guest`: `Regular`."""
    boxes = [e for e in scene.elements if e.ref in came and e.role in _BOXES]
    for words in (value, value.split()[0]):
        found = [
            e for e in boxes if box_score(words, e, scene) >= STRONG or similarity(words, e.name) >= STRONG
        ]
        found = list({e.ref: e for e in found}.values())
        if len(found) == 1:
            scene = yield from act(SetChecked(found[0].ref))
            now = scene.get(found[0].ref)
            if now is None or "checked" not in now.states:
                raise CannotDo(f"{said(found[0])} does not show that it is chosen")
            return Evidence(f"{said(found[0])} is chosen", refs=(found[0].ref,))
    raise NotFound(f"the form offers no one box {value!r}")


_NAME = r"‹\d+›|[A-Z][\w'’-]*(?: [A-Z\d][\w'’/-]*)*(?: [a-z]+)?"
_FORM = re.compile(rf"(?P<verb>[A-Z][a-z]+) (?P<name>{_NAME})(?P<rest> (?:with|to|as|for|at|on) .+)")
_AS = re.compile(r",? as an? (?P<kind>[a-z]+(?: [A-Za-z]+)?)(?=,| with | to |$)")
_TURNED_ON = re.compile(r"(?<=with )(?P<box>‹\d+›) (?:enabled|checked|ticked|turned on)(?:, | and )?")


def read(clauses: Sequence[Clause]) -> Read | None:
    """`Invite Ann Lee with role "Editor" and days 30 as a guest`, for a verb that is no other's."""
    clause = clauses[0]
    match = _FORM.fullmatch(clause.masked.strip(" ,.")) if clause.verb == "" and len(clauses) == 1 else None
    if match is None or is_closed(match["verb"]):
        return None
    rest, more = match["rest"], []
    for shape, tie in ((_AS, _AS_KIND), (_TURNED_ON, _ENABLED)):
        more += [Filling("", (clause.spoken(found[1]),), tie) for found in shape.finditer(rest)]
        rest = shape.sub("", rest)
    if len(more) > 2 or re.search(r"\b(?:not|unless|except)\b", rest):
        raise NotRead(match["rest"], clause)
    rest = re.sub(r"^with (?:,? ?)?$", "", rest.strip(" ,"))
    parts = fillings_in(rest, clause) if rest else ()
    if len(parts) + len(more) < 2:
        return None
    parts = tuple(replace(part, tie="" if part.label else part.tie) for part in parts)
    name = clause.spoken(match["name"])
    return Read(ByVerb(match["verb"].lower(), name, (*parts, *more), _as_act(clauses)))


def _as_act(clauses: Sequence[Clause]) -> Step | None:
    try:
        read_as = act_phrases.read(clauses)
    except NotRead:
        return None
    return read_as.step if read_as is not None and read_as.used == len(clauses) else None
