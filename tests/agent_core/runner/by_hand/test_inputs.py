"""What a person does by hand, as JSON says it."""

from __future__ import annotations

import pytest

from agent_core import BadRequest
from agent_core.runner.by_hand.inputs import read_inputs
from browser.model.by_hand import (
    DialogInput,
    HistoryInput,
    KeyInput,
    MouseInput,
    TabInput,
    TextInput,
    WheelInput,
)


def test_a_double_click_is_two_presses_in_a_row():
    read = read_inputs([{"type": "click", "x": 0.5, "y": 1, "clicks": 2, "modifiers": ["Shift"]}])
    assert [(one.do, one.clicks) for one in read] == [
        ("move", 1),
        *[(do, n) for n in (1, 2) for do in ("down", "up")],
    ]
    assert {(one.x, one.y, one.modifiers) for one in read} == {(0.5, 1.0, ("Shift",))}


def test_a_drag_goes_in_steps_with_the_button_down():
    first, down, *moves, up = read_inputs([{"type": "drag", "x": 0, "y": 0, "to_x": 1, "to_y": 0.5}])
    assert (first.do, down.do, up.do) == ("move", "down", "up")
    assert len(moves) > 2
    assert (moves[-1].x, moves[-1].y) == (up.x, up.y) == (1, 0.5)


def test_a_chord_holds_its_modifiers_while_the_last_key_is_pressed():
    assert read_inputs([{"type": "press", "keys": "ctrl+a"}]) == (
        KeyInput(do="down", key="a", modifiers=("Control",)),
        KeyInput(do="up", key="a"),
    )


def test_a_character_that_is_no_key_comes_in_as_a_text_and_an_unknown_key_does_nothing():
    read = read_inputs([{"type": kind, "key": key} for key in ("é", "Fn") for kind in ("key_down", "key_up")])
    assert read == (TextInput(text="é"),)


def test_the_other_inputs_are_what_they_say():
    assert read_inputs(
        [
            {"type": "move", "x": 0.1, "y": 0.2},
            {"type": "wheel", "x": 0.1, "y": 0.2, "down": -120},
            {"type": "dialog", "accept": True, "text": "Oslo"},
            {"type": "tab", "tab": "t1"},
            {"type": "close_tab", "tab": "t2"},
            {"type": "back"},
        ]
    ) == (
        MouseInput(do="move", x=0.1, y=0.2),
        WheelInput(x=0.1, y=0.2, down=-120),
        DialogInput(accept=True, text="Oslo"),
        TabInput(tab="t1"),
        TabInput(tab="t2", close=True),
        HistoryInput(do="back"),
    )


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"type": "jump"}, "inputs.0: its type must be one of move"),
        ({}, "inputs.0: its type must be one of"),
        ({"type": "click", "x": 1.01, "y": 0}, "inputs.0.click.x"),
        ({"type": "click", "x": float("nan"), "y": 0}, "inputs.0.click.x"),
        ({"type": "click", "x": 0.5}, "inputs.0.click.y"),
        ({"type": "click", "x": 0.5, "y": 0.5, "button": "fourth"}, "inputs.0.click.button"),
        ({"type": "click", "x": 0.5, "y": 0.5, "clicks": 4}, "inputs.0.click.clicks"),
        ({"type": "move", "x": 0.5, "y": 0.5, "modifiers": ["Hyper"]}, "inputs.0.move.modifiers"),
        ({"type": "wheel", "x": 0.5, "y": 0.5, "down": float("inf")}, "inputs.0.wheel.down"),
        ({"type": "text", "text": "x" * 20_001}, "inputs.0.text.text"),
        ({"type": "press", "keys": "ctrl+jump"}, "no key 'jump'"),
        ({"type": "dialog"}, "inputs.0.dialog.accept"),
        ({"type": "back", "far": True}, "inputs.0.back.far"),
    ],
)
def test_bad_input_is_refused_by_name(given, named):
    with pytest.raises(BadRequest) as refused:
        read_inputs([given])
    assert named in str(refused.value)


def test_what_is_refused_is_not_repeated_since_it_may_be_a_password():
    with pytest.raises(BadRequest) as refused:
        read_inputs([{"type": "text", "text": ["hunter2"]}])
    assert "hunter2" not in str(refused.value)
    assert "hunter2" not in repr(read_inputs([{"type": "text", "text": "hunter2"}]))
    assert refused.value.__cause__ is None


def test_more_than_a_person_could_do_is_refused():
    with pytest.raises(BadRequest, match="inputs"):
        read_inputs([{"type": "back"}] * 501)
