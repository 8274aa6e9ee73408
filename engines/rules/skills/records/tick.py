"""Selecting several records of a list, and doing something to all of them.

`Select the tags wet and dry and delete them with the action menu` ticks the box of each, and then uses the
list of acts, or the button, that the application has for what is selected.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.model.actions import Click, Select, SetChecked
from browser.model.element_match import fold, words_of
from browser.model.observation import Element
from engines.rules.grounding.find import new_in, said, where
from engines.rules.reading.clauses import Clause
from engines.rules.reading.closed_words import is_closed
from engines.rules.reading.names import MARK, NotRead, names_in
from engines.rules.reading.things import Thing
from engines.rules.scene import Scene
from engines.rules.skills.base import Notes, Read
from engines.rules.skills.controls.assign import Assign
from engines.rules.skills.records.locate import Deed, anchors, deeds_in, groups_around, has_column, stems
from engines.rules.step_generator import CannotDo, Evidence, NotFound, StepGenerator, act

_GOES = frozenset({"go", "apply", "run", "ok", "execute", "perform", "submit"})
_YES = re.compile(r"(?:yes\b.*|confirm|ok(?:ay)?|delete(?: selected)?|continue)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TickRecords:
    """Tick the boxes of some records, by their names."""

    kind: str
    names: tuple[str, ...]

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Tick the box in front of each; names that are no records are choices of a list called so."""
        boxes = [box for name in self.names if (box := _box_of(name, scene)) is not None]
        if len(boxes) < len(self.names):
            return (yield from Assign(self.kind, self.names).carry_out(scene, notes))
        scene = yield from act(*(SetChecked(box.ref) for box in boxes if "checked" not in box.states))
        for name in self.names:
            now = _box_of(name, scene)
            if now is None or "checked" not in now.states:
                raise CannotDo(f"the box of {name!r} does not show that it is ticked")
        notes.ticked = self.names
        return Evidence(f"ticked {', '.join(self.names)}", refs=tuple(box.ref for box in boxes))


def _box_of(name: str, scene: Scene) -> Element | None:
    """The one box with which the one record of this name is selected."""
    found: dict[str, Element] = {}
    for anchor in anchors(Thing(name, exact=True), scene):
        if anchor.role == "checkbox":
            continue
        for group in groups_around(anchor, scene):
            boxes = [e for e in scene.inside(group) if e.role == "checkbox" and e.box]
            boxes = [e for e in boxes if not has_column(e, scene)] or boxes
            if boxes:
                found[boxes[0].ref] = boxes[0]
                if len(boxes) > 1:
                    return None
                break
    return next(iter(found.values())) if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class ActOnTicked:
    """Do something to the records that were ticked before."""

    deed: Deed

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Choose it in the list of acts, or press the button called so, and confirm it."""
        if not notes.ticked:
            raise CannotDo(f"nothing was selected that could be meant by {self.deed.said!r}")
        if self._others_are_ticked(scene, notes.ticked):
            raise CannotDo("other records are selected too")
        before = scene
        scene = yield from act(*self._way(scene))
        new = new_in(scene, before)
        yes = [e for e in new if e.enabled and _YES.fullmatch(fold(e.name or e.text or e.value or ""))]
        if len(yes) > 1 or (not yes and scene.observation.url != before.observation.url):
            raise CannotDo(f"it asks for more: {', '.join(map(said, new[:8]))}")
        if yes:
            scene = yield from act(Click(yes[0].ref))
        left = [name for name in notes.ticked if _box_of(name, scene) is not None]
        if self.deed.removes and left:
            raise CannotDo(f"{left[0]!r} still stands on the page")
        if left and not self._is_seen(left, before, scene):
            raise CannotDo(f"the page does not show that it did {self.deed.said!r} to {', '.join(left)}")
        return Evidence(f"{self.deed.said}: {', '.join(notes.ticked)}")

    def _is_seen(self, names: Sequence[str], before: Scene, scene: Scene) -> bool:
        """Whether the rows of all say something else than before, or those of none, and a new text says that
        it is done to so many.
        """
        changed = [_row_text(name, scene) != _row_text(name, before) for name in names]
        if any(changed):
            return all(changed)
        known = {text.name for text in before.texts}
        done = f"{self.deed.words[0].removesuffix('e')}ed"
        told = [words_of(text.name) for text in scene.texts if text.name not in known]
        counts = {word for words in told if done in words for word in words if word.isdigit()}
        return any(done in words for words in told) and counts <= {str(len(names))}

    def _others_are_ticked(self, scene: Scene, names: Sequence[str]) -> bool:
        own = {box.ref for name in names if (box := _box_of(name, scene)) is not None}
        ticked = where(scene, lambda e: e.role == "checkbox" and "checked" in e.states)
        return any(e.ref not in own and not has_column(e, scene) for e in ticked if _is_in_row(e, scene))

    def _way(self, scene: Scene) -> tuple[Select | Click, ...]:
        """The act chosen in a list with the button beside it that starts it, or the one button of the act."""
        lists = [(e, o) for e in where(scene, lambda e: bool(e.options)) for o in e.options if self._fits(o)]
        if len(lists) == 1:
            menu, option = lists[0]
            for group in list(scene.ancestors(menu))[:3]:
                found = [e for e in scene.inside(group) if fold(e.name or e.text) in _GOES and e.interactive]
                if len(found) == 1:
                    return Select(menu.ref, (option,)), Click(found[0].ref)
        buttons = [e for e in deeds_in(scene.elements, self.deed) if not _is_in_row(e, scene)]
        if len(buttons) == 1:
            return (Click(buttons[0].ref),)
        raise NotFound(f"found no one way to {self.deed.said} what is selected")

    def _fits(self, option: str) -> bool:
        words = [*map(str, words_of(option))]
        return words[:1] == [*self.deed.words] and "all" not in words


def _row_text(name: str, scene: Scene) -> str:
    box = _box_of(name, scene)
    return next((group.text for group in scene.records_around(box)), "") if box is not None else ""


def _is_in_row(element: Element, scene: Scene) -> bool:
    rows = [above for above in scene.ancestors(element) if above.role in ("row", "listitem")]
    return any(
        e.role not in ("columnheader", "checkbox", "text", "link")
        for row in rows
        for e in scene.children(row)
    )


_KIND_AND_NAMES = re.compile(r"the (?P<kind>[a-z]+s) (?P<names>.+(?:,? and |, ).+)")
_THEM = re.compile(
    r"(?:them|both|the selected [a-z]+)"
    r"(?: (?:with|using|by|from|through|in) the (?:[a-z]+ )?(?:menu|list|dropdown|toolbar|button))?"
)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`select the tags wet and dry`, `delete them with the action menu`."""
    clause = clauses[0]
    if clause.word in ("select", "choose", "pick", "tick", "check"):
        match = _KIND_AND_NAMES.fullmatch(clause.rest)
        if match is None or is_closed(match["kind"]) or " as " in match["names"]:
            return None
        if MARK.search(match["names"]) and not all(
            map(MARK.fullmatch, re.split(r",? and |, ", match["names"]))
        ):
            raise NotRead(clause.rest, clause)
        return Read(TickRecords(match["kind"], names_in(match["names"], clause, told=True)))
    if clause.join and clause.verb in ("delete", "archive", "publish", "approve", "restore"):
        return (
            Read(ActOnTicked(Deed((clause.word,), stems("selected"))))
            if _THEM.fullmatch(clause.rest)
            else None
        )
    return None
