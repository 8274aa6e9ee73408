"""Clicking: `click "OK"`, `press the 2nd link`, `hit Submit`, `close the dialog by clicking the x`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from browser.model.actions import Action, Button, Click, Hover
from browser.model.element_match import STRONG, fold, says_all, similarity, words_of
from browser.model.observation import Element
from engines.rules.grounding.find import choose, find_all, interchangeable, ranked, said, where
from engines.rules.reading.clauses import Clause
from engines.rules.reading.names import NotRead, unquoted
from engines.rules.reading.phrases import Description, describe
from engines.rules.scene import Scene
from engines.rules.skills.base import Notes, Read
from engines.rules.skills.seek import seek
from engines.rules.step_generator import Ambiguous, CannotDo, Evidence, NotFound, StepGenerator, act

_SUBMIT_WORDS = (
    "submit", "go", "go!", "send", "search", "save", "ok", "okay", "done", "apply", "continue", "confirm",
    "log in", "login", "sign in", "sign up", "register", "next", "finish",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Press:
    """Click one thing, or every one of several alike."""

    what: Description
    button: Button = "left"
    count: int = 1

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Find it, behind whatever it may be hidden, and click it."""
        if self.what.every and not self.what.within:
            return (yield from self._press_all(scene))
        if (cell := _cell(self.what, scene)) is not None:
            return (yield from press(cell, self.button, self.count))
        try:
            scene, element = yield from seek(self.what, scene, notes)
        except NotFound:
            if fold(self.what.name) not in _SENDING:
                raise
            element = submit_button(scene, near=notes.entered)
        return (yield from press(element, self.button, self.count))

    def _press_all(self, scene: Scene) -> StepGenerator:
        elements = find_all(self.what, scene)
        if not elements:
            raise NotFound(f"found nothing that fits {self.what.text!r}")
        yield from act(*(Click(element.ref) for element in elements))
        return Evidence(f"clicked {len(elements)}: " + ", ".join(said(element) for element in elements))


def _cell(what: Description, scene: Scene) -> Element | None:
    """The cell of one row below the column that is named: `"Notes" in the row "Heron"`; None: it is none."""
    if what.within is None or what.within.kind != "row" or not what.within.name or not what.name:
        return None
    heads = where(scene, lambda e: e.role == "columnheader" and fold(e.name or e.text) == fold(what.name))
    names = where(scene, lambda e: e.role == "text" and similarity(what.within.name, e.name) >= STRONG)  # type: ignore[union-attr]
    rows = {row.ref: row for e in names for row in scene.ancestors(e) if row.role == "row"}
    if len(heads) != 1 or len(rows) != 1 or heads[0].box is None:
        return None
    column = heads[0].box
    cells = [e for row in rows.values() for e in scene.children(row) if e.box]
    below = [e for e in cells if e.box and column.x <= e.box.center[0] <= column.right]
    return below[0] if len(below) == 1 else None


@dataclass(frozen=True, slots=True)
class PressEach:
    """Click the same thing in several records: the Like button on all posts by Ann, on 2 posts by Ann."""

    what: Description
    records: Description

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Find the records that show the name, and click in each."""
        inner = self.records.within or self.records
        found: list[Element] = []
        for text in scene.texts:
            if similarity(inner.name, text.name) < 0.9:
                continue
            element = self._in_record(scene, text)
            if element is not None and element not in found:
                found.append(element)
        wanted = self.records.count
        if not found or (wanted is not None and len(found) < wanted):
            raise NotFound(f"found {len(found)} of {self.records.text!r} with {self.what.text!r} in them")
        if wanted is None and not self.records.every and len(found) > 1:
            raise Ambiguous(f"there are {len(found)} of {self.records.text!r}")
        chosen = found[:wanted] if wanted is not None else found
        yield from act(*(action for element in chosen for action in clicking(element)))
        return Evidence(f"clicked {said(chosen[0])} in {len(chosen)} of {self.records.text!r}")

    def _in_record(self, scene: Scene, text: Element) -> Element | None:
        for record in scene.records_around(text):
            matches = ranked(replace(self.what, within=None), scene, list(scene.inside(record)))
            if matches and matches[0].score >= 0.7:
                return choose(self.what, matches, scene)
        return None


@dataclass(frozen=True, slots=True)
class AnswerNotice:
    """Accept or decline what a notice asks: cookies, terms."""

    yes: bool

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Press the button of the notice that says so."""
        words = _YES if self.yes else _NO
        for said_so in words:
            found = where(scene, lambda e, w=said_so: e.interactive and fold(e.name or e.text) == w)  # type: ignore[misc]
            if len(found) == 1:
                return (yield from press(found[0]))
        raise NotFound(f"found no button that {'accepts' if self.yes else 'declines'}")


