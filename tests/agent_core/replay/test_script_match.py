"""Finding an element again on a page that has changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent_core.replay.elements.fingerprint import describe
from agent_core.replay.elements.matcher import find
from agent_core.replay.elements.renamed import Found, NotFound
from agent_core.replay.elements.surroundings import Surroundings
from browser.model.element_match import likeness
from browser.model.observation import Box, Element

BOX = Box(0, 0, 100, 20)


def made(ref: str, role: str, name: str = "", parent: str = "", **more: object) -> Element:
    interactive = role in ("button", "link", "textbox", "checkbox")
    more.setdefault("text", name if role not in ("textbox", "checkbox") else "")
    return Element(ref=ref, role=role, name=name, parent=parent, interactive=interactive, box=BOX, **more)  # type: ignore[arg-type]


FORM = (
    made("1", "heading", "Register"),
    made("2", "textbox", "Full name", input_type="text", hints=("name",)),
    made("3", "textbox", "E-mail", input_type="email", hints=("email",)),
    made("4", "textbox", "Phone", input_type="tel", hints=("phone",)),
    made("5", "button", "Continue", hints=("next",)),
    made("6", "button", "Back", hints=("back",)),
)


def on(elements: tuple[Element, ...], ref: str, now: tuple[Element, ...], renamed: bool = False):
    page = Surroundings(elements)
    return find(describe(page.by_ref[ref], page), Surroundings(now), renamed=renamed)


def but(elements: tuple[Element, ...], ref: str, **changes: object) -> tuple[Element, ...]:
    return tuple(replace(one, **changes) if one.ref == ref else one for one in elements)


@pytest.mark.parametrize("ref", ["2", "3", "4", "5", "6"])
def test_an_element_is_the_same_on_the_same_page_wherever_it_stands(ref):
    assert on(FORM, ref, FORM) == Found(ref=ref, score=7.0)
    assert on(FORM, ref, tuple(reversed(FORM))) == Found(ref=ref, score=7.0)


def test_the_only_one_that_can_be_called_otherwise_is_healed():
    now = but(FORM, "5", name="Next step", text="Next step", hints=())

    found = on(FORM, "5", now)

    assert isinstance(found, Found)
    assert (found.ref, found.how) == ("5", "healed")
    assert found.why == "it is button 'Next step' now"


def test_what_is_known_as_another_is_never_taken():
    now = tuple(one for one in FORM if one.ref != "5")

    assert isinstance(on(FORM, "5", now), NotFound)


def test_two_that_could_be_it_are_left_alone():
    now = (
        *(one for one in FORM if one.ref != "5"),
        made("7", "button", "Next"),
        made("8", "button", "Discard"),
    )

    found = on(FORM, "5", now)

    assert isinstance(found, NotFound)
    assert "it could be" in found.why or "too unlike" in found.why


def test_another_value_finds_what_is_called_so_and_nothing_else():
    page = Surroundings(FORM)
    wanted = describe(page.by_ref["5"], page).model_copy(update={"name": "back"})

    assert find(wanted, page, renamed=True) == Found(ref="6", score=7.0)
    gone = wanted.model_copy(update={"name": "Stop"})
    assert isinstance(find(gone, page, renamed=True), NotFound)


ROWS = tuple(
    one
    for number, who in enumerate(("Ada", "Bo", "Cy"))
    for one in (
        made(f"r{number}", "row", who, text=f"{who} Delete"),
        made(f"t{number}", "text", who, f"r{number}"),
        made(f"d{number}", "button", "Delete", f"r{number}"),
    )
)


def test_of_many_alike_the_one_in_the_same_row_is_meant():
    shuffled = (*ROWS[6:], *ROWS[:6])

    assert on(ROWS, "d1", shuffled).ref == "d1"  # type: ignore[union-attr]


def test_the_only_one_left_is_not_taken_for_one_in_another_row():
    assert isinstance(on(ROWS, "d1", ROWS[:3]), NotFound)


def test_of_many_that_nothing_tells_apart_the_place_counts_only_where_nothing_moved():
    boxes = tuple(made(f"{n}", "checkbox") for n in range(3))

    assert on((*boxes, made("9", "text", "end")), "1", (*boxes, made("9", "text", "end"))).ref == "1"  # type: ignore[union-attr]
    assert isinstance(on(boxes, "1", (*boxes, made("3", "checkbox"))), NotFound)


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("Send", "send.", 1.0, 1.0),
        ("Send", "Send message", 0.7, 0.95),
        ("Colour", "Color", 0.8, 1.0),
        ("Room 12", "Room 13", 0.0, 0.5),
        ("Yes", "No", 0.0, 0.5),
    ],
)
def test_names_are_alike_by_their_words(one, other, least, most):
    assert least <= likeness(one, other) <= most


PARTS = tuple(
    one
    for part, things in (("a", ("Oars", "Rope", "Anchor")), ("b", ("Flour", "Salt", "Yeast")))
    for one in (
        made(part, "group"),
        *(made(f"{part}{at}", "text", said, part) for at, said in enumerate(things)),
        made(f"{part}-button", "button", f"Order {things[0]}", part),
    )
)


def test_of_two_that_are_called_otherwise_the_one_in_the_same_company_is_meant():
    now = but(but(PARTS, "a-button", name="Go", text="Go"), "b-button", name="Take", text="Take")

    assert on(PARTS, "a-button", tuple(reversed(now))).ref == "a-button"  # type: ignore[union-attr]
    assert on(PARTS, "b-button", tuple(reversed(now))).ref == "b-button"  # type: ignore[union-attr]


def test_of_two_in_the_same_company_neither_is_taken():
    now = but(but(FORM, "5", name="Go", text="Go", hints=()), "6", name="Take", text="Take", hints=())

    assert isinstance(on(FORM, "5", now), NotFound)
