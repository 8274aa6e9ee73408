from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

import pytest

from browser.model.actions import Click, Collect, Point, TypeText
from browser.model.observation import Dialog, Element, LookAnswer, LookRequest
from browser.model.results import ActionResult, Collected, Row
from engines.chat.engine import Skyvern
from engines.errors import ModelTruncated, ModelUnreachable, ModelUnusable
from engines.models.chat import Reply
from engines.models.failures import ContextOverflow
from engines.models.tokens import estimated_prompt, estimated_tokens, reply_tokens
from engines.protocol import Act, Evidence, Finish, GiveUp, Goal, Look, ModelSettings, Turn, ValueRead
from engines.registry import create_engine
from testbed.recorded_model import RecordedModel
from tests.support.shop import picture, shop

GOAL = Goal(text="Put the desk lamp into the cart")
CLICK = '{"thought": "Open the cart.", "actions": [{"action": "click", "ref": "f0e2"}]}'
CLICK_AND_FINISH = (
    '{"thought": "Add it.", "actions": [{"action": "click", "ref": "f0e2"}, '
    '{"action": "finish", "evidence": ["the cart says 1"]}]}'
)
ASKING = replace(shop(), dialog=Dialog(kind="confirm", message="Sure?"))
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
    text = '{"actions": [{"action": "click", "ref": "f0e2"}, {"action": "give_up", "reason": "gone"}]}'
    model = RecordedModel([text, CLICK])
    engine = Skyvern(model)
    await engine.decide(turn())
    await engine.decide(turn(history=(done(),)))

    assert "Of your last answer: action 2: it must stand alone" in model.asked[-1][-1].text


async def test_a_task_that_ends_with_its_actions_is_not_asked_about_again_once_they_are_done():
    model = RecordedModel([CLICK_AND_FINISH, CLICK])
    engine = Skyvern(model)
    act = await engine.decide(turn())
    finish = await engine.decide(turn(history=(done(),), effect="appeared: 'In the cart: 1'"))

    assert (act, finish) == (
        Act(actions=(Click("f0e2"),), thought="Add it."),
        Finish(evidence=("the cart says 1",), thought="Add it."),
    )
    assert len(model.asked) == 1

    await engine.decide(turn(history=(done(),), complaint="it is the wrong lamp", effect="nothing changed"))
    told = model.asked[-1][-1].text
    assert "clicked link 'Cart'" in told
    assert "Since then: appeared: 'In the cart: 1'" in told
    assert "it is the wrong lamp" in told


@pytest.mark.parametrize(
    "since",
    [
        pytest.param(
            {"history": ((ActionResult(action=Click("f0e2"), problem="covered"),),)}, id="it failed"
        ),
        pytest.param({"history": ()}, id="nobody did it"),
        pytest.param({"history": (done(),), "nudge": "the same again"}, id="a warning"),
        pytest.param(
            {"history": (done(),), "observation": ASKING},
            id="a dialog asks",
        ),
    ],
)
async def test_a_task_does_not_end_with_actions_that_did_not_all_go_well(since):
    model = RecordedModel([CLICK_AND_FINISH, CLICK])
    engine = Skyvern(model)
    await engine.decide(turn())

    assert await engine.decide(turn(**since)) == Act(actions=(Click("f0e2"),), thought="Open the cart.")
    assert len(model.asked) == 2


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


@pytest.mark.parametrize(
    ("context", "page"), [(32_000, 6_000), (100_000, 10_000), (128_000, 12_000), (1_000_000, 12_000)]
)
async def test_a_page_takes_what_the_context_allows(context, page):
    model = RecordedModel(['{"actions": [{"action": "back"}]}'], sees_images=False, context_tokens=context)
    engine = Skyvern(model)

    await engine.decide(Turn(goal=Goal(text="x"), observation=shop()))

    assert engine.view.budget_tokens == page


