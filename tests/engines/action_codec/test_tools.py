"""The tools that are made from the table of verbs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from browser.model.actions import (
    Action,
    Back,
    Click,
    CloseTab,
    Forward,
    Goto,
    OpenTab,
    Reload,
    Scroll,
    SwitchTab,
)
from browser.model.observation import Box, LookRequest
from engines.action_codec.actions import VERBS
from engines.action_codec.arguments.shown import Shown
from engines.action_codec.read import REMEMBERED, read_reply
from engines.action_codec.read_calls import read_calls
from engines.action_codec.reply_error import ReplyError
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


SHOWN = Shown(refs=frozenset({"f0e1", "f0e5+"}), tabs=frozenset({"t1", "t2"}))


def done_by(tool: str, **arguments: Any) -> Action:
    """The one action that a call of a tool comes to."""
    [done] = read_calls([ToolCall(id="1", name=tool, arguments=arguments)], "", SHOWN).decision.actions
    return done


def names(goal: Goal) -> set[str]:
    return {tool.name for tool in tools_for(goal, None)}


@pytest.mark.parametrize("goal", [PLAIN, RICH], ids=["plain", "rich"])
def test_every_tool_has_a_sound_schema_and_requires_only_what_it_has(goal):
    for tool in tools_for(goal, PRICE):
        Draft202012Validator.check_schema(tool.parameters)
        assert set(tool.parameters.get("required", ())) <= set(tool.parameters["properties"])


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ({"url": "back"}, Back()),
        ({"url": "forward"}, Forward()),
        ({"url": "reload"}, Reload()),
        ({"url": "close"}, CloseTab()),
        ({"url": "t2"}, SwitchTab("t2")),
        ({"url": "shop.test"}, Goto("https://shop.test")),
        ({"url": "shop.test", "new_tab": True}, OpenTab("https://shop.test")),
        ({"url": "shop.test", "new_tab": None}, Goto("https://shop.test")),
    ],
)
def test_every_verb_is_a_tool_or_an_address_of_the_one_that_opens_addresses(address, meant):
    assert {verb.name for verb in VERBS} - names(RICH) == {
        *("back", "forward", "reload"),
        *("open_tab", "switch_tab", "close_tab"),
    }

    assert done_by("goto", **address) == meant


@pytest.mark.parametrize(
    ("how", "meant"),
    [
        (None, Click("f0e1")),
        ("double", Click("f0e1", count=2)),
        ("right", Click("f0e1", "right")),
        ("shift", Click("f0e1", modifiers=("Shift",))),
        ("control", Click("f0e1", modifiers=("Control",))),
    ],
)
def test_one_word_says_how_is_clicked(how, meant):
    assert done_by("click", ref="f0e1", how=how) == meant


def test_one_tool_is_for_what_is_to_be_remembered_whatever_else_is_called():
    offered = tools_for(RICH, PRICE)

    assert [tool.name for tool in offered if tool.name == "remember"] == ["remember"]
    assert not [tool.name for tool in offered if "memory" in tool.parameters["properties"]]


@pytest.mark.parametrize("place", [0, 1])
def test_what_is_remembered_beside_an_act_is_no_act(place):
    calls = [ToolCall(id="1", name="click", arguments={"ref": "f0e1"})]
    calls.insert(place, ToolCall(id="2", name="functions.remember", arguments={"text": "4.25 kg"}))

    found = read_calls(calls, "", SHOWN)

    assert (found.decision.actions, found.memory, found.mistake) == ((Click("f0e1"),), "4.25 kg", "")
    assert found.counts == ((REMEMBERED, 1) if place == 0 else (1, REMEMBERED))


@pytest.mark.parametrize(
    "reply",
    [
        '{"memory": "4.25 kg", "actions": [{"action": "click", "ref": "f0e1"}]}',
        '{"memory": ["4.25 kg"], "actions": [{"action": "click", "ref": "f0e1"}]}',
        '{"actions": [{"action": "click", "ref": "f0e1", "memory": "4.25 kg"}]}',
        '{"actions": [{"name": "click", "arguments": {"ref": "f0e1", "memory": "4.25 kg"}}]}',
        '{"actions": [{"click": {"ref": "f0e1"}, "memory": "4.25 kg"}]}',
        '{"actions": [{"function": {"name": "click", "arguments": {"ref": "f0e1"}}, "memory": "4.25 kg"}]}',
        '{"actions": [{"memory": "4.25 kg"}, {"action": "click", "ref": "f0e1"}]}',
        '[{"thought": "I note it.", "memory": "4.25 kg"}, {"action": "click", "ref": "f0e1"}]',
        '{"action": "click", "ref": "f0e1", "memory": "4.25 kg"}',
        '{"click": {"ref": "f0e1"}, "memory": "4.25 kg"}',
        '{"current_state": {"memory": "4.25 kg", "action": [{"click": {"ref": "f0e1"}}]}}',
        '{"actions": [{"action": "click", "ref": "f0e1"}], "Memory": "4.25 kg"}',
    ],
)
def test_what_is_to_be_remembered_is_found_wherever_it_stands(reply):
    said = read_reply(reply, SHOWN)

    assert (said.memory, said.notes) == ("4.25 kg", ())
    assert said.decision.actions == (Click("f0e1"),)


def test_what_is_to_be_remembered_is_kept_of_calls_that_were_left_out():
    clicked = ToolCall(id="1", name="click", arguments={"ref": "f0e1"})
    bad = ToolCall(id="2", name="fly", arguments={"memory": "4.25 kg"})

    assert read_calls([clicked, bad], "", SHOWN).memory == "4.25 kg"


def test_an_output_may_have_a_value_of_that_name():
    said = read_reply('{"actions": [{"action": "finish", "output": {"memory": "16 GB"}}]}', SHOWN)

    assert said.decision == Finish(output={"memory": "16 GB"})
    assert said.memory == ""


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("desk lamp", LookRequest(query="desk lamp")),
        ("f0e1", LookRequest(ref="f0e1")),
        ("f0e5+", LookRequest(ref="f0e5+")),
        ("f0e5", LookRequest(ref="f0e5+")),
        ("f0e9", LookRequest(query="f0e9")),
        ("10, 20,30,40.5", LookRequest(region=Box(10, 20, 30, 40.5))),
        ("10,20", LookRequest(query="10,20")),
    ],
)
def test_a_look_is_for_words_an_element_or_a_part_of_the_picture(query, meant):
    said = read_calls([ToolCall(id="1", name="look", arguments={"query": query})], "", SHOWN)

    assert said.decision.requests == (meant,)


@pytest.mark.parametrize("way", ["down", "up", "left", "right", "top", "bottom"])
def test_a_page_is_scrolled_by_a_word(way):
    scrolled = done_by("scroll", direction=way)

    assert scrolled.to == (way if way in ("top", "bottom") else "")
    assert bool(scrolled.to) != bool(scrolled.dx or scrolled.dy)
    assert done_by("scroll", ref="f0e1") == Scroll(target="f0e1", to="target")


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


def test_what_only_says_what_is_to_be_remembered_is_asked_for_an_action():
    with pytest.raises(ReplyError, match="only says what is to be remembered; name at least one action"):
        read_reply('{"actions": [{"memory": "4.25 kg"}]}', SHOWN)
