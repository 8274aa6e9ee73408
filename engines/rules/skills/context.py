"""Clauses that prepare others: `find the email by Ann`, `for the user @leo`, `use the textbox to ...`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from browser.model.actions import Click
from browser.model.element_match import fold
from browser.model.observation import Element
from engines.rules.grounding.find import said
from engines.rules.reading.clauses import Clause
from engines.rules.reading.names import NotRead
from engines.rules.reading.phrases import Description, describe
from engines.rules.reading.things import thing_in
from engines.rules.scene import Scene
from engines.rules.skills.base import Notes, Read
from engines.rules.skills.controls.fields import fields_for
from engines.rules.skills.seek import fold_sign, seek
from engines.rules.step_generator import CannotDo, Evidence, NotFound, StepGenerator, act, done


@dataclass(frozen=True, slots=True)
class About:
    """What the steps that follow are about."""

    what: Description

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Bring it into view, paging and opening where it must be, and remember it."""
        notes.scope = None
        scene, element = yield from seek(self.what, scene, notes)
        notes.scope = self.what
        return Evidence(f"found {said(element)}", refs=(element.ref,))


@dataclass(frozen=True, slots=True)
class With:
    """The field or control that the next step is to use."""

    tool: Description

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Remember it."""
        notes.tool = self.tool
        return (yield from done(Evidence(f"uses {self.tool.text}")))


@dataclass(frozen=True, slots=True)
class Focus:
    """Focus a field."""

    what: Description

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Click it, and see that it has the keyboard."""
        field = fields_for(self.what, scene)[0]
        scene = yield from act(Click(field.ref))
        now = scene.get(field.ref)
        if now is not None and "focused" not in now.states and scene.observation.focused != field.ref:
            raise CannotDo(f"{said(field)} did not take the keyboard")
        return Evidence(f"{said(field)} has the keyboard", refs=(field.ref,))


@dataclass(frozen=True, slots=True)
class Expand:
    """Open a section, a menu, a tree's branch."""

    what: Description

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Open it, unless it is open."""
        closed = [e for e in scene.elements if "collapsed" in e.states and e.interactive and e.box]
        closed = [
            e
            for e in closed
            if not any(scene.holds(e, o) and o.ref != e.ref and o.interactive for o in scene.inside(e))
        ]
        if self.what.name or self.what.ordinal:
            scene, target = yield from seek(self.what, scene, notes)
            closed = [self._opener(target, scene)]
        if not closed:
            signs = [
                e
                for e in scene.elements
                if e.box and fold_sign(e) in ("+", "▸", "►", "▶", "☰", "≡", "menu", "more", "expand")
            ]
            closed = [e for e in signs if e.interactive] or signs[:1]
        if not closed:
            raise NotFound("found nothing closed that could be opened")
        if len(closed) > 1 and not self.what.every and not re.search(r"s\b", self.what.text):
            closed = closed[:1]
        scene = yield from act(*(Click(element.ref) for element in closed))
        return Evidence("opened " + ", ".join(said(element) for element in closed))

    def _opener(self, target: Element, scene: Scene) -> Element:
        """What opens the thing of a name: what is called so, or the sign beside it where that is a box.

        Raises:
            NotFound: It is a box to tick, and nothing beside it opens anything.
        """
        named = [
            e
            for e in scene.elements
            if e.interactive
            and e.box
            and fold(e.name) in {f"{verb} {fold(self.what.name)}" for verb in _OPENS}
        ]
        if len(named) == 1:
            return named[0]
        if not (target.role in _TICKED or any(one.role in _TICKED for one in scene.inside(target))):
            return target
        raise NotFound(f"{said(target)} is to be ticked, and nothing beside it opens it")


_OPENS = ("expand", "open", "show", "unfold", "toggle")
"""What a sign that opens something may be called before the name of that."""
_TICKED = ("checkbox", "radio", "switch")

_FOR = re.compile(r"^(?:for|on|in|within|at)\s+(?P<what>.+)$", re.IGNORECASE)
_WHO = re.compile(
    r"^(?:(?:the|a) )?(?:[a-z]+ )(?:(?:by|from|named|called) )?"
    r"(?P<who>‹\d+›|@\w+|[A-Z][\w'-]*(?: [A-Z][\w'-]*)*)$"
)
_FORM = re.compile(
    r"^(?:the |this )?(?:form|fields|details)(?: (?:with|as|using) (?:the )?(?:following|follows|these)"
    r"(?: (?:values|details|data))?| below)?$",
    re.IGNORECASE,
)
_PRELUDE = re.compile(
    r"^(?:between|through|to|across|around|in|into|the)?\s*(?:the |all |each of )*(?:file |navigation )?"
    r"(?:tabs|pages|tree|sections?|menus?|site|page|list|results)(?: below| above)?$",
    re.IGNORECASE,
)


def is_prelude(clauses: Sequence[Clause]) -> bool:
    """Whether the clause only says how to get to what the next one names (`switch between the tabs to`)."""
    if len(clauses) < 2:
        return False
    if clauses[0].verb == "type" and _FORM.match(clauses[0].rest):
        return True
    if not _PRELUDE.match(clauses[0].rest):
        return False
    if clauses[0].verb in ("switch", "navigate", "expand", "open", "search", "scroll"):
        return clauses[1].join == "to"
    return False


def read(clauses: Sequence[Clause]) -> Read | None:
    """The clauses that prepare others."""
    clause = clauses[0]
    if clause.verb == "":
        about = _FOR.match(clause.rest)
        return Read(About(_who(about["what"], clause))) if about and len(clauses) > 1 else None
    if clause.verb == "find" and clause.rest:
        return Read(About(_who(clause.rest, clause)))
    if clause.verb == "use" and len(clauses) > 1 and clauses[1].join == "to":
        return Read(With(describe(clause.rest, clause))) if clauses[1].verb == "type" else None
    if clause.verb == "focus":
        return Read(Focus(describe(clause.rest, clause)))
    if clause.verb == "expand":
        what = describe(clause.rest, clause)
        if what.name and not what.exact and not what.kind and what.within is None:
            what = replace(what, name=thing_in(clause.rest, clause, nouns_only=True).name or what.name)
        return Read(Expand(what))
    return None


def _who(words: str, clause: Clause) -> Description:
    """`the email by Ann`, `the user @leo`: the name is what can be found."""
    who = _WHO.match(words)
    if who:
        return Description(text=clause.spoken(words), name=clause.spoken(who["who"]), exact=True)
    what = describe(words, clause)
    if what.empty or what.within or what.every or what.count:
        raise NotRead(words, clause)
    return what
