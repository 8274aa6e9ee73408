"""What begins a thing on a page: a form that stands there, a button, an entry of what makes anything."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass

from browser.model.actions import Action, Click, Press
from browser.model.element_match import fold, words_of
from browser.model.observation import Element
from engines.rules.grounding.find import is_new, new_in, where
from engines.rules.scene import Scene, is_text_field
from engines.rules.skills.exploring import explore, is_at_the_edge
from engines.rules.skills.records.locate import stem, stems
from engines.rules.step_generator import act, attempt, way_out

MAKES = frozenset({"new", "create", "add"})
_ADDS = frozenset({"add", "new", "create", "add new", "create new", "+", "+ add", "+ new", "+ create"})
_OF_ALL = stems("my your our all the")
"""Words of a list's title that say no more of what it lists."""
_GROUPS_AROUND = 3


@dataclass(frozen=True, slots=True)
class Begun:
    """A form that came up, or stands on the page."""

    before: Scene
    """The page before it came up."""
    scene: Scene
    opener: Element | None = None
    """What was pressed for it, or what heads it."""
    form: Element | None = None
    """The form, where the page had it from the beginning."""


Beginnings = Generator[tuple[Action, ...], Scene, Begun]


@dataclass(frozen=True, slots=True)
class Beginning:
    """How one of a kind is begun."""

    kind: str
    verbs: frozenset[str] = frozenset()
    """What the control that begins it may be called, beside `new`, `add` and `create`."""

    def begun(self, scene: Scene) -> Beginnings:
        """The form: the one that is here, or what comes up once something is pressed, here or elsewhere.

        Raises:
            NotFound: Nothing begins such a thing in any of the places that were looked at.
        """
        if (here := self._form_here(scene)) is not None:
            return Begun(scene, scene, *here)
        if self._opener(scene) is None:
            scene, begun = yield from self.behind_any(scene)
            if begun is not None:
                return begun
        before, opener = yield from explore(scene, self._opener, self.kind)
        scene = yield from act(Click(opener.ref))
        return (yield from self._from_menu(opener, before, scene))

    def is_offered(self, scene: Scene) -> bool:
        """Whether a page has what begins it, and says so."""
        return self._form_here(scene) is not None or self._opener(scene) is not None

    def behind_any(self, scene: Scene) -> Generator[tuple[Action, ...], Scene, tuple[Scene, Begun | None]]:
        """The form behind the one control that begins things of all kinds; None: it offers none of this."""
        signs = [e for e in _signs(scene) if is_at_the_edge(e)]
        signs = [e for e in signs if words_of(e.name or e.text)] or signs
        if len(signs) != 1:
            return scene, None
        before = scene
        scene = yield from act(Click(signs[0].ref))
        new = new_in(scene, before)
        heads = [e for e in where(scene, lambda e: e.role == "heading") if is_new(e, before)]
        is_form = any(is_text_field(e) for e in new) and any(
            [self._is_noun_in(e) for e in heads] + [self.is_for_such(e, MAKES) for e in new]
        )
        if self._entries(new) or is_form:
            begun = yield from self._from_menu(signs[0], before, scene)
            return begun.scene, begun
        scene = yield from attempt(Press("Escape"))
        if new_in(scene, before) and (out := way_out(scene)) is not None:
            scene = yield from attempt(Click(out.ref))
        return scene, None

    def _from_menu(self, opener: Element, before: Scene, scene: Scene) -> Beginnings:
        """What comes up behind what was pressed, and in a menu behind the entry for the kind."""
        new = new_in(scene, before)
        entries = self._entries(new)
        if any(is_text_field(e) for e in new) or len(entries) != 1:
            return Begun(before, scene, opener)
        return Begun(before, (yield from act(Click(entries[0].ref))), entries[0])

    def _entries(self, new: Sequence[Element]) -> list[Element]:
        """The entries of a menu for such a thing: `Task`, `New task`, `Create a task`."""
        told = [(e, stems(e.name or e.text) - stems("a an the new create add")) for e in new]
        found = [e for e, words in told if words == stems(self.kind)]
        noun = stem(self.kind.split()[-1])
        return found or [e for e, words in told if words and noun in words <= stems(self.kind)]

    def _is_noun_in(self, element: Element) -> bool:
        return stem(self.kind.split()[-1]) in stems(element.name or element.text)

    def _form_here(self, scene: Scene) -> tuple[Element, Element] | None:
        """What heads the form of a page as the act is called, and the form; None where it is another page."""
        for head in where(scene, lambda e: e.role == "heading" and self.is_called(e)):
            for group in scene.ancestors(head):
                if any(is_text_field(e) and e.box for e in scene.inside(group)):
                    return head, group
        return None

    def _opener(self, scene: Scene) -> Element | None:
        usable = where(scene, lambda e: e.interactive and "covered" not in e.states)
        buttons = [e for e in usable if not is_text_field(e)]
        for found in (
            [e for e in usable if self.is_called(e)],
            self._beside_kind(scene),
            self._for_noun(buttons),
            self._of_the_list(scene),
        ):
            outer = scene.outermost(found)
            if outer:
                return outer[0] if len(outer) == 1 else None
        return None

    def _beside_kind(self, scene: Scene) -> list[Element]:
        """What says no more than "add" in a group whose only title is the kind: `My calendars`, `+`."""
        adds = _signs(scene)
        return [
            e
            for e in adds
            if any(
                any(stems(t.name) - _OF_ALL == stems(self.kind) for t in _titles(group, scene))
                for group in (*list(scene.records_around(e))[:2], *list(scene.ancestors(e))[:_GROUPS_AROUND])
                if sum(scene.holds(group, other) for other in adds) == 1
            )
        ]

    def _for_noun(self, usable: Sequence[Element]) -> list[Element]:
        """What begins one of the noun of the kind, by its words or, where it has none, its author's."""
        noun = stem(self.kind.split()[-1])
        if named := [e for e in usable if self.is_for_such(e, MAKES)]:
            return named
        bare = [e for e in usable if not words_of(e.name or e.text or e.description)]
        return [e for e in bare if {noun, "add"} <= {*e.hints} or {noun, "new"} <= {*e.hints}]

    def _of_the_list(self, scene: Scene) -> list[Element]:
        """What says no more than "new" on a page that is headed by the kind: `Loans`, `New ▾`."""
        noun = stem(self.kind.split()[-1])
        heads = where(scene, lambda e: e.role == "heading" and noun in stems(e.name or e.text))
        return _signs(scene) if heads else []

    def is_called(self, element: Element) -> bool:
        """Whether a control is called by the act and the kind, and nothing else."""
        for text in (element.name, element.description):
            words = {stem(word) for word in words_of(text)}
            makes = MAKES | stems(*self.verbs)
            if words & makes and words - makes - {"a", "an"} == stems(self.kind):
                return True
        return False

    def is_for_such(self, element: Element, verbs: frozenset[str]) -> bool:
        """Whether a control is called by an act and the noun of the kind: `Add tag` for a private tag."""
        words = {stem(word) for word in words_of(element.name)}
        kind = words - verbs - {"a", "an"}
        return bool(words & verbs) and stem(self.kind.split()[-1]) in kind <= stems(self.kind)


def _signs(scene: Scene) -> list[Element]:
    """What says no more than that something is made: `+`, `New`, `Create ▾`."""
    usable = where(scene, lambda e: e.interactive and "covered" not in e.states and not is_text_field(e))
    told = [(e, re.sub(r"[^\w+ ]+", "", fold(e.name or e.text)).strip()) for e in usable]
    found = [e for e, words in told if words in _ADDS]
    return scene.outermost(found)


def _titles(group: Element, scene: Scene) -> list[Element]:
    return [e for e in scene.inside(group) if e.role == "text"]
