"""The tools that are made from the table of verbs."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from engines.action_codec.actions import VERBS
from engines.action_codec.arguments import Shown
from engines.action_codec.read_calls import read_calls
from engines.action_codec.tools import tools_for
from engines.chat.rows import markable, place_of_list
from engines.models.chat import ToolCall
from engines.output_spec import OutputSpec
from engines.protocol import Finish, Goal

PRICE = {"type": "object", "properties": {"price": {"type": "number"}}, "required": ["price"]}
PLAIN = Goal(text="x")
RICH = Goal(
    text="x",
    output=OutputSpec(schema=PRICE),
    error_codes={"GONE": "it is gone"},
    files=("cv.pdf",),
    codes=True,
)


def names(goal: Goal) -> set[str]:
    return {tool.name for tool in tools_for(goal, None)}


@pytest.mark.parametrize("goal", [PLAIN, RICH], ids=["plain", "rich"])
def test_every_tool_has_a_sound_schema_and_requires_only_what_it_has(goal):
    for tool in tools_for(goal, PRICE):
        Draft202012Validator.check_schema(tool.parameters)
        assert set(tool.parameters["required"]) <= set(tool.parameters["properties"])


def test_every_verb_is_a_tool_or_an_address_of_the_one_that_opens_addresses():
    assert {verb.name for verb in VERBS} - names(RICH) == {"back", "forward", "reload"}
    for way in ("back", "forward", "reload"):
        said = read_calls([ToolCall(id="1", name="goto", arguments={"url": way})], "", Shown())
        assert type(said.decision.actions[0]).__name__.lower() == way


def test_what_a_task_cannot_use_is_not_offered():
    assert names(RICH) - names(PLAIN) == {"upload", "enter_code"}
    finish = next(tool for tool in tools_for(PLAIN, None) if tool.name == "finish")
    assert "sources" not in finish.parameters["properties"]
    assert finish.parameters["required"] == ["evidence"]


def test_finish_has_the_schema_of_the_task_and_give_up_its_codes():
    finish, give_up = (
        next(tool for tool in tools_for(RICH, PRICE) if tool.name == name) for name in ("finish", "give_up")
    )

    assert finish.parameters["properties"]["output"] == PRICE
    assert finish.parameters["required"] == ["output", "evidence"]
    assert give_up.parameters["properties"]["error_codes"]["items"]["enum"] == ["GONE"]


def test_the_list_of_an_output_may_be_the_mark_for_all_rows():
    schema = {"type": "object", "properties": {"lamps": {"type": "array", "items": PRICE}}}
    marked = markable(schema, place_of_list(schema))

    for output in ({"lamps": "ROWS"}, {"lamps": [{"price": 2}]}):
        Draft202012Validator(marked).validate(output)
    assert not Draft202012Validator(marked).is_valid({"lamps": "all of them"})


def test_where_values_were_read_is_a_list_of_pairs():
    shown = Shown(refs=frozenset({"f0e1"}))
    pairs = [{"pointer": "/price", "ref": "f0e1"}, {"pointer": "/x", "ref": "f0e9"}, {"ref": 5}, "f0e1"]
    arguments = {"output": json.dumps({"price": 2}), "evidence": ["2 EUR"], "sources": pairs}

    said = read_calls([ToolCall(id="1", name="finish", arguments=arguments)], "Done.", shown)

    assert said.decision == Finish(
        output={"price": 2}, thought="Done.", evidence=("2 EUR",), sources={"/price": "f0e1"}
    )
