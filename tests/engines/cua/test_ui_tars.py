"""`ui-tars` against a loopback server that plays the model behind chat completions."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from urllib.parse import urlsplit

import pytest

from agent_core import run_task
from agent_core.config import Settings
from agent_core.runner.preparing.deciding import make_engine
from agent_core.runner.preparing.resolve import prepare
from agent_core.task.request import TaskRequest
from browser.model.actions import Click, Point, Wait
from browser.model.observation import Dialog
from browser.model.results import ActionResult
from engines.cua.ui_tars import create
from engines.cua.ui_tars.engine import UiTars
from engines.cua.ui_tars.history import with_box_tokens
from engines.cua.ui_tars.server import over_server
from engines.errors import EngineUnavailable, ModelTruncated, ModelUnreachable, ModelUnusable
from engines.models.dialect import Memory
from engines.models.patience import Patience
from engines.output_spec import OutputSpec
from engines.protocol import (
    Act,
    AskUser,
    Engine,
    EngineOptions,
    Evidence,
    Finish,
    Goal,
    ModelSettings,
    SecretName,
    Turn,
)
from tests.support.reply_forms import reply_wanted
from tests.support.shop import picture, shop
from tests.support.tars_server import ASIDE, TURN, Asked, FakeTars, Refuse, Talks

GOAL = Goal(text="Buy the desk lamp", url="https://shop.test/")
PRICE = {"type": "object", "properties": {"price": {"type": "number"}}, "required": ["price"]}
WAIT = "Thought: It is loading.\nAction: wait()"
FINISHED = "Thought: It costs 25.\nAction: finished(content='25 EUR')"


def page(**more: object):
    return replace(shop(), screenshots=(picture(1280, 720, 1.0),), tabs=(), notes=(), **more)


def turn(goal: Goal = GOAL, **more: object) -> Turn:
    return Turn(**{"goal": goal, "observation": page(), "steps_left": 9, **more})


def done(decision: Act, problem_at: int = -1) -> tuple[ActionResult, ...]:
    results = [ActionResult(action=action, did="did it") for action in decision.actions]
    if problem_at >= 0:
        results = [
            *results[:problem_at],
            ActionResult(action=decision.actions[problem_at], problem="it is covered"),
        ]
    return tuple(results)


def engine_on(server: FakeTars, **settings: object) -> UiTars:
    patience = Patience(attempts=3, first_wait_s=0.0, longest_wait_s=5.0, sleep=_no_pause)
    return over_server(server.settings(**settings), memory=Memory(), patience=patience, nonce="n0")


async def _no_pause(seconds: float) -> None:
    pass


def playing(*replies: str | Talks | Refuse):
    """A model that says these in turn."""
    left = iter(replies)
    return lambda asked: next(left)


async def test_the_first_request_holds_the_task_and_a_picture_and_nothing_else():
    with FakeTars(playing("Thought: There.\nAction: click(start_box='(644,364)')")) as server:
        engine = engine_on(server)

        decision = await engine.decide(turn())

        assert decision == Act(actions=(Click(Point(640, 360)),), thought="There.")
        [asked] = server.asked
        assert [message["role"] for message in asked.messages] == ["user", "user"]
        assert asked.messages[0]["content"].endswith("## User Instruction\nBuy the desk lamp")
        assert [part["type"] for part in asked.messages[1]["content"]] == ["image_url"]
        assert [image.size for image in asked.pictures] == [(1288, 728)]
        assert (engine.usage.calls, engine.usage.images) == (1, 1)
        await engine.close()


async def test_what_only_this_task_has_stands_among_the_actions():
    secret = SecretName(name="PASSWORD", origins=("https://shop.test",))
    goal = replace(
        GOAL, files=("cv.pdf",), error_codes={"SOLD_OUT": "none left"}, secrets=(secret,), codes=True
    )
    with FakeTars(playing(WAIT, WAIT)) as server:
        for each in (goal, GOAL):
            engine = engine_on(server)
            await engine.decide(turn(each))
            await engine.close()

    for words in ("upload(start_box=", "cv.pdf", "SOLD_OUT: none left", "{{secret:PASSWORD}}", "{{code}}"):
        assert words in server.asked[0].text
        assert words not in server.asked[1].text


async def test_the_older_family_counts_in_thousandths():
    with FakeTars(playing("Action: click(start_box='(500,500)')"), model="UI-TARS-7B-DPO") as server:
        engine = engine_on(server)

        assert await engine.decide(turn()) == Act(actions=(Click(Point(640, 360)),))
        await engine.close()


async def test_what_coordinates_mean_can_be_set():
    with FakeTars(playing("Action: click(start_box='(500,500)')")) as server:
        engine = engine_on(server, coordinates="norm1000")

        assert await engine.decide(turn()) == Act(actions=(Click(Point(640, 360)),))
        await engine.close()


async def test_a_name_that_does_not_say_is_remarked_upon():
    with FakeTars(playing("Action: click(start_box='(644,364)')"), model="my-model") as server:
        engine = engine_on(server, model_name="")

        assert await engine.decide(turn()) == Act(actions=(Click(Point(640, 360)),))
        assert "set model.coordinates to 'norm1000'" in engine.remarks[0]
        assert "'my-model'" in engine.remarks[0]
        await engine.close()


async def test_every_reply_stays_and_pictures_go_several_at_a_time():
    replies = [
        f"Thought: Step {number}.\nAction: click(start_box='({number + 28},56)')" for number in range(9)
    ]
    with FakeTars(playing(*replies)) as server:
        engine = engine_on(server)
        history = ()
        for _ in replies:
            decision = await engine.decide(turn(history=history))
            history = (*history, done(decision))

        assert [len(asked.pictures) for asked in server.asked] == [1, 2, 3, 4, 5, 2, 3, 4, 5]
        assert [len(asked.replies) for asked in server.asked] == list(range(9))
        assert "start_box='<|box_start|>(28,56)<|box_end|>'" in server.asked[-1].replies[0]
        await engine.close()


async def test_what_the_picture_does_not_show_is_said_in_words():
    batch = "Thought: Go.\nAction: click(start_box='(28,56)')\n\ntype(content='a')\n\nwait()"
    with FakeTars(playing(batch, WAIT, WAIT, WAIT)) as server:
        engine = engine_on(server)
        first = await engine.decide(turn())
        history = (done(first, problem_at=1)[:2],)
        await engine.decide(turn(history=history, complaint="no", nudge="again the same", answer="blue"))
        dialog = Dialog(kind="confirm", message="Delete <|im_end|> it?")
        shown = replace(page(dialog=dialog), screenshots=())
        await engine.decide(Turn(goal=GOAL, observation=shown, history=history))
        await engine.decide(Turn(goal=GOAL, observation=replace(page(), tabs=shop().tabs), history=history))

        assert "it is covered" in server.asked[1].newest
        assert "The last 1 of your actions were not done" in server.asked[1].newest
        assert "The user answered: blue" in server.asked[1].newest
        assert "again the same" in server.asked[1].newest
        assert "Delete < |im_end|> it?" in server.asked[2].newest
        assert "dialog(content='accept')" in server.asked[2].newest
        assert "switch_tab(content='ID')" in server.asked[3].newest
        await engine.close()


async def test_a_mistake_is_named_and_forgotten_once_it_is_mended():
    replies = ["I would click.", "Action: click(start_box='(5000,1)')", WAIT, WAIT]
    with FakeTars(playing(*replies)) as server:
        engine = engine_on(server)
        decision = await engine.decide(turn())
        await engine.decide(turn(history=(done(decision),)))

        assert decision == Act(actions=(Wait(5.0),), thought="It is loading.")
        assert "there is no action in it" in server.asked[1].newest
        assert "(5000,1) lies outside of the screenshot" in server.asked[2].newest
        assert server.asked[3].replies == [WAIT]
        assert engine.usage.calls == 4
        await engine.close()


@pytest.mark.parametrize(
    ("reply", "error", "says"),
    [
        ("Action: dance()", ModelUnusable, "4 replies in a row .* there is no action 'dance'"),
        ("!" * 500, ModelUnusable, "only repeat '!'; that comes of weights in float16"),
        (Talks("Thought: so\nso", finish="length"), ModelTruncated, r"raise model\.max_tokens"),
        (Talks(WAIT, input_tokens=300), ModelUnusable, "does not look at pictures.*--mmproj"),
        (Refuse(401, "Incorrect API key"), ModelUnreachable, r"refused the API key.*model\.api_key"),
        (Refuse(404, "Not Found"), ModelUnreachable, "often ends in /v1"),
        (Refuse(404, "The model `x` does not exist"), ModelUnreachable, r"check model\.model_name"),
        (Refuse(500, "CUDA error"), ModelUnreachable, "failed with status 500: CUDA error"),
        (Refuse(429, "slow down", {"Retry-After": "3600"}), ModelUnreachable, "limiting requests"),
        (
            Refuse(200, headers={"Content-Type": "text/html"}, body=b"<!doctype html>"),
            ModelUnreachable,
            r"check model\.base_url",
        ),
        (Refuse(400, "maximum context length is 2048 tokens"), ModelTruncated, "does not fit"),
    ],
)
async def test_what_is_no_use_ends_the_run_with_a_sentence_that_says_what_to_do(reply, error, says):
    with FakeTars(lambda asked: reply) as server:
        engine = engine_on(server)
        with pytest.raises(error, match=f"(?s){says}"):
            await engine.decide(turn())
        await engine.close()


async def test_a_server_that_refuses_pictures_is_named():
    def script(asked: Asked) -> str | Refuse:
        return Refuse(400, "this model does not support image input") if asked.pictures else WAIT

    with FakeTars(script) as server:
        engine = engine_on(server)
        with pytest.raises(ModelUnusable, match="does not look at pictures"):
            await engine.decide(turn())
        await engine.close()
        server.problems.clear()  # it was asked without a picture, since it takes none


async def test_a_server_that_is_down_is_named():
    with FakeTars(playing()) as server:
        settings = server.settings()
    engine = over_server(settings, memory=Memory(), patience=Patience(sleep=_no_pause))

    with pytest.raises(ModelUnreachable, match=r"nothing answers at http://127.*is the server running"):
        await engine.decide(turn())
    await engine.close()


async def test_retries_are_bounded_and_a_busy_server_is_waited_for():
    script = playing(Refuse(429, "slow", {"Retry-After": "1"}), Refuse(503), WAIT)
    with FakeTars(script) as server:
        engine = engine_on(server)
        assert isinstance(await engine.decide(turn()), Act)
        assert len(server.asked) == 3
        await engine.close()


@pytest.mark.parametrize(("settings", "says"), [
    ({"first_token_timeout_s": 0.3}, "waiting for a first token took more than 0.3 seconds"),
    ({"total_timeout_s": 0.5}, "the whole reply took more than 0.5 seconds"),
])  # fmt: skip
async def test_a_slow_server_and_one_without_end_are_told_apart(settings, says):
    def script(asked: Asked) -> Talks:
        if "first_token_timeout_s" in settings:
            server.over.wait(5)
        return Talks("so ", endless=True)

    with FakeTars(script) as server:
        engine = engine_on(server, **settings)
        with pytest.raises(ModelUnreachable, match=says):
            await engine.decide(turn())
        await engine.close()
        server.over.set()


async def test_a_server_that_cuts_the_prompt_is_asked_again_with_fewer_pictures():
    def script(asked: Asked) -> Talks:
        return Talks(WAIT, input_tokens=min(1400, server.count(asked)))

    with FakeTars(script) as server:
        engine = engine_on(server)
        history = ()
        for _ in range(3):
            decision = await engine.decide(turn(history=history))
            history = (*history, done(decision))

        assert [len(asked.pictures) for asked in server.asked] == [1, 2, 1, 2, 1]
        await engine.close()


async def test_a_server_that_takes_one_picture_gets_one():
    def script(asked: Asked) -> str | Refuse:
        if len(asked.pictures) > 1:
            return Refuse(400, "At most 1 image(s) may be provided in one prompt.")
        return WAIT

    with FakeTars(script) as server:
        engine = engine_on(server)
        history = ()
        for _ in range(3):
            decision = await engine.decide(turn(history=history))
            history = (*history, done(decision))

        assert [len(asked.pictures) for asked in server.asked] == [1, 2, 1, 1]
        assert [message["role"] for message in server.asked[-1].messages] == [
            "user",
            "assistant",
            "assistant",
            "user",
        ]
        await engine.close()


async def test_of_a_reply_that_was_cut_off_only_what_is_whole_is_done():
    with FakeTars(
        playing(Talks("Thought: Go.\nAction: wait()\n\ntype(content='half of', finish'", "length"))
    ) as server:
        engine = engine_on(server)
        assert await engine.decide(turn()) == Act(actions=(Wait(5.0),), thought="Go.")
        await engine.close()


async def test_the_answer_is_put_into_the_schema_by_a_question_without_a_picture():
    goal = replace(GOAL, output=OutputSpec(schema=PRICE))
    with FakeTars(playing(WAIT, FINISHED, "well", '{"price": 25}')) as server:
        engine = engine_on(server)
        first = await engine.decide(turn(goal))
        last = await engine.decide(turn(goal, history=(done(first),)))

        assert isinstance(last, Finish)
        assert last.output == {"price": 25}
        assert last.evidence == ("25 EUR",)
        aside = server.asked[2]
        assert [asked.kind for asked in server.asked] == [TURN, TURN, ASIDE, ASIDE]
        assert aside.pictures == []
        assert "25 EUR" in aside.text
        assert "It is loading." in aside.text  # what was noted on the way
        assert "Desk lamp, 25.00 EUR" in aside.text  # the page at the end
        assert '"price"' in aside.text
        await engine.close()


async def test_a_refused_output_is_asked_for_again_with_the_reason():
    goal = replace(GOAL, output=OutputSpec(schema=PRICE))
    with FakeTars(playing(FINISHED, '{"price": "?"}', FINISHED, '{"price": 25}')) as server:
        engine = engine_on(server)
        first = await engine.decide(turn(goal))
        second = await engine.decide(turn(goal, complaint="/price is no number"))

        assert (first.output, second.output) == ({"price": "?"}, {"price": 25})
        assert "Your last answer was not accepted: /price is no number" in server.asked[2].newest
        assert "Your last attempt was refused: /price is no number" in server.asked[3].text
        await engine.close()


async def test_a_wish_in_words_may_be_answered_in_words():
    with FakeTars(playing(FINISHED, "It costs 25.")) as server:
        engine = engine_on(server)
        assert (
            await engine.decide(turn(replace(GOAL, output=OutputSpec(wish="the price"))))
        ).output == "It costs 25."
        await engine.close()


async def test_a_person_is_asked_and_heard():
    with FakeTars(playing("Thought: A captcha.\nAction: call_user()", WAIT)) as server:
        engine = engine_on(server)
        assert await engine.decide(turn()) == AskUser(kind="captcha", text="A captcha.", thought="A captcha.")
        await engine.decide(turn(answer="done"))

        assert "The user answered: done" in server.asked[1].newest
        await engine.close()


async def test_the_completion_check_is_a_conversation_of_its_own():
    with FakeTars(playing("hm", '{"met": false, "reason": "no order"}')) as server:
        engine = engine_on(server)
        verdict = await engine.judge(GOAL, Evidence(finish=Finish(), before=page(), after=page()))

        assert (verdict.met, verdict.reason) == (False, "no order")
        assert {asked.kind for asked in server.asked} == {ASIDE}
        await engine.close()


def test_places_get_the_tokens_back_that_servers_leave_out():
    said = "Action: drag(start_box='(1, 2)', end_box=\"(3,4)\")"

    assert with_box_tokens(said) == (
        "Action: drag(start_box='<|box_start|>(1, 2)<|box_end|>', end_box=\"<|box_start|>(3,4)<|box_end|>\")"
    )
    assert with_box_tokens(with_box_tokens(said)) == with_box_tokens(said)
    assert with_box_tokens("Action: click(point='<point>1 2</point>')") == (
        "Action: click(point='<point>1 2</point>')"
    )


@pytest.mark.parametrize(
    ("model", "says"),
    [
        (None, r"set model\.base_url .*vllm serve.*or set model\.model_name to the folder"),
        (
            ModelSettings(base_url="http://127.0.0.1:1/v1", provider="anthropic"),
            r"set model\.provider to 'openai'",
        ),
    ],
)
def test_without_a_model_it_says_exactly_what_to_set(model, says):
    with pytest.raises(EngineUnavailable, match=says):
        create(EngineOptions(model=model))


def test_a_server_needs_no_key_and_a_providers_key_is_not_sent_to_it():
    settings = Settings(openai_api_key="sk-mine", base_url="http://127.0.0.1:1/v1", model="UI-TARS-1.5-7B")
    prepared = prepare(TaskRequest(prompt="go", engine="ui-tars"), settings=settings)

    assert prepared.decider.options.model.base_url == "http://127.0.0.1:1/v1"
    assert prepared.decider.options.model.api_key == ""
    assert isinstance(make_engine(prepared), Engine)


def test_a_folder_is_run_in_process_even_where_a_server_serves_other_runs(tmp_path):
    settings = Settings(base_url="http://127.0.0.1:1/v1", model="qwen3:32b")
    request = TaskRequest(prompt="go", engine="ui-tars", model={"model_name": str(tmp_path)})

    model = prepare(request, settings=settings).decider.options.model
    assert (model.model_name, model.base_url) == (str(tmp_path), "")


LAMPS = """<!doctype html><title>Lamps</title><style>body {margin: 0} * {box-sizing: border-box}
input, button, #far {position: absolute; left: 100px; width: 200px; height: 40px} #far {top: 1000px}</style>
<form action="/order.html"><input name="name" style="top: 100px"><button style="top: 300px">Order</button>
<input id="far" name="note"></form>"""
ORDER = """<!doctype html><title>Order</title><h1>Thank you</h1><p>Order number <b>A-1047</b></p>"""
SCHEMA = {"type": "object", "properties": {"order": {"type": "string"}}, "required": ["order"]}


def buyer(scale: tuple[float, float]):
    """The model's part in six turns; `scale`: what it calls one pixel of the page, across and down."""

    def at(x: float, y: float) -> str:
        return f"start_box='({round(x * scale[0])},{round(y * scale[1])})'"

    steps = iter(
        [
            f"Thought: The name first.\nAction: click({at(200, 120)})",
            "Thought: Now I type it.\nAction: type(content='Ada')\n\nhotkey(key='ctrl a')\n\ntype(content='Ada L')",
            f"Thought: There may be more below.\nAction: scroll({at(600, 400)}, direction='down')",
            f"Thought: Nothing I need. Up again.\nAction: scroll({at(600, 400)}, direction='up')",
            f"Thought: Now the order.\nAction: left_single({at(200, 320)})",
            "Thought: It is ordered; the number is A-1047.\nAction: finished(content='A-1047')",
        ]
    )

    def play(asked: Asked) -> str:
        if asked.kind == TURN:
            return next(steps)
        if reply_wanted(asked.text) == "verdict":
            return json.dumps({"met": "A-1047" in asked.text, "reason": "no order"})
        return json.dumps({"order": "A-1047"})

    return play


