"""Rows that were collected: shown within a budget, and put into the schema part by part without a loss."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from browser.model.actions import Collect
from browser.model.observation import Observation
from browser.model.results import ActionResult, Collected, Row
from engines.chat.engine import Skyvern
from engines.chat.rows import place_of_list
from engines.errors import ModelUnusable
from engines.models.chat import Reply
from engines.models.tokens import estimated_tokens
from engines.output_spec import OutputSpec
from engines.prompts.rows import rows_text
from engines.protocol import Evidence, Finish, Goal, Turn
from testbed.recorded_model import RecordedModel
from tests.support.shop import shop

ITEM = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "price": {"type": "number"}},
    "required": ["name"],
}
SCHEMA = {"type": "object", "properties": {"products": {"type": "array", "items": {"$ref": "#/$defs/product"}}}, "$defs": {"product": ITEM}}  # fmt: skip
FINISH = '{"actions": [{"action": "finish", "output": {"products": "ROWS"}, "evidence": ["the rows"]}]}'


def rows(count: int) -> Collected:
    made = tuple(
        Row(text="", url="http://shop/", cells=(("Name", f"Thing {at}"), ("Price", f"{at}.50")))
        for at in range(1, count + 1)
    )
    return Collected(rows=made, why="nothing leads on")


def turn(count: int, **more) -> Turn:
    result = ActionResult(action=Collect(), did=f"collected {count} rows", collected=rows(count))
    goal = Goal(text="All products with name and price", output=OutputSpec(schema=SCHEMA))
    return Turn(**{"goal": goal, "observation": shop(), "history": ((result,),), "steps_left": 9, **more})


def thing(row: int) -> dict[str, object]:
    return {"name": f"Thing {row}", "price": row + 0.5}


def part(first: int, last: int, *, without: tuple[int, ...] = (), left_out: tuple[int, ...] = ()) -> str:
    told = [row for row in range(first, last + 1) if row not in without]
    items = [{"row": row, "item": thing(row)} for row in told]
    return json.dumps({"items": items, "left_out": list(left_out)})


class Putter(RecordedModel):
    """Finishes with all rows and then answers for whatever rows it is asked about."""

    async def ask(self, messages, schema=None):
        await super().ask(messages, schema)
        asked = re.search(r"Rows (\d+) to (\d+) of a list", messages[0].text)
        return Reply(text=part(int(asked[1]), int(asked[2])) if asked else FINISH)


def test_rows_are_shown_as_far_as_the_budget_goes_and_columns_are_named_once():
    found = rows_text(rows(500), 400)

    assert estimated_tokens(found.text) <= 400
    assert 0 < found.shown < 500
    assert found.text.splitlines()[:3] == ["columns: Name | Price", "1. Thing 1 | 1.50", "2. Thing 2 | 2.50"]


async def test_the_prompt_says_how_many_rows_have_no_room_and_how_they_get_into_the_output():
    model = RecordedModel(['{"actions": [{"action": "wait"}]}'])

    await Skyvern(model).decide(turn(2000))

    said = model.asked[0][-1].text
    assert "COLLECTED ROWS, 2000" in said
    assert re.search(r"\(rows \d+ to 2000 have no room here\)", said)
    assert 'finish with "output":{"products": "ROWS"}' in said
    assert estimated_tokens(said) < 7000


async def test_rows_are_sent_once_and_stay_when_another_page_is_listed():
    wait = '{"actions": [{"action": "wait"}]}'
    model = RecordedModel([wait] * 3)
    engine = Skyvern(model)
    first = turn(50)
    await engine.decide(first)
    await engine.decide(first)
    elsewhere = Observation(url="http://127.0.0.1/other", title="Other")
    await engine.decide(replace(first, observation=elsewhere))

    for messages in model.asked:
        assert "\n".join(message.text for message in messages).count("50. Thing 50 | 50.50") == 1
    assert 'finish with "output":{"products": "ROWS"}' in model.asked[-1][-1].text


async def test_every_row_is_put_into_the_schema_in_order_by_a_bounded_number_of_calls():
    model = Putter([FINISH] * 60)

    decision = await Skyvern(model).decide(turn(700))

    assert isinstance(decision, Finish)
    assert decision.output == {"products": [thing(row) for row in range(1, 701)]}
    assert 1 < len(model.asked) <= 41


async def test_a_row_that_nothing_is_said_of_is_asked_for_again():
    model = RecordedModel([FINISH, part(1, 6, without=(4,)), part(1, 6)])

    decision = await Skyvern(model).decide(turn(6))

    assert isinstance(decision, Finish)
    assert decision.output == {"products": [thing(row) for row in range(1, 7)]}
    assert "nothing is said of row 4 (1 in all)" in model.asked[2][-1].text


@pytest.mark.parametrize("left_out", [{"row": 2}, [{"row": 2, "why": ["no name"]}], [2, [3], None, {}], 2])
async def test_rows_that_are_left_out_may_be_told_in_any_shape(left_out):
    first = json.dumps(
        {"items": [{"row": 1, "item": thing(1)}, {"row": 3, "item": thing(3)}], "left_out": left_out}
    )
    decision = await Skyvern(RecordedModel([FINISH, first])).decide(turn(3))
    assert decision.output == {"products": [thing(1), thing(3)]}


async def test_rows_that_the_task_does_not_ask_for_are_left_out_on_purpose_only():
    model = RecordedModel([FINISH, part(1, 6, without=(2, 5), left_out=(2, 5))])

    decision = await Skyvern(model).decide(turn(6))

    assert isinstance(decision, Finish)
    assert decision.output == {"products": [thing(row) for row in (1, 3, 4, 6)]}


async def test_an_item_that_does_not_fit_the_schema_is_asked_for_again():
    bad = json.dumps({"items": [{"row": 1, "item": {"name": 7}}], "left_out": []})
    model = RecordedModel([FINISH, bad, part(1, 1)])

    decision = await Skyvern(model).decide(turn(1))

    assert isinstance(decision, Finish)
    assert decision.output == {"products": [thing(1)]}
    assert "the item of row 1 does not fit the schema" in model.asked[2][-1].text


async def test_a_part_whose_answer_is_cut_off_is_asked_for_in_halves():
    model = RecordedModel([FINISH, Reply(text='{"items": [', cut=True), part(1, 3), part(4, 6)])

    decision = await Skyvern(model).decide(turn(6))

    assert isinstance(decision, Finish)
    assert decision.output == {"products": [thing(row) for row in range(1, 7)]}


async def test_a_model_that_never_answers_for_a_row_ends_the_run():
    model = RecordedModel([FINISH, *[part(1, 6, without=(4,))] * 3])

    with pytest.raises(ModelUnusable, match="rows 1 and after"):
        await Skyvern(model).decide(turn(6))


async def test_rows_cannot_be_used_before_they_were_collected():
    own = '{"actions": [{"action": "finish", "output": {"products": []}, "evidence": ["none"]}]}'
    model = RecordedModel([FINISH, own])

    decision = await Skyvern(model).decide(turn(1, history=()))

    assert isinstance(decision, Finish)
    assert decision.output == {"products": []}
    assert "no rows were collected" in model.asked[1][-1].text


async def test_the_completion_check_sees_the_rows():
    model = RecordedModel(['{"met": true, "reason": ""}'])
    shown = turn(3)
    evidence = Evidence(
        finish=Finish(output={}), before=shop(), after=shown.observation, history=shown.history
    )

    await Skyvern(model).judge(shown.goal, evidence)

    assert "2. Thing 2 | 2.50" in model.asked[0][-1].text


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        ({"type": "array"}, ()),
        (SCHEMA, ("products",)),
        ({"type": "object", "properties": {"a": {"type": "array"}, "b": {"type": "array"}}}, None),
        ({"type": "object", "properties": {"a": {"type": "string"}}}, None),
        (None, None),
    ],
)
def test_the_list_of_a_schema_is_the_one_there_is(schema, place):
    assert place_of_list(schema) == place