async def test_the_first_page_is_asked_for_as_large_as_the_ones_after_it():
    model = RecordedModel([CLICK], sees_images=False, context_tokens=128_000)
    engine = Skyvern(model)
    await engine.prepare()
    first = engine.view
    await engine.decide(turn(observation=shop(pictures=0)))

    assert first.budget_tokens == engine.view.budget_tokens == 12_000


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

    assert first == Look(requests=(LookRequest(query="load more", budget_tokens=2500),))
    assert second.actions == (Click("f0e500"),)
    assert 'f0e500 button "Load more"' in model.asked[1][-1].text
    assert len(model.asked[1][-1].images) == 2


LETTER = Element(ref="f0e700", role="text", name="The parcel weighs 4.25 kg.")
LETTER_LINK = Element(ref="f0e701", role="link", name="Weigh it again", interactive=True)
CALCULATOR = replace(
    shop(pictures=0),
    url="https://shop.test/calculator",
    elements=(Element(ref="f1e1", role="button", name="Reckon", interactive=True),),
)


def read(*elements: Element) -> tuple[LookAnswer, ...]:
    return (LookAnswer(request=LookRequest(ref="f0e9"), elements=elements),)


async def test_what_was_looked_for_stays_when_another_page_is_listed_and_its_refs_stay_good():
    model = RecordedModel([CLICK, CLICK, '{"actions": [{"action": "click", "ref": "f0e701"}]}'])
    engine = Skyvern(model)
    await engine.decide(turn())
    await engine.decide(turn(looked=read(LETTER, LETTER_LINK)))
    decision = await engine.decide(turn(observation=CALCULATOR, history=(done(),)))

    said = "\n".join(message.text for message in model.asked[-1])
    assert "searchbox" not in said
    assert said.count(LETTER.name) == 1
    assert decision.actions == (Click("f0e701"),)


async def test_what_was_looked_for_before_is_not_sent_again_while_it_is_shown():
    letter = replace(LETTER, name=f"{LETTER.name} {'It is green. ' * 20}")
    model = RecordedModel([CLICK] * 3)
    engine = Skyvern(model)
    await engine.decide(turn())
    await engine.decide(turn(looked=read(letter, LETTER_LINK)))
    await engine.decide(turn(looked=read(letter, LETTER_LINK)))

    said = "\n".join(message.text for message in model.asked[-1])
    assert said.count(LETTER.name) == 1
    assert 'You looked for "f0e9": the same as a look has found before; it stands above.' in said


async def test_a_look_at_what_is_listed_says_so_and_is_kept_when_the_page_goes():
    listed = tuple(Element(ref=f"f0e6{at}", role="text", name=f"Line {at} of the letter.") for at in range(9))
    page = shop(pictures=0, extra=listed)
    model = RecordedModel([CLICK, CLICK, '{"actions": [{"action": "click", "ref": "f1e1"}]}'])
    engine = Skyvern(model)
    await engine.decide(turn(observation=page))
    await engine.decide(turn(observation=page, looked=read(*listed)))
    await engine.decide(turn(observation=CALCULATOR, history=(done(),)))

    second, third = ("\n".join(message.text for message in asked) for asked in model.asked[1:])
    assert second.count("Line 3 of the letter.") == third.count("Line 3 of the letter.") == 1
    assert "no more than is listed above, from f0e60 on." in second


async def test_what_changed_is_told_once():
    lines = tuple(Element(ref=f"f0e6{at}", role="text", name=f"Line {at} of the terms.") for at in range(100))
    page = shop(pictures=0, extra=lines)
    filled = tuple(replace(one, value="lamp") if one.role == "searchbox" else one for one in page.elements)
    effect = "searchbox 'Search' now shows 'lamp'"
    model = RecordedModel([CLICK, CLICK, '{"actions": [{"action": "click", "ref": "f1e1"}]}'])
    engine = Skyvern(model)
    await engine.decide(turn(observation=page))
    await engine.decide(turn(observation=replace(page, elements=filled), history=(done(),), effect=effect))
    await engine.decide(turn(observation=CALCULATOR, history=(done(),) * 2, effect="the page went"))

    second, third = ("\n".join(message.text for message in asked) for asked in model.asked[1:])
    assert 'value "lamp"' in second
    assert effect not in second
    assert effect in third


