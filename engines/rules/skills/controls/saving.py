"""Saving what was changed, by the one button that does."""

from __future__ import annotations

import re
from collections.abc import Container, Generator, Sequence

from browser.model.actions import Action, Click
from browser.model.element_match import fold
from browser.model.observation import Element
from engines.rules.grounding.find import new_in, said
from engines.rules.scene import Scene, is_text_field
from engines.rules.step_generator import CannotDo, Evidence, StepGenerator, Turns, act

_SAVES = frozenset(
    {
        *("save", "save changes", "save settings", "save preferences", "update", "apply", "apply changes"),
        *("done", "ok", "confirm", "submit"),
    }
)
"""What a button is called that keeps what was changed."""
_TAKES_OVER = frozenset({"apply", "set", "use"})
"""What a button is called that takes over the value of one field of a form."""
_STRONGLY = ("save", "update", "apply")
_ELSE = r"(?:as|and|or|draft|new|all|for|to|in|on|with|search|filters?|view|query|template|copy|later|now)\b"
"""Words on a button that keeps something else, or does more."""
_SAVES_A_KIND = re.compile(rf"(?:save|update) (?:the |this |your )?(?:(?!{_ELSE})[a-z]+ ?){{1,2}}")
"""A button that says what it saves: `Save trip`, `Update email`. It counts where no other button saves."""


def saved(setting: StepGenerator, control: Element, scene: Scene, *, needed: bool = False) -> StepGenerator:
    """Set a control, then press the one button near it that saves, where there is one."""
    evidence, scene = yield from followed(setting, scene)
    button = save_button(control, scene)
    button = button or save_as_it_is(control, scene)
    if button is None and needed:
        raise CannotDo(f"found no one button that saves {said(control)}")
    if button is None:
        return evidence
    if not button.enabled:
        raise CannotDo(f"{said(button)} is disabled")
    return (yield from kept_with(button, evidence))


def kept_with(button: Element, evidence: Evidence) -> StepGenerator:
    """Press the button that keeps what was set."""
    yield from act(Click(button.ref))
    told = f"{evidence.said}; clicked {said(button)}"
    return Evidence(told, refs=(*evidence.refs, button.ref), kept_by=said(button))


def kept_beside(setting: StepGenerator, control: Element, scene: Scene) -> StepGenerator:
    """Change something in a view, and press what came up to save it, or what submits it as it is."""
    before = scene
    evidence, scene = yield from followed(setting, scene)
    button = the_save_button(new_in(scene, before)) or save_as_it_is(control, scene)
    if button is None or not button.enabled:
        return evidence
    return (yield from kept_with(button, evidence))


def followed(
    step: StepGenerator, scene: Scene
) -> Generator[tuple[Action, ...], Scene, tuple[Evidence, Scene]]:
    """Carry out a step; its evidence, and the page as it is then."""
    try:
        actions = next(step)
        while True:
            scene = yield actions
            actions = step.send(scene)
    except StopIteration as ended:
        return ended.value, scene


def came_up(before: Scene, scene: Scene) -> frozenset[str]:
    """Refs of what can be used on a page and could not before, also where the page was drawn anew."""
    usable = [e for e in before.elements if e.box and e.enabled and not e.states & {"readonly", "covered"}]
    kinds = {(e.ref, e.role, e.interactive, is_text_field(e) and e.name) for e in usable}
    places = {(e.role, e.name, e.box) for e in usable}
    new = [
        e for e in scene.elements if (e.ref, e.role, e.interactive, is_text_field(e) and e.name) not in kinds
    ]
    return frozenset(e.ref for e in new if (e.role, e.name, e.box) not in places)


def the_save_button(among: Sequence[Element]) -> Element | None:
    """The one of these that saves; None where none does, or several."""
    found = [e for e in among if _saves(e)] or [e for e in among if _is_usable(e) and _saves_a_kind(e)]
    for some in (
        [e for e in found if fold(e.name or e.text).startswith("save")],
        [e for e in found if fold(e.name or e.text).startswith(_STRONGLY)],
        found,
    ):
        if some:
            return some[0] if len(some) == 1 else None
    return None


