"""Values that a sentence ties to what is made with a preposition alone: `by Clara Duarte`, `from Sweden`."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, replace

from browser.model.element_match import fold, says_all, words_of
from browser.model.observation import Element
from browser.values.dates import possible_days
from engines.rules.grounding.find import said
from engines.rules.grounding.labels import label_of
from engines.rules.reading.closed_words import is_closed
from engines.rules.reading.values.days import date
from engines.rules.reading.values.fillings import Filling
from engines.rules.scene import Scene, is_text_field
from engines.rules.skills.base import Notes
from engines.rules.skills.controls.assign import Assign, set_control
from engines.rules.skills.controls.fields import fill
from engines.rules.skills.records.acts.questions import asks
from engines.rules.skills.records.locate import one_root, stems
from engines.rules.skills.records.making.behind import chosen_behind, hidden_choices
from engines.rules.skills.records.making.placing import (
    choice_called,
    controls_in,
    drawn_beside,
    has_kind,
    labels_that_mean,
    name_fields,
    of_its_kind,
    offering,
    pressed_once,
    readings,
    words_of_label,
    words_on,
)
from engines.rules.skills.records.making.suggestions import all_entered, settled
from engines.rules.step_generator import Ambiguous, CannotDo, NotFound, StepGenerator

_MEANS = {
    "by": "by author writer artist creator owner",
    "from": "from country origin city sender source nationality departure",
    "to": "to recipient destination borrower receiver customer addressee assignee send",
    "for": "for customer client company patient guest passenger recipient contact person member account",
    "in": "in location city country place category folder",
    "at": "at place location company",
    "on": "on date day",
    "with": "with participant attendee partner contact person people",
    "called": "called name title label subject",
    "saying": "message text body comment note content description reply",
    "owned": "owner",
    "assigned": "assigned assignee owner responsible",
    "charged": "charge pay payment from account card method",
    "paid": "pay payment from account card method",
    "billed": "bill billing account card",
    "working": "company employer organization organisation workplace",
    "living": "city address location residence",
    "located": "city address location place",
    "based": "city country location",
    "starting": "start begin first from",
    "beginning": "start begin first from",
    "ending": "end last until to",
    "closing": "close closing end",
    "expiring": "expiry expire expiration end until",
    "due": "due deadline",
    "delivered": "delivery deliver pharmacy carrier",
    "containing": "item member content contact people",
    "including": "member people participant attendee guest person invite add item contact",
    "costing": "cost price amount",
    "priced": "price amount",
    "worth": "amount value price total budget",
    "described": "description details",
    "belonging": "company organization organisation group team department account",
    "reporting": "manager supervisor boss",
    "under": "category folder section parent group project",
    "as": "role type permission access level",
    "sent": "send date delivery schedule",
    "behalf": "requester requestor customer client contact reporter",
    "because": "reason cause why note comment explanation detail message",
    "can": "permission access role level right",
    "now": "when timing",
    "repeating": "frequency repeat repeats recurrence recurring often",
}
"""What a field may be called whose value a preposition or a participle ties to what is made."""
OF_KIND = "kind"
"""The tie of a word that says what kind of thing is made: `a monthly transfer`."""
_HOW_OFTEN = frozenset(
    "hourly daily nightly weekly biweekly monthly quarterly yearly annual recurring".split()  # noqa: SIM905
)
_SAME_AS = {"into": "to", "onto": "to", "toward": "to", "towards": "to", "via": "by", "using": "with"}
_QUALIFIES = frozenset({"on", "at", "from", "in", "about", "of", "by", "for"})
"""Prepositions that may tie a quality to a thing as well as a value to an act."""
_LOOSE = _QUALIFIES | {"to", "with", "called"}
"""Ties that may mean several things."""
_NO_MORE = stems("name full of the add enter type your")
"""Words of a field's name that say no more of what its value is."""


_TEXT = stems("text message comment note body content reply description")
"""What a field is called that takes what something says."""


def _for_text(words: str, fields: Sequence[Element], scene: Scene) -> Element:
    """The one field that takes a text: by its name, by its several lines, or for it is the only one."""
    several = [e for e in fields if e.states & {"multiline", "editable"}]
    called = [e for e in fields if stems(label_of(e, scene)) & _TEXT]
    for found in (called, several, fields):
        if len(found) == 1:
            return found[0]
    raise NotFound(f"no one field says that {words!r} belongs there{_fields(fields, scene)}")


