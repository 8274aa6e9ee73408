"""What has no name is told by its author's word and by its place among its like."""

from __future__ import annotations

import pytest

from browser.model.observation import Appearance, Box, Element
from engines.prompts.page import elements_text
from engines.prompts.unnamed import called

SQUARE = ("full", "border", "gray", "300")


def square(at: int, columns: int = 5, **more: object) -> Element:
    box = Box(20 + 40.0 * (at % columns), 100 + 40.0 * (at // columns), 38, 38)
    fields = {"ref": f"f0e{at}", "role": "generic", "interactive": True, "hints": SQUARE, "box": box, **more}
    return Element(**fields)


def test_the_fields_of_a_board_are_told_by_row_and_column():
    board = [square(at) for at in range(15)]

    found = called(board)

    assert found["f0e0"] == "row 1, column 1"
    assert found["f0e7"] == "row 2, column 3"
    assert found["f0e14"] == "row 3, column 5"
    assert "f0e7 generic row 2, column 3" in elements_text(board, "", 2000).text


def test_a_field_that_is_called_otherwise_says_so_beside_its_place():
    board = [square(at) for at in range(15)]
    board[7] = square(7, hints=("full", "border", "red", "500"))

    assert called(board)["f0e7"] == "(called full border red 500) row 2, column 3"


def test_boxes_that_are_not_quite_in_line_share_a_row():
    board = [
        square(at, box=Box(20 + 40.0 * (at % 5), 100 + 40.0 * (at // 5) + at % 3, 38, 38)) for at in range(10)
    ]

    assert called(board)["f0e8"] == "row 2, column 4"


def coloured(at, **more):
    return square(at, appearance=Appearance(background="#ff0000" if at % 3 else "#ffff00"), **more)


def test_the_colours_of_a_board_are_told_where_they_were_read_and_differ():
    assert called([coloured(at) for at in range(15)])["f0e7"] == "row 2, column 3, #ff0000"
    plain = [square(at, appearance=Appearance(background="#ff0000")) for at in range(15)]
    assert called(plain)["f0e7"] == "row 2, column 3"


def test_colours_are_told_without_places_too():
    board = [coloured(at, parent="f0e90") for at in range(8)]
    note = Element(ref="f0e50+", role="note", name="192 more of 200 parts like these", parent="f0e90")

    assert called([*board, note])["f0e7"] == "(called full border gray 300) #ff0000"


def test_icons_of_different_names_are_told_by_them():
    icons = [
        square(at, hints=("icon", word)) for at, word in enumerate(("cart", "user", "menu", "help", "bell"))
    ]

    assert called(icons)["f0e1"] == "(called icon user)"


def test_a_few_alike_are_told_by_what_they_are_called():
    assert set(called([square(at) for at in range(3)]).values()) == {"(called full border gray 300)"}


@pytest.mark.parametrize("more", [{"name": "Desk lamp"}, {"text": "Desk lamp"}, {"interactive": False}])
def test_what_has_a_name_or_cannot_be_used_is_left_out(more):
    assert called([square(at, **more) for at in range(8)]) == {}


def test_where_some_are_not_listed_no_places_are_told():
    board = [square(at, parent="f0e90") for at in range(8)]
    note = Element(ref="f0e50+", role="note", name="192 more of 200 parts like these", parent="f0e90")

    assert set(called([*board, note]).values()) == {"(called full border gray 300)"}


def test_things_that_lie_upon_each_other_have_no_places():
    pile = [square(at, box=Box(20, 20, 38, 38)) for at in range(8)]

    assert set(called(pile).values()) == {"(called full border gray 300)"}


def test_what_has_no_box_is_told_by_what_it_is_called():
    board = [square(at, box=None if at == 7 else square(at).box) for at in range(8)]

    assert called(board)["f0e7"] == "(called full border gray 300)"


def test_boards_in_different_places_are_counted_apart():
    left = [square(at, parent="f0e90") for at in range(15)]
    right = [
        square(
            at, ref=f"f1e{at}", parent="f0e91", box=Box(520 + 40.0 * (at % 5), 100 + 40.0 * (at // 5), 38, 38)
        )
        for at in range(15)
    ]

    found = called([*left, *right])

    assert found["f1e7"] == found["f0e7"] == "row 2, column 3"


def test_buttons_of_several_lists_are_told_by_the_words_beside_them():
    lists = []
    for at, name in enumerate(("Backlog", "To do", "Doing", "Done")):
        box = Box(20 + 200.0 * at, 100, 80, 20)
        lists.append(Element(ref=f"f0e{10 + at}", role="generic", name=name, box=box))
        lists.append(square(at, hints=(), box=Box(110 + 200.0 * at, 100, 20, 20)))

    assert called(lists)["f0e2"] == 'beside "Doing"'


def test_some_in_one_line_without_words_are_told_by_their_number():
    assert called([square(at, columns=8) for at in range(8)])["f0e2"] == "3 of 8"


def test_words_that_stand_beside_several_of_them_tell_nothing():
    rows = []
    for at in range(3):
        rows.append(square(at, columns=1, hints=("tick",)))
        rows.append(
            Element(ref=f"f0e{10 + at}", role="text", name="Open", box=Box(90, 100 + 40.0 * at, 60, 38))
        )

    assert set(called(rows).values()) == {"(called tick)"}
