"""Values of a prompt, and the words around them."""

from __future__ import annotations

import pytest

from agent_core.replay.format import Described, Step
from agent_core.replay.parameters import values_of, with_parameters
from agent_core.replay.template import fill, reads, with_holes


def typing(text: str, label: str) -> Step:
    return Step(do="TypeText", arguments={"text": text}, on={"target": Described(role="textbox", name=label)})


def test_a_value_is_named_after_the_field_that_it_goes_into():
    values = values_of("Enter 'Ada' into 'Full name'.", [typing("Ada", "Full name")])

    assert values.template == "Enter '{{full_name}}' into '{{full_name_textbox}}'."
    assert values.about["full_name"].required
    assert not values.about["full_name_textbox"].required


def test_what_was_typed_and_stands_in_the_prompt_is_a_value_without_quotation_marks_too():
    values = values_of("Set the day to 2026-05-09, please.", [typing("2026-05-09", "Day")])

    assert values.template == "Set the day to {{day}}, please."


def test_a_secret_is_never_a_value():
    values = values_of("Log in with '{{secret:password}}'.", [typing("{{secret:password}}", "Password")])

    assert values.given == {}
    assert values.template == "Log in with '{{secret:password}}'."


def test_an_element_that_is_called_as_a_value_is_called_so_by_the_parameter():
    step = Step(do="Click", on={"target": Described(role="button", name="OK", before=("Take Ok for it",))})
    values = values_of('Click on the "Ok" button.', [step])

    found = with_parameters(step, values.given).on["target"]

    assert found.name == "{{ok_button}}"
    assert found.before == ("Take {{ok_button}} for it",)


@pytest.mark.parametrize(
    ("template", "text", "values"),
    [
        ("Enter '{{a}}' into '{{b}}'.", "Enter 'x y' into 'z'.", {"a": "x y", "b": "z"}),
        ("Enter '{{a}}' twice: '{{a}}'.", "Enter 'x' twice: 'y'.", None),
        ("Set it to {{a}}, then go.", "set it to 3 May,  then go.", {"a": "3 May"}),
        ("Enter '{{a}}'.", "Enter 'x' and 'y'.", None),
        ("Go", "Stop", None),
    ],
)
def test_a_prompt_gives_its_values_or_is_another_one(template, text, values):
    assert reads(template, text) == values


def test_values_are_put_in_as_they_are_and_unknown_places_stay():
    assert fill("{{a}} and {{b}} and {{secret:c}}", {"a": "{{b}}"}) == "{{b}} and {{b}} and {{secret:c}}"


def test_a_value_is_a_word_of_its_own():
    assert with_holes("Adams and Ada", {"name": "Ada"}) == "Adams and {{name}}"
