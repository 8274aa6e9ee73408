"""What was set on the way is still so at the end: a page may take a value, say "Saved", and keep another."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from browser.model.actions import Click, Select, SetChecked, TypeText
from browser.model.element_match import shows
from browser.model.observation import Element
from browser.values.held import holds
from engines.rules.grounding.find import said
from engines.rules.grounding.labels import label_of
from engines.rules.scene import Scene
from engines.rules.skills.controls.labelled_rows import rows_called

_TOGGLES = ("checkbox", "switch", "radio")
_STATES = ("on", "off")


@dataclass(frozen=True, slots=True)
class _Set:
    """A value that a control was brought to."""

    control: Element
    """As it was before."""
    label: str
    was: str
    value: str
    last: bool = True
    """Whether nothing was done since."""


@dataclass(slots=True)
class HeldValues:
    """The values that controls of the page were brought to; one per run."""

    _set: dict[str, _Set] = field(default_factory=dict)

    def note(self, before: Scene, after: Scene) -> None:
        """Take down what the last actions have set."""
        if after.results:
            self._set = {ref: replace(one, last=False) for ref, one in self._set.items()}
        for result in after.results:
            if not isinstance(result.action, TypeText | Select | SetChecked | Click) or result.problem:
                continue
            ref = result.action.target
            old = before.get(ref) if isinstance(ref, str) else None
            now = _again(old, after) if old is not None else None
            if old is None or now is None or now.input_type == "password":
                continue
            if isinstance(result.action, Click) and not (_is_toggle(old) or _is_toggle(now)):
                continue
            value = _value_of(now)
            if isinstance(result.action, Select) and len(result.action.options) == 1 and now.ref != old.ref:
                value = result.action.options[0]  # it was drawn anew, and may show the old one already
            if value:
                self._set[old.ref] = _Set(old, label_of(now, after), _value_of(old), value)

    @property
    def may_be_taken_back(self) -> bool:
        """Whether the last thing that was done has changed a control that a page may answer for by itself.

        Some show the change at once, ask their server, and show the old state again where it says no.
        """
        return any(
            one.last and one.was != one.value and (one.value in _STATES or one.control.options)
            for one in self._set.values()
        )

    def lost(self, scene: Scene) -> str:
        """What the page shows to be something else by now, as a sentence; "" where it shows nothing of it.

        A form that is empty again, or as it was at first, may have been sent. A page without the field that
        shows the old value beside its label, and the new one nowhere, has not kept it.
        """
        for one in self._set.values():
            now = _again(one.control, scene)
            if now is not None and now.box is not None:
                shown = _value_of(now)
                reset = not one.last and shown in ("", one.was)
                if label_of(now, scene) == one.label and shown and not reset and not holds(one.value, shown):
                    return f"{said(now)} shows {shown!r} at the end, not {one.value!r}"
            elif one.was and one.label and not any(shows(text.name, one.value) for text in scene.texts):
                rows = rows_called(one.label, scene)
                if len(rows) == 1 and rows[0].shows(one.was, scene):
                    return f"the page shows {one.was!r} for {one.label!r} at the end, not {one.value!r}"
        return ""


def _again(control: Element, scene: Scene) -> Element | None:
    """A control on a later page, also where that has drawn it anew in its place."""
    if (same := scene.get(control.ref)) is not None:
        return same
    alike = [e for e in scene.elements if (e.role, e.box) == (control.role, control.box) and e.box]
    return alike[0] if len(alike) == 1 else None


def _is_toggle(element: Element) -> bool:
    return element.role in _TOGGLES or "pressed" in element.states


def _value_of(element: Element) -> str:
    """What a control shows; of one that is on or off, which of the two."""
    if element.role in _TOGGLES or (element.role == "button" and element.value is None):
        return "on" if element.states & {"checked", "pressed"} else "off"
    return element.value or ""
