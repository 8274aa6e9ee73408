"""Values that stand on no page: worked out from others, or sent back, told to the check and left out."""

from __future__ import annotations

import pytest

from agent_core.loop.budget import Budget
from agent_core.loop.loop import Failure, Progress, pursue
from agent_core.loop.unfounded import unfounded, without
from agent_core.testing import FakePage, Scripted
from browser.model.observation import Box, Element, Observation
from engines.output_spec import OutputSpec
from engines.protocol import Finish, Goal


def row(number: int, name: str, price: str) -> tuple[Element, ...]:
    y = 20.0 * number
    return (
        Element(ref=f"r{number}", role="row", tag="tr", text=f"{name} {price}", parent="t", depth=1, box=Box(0, y, 90, 20)),
        Element(ref=f"n{number}", role="cell", tag="td", name=name, text=name, parent=f"r{number}", depth=2, box=Box(0, y, 40, 20)),
        Element(ref=f"p{number}", role="cell", tag="td", name=price, text=price, parent=f"r{number}", depth=2, box=Box(50, y, 40, 20)),
    )  # fmt: skip


STALL = Observation(
    url="http://127.0.0.1/stall",
    text="Rope 4.50\nLamp 12.25\nTar 7.00",
    elements=(Element(ref="t", role="table", tag="table"), *row(1, "Rope", "4.50"), *row(2, "Lamp", "12.25"), *row(3, "Tar", "7.00")),
)  # fmt: skip


def spec(required: tuple[str, ...] = (), **properties: object) -> OutputSpec:
    return OutputSpec(schema={"type": "object", "properties": properties, "required": list(required)})


ANY = OutputSpec(schema={"type": "object"})


@pytest.mark.parametrize(
    ("output", "wish", "how"),
    [
        pytest.param({"count": 3}, "How many goods are there?", "a count", id="a count"),
        pytest.param({"total": 23.75}, "What do they cost together?", "the sum of 3", id="a sum"),
        pytest.param({"sum": 16.75}, "Add up rope and lamp.", "the sum of 2", id="a sum of some"),
        pytest.param({"goods": "lamp by Nilsson"}, "Which?", "", id="a word that stands nowhere"),
        pytest.param({"label": "lamp and rope"}, "Which?", "put together", id="words that all stand there"),
    ],
)
def test_what_is_worked_out_from_the_page_is_marked_so(output, wish, how):
    found = unfounded(output, ANY, wish, [STALL], {})
    (pointer,) = (f"/{name}" for name in output)

    assert found.derived.get(pointer, "").startswith(how) if how else pointer in found.made_up


@pytest.mark.parametrize(
    "output",
    [
        pytest.param({"price": 99.5}, id="a number that is called no result"),
        pytest.param({"total": 23.5}, id="a sum that is wrong"),
        pytest.param({"maker": "Harbour Ropes Ltd"}, id="a name"),
    ],
)
def test_what_follows_from_nothing_on_the_page_was_made_up(output):
    assert list(unfounded(output, ANY, "Read the stall.", [STALL], {}).made_up.values()) == list(
        output.values()
    )


def test_choices_of_the_schema_and_words_of_the_task_need_not_stand_on_a_page():
    listed = spec(state={"type": "string", "enum": ["cheap", "dear"]}, town={"type": "string"})
    found = unfounded(
        {"state": "cheap", "town": "Ystad"}, listed, "Is the stall in Ystad cheap?", [STALL], {}
    )

    assert not found.made_up


def test_pages_seen_as_pictures_alone_tell_nothing():
    assert not unfounded({"price": 99.5}, ANY, "Read it.", [Observation(url="http://127.0.0.1/")], {}).made_up


def test_a_value_is_null_where_that_is_allowed_and_left_out_where_it_is_not():
    wanted = spec(
        a={"type": ["string", "null"]}, b={"type": "string"}, c={"type": "array", "items": {"type": "string"}}
    )
    output = {"a": "x", "b": "y", "c": ["k", "l", "m"]}

    assert without(output, ["/a", "/b", "/c/0", "/c/2"], wanted) == {"a": None, "c": ["l"]}


async def test_a_made_up_value_goes_back_once_by_name():
    goal = Goal(text="What does the lamp cost?", output=spec(("price",), price={"type": "number"}))
    engine = Scripted([Finish(output={"price": 99.5}), Finish(output={"price": 12.25})])

    ending = await pursue(goal, FakePage(STALL), engine, Budget(5))

    assert isinstance(ending, Finish)
    assert "/price (99.5)" in engine.turns[1].complaint


async def test_insisted_on_it_is_told_to_the_check_and_then_null():
    goal = Goal(
        text="Read the lamp.", output=spec(maker={"type": ["string", "null"]}, name={"type": "string"})
    )
    engine = Scripted([Finish(output={"maker": "Odd Works", "name": "Lamp"})] * 2)
    progress = Progress()

    ending = await pursue(goal, FakePage(STALL), engine, Budget(5), progress=progress)

    assert isinstance(ending, Finish)
    assert any("/maker ('Odd Works')" in told for told in engine.evidence[-1].finish.evidence)
    assert progress.output == {"maker": None, "name": "Lamp"}
    assert progress.unfounded.made_up == {"/maker": "Odd Works"}


async def test_where_it_is_required_the_output_is_invalid():
    goal = Goal(text="What does the lamp cost?", output=spec(("price",), price={"type": "number"}))
    engine = Scripted([Finish(output={"price": 99.5})] * 4)

    ending = await pursue(goal, FakePage(STALL), engine, Budget(9))

    assert isinstance(ending, Failure)
    assert ending.code == "OUTPUT_INVALID"
    assert "/price (99.5)" in ending.message
