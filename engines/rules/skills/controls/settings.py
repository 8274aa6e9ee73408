"""Settings as a sentence says them: `sign me out after 5 minutes`, `use large text`, `don't show the grid`.

Every word of such a sentence has to stand in one setting of the page: in its title, in the heading above it,
in what explains it, or in the one choice that it offers. Words that limit an act leave the sentence unread.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from browser.model.actions import Click, SetChecked
from browser.model.element_match import STRONG, fold, similarity
from browser.model.observation import Element
from browser.model.roles import LIST_ROLES
from engines.rules.grounding.find import new_in
from engines.rules.grounding.setting_rows import (
    GENERIC_STEMS,
    SAY_NOTHING,
    SettingRow,
    best_of,
    is_toggle,
    setting_rows,
    stems_of,
)
from engines.rules.reading.clauses import Clause
from engines.rules.reading.closed_words import is_closed
from engines.rules.reading.phrases import Description
from engines.rules.scene import Scene, is_text_field
from engines.rules.skills.base import Notes
from engines.rules.skills.controls.choice import Choose, bring_to
from engines.rules.skills.controls.drawn import choose_drawn
from engines.rules.skills.controls.saving import followed, kept_with, save_button
from engines.rules.skills.exploring import ACTS, explore
from engines.rules.step_generator import Ambiguous, CannotDo, Evidence, NotFound, StepGenerator, act

_MARKS = frozenset({"selected", "checked", "pressed", "active", "on", "sel", "current", "chosen", "picked"})
"""States, and words of authors, that one of several choices has and the others have not."""
_LISTS = frozenset({"dropdown", "select", "picker", "combobox", "trigger", "dd", "caret", "chevron"})
_ARROWS = " ▾▼⌄˅⏷▿∨"
_YES = frozenset({"on", "yes", "true", "enabled"})
_NO = frozenset({"off", "no", "false", "disabled"})
_CHOICE_ASIDE = frozenset({"only", "can", "just"})
"""Words of a choice that a person may leave out."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to take the words of a sentence."""

    asked: frozenset[str]
    on: bool
    """Whether what it names is to be so, or not to be."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A setting that the words mean, and what it is to become."""

    row: SettingRow
    on: bool = True
    choice: str = ""
    """What it is to show; "" for a switch, and for a list whose choices are not to be seen yet."""


@dataclass(frozen=True, slots=True)
class AsSaid:
    """Bring the one setting that a sentence means to what it says."""

    words: str
    wordings: tuple[Wording, ...]
    opens: bool
    """Whether the words say so much of a setting that a list is opened to see what it offers."""

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Find it, here or where the navigation leads; change it, keep it, and see that it is so."""
        scene, fit = yield from explore(scene, self.fit, self.words)
        setting = self._set(fit, scene, notes)
        evidence, scene = yield from followed(setting, scene)
        return (yield from kept(evidence, fit.row.control, scene))

    def is_offered(self, scene: Scene) -> bool:
        """Whether a page has such a setting, or several."""
        try:
            return self.fit(scene) is not None
        except Ambiguous:
            return True

    def fit(self, scene: Scene) -> Fit | None:
        """The setting of a page that is meant; None where there is none.

        Raises:
            Ambiguous: Two fit equally well.
        """
        rows = setting_rows(scene)
        ways: list[Callable[[SettingRow, Wording], Fit | None]] = [_as_switch, _as_choice, _by_choice_alone]
        if self.opens:
            ways.append(_as_closed_list)
        for way in ways:
            for wording in self.wordings:
                fits = {fit.row.control.ref: fit for row in rows if (fit := way(row, wording)) is not None}
                best = best_of([fit.row for fit in fits.values()], wording.asked)
                if best is not None:
                    return fits[best.control.ref]
        return None

    def _set(self, fit: Fit, scene: Scene, notes: Notes) -> StepGenerator:
        row = fit.row
        if fit.choice:
            return (yield from choose_offered(row, fit.choice, scene, notes))
        if is_toggle(row.control):
            return (yield from bring_to(row.title, row.control, scene, fit.on, found_again(row)))
        asked = [wording.asked for wording in self.wordings if wording.on]
        return (
            yield from choose_where_opened(
                row, lambda one: any(_is_choice(one, row, words) for words in asked), scene
            )
        )


@dataclass(frozen=True, slots=True)
class EachAsSaid:
    """Bring several settings to what a sentence says, one after the other."""

    settings: tuple[AsSaid, ...]

    @property
    def words(self) -> str:
        """What the first of them says."""
        return self.settings[0].words

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Set each of them."""
        told: list[Evidence] = []
        for setting in self.settings:
            evidence, scene = yield from followed(setting.carry_out(scene, notes), scene)
            told.append(evidence)
        return Evidence("; ".join(one.said for one in told), refs=tuple(r for one in told for r in one.refs))

    def is_offered(self, scene: Scene) -> bool:
        """Whether a page has the first of them."""
        return self.settings[0].is_offered(scene)


