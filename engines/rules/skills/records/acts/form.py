"""The form that an act on a record brings up: filled in, and saved by its one button."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from browser.model.actions import Click, Press
from browser.model.element_match import STRONG, similarity
from browser.model.observation import Element
from browser.model.roles import CHECK_ROLES
from engines.rules.grounding.find import is_new, new_in, said, where
from engines.rules.reading.things import Thing
from engines.rules.scene import Scene, is_text_field
from engines.rules.skills.base import Notes, Step
from engines.rules.skills.controls.assign import Assign
from engines.rules.skills.controls.editors import entry_for
from engines.rules.skills.controls.saving import came_up, followed, taken_over, the_save_button
from engines.rules.skills.records.acts.questions import answers, asks, came_with, says_no
from engines.rules.skills.records.besides import TickedBesides
from engines.rules.skills.records.locate import Deed, deeds_in
from engines.rules.skills.records.making.form_part import FormPart
from engines.rules.skills.records.making.tied import Tied
from engines.rules.skills.records.reach import offered
from engines.rules.step_generator import CannotDo, Evidence, NotFound, StepGenerator, act

Given = Step | Tied | FormPart | TickedBesides
"""What a form is to be filled in with."""


@dataclass(frozen=True, slots=True)
class FormOfAct:
    """What an act asks for, and what it is given."""

    deed: Deed
    thing: Thing
    then: tuple[Given, ...]

    def head(self, before: Scene, scene: Scene) -> Element | None:
        """The heading of the record's form, where it is edited as soon as it is pressed."""
        if self.deed.words != ("edit",) or not self.then:
            return None
        heads = where(scene, lambda e: e.role == "heading" and "covered" not in e.states)
        heads = [e for e in heads if is_new(e, before) and self.deed.fits(e)]
        shown = [e.value or "" for e in scene.fields]
        names_it = any(similarity(name, one) >= STRONG for name in self.thing.names for one in shown)
        return heads[0] if len(heads) == 1 and names_it else None

    def filled_in(self, control: Element, scene: Scene, before: Scene, notes: Notes) -> StepGenerator:
        """Bring what the form shows to its values, and save it by the one button that came up with it."""
        told: list[str] = []
        used: list[str] = []
        came = came_up(before, scene)
        asked = any(isinstance(step, (Assign, Tied, FormPart, TickedBesides)) for step in self.then)
        if asked and not any(e.ref in came for e in where(scene, lambda e: e.interactive)):
            raise CannotDo(
                f"{said(control)} was clicked for {self.thing.name!r}, and no form came up: it may be done, "
                f"but nothing was filled in"
            )
        if (entry := self._entry(control, scene, before)) is not None:
            no = [e for e in came_with(control, before, scene) if says_no(e)]
            evidence, scene = yield from followed(self._choose(entry, control, scene), scene)
            if open_still := _still_there([e.ref for e in no], scene):
                raise CannotDo(
                    f"{said(entry)} was chosen, and {said(open_still)} is still there to be answered"
                )
            return evidence
        for step in self.then:
            setting = (
                step.in_form(came_up(before, scene), scene, notes)
                if isinstance(step, (Assign, Tied, FormPart, TickedBesides))
                else step.carry_out(scene, notes)
            )
            evidence, scene = yield from followed(setting, scene)
            scene = yield from taken_over(evidence.refs, scene)
            told.append(evidence.said)
            used += evidence.refs
        save = self._keeper(came_with(control, before, scene))
        if (save is None and self.deed.words != ("rename",)) or (save and not save.enabled):
            raise NotFound(f"found no one button that saves {self.thing.name!r}{offered(scene)}")
        scene = yield from act(Click(save.ref) if save else Press("Enter"))
        kept = f"clicked {said(save)}" if save else "pressed Enter"
        if self.deed.words != ("edit",) and (left := _still_there(used, scene)):
            raise CannotDo(
                f"{said(left)} was not taken: it is still there after that was to be kept ({kept})"
            )
        return Evidence(f"{'; '.join(told)}; {kept} for {self.thing.name!r}")

    def _entry(self, control: Element, scene: Scene, before: Scene) -> Element | None:
        """The entry of a menu for the one thing that the act is done with.

        None where a form came up: it has fields, or a button that keeps what is chosen in it.
        """
        (step, *more) = self.then
        new = came_with(control, before, scene)
        if (
            more
            or not isinstance(step, Tied)
            or step.part.label
            or any(is_text_field(e) or e.options for e in new)
        ):
            return None
        entry, keeper = entry_for(step.part.values[0], new, scene), self._keeper(new)
        if entry is None or entry.role in CHECK_ROLES or (keeper is not None and keeper.ref != entry.ref):
            return None
        return entry

    def _choose(self, entry: Element, control: Element, scene: Scene) -> StepGenerator:
        """Press an entry of a menu; what it asks then is more than was said, but for whether it is meant."""
        before = scene
        scene = yield from act(Click(entry.ref))
        new = new_in(scene, before)
        told = f"clicked {said(control)}, then {said(entry)} for {self.thing.name!r}"
        keep = the_save_button(new) or next((e for e in answers(self.deed, new)), None)
        if any(is_text_field(e) or e.options for e in new) or (asks(new) and keep is None):
            raise CannotDo(f"{said(entry)} asks for more: {', '.join(map(said, new))}")
        if keep is not None:
            scene = yield from act(Click(keep.ref))
            told += f"; clicked {said(keep)}"
        return Evidence(told, refs=(control.ref,))

    def _keeper(self, new: Sequence[Element]) -> Element | None:
        """The one button that saves the form; that of an act that asks for more is called as the act is."""
        called = deeds_in(new, self.deed)
        called = [e for e in called if not says_no(e)] or called
        named = [e for e in called if e.role == "button"] or called
        if self.deed.words != ("edit",) and len(named) == 1:
            return named[0]
        return the_save_button(new)


def _still_there(used: Sequence[str], scene: Scene) -> Element | None:
    return next((e for ref in used if (e := scene.get(ref)) is not None and e.box is not None), None)
