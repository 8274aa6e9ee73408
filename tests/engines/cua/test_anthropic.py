"""`anthropic-cua` against a loopback server that speaks the messages API."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, replace

import pytest

from agent_core import run_task
from agent_core.config import Settings
from browser.model.actions import (
    Click,
    Drag,
    HoldKey,
    MouseDown,
    MouseMove,
    MouseUp,
    Point,
    Press,
    Scroll,
    TypeText,
    Wait,
)
from browser.model.results import ActionResult
from engines.cua.anthropic import create
from engines.cua.anthropic.calls import Reader
from engines.cua.anthropic.conversation import HALTED, MOST_PICTURES
from engines.cua.anthropic.dialect import HIGH, dialect_of
from engines.cua.anthropic.engine import AnthropicComputerUse
from engines.cua.anthropic.messages_api import Messages
from engines.cua.shared.sight import Sight, sight_of
from engines.errors import EngineUnavailable, ModelRefused, ModelTruncated, ModelUnreachable, ModelUnusable
from engines.models.patience import Patience
from engines.output_spec import OutputSpec
from engines.prompts.pictures import SMALLEST
from engines.protocol import Act, AskUser, EngineOptions, Evidence, Finish, GiveUp, Goal, Turn
from tests.support.messages_server import Asked, Block, FakeMessages, Refuse, function, member, single, words
from tests.support.reply_forms import reply_wanted
from tests.support.shop import picture, shop

GOAL = Goal(text="Buy the desk lamp", url="https://shop.test/")
SIGHT = Sight(picture(1280, 720, 1.0))


def turn(goal: Goal = GOAL, **more: object) -> Turn:
    return Turn(goal=goal, observation=shop(), **more)


def done(decision: Act, problem_at: int = -1) -> tuple[ActionResult, ...]:
    results = [ActionResult(action=action, did="did it") for action in decision.actions]
    if problem_at >= 0:
        failed = ActionResult(action=decision.actions[problem_at], problem="it is covered")
        results = [*results[:problem_at], failed]
    return tuple(results)


def engine_on(server: FakeMessages, **settings: object) -> AnthropicComputerUse:
    given = server.settings(**settings)
    dialect = dialect_of(given.model_name, given.extra_body)
    patience = Patience(attempts=2, first_wait_s=0.0, sleep=_no_pause)
    return AnthropicComputerUse(Messages(given, dialect.betas, patience), dialect, nonce="n0")


async def _no_pause(seconds: float) -> None:
    pass


def playing(*answers: list[Block] | Refuse) -> Callable[[Asked], list[Block] | Refuse]:
    script = iter(answers)
    return lambda asked: next(script)


@pytest.mark.parametrize("call", [member, single])
@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("left_click", {"coordinate": [5, 6]}, [Click(Point(5, 6))]),
        ("left_click", {}, [Click(Point(9, 9))]),
        ("left_click", {"coordinate": [5, 6], "text": "ctrl+shift"},
         [Click(Point(5, 6), modifiers=("Control", "Shift"))]),
        ("right_click", {"coordinate": [5, 6]}, [Click(Point(5, 6), "right")]),
        ("middle_click", {"coordinate": [5, 6]}, [Click(Point(5, 6), "middle")]),
        ("double_click", {"coordinate": [5, 6]}, [Click(Point(5, 6), count=2)]),
        ("triple_click", {"coordinate": [5, 6]}, [Click(Point(5, 6), count=3)]),
        ("left_click_drag", {"start_coordinate": [1, 2], "coordinate": [5, 6]}, [Drag(Point(1, 2), Point(5, 6))]),
        ("left_click_drag", {"coordinate": [5, 6]}, [Drag(Point(9, 9), Point(5, 6))]),
        ("mouse_move", {"coordinate": [5, 6]}, [MouseMove(Point(5, 6))]),
        ("left_mouse_down", {}, [MouseDown()]),
        ("left_mouse_up", {}, [MouseUp()]),
        ("scroll", {"coordinate": [5, 6], "scroll_direction": "down", "scroll_amount": 3},
         [Scroll(0, 300, target=Point(5, 6))]),
        ("scroll", {"scroll_direction": "left", "scroll_amount": 1, "text": "shift"},
         [Scroll(-100, 0, target=Point(9, 9), modifiers=("Shift",))]),
        ("type", {"text": "desk lamp\n"}, [TypeText("desk lamp", clear=False, submit=True)]),
        ("key", {"text": "ctrl+s"}, [Press("Control+s")]),
        ("key", {"text": "Down", "repeat": 3}, [Press("ArrowDown", repeat=3)]),
        ("key", {"text": "Tab Return"}, [Press("Tab"), Press("Enter")]),
        ("key", {"text": "ctrl+a Delete"}, [Press("Control+a"), Press("Delete")]),
        ("hold_key", {"text": "shift", "duration": 2}, [HoldKey("Shift", 2.0)]),
        ("wait", {"duration": 300}, [Wait(60.0)]),
        ("screenshot", {}, []),
        ("zoom", {"region": [0, 0, 100, 50]}, []),
        ("cursor_position", {}, []),
    ],
)  # fmt: skip
def test_every_member_becomes_an_action_of_ours(call, name, arguments, expected):
    [read] = Reader(SIGHT, GOAL, Point(9, 9)).calls([call(name, **arguments)])

    assert (list(read.actions), read.mistake) == (expected, "")


@pytest.mark.parametrize(
    ("name", "arguments", "why"),
    [
        ("left_click", {"coordinate": [5000, 6]}, "lies outside"),
        ("left_click", {"coordinate": "5,6"}, '"coordinate" must be a place'),
        ("left_click", {"coordinate": [5, 6], "text": "a"}, "no modifier key"),
        ("scroll", {"coordinate": [5, 6], "scroll_direction": "in"}, "must be one of down, up, right, left"),
        ("zoom", {"region": [100, 0, 100, 50]}, "the region is empty"),
        ("zoom", {"region": [0, 0, 9999, 50]}, "lies outside"),
        ("key", {"text": "hyper"}, "there is no key"),
        ("type", {}, 'type needs "text"'),
        ("juggle", {}, "there is no action 'juggle'"),
    ],
)
def test_what_cannot_be_carried_out_is_named_and_stops_the_rest(name, arguments, why):
    first, second, third = Reader(SIGHT, GOAL).calls(
        [member("left_click", coordinate=[1, 1]), member(name, **arguments), member("type", text="x")]
    )

    assert first.actions
    assert re.search(why, second.mistake)
    assert third.actions == ()


@pytest.mark.parametrize(
    ("model", "tool", "beta", "limits"),
    [
        ("claude-sonnet-5-5", "computer_toolset_20260801", (), HIGH),
        ("claude-opus-4-8", "computer_toolset_20260801", (), HIGH),
        ("claude-opus-4-6", "computer_20251124", ("computer-use-2025-11-24",), SMALLEST),
        ("claude-sonnet-4-5-20250929", "computer_20250124", ("computer-use-2025-01-24",), SMALLEST),
    ],
)
def test_the_tool_follows_the_model(model, tool, beta, limits):
    dialect = dialect_of(model, {})

    assert (dialect.tool, dialect.betas, dialect.limits) == (tool, beta, limits)


@pytest.mark.parametrize("limits", [HIGH, SMALLEST])
@pytest.mark.parametrize(("ratio", "size"), [(1.0, (1280, 720)), (1.5, (1920, 1080)), (2.0, (3840, 2160))])
def test_pictures_fit_the_limits_and_points_come_back_within_two_pixels(limits, ratio, size):
    page = replace(shop(), screenshots=(picture(*size, ratio),))

    sight = sight_of(page, limits)

    width, height = sight.picture.width_px, sight.picture.height_px
    assert limits.fit(width, height)
    for x, y in ((0.0, 0.0), (0.5, 0.5), (1.0, 1.0)):
        point = sight.point(width * x, height * y)
        assert abs(point.x - size[0] / ratio * x) <= 2
        assert abs(point.y - size[1] / ratio * y) <= 2


async def test_a_batch_is_answered_call_by_call_with_the_page_behind_the_last():
    thinking = {"type": "thinking", "thinking": "hm", "signature": "s"}
    batch = [
        thinking,
        member("left_click", coordinate=[5, 6]),
        member("type", text="lamp"),
        member("wait", duration=1),
    ]
    with FakeMessages(playing(batch, [function("finish", evidence=["Thank you"])])) as server:
        engine = engine_on(server)
        first = await engine.decide(turn())
        last = await engine.decide(turn(history=(done(first, problem_at=1),)))

        assert first.actions[0] == Click(Point(10, 12))
        assert isinstance(last, Finish)
        ok, failed, halted = server.asked[1].last[:3]
        assert ok["content"] == [{"type": "text", "text": "OK"}]
        assert "is_error" not in ok
        assert failed["is_error"]
        assert "it is covered" in failed["content"][0]["text"]
        assert halted["is_error"]
        assert halted["content"][0]["text"] == HALTED
        assert halted["content"][1]["type"] == "image"
        assert [image.size for image in server.asked[1].pictures] == [(640, 360)]
        assert server.asked[0].body["tools"][0] == {"type": "computer_toolset_20260801"}
        assert "anthropic-beta" not in server.asked[0].headers
        assert (engine.usage.calls, engine.usage.input_tokens, engine.usage.cached_tokens) == (2, 280, 80)
        await engine.close()


async def test_what_comes_before_a_mistake_is_done_and_the_mistake_answered():
    batch = [member("left_click", coordinate=[5, 6]), member("juggle"), member("type", text="x")]
    with FakeMessages(playing(batch, [function("give_up", reason="no")])) as server:
        engine = engine_on(server)
        first = await engine.decide(turn())
        await engine.decide(turn(history=(done(first),)))

        assert len(first.actions) == 1
        texts = [block["content"][0]["text"] for block in server.asked[1].last[:3]]
        assert texts == ["OK", "there is no action 'juggle'", HALTED]
        await engine.close()


async def test_the_single_tool_of_older_models_goes_under_its_beta():
    script = playing([single("left_click", coordinate=[5, 6])], [function("give_up", reason="no")])
    with FakeMessages(script) as server:
        engine = engine_on(server, model_name="claude-sonnet-4-6")
        first = await engine.decide(turn())
        await engine.decide(turn(history=(done(first),)))

        tool = server.asked[0].body["tools"][0]
        assert (tool["type"], tool["display_width_px"]) == ("computer_20251124", 640)
        assert server.asked[0].headers["anthropic-beta"] == "computer-use-2025-11-24"
        await engine.close()


async def test_wishes_to_see_cost_no_step():
    look = [member("screenshot"), member("zoom", region=[0, 0, 320, 180]), member("cursor_position")]
    with FakeMessages(playing(look, [member("left_click", coordinate=[5, 6])])) as server:
        engine = engine_on(server)

        assert isinstance((await engine.decide(turn())).actions[0], Click)
        whole, part, place = server.asked[1].last[:3]
        assert [block["content"][0]["type"] for block in (whole, part)] == ["image", "image"]
        assert place["content"][0]["text"] == "X=0,Y=0"
        await engine.close()


async def test_questions_and_refused_outputs_are_answered_at_their_calls():
    script = playing(
        [function("ask_user", kind="login", text="Who?")],
        [function("finish", output={}, evidence=[])],
        [words("I am done")],
        [function("give_up", reason="no")],
    )
    goal = replace(GOAL, output=OutputSpec(wish="the price"))
    with FakeMessages(script) as server:
        engine = engine_on(server)
        assert await engine.decide(turn(goal)) == AskUser(kind="login", text="Who?")
        assert isinstance(await engine.decide(turn(goal, answer="ada")), Finish)
        assert isinstance(await engine.decide(turn(goal, complaint="no price")), GiveUp)

        assert "The user answered: ada" in server.asked[1].text
        assert "Not accepted: no price" in server.asked[2].text
        assert "no tool was called" in server.asked[3].text
        await engine.close()


async def test_a_long_conversation_is_cleared_by_the_provider_or_else_by_us():
    def play(asked: Asked) -> list[Block] | Refuse:
        if "context_management" in asked.body:
            return Refuse(400, "context_management: Extra inputs are not permitted")
        return [member("wait", duration=1)]

    with FakeMessages(play) as server:
        engine = engine_on(server)
        history: tuple[tuple[ActionResult, ...], ...] = ()
        for _ in range(MOST_PICTURES + 4):
            decision = await engine.decide(turn(history=history))
            history = (*history, done(decision))

        tried = [asked for asked in server.asked if "context_management" in asked.body]
        assert len(tried) == 1
        assert tried[0].headers["anthropic-beta"] == "context-management-2025-06-27"
        assert str(server.asked[-1].body["messages"]).count("(an older screenshot)") > 20
        await engine.close()


async def test_nothing_but_mistakes_is_unusable():
    with FakeMessages(lambda asked: [member("dance")]) as server:
        engine = engine_on(server)
        with pytest.raises(ModelUnusable, match="no action 'dance'"):
            await engine.decide(turn())
        await engine.close()


@pytest.mark.parametrize(
    ("reason", "error", "says"),
    [
        ("refusal", ModelRefused, "declined"),
        ("max_tokens", ModelTruncated, "cut off"),
        ("model_context_window_exceeded", ModelTruncated, "does not fit"),
    ],
)
async def test_an_answer_that_ends_otherwise_ends_the_run(reason, error, says):
    with FakeMessages(lambda asked: [words("x")], stop_reason=reason) as server:
        engine = engine_on(server)
        with pytest.raises(error, match=says):
            await engine.decide(turn())
        await engine.close()


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        pytest.param(Refuse(401, "invalid x-api-key"), r"refused the API key .*model\.api_key", id="key"),
        pytest.param(Refuse(500, "oops"), "failed with status 500: oops", id="server"),
        pytest.param(Refuse(529, "overloaded"), "failed with status 529", id="overloaded"),
        pytest.param(Refuse(429, "slow down"), "is limiting requests", id="rate"),
        pytest.param(Refuse(404, "page not found"), r"check model\.base_url", id="address"),
        pytest.param(
            Refuse(200, body=b"<html>", headers={"Content-Type": "text/html"}),
            r"check model\.base_url",
            id="a web page",
        ),
    ],
)
async def test_what_is_wrong_with_the_endpoint_is_a_sentence(answer, says):
    with FakeMessages(lambda asked: answer) as server:
        engine = engine_on(server)
        with pytest.raises(ModelUnreachable, match=says):
            await engine.decide(turn())
        assert (engine.usage.calls, engine.usage.failed_calls) == (0, len(server.asked))
        assert len(server.asked) <= 2
        await engine.close()


async def test_the_completion_check_is_a_conversation_of_its_own():
    with FakeMessages(playing([words("hm")], [words('{"met": false, "reason": "no order"}')])) as server:
        engine = engine_on(server)
        verdict = await engine.judge(GOAL, Evidence(finish=Finish(), before=shop(), after=shop()))

        assert (verdict.met, verdict.reason) == (False, "no order")
        assert all("tools" not in asked.body for asked in server.asked)
        await engine.close()


def test_without_a_key_or_with_an_unknown_tool_it_says_what_to_set():
    with pytest.raises(EngineUnavailable, match="set ANTHROPIC_API_KEY"):
        create(EngineOptions())
    with pytest.raises(EngineUnavailable, match="knows no tool 'x'"):
        dialect_of("claude-sonnet-5-5", {"tools": [{"type": "x"}]})


SHOP = """<!doctype html><title>Lamps</title><style>body {margin: 0}
input, button {position: absolute; left: 100px; width: 200px; height: 40px; box-sizing: border-box}</style>
<form action="/order.html"><input name="name" style="top: 100px"><button style="top: 300px">Order</button></form>"""
ORDER = """<!doctype html><title>Order</title><h1>Thank you</h1><p>Order number <b>A-1047</b></p>"""
SCHEMA = {"type": "object", "properties": {"order": {"type": "string"}}, "required": ["order"]}


@pytest.mark.browser
async def test_a_task_in_a_real_browser_ends_with_valid_output(server, tmp_path):
    server.page(ORDER, "/order.html")
    start = server.page(SHOP, "/shop.html")
    steps = iter(
        [
            [member("screenshot")],
            [member("left_click", coordinate=[200, 120]), member("type", text="Ada")],
            [member("mouse_move", coordinate=[200, 320])],
            [member("wait", duration=0)],
            [member("left_click")],
            [function("finish", output={}, evidence=["A-1047"])],
            [function("finish", output={"order": "A-1047"}, evidence=["A-1047"])],
        ]
    )

    def play(asked: Asked) -> list[Block]:
        met = '{"met": true}' if "A-1047" in asked.text else '{"met": false, "reason": "no order"}'
        return [words(met)] if reply_wanted(asked.text) == "verdict" else next(steps)

    with FakeMessages(play) as provider:
        run = await run_task(
            "Order the lamp for Ada and tell the order number",
            start,
            engine="anthropic-cua",
            model={key: value for key, value in asdict(provider.settings()).items() if value},
            data_extraction_schema=SCHEMA,
            max_steps=8,
            settings=Settings(),
            run_dir=tmp_path,
        )

        assert (run.status, run.output, run.failure_reason) == ("completed", {"order": "A-1047"}, None)
        assert (run.step_count, run.run_type) == (6, "anthropic_cua")
        assert all(image.size == (1280, 720) for asked in provider.asked for image in asked.pictures)
    assert any("name=Ada" in request for request in server.requests)
