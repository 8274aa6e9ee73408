"""Writing a message: `send an email to ann@example.org with the subject "Boats" and body "At noon"`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.model.actions import Click, Press, TypeText
from browser.model.element_match import fold, shows
from browser.model.observation import Element
from engines.rules.grounding.find import new_in, said, where
from engines.rules.grounding.labels import label_of
from engines.rules.reading.clauses import Clause
from engines.rules.reading.values.pairs import pairs_in
from engines.rules.scene import Scene, is_text_field
from engines.rules.skills.base import Notes, Read
from engines.rules.skills.controls.fields import fill
from engines.rules.skills.controls.saving import followed
from engines.rules.skills.controls.sources import value_in
from engines.rules.skills.records.locate import stems
from engines.rules.step_generator import CannotDo, Evidence, NotFound, StepGenerator, Turns, act

_BEGINS = frozenset(
    {"compose", "write", "write a message", "new message", "new email", "new mail", "compose email"}
)
_SENDS = frozenset({"send", "send message", "send email", "send now", "send mail"})
_TO = frozenset({"to", "recipient", "addressee"})
_BODY = frozenset({"body", "message", "content", "text"})


@dataclass(frozen=True, slots=True)
class SendMessage:
    """Write a message and send it."""

    to: str
    parts: tuple[tuple[str, str], ...]
    """Labels and values: its subject, its body."""

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Begin one, fill it in, see that it says what it should, send it, and see that it is gone."""
        before = scene
        scene = yield from act(Click(_only(where(scene, _begins), scene, "begins a message").ref))
        fields = [e for e in new_in(scene, before) if is_text_field(e) and e.enabled]
        to = _only([e for e in fields if _words(e, scene) & _TO], scene, "takes who it is for")
        scene = yield from self._address(to, scene)
        told = [f"to {self.to!r}"]
        used = [to]
        for label, value in self.parts:
            field = _field(label, [e for e in fields if e.ref != to.ref], scene)
            evidence, scene = yield from followed(fill([(field, value)], scene, notes), scene)
            told.append(evidence.said)
            used.append(field)
        send = _only(
            [e for e in new_in(scene, before) if fold(e.name or e.text) in _SENDS], scene, "sends it"
        )
        if not send.enabled:
            raise CannotDo(f"{said(send)} is disabled")
        scene = yield from act(Click(send.ref))
        if any((left := scene.get(one.ref)) is not None and left.box is not None for one in used):
            raise CannotDo(f"the message is still there after {said(send)} was clicked")
        return Evidence(f"{'; '.join(told)}; clicked {said(send)}", refs=(send.ref,))

    def _address(self, to: Element, scene: Scene) -> Turns:
        """Type whom it is for, and see it: in the field, or beside it, where Enter takes it over."""
        scene = yield from act(TypeText(self.to, to.ref))
        now = scene.get(to.ref)
        if now is None or now.value != self.to:
            raise CannotDo(f"{said(to)} shows {now.value if now else None!r} after {self.to!r} was typed")
        if "combobox" in (to.role, *to.hints) or {"chips", "tags", "tokens"} & set(to.hints):
            scene = yield from act(Press("Enter", to.ref))
            now = scene.get(to.ref)
            around = scene.parent(now) if now is not None else None
            if around is None or not shows(f"{around.text} {now.value if now else ''}", self.to):
                raise CannotDo(f"{said(to)} does not show {self.to!r}")
        return scene


def _begins(element: Element) -> bool:
    return element.interactive and element.enabled and fold(element.name or element.text) in _BEGINS


def _only(found: Sequence[Element], scene: Scene, what: str) -> Element:
    outer = scene.outermost(found)
    if len(outer) != 1:
        raise NotFound(f"found {len(outer)} controls of which one {what}")
    return outer[0]


def _words(field: Element, scene: Scene) -> frozenset[str]:
    return stems(field.label, field.name, field.placeholder, label_of(field, scene))


def _field(label: str, fields: Sequence[Element], scene: Scene) -> Element:
    """The field of a part of the message; the body may be the one field of several lines."""
    asked = stems(label)
    named = [e for e in fields if asked <= _words(e, scene)]
    if asked <= _BODY:
        named = named or [e for e in fields if _words(e, scene) & _BODY]
        named = named or [e for e in fields if e.states & {"multiline", "editable"}]
    return _only(named, scene, f"takes the {label}")


_SEND = re.compile(
    r"(?:an? |the )?(?:new )?(?:email|e-mail|mail|message) to (?P<to>‹\d+›|\S+@\S+|[A-Z]\w+(?: [A-Z]\w+)*)"
    r" with (?P<parts>.+)"
)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`send an email to ann@example.org with the subject "Boats" and body "Now"`, `compose and send ...`."""
    begun = clauses[0].verb == "" and fold(clauses[0].rest) in ("compose", "write")
    rest = clauses[1:] if begun else clauses
    if not rest or rest[0].word != "send":
        return None
    match = _SEND.fullmatch(rest[0].rest)
    if match is None:
        return None
    parts = pairs_in(match["parts"], rest[0])
    return Read(SendMessage(value_in(match["to"], rest[0]), parts), 2 if begun else 1)
