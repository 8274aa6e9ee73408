"""What was set on the way is still so at the end: a page may take a value, say "Saved", and keep another."""

from __future__ import annotations

from dataclasses import dataclass, field

from browser.model.actions import Select, TypeText
from browser.model.element_match import shows
from browser.values.held import holds
from engines.rules.grounding.find import said
from engines.rules.grounding.labels import label_of
from engines.rules.scene import Scene
from engines.rules.skills.controls.labelled_rows import rows_called


@dataclass(frozen=True, slots=True)
class _Set:
    """A value that a field was brought to."""

    label: str
    was: str
    value: str


@dataclass(slots=True)
class HeldValues:
    """The values that fields of the page were brought to; one per run."""

    _set: dict[str, _Set] = field(default_factory=dict)

    def note(self, before: Scene, after: Scene) -> None:
        """Take down what the last actions have set."""
        for result in after.results:
            if not isinstance(result.action, TypeText | Select) or result.problem:
                continue
            ref = result.action.target
            now = after.get(ref) if isinstance(ref, str) else None
            if now is None or not now.value or now.input_type == "password":
                continue
            old = before.get(now.ref)
            self._set[now.ref] = _Set(label_of(now, after), (old.value if old else None) or "", now.value)

    def lost(self, scene: Scene) -> str:
        """What the page shows to be something else by now, as a sentence; "" where it shows nothing of it.

        A form that is empty again, or as it was at first, may have been sent. A page without the field that
        shows the old value beside its label, and the new one nowhere, has not kept it.
        """
        for ref, one in self._set.items():
            now = scene.get(ref)
            if now is not None and now.box is not None:
                shown = now.value or ""
                same = label_of(now, scene) == one.label
                if same and shown not in ("", one.was) and not holds(one.value, shown):
                    return f"{said(now)} shows {shown!r} at the end, not {one.value!r}"
            elif one.was and one.label and not any(shows(text.name, one.value) for text in scene.texts):
                rows = rows_called(one.label, scene)
                if len(rows) == 1 and rows[0].shows(one.was, scene):
                    return f"the page shows {one.was!r} for {one.label!r} at the end, not {one.value!r}"
        return ""