@dataclass(frozen=True, slots=True)
class Tied:
    """Put one part of what something is made with into the field of the form that it can only mean."""

    part: Filling

    @property
    def said(self) -> str:
        """As the prompt says it, about."""
        tie = "" if self.part.tie == OF_KIND else self.part.tie
        return f"{tie} {', '.join(self.part.values)}".strip()

    def tells_of(self, words: str) -> bool:
        """Whether a record with these words has this about it, and it is not what an act gives it."""
        return self.part.tie in _QUALIFIES and all(says_all(one, words) for one in self.part.values)

    @property
    def is_aside(self) -> bool:
        """Whether it only has a place where it is asked for: why, and that it is to be done at once."""
        return self.part.tie in _ASIDES

    def is_offered(self, came: Container[str], scene: Scene) -> bool:
        """Whether a reason, a permission or "at once" is one of several choices that came up."""
        return self._choice(came, scene) is not None

    def in_form(self, came: Container[str], scene: Scene, notes: Notes) -> StepGenerator:
        """Use the list that offers the value, else the field that is called as the preposition means.

        Raises:
            NotFound, Ambiguous: No field of the form is meant, or several may be.
        """
        return (yield from settled(self._set(came, scene, notes), self.part.values[0], scene))

    def _set(self, came: Container[str], scene: Scene, notes: Notes) -> StepGenerator:
        if self.part.time:
            return (yield from self._moment(came, scene, notes))
        if self.part.label:
            assign = Assign(self.part.label, self.part.values)
            return (yield from assign.in_form(came, scene, notes))
        if (choice := self._choice(came, scene)) is not None:
            return (yield from pressed_once(choice))
        if (as_offered := self._as_offered(came, scene)) not in ("", self.part.values[0]):
            part = replace(self.part, values=(as_offered,))
            return (yield from replace(self, part=part)._set(came, scene, notes))
        meant = self._meant(came, scene)
        if meant is not None and self._is_thing and is_text_field(meant[0]) and self._hidden(came, scene):
            try:  # a list of such things says more than a preposition
                return (yield from chosen_behind(self.part.values[0], self._hidden(came, scene), scene))
            except NotFound:
                nouns = [noun for noun, _ in readings(self.part.values[0]) if noun]
                if any(drawn_beside(noun, came, scene) for noun in nouns):
                    raise
        if meant is not None:
            return (yield from _given(*meant, scene, notes))
        if len(self.part.values) == 1:
            if (choice := choice_called(self.part.values[0], came, scene)) is not None:
                return (yield from pressed_once(choice))
            for way in self._drawn(came, scene):
                try:
                    return (yield from way.in_form(came, scene, notes))
                except NotFound:
                    continue
            if self.part.tie in ("", "for", "called") and (
                names := name_fields(self.part.values[0], controls_in(came, scene), scene)
            ):
                return (yield from fill(names, scene, notes))
        controls = controls_in(came, scene)
        if len(controls) == 1 and not (controls[0].value or controls[0].options) and self._may_be_any():
            return (yield from _given(controls[0], self.part.values, scene, notes))
        if len(self.part.values) == 1 and self._may_be_any() and (lists := self._hidden(came, scene)):
            try:
                return (yield from chosen_behind(self.part.values[0], lists, scene))
            except NotFound:
                pass
        raise NotFound(f"no field says that {self.said!r} belongs there{_fields(controls, scene)}")

    def _hidden(self, came: Container[str], scene: Scene) -> list[Element]:
        """What may offer the value once it is asked: what is called as the tie means, else what is not."""
        means = stems(_MEANS.get(self._tie, ""))
        rivals = stems(*(words for tie, words in _MEANS.items() if tie in _LOOSE)) - means
        lists = hidden_choices(came, scene)
        meant = [e for e in lists if words_on(e, scene) & means]
        return meant or [e for e in lists if not words_on(e, scene) & rivals]

    @property
    def _is_thing(self) -> bool:
        """Whether it is a name with a noun for what it names, `Home category`, and no text of its own."""
        return len(self.part.values) == 1 and len(list(readings(self.part.values[0]))) > 1

    def _as_offered(self, came: Container[str], scene: Scene) -> str:
        """The one option of a form that says a reason, a permission or "at once" in its own words; or ""."""
        offered = (option for e in controls_in(came, scene) for option in e.options)
        found = {one for one in offered if self._is_said_by(one)}
        return found.pop() if len(found) == 1 else ""

    def _choice(self, came: Container[str], scene: Scene) -> Element | None:
        """The one of several things to choose from, native or drawn, that says so in its own words."""
        offered = [e for e in scene.elements if e.ref in came and _is_choice(e, scene)]
        found = [e for e in offered if self._is_said_by(e.name or e.text)]
        found = [e for e in found if not any(_says_less(e, other) for other in found)]
        return found[0] if len(found) == 1 else None

    def _is_said_by(self, choice: str) -> bool:
        fits, core = _SAYS_SO.get(self.part.tie), _core(choice)
        return fits is not None and bool(core) and fits(core, words_of(self.part.values[0]))

    def _may_be_any(self) -> bool:
        """Whether the value may be for any field: it is no amount, day or address, and names no kind."""
        value = self.part.values[0]
        return self.part.tie != OF_KIND and not has_kind(value) and not any(map(is_closed, value.split()))

    @property
    def _tie(self) -> str:
        tie = self.part.tie
        if tie == OF_KIND and self.part.values[0] in _HOW_OFTEN:
            return "repeating"
        return _SAME_AS.get(tie, tie)

    def _meant(self, came: Container[str], scene: Scene) -> tuple[Element, tuple[str, ...]] | None:
        """The one field or native list that the value can only be for, and the value as it takes it."""
        value = self.part.values[0]
        controls = controls_in(came, scene)
        if self.part.tie == "saying":
            text = _for_text(self.said, [e for e in controls if not e.options], scene)
            return text, self.part.values
        means = stems(_MEANS.get(self._tie, ""))
        rivals = stems(*(words for tie, words in _MEANS.items() if tie in _LOOSE))
        rivals = rivals - means if means else frozenset()
        offers = offering(value, controls, scene)
        offers = [(e, o) for e, o in offers if (w := words_on(e, scene)) & means or not w & rivals]
        offers = [(e, o) for e, o in offers if words_on(e, scene) & means] or offers
        if offers:
            control, option = _one([e for e, _ in offers], self.said), offers[0][1]
            return control, (option,) if len(self.part.values) == 1 else self.part.values
        for found in (
            [e for e in controls if self._suits(e, means, scene) and not e.value],
            of_its_kind(value, controls, scene) if self.part.tie != OF_KIND else [],
        ):
            if found and not (value.islower() and any(map(is_closed, value.split()))):
                return _one(found, self.said), self.part.values
        return None

    def _drawn(self, came: Container[str], scene: Scene) -> Iterator[Assign]:
        """The drawn lists that may be meant: by what the preposition means, else by the noun of the value."""
        means = stems(_MEANS.get(self._tie, ""))
        both = list(readings(self.part.values[0]))
        for label in labels_that_mean(means, came, scene) if means else ():
            for _, words in both:
                yield Assign(label, (words,))
        for noun, words in both:
            if noun and (drawn_beside(noun, came, scene) or _is_plain_field(noun, came, scene)):
                yield Assign(noun, (words,))

    def _suits(self, field: Element, means: frozenset[str], scene: Scene) -> bool:
        """Whether a field is called as the tie means; behind a preposition, by that alone.

        A day belongs only to what is called as a participle means (`closing on`), or to `on`.
        """
        return any(self._is_called(words - _NO_MORE, means) for words in words_of_label(field, scene))

    def _is_called(self, called: frozenset[str], means: frozenset[str]) -> bool:
        """Whether these words of a field's label say what the tie means."""
        if possible_days(self.part.values[0]):
            return bool(called & means) and self._tie not in _LOOSE - {"on"}
        names = re.match(r"\W*\d", self.part.values[0]) is None
        return bool(called & means) and (
            self._tie not in _LOOSE or (called <= means and names and self._tie != "on")
        )

    def _moment(self, came: Container[str], scene: Scene, notes: Notes) -> StepGenerator:
        """A day and a time of day, in two fields beside one label."""
        day = date(self.part.values[0])
        if day is None:
            raise CannotDo(f"{self.part.values[0]!r} is no day")
        for label in scene.texts:
            if stems(label.name) != stems(self.part.label):
                continue
            for group in list(scene.ancestors(label))[:3]:
                fields = [e for e in scene.inside(group) if is_text_field(e) and e.box and e.ref in came]
                if len(fields) == 2 and [fold(label_of(e, scene)) for e in fields] == ["date", "time"]:
                    planned = [(fields[0], day.isoformat()), (fields[1], self.part.time)]
                    return (yield from fill(planned, scene, notes))
        raise NotFound(f"found no fields for the day and the time of {self.part.label!r}")


