"""Whatever a model writes as an argument, through whatever protocol, is an action or a sentence about it."""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args

import pytest
from PIL import Image

from browser.model.actions import Action
from browser.model.observation import LookRequest, Screenshot
from engines.action_codec.actions import ACTIONS, VERBS, items
from engines.action_codec.arguments.given import Given
from engines.action_codec.arguments.shown import Shown
from engines.action_codec.json_in_text.normalise import Call
from engines.action_codec.json_in_text.repair_json import cleaned
from engines.action_codec.read import items_of, read_reply
from engines.action_codec.read_calls import read_calls
from engines.action_codec.reply_error import ReplyError
from engines.cua.anthropic import browser_calls, calls
from engines.cua.anthropic.browser_calls import BrowserReader
from engines.cua.anthropic.calls import Reader
from engines.cua.openai.calls import WIRES as OPENAI
from engines.cua.openai.calls import said_in
from engines.cua.shared.extras import extras
from engines.cua.shared.sight import Sight
from engines.cua.ui_tars import meaning
from engines.cua.ui_tars.coordinates import Sizes, picture_of
from engines.cua.ui_tars.meaning import Surroundings, meaning_of
from engines.cua.ui_tars.parser import parsed
from engines.models.chat import ToolCall
from engines.protocol import AskUser, Finish, GiveUp, Goal
from tests.support.messages_server import browse, member, single
from tests.support.responses_server import computer, function
from tests.support.shop import picture, shop

GOAL = Goal(text="Buy it", files=("cv.pdf",), error_codes={"SOLD_OUT": "there is none left"})
PAGE = shop()
REFS = frozenset(element.ref for element in PAGE.elements)
SIGHT = Sight(picture(1280, 720, 1.0))
SHOWN = Shown(refs=REFS, tabs=frozenset({"t1"}), url="https://shop.test/list", picture=SIGHT.picture)

GARBAGE: list[Any] = [
    None, True, False, 0, -1, 1.5, 3, 10**400, 1e308, float("nan"), float("inf"),
    "", " ", "x", "5", "yes", "down", "Control+A", "ctrl+", "+", "hyper", "nine\ud800", "\udfff", "9" * 5000,
    "//[x", "http://[x/", "https://a:99999/", "/list", "shop.test", "javascript:alert(1)", "f0e1", "t1", "[1, 2]",
    '{"a": 1, "a": 2}', "<point>1 2</point>", "(1,2", "'", ")", "\n",
    [], [None], [[]], [1, 2], [1, 2, 3, 4], ["a", {}], ["ctrl", "\ud800"], [True, "x"], [[1, 2], [3, 4]],
    {}, {"x": None}, {"x": 1, "y": 2}, {"x": "a", "y": []}, {"type": "ref", "ref": 5}, {"type": "ref"},
    {"\ud800": "\udc00"}, [[[[[[[["deep"]]]]]]]],
]  # fmt: skip
"""Values of every type that JSON has, and some that only Python's reader of it lets through."""

USUAL: Mapping[str, Any] = {
    "coordinate": [5, 6], "start_coordinate": [5, 6], "scroll_direction": "down", "text": "a", "x": 5, "y": 6,
    "path": [[1, 2], [3, 4]], "keys": "Control", "url": "https://shop.test/", "options": ["a"], "ref": "f0e1",
    "target": {"type": "coordinate", "x": 5, "y": 6}, "from": {"type": "coordinate", "x": 5, "y": 6},
    "value": "a", "tab_id": "t1", "query": "a", "region": [0, 0, 9, 9], "start_box": "(5,6)",
    "end_box": "(7,8)", "content": "a", "direction": "down", "key": "Enter", "accept": True, "files": ["cv.pdf"],
    "to_ref": "f0e1", "tab": "t1", "reason": "no",
}  # fmt: skip
"""What the other arguments are meanwhile, so that each is reached."""


