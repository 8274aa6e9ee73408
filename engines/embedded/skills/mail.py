"""Doing something with a message of a list of messages: delete, mark, reply, forward.

People say this in a hundred ways ("Amy is waiting for the email by Bob"); what counts is who wrote
it, who is to get it, and what is to happen, so these are read from the whole sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from browser.actions import Click, TypeText
from browser.observation import Element
from engines.embedded.course import Ambiguous, CannotDo, Course, Evidence, NotFound, act
from engines.embedded.grounding.find import choose, ranked, said
from engines.embedded.grounding.match import similarity
from engines.embedded.reading.clauses import Clause, mask
from engines.embedded.reading.phrases import Description
from engines.embedded.scene import Scene
from engines.embedded.skills.base import Notes, Read
from engines.embedded.skills.fields import fields_for
from engines.embedded.skills.press import clicking

Deed = Literal["delete", "star", "reply", "forward"]


@dataclass(frozen=True, slots=True)
class Handle:
    """Do something with the message of one person."""

    deed: Deed
    person: str
    """Who wrote the message, or whom to answer."""
    recipient: str = ""
    text: str = ""

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Find the message in the list, and do it there or after opening it."""
        anchor = self._anchor(scene)
        if self.deed in ("delete", "star"):
            control = _control_beside(self.deed, anchor, scene)
            if control is None:
                scene = yield from act(Click(anchor.ref))
                control = _control(self.deed, scene)
            yield from act(*clicking(control))
            return Evidence(f"clicked {said(control)} of the message by {self.person}")
        scene = yield from act(Click(anchor.ref))
        scene = yield from act(*clicking(_control(self.deed, scene)))
        if self.deed == "forward":
            scene = yield from self._type(self.recipient, "to", scene)
        else:
            scene = yield from self._type(self.text, "", scene)
        send = _control("send", scene)
        yield from act(*clicking(send))
        return Evidence(f"sent a {self.deed} for the message by {self.person}, with {said(send)}")

    def _anchor(self, scene: Scene) -> Element:
        found = [text for text in scene.texts if similarity(self.person, text.name) >= 0.96]
        found = found or [text for text in scene.texts if similarity(self.person, text.name) >= 0.8]
        if not found:
            raise NotFound(f"found no message by {self.person!r}")
        if len(found) > 1:
            raise Ambiguous(f"there are {len(found)} messages by {self.person!r}")
        return found[0]

    def _type(self, value: str, label: str, scene: Scene):  # type: ignore[no-untyped-def]
        field = fields_for(Description(name=label, text=label, kind="" if label else "textarea"), scene)[0]
        scene = yield from act(TypeText(value, field.ref))
        shown = next((result.shown for result in scene.results if result.shown is not None), value)
        if shown.strip() != value.strip():
            raise CannotDo(f"the field shows {shown!r} after {value!r} was typed")
        return scene


def _control(name: str, scene: Scene) -> Element:
    wanted = Description(text=name, name=name)
    matches = [
        match for match in ranked(wanted, scene) if match.element.interactive and match.element.enabled
    ]
    matches = matches or [
        match for match in ranked(wanted, scene) if match.element.role != "text" or match.score > 0.9
    ]
    if not matches:
        raise NotFound(f"found nothing to {name} with")
    return choose(wanted, matches, scene)


def _control_beside(name: str, anchor: Element, scene: Scene) -> Element | None:
    wanted = Description(text=name, name=name)
    for record in scene.records_around(anchor):
        matches = [match for match in ranked(wanted, scene, list(scene.inside(record))) if match.score >= 0.7]
        if matches:
            return choose(wanted, matches, scene)
    return None


_N = r"(?P<name>[A-Z][\w-]+)"
_MAIL = r"(?:e-?mails?|messages?|mails?|information|notes?|texts?)"
_FROM = (
    rf"\b{_N}['’]s (?:[\w-]+ ){{0,3}}{_MAIL}\b",
    rf"\b(?:by|from)\s+{_N}",
    rf"\b{_N} (?:has |just )?(?:sent|wrote|gave)\b",
    rf"^{_N} wants (?:his|her|their)\b",
)
_TO = (
    rf"\bto\s+{_N}(?!['’]s (?:\w+ ){{0,3}}{_MAIL})",
    rf"\b(?:[Ss]end|[Ff]orward|[Ff]oward|[Gg]ive|[Rr]esend|[Ee]-?mail|[Tt]ell|[Tt]ext|[Aa]nswer|[Ll]et)\s+{_N}(?!['’]s)",
    rf"^{_N} (?:is waiting|is expecting|needs|wants|would like|must|should)\b",
)
_TO_ALSO = (rf"^(?:[Ss]end|[Ff]orward|[Gg]ive)\s+{_N}\s+[A-Z][\w-]+['’]s\b",)
_NO_NAMES = frozenset(
    [
        "I",
        "The",
        "Please",
        "Find",
        "Send",
        "Forward",
        "Give",
        "Open",
        "Email",
        "Primary",
        "Delete",
        "Reply",
        "Mark",
        "In",
        "My",
        "All",
        "Can",
        "Could",
    ]
)
_DEEDS: tuple[tuple[Deed, str], ...] = (
    ("delete", r"\b(?:delete|trash|remove|erase|discard|get rid of|bin)\b"),
    ("star", r"\b(?:important|star|flag|favou?rite)\b"),
    (
        "forward",
        r"\b(?:forward(?:ed)?|foward|resend|send|sent|give|waiting for|needs|wants|receive|e-?mail)\b",
    ),
)


_OTHER_DEEDS = ("click", "type", "choose", "drag", "submit", "download", "upload")


def read(clauses: Sequence[Clause]) -> Read | None:
    """A whole prompt about one message."""
    if any(clause.verb in _OTHER_DEEDS and clause.join != "to" for clause in clauses):
        return None
    prompt = " ".join(clause.text for clause in clauses)
    words, quotes = mask(prompt)
    if not re.search(rf"\b(?:{_MAIL}|inbox|reply|respond|forward|foward)\b", words, re.IGNORECASE):
        return None
    sender = _name(_FROM, words)
    recipient = _name(_TO_ALSO, words) or next((name for name in _names(_TO, words) if name != sender), "")
    if quotes:
        person = sender or recipient
        return Read(Handle("reply", person, text=quotes[-1]), len(clauses)) if person else None
    deed = next((deed for deed, pattern in _DEEDS if re.search(pattern, words, re.IGNORECASE)), None)
    if deed is None or not sender or (deed == "forward" and not recipient):
        return None
    return Read(Handle(deed, sender, recipient), len(clauses))


def _names(patterns: Sequence[str], words: str) -> list[str]:
    found = []
    for pattern in patterns:
        found += [match["name"] for match in re.finditer(pattern, words) if match["name"] not in _NO_NAMES]
    return found


def _name(patterns: Sequence[str], words: str) -> str:
    return next(iter(_names(patterns, words)), "")
