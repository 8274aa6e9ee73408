"""Doing the same in vain: warned, forbidden, stuck; and forgiven as soon as something new comes."""

from __future__ import annotations

from agent_core.loop.repetition import Repetition
from browser.model.actions import Click

A, B, C = (Click("a"),), (Click("b"),), (Click("c"),)


def after(*entries: tuple[tuple[Click, ...], str]) -> Repetition:
    repetition = Repetition()
    for actions, page in entries:
        repetition.note(actions, page)
    return repetition


def test_twice_the_same_is_no_pattern():
    assert after((A, "p"), (A, "p")).nudge == ""


def test_the_third_time_in_vain_is_warned_about():
    repetition = after(*[(A, "p")] * 3)
    assert repetition.nudge.startswith("the same was done 3 times and nothing new came of it")
    assert repetition.forbidden == ()


def test_the_same_action_with_ever_new_pages_is_progress():
    repetition = after(*[(A, f"p{n}") for n in range(20)])
    assert (repetition.nudge, repetition.forbidden) == ("", ())


def test_the_fifth_time_forbids_it():
    repetition = after(*[(A, "p")] * 5)
    assert repetition.forbidden == A
    assert repetition.refuse(A[0]).startswith("refused: ")
    assert repetition.refuse(B[0]) == ""


def test_going_to_and_fro_is_a_pattern_even_if_each_step_changes_the_page():
    to_and_fro = [(A, "p"), (B, "q")]
    assert after(*to_and_fro * 2).nudge.startswith("the same 2 steps were repeated 2 times")
    assert set(after(*to_and_fro * 3).forbidden) == {*A, *B}


def test_three_steps_in_a_circle_are_a_pattern():
    assert after(*[(A, "p"), (B, "q"), (C, "r")] * 2).nudge.startswith("the same 3 steps")


def test_insisting_on_what_is_forbidden_is_being_stuck():
    repetition = after(*[(A, "p")] * 5)
    for _ in range(2):
        repetition.note_refusals(A)
        assert not repetition.stuck
        repetition.note(A, "p")
    repetition.note_refusals(A)
    assert repetition.stuck


def test_something_else_in_between_does_not_lift_the_ban():
    repetition = after(*[(A, "p")] * 5, (C, "p"))
    assert repetition.forbidden == A


def test_a_new_page_lifts_it():
    repetition = after(*[(A, "p")] * 5)
    repetition.note_refusals(A)
    repetition.note(C, "new")
    assert (repetition.forbidden, repetition.refusals, repetition.nudge) == ((), 0, "")
