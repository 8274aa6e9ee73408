"""Doing something to one record: `archive the email "Dinner"`, `edit quote Q-7 and change its title to "X"`.

The page is the vocabulary: the act is looked for under its own name on the record, in its menu, in the
toolbar once it is ticked, and in its own view. What is asked then is answered only by a button of that name.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

from browser.model.actions import Action, Click, Hover, Press, SetChecked
from browser.model.element_match import STRONG, fold, similarity, words_of
from browser.model.observation import Element
from browser.model.roles import CHECK_ROLES
from engines.rules.grounding.find import new_in, said, where
from engines.rules.reading.things import Thing
from engines.rules.scene import Scene, is_text_field
from engines.rules.skills.base import Notes, Step
from engines.rules.skills.controls.assign import Assign, control_labelled
from engines.rules.skills.controls.editors import entry_for
from engines.rules.skills.controls.saving import came_up, followed, taken_over, the_save_button
from engines.rules.skills.exploring import explore, is_way, leads
from engines.rules.skills.records.besides import TickedBesides
from engines.rules.skills.records.locate import (
    Deed,
    anchors,
    control_below,
    deed_on,
    deeds_in,
    groups_around,
    has_column,
    is_done,
    is_of_another,
    one_root,
    only_leaves,
    stems,
)
from engines.rules.skills.records.making.form_part import FormPart
from engines.rules.skills.records.making.tied import Tied
from engines.rules.skills.records.parts.objects import act_on_object, objects
from engines.rules.skills.records.reach import is_headed, offered, press_record, reach, the_record
from engines.rules.skills.seek import Seeking, fold_sign
from engines.rules.step_generator import (
    Ambiguous,
    CannotDo,
    Evidence,
    NotFound,
    StepGenerator,
    Turns,
    act,
    attempt,
)

_MORE = frozenset({"more", "ellipsis", "kebab", "overflow", "actions", "menu", "...", "…", "⋯", "⋮", "dots"})
_REMOVED = re.compile(r"\b(?:deleted|removed|erased|trashed|moved to)\b", re.IGNORECASE)
_NO = frozenset({"cancel", "no", "keep", "keep it", "back", "never mind", "not now", "go back"})
_IN_FRONT = ("dialog", "alertdialog", "menu")
_CONFIRM = frozenset({"confirm", "yes", "ok", "okay", "continue", "proceed", "yes i m sure"})


@dataclass(frozen=True, slots=True)
class ActOn:
    """Do one thing to one record."""

    deed: Deed
    thing: Thing
    then: tuple[Step | Tied | FormPart | TickedBesides, ...] = ()
    """What is to be filled in of the form that comes up, which is saved then."""

    or_thing: Thing | None = None
    """What else the words for the thing may mean, where the page shows nothing that they mean first."""

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Find the record by its words, and the act on it or on what belongs to it."""
        scene, meant = yield from self._reached(scene)
        if (control := meant._said_whole(scene)) is not None:
            return (yield from meant._press(control, scene, notes))
        return (yield from meant._act(scene, notes))

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
        return _only(named, scene)

    def _act(self, scene: Scene, notes: Notes) -> StepGenerator:
        if self.thing.within is not None and not self.then and objects(scene):
            return (yield from act_on_object(self.deed, self.thing, scene))
        if not self.thing.name:
            raise NotFound(f"found no {self.thing.kind!r} that a name tells from others")
        if (box := self._box(scene)) is not None:
            return (yield from self._tick(box))
        for way in (
            self._pointed_at, self._in_its_menu, self._ticked, self._right_clicked, self._where_such_are,
            self._opened,
        ):  # fmt: skip
            control = self._control(scene)
            if control is not None:
                return (yield from self._press(control, scene, notes))
            try:
                scene = yield from way(scene)
            except _Found as found:
                return (yield from self._press(found.control, found.scene, notes))
            except _FormOpen as form:
                return (yield from self._fill_in(form.head, form.scene, form.before, notes))
            except NotFound as reason:
                scene, control = yield from self._among_such(scene, reason)
                return (yield from self._press(control, scene, notes))
        left = self._in_view(scene)
        if left is None:
            raise NotFound(f"found nothing called {self.deed.said!r} for {self.thing.name!r}{offered(scene)}")
        return (yield from self._press(left, scene, notes))

    def _box(self, scene: Scene) -> Element | None:
        """The box of the record below a column that is called as the state is, to `mark it as returned`."""
        record = the_record(self.thing, scene) if self.deed.words[:2] == ("mark", "as") else None
        box = control_below(self.deed.words[2], record[0], scene) if record else None
        return box if box is not None and box.role in ("checkbox", "switch") else None

    def _tick(self, box: Element) -> StepGenerator:
        scene = yield from act(SetChecked(box.ref))
        now = scene.get(box.ref)
        if now is None or "checked" not in now.states:
            raise CannotDo(f"the box of {self.thing.name!r} does not show that it is {self.deed.words[2]}")
        return Evidence(f"{self.thing.name!r} is ticked as {self.deed.words[2]}", refs=(box.ref,))

    def _control(self, scene: Scene) -> Element | None:
        """The control of the act on the record; None where there is none to be seen."""
        names = anchors(self.thing, scene)
        pairs = [(e, a) for a in names if (e := self._on(a, scene)) is not None]
        found = {e.ref: e for e, _ in pairs}
        of_kind = {e.ref: e for e, a in pairs if self._says_kind(a, scene)}
        if not of_kind and found and any(self._says_kind(a, scene) for a in names):
            raise NotFound(f"the {self.thing.kind} {self.thing.name!r} offers no {self.deed.said!r}")
        if len(of_kind) == 1:
            return next(iter(of_kind.values()))
        if len(found) > 1:
            raise Ambiguous(f"{len(found)} things called {self.thing.name!r} offer {self.deed.said!r}")
        return next(iter(found.values()), None)

    def _says_kind(self, anchor: Element, scene: Scene) -> bool:
        """Whether the record around a name says in words what kind of thing it is."""
        record = next(iter(groups_around(anchor, scene)), None)
        inside = scene.inside(record) if record is not None and self.thing.kind else ()
        said_words = stems(*(e.name for e in inside if e.role == "text"))
        return bool(said_words) and stems(self.thing.kind) <= said_words

    def _on(self, anchor: Element, scene: Scene) -> Element | None:
        return deed_on(anchor, self.deed, scene, len(self.thing.also))

    def _pointed_at(self, scene: Scene) -> Turns:
        """Some controls come up once the pointer is on the record."""
        record = the_record(self.thing, scene)
        return scene if record is None else (yield from attempt(Hover(record[0].ref)))

    def _in_its_menu(self, scene: Scene) -> Turns:
        record = the_record(self.thing, scene)
        inside = list(scene.inside(record[0])) if record else []
        more = [
            e for e in inside if e.interactive and _MORE & {*e.hints, *fold(e.name).split(), fold_sign(e)}
        ]
        if len(more) != 1:
            return scene
        return (yield from self._and_press_new(more[0], scene))

    def _ticked(self, scene: Scene) -> Turns:
        record = the_record(self.thing, scene)
        inside = scene.inside(record[0]) if record else ()
        boxes = [e for e in inside if e.role == "checkbox" and not has_column(e, scene)]
        if len(boxes) != 1 or "checked" in boxes[0].states or self._others_ticked(scene):
            return scene
        now = yield from attempt(SetChecked(boxes[0].ref, True))
        found = _only(deeds_in(new_in(now, scene), self.deed), now)
        if found is None:
            return (yield from attempt(SetChecked(boxes[0].ref, False)))
        raise _Found(found, now)

    def _others_ticked(self, scene: Scene) -> bool:
        """Whether other records of the list are ticked: what the toolbar does is done to those too."""
        record = the_record(self.thing, scene)
        others = [one for one in scene.alike(record[0]) if one.ref != record[0].ref] if record else []
        inside = [e for other in others for e in scene.inside(other) if not has_column(e, scene)]
        return any(e.role == "checkbox" and "checked" in e.states for e in inside)

    def _right_clicked(self, scene: Scene) -> Turns:
        """Some applications have a menu of their own behind the right button."""
        record = the_record(self.thing, scene)
        if record is None:
            return scene
        now = yield from attempt(Click(record[1].ref, button="right"))
        new = new_in(now, scene)
        found = _only(deeds_in(new, self.deed), now)
        if found is not None:
            raise _Found(found, now)
        return (yield from attempt(Press("Escape"))) if new else now

    def _where_such_are(self, scene: Scene) -> Turns:
        """The one entry of the navigation that says what kind of thing it is leads to more of them."""
        kind = stems(self.thing.kind.split()[-1] if self.thing.kind else "")
        ways = [
            e for e in where(scene, lambda e: e.interactive and is_way(e, scene)) if kind <= stems(e.name)
        ]
        ways = [e for e in ways if not any(o.ref != e.ref and scene.holds(o, e) for o in ways)]
        if not kind or len(ways) != 1 or is_done(ways[0]) or self.thing.within is not None:
            return scene
        return (yield from act(Click(ways[0].ref)))

    def _opened(self, scene: Scene) -> Turns:
        before, missing = scene, f"nothing called {self.deed.said!r}"
        scene = yield from press_record(self.thing, scene, missing)
        if (head := self._form_head(before, scene)) is not None:
            raise _FormOpen(head, scene, before)
        if not is_headed(self.thing, scene):
            raise NotFound(f"found {missing} for {self.thing.name!r}, and no view headed so")
        if self._in_view(scene) is not None:
            return scene
        more = [
            e
            for e in where(scene, lambda e: e.interactive)
            if _MORE & {*fold(e.name).split(), *fold(e.description).split(), fold_sign(e)}
        ]
        return scene if len(more) != 1 else (yield from attempt(Click(more[0].ref)))

    def _form_head(self, before: Scene, scene: Scene) -> Element | None:
        """The heading of the record's form, where it is edited as soon as it is pressed."""
        if self.deed.words != ("edit",) or not self.then:
            return None
        heads = where(scene, lambda e: e.role == "heading" and "covered" not in e.states)
        heads = [e for e in heads if before.get(e.ref) is None and self.deed.fits(e)]
        shown = [e.value or "" for e in scene.fields]
        names_it = any(similarity(name, one) >= STRONG for name in self.thing.names for one in shown)
        return heads[0] if len(heads) == 1 and names_it else None

    def _among_such(self, scene: Scene, reason: NotFound) -> Seeking:
        """Another thing may be called so too: look for a list headed by the kind, and the act on it there.

        Raises:
            NotFound: There is no such list, or it does not offer the act: it is `reason` then.
        """
        kind = words_of(self.thing.kind)
        if not kind or self.thing.within is not None:
            raise reason

        def is_of_kind(head: Element) -> bool:
            said_words = words_of(head.name or head.text)
            return all(any(one_root(word, other) for other in said_words) for word in kind)

        def look(now: Scene) -> Element | None:
            heads = where(now, lambda e: e.role == "heading" and is_of_kind(e))
            return self._control(now) if heads else None

        try:
            return (yield from explore(scene, look, self.thing.kind))
        except NotFound:
            raise reason from None

    def _in_view(self, scene: Scene) -> Element | None:
        """The one control of the act in the record's own view, those of other records beside it left out."""
        names = anchors(self.thing, scene)
        pool = [e for e in scene.elements if not leads(e, scene) and not only_leaves(e, self.deed, scene)]
        found = [e for e in deeds_in(pool, self.deed) if not any(is_of_another(e, a, scene) for a in names)]
        return _only(found, scene)

    def _and_press_new(self, opener: Element, scene: Scene) -> Turns:
        now = yield from attempt(Click(opener.ref))
        found = _only(deeds_in(new_in(now, scene), self.deed), now)
        if found is None:
            return now
        raise _Found(found, now)

    def _press(self, control: Element, scene: Scene, notes: Notes) -> StepGenerator:
        """Press it, answer the question whether it is meant, and see that nothing is left to be filled in."""
        if not control.enabled:
            raise CannotDo(f"{said(control)} is disabled")
        if control.states & {"pressed", "checked"} or (not control.text and is_done(control)):
            raise CannotDo(f"{said(control)} shows that {self.thing.name!r} is so already")
        left = tuple(step for step in self.then if not _is_said_by(step, control))
        if len(left) < len(self.then):
            return (yield from replace(self, then=left)._press(control, scene, notes))
        if self.deed.removes and (
            loose := next((one for one in left if isinstance(one, (Tied, FormPart))), None)
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
        if self.then:
            return (yield from self._fill_in(control, scene, before, notes))
        new = new_in(scene, before)
        fields = [e for e in new if is_text_field(e) or e.options]
        if fields:
            raise CannotDo(
                f"{said(control)} asks for {', '.join(map(said, fields[:3]))}, which the prompt does not say"
            )
        told = f"clicked {said(control)} for {self.thing.name!r}"
        if _asks(new) or (_is_in_front(control, scene, before) and self._answers(new)):
            yes = self._answers(new)
            if len(yes) != 1:
                raise CannotDo(f"{said(control)} asks for more: {', '.join(map(said, new))}")
            before = scene
            scene = yield from act(Click(yes[0].ref))
            new = new_in(scene, before)
            if _asks(new):
                raise CannotDo(f"{said(yes[0])} asks for more: {', '.join(map(said, new))}")
            told += f", and confirmed with {said(yes[0])}"
        left_over = [
            one
            for one in anchors(self.thing, scene)
            if any(similarity(name, one.name or one.text) >= STRONG for name in called)
            and not _tells_of_it(one, scene)
        ]
        if self.deed.removes and left_over:
            raise CannotDo(f"{self.thing.name!r} still stands on the page after {said(control)} was clicked")
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

    def _answers(self, new: Sequence[Element]) -> list[Element]:
        """What says yes to the question whether it is meant.

        What is called as the act is says no where the act is called so: `Cancel` beside `Stop the plan`.
        """
        found = [e for e in new if self.deed.fits(e) or _says_yes(e)]
        plain = [e for e in found if not _says_no(e)]
        return plain or (found if sum(map(_says_no, new)) > len(found) else [])

    def _fill_in(self, control: Element, scene: Scene, before: Scene, notes: Notes) -> StepGenerator:
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
        if (entry := self._entry(scene, before)) is not None:
            return (yield from self._choose(entry, control, scene))
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
        save = self._keeper(new_in(scene, before))
        if (save is None and self.deed.words != ("rename",)) or (save and not save.enabled):
            raise NotFound(f"found no one button that saves {self.thing.name!r}{offered(scene)}")
        scene = yield from act(Click(save.ref) if save else Press("Enter"))
        kept = f"clicked {said(save)}" if save else "pressed Enter"
        if self.deed.words != ("edit",) and (left := _still_there(used, scene)):
            raise CannotDo(
                f"{said(left)} was not taken: it is still there after that was to be kept ({kept})"
            )
        return Evidence(f"{'; '.join(told)}; {kept} for {self.thing.name!r}")

    def _entry(self, scene: Scene, before: Scene) -> Element | None:
        """The entry of a menu for the one thing that the act is done with; None where a form came up."""
        (step, *more) = self.then
        new = new_in(scene, before)
        if (
            more
            or not isinstance(step, Tied)
            or step.part.label
            or any(is_text_field(e) or e.options for e in new)
        ):
            return None
        entry = entry_for(step.part.values[0], new, scene)
        return entry if entry is not None and entry.role not in CHECK_ROLES else None

    def _choose(self, entry: Element, control: Element, scene: Scene) -> StepGenerator:
        """Press an entry of a menu; what it asks then is more than was said, but for whether it is meant."""
        before = scene
        scene = yield from act(Click(entry.ref))
        new = new_in(scene, before)
        told = f"clicked {said(control)}, then {said(entry)} for {self.thing.name!r}"
        keep = the_save_button(new) or next((e for e in self._answers(new)), None)
        if any(is_text_field(e) or e.options for e in new) or (_asks(new) and keep is None):
            raise CannotDo(f"{said(entry)} asks for more: {', '.join(map(said, new))}")
        if keep is not None:
            scene = yield from act(Click(keep.ref))
            told += f"; clicked {said(keep)}"
        return Evidence(told, refs=(control.ref,))

    def _keeper(self, new: Sequence[Element]) -> Element | None:
        """The one button that saves the form; that of an act that asks for more is called as the act is."""
        named = [e for e in deeds_in(new, self.deed) if e.role == "button"]
        if self.deed.words != ("edit",) and len(named) == 1:
            return named[0]
        return the_save_button(new)


def _names(step: Step | Tied | FormPart | TickedBesides, thing: Thing) -> bool:
    return isinstance(step, Tied) and step.part.values == (thing.name,)


def _is_said_by(step: Step | Tied | FormPart | TickedBesides, control: Element) -> bool:
    """Whether a control says itself what the act is done with: `Export as PDF`."""
    if not isinstance(step, Tied) or step.part.label:
        return False
    return stems(*step.part.values) <= stems(control.name or control.text or control.description)


class _Found(Exception):
    """The control of the act came up on the way."""

    def __init__(self, control: Element, scene: Scene) -> None:
        super().__init__(control.name)
        self.control, self.scene = control, scene


class _FormOpen(Exception):
    """The form of the record came up when it was pressed."""

    def __init__(self, head: Element, scene: Scene, before: Scene) -> None:
        super().__init__(head.name)
        self.head, self.scene, self.before = head, scene, before


def _still_there(used: Sequence[str], scene: Scene) -> Element | None:
    return next((e for ref in used if (e := scene.get(ref)) is not None and e.box is not None), None)


def _only(found: Sequence[Element], scene: Scene) -> Element | None:
    outer = [e for e in found if not any(o.ref != e.ref and scene.holds(e, o) for o in found)]
    return outer[0] if len(outer) == 1 else None


def _says_yes(element: Element) -> bool:
    words = fold(re.sub(r"\W+", " ", element.name or element.text))
    return words in _CONFIRM or words.startswith(("yes ", "confirm "))


def _asks(new: Sequence[Element]) -> bool:
    """Whether what came up is a question: it can be answered with no."""
    return any(map(_says_no, new))


def _says_no(element: Element) -> bool:
    words = fold(element.name or element.text)
    return words in _NO or words.startswith(("no, ", "no ", "keep ", "don't ", "don’t "))


def _is_in_front(control: Element, scene: Scene, before: Scene) -> bool:
    """Whether a dialog or a menu came up when a control was pressed, or something that covers it."""
    known = {e.ref for e in before.elements}
    if any(e.role in _IN_FRONT and e.ref not in known for e in scene.elements):
        return True
    now = scene.get(control.ref)
    return now is not None and "covered" in now.states


def _tells_of_it(element: Element, scene: Scene) -> bool:
    """Whether it only says that something was removed."""
    around = (element, *scene.ancestors(element))
    return bool(_REMOVED.search(element.name)) or any(
        one.role in ("status", "log", "alert") for one in around
    )
