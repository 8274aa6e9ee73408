from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

import pytest

from browser.model.actions import ActionResult, Click, Point, TypeText
from browser.model.observation import Element, LookAnswer, LookRequest
from engines.chat.engine import Skyvern
from engines.errors import ModelTruncated, ModelUnreachable, ModelUnusable
from engines.models.chat import Reply, estimated_prompt
from engines.models.failures import ContextOverflow
from engines.protocol import Act, Evidence, Finish, GiveUp, Goal, Look, ModelSettings, Turn
from engines.registry import create_engine
from testbed.recorded_model import RecordedModel
from tests.support.shop import picture, shop

GOAL = Goal(text="Put the desk lamp into the cart")
CLICK = '{"thought": "Open the cart.", "actions": [{"action": "click", "ref": "f0e2"}]}'
NONSENSE = "I would click it."


def turn(**more) -> Turn:
    return Turn(**{"goal": GOAL, "observation": shop(), "steps_left": 9, **more})


def done(ref: str = "f0e2", did: str = "clicked link 'Cart'") -> tuple[ActionResult, ...]:
    return (ActionResult(action=Click(ref), did=did),)


def evidence(**more) -> Evidence:
    finish = Finish(output={"price": 25}, evidence=("the list says 25.00 EUR",))
    return Evidence(**{"finish": finish, "before": shop(), "after": shop(), "history": (done(),), **more})


async def test_several_actions_of_one_answer_are_one_decision():
    text = (
        '{"actions": [{"action": "type", "ref": "f0e5", "text": "lamp"}, {"action": "click", "ref": "f0e2"}]}'
    )

    decision = await Skyvern(RecordedModel([text])).decide(turn())

    assert decision == Act(actions=(TypeText("lamp", "f0e5"), Click("f0e2")))


async def test_the_model_is_told_which_files_it_can_hand_over():
    model = RecordedModel([CLICK])

    await Skyvern(model).decide(turn(goal=replace(GOAL, files=("cv.pdf",))))

    assert any("by these names: cv.pdf" in message.text for message in model.asked[0])


async def test_a_bad_answer_is_asked_again_with_the_one_mistake():
    model = RecordedModel(['{"actions": [{"action": "click", "ref": "f0e77"}]}', CLICK])

    decision = await Skyvern(model).decide(turn())

    assert decision.actions == (Click("f0e2"),)
    *_, answer, complaint = model.asked[1]
    assert (answer.role, answer.text) == ("assistant", '{"actions": [{"action": "click", "ref": "f0e77"}]}')
    assert complaint.text.startswith(
        "That could not be used: element 'f0e77' was not shown; use a ref from the page"
    )


async def test_bad_answers_leave_no_trace_in_the_next_turn():
    model = RecordedModel([NONSENSE, CLICK, CLICK])
    engine = Skyvern(model)
    await engine.decide(turn())
    await engine.decide(turn(history=(done(),)))

    assert not any(NONSENSE in message.text for message in model.asked[-1])


async def test_a_model_that_never_answers_usably_ends_as_unusable():
    with pytest.raises(
        ModelUnusable, match="4 replies in a row could not be used; the last: there is no JSON"
    ):
        await Skyvern(RecordedModel([NONSENSE] * 9)).decide(turn())


async def test_a_model_whose_answers_are_always_cut_ends_as_truncated():
    cut = Reply(text='{"thought": "The list', cut=True)

    with pytest.raises(ModelTruncated, match=r"4 replies in a row were cut off; raise model\.max_tokens"):
        await Skyvern(RecordedModel([cut] * 9)).decide(turn())


async def test_what_was_dropped_from_an_answer_is_told_on_the_next_turn():
    text = '{"actions": [{"action": "click", "ref": "f0e2"}, {"action": "finish", "output": null}]}'
    model = RecordedModel([text, CLICK])
    engine = Skyvern(model)
    await engine.decide(turn())
    await engine.decide(turn(history=(done(),)))

    assert "Of your last answer: action 2: it must stand alone" in model.asked[-1][-1].text


async def test_one_page_stands_in_full_and_the_past_changes_only_where_a_page_is_listed_anew():
    model = RecordedModel([CLICK] * 5)
    engine = Skyvern(model)
    lamps = tuple(Element(ref=f"f0e{at}", role="link", name=f"Lamp number {at}") for at in range(100, 180))
    for count in range(5):
        await engine.decide(turn(history=(done(),) * count, observation=shop(extra=lamps)))

    for messages in model.asked:
        assert sum("searchbox" in message.text for message in messages) == 1
        assert [bool(message.images) for message in messages] == [False] * (len(messages) - 1) + [True]
    texts = [[message.text for message in messages] for messages in model.asked]
    # Where changes are told, all of the last prompt is the beginning of the next.
    told = [later[: len(earlier)] == earlier for earlier, later in pairwise(texts)]
    assert told == ["listed last" in later[-1] for later in texts[1:]]
    assert told.count(True) >= 3


