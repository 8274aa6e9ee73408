"""Values that stand on no page: worked out from others, or sent back, told to the check and left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from agent_core.loop.budget import Budget
from agent_core.loop.grounds.unfounded import Grounds, grounds_of, without
from agent_core.loop.loop import pursue
from agent_core.loop.parties import Audience
from agent_core.loop.progress import Failure, Progress
from agent_core.testing import FakePage, Scripted
from browser.model.actions import Press
from browser.model.observation import Box, Dialog, Element, LookAnswer, LookRequest, Observation, Screenshot
from browser.model.results import ActionResult
from engines.output_spec import OutputSpec
from engines.protocol import Act, AskUser, Finish, Goal, Look, ValueRead


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
        pytest.param({"goods": 3}, "How many goods are there?", "a count", id="a count by the task's words"),
        pytest.param({"mean": 7.92}, "Read it.", "the mean of 3", id="a mean"),
        pytest.param({"difference": 7.75}, "Rope or lamp?", "the difference", id="a difference of two that are named"),
        pytest.param({"total": 11.5}, "What do the first 2 cost without lamp?", "", id="of rows that nobody named"),
        pytest.param({"sum": 11.5}, "Add up all under 10.", "the sum of 2", id="a sum up to a limit"),
        pytest.param({"label": "lamp and rope"}, "Which?", "put together", id="words that all stand there"),
        pytest.param({"answer": "The lamp costs 12.25."}, "What does it cost?", "put ", id="a short sentence"),
        pytest.param({"weight": "4.50 lamp"}, "Which?", "put together", id="a number and its unit"),
        pytest.param({"in_stock": "Yes"}, "Is there any rope?", "an answer", id="yes"),
    ],
)  # fmt: skip
def test_what_is_worked_out_from_the_page_is_marked_so(output, wish, how):
    found = grounds_of(output, ANY, wish, [STALL], {})
    (pointer,) = (f"/{name}" for name in output)
    source = found.sources[pointer]

    assert source.derived and source.text.startswith(how) if how else pointer in found.made_up


@pytest.mark.parametrize(
    "output",
    [
        pytest.param({"price": 99.5}, id="a number that is called no result"),
        pytest.param({"total": 23.5}, id="a sum that is wrong"),
        pytest.param({"total": 10**400}, id="a number that no float holds"),
        pytest.param({"maker": "Harbour Ropes Ltd"}, id="a name"),
        pytest.param({"goods": "lamp by Nilsson"}, id="a word that stands nowhere"),
        pytest.param({"invoice_number": 3}, id="a number that names and does not count"),
        pytest.param({"amount": 3}, id="an amount is no count"),
        pytest.param({"index": 2}, id="an index is no count"),
        pytest.param({"total": 16.75}, id="a sum of rows that nobody named"),
        pytest.param({"note": "The goods on this stall cost 99 in all, as is said."}, id="a number in prose"),
        pytest.param({"address": "12 Rope Street, Ystad Harbour"}, id="names and numbers among known words"),
    ],
)
def test_what_follows_from_nothing_on_the_page_was_made_up(output):
    assert [*grounds_of(output, ANY, "Read the stall.", [STALL], {}).made_up.values()] == [*output.values()]


def test_a_sum_follows_only_from_values_that_stand_there():
    wish = "List the goods and their total."
    listed = [{"price": 4.5}, {"price": 7.0}]
    invented = [{"price": 4.5}, {"price": 9.99}]

    assert not grounds_of({"goods": listed, "total": 11.5}, ANY, wish, [STALL], {}).made_up
    assert set(grounds_of({"goods": invented, "total": 14.49}, ANY, wish, [STALL], {}).made_up) == {
        "/goods/1/price",
        "/total",
    }


@pytest.mark.parametrize(
    "part",
    [
        pytest.param({"type": "string", "enum": ["dear"]}, id="enum"),
        pytest.param({"const": "dear"}, id="const"),
        pytest.param({"anyOf": [{"$ref": "#/$defs/level"}, {"type": "null"}]}, id="enum behind a reference"),
        pytest.param(
            {"type": "string", "description": "Either cheap or dear."}, id="words of the description"
        ),
        pytest.param({"type": "string", "pattern": "^(cheap|dear)$"}, id="words of the pattern"),
    ],
)
def test_a_category_that_the_schema_names_for_the_property_need_not_stand_on_a_page(part):
    level = {"enum": ["cheap", "dear"]}
    schema = OutputSpec(
        schema={"properties": {"level": part, "maker": {"type": "string"}}, "$defs": {"level": level}}
    )

    found = grounds_of({"level": "dear", "maker": "dear"}, schema, "Read it.", [STALL], {})

    assert found.sources["/level"].derived
    assert list(found.made_up) == ["/maker"]


def test_an_example_in_a_description_is_no_choice():
    schema = OutputSpec(schema={"properties": {"maker": {"description": "Who made it, e.g. Nilsson."}}})

    assert grounds_of({"maker": "Nilsson"}, schema, "Read it.", [STALL], {}).made_up


def test_made_up_values_are_told_up_to_a_bound():
    told = Grounds(made_up={f"/{number}": "x" * 500 for number in range(40)}).told()

    assert told.endswith(" and 30 more")
    assert len(told) < 1200


@pytest.mark.parametrize(
    ("text", "value", "founded"),
    [
        pytest.param("Sat, 12 March, 20:00\n© 2031", "2031-03-12", True, id="without its year"),
        pytest.param("Sat, 12 March, 20:00\n© 2031", "2031-03-13", False, id="another day"),
        pytest.param("Sat, 12 March, 20:00", "1987-03-12", False, id="a year out of nowhere"),
        pytest.param("3 of 12 in 2031", "2031-03-12", False, id="numbers that are no day"),
        pytest.param(
            "posted 3 days ago", (date.today() - timedelta(days=3)).isoformat(), True, id="days ago"
        ),
        pytest.param(
            "posted 3 days ago", (date.today() - timedelta(days=9)).isoformat(), False, id="longer ago"
        ),
    ],
)
def test_a_day_follows_from_one_without_its_year_or_counted_from_now(text, value, founded):
    page = Observation(url="http://127.0.0.1/", text=text)
    source = grounds_of({"day": value}, ANY, "When?", [page], {}).sources["/day"]

    assert (source is not None and source.derived) is founded


def test_choices_of_the_schema_and_words_of_the_task_need_not_stand_on_a_page():
    listed = spec(state={"type": "string", "enum": ["cheap", "dear"]}, town={"type": "string"})
    found = grounds_of(
        {"state": "cheap", "town": "Ystad"}, listed, "Is the stall in Ystad cheap?", [STALL], {}
    )

    assert not found.made_up


def test_pages_seen_as_pictures_alone_tell_nothing():
    assert not grounds_of(
        {"price": 99.5}, ANY, "Read it.", [Observation(url="http://127.0.0.1/")], {}
    ).made_up


def test_a_value_is_null_where_that_is_allowed_and_left_out_where_it_is_not():
    wanted = spec(
        a={"type": ["string", "null"]}, b={"type": "string"}, c={"type": "array", "items": {"type": "string"}}
    )
    output = {"a": "x", "b": "y", "c": ["k", "l", "m"]}

    kept, places = without(output, ["/a", "/b", "/c/0", "/c/2"], wanted)

    assert kept == {"a": None, "c": ["l"]}
    assert places == {"/a": "/a", "/b": "/b", "/c/0": "/c", "/c/2": "/c"}


def test_what_stood_behind_an_item_that_has_gone_is_named_where_it_is_now():
    text = {"type": ["string", "null"]}
    wanted = OutputSpec(
        schema={"items": {"anyOf": [{"type": "string"}, {"type": "object", "properties": {"name": text}}]}}
    )

    kept, places = without(["x", {"name": "y"}], ["/0", "/1/name"], wanted)

    assert kept == [{"name": None}]
    assert places == {"/0": "", "/1/name": "/0/name"}


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
    assert ValueRead(pointer="/maker", value="Odd Works") in engine.evidence[-1].readings
    assert progress.output == {"maker": None, "name": "Lamp"}
    assert progress.left_out == (("/maker", "Odd Works"),)


async def test_each_made_up_value_is_named_once_before_it_is_left_out():
    goal = Goal(text="Read it.", output=spec(maker={"type": "string"}, name={"type": "string"}))
    answers = [{"maker": "Odd Works"}, {"name": "Squid"}, {"name": "Squid"}]
    engine = Scripted([Finish(output=output) for output in answers])
    progress = Progress()

    ending = await pursue(goal, FakePage(STALL), engine, Budget(5), progress=progress)

    assert isinstance(ending, Finish)
    assert ["Odd Works" in turn.complaint for turn in engine.turns] == [False, True, False]
    assert ["Squid" in turn.complaint for turn in engine.turns] == [False, False, True]
    assert progress.output == {}


async def test_a_count_may_be_that_of_the_element_that_the_engine_names():
    goal = Goal(text="Read the stall.", output=spec(lines={"type": "integer"}))
    engine = Scripted([Finish(output={"lines": 3}, sources={"/lines": "t"})])
    progress = Progress()

    assert isinstance(await pursue(goal, FakePage(STALL), engine, Budget(2), progress=progress), Finish)
    assert progress.grounds.sources["/lines"].derived


async def test_an_engine_without_a_step_left_is_not_asked_again():
    goal = Goal(text="Read the lamp.", output=spec(maker={"type": "string"}, name={"type": "string"}))
    progress = Progress()

    ending = await pursue(
        goal,
        FakePage(STALL),
        Scripted([Finish(output={"maker": "Odd Works", "name": "Lamp"})]),
        Budget(1),
        progress=progress,
    )

    assert isinstance(ending, Finish)
    assert progress.output == {"name": "Lamp"}


async def test_where_it_is_required_the_output_is_invalid():
    goal = Goal(text="What does the lamp cost?", output=spec(("price",), price={"type": "number"}))
    engine = Scripted([Finish(output={"price": 99.5})] * 4)

    ending = await pursue(goal, FakePage(STALL), engine, Budget(9))

    assert isinstance(ending, Failure)
    assert ending.code == "OUTPUT_INVALID"
    assert "/price (99.5)" in ending.message


class Telling(FakePage):
    """A page that says its number only when it is asked in one way."""

    async def look(self, requests):
        found = Element(ref="f0e9", role="text", name="Number 4711", text="Number 4711")
        return tuple(LookAnswer(request=request, elements=(found,)) for request in requests)

    async def perform(self, action):
        return ActionResult(action=action, did="pressed Enter", effect="a notice appeared: 'Number 4711'")


class Person(Audience):
    async def ask(self, question):
        return "It is 4711."


WITH_DIALOG = replace(STALL, dialog=Dialog(kind="alert", message="Your number is 4711"))


@pytest.mark.parametrize(
    ("page", "first"),
    [
        pytest.param(STALL, Look(requests=(LookRequest(query="number"),)), id="an answer to a look"),
        pytest.param(STALL, AskUser(kind="question", text="Which?"), id="an answer of a person"),
        pytest.param(STALL, Act(actions=(Press("Enter"),)), id="a notice that is gone again"),
        pytest.param(WITH_DIALOG, None, id="a dialog"),
    ],
)
async def test_what_was_seen_or_said_beside_the_page_counts_as_seen(page, first):
    goal = Goal(text="Which number has it?", output=spec(("ticket",), ticket={"type": "string"}))
    engine = Scripted([*([first] if first else []), Finish(output={"ticket": "4711"})])
    progress = Progress()

    ending = await pursue(goal, Telling(page), engine, Budget(4), Person(), progress=progress)

    assert isinstance(ending, Finish)
    assert progress.grounds.sources["/ticket"]
    assert not progress.grounds.sources["/ticket"].derived


PICTURE = Screenshot(data=b"png", width_px=10, height_px=10)
CHART = Element(ref="c", role="img", tag="canvas", name="Sales")


@pytest.mark.parametrize(
    ("elements", "kept"), [((CHART,), 99.5), ((), None)], ids=["with a chart", "text alone"]
)
async def test_what_a_picture_on_the_page_may_say_is_asked_about_and_kept_marked(elements, kept):
    page = replace(STALL, elements=(*STALL.elements, *elements), screenshots=(PICTURE,))
    goal = Goal(text="Read the chart.", output=spec(top={"type": ["number", "null"]}))
    engine = Scripted([Finish(output={"top": 99.5})] * 2)
    progress = Progress()

    ending = await pursue(goal, FakePage(page), engine, Budget(4), progress=progress)

    assert isinstance(ending, Finish)
    assert "/top (99.5)" in engine.turns[1].complaint
    assert engine.evidence[-1].readings == (ValueRead(pointer="/top", value=99.5),)
    assert progress.output == {"top": kept}
    assert kept is None or progress.grounds.sources["/top"].derived


@pytest.mark.parametrize(
    ("value", "follows"), [(229.99, True), ("$229.99", True), (22.99, False), (229.9, False)]
)
def test_an_amount_stands_there_where_its_cents_are_set_apart(value: float | str, follows: bool) -> None:
    shop = Observation(
        url="http://127.0.0.1/shop",
        text="$22999",
        elements=(
            Element(ref="p", role="paragraph", tag="p", text="$22999"),
            Element(ref="w", role="text", tag="#text", name="$229", text="$229", parent="p", depth=1),
            Element(ref="c", role="text", tag="#text", name="99", text="99", parent="p", depth=1),
        ),
    )
    wanted = spec(price={})

    grounds = grounds_of({"price": value}, wanted, "Extract the price", [shop], {"/price": "w"})

    assert (grounds.made_up == {}) is follows
