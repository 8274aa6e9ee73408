"""Clauses that prepare others: `find the email by Ann`, `for the user @leo`, `use the textbox to ...`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.actions import Click
from engines.embedded.course import CannotDo, Course, Evidence, NotFound, act, done
from engines.embedded.grounding.find import ranked, said
from engines.embedded.reading.clauses import Clause
from engines.embedded.reading.phrases import Description, describe
from engines.embedded.scene import Scene, is_text_field
from engines.embedded.skills.base import Notes, Read
from engines.embedded.skills.fields import fields_for
from engines.embedded.skills.seek import fold_sign, seek
from engines.embedded.skills.sources import Source, source_of


@dataclass(frozen=True, slots=True)
class About:
    """What the steps that follow are about."""

    what: Description

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Bring it into view, paging and opening where it must be, and remember it."""
        notes.scope = None
        scene, element = yield from seek(self.what, scene, notes)
        notes.scope = self.what
        return Evidence(f"found {said(element)}", refs=(element.ref,))


@dataclass(frozen=True, slots=True)
class With:
    """The field or control that the next step is to use."""

    tool: Description

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Remember it."""
        notes.tool = self.tool
        return (yield from done(Evidence(f"uses {self.tool.text}")))


@dataclass(frozen=True, slots=True)
class Hold:
    """Read a value that a later step calls "it", "that" or "your answer"."""

    source: Source

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Read it off the page."""
        notes.held = self.source.resolve(scene, notes)
        return (yield from done(Evidence(f"read {notes.held!r}")))


@dataclass(frozen=True, slots=True)
class CopyFrom:
    """Copy the text of a field or of a part of the page."""

    what: Description

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Remember the text as it stands there."""
        pool = [e for e in scene.elements if is_text_field(e) and e.value]
        if self.what.kind == "textarea":
            pool = [e for e in pool if "multiline" in e.states]
        if self.what.kind in ("textarea", "field") or not self.what.name:
            at = self.what.ordinal or 1
            if not pool or abs(at) > len(pool):
                raise NotFound(f"found no {self.what.text!r} with text in it")
            if len(pool) > 1 and self.what.ordinal is None:
                raise CannotDo(f"there are {len(pool)} texts that could be copied")
            notes.held = pool[at - 1 if at > 0 else at].value or ""
        else:
            matches = ranked(self.what, scene)
            if not matches:
                raise NotFound(f"found no {self.what.text!r} to copy")
            notes.held = matches[0].element.value or scene.words_of(matches[0].element)
        return (yield from done(Evidence(f"copied {notes.held[:60]!r}")))


@dataclass(frozen=True, slots=True)
class Focus:
    """Put the keyboard into a field."""

    what: Description

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
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

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Open it, unless it is open."""
        closed = [e for e in scene.elements if "collapsed" in e.states and e.interactive and e.box]
        closed = [
            e
            for e in closed
            if not any(scene.holds(e, o) and o.ref != e.ref and o.interactive for o in scene.inside(e))
        ]
        if self.what.name or self.what.ordinal:
            scene, target = yield from seek(self.what, scene, notes)
            closed = [target]
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


_FOR = re.compile(
    r"^(?:for|on|in|within|at)\s+(?P<what>(?:the|user|item|each)\s+.+|@\S+|‹\d+›.*)$", re.IGNORECASE
)
_COPY = re.compile(
    r"^(?:the |all )?(?:the )?(?:text|content|contents|value)?\s*(?:of|in|from|inside)?\s*(?P<what>.+)$",
    re.IGNORECASE,
)
_FORM = re.compile(
    r"^(?:the |this )?(?:\w+ )?(?:form|fields|details)"
    r"(?: (?:with|as|using) (?:the )?(?:following|follows|these)[\w ]*| below)?$",
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
    if clauses[0].verb in ("switch", "navigate"):
        return True
    if clauses[0].verb == "expand" and re.search(r"\bsections\b", clauses[0].rest):
        return clauses[1].verb in ("click", "find")
    return clauses[0].verb in ("expand", "open", "search", "scroll") and clauses[1].join == "to"


def read(clauses: Sequence[Clause]) -> Read | None:
    """The clauses that prepare others."""
    clause = clauses[0]
    if clause.verb == "":
        about = _FOR.match(clause.rest)
        return Read(About(_who(about["what"], clause))) if about and len(clauses) > 1 else None
    if clause.verb == "find" and clause.rest:
        held = (
            source_of(clause.rest, clause)
            if re.match(r"the \S+ word\b|the (?:value|text) of\b", clause.rest)
            else None
        )
        if held is not None:
            return Read(Hold(held))
        what = _who(clause.rest, clause)
        return None if what.empty else Read(About(what))
    if clause.verb == "use" and len(clauses) > 1 and clauses[1].join == "to":
        return Read(With(describe(clause.rest, clause)))
    if clause.verb == "copy":
        match = _COPY.match(clause.rest)
        return Read(CopyFrom(describe(match["what"], clause))) if match else None
    if clause.verb == "focus":
        return Read(Focus(describe(re.sub(r"^(?:into|on|in)\s+", "", clause.rest), clause)))
    if clause.verb == "expand":
        return Read(Expand(describe(clause.rest, clause)))
    return None


def _who(words: str, clause: Clause) -> Description:
    """`the email by Ann`, `the user @leo`, `Ann in the contact book`: the name is what can be found."""
    what = describe(words, clause)
    inner = what.within
    if inner is not None and inner.name and not what.name:
        return inner
    if inner is not None and what.name:
        return Description(text=what.text, name=what.name, exact=what.exact, ordinal=what.ordinal)
    author = re.search(
        r"\b(?:by|from|named|called)\s+([A-Z][\w'-]*(?:\s+[A-Z][\w'-]*)*)$", clause.spoken(words)
    )
    if author:
        return Description(text=what.text, name=author[1], exact=True)
    handle = re.search(r"@\w+", clause.spoken(words))
    if handle:
        return Description(text=what.text, name=handle[0], exact=True)
    return what
