"""Filling in a form that came up, be it in several steps, and keeping it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from browser.model.actions import Click
from browser.model.element_match import fold, words_of
from browser.model.observation import Element
from engines.rules.grounding.find import new_in, said, where
from engines.rules.scene import Scene, is_text_field
from engines.rules.skills.base import Notes
from engines.rules.skills.controls.assign import Assign
from engines.rules.skills.controls.saving import came_up, followed, taken_over
from engines.rules.skills.records.locate import stems
from engines.rules.skills.records.making.form_part import FormPart
from engines.rules.skills.records.making.moments import Occasion
from engines.rules.skills.records.making.tied import Tied, repeated
from engines.rules.step_generator import CannotDo, NotFound, StepGenerator, Turns, act

Value = Assign | Tied | FormPart | Occasion
_ONWARD = re.compile(r"(?:next(?: step)?|continue|proceed|review|(?:continue|proceed|go on) to .+|review .+)")
"""What a button is called that leads to the next step of a form."""
_LOSES = frozenset({"cancel", "back", "edit", "no", "close", "discard", "previous", "go back", "not now"})
_CONFIRMS = frozenset(
    "confirm yes ok send submit place pay transfer schedule finish book request".split()  # noqa: SIM905
)
_MOST_STEPS = 5


@dataclass(slots=True)
class FormFilling:
    """A form, what was put in it, and what it showed then."""

    before: Scene
    """The page before the form came up."""
    form: Element | None = None
    """The form, where the page had it from the beginning."""
    verbs: frozenset[str] = frozenset()
    """What the last button may be called, beside what confirms anything."""
    told: list[str] = field(default_factory=list)
    used: list[str] = field(default_factory=list)
    kept_from: Scene | None = None
    """The page as it was when the form was kept."""

    def came(self, scene: Scene) -> frozenset[str]:
        """Refs of what belongs to the form."""
        group = scene.get(self.form.ref) if self.form is not None else None
        return frozenset(e.ref for e in scene.inside(group)) if group else came_up(self.before, scene)

    def new(self, scene: Scene) -> list[Element]:
        """The controls of the form."""
        if self.form is None:
            return new_in(scene, self.before)
        came = self.came(scene)
        return where(scene, lambda e: e.interactive and "covered" not in e.states and e.ref in came)

    def given(self, setting: StepGenerator, scene: Scene) -> Turns:
        """Carry out what puts one value in, and remember the field."""
        evidence, scene = yield from followed(setting, scene)
        if {*self.used} & {*evidence.refs}:
            raise CannotDo(f"two values would go into one field: {evidence.said}")
        scene = yield from taken_over(evidence.refs, scene)
        self.told.append(evidence.said)
        self.used += evidence.refs
        return scene

    def completed(
        self,
        values: Sequence[Value],
        keep: Callable[[Sequence[Element]], Element],
        scene: Scene,
        notes: Notes,
    ) -> Turns:
        """Put every value in its place, step by step, and press what keeps the form.

        Raises:
            NotFound: A value has no place in any step; nothing was kept then.
        """
        left = sorted(values, key=lambda value: isinstance(value, Tied))  # what has a label comes first
        for _ in range(_MOST_STEPS):
            reasons: list[NotFound] = []
            for value in list(left):
                try:
                    scene = yield from self._placed(value, scene, notes)
                except NotFound as reason:
                    reasons.append(reason)
                    if onward(self.new(scene)) is None:
                        raise
                    continue
                left.remove(value)
            step = onward(self.new(scene))
            button = step or keep(self.new(scene))
            if step is None and left:
                raise reasons[0]
            self.kept_from = scene
            scene = yield from act(Click(button.ref))
            self.told.append(f"clicked {said(button)}")
            if step is None:
                return (yield from self._confirmed(scene))
        raise NotFound(f"the form goes on after {_MOST_STEPS} steps")

    def _placed(self, value: Value, scene: Scene, notes: Notes) -> Turns:
        words = value.part.values[0] if isinstance(value, Tied) else value.values[0]
        scene = yield from self.given(value.in_form(self.came(scene), scene, notes), scene)
        if (again := repeated(self.used, words, scene, notes)) is not None:
            _, scene = yield from followed(again, scene)
        return scene

    def _confirmed(self, scene: Scene) -> Turns:
        """Say yes where the page shows once more what was given, and asks whether it is meant."""
        assert self.kept_from is not None
        new = new_in(scene, self.kept_from)
        if any(is_text_field(e) or e.options for e in new):
            return scene
        words = [(e, words_of(e.name or e.text)) for e in new if e.enabled and not e.href]
        yes = [
            e for e, said_ in words if said_ and stems(said_[0]) & (stems(*_CONFIRMS) | stems(*self.verbs))
        ]
        no = [e for e in new if fold(e.name or e.text) in _LOSES]
        if len(yes) != 1 or not no:
            return scene
        self.kept_from = scene
        scene = yield from act(Click(yes[0].ref))
        self.told.append(f"confirmed with {said(yes[0])}")
        return scene

    def is_gone(self, scene: Scene) -> bool:
        """Whether the form was taken: its first field is gone, or empty again."""
        first = scene.get(self.used[0]) if self.used else None
        return first is None or not first.box or (is_text_field(first) and not first.value)


def onward(new: Sequence[Element]) -> Element | None:
    """The one button that leads to the next step of a form; None where there is none."""
    found = [e for e in new if is_button(e) and e.enabled and _ONWARD.fullmatch(_words(e))]
    return found[0] if len(found) == 1 else None


def _words(element: Element) -> str:
    return re.sub(r"[^\w ]+", "", fold(element.name or element.text)).strip()


def is_button(element: Element) -> bool:
    """Whether a control is pressed, and holds and leads to nothing itself; many are drawn from containers."""
    return element.interactive and not (is_text_field(element) or element.options or element.href)
