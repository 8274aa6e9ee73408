"""Making a record: `create a new label called "Urgent" with the colour "Red"`, `add a tag named "sea"`.

What begins it is a control that is called by the act and the kind; what comes up then is filled in from the
sentence, and kept by the one button that does. The new name has to be seen on the page after that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from browser.model.actions import Click
from browser.model.element_match import fold, words_of
from browser.model.observation import Element
from engines.rules.grounding.find import new_in, said, where
from engines.rules.grounding.labels import label_of
from engines.rules.reading.clauses import Clause
from engines.rules.reading.names import NotRead, is_closed, name_in
from engines.rules.reading.pairs import pairs_in
from engines.rules.scene import Scene, is_text_field
from engines.rules.skills.base import Notes, Read
from engines.rules.skills.controls import assign
from engines.rules.skills.controls.assign import Assign
from engines.rules.skills.controls.fields import fill
from engines.rules.skills.controls.saving import came_up, followed, taken_over, the_save_button
from engines.rules.skills.places import explore
from engines.rules.skills.records.locate import stem, stems
from engines.rules.step_generator import CannotDo, Evidence, NotFound, StepGenerator, act

_MAKES = frozenset({"new", "create", "add"})
_ADDS = frozenset({"add", "new", "create", "add new", "create new", "+"})
_LOSES = frozenset({"cancel", "delete", "remove", "discard", "close", "clear"})
_NAMES = ("name", "title", "label", "subject", "summary")
"""What a field is called that takes the name of a thing."""


@dataclass(frozen=True, slots=True)
class Create:
    """Make a record of a kind, with a name and values."""

    kind: str
    name: str
    values: tuple[Assign, ...] = ()

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Press what begins it, fill in what comes up, keep it, and see its name."""
        before, opener = yield from explore(scene, self._opener, self.kind)
        if _shows(self.name, before):
            raise CannotDo(f"{self.name!r} stands on the page before a {self.kind} of this name was made")
        scene = yield from act(Click(opener.ref))
        field = self._name_field(new_in(scene, before), scene)
        filled, scene = yield from followed(fill([(field, self.name)], scene, notes), scene)
        told = [filled.said]
        for value in self.values:
            evidence, scene = yield from followed(value.in_form(came_up(before, scene), scene, notes), scene)
            scene = yield from taken_over(evidence.refs, scene)
            told.append(evidence.said)
        keep = self._keeper(new_in(scene, before))
        scene = yield from act(Click(keep.ref))
        if not _shows(self.name, scene) or scene.get(field.ref) is not None:
            raise CannotDo(f"the page does not show that a {self.kind} {self.name!r} was made")
        return Evidence(f"{'; '.join(told)}; clicked {said(keep)}; the page shows {self.name!r}")

    def _opener(self, scene: Scene) -> Element | None:
        found = [
            e for e in where(scene, lambda e: e.interactive and "covered" not in e.states) if self._begins(e)
        ] or self._beside_kind(scene)
        outer = [e for e in found if not any(o.ref != e.ref and scene.holds(o, e) for o in found)]
        return outer[0] if len(outer) == 1 else None

    def _beside_kind(self, scene: Scene) -> list[Element]:
        """What says no more than "add" in a record that names the kind: the row `Tags`, `Add`, `Change`."""
        return [
            e
            for e in where(scene, lambda e: e.interactive and fold(e.name or e.text) in _ADDS)
            for group in list(scene.records_around(e))[:2]
            if any(stems(t.name) == stems(self.kind) for t in scene.inside(group) if t.role == "text")
        ]

    def _begins(self, element: Element) -> bool:
        """Whether a control is called by the act and the kind, and nothing else."""
        for text in (element.name, element.description):
            words = {stem(word) for word in words_of(text)}
            if words & _MAKES and words - _MAKES - {"a", "an"} == stems(self.kind):
                return True
        return False

    def _makes_such(self, element: Element) -> bool:
        """Whether a button is called by the act and the noun of the kind: `Add tag` for a private tag."""
        words = {stem(word) for word in words_of(element.name)}
        kind = words - _MAKES - {"a", "an"}
        return bool(words & _MAKES) and stem(self.kind.split()[-1]) in kind <= stems(self.kind)

    def _name_field(self, new: Sequence[Element], scene: Scene) -> Element:
        fields = [e for e in new if is_text_field(e) and e.enabled]
        named = [e for e in fields if stems(label_of(e, scene)) & {*_NAMES, *stems(self.kind)}]
        for some in (named, fields):
            if len(some) == 1:
                return some[0]
        raise NotFound(f"found {len(named)} fields for the name of a {self.kind} among {len(fields)}")

    def _keeper(self, new: Sequence[Element]) -> Element:
        made = [e for e in new if e.role == "button" and (self._begins(e) or fold(e.name) in _MAKES)]
        made = made or [e for e in new if e.role == "button" and self._makes_such(e)]
        named = [e for e in new if e.role == "button" and stems(self.kind) < stems(e.name or e.text)]
        named = [e for e in named if not _LOSES & stems(e.name or e.text)]
        keep = next((some[0] for some in (made, named) if len(some) == 1), None) or the_save_button(new)
        if keep is None or not keep.enabled or len(made) > 1:
            raise NotFound(
                f"found no one button that keeps the {self.kind}: {', '.join(map(said, new)) or 'none'}"
            )
        return keep


def _shows(name: str, scene: Scene) -> bool:
    return any(name in text.name for text in scene.texts)


_MAKE = re.compile(
    r"^(?:an? )?(?:new )?(?P<kind>[A-Za-z]+(?:[ -](?!called|named|titled|labell?ed|with)[a-z]+){0,2}) "
    r"(?:(?:(?:called|named|titled|labell?ed)|with the (?:name|title|label)) (?P<name>‹\d+›|[\w-]+)"
    r"|(?P<quoted>‹\d+›))"
    r"(?: (?:in|under) the (?P<group>‹\d+›|[A-Za-z]+) (?P<grouping>[a-z]+))?"
    r"(?:,? (?:and|with) (?P<values>.+))?$"
)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`create a new label called "Urgent"`, `add a passkey named "Key" with the type "USB"`."""
    clause = clauses[0]
    if clause.word not in ("create", "add"):
        return None
    match = _MAKE.fullmatch(clause.rest)
    if match is None:
        return None
    if any(is_closed(word) for word in match["kind"].split()):
        raise NotRead(clause.rest, clause)
    values = (
        [Assign(label, (value,)) for label, value in pairs_in(match["values"], clause)]
        if match["values"]
        else []
    )
    if match["group"]:
        values.insert(0, Assign(match["grouping"], (clause.spoken(match["group"]),)))
    used = 1
    while used < len(clauses) and clauses[used].join == "and" and clauses[used].word == "set":
        also = assign.read(clauses[used:])
        if also is None or not isinstance(also.step, Assign):
            break
        values.append(replace(also.step, saves=False))
        used += also.used
    return Read(Create(match["kind"], name_in(match["name"] or match["quoted"], clause), tuple(values)), used)
