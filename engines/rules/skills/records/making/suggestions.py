"""Fields that offer what they take while one types: a search for a person, a place, a tag."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from browser.model.actions import Action, Click, TypeText, Wait
from browser.model.element_match import shows, words_of
from browser.model.observation import Element
from engines.rules.grounding.find import interchangeable, new_in, said
from engines.rules.scene import Scene, is_text_field
from engines.rules.skills.controls.drawn import says
from engines.rules.skills.controls.editors import times_shown
from engines.rules.skills.controls.saving import followed
from engines.rules.step_generator import Ambiguous, CannotDo, Evidence, NotFound, StepGenerator, act

_SEARCHES = frozenset({"search", "find", "autocomplete", "typeahead", "lookup", "suggest"})
Turns = Generator[tuple[Action, ...], Scene, Scene]


def searches(field: Element) -> bool:
    """Whether a field takes one of what it offers, and no other text."""
    words = {*words_of(field.placeholder), *field.hints}
    return field.role in ("combobox", "searchbox") or bool(_SEARCHES & words)


def entered(field: Element, value: str, scene: Scene) -> Turns:
    """Type a value, and press what is offered for it; a field that searches has to offer it.

    Many find by a beginning alone, so the first word of a value is typed where the whole finds nothing.
    """
    before, entries = scene, list[Element]()
    for words in dict.fromkeys((value, value.split()[0]) if searches(field) else (value,)):
        scene = yield from act(TypeText(words, field.ref))
        entries = offered(value, before, scene)
        if not entries and searches(field):
            scene = yield from act(Wait(0.8))
            entries = offered(value, before, scene)
        if entries:
            break
    if not entries and searches(field):
        raise NotFound(f"{said(field)} does not offer {value!r}")
    if entries:
        return (yield from taken(field, value, entries, before))
    if not any(shows(f.value or "", value) for f in scene.fields):
        raise CannotDo(f"no field shows {value!r} after it was typed")
    return scene


def all_entered(field: Element, values: Sequence[str], scene: Scene) -> StepGenerator:
    """Choose several values one after the other in a field that offers them, and keeps each beside it."""
    for value in values:
        now = scene.get(field.ref)
        same = [f for f in scene.fields if f.placeholder == field.placeholder and f.hints == field.hints]
        field = now or (same[0] if len(same) == 1 else field)
        scene = yield from entered(field, value, scene)
    return Evidence(f"{said(field)} took {', '.join(map(repr, values))}", refs=(field.ref,))


def taken(field: Element, value: str, entries: Sequence[Element], before: Scene) -> Turns:
    """Press the one entry that a field offers for a value, and see that the form shows it."""
    if any(not interchangeable(entries[0], other) for other in entries[1:]):
        raise Ambiguous(f"{said(field)} offers {value!r} {len(entries)} times")
    scene = yield from act(Click(entries[0].ref))
    if not any(shows(f.value or "", value) for f in scene.fields) and (
        times_shown(value, scene) <= times_shown(value, before)
    ):
        raise CannotDo(f"no field shows {value!r} after it was chosen")
    return scene


def offered(value: str, before: Scene, scene: Scene) -> list[Element]:
    """What came up on a page that says a value and can be pressed."""
    new = [e for e in new_in(scene, before) if not is_text_field(e) and says(value, e, scene)]
    return scene.outermost(new)


def settled(setting: StepGenerator, value: str, scene: Scene) -> StepGenerator:
    """Set a control, and press what a field offers for what was typed into it, where it does."""
    before = scene
    evidence, scene = yield from followed(setting, scene)
    fields = [f for ref in evidence.refs if (f := scene.get(ref)) is not None and is_text_field(f)]
    if len(fields) != 1:
        return evidence
    entries = offered(value, before, scene)
    if not entries and searches(fields[0]):
        scene = yield from act(Wait(0.8))
        entries = offered(value, before, scene)
    if entries:
        yield from taken(fields[0], value, entries, before)
        return Evidence(f"{evidence.said}; chose {said(entries[0])}", refs=evidence.refs)
    return evidence
