"""Which button keeps what was changed: one that plainly saves, else the one that says what it saves."""

from __future__ import annotations

import pytest

from browser.model.observation import Element
from engines.rules.skills.controls.saving import the_save_button
from tests.support.page_models import part, seen


def buttons(*names: str) -> list[Element]:
    scene = seen(part("form", "", *(part("button", name) for name in names)))
    return [element for element in scene.elements if element.role == "button"]


@pytest.mark.parametrize(
    ("names", "saves"),
    [
        (("Cancel", "Save"), "Save"),
        (("Cancel", "Save trip"), "Save trip"),
        (("Save the guest list", "Delete"), "Save the guest list"),
        (("Save", "Save and add another"), "Save"),
        (("Save trip", "Save changes"), "Save changes"),
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
    ],
)  # fmt: skip
def test_what_does_not_keep_the_change_is_not_taken_for_it(names: tuple[str, ...]) -> None:
    assert the_save_button(buttons(*names)) is None