_ASIDES = ("because", "now")
_FILLS = frozenset("a an the of to can may only access he she it they due".split())  # noqa: SIM905
"""Words of a choice that may be left out."""
_AT_ONCE = frozenset("immediately now right away straight instantly".split())  # noqa: SIM905


def _is_choice(element: Element, scene: Scene) -> bool:
    """Whether it is one of several things to choose from; what stands beside `Cancel` is an answer."""
    if element.role in ("radio", "option"):
        return True
    above = scene.parent(element)
    drawn = element.interactive and element.role not in ("button", "link", "checkbox", "tab")
    drawn = drawn and not (is_text_field(element) or element.options or element.href)
    return drawn and len(scene.alike(element)) > 1 and not (above and asks(scene.children(above)))


def _says_less(choice: Element, other: Element) -> bool:
    return {*_core(choice.name or choice.text)} < {*_core(other.name or other.text)}


def _core(words: str) -> list[str]:
    return [word for word in words_of(words) if word not in _FILLS]


def _may_do(core: Sequence[str], said: Sequence[str]) -> bool:
    """Whether a choice says nothing but what somebody may do: `Commenter` for `comment`."""
    asked = [word for word in said if word not in _FILLS]
    return all(any(_of_one_verb(word, one) for one in asked) for word in core) and any(
        _of_one_verb(word, asked[0]) for word in core
    )