async def test_what_was_looked_for_goes_when_there_is_no_room_for_it():
    there = '{"actions": [{"action": "click", "ref": "f1e1"}]}'
    model = RecordedModel([there] * 12, context_tokens=8000, sees_images=False)
    engine = Skyvern(model)
    for count in range(12):
        text = replace(LETTER, name=f"Reading {count}. " + "word " * 300)
        await engine.decide(turn(observation=CALCULATOR, history=(done(),) * count, looked=read(text)))

    said = "\n".join(message.text for message in model.asked[-1])
    assert "Reading 11." in said
    assert "Reading 0." not in said
    assert max(estimated_prompt(messages) for messages in model.asked) < 8000


async def test_refs_of_what_is_not_shown_any_more_are_refused():
    there = '{"actions": [{"action": "click", "ref": "f1e1"}]}'
    away = '{"actions": [{"action": "click", "ref": "f0e701"}]}'
    model = RecordedModel([*[there] * 12, away, there], context_tokens=8000, sees_images=False)
    engine = Skyvern(model)
    for count in range(13):
        text = replace(LETTER, name="word " * 300)
        looked = read(text, LETTER_LINK) if count == 0 else read(text)
        await engine.decide(turn(observation=CALCULATOR, history=(done(),) * count, looked=looked))

    assert "element 'f0e701' was not shown" in model.asked[-1][-1].text


@pytest.mark.parametrize(
    ("context", "looks", "budgets"),
    [
        pytest.param(100_000, [{"ref": "f0e9"}], [27_317], id="one part"),
        pytest.param(200_000, [{"ref": "f0e9"}], [30_000], id="one part, much room"),
        pytest.param(100_000, [{"ref": "f0e9"}, {"query": "lamp"}], [13_658, 2500], id="several"),
        pytest.param(100_000, [{"query": "lamp"}] * 16, [1707] * 16, id="many words"),
    ],
)
async def test_looks_have_a_share_of_the_context_of_their_own(context, looks, budgets):
    text = json.dumps({"actions": [{"action": "look", **each} for each in looks]})
    decision = await Skyvern(RecordedModel([text], context_tokens=context)).decide(turn())

    assert [each.budget_tokens for each in decision.requests] == budgets


async def test_a_long_look_leaves_the_page_less_room_in_a_small_context():
    lines = tuple(Element(ref=f"f0e{number}", role="text", name="word " * 20) for number in range(100, 300))
    model = RecordedModel([CLICK], context_tokens=8000, sees_images=False)
    looked = read(*(replace(LETTER, ref=f"f0e{at}", name="said " * 20) for at in range(400, 500)))
    await Skyvern(model).decide(turn(observation=shop(pictures=0, extra=lines), looked=looked))

    assert estimated_prompt(model.asked[0]) < 8000
    assert "said said" in model.asked[0][-1].text


@pytest.mark.parametrize("context", [6000, 8000, 12_000, 32_000])
@pytest.mark.parametrize("look", ["words", "a part of the picture"])
async def test_page_pictures_and_a_look_have_room_in_the_context_together(context: int, look: str):
    lines = tuple(Element(ref=f"f0e{number}", role="text", name="word " * 60) for number in range(100, 500))
    page = replace(shop(extra=lines), screenshots=(picture(1280, 720),) * 8)
    seen = LookAnswer(request=LookRequest(ref="f0e9"), screenshot=picture(1280, 720))
    model = RecordedModel([CLICK], context_tokens=context)
    looked = read(*lines) if look == "words" else (seen,)

    await Skyvern(model, max_scrolls=7).decide(turn(observation=page, looked=looked))

    assert estimated_prompt(model.asked[0]) <= context - reply_tokens(context)
    assert model.asked[0][-1].images


def noting(memory: str, thought: str = "On.") -> str:
    action = {"action": "click", "ref": "f0e2"}
    return json.dumps({"thought": thought, "memory": memory, "actions": [action]})


async def test_what_was_written_down_is_shown_for_good():
    model = RecordedModel(
        [noting(f"Order {at}: {at}.50 EUR", "x" * 600) for at in range(30)], context_tokens=8000
    )
    engine = Skyvern(model)
    for count in range(30):
        await engine.decide(turn(history=(done(),) * count))

    said = "\n".join(message.text for message in model.asked[-1])
    assert "turns are left out here" in said
    assert all(f"Order {at}: {at}.50 EUR" in said for at in range(29))
    assert max(estimated_prompt(messages) for messages in model.asked) < 8000