async def test_results_of_a_step_are_told_once():
    model = RecordedModel([CLICK] * 3)
    engine = Skyvern(model)
    await engine.decide(turn())
    await engine.decide(turn(history=(done(did="clicked the first"),)))
    await engine.decide(turn(history=(done(did="clicked the first"),), complaint="the output lacks /price"))

    said = "\n".join(message.text for message in model.asked[-1])
    assert said.count("clicked the first") == 1
    assert "Your last answer was not accepted: the output lacks /price" in model.asked[-1][-1].text


async def test_a_long_run_stays_within_the_context():
    long = Reply(text=json.dumps({"thought": "x" * 900, "actions": [{"action": "click", "ref": "f0e2"}]}))
    model = RecordedModel([long] * 60, context_tokens=8000)
    engine = Skyvern(model)
    for count in range(60):
        await engine.decide(turn(history=(done(),) * count))

    assert max(estimated_prompt(messages) for messages in model.asked) < 8000
    assert "turns are left out here" in model.asked[-1][1].text
    assert GOAL.text in model.asked[-1][1].text


async def test_a_small_context_gets_a_small_page():
    lines = tuple(Element(ref=f"f0e{number}", role="text", name="word " * 20) for number in range(100, 900))
    model = RecordedModel([CLICK] * 2, context_tokens=4096)
    engine = Skyvern(model)
    await engine.decide(turn(observation=shop(pictures=0, extra=lines)))

    assert estimated_prompt(model.asked[0]) < 4096
    assert engine.view.budget_tokens < 4096


@pytest.mark.parametrize(("context", "page"), [(32_000, 6_000), (128_000, 8_000), (1_000_000, 12_000)])
async def test_a_page_takes_what_the_context_allows(context, page):
    model = RecordedModel(['{"actions": [{"action": "back"}]}'], sees_images=False, context_tokens=context)
    engine = Skyvern(model)

    await engine.decide(Turn(goal=Goal(text="x"), observation=shop()))

    assert engine.view.budget_tokens == page


async def test_a_prompt_that_does_not_fit_is_shortened_once():
    lines = tuple(Element(ref=f"f0e{number}", role="text", name="word " * 20) for number in range(100, 900))
    model = RecordedModel([ContextOverflow("too long", limit=4096), CLICK])

    decision = await Skyvern(model).decide(turn(observation=shop(pictures=0, extra=lines)))

    assert decision.actions == (Click("f0e2"),)
    assert estimated_prompt(model.asked[1]) < 4096 < estimated_prompt(model.asked[0])


async def test_a_prompt_that_never_fits_ends_as_truncated():
    model = RecordedModel([ContextOverflow("too long")] * 2)

    with pytest.raises(ModelTruncated, match="too long"):
        await Skyvern(model).decide(turn())


async def test_an_unreachable_model_is_not_hidden():
    with pytest.raises(ModelUnreachable, match="nothing answers"):
        await Skyvern(RecordedModel([ModelUnreachable("nothing answers")])).decide(turn())


async def test_pictures_are_asked_for_as_the_task_allows():
    assert Skyvern(RecordedModel([])).view.screenshots == "viewport"
    scrolled = Skyvern(RecordedModel([]), max_scrolls=3).view
    assert (scrolled.screenshots, scrolled.max_scrolls) == ("scrolled", 3)


async def test_a_blind_model_is_sent_no_pictures():
    model = RecordedModel([CLICK], sees_images=False)
    engine = Skyvern(model)
    await engine.decide(turn())

    assert engine.view.screenshots == "none"
    assert not any(message.images for message in model.asked[0])
    assert '"x" and "y"' not in model.asked[0][0].text


async def test_a_point_in_the_picture_becomes_a_point_of_the_page():
    model = RecordedModel(['{"actions": [{"action": "click", "x": 100, "y": 50}]}'])

    decision = await Skyvern(model).decide(turn())

    assert decision.actions == (Click(Point(200.0, 100.0)),)


