"""One part of what a form is given, `status active`: the form tells its label and its value apart."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace

from browser.model.actions import SetChecked
from browser.model.element_match import STRONG, fold, says_all
from browser.model.observation import Element
from browser.values.dates import possible_days
from engines.rules.grounding.find import said
from engines.rules.reading.clauses import Clause
from engines.rules.reading.closed_words import is_closed
from engines.rules.reading.names import MARK, NotRead
from engines.rules.reading.values.fillings import Filling
from engines.rules.reading.verb_frames import NO_NOUNS, Phrase, parts_of, value_of
from engines.rules.reading.wordings.plain import plain_verb
from engines.rules.scene import Scene
from engines.rules.skills.base import Notes
from engines.rules.skills.controls.assign import Assign, control_labelled
from engines.rules.skills.controls.choice import box_score
from engines.rules.skills.controls.fields import fill
from engines.rules.skills.records.besides import TickedBesides
from engines.rules.skills.records.making.placing import (
    choice_beside,
    controls_in,
    drawn_beside,
    name_fields,
    pressed_once,
)
from engines.rules.skills.records.making.suggestions import settled
from engines.rules.skills.records.making.tied import Tied
from engines.rules.step_generator import CannotDo, Evidence, NotFound, StepGenerator, act

_BOXES = ("checkbox", "switch")
_LINKS = frozenset({"of", "to", "as", "is", "set", "=", "being", "at", "for"})
_STATES = {
    **dict.fromkeys(("on", "enabled", "checked", "ticked", "yes"), True),
    **dict.fromkeys(("off", "disabled", "unchecked", "unticked"), False),
}
_GOES_ON = ("of", "to", "as", "for", "at", "on")
"""What may tie a value to its label: `a limit of $500`."""
_OF_SEVERAL = ("containing", "including")
_SEVERAL = re.compile(r"(?:the |an? )?(?:[a-z]+ )?(?P<values>(?:‹\d+›|[A-Z]).*)")
"""Several names or quoted values, maybe behind a noun for them: `the items ‹0› and ‹1›`."""
_SHORT = re.compile(r"ID|SKU|ZIP|VAT|IBAN|BIC|URL|PO|PIN|DOB|ISBN|No\.?|Nr\.?")
"""What belongs to a label wherever a value stands behind it."""
_OPEN_ENDED = re.compile(r"[a-z][a-z-]*")


@dataclass(frozen=True, slots=True)
class FormPart:
    """Some words in a row of what a form is given."""

    tokens: tuple[str, ...]
    """The words; what was quoted is one of them."""
    quoted: frozenset[int] = frozenset()
    """Places of those that were quoted."""
    more: tuple[str, ...] = ()
    """Further values for the same field."""
    tie: str = "with"

    @property
    def said(self) -> str:
        """As the prompt says it."""
        return " ".join((*self.tokens, *self.more))

    @property
    def values(self) -> tuple[str, ...]:
        """What is most likely the value, for a look at whether it is shown."""
        return (next(self.splits())[1], *self.more)

    def tells_of(self, words: str) -> bool:
        """Whether a record with these words says all of it, so that it is no value for a form."""
        return says_all(self.said, words)

    def splits(self) -> Iterator[tuple[str, str]]:
        """The ways to take the words as a label and a value, the likeliest first; the label may be ""."""
        strong = [at for at, word in enumerate(self.tokens) if self._is_value(at, word)]
        while len(strong) > 1 and strong[0] not in self.quoted and _SHORT.fullmatch(self.tokens[strong[0]]):
            strong = strong[1:]  # `requisition ID FIN-020`
        if strong:
            first, last = strong[0], strong[-1]
            before = [word for word in self.tokens[:first] if word not in _LINKS]
            behind = [word for word in self.tokens[last + 1 :] if word not in _LINKS]
            value = " ".join(self.tokens[first : last + 1])
            if behind and not before:
                yield " ".join(behind), value
                yield "", " ".join(self.tokens[first:])
                return
            yield " ".join((*before, *behind)), value
            return
        for at in range(len(self.tokens) - 1, 0, -1):
            label = [word for word in self.tokens[:at] if word not in _LINKS]
            yield " ".join(label), " ".join(self.tokens[at:])
        for at in range(1, len(self.tokens)):
            yield " ".join(self.tokens[at:]), " ".join(self.tokens[:at])
        yield "", " ".join(self.tokens)

    def _is_value(self, at: int, word: str) -> bool:
        return at in self.quoted or _OPEN_ENDED.fullmatch(word) is None

    def in_form(self, came: Container[str], scene: Scene, notes: Notes) -> StepGenerator:
        """Bring the field that the form has for it to the value.

        Raises:
            NotFound, Ambiguous: The form has no field that is called by the words, nor one that offers them.
        """
        for label, value in self.splits():
            if label and self._is_field(label, came, scene):
                setting = Assign(label, (value, *self.more)).in_form(came, scene, notes)
                return (yield from settled(setting, value, scene))
            if label and (choice := choice_beside(label, value, came, scene)) is not None:
                return (yield from pressed_once(choice))
            if label and len(drawn_beside(label, came, scene)) == 1:
                return (yield from Assign(label, (value, *self.more)).in_form(came, scene, notes))
            if fold(label) in ("name", "full name") and (
                names := name_fields(value, controls_in(came, scene), scene)
            ):
                return (yield from fill(names, scene, notes))
        if (turned := self._box(came, scene)) is not None:
            return (yield from _turned(*turned))
        part = Filling("", (" ".join(self.tokens), *self.more), self.tie)
        return (yield from Tied(part).in_form(came, scene, notes))

    def is_labelled(self, came: Container[str], scene: Scene) -> bool:
        """Whether the form has a field that is called by a part of the words."""
        return any(
            label and (self._is_field(label, came, scene) or drawn_beside(label, came, scene))
            for label, _ in self.splits()
        )

    def _is_field(self, label: str, came: Container[str], scene: Scene) -> bool:
        try:
            control_labelled(label, scene, came)
        except NotFound:
            return False
        return True

    def _box(self, came: Container[str], scene: Scene) -> tuple[Element, bool] | None:
        """The one box of the form that is called by the words, and whether it is to be ticked."""
        words = [word for word in self.tokens if word not in ("turned", "switched")]
        on = True
        if words[-1] in _STATES and len(words) > 1:
            on = _STATES[words.pop()]
        name = " ".join(words)
        boxes = [e for e in scene.elements if e.ref in came and e.role in _BOXES]
        found = [e for e in boxes if box_score(name, e, scene) >= STRONG]
        return (found[0], on) if len(found) == 1 else None


def _turned(box: Element, on: bool) -> StepGenerator:
    scene = yield from act(SetChecked(box.ref, on))
    now = scene.get(box.ref)
    if now is None or ("checked" in now.states) != on:
        raise CannotDo(f"{said(box)} does not show that it is {'ticked' if on else 'unticked'}")
    return Evidence(f"{said(now)} is {'ticked' if on else 'unticked'}", refs=(now.ref,))


def given_of(words: str, clause: Clause) -> tuple[FormPart, ...]:
    """What a row of labels and values gives, quoted strings as marks."""
    found: list[FormPart] = []
    for part in parts_of(words):
        tokens = part.split()
        alone = len(tokens) == 1 or (MARK.fullmatch(part) is not None)
        if alone and found and len(found[-1].tokens) > 1:
            found[-1] = replace(found[-1], more=(*found[-1].more, clause.spoken(part)))
            continue
        quoted = frozenset(at for at, token in enumerate(tokens) if MARK.search(token))
        found.append(FormPart(tuple(clause.spoken(token) for token in tokens), quoted))
    return tuple(found)


def parts_from(phrases: Sequence[Phrase], clause: Clause) -> tuple[FormPart | Tied | TickedBesides, ...]:
    """What phrases behind a thing give an act: a row of labels and values, or a value that is tied to it."""
    found: list[FormPart | Tied | TickedBesides] = []
    for phrase in phrases:
        if phrase.tie in ("with", "using", "via"):
            found += given_of(phrase.words, clause)
        elif (
            found and phrase.tie in ("of", "to", "as", "for", "at", "on") and isinstance(found[-1], FormPart)
        ):
            last = found[-1]
            if any(last._is_value(at, word) for at, word in enumerate(last.tokens)):
                found += _tied(phrase, clause)
                continue
            (first, *rest) = given_of(phrase.words, clause)  # `a limit of $500`, `the role set to Editor`
            found[-1] = replace(
                last,
                tokens=(*last.tokens, *first.tokens),
                quoted=frozenset(at + len(last.tokens) for at in first.quoted),
            )
            found += rest
        elif phrase.tie in NO_NOUNS:
            found.append(_of_a_clause(phrase, clause))
        else:
            found += _tied(phrase, clause)
    return tuple(found)


def values_from(phrases: Sequence[Phrase], clause: Clause) -> tuple[FormPart | Tied, ...]:
    """The same where nothing can be left alone, since nothing is there before.

    Raises:
        NotRead: Something is said not to be done besides.
    """
    found = parts_from(phrases, clause)
    values = tuple(one for one in found if not isinstance(one, TickedBesides))
    if len(values) < len(found):
        raise NotRead(clause.rest, clause)
    return values


def _of_a_clause(phrase: Phrase, clause: Clause) -> Tied | TickedBesides:
    """What a reason, a permission, what is left alone or "at once" may be in a form."""
    if phrase.tie == "without":
        gerund, _, what = phrase.words.partition(" ")
        told = [word for word in what.split() if not is_closed(word)]
        return TickedBesides(clause.spoken(" ".join((plain_verb(gerund), *told))), on=False)
    return Tied(Filling("", (clause.spoken(phrase.words),), phrase.tie))


def _tied(phrase: Phrase, clause: Clause) -> list[FormPart | Tied]:
    """The value that a phrase ties, and the labels with values in a row behind it: `in Berlin, ZIP 10115`."""
    words, *more = re.split(r", (?=[A-Za-z][A-Za-z ]*? (?:‹\d+›|[$€£]?\d))", phrase.words)
    if more and possible_days(phrase.words):
        words, more = phrase.words, []
    if phrase.tie in _OF_SEVERAL and (several := _SEVERAL.fullmatch(words)):
        values = tuple(clause.spoken(one) for one in re.split(r",? and |, ", several["values"]))
        return [Tied(Filling("", values, phrase.tie)), *given_of(", ".join(more), clause)]
    value = value_of(replace(phrase, words=words), clause)
    return [Tied(Filling("", (value,), phrase.tie)), *given_of(", ".join(more), clause)]
