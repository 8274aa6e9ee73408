"""Where in a form a value without a label belongs: by what offers it, and by what kind of value it is."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence

from browser.model.element_match import STRONG, says_all, similarity, words_of
from browser.model.observation import Element
from browser.values.dates import possible_days
from engines.rules.grounding.find import said
from engines.rules.grounding.labels import beside, label_of
from engines.rules.scene import Scene, is_text_field
from engines.rules.skills.controls.calendar import is_dated
from engines.rules.skills.controls.drawn import controls_beside
from engines.rules.skills.press import press
from engines.rules.skills.records.locate import stems
from engines.rules.step_generator import Evidence, StepGenerator, done

_NOUN = re.compile(r"(?P<rest>.+) (?P<noun>[a-z]{3,})")
_NOUN_BEFORE = re.compile(r"(?P<noun>[a-z]{3,}(?: [a-z]{3,})?) (?P<rest>[A-Z#].*)")
_KINDS = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "email mail"),
    (re.compile(r"(?:https?://|www\.)\S+"), "url website link site"),
    (re.compile(r"[-+]?[$€£¥]\s?\d[\d.,]*"), "amount price value total cost sum budget payment"),
    (re.compile(r"\d[\d.,]*\s?%"), "percent percentage rate discount probability share"),
    (re.compile(r"\d{1,2}:\d{2}(?: ?[ap]\.?m\.?)?", re.IGNORECASE), "time hour"),
    (re.compile(r"\+?[\d() .-]{7,}"), "phone telephone mobile cell"),
)
"""What a value is by its signs, and what a field for such a value is called."""
_FIRST, _LAST = stems("first given"), stems("last family sur surname lastname")
_FULL_NAME = re.compile(r"[A-Z][\w'’.-]*(?: (?:[a-z]{2,3} )?[A-Z][\w'’.-]*)+")


def readings(value: str) -> Iterator[tuple[str, str]]:
    """The ways to take a value: as it stands, and without a noun for what it is (`the Home category`)."""
    yield "", value
    for shape in (_NOUN, _NOUN_BEFORE):
        if match := shape.fullmatch(value):
            yield match["noun"], match["rest"]


def controls_in(came: Container[str], scene: Scene) -> list[Element]:
    """The fields and the native lists of a form."""
    return [e for e in scene.elements if e.ref in came and e.box and (is_text_field(e) or e.options)]


def offering(value: str, controls: Sequence[Element], scene: Scene) -> list[tuple[Element, str]]:
    """The lists that offer a value, each with its option; those that say no more than it come first."""
    lists = [e for e in controls if e.options]
    for noun, words in readings(value):
        same = [(e, o) for e in lists for o in e.options if similarity(words, o) >= STRONG]
        if noun:
            same = [(e, o) for e, o in same if says_all(noun, label_of(e, scene))] or same
        if same:
            return list({e.ref: (e, o) for e, o in same}.values())
    for _, words in readings(value):
        longer = [(e, o) for e in lists for o in e.options if says_all(words, o)]
        if longer:
            return longer
    return []


def of_its_kind(value: str, controls: Sequence[Element], scene: Scene) -> list[Element]:
    """The empty fields that are plainly for such a value: an e-mail, an amount of money, a day."""
    fields = [e for e in controls if is_text_field(e) and not e.value and "readonly" not in e.states]
    if possible_days(value):
        return [e for e in controls if is_text_field(e) and (e.input_type == "date" or is_dated(e, scene))]
    for shape, names in _KINDS:
        if shape.fullmatch(value):
            return [e for e in fields if _words(e, scene) & stems(names)]
    return []


def has_kind(value: str) -> bool:
    """Whether its signs tell what kind of value it is."""
    return bool(possible_days(value)) or any(shape.fullmatch(value) for shape, _ in _KINDS)


def name_fields(value: str, controls: Sequence[Element], scene: Scene) -> list[tuple[Element, str]]:
    """The fields for a first and a last name, with what each is given; [] where there are none."""
    if _FULL_NAME.fullmatch(value) is None:
        return []
    fields = [e for e in controls if is_text_field(e)]
    found = []
    for names in (_FIRST, _LAST):
        called = [e for e in fields if stems(label_of(e, scene)) & names or _joined(e) & names]
        if len(called) != 1:
            return []
        found.append(called[0])
    if found[0].ref == found[1].ref:
        return []
    first, _, last = value.partition(" ")
    return [(found[0], first), (found[1], last)]


def words_of_label(control: Element, scene: Scene) -> tuple[frozenset[str], ...]:
    """What a control is called by its own label, and by that with the text beside it."""
    return stems(label_of(control, scene)), words_on(control, scene)


def words_on(control: Element, scene: Scene) -> frozenset[str]:
    """What a control is called, by the text beside it too where it says only what may be typed."""
    label = label_of(control, scene)
    over = beside(control, scene) if label == control.placeholder.strip() else None
    return stems(label, over.name if over is not None else "")


def labels_that_mean(means: Container[str], came: Container[str], scene: Scene) -> list[str]:
    """The labels beside drawn controls of a form that say nothing but one of some words."""
    texts = [t for t in scene.texts if t.ref in came or _is_around(t, came, scene)]
    found = [
        text.name.rstrip(" :*")
        for text in texts
        if (words := stems(text.name)) and all(word in means for word in words)
    ]
    return [label for label in dict.fromkeys(found) if drawn_beside(label, came, scene)]


def drawn_beside(label: str, came: Container[str], scene: Scene) -> list[Element]:
    """The controls of a form that stand beside a label and are neither fields nor native lists."""
    beside = [e for e in controls_beside(label, scene) if e.ref in came]
    return [e for e in beside if not is_text_field(e) and not e.options]


def choice_beside(label: str, value: str, came: Container[str], scene: Scene) -> Element | None:
    """The one of several drawn choices beside a label that says a value, be it in its description alone."""
    named = [e for e in drawn_beside(label, came, scene) if says_exactly(value, e)]
    return named[0] if len(named) == 1 else None


def choice_called(value: str, came: Container[str], scene: Scene) -> Element | None:
    """The one thing of a form that is called as a value and can be pressed: a card, a segment, a radio."""
    usable = [e for e in scene.elements if e.ref in came and e.interactive and e.box and e.enabled]
    usable = [e for e in usable if not (is_text_field(e) or e.options or e.role == "button" or e.href)]
    for _, words in readings(value):
        found = [e for e in usable if says_exactly(words, e) or _begins_with(words, e)]
        found = scene.outermost(found)
        if len(found) == 1:
            return found[0]
    return None


def pressed_once(choice: Element) -> StepGenerator:
    """Press a choice, but not one that is chosen: a second press of a box would undo it."""
    if choice.states & {"checked", "selected", "pressed"}:
        return (yield from done(Evidence(f"{said(choice)} is chosen", refs=(choice.ref,))))
    return (yield from press(choice))


def says_exactly(value: str, element: Element) -> bool:
    """Whether an element is called so, by its name or by its description."""
    texts = (element.name, element.text, element.label, element.description)
    return any(similarity(value, text) >= STRONG for text in texts if text)


def _begins_with(value: str, element: Element) -> bool:
    """Whether it is a box whose label says the value first, and what it means then."""
    if element.role not in ("radio", "checkbox", "switch"):
        return False
    words = words_of(value)
    return any(words_of(text)[: len(words)] == words for text in (element.name, element.label) if text)


def _is_around(text: Element, came: Container[str], scene: Scene) -> bool:
    return any(above.ref in came for above in list(scene.ancestors(text))[:2])


def _joined(field: Element) -> frozenset[str]:
    return frozenset(word.removesuffix("name") for word in field.hints)


def _words(field: Element, scene: Scene) -> frozenset[str]:
    words = stems(label_of(field, scene), field.placeholder, *field.hints, field.input_type)
    return words | (stems("amount") if re.match(r"[$€£¥]", field.placeholder) else frozenset())
