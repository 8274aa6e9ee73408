"""Doing something to one record: `archive the email "Dinner"`, `edit quote Q-7 and change its title to "X"`.

The page is the vocabulary: the act is looked for under its own name on the record, in its menu, in the
toolbar once it is ticked, and in its own view. What is asked then is answered only by a button of that name.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import TypeGuard

from browser.model.actions import Action, Click, Press, SetChecked
from browser.model.element_match import STRONG, similarity, words_of
from browser.model.observation import Element
from engines.rules.grounding.find import new_in, said
from engines.rules.grounding.titles import titles
from engines.rules.reading.things import Thing
from engines.rules.scene import Scene, is_text_field
from engines.rules.skills.base import Notes
from engines.rules.skills.controls.assign import Assign, control_labelled
from engines.rules.skills.controls.saving import followed, save_as_it_is
from engines.rules.skills.exploring import explore
from engines.rules.skills.records.acts.as_part import choice_in, in_opened_row, in_row, is_offered
from engines.rules.skills.records.acts.as_part import in_view as chosen_in_view
from engines.rules.skills.records.acts.as_state import as_state, as_switch
from engines.rules.skills.records.acts.choices import to_be_chosen
from engines.rules.skills.records.acts.form import FormOfAct, Given
from engines.rules.skills.records.acts.on_record import ActSought, ControlCameUp, only
from engines.rules.skills.records.acts.own_view import (
    found_in_view,
    in_view,
    kind_in_address,
    kind_said_of,
    no_view,
    not_offered,
)
from engines.rules.skills.records.acts.questions import (
    answers,
    asks,
    came_with,
    is_in_front,
    still_to_be_chosen,
    tells_of_it,
)
from engines.rules.skills.records.locate import Deed, anchors, deeds_in, has_column, is_done, stems
from engines.rules.skills.records.making.form_part import FormPart
from engines.rules.skills.records.making.tied import Tied
from engines.rules.skills.records.parts.objects import act_on_object, objects
from engines.rules.skills.records.reach import opened_view, press_record, reach, the_record
from engines.rules.step_generator import Ambiguous, CannotDo, Evidence, NotFound, StepGenerator, act, attempt


@dataclass(frozen=True, slots=True)
class ActOn:
    """Do one thing to one record."""

    deed: Deed
    thing: Thing
    then: tuple[Given, ...] = ()
    """What is to be filled in of the form that comes up, which is saved then."""

    or_thing: Thing | None = None
    """What else the words for the thing may mean, where the page shows nothing that they mean first."""

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Find the record by its words, and the act on it or on what belongs to it."""
        scene, meant = yield from self._reached(scene)
        if (control := meant._said_whole(scene)) is not None:
            return (yield from meant._press(control, scene, notes))
        try:
            ended = yield from followed(meant._act(scene, notes), scene)
        except NotFound as reason:
            return (yield from meant._elsewhere(scene, notes, reason))
        return ended[0]

    def _elsewhere(self, scene: Scene, notes: Notes, reason: NotFound) -> StepGenerator:
        """Another place may show the same record, and offer the act on it there.

        Raises:
            NotFound: None does: it is `reason` then.
        """
        sought = ActSought(self.deed, self.thing)

        def look(now: Scene) -> Element | None:
            choice, record = choice_in(self.deed, self.then, now), the_record(self.thing, now)
            if choice and record and is_offered(choice, record[0], now):
                return record[0]
            return sought.control(now)

        if not self.thing.name or self.thing.kind or self.thing.within is not None:
            raise reason
        try:
            scene = yield from attempt(Press("Escape"))
            scene, _ = yield from explore(
                scene, look, " ".join((self.thing.kind, self.thing.name)), anywhere=True
            )
        except NotFound:
            raise reason from None
        return (yield from self._act(scene, notes))

    def _reached(self, scene: Scene) -> Generator[tuple[Action, ...], Scene, tuple[Scene, ActOn]]:
        """A page that shows the thing or a control for all of the act; and the act as it is meant there."""
        readings = [self]
        if self.or_thing:
            left = tuple(one for one in self.then if not _names(one, self.or_thing))
            readings.append(replace(self, thing=self.or_thing, then=left))
        for reading in readings[:-1]:
            try:
                scene = yield from reach(reading.thing, scene, reading._said_whole)
            except NotFound:
                continue
            return scene, reading._without_qualities(scene)
        scene = yield from reach(readings[-1].thing, scene, readings[-1]._said_whole)
        return scene, readings[-1]._without_qualities(scene)

    def _without_qualities(self, scene: Scene) -> ActOn:
        """Without the parts that stand on the record: they only tell it from its like (`on Thursday`)."""
        record = the_record(self.thing, scene)
        words = record[0].text if record else ""
        if self.deed.removes:  # what the page in front is headed by is said of all that it shows
            words = " ".join((words, *titles(scene)))
        left = [one for one in self.then if not (isinstance(one, (Tied, FormPart)) and one.tells_of(words))]
        return replace(self, then=tuple(left))

    def is_said_whole(self, scene: Scene) -> bool:
        """Whether a page has one control for all of the act."""
        return self._said_whole(scene) is not None

    def _said_whole(self, scene: Scene) -> Element | None:
        """The one control that is called by the act and all of what it is done to: `Purge cache`."""
        if self.thing.also or self.thing.within is not None:
            return None
        asked = stems(self.thing.name)
        found = deeds_in(scene.elements, self.deed)
        named = [e for e in found if asked <= stems(e.name or e.text or e.description)]
        return only(named, scene)

    def _act(self, scene: Scene, notes: Notes) -> StepGenerator:
        if self.thing.within is not None and not self.then and objects(scene):
            return (yield from act_on_object(self.deed, self.thing, scene))
        if not self.thing.name:
            raise NotFound(f"found no {self.thing.kind!r} that a name tells from others")
        sought = ActSought(self.deed, self.thing)
        for way in (
            sought.pointed_at, sought.in_its_menu, sought.ticked, sought.right_clicked, sought.where_such_are,
        ):  # fmt: skip
            if (control := sought.control(scene)) is not None:
                return (yield from self._press(control, scene, notes))
            if not self.then and (state := as_state(sought, scene)) is not None:
                return (yield from state)
            if (choosing := self._in_row(in_row, scene, notes)) is not None:
                return (yield from choosing)
            try:
                scene = yield from way(scene)
            except ControlCameUp as found:
                return (yield from self._press(found.control, found.scene, notes))
        if (control := sought.control(scene)) is not None:
            return (yield from self._press(control, scene, notes))
        if (choosing := self._in_row(in_opened_row, scene)) is not None:
            return (yield from choosing)
        return (yield from self._opened(sought, scene, notes))

    def _in_row(
        self, way: Callable[..., StepGenerator | None], scene: Scene, *more: Notes
    ) -> StepGenerator | None:
        """The act as a choice in the lists of the record where it stands in its list."""
        choice, record = choice_in(self.deed, self.then, scene), the_record(self.thing, scene)
        return way(choice, record[0], scene, *more) if choice and record else None

    def _opened(self, sought: ActSought, scene: Scene, notes: Notes) -> StepGenerator:
        """Open the record, and look for the act in its own view."""
        before = scene
        deed = replace(self.deed, objects=self.deed.objects | kind_said_of(self.thing, scene))
        meant, sought = replace(self, deed=deed), replace(sought, deed=deed)
        try:
            scene = yield from press_record(self.thing, scene, f"nothing called {self.deed.said!r}")
            if (head := self._form.head(before, scene)) is not None:
                return (yield from self._form.filled_in(head, scene, before, notes))
            if opened_view(self.thing, before, scene) is None:
                raise no_view(sought)
        except NotFound as reason:
            scene, control = yield from sought.among_such(scene, reason)
            return (yield from meant._press(control, scene, notes))
        deed = replace(deed, objects=deed.objects | kind_in_address(before, scene))
        meant, sought = replace(meant, deed=deed), replace(sought, deed=deed)
        shown = in_view(sought, scene) is not None or bool(self.then)
        if not shown and (switch := as_switch(sought, scene)) is not None:
            return (yield from switch)
        choice = choice_in(meant.deed, meant.then, scene) if in_view(sought, scene) is None else None
        if choice and choice.value:
            deed = replace(deed, objects=deed.objects | choice.labels)
            meant, sought = replace(meant, deed=deed), replace(sought, deed=deed)
        if choice and (choosing := chosen_in_view(choice, self.thing, scene, notes)) is not None:
            return (yield from choosing)
        try:
            scene = yield from found_in_view(sought, scene)
        except ControlCameUp as found:
            return (yield from meant._press(found.control, found.scene, notes))
        raise not_offered(sought, scene)

    @property
    def _form(self) -> FormOfAct:
        return FormOfAct(self.deed, self.thing, self.then)

    def _press(self, control: Element, scene: Scene, notes: Notes) -> StepGenerator:
        """Press it, answer the question whether it is meant, and see that nothing is left to be filled in."""
        if not control.enabled:
            raise CannotDo(f"{said(control)} is disabled")
        if control.states & {"pressed", "checked"} or (not control.text and is_done(control)):
            raise CannotDo(f"{said(control)} shows that {self.thing.name!r} is so already")
        if chosen := to_be_chosen(self.thing, control, scene):
            scene = yield from act(*(SetChecked(box.ref) for box in chosen))
            if to_be_chosen(self.thing, control, scene):
                raise CannotDo(f"the page does not take {self.thing.name!r} as what is chosen")
        left = tuple(step for step in self.then if not _is_said_by(step, control))
        if len(left) < len(self.then):
            return (yield from replace(self, then=left)._press(control, scene, notes))
        if self.deed.removes and (
            loose := next(
                (one for one in left if isinstance(one, (Tied, FormPart)) and not _is_aside(one)), None
            )
        ):
            raise CannotDo(f"found nothing that says {loose.said!r} of {self.thing.name!r}")
        if self.then and (rival := self._says_more(control, scene)):
            raise Ambiguous(f"cannot tell which asks for more: {said(control)} or {said(rival)}")
        if self.then and (came := self._beside(control, scene)):
            for step in self.then:
                if isinstance(step, Assign):
                    _, scene = yield from followed(step.in_form(came, scene, notes), scene)
            evidence = yield from replace(self, then=())._press(control, scene, notes)
            return Evidence(f"filled in {len(self.then)} beside it; {evidence.said}", refs=evidence.refs)
        before = scene
        called = [one.name or one.text for one in anchors(self.thing, scene)]
        scene = yield from act(Click(control.ref))
        new = came_with(control, before, scene)
        fields = [e for e in new if is_text_field(e) or e.options]
        asks_nothing = not fields and all(e.role != "radio" for e in new)
        up = {e.ref for e in new}
        asks_nothing = asks_nothing and not any(_is_aside(one) and one.is_offered(up, scene) for one in left)
        if self.then and not (asks_nothing and all(map(_is_aside, self.then))):
            return (yield from self._form.filled_in(control, scene, before, notes))
        if fields:
            raise CannotDo(
                f"{said(control)} asks for {', '.join(map(said, fields[:3]))}, which the prompt does not say"
            )
        told = f"clicked {said(control)} for {self.thing.name!r}"
        if asks(new) or (is_in_front(control, scene, before) and answers(self.deed, new)):
            yes = answers(self.deed, new)
            if len(yes) != 1:
                raise CannotDo(f"{said(control)} asks for more: {', '.join(map(said, new))}")
            before = scene
            scene = yield from act(Click(yes[0].ref))
            new = new_in(scene, before)
            if asks(new):
                raise CannotDo(f"{said(yes[0])} asks for more: {', '.join(map(said, new))}")
            told += f", and confirmed with {said(yes[0])}"
        elif choices := still_to_be_chosen(control, new, scene, before):
            raise CannotDo(f"{said(control)} asks which is meant: {', '.join(map(said, choices[:5]))}")
        left_over = [
            one
            for one in anchors(self.thing, scene)
            if any(similarity(name, one.name or one.text) >= STRONG for name in called)
            and not tells_of_it(one, scene)
        ]
        if self.deed.removes and left_over:
            raise CannotDo(f"{self.thing.name!r} still stands on the page after {said(control)} was clicked")
        if (keep := save_as_it_is(control, scene)) is not None and keep.ref != control.ref:
            yield from act(Click(keep.ref))
            told += f"; clicked {said(keep)}"
        return Evidence(told, refs=(control.ref,))

    def _beside(self, control: Element, scene: Scene) -> frozenset[str]:
        """Refs of the fields for all that is to be filled in where they stand with the control of the act.

        None where the record has no such fields: what the control asks for comes up once it is pressed.
        """
        steps = [step for step in self.then if isinstance(step, Assign)]
        groups = [*list(scene.records_around(control))[:1], *scene.ancestors(control)]
        group = next((e for e in groups if e.role in ("form", "row", "listitem", "article")), None)
        inside = [*scene.inside(group)] if group and self.deed.words != ("edit",) else []
        refs = frozenset(e.ref for e in inside if is_text_field(e) and not has_column(e, scene))
        if not refs or len(steps) < len(self.then):
            return frozenset()
        try:
            for step in steps:
                control_labelled(step.label, scene, refs)
        except NotFound:
            return frozenset()
        return refs

    def _says_more(self, control: Element, scene: Scene) -> Element | None:
        """A control beside that of the act whose name begins with it: it may be the one that has the form."""
        above = scene.parent(control)
        own = words_of(control.name or control.text)
        for other in scene.inside(above) if above and own else ():
            words = words_of(other.name or other.text)
            if other.interactive and words[: len(own)] == own and len(words) > len(own):
                return other
        return None


def _is_aside(step: Given) -> TypeGuard[Tied]:
    return isinstance(step, Tied) and step.is_aside


def _names(step: Given, thing: Thing) -> bool:
    return isinstance(step, Tied) and step.part.values == (thing.name,)


def _is_said_by(step: Given, control: Element) -> bool:
    """Whether a control says itself what the act is done with: `Export as PDF`."""
    if not isinstance(step, Tied) or step.part.label:
        return False
    return stems(*step.part.values) <= stems(control.name or control.text or control.description)
