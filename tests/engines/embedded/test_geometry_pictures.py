"""Skills that look at pixels, on pictures drawn for the purpose."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest
from PIL import Image, ImageDraw

from browser.actions import Click, SetChecked
from engines.embedded.course import CannotDo
from engines.embedded.grounding.pixels import Picture, corners, ink
from engines.embedded.skills.figures import CountSides
from engines.embedded.skills.stencil import CopyGrid, cells_on
from tests.engines.embedded.made_up import play, scene_of, thing


def polygon(sides: int, radius: float = 35, turn: float = 0.4) -> Image.Image:
    """The outline of a regular polygon, drawn four times as large and made smaller, as a page would smooth it."""
    image = Image.new("L", (600, 400), 255)
    spots = [
        (
            300 + 4 * radius * math.cos(turn + 2 * math.pi * n / sides),
            200 + 4 * radius * math.sin(turn + 2 * math.pi * n / sides),
        )
        for n in range(sides + 1)
    ]
    ImageDraw.Draw(image).line(spots, fill=0, width=12, joint="curve")
    return image.resize((150, 100), Image.Resampling.LANCZOS)


@pytest.mark.parametrize("sides", [3, 4, 5, 6, 7])
@pytest.mark.parametrize("turn", [0.0, 0.4, 1.1, 2.0])
def test_the_sides_of_a_drawn_polygon_are_counted_from_its_picture(sides: int, turn: float) -> None:
    canvas = thing("c", "img", tag="canvas", at=(0, 0, 150, 100))
    buttons = [thing(str(n), "button", words=str(n), interactive=True) for n in range(3, 8)]
    page = scene_of(canvas, *buttons, picture=polygon(sides, turn=turn))
    turns, _ = play(CountSides(), page, page)
    assert turns == [(Click(str(sides)),)]


def test_a_round_or_dented_figure_has_no_sides_to_be_counted() -> None:
    circle = Image.new("L", (150, 100), 255)
    ImageDraw.Draw(circle).ellipse((40, 20, 100, 80), outline=0, width=3)
    star = Image.new("L", (150, 100), 255)
    spots = [
        (
            75 + (40 if n % 2 else 15) * math.cos(n * math.pi / 5),
            50 + (40 if n % 2 else 15) * math.sin(n * math.pi / 5),
        )
        for n in range(11)
    ]
    ImageDraw.Draw(star).line(spots, fill=0, width=3)
    for image in (circle, star):
        with pytest.raises(CannotDo):
            corners(ink(Picture(150, 100, image.tobytes())))


def grid_picture(rows: Sequence[str]) -> Image.Image:
    image = Image.new("L", (4 + 15 * len(rows[0]), 4 + 15 * len(rows)), 30)
    for r, row in enumerate(rows):
        for c, mark in enumerate(row):
            box = (4 + 15 * c, 4 + 15 * r, 14 + 15 * c, 14 + 15 * r)
            ImageDraw.Draw(image).rectangle(box, fill=255 if mark == "#" else 100)
    return image


def test_boxes_are_ticked_where_the_example_stands_out() -> None:
    image = grid_picture(["#..", "##.", ".#."])
    canvas = Image.new("L", (200, 100), 255)
    canvas.paste(image, (100, 0))
    example = thing("e", "img", tag="img", at=(100, 0, image.width, image.height))
    boxes = [
        thing(
            f"{r}{c}",
            "checkbox",
            tag="input",
            at=(20 * c, 20 * r, 13, 13),
            interactive=True,
            states=("unchecked",),
        )
        for r in range(3)
        for c in range(3)
    ]
    wanted = {"00", "10", "11", "21"}
    after = [replace(box, states=frozenset({"checked"})) if box.ref in wanted else box for box in boxes]
    before_page = scene_of(example, *boxes, picture=canvas)
    turns, _ = play(CopyGrid(), before_page, scene_of(example, *after))
    assert set(turns[0]) == {SetChecked(ref, True) for ref in wanted}
    with pytest.raises(CannotDo):
        play(CopyGrid(), before_page, before_page)


def test_an_example_of_another_size_is_refused() -> None:
    image = grid_picture(["#..", "##."])
    with pytest.raises(CannotDo):
        cells_on(Picture(image.width, image.height, image.tobytes()), 3, 3)
