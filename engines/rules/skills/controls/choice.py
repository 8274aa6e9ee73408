"""Choosing among what is offered: options of a list, boxes to tick, entries of a menu."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from browser.model.actions import Click, Hover, Select, SetChecked, Wait
from browser.model.element_match import STRONG, says_all, shows, similarity, words_of
from browser.model.observation import Element
from browser.model.roles import LIST_ROLES
from engines.rules.grounding.find import choose as pick
from engines.rules.grounding.find import find, ranked, said, where
from engines.rules.grounding.labels import beside
from engines.rules.grounding.marks import is_drawn_toggle
from engines.rules.grounding.offered import option_meant
from engines.rules.grounding.setting_rows import SettingRow, is_toggle, stems_of, the_setting
from engines.rules.grounding.together import box_named_with_group, list_named_with_choice
from engines.rules.reading.clauses import Clause
from engines.rules.reading.names import NotRead, name_in, names_in
from engines.rules.reading.phrases import Description, describe
from engines.rules.reading.things import Thing, thing_in
from engines.rules.reading.values.days import by_commas
from engines.rules.scene import Scene
from engines.rules.skills.base import Notes, Read
from engines.rules.skills.controls.drawn import drawn_toggle, turn
from engines.rules.skills.controls.saving import is_kept_again, saved
from engines.rules.skills.exploring import explore
from engines.rules.skills.places import InPlace
from engines.rules.skills.press import press
from engines.rules.step_generator import Ambiguous, CannotDo, Evidence, NotFound, StepGenerator, act, attempt

_HOLDS = 0.68
"""How alike a label is to a name that stands in it word by word, by `similarity`."""
_LONGEST_LABEL = 60
"""Characters; what says more explains a switch, and is not its label."""
_BOXES = ("checkbox", "switch", "menuitemcheckbox")
_ON_NAMES = ("on", "enabled", "yes")
_OFF_NAMES = ("off", "disabled", "no")
"""What two radio buttons are called that stand for a switch."""
_GROUPS = ("group", "radiogroup", "row", "listitem")


@dataclass(frozen=True, slots=True)
class Choose:
    """Choose one or more things by the words on them."""

    names: tuple[str, ...]
    source: Description | None = None
    """The list or group that offers them, where the prompt says."""
    only: str = ""
    """Ref of the list to use, where it is known."""
    whole: str = ""
    """The words before they were taken apart at commas; an option may hold a comma itself."""

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Take the first kind of control that offers all the names."""
        for names in self._readings():
            # A native list that is clipped away only serves a widget drawn in its place: that is used.
            lists = where(scene, lambda e: bool(e.options) and not _is_hidden(e))
            lists = [e for e in lists if _offers(e, names) and self.only in ("", e.ref)]
            if lists:
                return (yield from _select(self._one_of(lists, scene), names))
            known = scene.get(self.only) if self.only else None
            longer = [option_meant(name, known.options) for name in names] if known is not None else []
            if known is not None and longer and None not in longer:
                return (yield from _select(known, [one for one in longer if one is not None]))
            boxes = _boxes(scene, names)
            if boxes and (len(boxes) == len(names)):
                return (yield from _check(boxes, scene))
        if len(self.names) == 1:
            return (yield from self._by_clicks(self.names[0], scene))
        raise NotFound(f"found nothing that offers {', '.join(self.names)}")

    def _readings(self) -> tuple[tuple[str, ...], ...]:
        """How the words can be taken apart: a name may hold a comma or an "and" itself."""
        if not self.whole or len(self.names) < 2:
            return (self.names,)
        return tuple(dict.fromkeys(((self.whole,), self.names, by_commas(self.whole))))

    def _one_of(self, lists: list[Element], scene: Scene) -> Element:
        if len(lists) == 1 or self.source is None:
            return lists[0]
        matches = ranked(self.source, scene, lists)
        return pick(self.source, matches, scene) if matches else lists[0]

    def _by_clicks(self, name: str, scene: Scene) -> StepGenerator:
        """An entry that is on the page, or comes up once the list is opened."""
        wanted = Description(text=name, name=name, exact=True)
        entry = _entry(wanted, scene)
        if entry is None and self.source is None:
            if (box := box_named_with_group(name, scene)) is not None:
                return (yield from _check((box,), scene))
            if (named := list_named_with_choice(name, scene)) is not None:
                return (yield from choose_in(named[0], (named[1],), scene))
        if entry is None:
            opener = _opener(self.source, scene)
            if opener is None:
                raise NotFound(f"found nothing that offers {name!r}")
            if opener.role in LIST_ROLES:
                return (yield from choose_in(opener, (name,), scene))
            scene = yield from act(Click(opener.ref))
            entry = _entry(wanted, scene)
        if entry is None:
            raise NotFound(f"found no {name!r} to choose")
        return (yield from press(entry))