async def test_looking_shows_more_and_its_refs_can_be_used():
    hidden = Element(ref="f0e500", role="button", name="Load more", interactive=True)
    asked = '{"actions": [{"action": "look", "query": "load more"}]}'
    click = '{"actions": [{"action": "click", "ref": "f0e500"}]}'
    model = RecordedModel([asked, click])
    engine = Skyvern(model)

    first = await engine.decide(turn())
    answer = LookAnswer(request=LookRequest(query="load more"), elements=(hidden,), screenshot=picture())
    second = await engine.decide(turn(looked=(answer,)))

    assert first == Look(requests=(LookRequest(query="load more"),))
    assert second.actions == (Click("f0e500"),)
    assert 'f0e500 button "Load more"' in model.asked[1][-1].text
    assert len(model.asked[1][-1].images) == 2


async def test_finishing_carries_output_and_evidence():
    said = {"output": {"price": 25}, "evidence": ["25.00 EUR"], "sources": {"/price": "f0e9"}}
    text = json.dumps({"actions": [{"action": "finish", **said}]})

    decision = await Skyvern(RecordedModel([text])).decide(turn())

    assert decision == Finish(output={"price": 25}, evidence=("25.00 EUR",), sources={"/price": "f0e9"})


async def test_giving_up_names_only_the_callers_codes():
    said = {"reason": "sold out", "impossible": True, "error_codes": ["GONE", "X"]}
    text = json.dumps({"actions": [{"action": "give_up", **said}]})
    goal = replace(GOAL, error_codes={"GONE": "it is sold out"})

    decision = await Skyvern(RecordedModel([text])).decide(turn(goal=goal))

    assert decision == GiveUp(reason="sold out", impossible=True, error_codes=("GONE",))


@pytest.mark.parametrize(
    ("reply", "met", "reason"),
    [
        pytest.param('{"met": true, "reason": ""}', True, "", id="yes"),
        pytest.param('{"met": false, "reason": "the cart is empty"}', False, "the cart is empty", id="no"),
        pytest.param('```json\n{"Met": "yes"}\n```', True, "", id="yes in a fence"),
        pytest.param('<think>yes?</think>{"met": "false", "reason": "no"}', False, "no", id="no as text"),
    ],
)
async def test_a_verdict_is_read_from_what_the_model_says(reply, met, reason):
    verdict = await Skyvern(RecordedModel([reply])).judge(GOAL, evidence())

    assert (verdict.met, verdict.reason) == (met, reason)


async def test_a_verdict_that_nobody_can_read_is_no():
    verdict = await Skyvern(RecordedModel(["Looks good to me!"] * 9)).judge(GOAL, evidence())

    assert not verdict.met


async def test_an_unclear_verdict_is_asked_again():
    model = RecordedModel(['{"met": "partly"}', '{"met": false, "reason": "half of it"}'])

    verdict = await Skyvern(model).judge(GOAL, evidence())

    assert verdict.reason == "half of it"
    assert 'That could not be used: "met" must be true or false.' in model.asked[1][-1].text


async def test_the_judge_sees_the_evidence_and_not_the_conversation():
    model = RecordedModel([CLICK, '{"met": true, "reason": ""}'])
    engine = Skyvern(model)
    await engine.decide(turn())
    await engine.judge(GOAL, evidence())

    question = model.asked[-1][-1].text
    for part in (GOAL.text, '{"price": 25}', "the list says 25.00 EUR", "clicked link 'Cart'", "Desk lamp"):
        assert part in question
    assert len(model.asked[-1]) == 2
    assert len(model.asked[-1][-1].images) == 1


@pytest.mark.parametrize(
    ("reply", "start"),
    [
        pytest.param('{"url": "https://shop.example/"}', "https://shop.example/", id="address"),
        pytest.param('{"url": "shop.example"}', "https://shop.example", id="without a scheme"),
        pytest.param('{"url": ""}', "", id="none"),
        pytest.param("I know no address.", "", id="prose"),
        pytest.param('{"url": "javascript:alert(1)"}', "", id="no web address"),
    ],
)
async def test_a_start_is_proposed(reply, start):
    assert await Skyvern(RecordedModel([reply])).propose_start(GOAL) == start


async def test_usage_is_that_of_the_model():
    model = RecordedModel([CLICK, '{"met": true}'])
    engine = Skyvern(model)
    await engine.decide(turn())
    await engine.judge(GOAL, evidence())

    assert engine.usage.calls == 2
    assert engine.usage.images == 2
    assert engine.usage.input_tokens > 0


async def test_closing_the_engine_closes_the_model():
    model = RecordedModel([])
    await Skyvern(model).close()

    assert model.closed


async def test_the_engine_is_made_by_its_name():
    from engines.protocol import EngineOptions

    options = EngineOptions(
        model=ModelSettings(model_name="m", base_url="http://127.0.0.1:9/v1"), max_scrolls=2
    )
    engine = create_engine("skyvern-1.0", options)

    assert engine.view.max_scrolls == 2
    await engine.close()