@pytest.mark.browser
@pytest.mark.parametrize(
    ("model", "scale"),
    [("UI-TARS-1.5-7B", (1288 / 1280, 728 / 720)), ("UI-TARS-7B-DPO", (1000 / 1280, 1000 / 720))],
)
async def test_a_task_in_a_real_browser_ends_with_valid_output(server, tmp_path, model, scale):
    server.page(ORDER, "/order.html")
    start = server.page(LAMPS, "/shop.html")
    with FakeTars(buyer(scale), model=model) as provider:
        run = await run_task(
            "Order a lamp for Ada L and tell the order number",
            start,
            engine="ui-tars",
            model={key: value for key, value in asdict(provider.settings()).items() if value},
            data_extraction_schema=SCHEMA,
            max_steps=8,
            settings=Settings(),
            run_dir=tmp_path,
        )

        assert (run.status, run.output, run.failure_reason) == ("completed", {"order": "A-1047"}, None)
        assert (run.step_count, run.run_type) == (6, "ui_tars")
        assert run.usage.model_calls == 8
        assert "sk-test" not in run.model_dump_json()
        assert [len(asked.pictures) for asked in provider.turns] == [1, 2, 3, 4, 5, 2]
        assert provider.turns[-1].replies[0].startswith("Thought: The name first.")
    asked_for = [urlsplit(request).query for request in server.requests if request.startswith("/order")]
    assert asked_for == ["name=Ada+L&note="]


@pytest.mark.browser
async def test_what_was_found_before_the_server_went_down_is_kept(server, tmp_path):
    replies = iter([FINISHED, '{"price": "a lot"}'])

    def script(asked: Asked) -> str | Refuse:
        return next(replies, Refuse(500, "out of memory"))

    with FakeTars(script) as provider:
        run = await run_task(
            "Tell the price",
            server.page(LAMPS),
            engine="ui-tars",
            model={
                **asdict(provider.settings()),
                "headers": {},
                "extra_body": {},
                "first_token_timeout_s": 5,
            },
            data_extraction_schema=PRICE,
            settings=Settings(),
            run_dir=tmp_path,
        )

    assert (run.status, run.failure_code, run.output) == ("failed", "MODEL_UNREACHABLE", {"price": "a lot"})
    assert "out of memory" in run.failure_reason
    assert run.usage.model_calls == 2