def taken_over(refs: Sequence[str], scene: Scene) -> Turns:
    """Press what takes over the value of a field that has a button of its own for that, such as `Apply`."""
    for ref in refs:
        field = scene.get(ref)
        button = _own_button(field, scene) if field is not None and is_text_field(field) else None
        if button is not None and button.enabled:
            scene = yield from act(Click(button.ref))
    return scene


def _own_button(field: Element, scene: Scene) -> Element | None:
    """The button that takes over a value in the groups around a field that hold no other field."""
    for group in scene.ancestors(field):
        inside = list(scene.inside(group))
        if any((is_text_field(e) or e.options) and e.box and e.ref != field.ref for e in inside):
            return None
        saving = list(filter(_saves, inside))
        found = [e for e in inside if _is_usable(e) and fold(e.name or e.text) in _TAKES_OVER]
        if found or saving:
            return found[0] if len(found) == 1 and len(saving) <= 1 else None
    return None


def save_button(control: Element, scene: Scene) -> Element | None:
    """The one button that saves in the smallest group around a control that has any; None where none does."""
    for group in _groups_around(control, scene):
        inside = list(scene.inside(group))
        if any(_saves(e) or _saves_a_kind(e) for e in inside if _is_usable(e)):
            return the_save_button(inside)
    return None


def is_kept_again(control: Element, scene: Scene, kept_by: Container[str]) -> bool:
    """Whether a control stands in a form that was kept by its button already, before the control was set."""
    button = save_button(control, scene)
    return button is not None and said(button) in kept_by


def save_as_it_is(control: Element, scene: Scene) -> Element | None:
    """The one button that keeps a change together with a state that it names; None where none does.

    Raises:
        CannotDo: It names another state than the page shows, and than the prompt asks for.
    """
    for group in _groups_around(control, scene):
        buttons = [e for e in scene.inside(group) if _is_usable(e) and _SAVES_AS.fullmatch(_words(e))]
        if buttons:
            return _as_it_is(buttons, scene)
    return None


def _groups_around(control: Element, scene: Scene) -> list[Element]:
    here = scene.get(control.ref) or drawn_anew(control, scene)
    return list(scene.ancestors(here)) if here is not None else []


def drawn_anew(control: Element, scene: Scene) -> Element | None:
    """What stands where a control stood that was drawn anew, maybe wider; None: nothing."""
    place = control.box
    if place is None:
        return None
    for e in scene.elements:
        if e.box is None or (e.role, e.hints) != (control.role, control.hints):
            continue
        begins, ends = abs(e.box.x - place.x) < 1, abs(e.box.right - place.right) < 1
        if abs(e.box.y - place.y) < 1 and (begins or ends):
            return e
    return None


_SAVES_AS = re.compile(r"(?:submit|save|update) as (?P<state>[a-z][a-z -]*)")
"""A button that keeps what was changed together with the state that it names: `Submit as open`."""


def _as_it_is(buttons: Sequence[Element], scene: Scene) -> Element:
    """The one of these buttons that names the state which the page shows, or which the prompt asks for."""
    told = {fold(text.name) for text in scene.texts if not any(scene.holds(e, text) for e in buttons)}
    states = [(e, match["state"]) for e in buttons if (match := _SAVES_AS.fullmatch(_words(e)))]
    asked = [e for e, state in states if re.search(rf"\b{re.escape(state)}\b", fold(scene.prompt))]
    found = asked or [e for e, state in states if state in told]
    if len(found) != 1:
        raise CannotDo(f"what was changed is only kept with {', '.join(said(e) for e in buttons)}")
    return found[0]


def _words(element: Element) -> str:
    return fold(element.name or element.text)


def _is_usable(element: Element) -> bool:
    return element.interactive and element.box is not None and "covered" not in element.states


def _saves(element: Element) -> bool:
    return _is_usable(element) and fold(element.name or element.text or element.description) in _SAVES


def _saves_a_kind(element: Element) -> bool:
    return (
        element.role == "button" and _SAVES_A_KIND.fullmatch(fold(element.name or element.text)) is not None
    )
