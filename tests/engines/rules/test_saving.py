"""Which button keeps what was changed: one that plainly saves, else the one that says what it saves."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from browser.model.actions import Action, Click, TypeText
from browser.model.observation import Element
from engines.rules.skills.controls.saving import the_save_button
from tests.support.page_models import Part, carried_out, part, seen


def buttons(*names: str) -> list[Element]:
    scene = seen(part("form", "", *(part("button", name) for name in names)))
    return [element for element in scene.elements if element.role == "button"]


@pytest.mark.parametrize(
    ("names", "saves"),
    [
        (("Cancel", "Save"), "Save"),
        (("Cancel", "Save trip"), "Save trip"),
        (("Cancel", "Update email"), "Update email"),
        (("Save the guest list", "Delete"), "Save the guest list"),
        (("Save", "Save and add another"), "Save"),
        (("Save trip", "Save changes"), "Save changes"),
        (("Apply", "Save changes"), "Save changes"),
        (("Apply", "OK"), "Apply"),
    ],
)
def test_the_button_that_saves_is_found(names: tuple[str, ...], saves: str) -> None:
    found = the_save_button(buttons(*names))
    assert found is not None
    assert found.name == saves


@pytest.mark.parametrize(
    "names",
    [
        ("Save as a copy",), ("Save draft",), ("Save for later",), ("Save search",), ("Save and send",),
        ("Save trip", "Save hotel"), ("Saved trips",), ("Cancel", "Delete"),
        ("Update now",), ("Update all",),
    ],
)  # fmt: skip
def test_what_does_not_keep_the_change_is_not_taken_for_it(names: tuple[str, ...]) -> None:
    assert the_save_button(buttons(*names)) is None


@dataclass
class Paint:
    """A form with a field that has a button of its own, which takes its value over."""

    beginning: str = "New paint"
    keeping: str = "Save changes"
    open: bool = False
    typed: dict[str, str] = field(default_factory=dict)
    applied: str = ""
    kept: list[tuple[str, str]] = field(default_factory=list)

    def draw(self) -> Part:
        if not self.open:
            return part(
                "main", "", part("button", self.beginning, ref="new"), *(name for name, _ in self.kept)
            )
        fields = {
            name: part("textbox", name, ref=name, tag="input", value=self.typed.get(name, ""))
            for name in ("Name", "Colour")
        }
        colour = part("group", "", fields["Colour"], part("button", "Apply", ref="apply"))
        buttons = (part("button", "Cancel", ref="cancel"), part("button", self.keeping, ref="keep"))
        return part("form", "", fields["Name"], colour, *buttons)

    def do(self, action: Action) -> None:
        match action:
            case Click(target="new"):
                self.open = True
            case TypeText(text=words, target=str() as name):
                self.typed[name] = words
            case Click(target="apply"):
                self.applied = self.typed["Colour"]
            case Click(target="keep"):
                self.kept.append((self.typed["Name"], self.applied))
                self.open = False


@pytest.mark.parametrize(
    "prompt",
    [
        "Create a new paint called 'Sea' with the colour #0075ca.",
        "Create a new paint with the name 'Sea' and set the colour to '#0075ca'.",
    ],
)
def test_a_value_is_taken_over_by_its_own_button_before_the_form_is_kept(prompt: str) -> None:
    paint = Paint()
    carried_out(prompt, paint.draw, paint.do)

    assert paint.kept == [("Sea", "#0075ca")]


def test_the_one_button_that_names_the_kind_keeps_what_is_made() -> None:
    paint = Paint(beginning="Add paint", keeping="Register paint")
    carried_out("Add a new paint named 'Sea'.", paint.draw, paint.do)

    assert paint.kept == [("Sea", "")]
