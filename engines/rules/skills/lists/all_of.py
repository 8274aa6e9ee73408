"""Doing something to all things of a list at once: `mark all pending jobs as done`, `archive all messages`.

What does it is one control that says so (`Mark all as done`, `Archive all`). It counts where no thing of the
list offers the act any more that offered it before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.model.actions import Click
from browser.model.element_match import fold, words_of
from browser.model.observation import Element
from engines.rules.grounding.find import new_in, said, where
from engines.rules.reading.clauses import Clause
from engines.rules.reading.closed_words import is_closed
from engines.rules.reading.names import NotRead
from engines.rules.reading.things import Thing
from engines.rules.scene import Scene
from engines.rules.skills.base import Notes, Read
from engines.rules.skills.exploring import explore
from engines.rules.skills.records.locate import Deed, deeds_in, stems
from engines.rules.skills.records.reach import to_its_kind
from engines.rules.step_generator import CannotDo, Evidence, StepGenerator, act

_WITHOUT = {
    "read": stems("unread new"),
    "done": stems("pending open unfinished outstanding active remaining"),
    "complete": stems("pending open unfinished outstanding active remaining incomplete"),
    "resolved": stems("unresolved open active"),
    "paid": stems("unpaid open outstanding"),
}
"""State -> what things are that are not in it yet; those are all that an act on all of them changes."""
_FILLS = stems("as all the my of")


@dataclass(frozen=True, slots=True)
class ActOnAll:
    """Do one thing to all things of a list."""

    deed: Deed
    kind: str
    """Nouns for what they are; the last one is their kind."""

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Go to the list, press what does it to all, confirm it, and see that nothing is left to be done."""
        scene = yield from to_its_kind(Thing("", self.kind), scene)
        scene, control = yield from explore(scene, self._control, f"{self.kind} {self.deed.said}")
        if not control.enabled:
            raise CannotDo(f"{said(control)} is disabled")
        offered = self._single(scene)
        if not offered:
            raise CannotDo(f"the page would not show whether {said(control)} did it to all")
        before = scene
        scene = yield from act(Click(control.ref))
        new = [e for e in new_in(scene, before) if e.enabled]
        yes = [e for e in new if self._says_yes(e)]
        if len(yes) == 1:
            scene = yield from act(Click(yes[0].ref))
        if left := self._single(scene):
            raise CannotDo(f"{len(left)} of {len(offered)} still offer {self.deed.said!r}")
        return Evidence(f"clicked {said(control)}; none of {len(offered)} offers {self.deed.said!r} any more")

    def _control(self, scene: Scene) -> Element | None:
        """The one control that says that it does this to all."""
        wanted = stems(self.deed.said) - _FILLS
        nouns = stems(self.kind)
        found = []
        for e in where(scene, lambda e: e.interactive and "covered" not in e.states):
            words = stems(e.name or e.text)
            if "all" in words and wanted <= words and words - wanted - _FILLS <= nouns:
                found.append(e)
        found = scene.innermost(found)
        return found[0] if len(found) == 1 else None

    def _single(self, scene: Scene) -> list[Element]:
        """The controls that do it to one thing of the list; one may be called by the state alone: `Done`."""
        state = (self.deed.words[-1],)
        controls = where(scene, lambda e: e.interactive and "all" not in words_of(e.name or e.text))
        return [e for e in controls if self.deed.fits(e) or tuple(words_of(e.name or e.text)) == state]

    def _says_yes(self, element: Element) -> bool:
        words = fold(element.name or element.text)
        return words in ("yes", "ok", "confirm", "continue") or bool(deeds_in((element,), self.deed))


_MARK = re.compile(r"all (?:of )?(?:the |my )?(?P<kind>[a-z]+(?:[ -][a-z]+){0,3}) as (?P<state>[a-z]+)")
_ALL = re.compile(r"all (?:of )?(?:the |my )?(?P<kind>[a-z]+(?:-[a-z]+)*s)")
_VERBS = frozenset({"archive", "approve", "resolve", "restore", "dismiss", "delete", "remove"})


def read(clauses: Sequence[Clause]) -> Read | None:
    """`mark all pending reminders as done`, `archive all messages`."""
    clause = clauses[0]
    if clause.word == "mark" and (match := _MARK.fullmatch(clause.rest)):
        *more, noun = match["kind"].split()
        more = [word for word in more if stems(word) - _WITHOUT.get(match["state"], frozenset())]
        return _step(("mark", "as", match["state"]), " ".join((*more, noun)), clause)
    if clause.word in _VERBS and (match := _ALL.fullmatch(clause.rest)):
        return _step((clause.word,), match["kind"], clause)
    return None


def _step(words: tuple[str, ...], kind: str, clause: Clause) -> Read:
    closed = [word for word in (*kind.split(), words[-1]) if is_closed(word) and word != "done"]
    if closed or not kind.endswith("s"):
        raise NotRead(clause.rest, clause)
    return Read(ActOnAll(Deed(words, stems(kind)), kind))