def _of_one_verb(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return one_root(one, other) or (len(short) > 3 and long.startswith(short))


_SAYS_SO: dict[str, Callable[[Sequence[str], Sequence[str]], bool]] = {
    "because": lambda core, said: stems(*core) <= stems(*said),
    "can": _may_do,
    "now": lambda core, _: _AT_ONCE.issuperset(core),
}
"""When the words of a choice say what a phrase says."""


def _given(control: Element, values: tuple[str, ...], scene: Scene, notes: Notes) -> StepGenerator:
    if len(values) > 1 and is_text_field(control) and not control.options:
        return (yield from all_entered(control, values, scene))
    return (yield from set_control(control, label_of(control, scene), values, scene, notes))


def _one(found: Sequence[Element], words: str) -> Element:
    if len(found) > 1:
        raise Ambiguous(f"cannot tell where {words!r} belongs: {said(found[0])} or {said(found[1])}")
    return found[0]


def _is_plain_field(noun: str, came: Container[str], scene: Scene) -> bool:
    """Whether one empty field of a form is called by a noun, and nothing else."""
    fields = [e for e in controls_in(came, scene) if is_text_field(e) and not e.value]
    return sum(stems(label_of(e, scene)) == stems(noun) for e in fields) == 1


def _fields(controls: Sequence[Element], scene: Scene) -> str:
    names = list(dict.fromkeys(label_of(e, scene) for e in controls))
    return f"; fields here: {', '.join(map(repr, names[:8]))}" if names else ""


def repeated(used: Container[str], value: str, scene: Scene, notes: Notes) -> StepGenerator | None:
    """What types a password once more, into the one empty field that asks for that; None: there is none."""
    fields = [e for e in scene.fields if e.input_type == "password"]
    own = [e for e in fields if e.ref in used]
    others = [e for e in fields if e.ref not in used and not e.value and e.enabled]
    return fill([(others[0], value)], scene, notes) if own and len(others) == 1 else None
