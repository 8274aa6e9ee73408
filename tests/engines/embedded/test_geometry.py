"""Skills that go by looks and places, on pages made up element by element."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from browser.actions import Click, Drag, Hover, Point, Press, TypeText
from browser.observation import Appearance, Box
from engines.embedded.course import Ambiguous, CannotDo, NotFound
from engines.embedded.scene import Scene
from engines.embedded.skills.base import Notes, Step
from engines.embedded.skills.figures import CountSides, NameFigure
from engines.embedded.skills.highlight import Highlight
from engines.embedded.skills.inorder import ClickInOrder
from engines.embedded.skills.radial import Unfold
from engines.embedded.skills.resizing import Resize
from engines.embedded.skills.shades import ChooseShades, PickColour
from engines.embedded.skills.stencil import CopyGrid
from engines.embedded.skills.styling import Style
from engines.embedded.skills.tally import TypeTally, tally
from engines.embedded.skills.threeinrow import WinThreeInRow, best_move, winner
from engines.embedded.skills.turning import TurnTo
from engines.embedded.skills.warmer import FindWarmest
from tests.engines.embedded.made_up import only_step, play, scene_of, thing

# What is read


@pytest.mark.parametrize(
    ("prompt", "read_as"),
    [
        ("Highlight the text in the 2nd paragraph and click submit.", Highlight),
        ("Select all the shades of green and press Submit.", ChooseShades),
        ("Select #1a2b3c with the color picker.", PickColour),
        ("Click the numbers in descending order.", ClickInOrder),
        ("Expand the radial menu and click on the item labeled 'Copy'.", Unfold),
        ("Resize the notes box so that its height is smaller than before.", Resize),
        ("Click the button that best describes the shape below.", NameFigure),
        ("Press the button that says how many corners the figure has.", CountSides),
        ("Type the total number of stars into the textbox.", TypeTally),
        ("Playing as 'O', win a game of tic-tac-toe.", WinThreeInRow),
        ("Using the text editor, give everything the style bold.", Style),
        ("Make the word sed italic.", Style),
        ("Tick the checkboxes like the example on the left.", CopyGrid),
        ('Move the cube around so that "4" is the active side facing the user.', TurnTo),
        ("Find and click on the HOT area.", FindWarmest),
    ],
)
def test_prompts_about_looks_and_places_are_read(prompt: str, read_as: type[Step]) -> None:
    assert isinstance(only_step(prompt), read_as)


# Paragraphs


def paragraphs() -> Scene:
    return scene_of(
        thing("p1", "paragraph", words="One fish."),
        thing("t1", "text", words="One fish.", parent="p1"),
        thing("p2", "paragraph", words="Two fish."),
        thing("t2", "text", words="Two fish.", parent="p2"),
    )


def test_the_paragraph_named_by_its_place_is_selected_by_a_triple_click() -> None:
    turns, _ = play(Highlight(nth=2), paragraphs(), paragraphs())
    assert turns == [(Click("t2", count=3),)]


def test_which_of_two_paragraphs_is_not_guessed() -> None:
    with pytest.raises(Ambiguous):
        play(Highlight(), paragraphs(), paragraphs())


# Colours


def test_shades_are_told_by_hue_however_pale_or_dark_they_are() -> None:
    fills = {"a": "#ffe5e5", "b": "#300404", "c": "#e5ffe5", "d": "#a33b3b", "e": "#808080"}
    page = scene_of(*(thing(ref, fill=fill, interactive=True) for ref, fill in fills.items()))
    turns, _ = play(ChooseShades("red"), page, page)
    assert turns == [(Click("a"), Click("b"), Click("d"))]


def test_a_colour_field_that_does_not_take_the_colour_is_no_success() -> None:
    field = thing(
        "f", "textbox", tag="input", value="AB2567", fill="#ab2567", interactive=True, states=("editable",)
    )
    page = scene_of(field)
    after = scene_of(replace(field, value="0000FF"))
    turns, evidence = play(PickColour("#0000ff"), page, after)
    assert turns == [(TypeText("0000FF", "f"), Press("Tab"))]
    assert "0000FF" in evidence.said
    with pytest.raises(CannotDo):
        play(PickColour("#0000ff"), page, page)


def test_a_text_field_that_shows_no_colour_is_none() -> None:
    with pytest.raises(NotFound):
        play(PickColour("#0000ff"), scene_of(thing("f", "textbox", tag="input", value="hello")))


# Order, counting, naming


def test_numbers_are_clicked_where_they_stood_since_they_may_hide() -> None:
    page = scene_of(
        thing("a", words="10", at=(0, 0, 10, 10), interactive=True),
        thing("b", words="-2", at=(50, 0, 10, 10), interactive=True),
        thing("c", words="3", at=(0, 50, 10, 10), interactive=True),
    )
    turns, _ = play(ClickInOrder(), page, scene_of())
    assert turns == [(Click(Point(55, 5)), Click(Point(5, 55)), Click(Point(5, 5)))]


def test_things_are_counted_by_the_word_for_them_and_not_guessed_among_different_ones() -> None:
    stars = [thing(f"s{n}", fill="#ffff00", hints=("gold", "star")) for n in range(3)]
    moon = thing("m", fill="#cccccc", at=(0, 0, 40, 40))
    assert len(tally("star", scene_of(*stars, moon))) == 3
    with pytest.raises(Ambiguous):
        tally("planet", scene_of(*stars, moon))


def test_the_button_with_a_word_for_the_figure_is_pressed() -> None:
    corners_ = ((0.0, 20.0), (10.0, 0.0), (20.0, 20.0))
    drawn = thing(
        "d", "graphics-symbol", tag="polygon", look=Appearance(background="#ff0000", points=corners_)
    )
    buttons = [thing(word, "button", words=word, interactive=True) for word in ("Circle", "Triangle")]
    turns, _ = play(NameFigure(), scene_of(drawn, *buttons), scene_of())
    assert turns == [(Click("Triangle"),)]


# Handles, menus, editors, games


def test_a_box_that_keeps_its_size_is_no_success() -> None:
    box = thing("b", "textbox", tag="textarea", at=(10, 10, 100, 50), states=("editable", "multiline"))
    page = scene_of(box)
    wider = scene_of(replace(box, box=Box(10, 10, 130, 50)))
    step = only_step("Resize the textarea so that the width is larger than its initial size.")
    turns, _ = play(step, page, wider)
    (drag,) = turns[0]
    assert isinstance(drag, Drag)
    assert isinstance(drag.start, Point)
    assert isinstance(drag.end, Point)
    assert drag.end.x > drag.start.x
    assert drag.end.y == drag.start.y
    with pytest.raises(CannotDo):
        play(step, page, page, page)


def test_a_menu_that_does_not_answer_the_choice_is_no_success() -> None:
    sign = thing("s", words="+", interactive=True)
    entries = [thing(word, "text", words=word, interactive=True, at=(40, 40, 20, 20)) for word in "AB"]
    sign_text = thing("st", "text", words="+", parent="s")
    closed = scene_of(sign, sign_text)
    opened = scene_of(sign, sign_text, *entries)
    step = only_step('Expand the pie menu below and click on the item labeled "A".')
    turns, _ = play(step, closed, opened, opened, closed)
    assert turns[-1] == (Click("A"),)
    with pytest.raises(CannotDo):
        play(step, closed, opened, opened, opened, opened, opened)


def editor(*, bold: bool) -> Scene:
    look = Appearance(color="#000000", bold=bold)
    return scene_of(
        thing("b", "button", hints=("bold",), interactive=True),
        thing("e", "textbox", words="lorem sed dolor", value="lorem sed dolor", states=("editable",)),
        thing("t1", "text", words="lorem ", parent="e"),
        thing("t2", "text", words="sed", parent="e", look=look),
        thing("t3", "text", words=" dolor", parent="e"),
    )


def test_a_word_is_selected_by_keys_and_seen_in_its_new_style() -> None:
    step = only_step("Using the text editor, give the text sed the style bold.")
    turns, _ = play(step, editor(bold=False), editor(bold=False), editor(bold=True))
    assert turns[0] == (
        Press("ControlOrMeta+Home", "e"),
        Press("ArrowRight", repeat=6),
        Press("Shift+ArrowRight", repeat=3),
    )
    with pytest.raises(CannotDo):
        play(step, *[editor(bold=False)] * 6)


def test_a_game_is_won_where_a_line_can_be_completed_and_a_loss_is_parried() -> None:
    assert best_move((1, 1, 0, -1, -1, 0, 0, 0, 0)) == 2
    assert best_move((-1, -1, 0, 1, 0, 0, 0, 0, 1)) == 2
    assert winner((1, 1, 1, -1, -1, 0, 0, 0, 0)) == 1


def test_a_game_that_was_lost_is_no_success() -> None:
    cells = [
        thing(f"c{n}", at=(40 * (n % 3), 40 * (n // 3), 38, 38), interactive=True, hints=("cell",))
        for n in range(9)
    ]
    taken = [
        replace(cell, hints=("cell", "taken")) if n in (0, 1, 2, 4) else cell for n, cell in enumerate(cells)
    ]
    with pytest.raises(CannotDo):
        play(WinThreeInRow(), scene_of(*cells), scene_of(*taken))


def cube(front: str, steps_left: int = 9) -> Scene:
    sides = [
        thing(n, "text", words=n, hints=("side", "active") if n == front else ("side",)) for n in "123456"
    ]
    return replace(scene_of(*sides), steps_left=steps_left)


def test_a_cube_is_pulled_until_the_side_is_in_front() -> None:
    turns, evidence = play(TurnTo("3"), cube("6"), cube("5"), cube("3"))
    assert len(turns) == 2
    assert "'3'" in evidence.said


def test_a_cube_that_does_not_turn_is_given_up_before_the_steps_run_out() -> None:
    with pytest.raises(CannotDo):
        play(TurnTo("3"), cube("6"), cube("6", 4), cube("6", 3))


@pytest.mark.parametrize("spot", [(20.0, 20.0), (150.0, 40.0), (90.0, 100.0)])
def test_a_hidden_spot_is_found_by_what_the_page_says_of_warm_and_cold(spot: tuple[float, float]) -> None:
    def page(at: Point, left: int) -> Scene:
        far = math.dist((at.x, at.y), spot)
        word = "HOT" if far < 6 else "WARM" if far < 15 else "COLD" if far < 45 else "ICE COLD"
        area = thing("a", interactive=True, at=(0, 0, 180, 130))
        return replace(scene_of(area, thing("w", "text", words=word, at=(0, 140, 50, 12))), steps_left=left)

    course = FindWarmest().carry_out(page(Point(0, 0), 15), Notes())
    (action,) = next(course)
    for left in range(14, 0, -1):
        if isinstance(action, Click):
            break
        assert isinstance(action, Hover)
        assert isinstance(action.target, Point)
        (action,) = course.send(page(action.target, left))
    assert isinstance(action, Click)
    assert isinstance(action.target, Point)
    assert math.dist((action.target.x, action.target.y), spot) < 6
