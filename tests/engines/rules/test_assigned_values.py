"""A control is brought to the value that was asked for, and none is said to have it that has another."""

from __future__ import annotations

import pytest

from browser.model.actions import SetChecked
from browser.model.observation import Box, Element, Observation
from engines.rules.scene import Scene
from engines.rules.skills.base import Notes
from engines.rules.skills.controls.assign import Assign
from engines.rules.skills.controls.choice import choose_in
from engines.rules.skills.controls.drawn import choose_drawn
from engines.rules.step_generator import CannotDo

URL = "http://127.0.0.1/settings"


def element(ref: str, role: str, name: str, **fields: object) -> Element:
    return Element(ref=ref, role=role, name=name, box=Box(0, 0, 90, 20), interactive=True, **fields)


def seen(*elements: Element) -> Scene:
    return Scene(Observation(url=URL, elements=elements))


@pytest.mark.parametrize(
    ("value", "checked"),
    [("on", True), ("Yes", True), ("enabled", True), ("off", False), ("no", False), ("disabled", False)],
)
def test_a_box_is_ticked_or_not(value: str, checked: bool) -> None:
    step = Assign("News", (value,)).carry_out(seen(element("e1", "checkbox", "News")), Notes())
    assert next(step) == (SetChecked("e1", checked),)


@pytest.mark.parametrize("value", ["weekly", "2", "on Mondays"])
def test_what_is_neither_on_nor_off_unticks_no_box(value: str) -> None:
    step = Assign("News", (value,)).carry_out(seen(element("e1", "checkbox", "News")), Notes())
    with pytest.raises(CannotDo, match="is on or off, and not"):
        next(step)


@pytest.mark.parametrize(
    ("shown", "ends"),
    [
        ("Green", pytest.raises(StopIteration, match="shows 'Green'")),
        ("Green (2)", pytest.raises(StopIteration, match="shows 'Green")),
        ("Evergreen", pytest.raises(CannotDo, match="shows 'Evergreen'")),
    ],
    ids=["chosen", "chosen, with a number", "not chosen"],
)
def test_a_drawn_list_shows_the_choice_by_its_words_and_not_by_its_letters(shown: str, ends) -> None:
    before = element("e1", "button", "Evergreen")
    step = choose_drawn(before, "Colour", "Green", seen(before))
    next(step)
    step.send(seen(before, element("e2", "button", "Green")))
    with ends:
        step.send(seen(element("e1", "button", shown)))


@pytest.mark.parametrize(
    ("after", "ends"),
    [
        ((), pytest.raises(CannotDo, match="shows '' after 'Green' was chosen")),
        ((element("e2", "option", "Green"),), pytest.raises(CannotDo, match="shows ''")),
        ((element("e2", "button", "Green"),), pytest.raises(StopIteration, match="shows 'Green'")),
    ],
    ids=["nothing", "only offered", "beside the field"],
)
def test_a_field_that_is_empty_after_a_choice_shows_it_beside_it_or_it_was_not_chosen(after, ends) -> None:
    field = element("e1", "combobox", "Colour", value="")
    step = choose_in(field, ("Green",), seen(field))
    next(step)
    with ends:
        step.send(seen(field, *after))
