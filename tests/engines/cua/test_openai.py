"""`openai-cua` against a loopback server that speaks the Responses API."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest

from agent_core import run_task
from agent_core.config import Settings
from browser.model.actions import (
    Action,
    Click,
    Drag,
    Goto,
    MouseMove,
    Point,
    Press,
    Scroll,
    Select,
    TypeText,
    Upload,
    Wait,
)
from browser.model.observation import Dialog
from browser.model.results import ActionResult
from engines.cua.openai import create
from engines.cua.openai.calls import said_in
from engines.cua.openai.engine import LIMITS, OpenAIComputerUse
from engines.cua.openai.responses_api import Responses
from engines.cua.shared.sight import Sight, sight_of
from engines.errors import EngineUnavailable, ModelRefused, ModelTruncated, ModelUnreachable, ModelUnusable
from engines.models.patience import Patience
from engines.output_spec import OutputSpec
from engines.protocol import Act, AskUser, Engine, EngineOptions, Evidence, Finish, GiveUp, Goal, Turn
from tests.support.reply_forms import reply_wanted
from tests.support.responses_server import Asked, FakeResponses, Item, Refuse, computer, function, words
from tests.support.shop import picture, shop

GOAL = Goal(text="Buy the desk lamp", url="https://shop.test/")
SIGHT = Sight(picture(1280, 720, 1.0))


def turn(goal: Goal = GOAL, **more: object) -> Turn:
    return Turn(goal=goal, observation=shop(), **more)


def done(*actions: Action, problem_at: int = -1) -> tuple[ActionResult, ...]:
    results = [ActionResult(action=action, did="did it") for action in actions]
    if problem_at >= 0:
        results = [*results[:problem_at], ActionResult(action=actions[problem_at], problem="it is covered")]
    return tuple(results)


def engine_on(server: FakeResponses, **settings: object) -> OpenAIComputerUse:
    patience = Patience(attempts=3, first_wait_s=0.0, longest_wait_s=5.0, sleep=_no_pause)
    return OpenAIComputerUse(Responses(server.settings(**settings), patience), nonce="n0")


async def _no_pause(seconds: float) -> None:
    pass


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"type": "click", "button": "left", "x": 5, "y": 6}, [Click(Point(5, 6))]),
        ({"type": "click", "button": "right", "x": 5, "y": 6}, [Click(Point(5, 6), "right")]),
        ({"type": "click", "button": "wheel", "x": 5, "y": 6}, [Click(Point(5, 6), "middle")]),
        ({"type": "click", "button": "back", "x": 5, "y": 6}, [Click(Point(5, 6), "back")]),
        (
            {"type": "click", "button": "left", "x": 5, "y": 6, "keys": ["CTRL", "SHIFT"]},
            [Click(Point(5, 6), modifiers=("Control", "Shift"))],
        ),
        ({"type": "double_click", "x": 5, "y": 6}, [Click(Point(5, 6), count=2)]),
        (
            {"type": "drag", "path": [{"x": 1, "y": 2}, [3, 4], {"x": 5, "y": 6}], "keys": ["ALT"]},
            [Drag(Point(1, 2), Point(5, 6), path=(Point(3, 4),), modifiers=("Alt",))],
        ),
        ({"type": "keypress", "keys": ["CTRL", "A"]}, [Press("Control+a")]),
        ({"type": "keypress", "keys": ["ctrl+shift+t"]}, [Press("Control+Shift+t")]),
        ({"type": "keypress", "keys": ["TAB", "TAB", "ENTER"]}, [Press("Tab"), Press("Tab"), Press("Enter")]),
        ({"type": "keypress", "keys": ["ARROWLEFT"]}, [Press("ArrowLeft")]),
        ({"type": "keypress", "keys": ["ESC"]}, [Press("Escape")]),
        ({"type": "keypress", "keys": ["SHIFT"]}, [Press("Shift")]),
        ({"type": "keypress", "keys": ["+"]}, [Press("+")]),
        ({"type": "keypress", "keys": ["CTRL", "+"]}, [Press("Control++")]),
        ({"type": "keypress", "keys": ["F5"]}, [Press("F5")]),
        ({"type": "move", "x": 5, "y": 6, "keys": ["META"]}, [MouseMove(Point(5, 6), ("Meta",))]),
        (
            {"type": "scroll", "x": 5, "y": 6, "scroll_x": 0, "scroll_y": 400, "keys": ["CTRL"]},
            [Scroll(0, 400, target=Point(5, 6), modifiers=("Control",))],
        ),
        ({"type": "type", "text": "desk lamp"}, [TypeText("desk lamp", clear=False)]),
        ({"type": "type", "text": "desk lamp\n"}, [TypeText("desk lamp", clear=False, submit=True)]),
        ({"type": "type", "text": "\n"}, [Press("Enter")]),
        ({"type": "wait"}, [Wait(2.0)]),
        ({"type": "screenshot"}, []),
    ],
)  # fmt: skip
def test_every_action_of_the_computer_tool_becomes_ours(given, expected):
    said = said_in({"output": [computer(given)]}, SIGHT, GOAL)
    preview = said_in({"output": [computer(call_id="c", action=given) | {"actions": None}]}, SIGHT, GOAL)

    assert (list(said.calls[0].actions), said.mistake) == (expected, "")
    assert preview.calls[0].actions == said.calls[0].actions


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"type": "future_action"}, "there is no action 'future_action'"),
        ({"type": "click", "x": 5}, '"y" must be a number'),
        ({"type": "click", "x": 5, "y": True}, '"y" must be a number'),
        ({"type": "click", "x": 5000, "y": 6}, "lies outside the 1280x720 image"),
        ({"type": "click", "x": -1, "y": 6}, "lies outside"),
        (
            {"type": "click", "button": "fourth", "x": 5, "y": 6},
            "must be one of left, right, middle, wheel, back, forward, not 'fourth'",
        ),
        ({"type": "click", "x": 5, "y": 6, "keys": ["A"]}, "is no modifier key"),
        ({"type": "drag", "path": [{"x": 1, "y": 2}]}, "at least two points"),
        ({"type": "keypress", "keys": []}, "no key is named"),
        ({"type": "keypress", "keys": ["HYPER"]}, "there is no key 'HYPER'"),
        ({"type": "type", "text": ""}, 'type needs a "text"'),
        ("click", "without an action"),
    ],
)
def test_what_cannot_be_carried_out_is_named(given, why):
    said = said_in({"output": [computer(given)]}, SIGHT, GOAL)

    assert why in said.mistake
    assert said.calls[0].actions == ()


def test_half_a_character_of_a_call_is_replaced_also_where_the_call_is_sent_back():
    said = said_in({"output": [computer({"type": "type", "text": "a\ud800"})]}, SIGHT, GOAL)

    assert said.calls[0].actions == (TypeText("a\ufffd", clear=False),)
    assert "\ud800" not in str(said.items)


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("goto", {"url": "shop.test/cart"}, Goto("https://shop.test/cart")),
        ("choose", {"x": 5, "y": 6, "options": ["Name"]}, Select(Point(5, 6), ("Name",))),
        ("upload", {"x": 5, "y": 6, "files": ["cv.pdf"]}, Upload(Point(5, 6), ("cv.pdf",))),
    ],
)
def test_what_the_pointer_cannot_do_is_a_function(name, arguments, expected):
    goal = replace(GOAL, files=("cv.pdf",))
    said = said_in({"output": [function(name, **arguments)]}, SIGHT, goal)

    assert (said.calls[0].actions, said.mistake) == ((expected,), "")


@pytest.mark.parametrize(
    ("name", "arguments", "why"),
    [
        ("upload", {"x": 5, "y": 6, "files": ["passwd"]}, "no file 'passwd' came with the task"),
        ("goto", {}, 'goto needs "url"'),
        ("choose", {"x": 5, "options": ["Name"]}, '"y" must be a number'),
        ("answer_dialog", {"accept": "maybe"}, '"accept" must be true or false'),
        ("delete_everything", {}, "there is no function 'delete_everything'"),
    ],
)
def test_a_bad_call_of_a_function_is_named(name, arguments, why):
    assert why in said_in({"output": [function(name, **arguments)]}, SIGHT, GOAL).mistake


def test_a_large_picture_is_sent_small_and_its_points_are_mapped_back():
    page = replace(shop(), screenshots=(picture(3840, 2160, 2.0),))

    sight = sight_of(page, LIMITS)

    assert max(sight.picture.width_px, sight.picture.height_px) <= 1600
    for x, y in ((0, 0), (1919, 1079), (333, 777)):
        scale = sight.picture.scale
        point = sight.point(x * scale, y * scale)
        assert abs(point.x - x) <= 1
        assert abs(point.y - y) <= 1


async def test_the_first_request_holds_task_picture_and_tools():
    with FakeResponses(lambda asked: [computer({"type": "click", "x": 5, "y": 6})]) as server:
        engine = engine_on(server)

        decision = await engine.decide(turn())

        assert decision == Act(actions=(Click(Point(10, 12)),))  # the picture is half as large as the page
        [asked] = server.asked
        assert asked.body["tools"][0] == {"type": "computer"}
        assert {"finish", "give_up", "ask_user"} <= {tool.get("name") for tool in asked.body["tools"]}
        assert "Buy the desk lamp" in asked.text
        assert [image.size for image in asked.pictures] == [(640, 360)]
        assert "previous_response_id" not in asked.body
        assert engine.usage.calls == 1
        assert (engine.usage.input_tokens, engine.usage.cached_tokens, engine.usage.images) == (100, 40, 1)
        await engine.close()


async def test_calls_are_answered_with_the_new_picture_and_only_news_is_sent():
    script = iter(
        [
            [computer({"type": "click", "x": 5, "y": 6}, {"type": "type", "text": "lamp"})],
            [function("goto", url="https://shop.test/cart")],
            [function("finish", evidence=["Thank you"])],
        ]
    )
    with FakeResponses(lambda asked: next(script)) as server:
        engine = engine_on(server)
        first = await engine.decide(turn())
        second = await engine.decide(turn(history=(done(*first.actions),)))
        last = await engine.decide(turn(history=(done(*first.actions), done(*second.actions))))

        assert isinstance(last, Finish)
        assert last.evidence == ("Thank you",)
        assert [item["type"] for item in server.asked[1].items] == ["computer_call_output", "message"]
        assert server.asked[1].body["previous_response_id"] == "resp_1"
        assert [item["type"] for item in server.asked[2].items] == ["function_call_output", "message"]
        assert "did it" in server.asked[2].items[0]["output"]
        assert len(server.asked[2].pictures) == 1
        await engine.close()


async def test_an_action_that_failed_and_those_after_it_are_told():
    script = iter(
        [
            [computer({"type": "click", "x": 5, "y": 6}, {"type": "wait"}, {"type": "wait"})],
            [function("give_up", reason="it is covered")],
        ]
    )
    with FakeResponses(lambda asked: next(script)) as server:
        engine = engine_on(server)
        first = await engine.decide(turn())
        last = await engine.decide(turn(history=(done(*first.actions, problem_at=1),)))

        assert isinstance(last, GiveUp)
        assert "NOT DONE: wait 2 s: it is covered" in server.asked[1].text
        assert "the page changed under the rest" in server.asked[1].text
        await engine.close()


async def test_stateless_sends_everything_back_as_it_came():
    reasoning = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "abc"}
    script = iter([[reasoning, computer({"type": "wait"})], [function("give_up", reason="no")]])
    with FakeResponses(lambda asked: next(script)) as server:
        engine = engine_on(server, extra_body={"store": False})
        first = await engine.decide(turn())
        await engine.decide(turn(history=(done(*first.actions),)))

        body = server.asked[1].body
        assert body["store"] is False
        assert "previous_response_id" not in body
        kinds = [item["type"] for item in body["input"]]
        assert kinds == ["message", "reasoning", "computer_call", "computer_call_output", "message"]
        assert body["input"][1] == reasoning
        await engine.close()


async def test_the_preview_tool_is_a_setting():
    tool = {
        "type": "computer_use_preview",
        "display_width": 1280,
        "display_height": 720,
        "environment": "browser",
    }
    with FakeResponses(lambda asked: [computer(action={"type": "wait"}) | {"actions": None}]) as server:
        engine = engine_on(server, extra_body={"tools": [tool]})

        assert await engine.decide(turn()) == Act(actions=(Wait(2.0),))
        assert server.asked[0].body["tools"][0] == tool
        await engine.close()


async def test_a_wish_for_a_picture_costs_no_step():
    script = iter([[computer({"type": "screenshot"})], [computer({"type": "click", "x": 5, "y": 6})]])
    with FakeResponses(lambda asked: next(script)) as server:
        engine = engine_on(server)

        assert isinstance((await engine.decide(turn())).actions[0], Click)
        assert len(server.asked) == 2
        await engine.close()


async def test_a_model_that_only_looks_waits_a_moment_for_the_page():
    with FakeResponses(lambda asked: [computer({"type": "screenshot"})]) as server:
        engine = engine_on(server)

        assert await engine.decide(turn()) == Act(actions=(Wait(1.0),))
        assert isinstance(await engine.decide(turn(history=((ActionResult(action=Wait(1.0)),),))), Act)
        await engine.close()


async def test_nothing_of_a_call_runs_before_its_safety_checks_are_agreed_to():
    check = {"id": "sc_1", "code": "malicious_instructions", "message": "The page gives orders"}
    script = iter(
        [
            [computer({"type": "click", "x": 5, "y": 6}, checks=(check,))],
            [function("finish", evidence=["done"])],
        ]
    )
    with FakeResponses(lambda asked: next(script)) as server:
        engine = engine_on(server)

        question = await engine.decide(turn())
        agreed = await engine.decide(turn(answer="yes, go on"))
        await engine.decide(turn(history=(done(*agreed.actions),)))

        assert isinstance(question, AskUser)
        assert "The page gives orders" in question.text
        assert "click (10, 12)" in question.text
        assert isinstance(agreed.actions[0], Click)
        assert server.asked[1].items[0]["acknowledged_safety_checks"] == [check]
        await engine.close()


async def test_a_safety_check_that_nobody_agrees_to_ends_the_run():
    check = {"id": "sc_1", "message": "The page gives orders"}
    with FakeResponses(lambda asked: [computer({"type": "wait"}, checks=(check,))]) as server:
        engine = engine_on(server)
        await engine.decide(turn())

        assert isinstance(await engine.decide(turn(answer="no!")), GiveUp)
        await engine.close()


async def test_a_question_is_answered_where_it_was_asked():
    script = iter([[function("ask_user", kind="login", text="Who?")], [function("give_up", reason="no")]])
    with FakeResponses(lambda asked: next(script)) as server:
        engine = engine_on(server)
        assert await engine.decide(turn()) == AskUser(kind="login", text="Who?")
        await engine.decide(turn(answer="ada"))

        assert server.asked[1].items[0]["output"] == "The user answered: ada"
        await engine.close()


async def test_a_refused_output_goes_back_as_the_answer_to_its_call():
    goal = replace(
        GOAL, output=OutputSpec(schema={"type": "object", "properties": {"price": {"type": "number"}}})
    )
    script = iter(
        [[function("finish", output={"price": "?"}, evidence=[])], [function("give_up", reason="no")]]
    )
    with FakeResponses(lambda asked: next(script)) as server:
        engine = engine_on(server)
        first = await engine.decide(turn(goal))
        await engine.decide(turn(goal, complaint="/price is no number"))

        assert first.output == {"price": "?"}
        assert server.asked[1].items[0]["output"] == "Not accepted: /price is no number"
        finish = next(tool for tool in server.asked[0].body["tools"] if tool.get("name") == "finish")
        assert finish["parameters"]["properties"]["output"] == goal.output.schema
        assert finish["parameters"]["required"] == ["output", "evidence"]
        await engine.close()


async def test_a_mistake_is_named_every_call_answered_and_nothing_done():
    script = iter(
        [
            [computer({"type": "click", "x": 5, "y": 6}), function("goto")],
            [words("I am done.")],
            [function("give_up", reason="no")],
        ]
    )
    goal = replace(GOAL, output=OutputSpec(wish="the price"))
    with FakeResponses(lambda asked: next(script)) as server:
        engine = engine_on(server)

        assert isinstance(await engine.decide(turn(goal)), GiveUp)
        assert 'goto needs "url"' in server.asked[1].text
        assert "no function was called" in server.asked[2].text
        await engine.close()


async def test_a_model_that_makes_nothing_but_mistakes_is_unusable():
    with FakeResponses(lambda asked: [computer({"type": "dance"})]) as server:
        engine = engine_on(server)
        with pytest.raises(ModelUnusable, match="no action 'dance'"):
            await engine.decide(turn())
        assert len(server.asked) == 4
        await engine.close()


async def test_last_words_are_an_ending_where_no_output_is_wanted():
    with FakeResponses(lambda asked: [words("The lamp is in the cart.")]) as server:
        engine = engine_on(server)
        assert (await engine.decide(turn())).evidence == ("The lamp is in the cart.",)
        await engine.close()


async def test_an_open_dialog_is_told_in_words_beside_the_last_picture():
    script = iter([[computer({"type": "wait"})], [function("answer_dialog", accept=True)]])
    with FakeResponses(lambda asked: next(script)) as server:
        engine = engine_on(server)
        first = await engine.decide(turn())
        page = replace(shop(), screenshots=(), dialog=Dialog(kind="confirm", message="Delete it?"))
        await engine.decide(Turn(goal=GOAL, observation=page, history=(done(*first.actions),)))

        assert "Delete it?" in server.asked[1].text
        assert server.asked[1].pictures[0].size == (640, 360)
        await engine.close()


REFUSAL = {
    "type": "message",
    "id": "m",
    "role": "assistant",
    "content": [{"type": "refusal", "refusal": "I cannot"}],
}


@pytest.mark.parametrize(
    ("answer", "error", "says"),
    [
        (lambda asked: [dict(REFUSAL)], ModelRefused, "declined: I cannot"),
        (
            lambda asked: {
                "output": [],
                "status": "incomplete",
                "incomplete_details": {"reason": "max_output_tokens"},
            },
            ModelTruncated,
            "max_output_tokens",
        ),
        (
            lambda asked: {
                "output": [],
                "status": "incomplete",
                "incomplete_details": {"reason": "content_filter"},
            },
            ModelRefused,
            "filter",
        ),
        (lambda asked: Refuse(401, "Incorrect API key"), ModelUnreachable, "refused the API key"),
        (lambda asked: Refuse(500, "oops"), ModelUnreachable, "failed with status 500"),
        (lambda asked: Refuse(200, body=b"<html>"), ModelUnreachable, "a web page"),
        (lambda asked: Refuse(200, body=b"[]"), ModelUnreachable, "what is no reply"),
        (
            lambda asked: Refuse(400, "Your input exceeds the context window of this model"),
            ModelTruncated,
            "does not fit",
        ),
    ],
)
async def test_what_is_no_answer_ends_the_run_with_a_sentence(answer, error, says):
    with FakeResponses(answer) as server:
        engine = engine_on(server)
        with pytest.raises(error, match=says):
            await engine.decide(turn())
        await engine.close()


async def test_a_server_that_is_busy_is_asked_again():
    script = iter([Refuse(429, "slow down", {"Retry-After": "1"}), Refuse(503), [computer({"type": "wait"})]])
    with FakeResponses(lambda asked: next(script)) as server:
        engine = engine_on(server)
        assert isinstance(await engine.decide(turn()), Act)
        assert len(server.asked) == 3
        assert (engine.usage.calls, engine.usage.failed_calls) == (1, 2)
        await engine.close()


async def test_the_completion_check_is_a_conversation_of_its_own():
    script = iter([[words("hm")], [words('{"met": false, "reason": "no order"}')]])
    with FakeResponses(lambda asked: next(script)) as server:
        engine = engine_on(server)
        verdict = await engine.judge(GOAL, Evidence(finish=Finish(), before=shop(), after=shop()))

        assert (verdict.met, verdict.reason) == (False, "no order")
        assert all("tools" not in asked.body and asked.body["store"] is False for asked in server.asked)
        assert len(server.asked[0].pictures) == 1
        await engine.close()


def test_without_a_key_it_says_what_to_set():
    with pytest.raises(EngineUnavailable, match=r"set OPENAI_API_KEY or model\.api_key"):
        create(EngineOptions())


def test_it_is_an_engine():
    with FakeResponses(lambda asked: []) as server:
        assert isinstance(create(EngineOptions(model=server.settings())), Engine)


SHOP = """<!doctype html><title>Lamps</title><style>body {margin: 0} * {box-sizing: border-box}
input, select, button {position: absolute; left: 100px; width: 200px; height: 40px}</style>
<form action="/order.html">
  <input name="name" style="top: 100px">
  <select name="lamp" style="top: 200px"><option>Desk lamp</option><option>Floor lamp</option></select>
  <button style="top: 300px">Order</button>