def _entry(wanted: Description, scene: Scene) -> Element | None:
    matches = [match for match in ranked(wanted, scene) if match.score >= 0.9]
    matches = [match for match in matches if "covered" not in match.element.states]
    return pick(wanted, matches, scene) if matches else None


def _opener(source: Description | None, scene: Scene) -> Element | None:
    """What opens the list: a combobox, or something that calls itself a select or dropdown."""
    closed = where(
        scene,
        lambda e: (
            e.role == "combobox"
            or "collapsed" in e.states
            or (e.interactive and bool({"dropdown", "select", "combobox", "picker"} & set(e.hints)))
            or (e.interactive and _stands_for_a_list(e, scene))
        ),
    )
    closed = [element for element in closed if "clipped" not in element.states]
    if len(closed) > 1 and source is not None and source.name:
        matches = ranked(source, scene, closed)
        if matches:
            return matches[0].element
    outer = scene.outermost(closed)
    return outer[0] if outer else None


def _stands_for_a_list(element: Element, scene: Scene) -> bool:
    """Whether it is drawn in the place of a native list that is clipped away."""
    return any(inner.options and _is_hidden(inner) for inner in scene.inside(element))


def _is_hidden(element: Element) -> bool:
    """Whether it is there for programs only: clipped away, or shrunk to a dot."""
    box = element.box
    return "clipped" in element.states or box is None or min(box.width, box.height) <= 2


def _offers(element: Element, names: Sequence[str]) -> bool:
    return all(_option(element, name) is not None for name in names)


def _option(element: Element, name: str) -> str | None:
    scored = sorted(((similarity(name, option), option) for option in element.options), reverse=True)
    return scored[0][1] if scored and scored[0][0] >= 0.9 else None


def _select(element: Element, names: Sequence[str]) -> StepGenerator:
    options = tuple(_option(element, name) or name for name in names)
    if len(options) > 1 and "multiselectable" not in element.states:
        raise CannotDo(f"{said(element)} takes one choice, not {len(options)}")
    scene = yield from act(Select(element.ref, options))
    shown = scene.get(element.ref)
    value = shown.value if shown else None
    if value is not None and value != ", ".join(options) and any(option not in value for option in options):
        raise CannotDo(f"{said(element)} shows {value!r} after {', '.join(options)!r} was chosen")
    return Evidence(f"{said(element)} shows {value!r}", refs=(element.ref,))


def choose_in(control: Element, names: Sequence[str], before: Scene) -> StepGenerator:
    """Choose in a list that opens from a control; text that is only typed into it is no choice.

    A control that is empty again shows its choices beside it, as fields for several of them do.
    """
    scene = yield from act(Select(control.ref, tuple(names)))
    told = [result.shown for result in scene.results if result.shown is not None]
    now = scene.get(control.ref)
    value = next(filter(None, [*told, now.value if now else None]), "")
    lost = [name for name in names if not shows(value, name)]
    if not value:
        lost = [name for name in lost if _times(name, scene) <= _times(name, before)]
    if lost and (value or told or (now and now.value is not None)):
        raise CannotDo(f"{said(control)} shows {value!r} after {', '.join(names)!r} was chosen")
    return Evidence(f"{said(control)} shows {value or ', '.join(names)!r}", refs=(control.ref,))


def _times(name: str, scene: Scene) -> int:
    """In how many elements of the page a name stands, those that only offer it left out."""
    return sum(shows(element.name, name) for element in scene.elements if element.role != "option")


def _boxes(scene: Scene, names: Sequence[str]) -> list[Element]:
    """One checkbox or radio button for each name, or fewer where one is missing."""
    boxes = where(scene, lambda e: e.role in _BOXES or e.role == "radio")
    found: list[Element] = []
    for name in names:
        scored = [(box_score(name, box, scene), box) for box in boxes if box not in found]
        best = max(scored, key=lambda pair: pair[0], default=None)
        if best and best[0] >= 0.9:
            alike = [box for score, box in scored if score >= best[0]]
            found.append(_only_one(alike, name, scene))
    return found