@dataclass(frozen=True, slots=True)
class SettingTo:
    """Bring the setting of a label to a value that it offers."""

    row: SettingRow
    value: str

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Choose it, and see that it is chosen."""
        row = self.row
        if is_toggle(row.control):
            return (
                yield from bring_to(row.title, row.control, scene, fold(self.value) in _YES, found_again(row))
            )
        if not (offered := choices_of(row)):
            return (yield from choose_where_opened(row, self.is_it, scene))
        return (yield from choose_offered(row, _the_one(row, offered, self.is_it), scene, notes))

    def is_it(self, choice: str) -> bool:
        """Whether a choice of it is the one that is meant."""
        words = stems_of(choice)
        return similarity(self.value, choice) >= STRONG or (
            bool(words) and words - _CHOICE_ASIDE == stems_of(self.value) - _CHOICE_ASIDE
        )


def takes(row: SettingRow, values: tuple[str, ...]) -> bool:
    """Whether a setting may be brought to a value by being chosen or switched."""
    if len(values) != 1:
        return False
    if len(row.controls) == 1 and is_toggle(row.control):
        return fold(values[0]) in _YES | _NO
    return any(map(SettingTo(row, values[0]).is_it, choices_of(row))) or opens_list(row)


def choose_where_opened(row: SettingRow, is_meant: Callable[[str], bool], scene: Scene) -> StepGenerator:
    """Choose in a list whose entries are only seen where it is open: look, close it, and choose the one."""
    opened = yield from act(Click(row.control.ref))
    offered = dict.fromkeys((e.name or e.text).strip() for e in new_in(opened, scene))
    here = opened.get(row.control.ref) or found_again(row)(opened)
    scene = (yield from act(Click(here.ref))) if here is not None else opened
    control = scene.get(row.control.ref) or found_again(row)(scene)
    if control is None:
        raise CannotDo(f"{row.title!r} is no longer there")
    choice = _the_one(row, [*offered, control.text.rstrip(_ARROWS)], is_meant)
    if similarity(choice, control.text.rstrip(_ARROWS)) >= STRONG:
        return Evidence(f"{row.title!r} shows {choice!r}", refs=(control.ref,))
    return (yield from choose_drawn(control, row.title, choice, scene, found_again(row)))


def _the_one(row: SettingRow, offered: Sequence[str], is_meant: Callable[[str], bool]) -> str:
    found = list(dict.fromkeys(one.strip() for one in offered if is_meant(one)))
    if len(found) != 1:
        shown = ", ".join(repr(one) for one in offered if one) or "nothing"
        raise (Ambiguous if found else NotFound)(f"{row.title!r} offers {shown}, not one that is meant")
    return found[0]


def _as_switch(row: SettingRow, wording: Wording) -> Fit | None:
    if len(row.controls) != 1 or not is_toggle(row.control) or not row.is_meant(wording.asked):
        return None
    return Fit(row, wording.on)


def _as_choice(row: SettingRow, wording: Wording) -> Fit | None:
    found = [one for one in choices_of(row) if _is_choice(one, row, wording.asked)] if wording.on else []
    if len(found) > 1:
        raise Ambiguous(f"{row.title!r} offers {found[0]!r} and {found[1]!r}, and both fit")
    return Fit(row, choice=found[0]) if found else None


def _by_choice_alone(row: SettingRow, wording: Wording) -> Fit | None:
    """A choice that says all by itself what is asked for: `switch to dark mode`."""
    if not wording.on:
        return None
    found = [one for one in choices_of(row) if stems_of(one) == wording.asked - GENERIC_STEMS != frozenset()]
    return Fit(row, choice=found[0]) if len(found) == 1 else None


def _as_closed_list(row: SettingRow, wording: Wording) -> Fit | None:
    """A list that has to be opened: its title says a part of the words, and the rest has to be a choice."""
    own = stems_of(row.title) - GENERIC_STEMS
    if not wording.on or not opens_list(row) or not own or not own < wording.asked:
        return None
    return Fit(row)


def _is_choice(choice: str, row: SettingRow, asked: frozenset[str]) -> bool:
    words = stems_of(choice) - _CHOICE_ASIDE
    return bool(words) and words <= asked and row.is_meant(asked, words)


def choices_of(row: SettingRow) -> list[str]:
    """What can be chosen in a setting, where all of it is to be seen."""
    if len(row.controls) == 1:
        return list(row.control.options)
    if any(is_toggle(e) or is_text_field(e) or e.options for e in row.controls):
        return []
    return [words for e in row.controls if (words := _words(e))]


def _words(control: Element) -> str:
    return (control.name or control.text or control.description).strip()


def opens_list(row: SettingRow) -> bool:
    """Whether a setting has one list that shows its choice, and offers the others once it is opened."""
    control = row.control
    if len(row.controls) != 1 or control.options or is_toggle(control) or is_text_field(control):
        return False
    words = fold(control.text or control.name).split()
    drawn = (
        _LISTS & set(control.hints)
        or control.text.endswith(tuple(_ARROWS.strip()))
        or control.role in LIST_ROLES
    )
    return bool(words) and words[0] not in ACTS and bool(drawn)


def found_again(row: SettingRow) -> Callable[[Scene], Element | None]:
    """What finds the control of a setting on a page that was drawn anew."""

    def again(scene: Scene) -> Element | None:
        found = [one for one in setting_rows(scene) if (one.title, one.column) == (row.title, row.column)]
        return found[0].control if len(found) == 1 else None

    return again


def choose_offered(row: SettingRow, choice: str, scene: Scene, notes: Notes) -> StepGenerator:
    """Choose what a setting offers, and see that it is chosen.

    Raises:
        CannotDo: It does not show that.
    """
    if row.control.options:
        chosen = Choose((choice,), Description(text=row.title, name=row.title), only=row.control.ref)
        return (yield from chosen.carry_out(scene, notes))
    named = [e for e in row.controls if fold(_words(e)) == fold(choice)]
    if len(named) != 1:
        raise Ambiguous(f"{row.title!r} offers {choice!r} {len(named)} times")
    wanted = named[0]
    if wanted.role in ("radio", "menuitemradio"):
        scene = yield from act(SetChecked(wanted.ref, True))
    elif not _is_marked(wanted, row.controls):
        scene = yield from act(Click(wanted.ref))
    now = next((one for one in setting_rows(scene) if one.title == row.title), None)
    shown = [e for e in now.controls if fold(_words(e)) == fold(choice)] if now else []
    if now is None or len(shown) != 1 or not _is_marked(shown[0], now.controls):
        raise CannotDo(f"{row.title!r} does not show that {choice!r} is chosen")
    return Evidence(f"{row.title!r} shows {choice!r}", refs=(wanted.ref,))


def _is_marked(control: Element, among: tuple[Element, ...]) -> bool:
    """Whether one of several choices has a mark that no other of them has."""
    others = {mark for e in among if e.ref != control.ref for mark in (*e.states, *e.hints)}
    return bool(_MARKS & {*control.states, *control.hints} - others)


def kept(evidence: Evidence, control: Element, scene: Scene) -> StepGenerator:
    """Press the one button that saves the section of a control, where there is one and it can be pressed."""
    here = scene.get(control.ref)
    button = save_button(here, scene) if here is not None else None
    if here is None or button is None or not button.enabled or not _in_one_section(here, button, scene):
        return evidence
    return (yield from kept_with(button, evidence))


def _in_one_section(one: Element, other: Element, scene: Scene) -> bool:
    start, end = sorted((scene.order[one.ref], scene.order[other.ref]))
    return not any(e.role == "heading" and start < scene.order[e.ref] < end for e in scene.elements)


_TIES = SAY_NOTHING | frozenset(
    "without no not never don off out up down over under half everyone anyone nobody time times "  # noqa: SIM905
    "all any when whenever someone somebody before long".split()
)
"""Words of closed classes that limit nothing here, or have to stand in the setting as all others do."""
_LISTED = re.compile(r"[:;](?!\d)")
"""What stands between a sentence and others that say more of it."""
_REPEATED = re.compile(r"\b(?:\d+|this|next|last|first) times?\b", re.IGNORECASE)
_NOT = re.compile(
    r"(?:do not|don['’]?t|never|no longer|stop|disable|deactivate|(?:turn|switch) off|opt out of)"
    r"\s+(?P<rest>.+)",
    re.IGNORECASE,
)
_PUT_OFF = re.compile(r"(?:turn|switch)\s+(?P<rest>.+)\s+off", re.IGNORECASE)
_SO = re.compile(
    r"(?:turn on|switch on|switch to|enable|activate|start|use|go|get|make|set|let|have|allow|permit|keep|put"
    r"|choose|pick|select|switch|change|opt in to|show|display|apply|send)\s+(?P<rest>.+)",
    re.IGNORECASE,
)
_HIDE = re.compile(r"hide\s+(?P<rest>.+)", re.IGNORECASE)
_UNDO = re.compile(r"(?:un|dis)(?P<rest>[a-z]{3,}\s.+)", re.IGNORECASE)
_AND_IT = re.compile(r",? and (?:have|make|let) it (?=\w)", re.IGNORECASE)
"""What ties a second setting to the first: `use large text and have it log out after 5 minutes`."""
_WITH = re.compile(r",? (?:with|and) (?=[a-z]+ [a-z])")
"""What may tie a second setting to the first: `the dark theme with compact rows`."""
_VERBS = frozenset(
    "allow choose connect disconnect display don't go get have hide keep let limit link lock log mute "  # noqa: SIM905
    "never pick require restrict select show sign stop switch sync turn unlink unmute use".split()
)
_EVERYWHERE = re.compile(
    r" (?:in|for|of|on|across|throughout) (?:the|my|our|this|your) (?:whole |entire )?"
    r"(?:app|application|portal|site|website|workspace|interface|program|system|product)(?= |$)"
)
"""What says of a setting only that it is one of the application."""
_OFF = (_NOT, _PUT_OFF, _HIDE, _UNDO)


def begins_as_setting(clause: Clause) -> bool:
    """Whether its verb says of a setting how it is to be as often as it is an act on a thing."""
    return clause.masked.lower().replace("’", "'").partition(" ")[0] in _VERBS


def settings_said(clause: Clause) -> tuple[AsSaid | EachAsSaid, ...]:
    """What a sentence may say of how settings are to be: all of one, or a part of each of two."""
    whole = setting_said(clause)
    if whole is None:
        return ()
    words = clause.spoken(clause.masked.strip(" ,.:;"))
    parts = _WITH.split(words)
    if len(parts) != 2 or not isinstance(whole, AsSaid):
        return (whole,)
    each = [_said(part, opens=False) for part in parts]
    settings = tuple(one for one in each if one is not None)
    return (whole, EachAsSaid(settings)) if len(settings) == len(parts) else (whole,)


def setting_said(clause: Clause) -> AsSaid | EachAsSaid | None:
    """A sentence that may say how settings are to be; None where its words limit what it says."""
    masked = clause.masked.strip(" ,.:;")
    words = [word.strip(",;:()").lower() for word in masked.split()]
    limits = [word for word in words if word in ("only", "just") or (is_closed(word) and word not in _TIES)]
    if (
        limits
        or _REPEATED.search(masked)
        or _LISTED.search(masked)
        or clause.quoted
        or "@" in masked
        or len(words) < 2
        or not masked[0].isalpha()
    ):
        return None
    opens = begins_as_setting(clause)
    parts = [_said(clause.spoken(part), opens) for part in _AND_IT.split(masked)]
    settings = tuple(part for part in parts if part is not None)
    if len(settings) < len(parts):
        return None
    return settings[0] if len(settings) == 1 else EachAsSaid(settings)


def _said(words: str, opens: bool) -> AsSaid | None:
    bare = _EVERYWHERE.sub("", words)
    wordings = tuple(dict.fromkeys((*_wordings(bare), *_wordings(words))))
    return AsSaid(bare, wordings, opens) if wordings else None


def _wordings(words: str) -> list[Wording]:
    readings = []
    negative = _NOT.fullmatch(words) or _PUT_OFF.fullmatch(words)
    if not negative:
        readings.append(Wording(stems_of(words), on=True))
        if so := _SO.fullmatch(words):
            readings.append(Wording(stems_of(so["rest"]), on=True))
    readings += [
        Wording(stems_of(match["rest"]), on=False) for shape in _OFF if (match := shape.fullmatch(words))
    ]
    return [one for one in readings if one.asked]