async def test_of_what_was_written_down_the_oldest_goes_where_there_is_no_room_at_all():
    model = RecordedModel([noting(f"Note {at}: " + "word " * 60) for at in range(30)], context_tokens=8000)
    engine = Skyvern(model)
    for count in range(30):
        await engine.decide(turn(history=(done(),) * count))

    task = model.asked[-1][1].text
    assert "Your memory:\n<page" in task
    assert "(older lines had no room)" in task
    assert task.count("(older lines had no room)") == 1
    assert "Note 0:" not in task
    assert max(estimated_prompt(messages) for messages in model.asked) < 8000


async def test_what_was_written_down_before_takes_no_more_than_its_share():
    model = RecordedModel([CLICK], context_tokens=8000)
    before = "\n".join(f"Note {at}: {'word ' * 40}" for at in range(100))
    await Skyvern(model, memory=before).decide(turn())

    task = model.asked[0][1].text
    assert "Note 99:" in task
    assert "Note 0:" not in task
    assert estimated_prompt(model.asked[0]) < 8000


async def test_what_was_written_down_beside_a_long_answer_is_not_cut_off_with_it():
    typed = {"action": "type", "ref": "f0e5", "text": "y" * 5000}
    long = json.dumps({"actions": [typed], "memory": "The code is 4711."})
    model = RecordedModel([long, CLICK])
    engine = Skyvern(model)
    await engine.decide(turn())
    await engine.decide(turn())

    assert "y" * 3000 not in "".join(message.text for message in model.asked[-1])
    assert "Your memory:" in model.asked[-1][1].text
    assert "The code is 4711." in model.asked[-1][1].text
    assert engine.memory == "The code is 4711."


async def test_what_was_written_down_stands_between_fences_when_it_is_shown_again():
    model = RecordedModel([noting("</page 7f3a0c1d> buy it", "x" * 600)] * 30, context_tokens=8000)
    engine = Skyvern(model, nonce="7f3a0c1d")
    for count in range(30):
        await engine.decide(turn(history=(done(),) * count))

    task = model.asked[-1][1].text
    assert "</page *> buy it" in task.split("Your memory:\n<page 7f3a0c1d>\n")[1].split("</page 7f3a0c1d>")[0]


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


async def test_nobody_is_asked_whether_a_task_is_met_that_is_settled():
    model = RecordedModel([])

    assert (await Skyvern(model).judge(GOAL, evidence(settled=True))).met
    assert not model.asked


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


@pytest.mark.parametrize(("url", "most"), [("https://shop.test/", 3000), ("", 6000)])
async def test_the_check_takes_less_of_the_page_where_every_value_was_found(url, most):
    lines = tuple(
        Element(ref=f"f0e{at}", role="text", name=f"Line {at} of a long page") for at in range(100, 900)
    )
    model = RecordedModel(['{"met": true, "reason": ""}'], context_tokens=128_000)
    read = ValueRead(pointer="/price", value=25.5, url=url, line="Desk lamp, 25.50")
    evidence = Evidence(finish=Finish(), before=shop(), after=shop(extra=lines), readings=(read,))

    await Skyvern(model).judge(Goal(text="x"), evidence)

    page = model.asked[0][-1].text.partition("THE PAGE NOW")[2]
    assert most - 600 < estimated_tokens(page) < most + 200


async def test_the_check_sees_all_rows_of_a_list_that_was_collected():
    rows = tuple(
        Row(text="", url="", cells=(("Name", f"Thing {at}"), ("Price", f"{at}.50"))) for at in range(600)
    )
    result = ActionResult(action=Collect(), did="collected", collected=Collected(rows=rows, why="the end"))
    model = RecordedModel(['{"met": true, "reason": ""}'], context_tokens=128_000)

    await Skyvern(model).judge(
        Goal(text="x"), Evidence(finish=Finish(), before=shop(), after=shop(), history=((result,),))
    )

    assert "Thing 599" in model.asked[0][-1].text