def _only_one(alike: Sequence[Element], name: str, scene: Scene) -> Element:
    """The one of boxes that are called alike, where it makes no difference which.

    Raises:
        Ambiguous: They are those of several groups or records.
    """
    groups = {group.ref for box in alike if (group := _group_of(box, scene)) is not None}
    if len(alike) > 1 and len(groups) > 1:
        raise Ambiguous(f"{len(alike)} boxes are called {name!r}, in {len(groups)} groups")
    row = next((e for e in scene.ancestors(alike[0]) if e.role == "row"), None)
    if row is not None and not (alike[0].name or alike[0].label):
        boxes = [e for e in scene.inside(row) if e.role in _BOXES]
        if len(boxes) > 1:
            raise Ambiguous(
                f"{len(boxes)} boxes stand in the row {name!r}, and it is not said which is meant"
            )
    return alike[0]


def _group_of(box: Element, scene: Scene) -> Element | None:
    """What a box belongs to: a group of choices, or a record of a list."""
    above = next((e for e in scene.ancestors(box) if e.role in _GROUPS), None)
    return above or next(iter(scene.records_around(box)), None)


def box_score(name: str, box: Element, scene: Scene) -> float:
    """How well a name fits a checkbox or radio button."""
    score = max(similarity(name, box.name), similarity(name, box.label))
    if not box.name and not box.label:
        near = beside(box, scene)
        score = max(score, similarity(name, near.name) if near else 0.0)
    return score


def _check(boxes: Sequence[Element], scene: Scene, checked: bool = True) -> StepGenerator:
    wanted = [box for box in boxes if ("checked" in box.states) != checked]
    if wanted:
        scene = yield from act(*(SetChecked(box.ref, checked) for box in wanted))
    for box in boxes:
        now = scene.get(box.ref)
        if now is not None and ("checked" in now.states) != checked:
            raise CannotDo(
                f"{said(box)} is not {'checked' if checked else 'unchecked'} after it was asked to be"
            )
    return Evidence(", ".join(said(box) for box in boxes) + (" checked" if checked else " unchecked"))


@dataclass(frozen=True, slots=True)
class ChooseNothing:
    """Leave everything unchosen: what is ticked is unticked."""

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Untick what is ticked."""
        ticked = where(scene, lambda e: e.role in _BOXES and "checked" in e.states)
        if ticked:
            return (yield from _check(ticked, scene, checked=False))
        return Evidence("nothing is chosen")


@dataclass(frozen=True, slots=True)
class Tick:
    """Check or uncheck boxes that are described rather than named: the 2nd checkbox, all boxes."""

    what: Description
    checked: bool = True

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Find them and bring them into the state."""
        if self.what.every:
            if self.what.within or self.what.colour or self.what.name or self.what.count:
                raise NotFound(f"cannot tell which boxes {self.what.text!r} are")
            boxes = where(scene, lambda e: e.role in _BOXES)
            if not boxes:
                raise NotFound("found no checkboxes")
            return (yield from _check(boxes, scene, self.checked))
        if self.what.name and not self.what.ordinal and not self.what.within and not self.what.colour:
            found = _boxes(scene, (self.what.name,))
            if found:
                return (yield from _check(found[:1], scene, self.checked))
        element = find(self.what, scene)
        if element.role in (*_BOXES, "radio"):
            return (yield from _check((element,), scene, self.checked))
        return (yield from press(element))


@dataclass(frozen=True, slots=True)
class TickNamed:
    """Check or uncheck several boxes by their names."""

    names: tuple[str, ...]
    checked: bool = True

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Find every one of them, or none is touched."""
        boxes = _boxes(scene, self.names)
        if len(boxes) != len(self.names):
            raise NotFound(f"found {len(boxes)} of the boxes {', '.join(self.names)}")
        return (yield from _check(boxes, scene, self.checked))


@dataclass(frozen=True, slots=True)
class MenuPath:
    """Go down a menu: `File > Save`."""

    path: tuple[str, ...]

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Point at each entry in turn, and click the last."""
        for name in self.path[:-1]:
            entry = find(Description(text=name, name=name, exact=True), scene)
            before = scene.observation.text
            scene = yield from attempt(Hover(entry.ref), Wait(0.6))
            if scene.observation.text == before:
                scene = yield from act(Click(entry.ref))
        last = find(Description(text=self.path[-1], name=self.path[-1], exact=True), scene)
        return (yield from press(last))


