"""Where the act on a record may be in its list: on it, in its menus, in a toolbar once it is ticked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from browser.model.actions import Click, Hover, Press, SetChecked
from browser.model.element_match import words_of
from browser.model.observation import Element
from engines.rules.grounding.find import new_in, where
from engines.rules.reading.things import Thing
from engines.rules.scene import Scene
from engines.rules.skills.exploring import explore, is_way
from engines.rules.skills.records.acts.openers import opens_more
from engines.rules.skills.records.locate import (
    Deed,
    anchors,
    deed_on,
    deeds_in,
    groups_around,
    has_column,
    is_done,
    one_root,
    stems,
)
from engines.rules.skills.records.reach import the_record
from engines.rules.skills.seek import Seeking
from engines.rules.step_generator import Ambiguous, NotFound, Turns, act, attempt


class ControlCameUp(Exception):
    """The control of the act came up on the way."""

    def __init__(self, control: Element, scene: Scene) -> None:
        super().__init__(control.name)
        self.control, self.scene = control, scene


@dataclass(frozen=True, slots=True)
class ActSought:
    """An act on a thing, as it is looked for on pages."""

    deed: Deed
    thing: Thing

    def control(self, scene: Scene) -> Element | None:
        """The control of the act on the record; None where there is none to be seen.

        Raises:
            NotFound: What is called so is of another kind.
            Ambiguous: Several things of that name offer the act.
        """
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

    def among(self, pool: Sequence[Element], scene: Scene) -> Element | None:
        """The one control of the act among some elements."""
        return only(deeds_in(pool, self.deed), scene)

    def pointed_at(self, scene: Scene) -> Turns:
        """Some controls come up once the pointer is on the record."""
        record = the_record(self.thing, scene)
        return scene if record is None else (yield from attempt(Hover(record[0].ref)))

    def in_its_menu(self, scene: Scene) -> Turns:
        """Open what the record offers more behind, where there is one such sign on it."""
        more = self._signs_for_more(scene)
        if len(more) != 1:
            return scene
        now = yield from attempt(Click(more[0].ref))
        new = new_in(now, scene)
        found = self.among(new, now)
        if found is None:
            return (yield from _closed(more[0], new, now)) if new else now
        raise ControlCameUp(found, now)

    def _signs_for_more(self, scene: Scene) -> list[Element]:
        """The signs for more in the innermost repeated group around the record's name that has any."""
        record = the_record(self.thing, scene)
        groups = [record[0], *groups_around(record[1], scene)] if record else []
        inside = ([e for e in scene.inside(one) if e.interactive and opens_more(e, scene)] for one in groups)
        return next((found for found in inside if found), [])

    def ticked(self, scene: Scene) -> Turns:
        """Tick the record, where a toolbar comes up that offers the act; else take that back."""
        boxes = self._boxes(scene)
        if len(boxes) != 1 or "checked" in boxes[0].states or self._others_ticked(scene):
            return scene
        now = yield from attempt(SetChecked(boxes[0].ref, True))
        found = self.among(new_in(now, scene), now)
        if found is not None:
            raise ControlCameUp(found, now)
        again = self._boxes(now)
        return (yield from attempt(SetChecked(again[0].ref, False))) if len(again) == 1 else now

    def _boxes(self, scene: Scene) -> list[Element]:
        record = the_record(self.thing, scene)
        inside = scene.inside(record[0]) if record else ()
        return [e for e in inside if e.role == "checkbox" and not has_column(e, scene)]

    def _others_ticked(self, scene: Scene) -> bool:
        """Whether other records of the list are ticked: what the toolbar does is done to those too."""
        record = the_record(self.thing, scene)
        others = [one for one in scene.alike(record[0]) if one.ref != record[0].ref] if record else []
        inside = [e for other in others for e in scene.inside(other) if not has_column(e, scene)]
        return any(e.role == "checkbox" and "checked" in e.states for e in inside)

    def right_clicked(self, scene: Scene) -> Turns:
        """Some applications have a menu of their own behind the right button."""
        record = the_record(self.thing, scene)
        if record is None:
            return scene
        now = yield from attempt(Click(record[1].ref, button="right"))
        new = new_in(now, scene)
        found = self.among(new, now)
        if found is not None:
            raise ControlCameUp(found, now)
        return (yield from attempt(Press("Escape"))) if new else now

    def where_such_are(self, scene: Scene) -> Turns:
        """The one entry of the navigation that says what kind of thing it is leads to more of them."""
        kind = stems(self.thing.kind.split()[-1] if self.thing.kind else "")
        ways = [
            e for e in where(scene, lambda e: e.interactive and is_way(e, scene)) if kind <= stems(e.name)
        ]
        ways = scene.outermost(ways)
        if not kind or len(ways) != 1 or is_done(ways[0]) or self.thing.within is not None:
            return scene
        return (yield from act(Click(ways[0].ref)))

    def among_such(self, scene: Scene, reason: NotFound) -> Seeking:
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
            return self.control(now) if heads else None

        try:
            return (yield from explore(scene, look, self.thing.kind))
        except NotFound:
            raise reason from None


def _closed(opener: Element, new: Sequence[Element], scene: Scene) -> Turns:
    """The page once a menu that was opened in vain is closed: by the key for that, else by what opened it."""
    now = yield from attempt(Press("Escape"))
    left = [e for e in where(now, lambda e: e.interactive) if any(e.ref == one.ref for one in new)]
    return (yield from attempt(Click(opener.ref))) if left and now.get(opener.ref) is not None else now


def only(found: Sequence[Element], scene: Scene) -> Element | None:
    """The one element that is found, what holds another left out; None where there are several."""
    inner = scene.innermost(found)
    return inner[0] if len(inner) == 1 else None
