"""Which steps of a recording only say what came of a part of the prompt, and which say what to do."""

import pytest
from agent_core.replay.extraction import output_of

from agent_core.replay.build import worked_out
from agent_core.replay.format import Described, Place, Step
from agent_core.task.run import ValueSource
from browser.model.observation import Box, Element, Observation

BUTTON = Described(role="button", name="Send", peers=("Cancel",))
CARD = Described(role="button", name="Card 7", peers=("Card 3", "Card 5"))


def typed(**fields):
    """A text that the prompt does not say, typed into the only field."""
    return Step(do="TypeText", arguments={"text": "12"}, on={"target": Described(role="textbox")}, **fields)


@pytest.mark.parametrize(
    ("step", "anew"),
    [
        pytest.param(Step(do="Click", on={"target": BUTTON}), False, id="what the prompt names"),
        pytest.param(Step(do="Click", on={"target": CARD}), True, id="what it does not name"),
        pytest.param(
            Step(do="Click", on={"target": Described(role="button", name="end", peers=("Cancel",))}),
            True,
            id="a part of a word of it",
        ),
        pytest.param(
            Step(do="Click", on={"target": Described(role="button", name="Go")}), False, id="the only one"
        ),
        pytest.param(
            Step(do="Click", on={"target": Described(role="img", name="Send", at=(0.2, 0.7))}),
            True,
            id="a point of it",
        ),
        pytest.param(
            Step(do="Drag", arguments={"start": {"x": 1, "y": 2}, "end": {"x": 5, "y": 2}}),
            True,
            id="points of the page",
        ),
        pytest.param(typed(read=Place(element=CARD)), True, id="a text of the page"),
        pytest.param(typed(made_up=True), True, id="a text that stands nowhere"),
    ],
)
def test_a_step_is_worked_out_where_the_prompt_does_not_say_it(step, anew):
    part = "send it by the highest card"
    (marked,) = worked_out([step.model_copy(update={"part": part})], "Send it by the highest card.")
    assert marked.worked_out is anew
    assert not worked_out([step], "Send it.")[0].worked_out  # whoever reads no parts cannot do one anew


def test_all_steps_of_a_part_are_worked_out_together():
    steps = [
        Step(do="Click", on={"target": BUTTON}, part="sort them"),
        Step(do="Click", on={"target": CARD}, part="sort them"),
        Step(do="Click", on={"target": BUTTON}, part="click Send"),
    ]
    assert [step.worked_out for step in worked_out(steps, "sort them, click Send")] == [True, True, False]


def test_a_number_that_a_page_does_not_write_in_digits_is_not_looked_for_among_others():
    stars = Element(ref="e1", role="text", name="★★★★☆ (24)", text="★★★★☆ (24)", box=Box(0, 0, 40, 20))
    page = Observation(url="http://127.0.0.1/", elements=(stars,), text=stars.text)
    source = ValueSource(url=page.url, text=stars.text, ref="e1")
    schema = {"type": "object", "properties": {"quality": {"type": "integer"}}}

    assert output_of({"quality": 4}, schema, "How good is it?", page, {"/quality": source}).by == "agent"