def written(names: list[str]) -> Iterator[dict[str, Any]]:
    """Arguments that are all garbage, and such of which one is while the others are as usual."""
    for value in GARBAGE:
        yield dict.fromkeys(names, value)
        for name in names:
            yield {each: USUAL[each] for each in names if each in USUAL} | {name: value}


def is_meant(item: object) -> None:
    assert isinstance(item, (*get_args(Action), LookRequest, Finish, GiveUp, AskUser))
    json.dumps(dataclasses.asdict(item), ensure_ascii=False).encode()


def is_a_sentence(mistake: str) -> None:
    assert mistake.strip()
    assert "\n" not in mistake
    assert len(mistake) < 500
    mistake.encode()


VERB_NAMES = [(verb.name, [each.name for each in verb.arguments] + ["point", "", "other"]) for verb in VERBS]


@pytest.mark.parametrize(("verb", "names"), VERB_NAMES, ids=[name for name, _ in VERB_NAMES])
def test_a_chat_models_arguments(verb: str, names: list[str]):
    for arguments in written(names):
        try:
            items, _ = items_of(Call(verb, cleaned(arguments)), SHOWN)
        except ReplyError as mistake:
            is_a_sentence(str(mistake))
            continue
        for item in items:
            if not isinstance(item, Finish | GiveUp):  # an output is anything, and is cleaned where it enters
                is_meant(item)


@pytest.mark.parametrize(("verb", "names"), VERB_NAMES, ids=[name for name, _ in VERB_NAMES])
def test_a_chat_models_replies(verb: str, names: list[str]):
    for arguments in written(names[:3]):
        text = json.dumps({"actions": [{**arguments, "action": verb}]})
        try:
            decision = read_reply(text, SHOWN).decision
        except ReplyError as mistake:
            is_a_sentence(str(mistake))
            continue
        for item in getattr(decision, "actions", None) or getattr(decision, "requests", None) or [decision]:
            is_meant(item)


@pytest.mark.parametrize(("verb", "names"), VERB_NAMES, ids=[name for name, _ in VERB_NAMES])
def test_a_chat_models_calls_of_tools(verb: str, names: list[str]):
    asked = [cleaned(arguments) for arguments in written(names[:3])]
    for arguments in [*asked, *map(cleaned, GARBAGE)]:
        try:
            called = [ToolCall(id="1", name=verb, arguments=arguments)] * 2
            decision = read_calls(called, "", SHOWN).decision
        except ReplyError as mistake:
            is_a_sentence(str(mistake))
            continue
        for item in getattr(decision, "actions", None) or getattr(decision, "requests", None) or [decision]:
            is_meant(item)


@pytest.mark.parametrize(
    "name", ["", " ", "functions.click", "x" * 5000, "\udfff", "click\n", "a.b.c", ".", "::"]
)
def test_a_name_of_a_tool_is_known_or_answered_with_a_sentence(name):
    try:
        read_calls([ToolCall(id="1", name=name, arguments={"ref": "f0e1"})], "", SHOWN)
    except ReplyError as mistake:
        is_a_sentence(str(mistake))


@pytest.mark.parametrize("extra", extras(GOAL), ids=lambda extra: extra.name)
def test_arguments_of_our_functions(extra):
    names = [*extra.properties, "point"]
    asked = [function(extra.name, **arguments) for arguments in written(names)]
    asked += [{**function(extra.name), "arguments": value} for value in GARBAGE]
    openai_reads(asked)


@pytest.mark.parametrize("name", [*OPENAI, "screenshot", "fly", None, 5, ["click"], {}])
def test_arguments_of_openais_computer(name: Any):
    names = ["x", "y", "button", "keys", "path", "scroll_x", "scroll_y", "text"]
    openai_reads(computer({**arguments, "type": name}) for arguments in written(names))
    openai_reads({**computer(), "actions": value} for value in GARBAGE)


