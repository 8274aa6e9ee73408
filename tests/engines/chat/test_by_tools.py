"""The chat engine by native tool calls, against servers that speak each protocol and reject what real ones do."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from browser.model.actions import Back, Click, Goto, Point, TypeText
from browser.model.observation import Element, LookRequest, Observation
from browser.model.results import ActionResult
from engines.chat.conversation import Conversation, Exchange
from engines.chat.engine import Skyvern
from engines.errors import ModelUnusable
from engines.models.chat import ToolCall
from engines.models.dialect import Memory
from engines.models.ladder import LadderedModel
from engines.models.patience import Patience
from engines.models.profiles import Profile
from engines.models.protocols.anthropic_api import AnthropicProvider
from engines.models.protocols.openai_api import OpenAIProvider
from engines.output_spec import OutputSpec
from engines.protocol import Act, AskUser, Finish, GiveUp, Goal, Look, Turn
from tests.support import providers
from tests.support.providers import FakeProvider, Say, call
from tests.support.shop import shop

PROTOCOLS = ("chat", "responses", "messages")
GOAL = Goal(text="Put the desk lamp into the cart")
PRICE = {"type": "object", "properties": {"price": {"type": "number"}}, "required": ["price"]}
CLICK = Say(calls=(call("click", {"ref": "f0e2"}),))
TYPE_AND_CLICK = Say(
    "I search.", calls=(call("type", {"ref": "f0e5", "text": "lamp"}), call("click", {"ref": "f0e2"}))
)
IN_JSON = Say('{"thought": "Open.", "actions": [{"action": "click", "ref": "f0e2"}]}')


async def no_sleep(seconds: float) -> None:
    pass


@pytest.fixture
async def opened():
    """Opens the model behind a server, of a profile that says that it takes tools."""
    models: list[LadderedModel] = []

    def once(server, protocol, *, memory=None, tools="loose", context_tokens=100_000) -> LadderedModel:
        known = {"tools": tools, "context_tokens": context_tokens, "sees_images": True}
        if protocol == "messages":
            provider = AnthropicProvider(server.anthropic(), profile=Profile(**known))
        else:
            provider = OpenAIProvider(server.openai(), profile=Profile(wording=protocol, **known))
        models.append(LadderedModel(provider, memory=memory or Memory(), patience=Patience(sleep=no_sleep)))
        return models[-1]

    yield once
    for model in models:
        await model.close()


def turn(**more) -> Turn:
    return Turn(**{"goal": GOAL, "observation": shop(), "steps_left": 9, **more})


def clicked(did: str = "clicked link 'Cart'") -> ActionResult:
    return ActionResult(action=Click("f0e2"), did=did)


TYPED = ActionResult(action=TypeText("lamp", "f0e5"), did="typed 'lamp' into searchbox 'Search'")


@pytest.fixture(params=PROTOCOLS)
def protocol(request) -> str:
    return request.param


async def test_parallel_calls_are_the_batch_and_what_is_said_beside_them_the_thought(opened, protocol):
    with FakeProvider([TYPE_AND_CLICK]) as server:
        decision = await Skyvern(opened(server, protocol)).decide(turn())

        assert decision == Act(actions=(TypeText("lamp", "f0e5"), Click("f0e2")), thought="I search.")
        [asked] = server.asked
        assert asked.tools["click"]["parameters"]["required"] == ["ref"]
        assert '"action"' not in asked.text(0)


async def test_what_became_of_each_action_is_the_result_of_its_call(opened, protocol):
    failed = ActionResult(action=Click("f0e2"), problem="link 'Cart' is covered by a banner")
    with FakeProvider([TYPE_AND_CLICK, CLICK]) as server:
        engine = Skyvern(opened(server, protocol))
        await engine.decide(turn())
        await engine.decide(turn(history=((TYPED, failed),), effect="2 results appeared"))

        (_, first), (_, second) = server.asked[-1].results
        assert first == "typed 'lamp' into searchbox 'Search'"
        assert second.startswith("NOT DONE: ")
        assert "covered by a banner" in second
        assert "typed 'lamp'" not in server.asked[-1].text()
        assert "2 results appeared" in server.asked[-1].text()


async def test_a_call_that_was_not_reached_says_so(opened, protocol):
    failed = ActionResult(action=TypeText("lamp", "f0e5"), problem="it is read-only")
    with FakeProvider([TYPE_AND_CLICK, CLICK]) as server:
        engine = Skyvern(opened(server, protocol))
        await engine.decide(turn())
        await engine.decide(turn(history=((failed,),)))

        assert [text.split(":")[0] for _, text in server.asked[-1].results] == ["NOT DONE", "Not done"]


async def test_calls_that_exclude_each_other_are_left_out_with_the_reason(opened, protocol):
    both = Say(calls=(call("click", {"ref": "f0e2"}), call("give_up", {"reason": "it is gone"})))
    with FakeProvider([both, CLICK]) as server:
        engine = Skyvern(opened(server, protocol))
        decision = await engine.decide(turn())
        await engine.decide(turn(history=((clicked(),),)))

        assert decision == Act(actions=(Click("f0e2"),))
        (_, done), (_, left_out) = server.asked[-1].results
        assert done == "clicked link 'Cart'"
        assert left_out.startswith("Not done: action 2: it must stand alone")


@pytest.mark.parametrize(
    ("bad", "mistake"),
    [
        pytest.param(
            call("click", {"ref": "f0e77"}), "element 'f0e77' was not shown", id="a ref never shown"
        ),
        pytest.param(call("select", {"ref": "f0e5"}), 'select needs "options"', id="an argument missing"),
        pytest.param(call("fly", {"to": "moon"}), "there is no action 'fly'", id="a tool that is not there"),
        pytest.param(call("wait", {"seconds": "soon"}), '"seconds" must be a number', id="a wrong type"),
        pytest.param(
            call("click", {"ref": "f0e2", "if": "red"}), "cannot be said of an action", id="a condition"
        ),
    ],
)
async def test_a_wrong_call_is_answered_with_its_mistake_and_every_call_with_a_result(
    opened, protocol, bad, mistake
):
    with FakeProvider([Say("Hm.", calls=(bad, call("back"))), CLICK]) as server:
        decision = await Skyvern(opened(server, protocol)).decide(turn())

        assert decision == Act(actions=(Click("f0e2"),))
        (_, first), (_, second) = server.asked[-1].results
        assert mistake in first
        assert second.startswith("Not done, since another call")


async def test_arguments_that_were_cut_are_never_guessed(opened):
    with FakeProvider([Say(calls=(call("type", '{"ref": "f0e5", "text": "lam'),)), CLICK]) as server:
        decision = await Skyvern(opened(server, "chat")).decide(turn())

        assert decision == Act(actions=(Click("f0e2"),))
        assert "must be a JSON object" in server.asked[-1].results[0][1]


@pytest.mark.parametrize("ids", [("", ""), ("same", "same")], ids=["missing", "repeated"])
async def test_ids_that_are_missing_or_repeated_do_no_harm(opened, protocol, ids):
    first, second = (call("click", {"ref": "f0e2"}, id_=each) for each in ids)
    with FakeProvider([Say(calls=(first, second))] * 3) as server:
        engine = Skyvern(opened(server, protocol))
        for count in range(3):
            await engine.decide(turn(history=((clicked("first"), clicked("second")),) * count))

        results = server.asked[-1].results
        assert [text for _, text in results] == ["first", "second"] * 2
        assert len({identity for identity, _ in results}) == 4


async def test_an_end_that_is_not_accepted_is_the_result_of_its_call(opened, protocol):
    finish = Say(calls=(call("finish", {"output": {"price": 2}, "evidence": ["25.00 EUR"]}),))
    goal = Goal(text="What does the lamp cost?", output=OutputSpec(schema=PRICE))
    with FakeProvider([finish, CLICK]) as server:
        engine = Skyvern(opened(server, protocol))
        decision = await engine.decide(turn(goal=goal))
        await engine.decide(turn(goal=goal, complaint="2 stands on no page"))

        assert decision == Finish(output={"price": 2}, evidence=("25.00 EUR",))
        assert [text for _, text in server.asked[-1].results] == ["Not accepted: 2 stands on no page"]
        assert "2 stands on no page" not in server.asked[-1].text()


async def test_an_end_that_comes_with_its_actions_has_a_result_of_its_own(opened, protocol):
    both = Say(calls=(call("click", {"ref": "f0e2"}), call("finish", {"evidence": ["the cart says 1"]})))
    failed = ActionResult(action=Click("f0e2"), problem="it is covered")
    with FakeProvider([both, both, CLICK]) as server:
        engine = Skyvern(opened(server, protocol))
        await engine.decide(turn())
        await engine.decide(turn(history=((failed,),)))
        first = [text for _, text in server.asked[-1].results]
        ended = await engine.decide(turn(history=((failed,), (clicked(),))))
        await engine.decide(turn(history=((failed,), (clicked(),)), complaint="the cart is empty"))

        assert [text.split(":")[0] for text in first] == ["NOT DONE", "Not done"]
        assert ended == Finish(evidence=("the cart says 1",))
        told = [text for _, text in server.asked[-1].results]
        assert told[2:] == ["clicked link 'Cart'", "Not accepted: the cart is empty"]
        assert len(server.asked) == 3


async def test_other_answers_than_acts_are_tools_as_well(opened, protocol):
    goal = Goal(text="x", error_codes={"GONE": "it is gone"})
    said = [
        (call("look", {"query": "price"}), Look(requests=(LookRequest(query="price", budget_tokens=2500),))),
        (call("ask_user", {"kind": "login", "text": "Who are you?"}), AskUser(kind="login", text="Who are you?")),
        (call("give_up", {"reason": "gone", "impossible": True, "error_codes": ["GONE"]}),
         GiveUp(reason="gone", impossible=True, error_codes=("GONE",))),
        (call("goto", {"url": "https://shop.test/x"}), Act(actions=(Goto("https://shop.test/x"),))),
    ]  # fmt: skip
    with FakeProvider([Say(calls=(each,)) for each, _ in said]) as server:
        for _, decision in said:
            assert await Skyvern(opened(server, protocol)).decide(turn(goal=goal)) == decision


async def test_a_place_of_the_picture_stands_where_a_ref_may(opened, protocol):
    with FakeProvider([Say(calls=(call("click", {"ref": "100,50"}),))]) as server:
        decision = await Skyvern(opened(server, protocol)).decide(turn())

        assert decision == Act(actions=(Click(Point(200.0, 100.0)),))


async def test_a_reply_in_json_is_taken_though_tools_are_offered(opened, protocol):
    with FakeProvider([IN_JSON, CLICK]) as server:
        engine = Skyvern(opened(server, protocol))
        decision = await engine.decide(turn())
        await engine.decide(turn(history=((clicked(),),)))

        assert decision == Act(actions=(Click("f0e2"),), thought="Open.")
        assert server.asked[-1].results == []
        assert "clicked link 'Cart'" in server.asked[-1].text()


async def test_an_endpoint_that_refuses_tools_is_asked_in_json_and_that_is_kept(opened, protocol):
    memory = Memory()
    rules = [providers.refuses_tools]
    with FakeProvider([IN_JSON, IN_JSON], rules=rules) as server:
        decision = await Skyvern(opened(server, protocol, memory=memory)).decide(turn())
        later = opened(server, protocol, memory=memory)
        await Skyvern(later).decide(turn())

        assert decision.actions == (Click("f0e2"),)
        assert not later.calls_tools
        offered = [bool(asked.tools) for asked in server.asked]
        assert offered == [True, False, False]
        assert '"action"' in server.asked[-1].text(0)


async def test_a_model_that_calls_nothing_is_asked_in_json_after_two_reminders(opened, protocol):
    with FakeProvider([Say("I would click it."), Say("I click the cart."), IN_JSON]) as server:
        model = opened(server, protocol)
        decision = await Skyvern(model).decide(turn())

        assert decision.actions == (Click("f0e2"),)
        assert "Call at least one tool." in server.asked[1].text()
        assert [bool(asked.tools) for asked in server.asked] == [True, True, False]
        assert not model.calls_tools


async def test_tools_that_are_refused_in_the_middle_of_a_run_leave_its_history_readable(opened, protocol):
    down: list[bool] = []

    def refuses_now(body):
        return providers.refuses_tools(body) if down else None

    with FakeProvider([TYPE_AND_CLICK, IN_JSON], rules=[refuses_now]) as server:
        engine = Skyvern(opened(server, protocol))
        await engine.decide(turn())
        down.append(True)
        decision = await engine.decide(turn(history=((TYPED, clicked()),)))

        assert decision.actions == (Click("f0e2"),)
        last = server.asked[-1]
        assert last.results == []
        assert "typed 'lamp' into searchbox" in last.text()
        assert any('"action": "type"' in json.dumps(message).replace("\\", "") for message in last.messages)


async def test_a_model_that_never_answers_usably_by_tools_ends_as_unusable(opened, protocol):
    bad = Say(calls=(call("fly"),))
    with FakeProvider([bad] * 9) as server, pytest.raises(ModelUnusable, match="there is no action 'fly'"):
        await Skyvern(opened(server, protocol)).decide(turn())


async def test_the_beginning_never_changes_within_a_run(opened, protocol):
    with FakeProvider([CLICK] * 5) as server:
        engine = Skyvern(opened(server, protocol))
        for count in range(5):
            page = shop() if count < 3 else shop(pictures=0)
            await engine.decide(turn(observation=page, history=((clicked(),),) * count))

        first, *others = server.asked
        for asked in others:
            assert asked.body["tools"] == first.body["tools"]
            assert asked.text(0) == first.text(0)
            assert asked.text(1).startswith("THE TASK\n" + GOAL.text)


@pytest.mark.parametrize("form", ["strict", "loose", "typed"])
async def test_all_that_is_sent_for_a_page_with_one_button_stays_short(opened, protocol, form):
    button = Element(ref="f1e4", role="button", name="Go", interactive=True)
    page = Observation(url="http://127.0.0.1:8000/button", title="One button", elements=(button,))
    with FakeProvider([Say(calls=(call("click", {"ref": "f1e4"}),))]) as server:
        model = opened(server, protocol, tools=form)
        await Skyvern(model).decide(turn(goal=Goal(text="Click Go"), observation=page))

        body = json.dumps(server.asked[0].body, ensure_ascii=False, separators=(",", ":"))
        assert len(body) / 4 < 1500


def without_marks(value):
    """A request without its marks for the cache."""
    if isinstance(value, dict):
        return {key: without_marks(each) for key, each in value.items() if key != "cache_control"}
    return [without_marks(each) for each in value] if isinstance(value, list) else value


async def test_while_a_page_stands_all_that_was_sent_is_the_beginning_of_the_next_request(opened, protocol):
    lamps = tuple(Element(ref=f"f0e{at}", role="link", name=f"Lamp number {at}") for at in range(100, 180))
    with FakeProvider([Say("On.", calls=(call("click", {"ref": "f0e2"}),), thinking="Hm.")] * 3) as server:
        engine = Skyvern(opened(server, protocol))
        for count in range(3):
            page = shop(pictures=0, extra=lamps)
            await engine.decide(turn(observation=page, history=((clicked(),),) * count))

        key = "input" if protocol == "responses" else "messages"
        sent = [without_marks(asked.body[key]) for asked in server.asked]
        assert sent[1][: len(sent[0])] == sent[0]
        assert sent[2][: len(sent[1])] == sent[1]


async def test_the_page_that_stands_and_the_past_are_marked_for_the_cache(opened):
    with FakeProvider([CLICK] * 3) as server:
        engine = Skyvern(opened(server, "messages"))
        for count in range(3):
            await engine.decide(turn(history=((clicked(),),) * count))

        marks = [
            [
                block["type"]
                for message in asked.messages
                for block in message["content"]
                if "cache_control" in block
            ]
            for asked in server.asked
        ]
        assert all(2 <= len(kinds) <= 4 and set(kinds) == {"text"} for kinds in marks)
        assert "cache_control" in server.asked[-1].messages[-1]["content"][1]


async def test_signed_thinking_stays_until_something_before_it_changes(opened):
    lamps = tuple(Element(ref=f"f0e{at}", role="link", name=f"Lamp number {at}") for at in range(100, 180))
    said = Say("On.", calls=(call("click", {"ref": "f0e2"}),), thinking="Hm.")
    with FakeProvider([said] * 3) as server:
        engine = Skyvern(opened(server, "messages"))
        await engine.decide(turn(observation=shop(pictures=0, extra=lamps)))
        await engine.decide(turn(observation=shop(pictures=0, extra=lamps), history=((clicked(),),)))
        other = replace(shop(pictures=0, extra=lamps[:3]), url="https://shop.test/cart")
        await engine.decide(turn(observation=other, history=((clicked(),),) * 2))

        thoughts = [
            sum(block["type"] == "thinking" for message in asked.messages for block in message["content"])
            for asked in server.asked
        ]
        assert thoughts == [0, 1, 0]


async def test_a_long_run_by_tools_stays_within_the_context(opened, protocol):
    long = Say("x" * 900, calls=(call("click", {"ref": "f0e2"}),))
    with FakeProvider(lambda asked: long) as server:
        engine = Skyvern(opened(server, protocol, context_tokens=8000))
        for count in range(40):
            await engine.decide(turn(history=((clicked(),),) * count))

        sizes = [len(json.dumps(asked.body["tools"])) + sum(len(asked.text(at)) for at in range(len(asked.messages)))
                 for asked in server.asked]  # fmt: skip
        assert max(sizes) / 3 < 8000
        assert "turns are left out here" in server.asked[-1].text(1)


async def test_what_was_written_in_turns_that_are_left_out_is_still_shown(opened, protocol):
    def say(asked):
        at = len(server.asked)
        note = f"Order {at} costs {at}.50 EUR. " + "x" * 300
        return Say(note, calls=(call("click", {"ref": "f0e2"}),))

    with FakeProvider(say) as server:
        engine = Skyvern(opened(server, protocol, context_tokens=8000))
        for count in range(24):
            await engine.decide(turn(history=((clicked(),),) * count))

        task = server.asked[-1].text(1)
        left_out = int(task.split("The first ")[1].split(" ")[0])
        remembered = task.split("What you wrote in them:\n<page")[1].split("</page")[0]
        assert f"Order {left_out} costs {left_out}.50 EUR." in remembered
        assert f"Order {left_out + 1} costs" not in remembered
        assert f"Order {left_out + 1} costs" in json.dumps(server.asked[-1].body)


async def test_what_was_written_down_with_a_call_is_shown_for_good(opened, protocol):
    def say(asked):
        at = len(server.asked)
        noted = {"url": "back", "memory": f"Order {at}: {at}.50 EUR"}
        return Say("x" * 600, calls=(call("goto", noted),))

    with FakeProvider(say) as server:
        engine = Skyvern(opened(server, protocol, context_tokens=8000))
        went = ActionResult(action=Back(), did="went back")
        for count in range(24):
            await engine.decide(turn(history=((went,),) * count))

        said = json.dumps(server.asked[-1].body)
        assert "turns are left out here" in said
        assert all(f"Order {at}: {at}.50 EUR" in said for at in range(1, 24))
        assert "Your memory:" in server.asked[-1].text(1)
        assert "went back" in said


async def test_what_is_written_down_is_no_argument_of_the_action(opened, protocol):
    noted = Say(
        calls=(
            call("type", {"ref": "f0e5", "text": "lamp", "memory": "a"}),
            call("click", {"ref": "f0e2", "memory": "b"}),
        )
    )
    with FakeProvider([noted]) as server:
        engine = Skyvern(opened(server, protocol))
        decision = await engine.decide(turn())

        assert decision == Act(actions=(TypeText("lamp", "f0e5"), Click("f0e2")))
        assert engine.memory == "a\nb"


async def test_what_is_remembered_beside_an_act_is_answered_and_kept(opened, protocol):
    noted = Say(calls=(call("remember", {"text": "4.25 kg"}), call("click", {"ref": "f0e2"})))
    with FakeProvider([noted, CLICK]) as server:
        engine = Skyvern(opened(server, protocol))
        assert await engine.decide(turn()) == Act(actions=(Click("f0e2"),))
        await engine.decide(turn(history=((clicked(),),)))

        said = json.dumps(server.asked[1].body)
        assert engine.memory == "4.25 kg"
        assert "Written down." in said
        assert "clicked link 'Cart'" in said
        assert "Not done" not in said


async def test_what_was_remembered_by_a_tool_is_told_as_an_answer_in_json_would_say_it():
    exchange = Exchange(
        text="", kept="", memory="4.25 kg", answer="I note it.",
        calls=(ToolCall(id="1", name="remember", arguments={"text": "4.25 kg"}), ToolCall(id="2", name="click", arguments={"ref": "f0e2"})),
    )  # fmt: skip

    (_, answer, *_) = Conversation(system="", goal="", old=[exchange]).asking(Exchange(text="", kept=""), [])[
        1:
    ]

    assert json.loads(answer.text) == {
        "thought": "I note it.",
        "memory": "4.25 kg",
        "actions": [{"action": "click", "ref": "f0e2"}],
    }


async def test_what_is_remembered_alone_is_kept_and_asks_for_an_act(opened, protocol):
    noted = Say(calls=(call("remember", {"text": "4.25 kg"}),))
    with FakeProvider([noted, CLICK]) as server:
        engine = Skyvern(opened(server, protocol))

        assert await engine.decide(turn()) == Act(actions=(Click("f0e2"),))
        assert engine.memory == "4.25 kg"
        assert "It is written down. Call a tool for what is to be done next, too." in json.dumps(
            server.asked[1].body
        )


async def test_a_context_that_is_smaller_than_told_shortens_the_prompt(opened, protocol):
    def overflows(body):
        words = "prompt is too long: 7000 tokens > 6000 maximum"
        return providers.Fail(400, words) if len(json.dumps(body)) > 20_000 else None

    lines = tuple(Element(ref=f"f0e{at}", role="text", name="word " * 20) for at in range(100, 900))
    with FakeProvider([CLICK], rules=[overflows]) as server:
        model = opened(server, protocol)
        decision = await Skyvern(model).decide(turn(observation=shop(pictures=0, extra=lines)))

        assert decision.actions == (Click("f0e2"),)
        assert [bool(asked.tools) for asked in server.asked] == [True, True]