@dataclass(frozen=True, slots=True)
class Switch:
    """Turn one thing on or off: a switch, a checkbox, a button that stays pressed."""

    names: tuple[str, ...]
    """What it may be called, the most likely first."""
    on: bool
    saves: bool = False
    """Whether the form is saved then, where it has one button that does."""

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Bring it into the state, and see that it is in it; nothing is pressed where it is."""
        words = " ".join(self.names[:1])
        scene, (name, control) = yield from explore(scene, self._control, words)
        of_two = control.role == "radio" and name not in self.names
        setting = bring_to(name, control, scene, self.on or of_two, self._again)
        saves = self.saves or is_kept_again(control, scene, notes.kept_by)
        return (yield from (saved(setting, control, scene) if saves else setting))

    def is_offered(self, scene: Scene) -> bool:
        """Whether a page has what can be turned on or off so."""
        return self._control(scene) is not None

    def _again(self, scene: Scene) -> Element | None:
        found = self._control(scene)
        return found[1] if found else None

    def _control(self, scene: Scene) -> tuple[str, Element] | None:
        """What can be turned on or off here, and by which of the names it is called.

        A box that only selects a record of a list says nothing of the state that the record is in.
        """
        found = self._called(scene)
        return None if found is None or selects_record(found[1], scene) else found

    def _called(self, scene: Scene) -> tuple[str, Element] | None:
        for name in (*self.names, *_longer(self.names[-1:], scene)):
            boxes = _boxes(scene, (name,))
            control = boxes[0] if boxes else drawn_toggle(name, scene) or _toggle_button(name, scene)
            if control is not None:
                return name, control
        if (chosen := self._one_of_two(scene)) is not None:
            return chosen
        for name in self.names:
            if (row := the_setting(stems_of(name), scene, _is_one_toggle)) is not None:
                return row.title, row.control
        meant = [e for e in where(scene, lambda e: e.role in _BOXES) if _meant_for(self.names, e)]
        return (self.names[0], meant[0]) if len({e.ref for e in meant}) == 1 else None

    def _one_of_two(self, scene: Scene) -> tuple[str, Element] | None:
        """Of two radio buttons for on and off the one that is asked for, and what it is called."""
        radios = where(scene, lambda e: e.role == "radio")
        for name in self.names:
            for state in _ON_NAMES if self.on else _OFF_NAMES:
                words = f"{name} {state}"
                named = [e for e in radios if box_score(words, e, scene) >= STRONG]
                button = named[0] if len(named) == 1 else box_named_with_group(words, scene)
                if button is not None and button.role == "radio":
                    return words, button
        return None


_MOST_OF_SETTING = 2
"""More texts beside a box without a name are those of a record, and not of a setting."""


def selects_record(box: Element, scene: Scene) -> bool:
    """Whether a box without a name stands before what the record of a list says, as boxes to select it do."""
    if box.role != "checkbox" or box.name or box.label:
        return False
    for record in list(scene.records_around(box))[:_MOST_OF_SETTING]:
        texts = [e for e in scene.inside(record) if e.role == "text" and e.box]
        if len(texts) > _MOST_OF_SETTING and scene.order[box.ref] < scene.order[texts[0].ref]:
            return True
    return False


def bring_to(
    name: str,
    control: Element,
    scene: Scene,
    on: bool,
    again: Callable[[Scene], Element | None] | None = None,
) -> StepGenerator:
    """Bring a box, a switch or a button that stays pressed into a state, and see that it is in it."""
    if control.role in (*_BOXES, "radio"):
        return (yield from _check((control,), scene, on))
    if is_drawn_toggle(control):
        return (yield from turn(control, name, scene, on, again))
    if ("pressed" in control.states) != on:
        scene = yield from act(Click(control.ref))
        now = scene.get(control.ref)
        if now is None or ("pressed" in now.states) != on:
            raise CannotDo(f"{said(control)} does not show that it is {'on' if on else 'off'}")
    return Evidence(f"{said(control)} is {'on' if on else 'off'}", refs=(control.ref,))


def _is_one_toggle(row: SettingRow) -> bool:
    return len(row.controls) == 1 and is_toggle(row.control)


def _longer(names: Sequence[str], scene: Scene) -> list[str]:
    """The one label that says more than a name of several words; none where there are several.

    A label such as `Show prices in the list` is what a person calls "Show prices".
    """
    long = [name for name in names if len(name.split()) > 1]
    texts = {text.name for text in scene.texts if len(text.name) <= _LONGEST_LABEL}
    found = [one for one in texts for name in long if similarity(name, one) >= _HOLDS]
    found = found or [one for one in texts for name in long if says_all(name, one)]
    return found if len(found) == 1 else []


def _meant_for(names: Sequence[str], box: Element) -> bool:
    """Whether the author calls a box without words by all of the words of a longer name."""
    asked = [words for name in names if len(words := words_of(name)) > 1]
    return not (box.name or box.label) and any({*box.hints} >= {*words} for words in asked)


def _toggle_button(name: str, scene: Scene) -> Element | None:
    """The button of this name that stays pressed."""
    matches = [(similarity(name, e.name or e.text), e) for e in where(scene, lambda e: e.role == "button")]
    button = max(matches, key=lambda pair: pair[0], default=None)
    return button[1] if button is not None and button[0] >= STRONG else None


_SWITCH_NOUNS = frozenset({"option", "switch", "setting", "toggle", "checkbox", "preference", "feature"})
_ON_OFF = re.compile(r"(?P<name>.+) (?P<way>on|off)", re.IGNORECASE)
_BOXES_FOR = re.compile(
    r"^(?:the )?(?:check ?box(?:es)?|box(?:es)?|options?)\s+(?:for|of|labell?ed|next to|named|beside)\s+",
    re.IGNORECASE,
)
_SOURCE = re.compile(
    r"^(?P<names>.+?)\s+(?:from|in|with|using|on|of)\s+"
    r"(?P<source>(?:the|a|this|that)\s.*"
    r"(?:list|dropdown|drop-down|menu|select box|options?|field|choices|group))"
    r"(?: of the (?:filters?|form|page|search|dialog))?$",
    re.IGNORECASE,
)
_PATH = re.compile(r"\s*(?:>|→|»)\s*")


def read(clauses: Sequence[Clause]) -> Read | None:
    """`select A, B and C`, `choose X from the list`, `check the 2nd box`, `select A>B>C`."""
    clause = clauses[0]
    if clause.verb in ("check", "uncheck"):
        return _read_tick(clause)
    if clause.verb in ("enable", "disable", "turn", "switch"):
        return read_switch(clauses)
    if clause.verb != "choose" or not clause.rest:
        return None
    if re.fullmatch(r"(?:nothing|none)(?: of them)?", clause.rest, re.IGNORECASE):
        return Read(ChooseNothing())
    if _PATH.search(clause.rest):
        return Read(MenuPath(tuple(name_in(part, clause) for part in _PATH.split(clause.rest))))
    match = _SOURCE.match(clause.rest)
    words, source = (match["names"], describe(match["source"], clause)) if match else (clause.rest, None)
    if _is_list(words):
        names = names_in(words, clause)
        return Read(Choose(names, source, whole=clause.spoken(words)))
    what = describe(words, clause)
    if source is None and (what.ordinal or what.kind or (what.every and not what.name)):
        return Read(Tick(what))
    if what.ordinal or what.every or what.within or what.colour or what.size or what.count or not what.name:
        raise NotRead(words, clause)
    if what.kind and what.kind not in ("option", "item"):
        raise NotRead(words, clause)
    return Read(Choose((what.name,), source))


def read_switch(clauses: Sequence[Clause]) -> Read | None:
    """`turn on "X"`, `turn "X" off`, `disable the X option in Settings`."""
    clause = clauses[0]
    if clause.verb not in ("enable", "disable", "turn", "switch"):
        return None
    words, on = clause.rest, clause.verb == "enable"
    if clause.verb in ("turn", "switch"):
        way = _ON_OFF.fullmatch(words)
        if way is None:
            return None
        words, on = way["name"], way["way"].lower() == "on"
    thing = thing_in(words, clause, nouns_only=True)
    if thing.also or (clause.verb == "turn" and thing.place):
        raise NotRead(words, clause)
    step = Switch(_names_of(thing), on, saves=bool(thing.place) and len(clauses) == 1)
    return Read(InPlace(thing.place, step) if thing.place else step)


def _names_of(thing: Thing) -> tuple[str, ...]:
    """What a switch may be called: the name alone, or with the nouns around it."""
    if thing.name:
        whole = " ".join(filter(None, (thing.kind, thing.name, thing.tail)))
        return tuple(dict.fromkeys((whole, *thing.names)))
    nouns = thing.kind.split()
    fewer = nouns[:-1] if len(nouns) > 1 and nouns[-1] in _SWITCH_NOUNS else []
    return tuple(filter(None, (thing.kind, " ".join(fewer))))


def _read_tick(clause: Clause) -> Read | None:
    words = _BOXES_FOR.sub("", clause.rest)
    if _is_list(words):
        return Read(TickNamed(names_in(words, clause, told=words != clause.rest), clause.verb == "check"))
    what = describe(words, clause)
    return None if what.empty and not what.every else Read(Tick(what, clause.verb == "check"))


def _is_list(words: str) -> bool:
    return bool(re.search(r",|\s(?:and|&)\s", words))
