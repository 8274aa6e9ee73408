"""What an action is called in a sentence."""

from __future__ import annotations

from typing import get_args

import pytest

from browser.model.actions import Action, Click, Drag, Point, Press, Scroll, TypeText


@pytest.mark.parametrize("kind", get_args(Action), ids=lambda kind: kind.__name__)
def test_every_action_has_words_of_its_own(kind: type):
    assert "__str__" in vars(kind)


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (Click("f0e1", button="right", count=2), "right click f0e1 x2"),
        (TypeText('a "b"'), 'type "a \\"b\\"" into the focused element'),
        (Press("Enter", "f0e2"), "press Enter on f0e2"),
        (Scroll(0, 300, target=Point(5, 6.5)), "scroll by 0, 300 in (5, 6.5)"),
        (Drag("f0e1", Point(1, 2)), "drag f0e1 to (1, 2)"),
    ],
    ids=str,
)
def test_an_action_in_words_names_its_target(action: Action, words: str):
    assert str(action) == words