</form>"""
ORDER = """<!doctype html><title>Order</title><h1>Thank you</h1><p>Order number <b>A-1047</b></p>"""
SCHEMA = {"type": "object", "properties": {"order": {"type": "string"}}, "required": ["order"]}


def buyer() -> object:
    """The model's part in five steps, by what it sees in the pictures' sizes."""
    steps = iter(
        [
            [computer({"type": "screenshot"})],
            [computer({"type": "click", "x": 200, "y": 120}, {"type": "type", "text": "Ada"})],
            [function("choose", x=200, y=220, options=["Floor lamp"])],
            [computer({"type": "move", "x": 200, "y": 320}, {"type": "wait"})],
            [computer({"type": "click", "x": 200, "y": 320})],
            [function("finish", output={}, evidence=["A-1047"])],
            [function("finish", output={"order": "A-1047"}, evidence=["A-1047"])],
        ]
    )

    def play(asked: Asked) -> list[Item]:
        if reply_wanted(asked.text) == "verdict":
            return [words(json.dumps({"met": "A-1047" in asked.text, "reason": "no order"}))]
        return next(steps)

    return play


@pytest.mark.browser
async def test_a_task_in_a_real_browser_ends_with_valid_output(server, tmp_path):
    server.page(ORDER, "/order.html")
    start = server.page(SHOP, "/shop.html")
    with FakeResponses(buyer()) as provider:
        run = await run_task(
            "Order the floor lamp for Ada and tell the order number",
            start,
            engine="openai-cua",
            model={key: value for key, value in asdict(provider.settings()).items() if value},
            data_extraction_schema=SCHEMA,
            max_steps=8,
            settings=Settings(),
            run_dir=tmp_path,
        )

        assert (run.status, run.output, run.failure_reason) == ("completed", {"order": "A-1047"}, None)
        assert (run.step_count, run.run_type) == (6, "openai_cua")
        assert run.usage.model_calls == 8
        assert "sk-test" not in run.model_dump_json()
        assert all(image.size == (1280, 720) for asked in provider.asked for image in asked.pictures)
    assert any("name=Ada" in request and "lamp=Floor" in request for request in server.requests)
