"""`anthropic-cua` with the browser toolset: elements by ref, pages as text, tabs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, replace

import pytest

from agent_core import run_task
from agent_core.config import Settings
from browser.model.actions import (
    Back,
    Click,
    CloseTab,
    Drag,
    Forward,
    Goto,
    HoldKey,
    Hover,
    MouseDown,
    MouseMove,
    MouseUp,
    OpenTab,
    Point,
    Press,
    Reload,
    Scroll,
    Select,
    SetChecked,
    SwitchTab,
    TypeText,
    Wait,
)
from browser.model.results import ActionResult
from engines.cua.anthropic.browser_calls import BrowserReader
from engines.cua.anthropic.conversation import HALTED_BROWSER
from engines.cua.anthropic.dialect import BROWSER, dialect_of
from engines.cua.anthropic.engine import AnthropicComputerUse
from engines.cua.anthropic.messages_api import Messages
from engines.cua.shared.sight import Sight
from engines.protocol import Act, Finish, GiveUp, Goal, Turn
from tests.support.messages_server import Asked, Block, FakeMessages, browse, function, member, words
from tests.support.reply_forms import reply_wanted
from tests.support.shop import picture, shop

GOAL = Goal(text="Buy the desk lamp", url="https://shop.test/")
PAGE = shop()
REFS = frozenset(element.ref for element in PAGE.elements)
TOOLS = {"tools": [{"type": BROWSER}]}
AT = {"type": "coordinate", "x": 5, "y": 6}
THERE = {"type": "coordinate", "x": 7, "y": 8}


def by(ref: str) -> dict[str, str]:
    return {"type": "ref", "ref": ref}


def read(*calls: Block) -> tuple:
    return BrowserReader(Sight(picture(1280, 720, 1.0)), GOAL, None, "browser", PAGE, REFS).calls(calls)


def turn(**more: object) -> Turn:
    return Turn(**{"goal": GOAL, "observation": PAGE, **more})


def engine_on(server: FakeMessages) -> AnthropicComputerUse:
    given = server.settings(extra_body=TOOLS)
    dialect = dialect_of(given.model_name, given.extra_body)
    return AnthropicComputerUse(Messages(given, dialect.betas), dialect, nonce="n0")


def playing(*answers: list[Block]) -> Callable[[Asked], list[Block]]:
    script = iter(answers)
    return lambda asked: next(script)


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("navigate", {"url": "shop.test/cart"}, [Goto("https://shop.test/cart")]),
        ("navigate", {"url": "back"}, [Back()]),
        ("navigate", {"url": "forward"}, [Forward()]),
        ("navigate", {"url": "reload"}, [Reload()]),
        ("new_tab", {}, [OpenTab()]),
        ("switch_tab", {"tab_id": "t2"}, [SwitchTab("t2")]),
        ("close_tab", {"tab_id": "t2"}, [CloseTab("t2")]),
        ("list_tabs", {}, []),
        ("read_page", {"filter": "interactive"}, []),
        ("read_page", {"ref": "f0e1", "depth": 2}, []),
        ("get_page_text", {"tab_id": "t1"}, []),
        ("find", {"query": "cart"}, []),
        ("screenshot", {}, []),
        ("zoom", {"region": [0, 0, 100, 50]}, []),
        ("form_input", {"target": by("f0e5"), "value": "lamp"}, [TypeText("lamp", "f0e5")]),
        ("form_input", {"target": by("f0e5"), "value": 25.0}, [TypeText("25", "f0e5")]),
        ("form_input", {"target": by("f0e6"), "value": "Name"}, [Select("f0e6", ("Name",))]),
        ("form_input", {"target": by("f0e7"), "value": True}, [SetChecked("f0e7", True)]),
        ("scroll_to", {"target": by("f0e11")}, [Scroll(target="f0e11", to="target")]),
        ("left_click", {"target": by("f0e2")}, [Click("f0e2")]),
        ("left_click", {"target": AT, "modifiers": "ctrl"}, [Click(Point(5, 6), modifiers=("Control",))]),
        ("right_click", {"target": by("f0e2")}, [Click("f0e2", "right")]),
        ("middle_click", {"target": AT}, [Click(Point(5, 6), "middle")]),
        ("double_click", {"target": by("f0e2")}, [Click("f0e2", count=2)]),
        ("triple_click", {"target": AT}, [Click(Point(5, 6), count=3)]),
        ("hover", {"target": by("f0e2")}, [Hover("f0e2")]),
        ("hover", {"target": AT}, [MouseMove(Point(5, 6))]),
        ("mouse_move", {"target": AT}, [MouseMove(Point(5, 6))]),
        ("left_mouse_down", {"target": AT}, [MouseMove(Point(5, 6)), MouseDown()]),
        ("left_mouse_up", {"target": AT}, [MouseMove(Point(5, 6)), MouseUp()]),
        ("left_click_drag", {"from": AT, "target": THERE}, [Drag(Point(5, 6), Point(7, 8))]),
        ("scroll", {"target": AT, "scroll_direction": "down"}, [Scroll(0, 300, target=Point(5, 6))]),
        ("scroll", {"target": AT, "scroll_direction": "left", "scroll_amount": 99},
         [Scroll(-1000, 0, target=Point(5, 6))]),
        ("type", {"text": "lamp\n"}, [TypeText("lamp", clear=False, submit=True)]),
        ("key", {"text": "ctrl+a Delete"}, [Press("Control+a"), Press("Delete")]),
        ("hold_key", {"text": "shift", "duration": 2}, [HoldKey("Shift", 2.0)]),
        ("wait", {"duration": 0.5}, [Wait(0.5)]),
    ],
)  # fmt: skip
def test_every_member_becomes_an_action_of_ours(name, arguments, expected):
    [call] = read(browse(name, **arguments))

    assert (list(call.actions), call.mistake) == (expected, "")


@pytest.mark.parametrize(
    ("call", "why"),
    [
        (browse("left_click", target=by("ref_7")), "no element 'ref_7' on the page any more: call read_page"),
        (browse("left_click"), 'left_click needs "target"'),
        (browse("left_click", target={"type": "coordinate", "x": 9999, "y": 1}), "lies outside"),
        (browse("scroll", target=by("f0e2"), scroll_direction="up"), '"target" must be a place'),
        (browse("scroll", target=AT, scroll_direction="in"), "must be one of down, up, right, left"),
        (browse("form_input", target=by("f0e5")), 'form_input needs "value"'),
        (browse("navigate"), 'navigate needs "url"'),
        (browse("switch_tab"), 'switch_tab needs "tab_id"'),
        (browse("find", query=" "), '"query" must be a text'),
        (
            browse("left_click", target=by("f0e2"), tab_id="t2"),
            "tab 't2' is not in front: call switch_tab first",
        ),
        (browse("zoom", region=[9, 9, 1, 1]), "the region is empty"),
        (browse("javascript_exec", text="1"), "there is no action 'javascript_exec'"),
        (member("left_click", coordinate=[1, 1]), "there is no toolset 'computer' here"),
    ],
)
def test_what_cannot_be_carried_out_is_named_and_stops_the_rest(call, why):
    first, second, third = read(browse("left_click", target=by("f0e2")), call, browse("type", text="x"))

    assert first.actions
    assert re.search(why, second.mistake)
    assert third.actions == ()


async def test_the_page_is_read_in_words_without_a_step_and_between_fences():
    look = [
        browse("read_page", filter="interactive"),
        browse("get_page_text"),
        browse("find", query="the button that sorts by price"),
        browse("list_tabs"),
        browse("read_page", ref="f0e1"),
    ]
    with FakeMessages(playing(look, [browse("left_click", target=by("f0e2"))])) as server:
        engine = engine_on(server)
        decision = await engine.decide(turn())

        assert decision.actions == (Click("f0e2"),)
        usable, text, _found, tabs, part = server.asked[1].last[:5]
        said = usable["content"][0]["text"]
        assert said.startswith("<page n0>")
        assert said.endswith("</page n0>")
        assert 'link "Cart"' in said
        assert "heading" not in said
        assert "Desk lamp, 25.00 EUR" in text["content"][0]["text"]
        assert [tab["tab_id"] for tab in tabs["content"][0]["tabs"]] == ["t1", "t2"]
        assert 'link "Cart"' in part["content"][0]["text"]
        assert "searchbox" not in part["content"][0]["text"]
        # Who has only read is not shown the page as a picture too.
        assert server.asked[1].pictures == []
        await engine.close()


async def test_elements_are_found_by_a_description_the_best_first():
    look = [browse("find", query="search box")]
    nothing = [browse("find", query="paper crane")]
    with FakeMessages(playing(look, nothing, [function("give_up", reason="no")])) as server:
        engine = engine_on(server)
        await engine.decide(turn())

        assert server.asked[1].text.splitlines()[1].startswith("f0e5 searchbox")
        assert "(nothing like it is on the page)" in server.asked[2].text
        await engine.close()


async def test_a_batch_stops_at_its_first_failure_in_the_words_of_the_toolset():
    batch = [browse("left_click", target=by("f0e2")), browse("switch_tab", tab_id="t2")]
    with FakeMessages(playing(batch, [function("finish", evidence=["done"])])) as server:
        engine = engine_on(server)
        first = await engine.decide(turn())
        failed = (ActionResult(action=first.actions[0], problem="it is covered"),)
        assert isinstance(await engine.decide(turn(history=(failed,))), Finish)

        clicked, halted = server.asked[1].last[:2]
        assert (clicked["is_error"], halted["is_error"]) == (True, True)
        assert halted["content"][0]["text"] == HALTED_BROWSER
        assert server.asked[0].body["tools"][0] == {"type": "browser_toolset_20260801"}
        names = {tool.get("name") for tool in server.asked[0].body["tools"]}
        assert {"finish", "give_up", "ask_user", "answer_dialog"} <= names
        assert not names & {"goto", "back", "switch_tab", "choose"}
        assert "anthropic-beta" not in server.asked[0].headers
        await engine.close()


async def test_a_tab_is_answered_with_the_tabs_alone_and_the_page_shown_beside():
    with FakeMessages(
        playing([browse("switch_tab", tab_id="t2")], [function("give_up", reason="no")])
    ) as server:
        engine = engine_on(server)
        first = await engine.decide(turn())
        await engine.decide(turn(history=((ActionResult(action=first.actions[0], did="did it"),),)))

        [answer, *others] = server.asked[1].last
        assert [part["type"] for part in answer["content"]] == ["browser_state"]
        assert [part["type"] for part in others] == ["text", "image"]
        await engine.close()


async def test_refs_hold_until_the_page_goes_elsewhere():
    click = [browse("left_click", target=by("f0e2"))]
    with FakeMessages(playing(click, click, click, [function("give_up", reason="gone")])) as server:
        engine = engine_on(server)
        await engine.decide(turn())
        fewer = replace(PAGE, elements=PAGE.elements[2:])
        assert isinstance(await engine.decide(turn(observation=fewer)), Act)
        elsewhere = replace(fewer, url="https://shop.test/cart")

        assert isinstance(await engine.decide(turn(observation=elsewhere)), GiveUp)
        assert "no element 'f0e2' on the page any more" in server.asked[3].text
        await engine.close()


async def test_reading_for_ever_costs_steps_in_the_end():
    with FakeMessages(lambda asked: [browse("get_page_text")]) as server:
        engine = engine_on(server)

        assert isinstance((await engine.decide(turn())).actions[0], Wait)
        assert len(server.asked) == 5
        await engine.close()


SHOP = """<!doctype html><title>Lamps</title><form action="/order.html"><label>Name <input name="name"></label>
<label>Lamp <select name="lamp"><option>Desk lamp</option><option>Floor lamp</option></select></label>
<label><input type="checkbox" name="gift"> Gift</label> <button>Order</button></form>"""
ORDER = """<!doctype html><title>Order</title><h1>Thank you</h1><p>Order number <b>A-1047</b></p>"""
SCHEMA = {"type": "object", "properties": {"order": {"type": "string"}}, "required": ["order"]}


@pytest.mark.browser
async def test_a_task_in_a_real_browser_ends_with_valid_output(server, tmp_path):
    server.page(ORDER, "/order.html")
    start = server.page(SHOP, "/shop.html")
    listed = ""

    def ref(role: str) -> dict[str, str]:
        return by(re.search(rf"^ *(\S+) {role}\b", listed, re.MULTILINE).group(1))

    steps = iter(
        [
            lambda: [browse("read_page")],
            lambda: [browse("form_input", target=ref("textbox"), value="Ada")],
            lambda: [browse("form_input", target=ref("combobox"), value="Floor lamp")],
            lambda: [browse("form_input", target=ref("checkbox"), value=True)],
            lambda: [browse("hover", target=ref("button"))],
            lambda: [browse("left_click", target=ref("button"))],
            lambda: [browse("get_page_text")],
            lambda: [function("finish", output={"order": "A-1047"}, evidence=["A-1047"])],
        ]
    )

    def play(asked: Asked) -> list[Block]:
        nonlocal listed
        if reply_wanted(asked.text) == "verdict":
            return [
                words('{"met": true}' if "A-1047" in asked.text else '{"met": false, "reason": "no order"}')
            ]
        listed = listed or (asked.text if "combobox" in asked.text else "")
        return next(steps)()

    with FakeMessages(play) as provider:
        run = await run_task(
            "Order the floor lamp for Ada as a gift and tell the order number",
            start,
            engine="anthropic-cua",
            model={key: value for key, value in asdict(provider.settings(extra_body=TOOLS)).items() if value},
            data_extraction_schema=SCHEMA,
            max_steps=8,
            settings=Settings(),
            run_dir=tmp_path,
        )

        assert (run.status, run.output, run.failure_reason) == ("completed", {"order": "A-1047"}, None)
        assert run.step_count == 6
    assert any("name=Ada&lamp=Floor+lamp&gift=on" in request for request in server.requests)
