"""Bringing a record from one state to another: `change the plan "Fern" from draft to final`.

The state is chosen in the one list of the record that shows the old one and offers the new one, or by what is
called so in its menu (`Set as final`). The record, or the heading above it, has to say the new one then.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.model.element_match import STRONG, similarity
from browser.model.observation import Element
from engines.rules.grounding.find import where
from engines.rules.reading.clauses import Clause
from engines.rules.reading.closed_words import is_closed
from engines.rules.reading.names import NotRead
from engines.rules.reading.things import thing_in
from engines.rules.scene import Scene
from engines.rules.skills.base import Notes, Read
from engines.rules.skills.controls.assign import set_control
from engines.rules.skills.controls.saving import followed, saved
from engines.rules.skills.records.acts.act_on import ActOn
from engines.rules.skills.records.locate import Deed, anchors, groups_around, stems
from engines.rules.skills.records.reach import reach, the_record
from engines.rules.step_generator import CannotDo, Evidence, StepGenerator

_STATE = r"‹\d+›|[A-Za-z]+(?: [A-Za-z]+)?"
_BECOMES = re.compile(
    rf"(?P<thing>(?:the |my |our )?(?:[a-z]+ ){{0,3}}(?:‹\d+›|[A-Z]).*?)"
    rf" from (?:an? |the )?(?P<was>{_STATE}) to (?:an? |the )?(?P<state>{_STATE}?)"
    r"(?: (?:classification|status|state|type|kind|category|class))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Become(ActOn):
    """Bring a record from one state to another."""

    was: str
    state: str

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Use the list on it that offers both states, else what is called by the new one."""
        scene = yield from reach(self.thing, scene)
        if self._says(scene):
            raise CannotDo(f"the page shows that {self.thing.name!r} is {self.state!r} already")
        if (control := self._list(scene)) is not None:
            setting = set_control(control, self.was, (self.state,), scene, notes)
            return (yield from saved(setting, control, scene))
        evidence, scene = yield from followed(super(Become, self).carry_out(scene, notes), scene)
        if not self._says(scene):
            raise CannotDo(
                f"the page does not show that {self.thing.name!r} is {self.state!r}; {evidence.said}"
            )
        return Evidence(f"{evidence.said}; the page shows that it is {self.state!r}", refs=evidence.refs)

    def _list(self, scene: Scene) -> Element | None:
        """The one list of the record that shows the old state and offers the new one."""
        record = the_record(self.thing, scene)
        lists = [e for e in scene.inside(record[0]) if e.options] if record else []
        found = [
            e
            for e in lists
            if _called(self.was, e.value or e.text) and any(_called(self.state, o) for o in e.options)
        ]
        return found[0] if len(found) == 1 else None

    def _says(self, scene: Scene) -> bool:
        """Whether each record of this name says the new state, or stands below a heading that does."""
        asked = stems(self.state)
        heads = where(scene, lambda e: e.role == "heading")
        names = anchors(self.thing, scene)
        return bool(names) and all(
            asked <= stems(*(e.name for e in _around(name, scene)))
            or asked <= stems(*_heading_above(name, heads, scene))
            for name in names
        )


def _around(name: Element, scene: Scene) -> Sequence[Element]:
    """The texts of the record around a name, but for what its controls say: they may set what they say."""
    group = next(iter(groups_around(name, scene)), None)
    texts = [e for e in scene.inside(group) if e.role == "text"] if group is not None else []
    controls = [e for e in scene.inside(group) if e.interactive and not scene.holds(e, name)] if group else []
    return [e for e in texts if not any(scene.holds(control, e) for control in controls)]


def _heading_above(name: Element, heads: Sequence[Element], scene: Scene) -> list[str]:
    """The words of the last heading before a name; [] where there is none."""
    return [head.name for head in heads if scene.order[head.ref] < scene.order[name.ref]][-1:]


def _called(state: str, words: str) -> bool:
    return similarity(state, words) >= STRONG


def read(clauses: Sequence[Clause]) -> Read | None:
    """`change the plan "Fern" from draft to final`, `change Ann Lee from member to admin role`."""
    clause = clauses[0]
    match = _BECOMES.fullmatch(clause.rest) if clause.word in ("change", "switch", "convert") else None
    if match is None or re.search(r" (?:of|on|for|in) |['’]s ", match["thing"]):
        return None
    thing = thing_in(match["thing"], clause)
    was, state = clause.spoken(match["was"]), clause.spoken(match["state"])
    if not (thing.kind or thing.tail) or any(map(is_closed, (*was.split(), *state.split()))):
        raise NotRead(clause.rest, clause)
    words = state.casefold().split()
    deed = Deed(("set", "as", words[0]), stems(*words[1:], thing.kind, thing.tail, *thing.names))
    return Read(Become(deed, thing, was=was, state=state))