@dataclass(frozen=True, slots=True)
class Submit:
    """Send off the form that was filled in."""

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Press the button that sends it."""
        return (yield from press(submit_button(scene, near=notes.entered)))


@dataclass(frozen=True, slots=True)
class PressCalled:
    """Press the button that is called like an instruction: `save`, `save the trip`, `discard it`."""

    verb: str
    of: str = ""
    """What is to be saved or discarded; "" where the prompt names nothing."""

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Press it; a dialog that asks for the same once more gets the same answer."""
        element = self._button(list(scene.elements), scene, notes)
        before = {dialog.ref for dialog in _dialogs(scene)}
        if not element.enabled:
            raise CannotDo(f"{said(element)} is disabled")
        scene = yield from act(*clicking(element))
        asking = next((dialog for dialog in _dialogs(scene) if dialog.ref not in before), None)
        if asking is None:
            return Evidence(f"clicked {said(element)}", refs=(element.ref,))
        confirmed = yield from press(self._button(list(scene.inside(asking)), scene, notes))
        return Evidence(f"clicked {said(element)}; {confirmed.said}", refs=(element.ref,))

    def _button(self, pool: list[Element], scene: Scene, notes: Notes) -> Element:
        """The button whose name begins with the verb, and says nothing else but what it is to be done to."""
        buttons = [
            element
            for element in pool
            if element.interactive
            and element.box
            and (element.role in _PRESSED or element.input_type == "submit")
        ]
        for fits in (self._says_it, self._is_the_verb, self._says_more):
            found = [element for element in buttons if fits(words_of(_name_of(element)))]
            others = [element for element in found[1:] if not interchangeable(found[0], element)]
            if others and notes.entered:
                around = _group_of(notes.entered, scene)
                near = [element for element in found if around is not None and scene.holds(around, element)]
                found, others = (near, []) if len(near) == 1 else (found, others)
            if others:
                raise Ambiguous(f"cannot tell which button is meant: {said(found[0])} or {said(others[0])}")
            if found:
                return found[0]
        asked = f"{self.verb} {self.of}".strip()
        raise NotFound(
            f"found no button {asked!r}; buttons here: {', '.join(map(said, buttons[:8])) or 'none'}"
        )

    def _says_it(self, words: Sequence[str]) -> bool:
        """`Save trip`, for `save the trip`."""
        asked = [*words_of(self.verb), *words_of(self.of)]
        return (
            bool(self.of)
            and words[: len(words_of(self.verb))] == words_of(self.verb)
            and says_all(" ".join(asked), " ".join(words))
        )

    def _is_the_verb(self, words: Sequence[str]) -> bool:
        """`Save`, whatever is to be saved."""
        return list(words) == words_of(self.verb)

    def _says_more(self, words: Sequence[str]) -> bool:
        """`Save trip`, for `save` alone or `save it`."""
        return not self.of and list(words[: len(words_of(self.verb))]) == words_of(self.verb)


def _dialogs(scene: Scene) -> list[Element]:
    return where(scene, lambda e: e.role in ("dialog", "alertdialog") or "modal" in e.states)


def _name_of(element: Element) -> str:
    return element.name or element.text or element.value or ""


def press(element: Element, button: Button = "left", count: int = 1) -> StepGenerator:
    """Click an element, and say so."""
    if not element.enabled:
        raise CannotDo(f"{said(element)} is disabled")
    scene = yield from act(*clicking(element, button, count))
    effect = next((result.effect for result in scene.results if result.effect), "") or scene.effect
    return Evidence(f"clicked {said(element)}" + (f"; then {effect}" if effect else ""), refs=(element.ref,))


def clicking(element: Element, button: Button = "left", count: int = 1) -> tuple[Action, ...]:
    """How to click an element: one that is only drawn may change its picture, and its size, under the
    pointer, so the pointer goes there first.
    """
    click = Click(element.ref, button=button, count=count)
    return (click,) if element.text or element.name else (Hover(element.ref), click)


def submit_button(scene: Scene, near: Sequence[str] = ()) -> Element:
    """The button that sends a form; with `near`, the one that stands nearest to these elements.

    Raises:
        NotFound: There is none that is plainly it.
    """
    around = _group_of(near, scene)
    if around is not None:
        inside = [element for element in scene.inside(around) if element.box is not None]
        only = [element for element in inside if element.role == "button" and element.enabled]
        found = _submit_among(inside) or (only[0] if len(only) == 1 else None)
        if found is not None:
            return found
    found = _submit_among([element for element in scene.elements if element.box is not None])
    if found is None:
        raise NotFound("found no button that sends the form")
    return found