def openai_reads(items: Any) -> None:
    for item in items:
        said = said_in({"output": [item, *GARBAGE]}, SIGHT, GOAL)
        if said.mistake:
            is_a_sentence(said.mistake)
        for call in said.calls:
            for action in call.actions:
                is_meant(action)
            if call.end:
                is_meant(call.end)


COMPUTER = [*calls.WIRES, "zoom", "screenshot", "cursor_position", "fly"]
BROWSER = [
    *browser_calls.WIRES,
    *sorted(browser_calls.READS),
    "form_input",
    "key",
    "type",
    "wait",
    "hold_key",
    "fly",
]


@pytest.mark.parametrize("name", sorted(COMPUTER))
@pytest.mark.parametrize("block", [member, single])
def test_arguments_of_anthropics_computer(block: Callable[..., dict[str, Any]], name: str):
    names = ["coordinate", "start_coordinate", "text", "key", "scroll_direction", "scroll_amount"]
    names += ["duration", "repeat", "region"]
    for arguments in written(names):
        anthropic_reads(Reader(SIGHT, GOAL), block(name, **arguments))
    for value in GARBAGE:
        anthropic_reads(Reader(SIGHT, GOAL), {**block(name), "input": value})


@pytest.mark.parametrize("name", sorted(BROWSER))
def test_arguments_of_anthropics_browser(name: str):
    names = [
        "target",
        "from",
        "value",
        "url",
        "tab_id",
        "query",
        "ref",
        "region",
        "modifiers",
        "text",
        "depth",
    ]
    names += ["scroll_direction", "scroll_amount", "duration", "repeat"]
    for arguments in written(names):
        reader = BrowserReader(SIGHT, GOAL, None, "browser", PAGE, REFS)
        anthropic_reads(reader, browse(name, **arguments))


def anthropic_reads(reader: Reader, block: dict[str, Any]) -> None:
    [call] = reader.calls([block])
    if call.mistake:
        is_a_sentence(call.mistake)
    for action in call.actions:
        is_meant(action)


def blank() -> Screenshot:
    data = io.BytesIO()
    Image.new("RGB", (1260, 784), "white").save(data, "PNG")
    return Screenshot(data=data.getvalue(), width_px=1260, height_px=784)


TARS_PICTURE = picture_of(blank(), Sizes())


@pytest.mark.parametrize("name", [*meaning.WIRES, "finished", "call_user", "give_up", "hold", "fly"])
def test_arguments_of_ui_tars(name: str):
    wire = meaning.WIRES.get(name)
    names = [*(wire.names.values() if wire else ()), "content", "x", "y"]
    for arguments in written(names):
        quoted = ", ".join(f"{key}={value!r}" for key, value in arguments.items())
        bare = ", ".join(f"{key}={value}" for key, value in arguments.items())
        tags = "".join(f'<parameter name="{key}">{value}</parameter>' for key, value in arguments.items())
        for call in (f"{name}({quoted})", f"{name}({bare})", f"<function name={name!r}>{tags}</function>"):
            try:
                said = parsed(f"Thought: Now.\nAction: {call}")
                meant = meaning_of(said.calls, Surroundings(TARS_PICTURE, "resized", GOAL, said.thought))
            except ReplyError as mistake:
                is_a_sentence(str(mistake))
                continue
            for item in (*meant.actions, *((meant.end,) if meant.end else ())):
                is_meant(item)


def test_every_action_of_the_model_is_made_by_some_entry_of_the_table():
    made = {
        type(item).__name__
        for verb in ACTIONS
        for arguments in ({}, USUAL, {**USUAL, "ref": None, "point": [5, 6], "to_point": [7, 8]})
        for item in items_made(verb, {"text": "a", "seconds": 1, **arguments})
    }

    assert {each.__name__ for each in get_args(Action)} <= made


def items_made(action: str, arguments: dict[str, Any]) -> tuple[Any, ...]:

    try:
        return items(action, Given(action, arguments, SHOWN))
    except ReplyError:
        return ()
