"""What a form offers only once it is asked: a list that opens, a field that searches. Each is looked into."""

from __future__ import annotations

from collections.abc import Container, Generator, Iterator, Sequence

from browser.model.actions import Action, Click, Press, TypeText, Wait
from browser.model.observation import Element
from engines.rules.grounding.find import new_in, said
from engines.rules.scene import Scene, is_text_field
from engines.rules.skills.records.making.placing import readings, says_exactly
from engines.rules.skills.records.making.suggestions import searches
from engines.rules.step_generator import Ambiguous, Evidence, NotFound, StepGenerator, act, attempt

_CARETS = ("▾", "▼", "⌄", "▿", "⏷", "▽")
_OPENS = frozenset({"dropdown", "picker", "combobox", "dd", "select", "haspopup"})
_MOST = 4
"""So many lists and fields of a form are looked into for one value."""


def hidden_choices(came: Container[str], scene: Scene) -> list[Element]:
    """The lists of a form that open, and its empty fields that search."""
    found = [
        e
        for e in scene.elements
        if e.ref in came and e.box and e.enabled and e.interactive and not e.options and not e.href
    ]
    fields = [e for e in found if is_text_field(e) and not e.value and searches(e)]
    drawn = [e for e in found if not is_text_field(e) and _opens_list(e)]
    drawn = scene.innermost(drawn)
    return [*drawn, *fields]


def chosen_behind(value: str, among: Sequence[Element], scene: Scene) -> StepGenerator:
    """Choose a value where one of these offers it, and none of the others does.

    Raises:
        NotFound, Ambiguous: None of them offers it, or several do.
    """
    offering: list[Element] = []
    for one in among[:_MOST]:
        scene, entry = yield from _looked_into(one, value, scene)
        if entry is not None:
            offering.append(one)
        scene = yield from _closed(one, scene)
    if not offering:
        raise NotFound(f"nothing in the form offers {value!r}")
    if len(offering) > 1:
        raise Ambiguous(f"{said(offering[0])} and {said(offering[1])} offer {value!r}")
    scene, entry = yield from _looked_into(offering[0], value, scene)
    if entry is None:
        raise NotFound(f"{said(offering[0])} offers {value!r} no more")
    scene = yield from act(Click(entry.ref))
    now = scene.get(offering[0].ref)
    shown = [now] if now is not None else []
    if not any(
        words in (e.value or e.text or e.name) for e in (*shown, *scene.texts) for words in _said(value)
    ):
        raise NotFound(f"{said(offering[0])} does not show {value!r} after it was chosen")
    return Evidence(f"chose {said(entry)} in {said(offering[0])}", refs=(offering[0].ref,))


def _looked_into(
    one: Element, value: str, before: Scene
) -> Generator[tuple[Action, ...], Scene, tuple[Scene, Element | None]]:
    """What a list or a field offers that says just this value."""
    if not is_text_field(one):
        scene = yield from attempt(Click(one.ref))
        return scene, _entry(value, before, scene)
    for words in dict.fromkeys((*_said(value), value.split()[0])):
        scene = yield from attempt(TypeText(words, one.ref))
        if (entry := _entry(value, before, scene)) is not None:
            return scene, entry
        scene = yield from attempt(Wait(0.4))
        if (entry := _entry(value, before, scene)) is not None:
            return scene, entry
    return scene, None


def _entry(value: str, before: Scene, scene: Scene) -> Element | None:
    new = [e for e in new_in(scene, before) if not is_text_field(e)]
    for words in _said(value):
        found = [e for e in new if says_exactly(words, e) or _is_said_first(words, e, scene)]
        found = scene.outermost(found)
        if len(found) == 1:
            return found[0]
    return None


def _is_said_first(words: str, entry: Element, scene: Scene) -> bool:
    """Whether one of the texts of an entry says just this, and others more of it: a name, its address."""
    return any(text.role == "text" and text.name.strip() == words for text in scene.inside(entry))


def _closed(one: Element, scene: Scene) -> Generator[tuple[Action, ...], Scene, Scene]:
    """The form as it was before something was looked into."""
    if is_text_field(one):
        return (yield from attempt(TypeText("", one.ref)))
    now = scene.get(one.ref)
    if now is not None and "covered" not in now.states:
        return (yield from attempt(Click(one.ref)))
    return (yield from attempt(Press("Escape")))


def _said(value: str) -> Iterator[str]:
    for _, words in readings(value):
        yield words


def _opens_list(element: Element) -> bool:
    words = (element.text or element.name).strip()
    return words.endswith(_CARETS) or bool(_OPENS & {*element.hints})