def _group_of(refs: Sequence[str], scene: Scene) -> Element | None:
    """The smallest thing that holds all of these and a button; None where there is none."""
    held = [element for ref in refs if (element := scene.get(ref)) is not None]
    if not held:
        return None
    for above in scene.ancestors(held[-1]):
        if all(scene.holds(above, element) for element in held) and any(
            inner.role == "button" and inner.enabled for inner in scene.inside(above)
        ):
            return above
    return None


def _submit_among(elements: Sequence[Element]) -> Element | None:
    buttons = [e for e in elements if e.interactive and e.enabled and (e.role == "button" or not e.href)]
    for words in _SUBMIT_WORDS:
        for element in buttons:
            if fold(element.name or element.text) == fold(words):
                return element
    typed = [element for element in buttons if element.input_type == "submit"]
    return typed[0] if len(typed) == 1 else None


_YES = (
    "accept all",
    "accept all cookies",
    "accept cookies",
    "accept",
    "allow all",
    "i accept",
    "i agree",
    "agree",
    "ok",
)
_NO = (
    "reject all",
    "reject all cookies",
    "decline",
    "decline all",
    "reject",
    "only necessary",
    "necessary only",
    "no",
)
_SENDING = frozenset({"submit", "login", "log in", "sign in", "send", "go", "ok"})
"""Words for a button that sends a form, which may say another of these on the page."""
_PRESSED = ("button", "link", "menuitem")
_CALLED = frozenset({"save", "discard", "apply", "publish", "continue", "proceed", "finish"})
"""Instructions that are the name of a button."""
_IT = re.compile(
    r"(?:(?:it|this|that|them|everything|"
    r"(?:the|all|my|your|these|all the) (?:changes?|form|page|entry|entries))(?: now)?)?",
    re.IGNORECASE,
)
_THE_THING = re.compile(r"(?:the|this|my|your|these) (?P<of>[a-z]+(?: [a-z]+)?)", re.IGNORECASE)
_RECORDS = ("post", "row", "result", "card", "item")
_NOTICE = re.compile(
    r"(?:(?:all|the|all the) )?(?:cookies?|cookie notice|cookie banner|notice|banner|consent)", re.IGNORECASE
)
_FORM = re.compile(r"(?:(?:it|this)|(?:the|this|your) (?:form|answers?|page))?", re.IGNORECASE)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`click ...`, `submit`, `close ... by clicking ...`."""
    clause = clauses[0]
    if clause.verb == "submit":
        return Read(Submit()) if _FORM.fullmatch(clause.rest) else None
    if clause.verb == "close":
        return _read_close(clauses)
    if clause.verb == "accept" and _NOTICE.fullmatch(clause.rest):
        return Read(AnswerNotice(clause.word == "accept"))
    if clause.verb in _CALLED:
        return _read_called(clause)
    if clause.verb not in ("click", "open") or not clause.rest:
        return None
    what = describe(clause.rest, clause)
    if what.empty and not what.every:
        return None
    times = 2 if clause.word.startswith("double") else 1
    button: Button = "right" if clause.word.startswith("right") else "left"
    outer = what.within
    if (
        outer is not None
        and (outer.within or outer).name
        and (outer.every or outer.count or outer.kind in _RECORDS)
    ):
        if times > 1 and outer.kind == "row" and not (what.every or what.count or outer.every or outer.count):
            return Read(Press(what, button, times))
        if times > 1 or button == "right" or what.every or what.count:
            raise NotRead(clause.rest, clause)
        return Read(PressEach(replace(what, within=None), outer))
    if what.count or (what.every and (outer or times > 1 or button == "right")):
        raise NotRead(clause.rest, clause)
    return Read(Press(what, button, times))


def _read_called(clause: Clause) -> Read | None:
    """`save`, `save it`, `save the trip`: the thing is one noun or two, with nothing that limits it."""
    if _IT.fullmatch(clause.rest):
        return Read(PressCalled(clause.word))
    thing = _THE_THING.fullmatch(clause.rest)
    return Read(PressCalled(clause.word, unquoted(thing["of"].split(), clause))) if thing else None


def _read_close(clauses: Sequence[Clause]) -> Read | None:
    clause = clauses[0]
    what = describe(clause.rest, clause) if clause.rest else Description(kind="dialog")
    if what.kind != "dialog" or what.name or what.ordinal or what.within or what.every:
        return None
    if len(clauses) > 1 and clauses[1].join == "by" and clauses[1].verb == "click":
        means = describe(clauses[1].rest, clauses[1])
        return Read(Press(replace(means, kind=means.kind or "button")), used=2)
    return Read(Press(Description(text="close", name="close", kind="button")))
