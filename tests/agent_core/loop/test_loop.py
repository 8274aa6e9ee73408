"""The loop, with a page that is no browser and an engine that plays a script."""

from __future__ import annotations

from dataclasses import replace
from itertools import repeat

import pytest

from agent_core.loop.budget import Budget
from agent_core.loop.events import Acted, Complained, Decided, Observed, StepEnded, StepStarted
from agent_core.loop.loop import pursue
from agent_core.loop.parties import Audience
from agent_core.loop.progress import Failure, Progress
from agent_core.loop.verify import AS_BEFORE
from agent_core.testing import FakePage, Scripted
from browser.model.actions import Click, Goto, Press, SetChecked, TypeText, Wait
from browser.model.errors import BrowserLost, NavigationFailed
from browser.model.observation import STILL_LOADING, Box, Element, LookRequest, Observation, View
from engines.errors import ModelRefused
from engines.output_spec import OutputSpec
from engines.protocol import Act, AskUser, Finish, GiveUp, Goal, Look, Usage, ValueRead

SEND = Element(ref="f0e1", role="button", name="Send")
FORM = Observation(url="http://127.0.0.1/form", text="Send", elements=(SEND,))
THANKS = Observation(url="http://127.0.0.1/thanks", text="Thank you")
CLICK = Act(actions=(Click("f0e1"),))
GOAL = Goal(text="Send the form")
PRICE = Goal(
    text="Find the price",
    output=OutputSpec(
        schema={"type": "object", "properties": {"price": {"type": "number"}}, "required": ["price"]}
    ),
)


class Listener(Audience):
    """Remembers what it is told, and answers what it is asked."""

    def __init__(self, answer=None):
        self.events, self.questions, self.answer = [], [], answer

    def tell(self, event):
        self.events.append(event)

    async def ask(self, question):
        self.questions.append(question)
        return self.answer

    def steps(self):
        return [event.step for event in self.events if isinstance(event, StepEnded)]


class Slow(FakePage):
    """A page that shows what it was asked for only once it was waited for."""

    def __init__(self, *pages: Observation):
        super().__init__(pages[0])
        self.to_come = list(pages[1:])

    async def perform(self, action):
        result = await super().perform(action)
        self.page = self.to_come.pop(0) if isinstance(action, Wait) and self.to_come else self.page
        return result


SAVING = replace(
    FORM,
    text="Saving\u2026",
    elements=(Element(ref="f0e9", role="text", name="Saving\u2026", box=Box(0, 0, 9, 9)),),
)
SPINNING = replace(FORM, elements=(replace(SEND, states=frozenset({"busy"}), box=Box(0, 0, 9, 9)),))
STARTED = replace(FORM, notes=(STILL_LOADING,))


@pytest.mark.parametrize("loading", [SAVING, SPINNING, STARTED])
async def test_what_is_said_to_be_done_is_judged_by_the_page_that_has_loaded(loading):
    engine = Scripted([CLICK, Finish()])
    page = Slow(FORM, loading, THANKS)
    page._leads_to = {"f0e1": loading}

    ending = await pursue(GOAL, page, engine, Budget(max_steps=3))

    assert isinstance(ending, Finish)
    assert engine.evidence[0].after == THANKS
    assert "Thank you" in engine.evidence[0].effects[0]
    assert len(engine.evidence[0].history) == 1


async def test_what_came_while_an_ending_was_judged_is_told_to_the_engine():
    engine = Scripted([CLICK, Finish(), GiveUp(reason="no")], verdict="it is not done")
    page = Slow(FORM, THANKS)
    page._leads_to = {"f0e1": SAVING}

    await pursue(GOAL, page, engine, Budget(max_steps=3))

    assert engine.turns[2].observation == THANKS
    assert "appeared: 'Thank you'" in engine.turns[2].effect


async def test_a_page_that_never_stops_loading_is_judged_as_it_is():
    engine = Scripted([Finish()])
    ending = await pursue(GOAL, FakePage(SAVING), engine, Budget(max_steps=3))
    assert isinstance(ending, Finish)


async def test_once_a_field_fails_the_others_are_filled_in_and_nothing_is_pressed():
    fields = [TypeText(text, ref) for text, ref in (("Ann", "f0e2"), ("8 May", "f0e3"), ("Oslo", "f0e4"))]
    page = FakePage(FORM, broken=["f0e3"])
    ticked = SetChecked("f0e5", checked=True)

    await pursue(
        GOAL,
        page,
        Scripted([Act(actions=(*fields, ticked, Click("f0e1"), TypeText("late", "f0e6"))), Finish()]),
        Budget(max_steps=3),
    )

    assert page.performed == [fields[0], fields[2], ticked]


@pytest.mark.parametrize(
    "next_one",
    [
        TypeText("on", "f0e4", submit=True),
        TypeText("on", "f0e4", clear=False),
        TypeText("on"),
        Click("f0e1"),
        Press("Enter"),
    ],
)
async def test_once_a_field_fails_nothing_is_done_that_may_depend_on_it(next_one):
    page = FakePage(FORM, broken=["f0e3"])
    engine = Scripted([Act(actions=(TypeText("8 May", "f0e3"), next_one)), Finish()])

    await pursue(GOAL, page, engine, Budget(max_steps=3))

    assert page.performed == []


def row(ref: str, said: str) -> tuple[Element, ...]:
    button = Element(ref=f"{ref}b", role="button", name="Delete", parent=ref, depth=1)
    return (Element(ref=ref, role="row", text=f"{said} Delete"), button)


@pytest.mark.parametrize(
    ("names", "did"),
    [
        pytest.param(("war", "sea"), 'did Click in the row "sea Delete"', id="several rows"),
        pytest.param(("sea",), "did Click", id="the only one of its name"),
    ],
)
async def test_what_was_done_names_its_row_where_others_have_the_same_element(names, did):
    elements = tuple(element for name in names for element in row(name, name))
    page = FakePage(Observation(url="http://127.0.0.1/tags", elements=elements))
    engine = Scripted([Act(actions=(Click("seab"),)), Finish()])

    await pursue(GOAL, page, engine, Budget(3))

    [[result]] = engine.turns[-1].history
    assert result.did == did


async def test_what_was_done_to_an_element_without_a_name_says_what_it_is_told_by():
    field = Element(ref="f0e8", role="textbox", interactive=True, box=Box(60, 0, 80, 20))
    label = Element(ref="f0e7", role="text", name="Discount", box=Box(0, 0, 50, 20))
    page = FakePage(Observation(url="http://127.0.0.1/rates", elements=(label, field)))
    engine = Scripted([Act(actions=(Click("f0e8"),)), Finish()])

    await pursue(GOAL, page, engine, Budget(3))

    [[result]] = engine.turns[-1].history
    assert result.did == 'did Click beside "Discount"'


async def test_an_engine_that_finishes_is_done():
    engine = Scripted([CLICK, Finish(output="sent")])
    page = FakePage(FORM, leads_to={"f0e1": THANKS})

    ending = await pursue(GOAL, page, engine, Budget(5))

    assert ending == Finish(output="sent")
    assert page.performed == [Click("f0e1")]
    assert engine.turns[1].effect.startswith("the page went to http://127.0.0.1/thanks")


async def test_failed_action_stops_the_batch_and_is_told_to_the_engine():
    engine = Scripted([Act(actions=(Click("f0e1"), Click("f0e2"))), GiveUp(reason="no way in")])
    page = FakePage(broken={"f0e1"})

    await pursue(GOAL, page, engine, Budget(5))

    assert page.performed == []
    [(result,)] = engine.turns[1].history
    assert result.problem == "element 'f0e1' cannot be used: covered by a cookie banner"


async def test_the_rest_of_a_batch_is_dropped_when_the_page_is_another():
    engine = Scripted([Act(actions=(Click("f0e1"), Click("f0e9"))), GiveUp(reason="enough")])
    page = FakePage(FORM, leads_to={"f0e1": THANKS})

    await pursue(GOAL, page, engine, Budget(5))

    assert page.performed == [Click("f0e1")]


@pytest.mark.parametrize("steps", [1, 2, 5])
async def test_steps_are_exact(steps):
    engine = Scripted(repeat(CLICK))

    ending = await pursue(GOAL, FakePage(FORM), engine, Budget(steps))

    assert isinstance(ending, Failure)
    assert ending.code == "REACH_MAX_STEPS"
    assert len(engine.turns) == steps
    assert [turn.steps_left for turn in engine.turns] == list(range(steps, 0, -1))


async def test_steps_are_exact_also_where_every_step_is_another():
    engine = Scripted(Act(actions=(Goto(f"http://127.0.0.1/{n}"),)) for n in range(1000))
    page = FakePage(FORM)

    ending = await pursue(GOAL, page, engine, Budget(30))

    assert ending.code == "REACH_MAX_STEPS"
    assert len(page.performed) == 30


async def test_an_output_against_the_schema_goes_back_with_the_specific_complaint():
    engine = Scripted([Finish(output={"price": "12"}), Finish(output={"price": 12})])

    ending = await pursue(PRICE, FakePage(), engine, Budget(5))

    assert ending == Finish(output={"price": 12})
    assert engine.turns[1].complaint == (
        'The output is not valid against the schema: at /price: "12" is not of type number.'
    )
    assert engine.evidence[0].finish.output == {"price": 12}


async def test_an_engine_that_insists_on_a_bad_output_is_asked_three_more_times():
    engine, progress = Scripted(repeat(Finish(output={}))), Progress()

    ending = await pursue(PRICE, FakePage(), engine, Budget(25), progress=progress)

    assert ending.code == "OUTPUT_INVALID"
    assert len(engine.turns) == 4
    assert progress.output == {}
    assert [problem.pointer for problem in progress.problems] == ["/price"]


async def test_a_bad_output_on_the_last_step_is_what_the_run_failed_of():
    ending = await pursue(PRICE, FakePage(), Scripted(repeat(Finish(output={}))), Budget(2))
    assert ending.code == "OUTPUT_INVALID"


async def test_what_was_extracted_is_kept_when_the_steps_run_out():
    engine, progress = Scripted([Finish(output={"price": "x"}), CLICK, CLICK]), Progress()

    ending = await pursue(PRICE, FakePage(FORM), engine, Budget(3), progress=progress)

    assert ending.code == "REACH_MAX_STEPS"
    assert progress.output == {"price": "x"}


async def test_a_claim_that_the_check_denies_goes_back_and_ends_as_given_up():
    engine = Scripted(repeat(Finish()), verdict="the form was not sent")

    ending = await pursue(GOAL, FakePage(FORM), engine, Budget(25))

    assert engine.turns[1].complaint == "The goal is not met yet: the form was not sent"
    assert (ending.code, len(engine.turns)) == ("GAVE_UP", 4)


@pytest.mark.parametrize("full", [False, True])
async def test_the_check_sees_all_that_was_done_and_the_pages_between_where_that_is_asked(full):
    receipt = Observation(url="http://127.0.0.1/receipt", text="Number 5")
    engine = Scripted([CLICK, Act(actions=(Click("f0e2"),)), Finish()])
    page = FakePage(FORM, leads_to={"f0e1": THANKS, "f0e2": receipt})

    await pursue(GOAL, page, engine, Budget(5), full_history=full)

    (evidence,) = engine.evidence
    assert [results[0].action for results in evidence.history] == [Click("f0e1"), Click("f0e2")]
    assert [("thanks" in effect, "receipt" in effect) for effect in evidence.effects] == [
        (True, False),
        (False, True),
    ]
    assert (evidence.before.url, evidence.after.url) == (FORM.url, receipt.url)
    assert evidence.pages == ((THANKS,) if full else ())


async def test_the_check_is_told_in_which_line_of_an_earlier_page_a_value_stood():
    elements = (
        Element(ref="f0e8", role="row", text="Kettle 12"),
        Element(ref="f0e9", role="cell", name="12", text="12", parent="f0e8"),
    )
    shelf = replace(FORM, url="http://127.0.0.1/shelf", elements=(*FORM.elements, *elements))
    engine = Scripted([CLICK, Finish(output={"price": 12})])

    await pursue(PRICE, FakePage(shelf, leads_to={"f0e1": THANKS}), engine, Budget(5))

    assert engine.evidence[0].readings == (
        ValueRead(pointer="/price", value=12, url=shelf.url, line="Kettle 12"),
    )


async def test_no_turn_says_that_nothing_changed_beside_an_action_that_changed_something():
    class Busy(FakePage):
        async def perform(self, action):
            return replace(await super().perform(action), effect="18 elements changed")

    engine = Scripted([CLICK, CLICK, Finish()])
    await pursue(GOAL, Busy(FORM), engine, Budget(5))

    assert [turn.effect for turn in engine.turns] == ["", AS_BEFORE, AS_BEFORE]


async def test_giving_up_keeps_what_was_extracted():
    progress = Progress()
    decision = GiveUp(reason="sold out", impossible=True, output={"price": None})

    ending = await pursue(PRICE, FakePage(), Scripted([decision]), Budget(5), progress=progress)

    assert ending == decision
    assert progress.output == {"price": None}
    assert [str(problem) for problem in progress.problems] == ["at /price: null is not of type number"]


async def test_repeating_in_vain_is_warned_about_then_forbidden_then_stuck():
    engine, page = Scripted(repeat(CLICK)), FakePage(FORM)

    ending = await pursue(GOAL, page, engine, Budget(50))

    assert ending.code == "STUCK"
    assert len(page.performed) == 5
    nudged = [bool(turn.nudge) for turn in engine.turns]
    assert nudged == [False] * 3 + [True] * 5
    assert [turn.forbidden for turn in engine.turns] == [()] * 5 + [(Click("f0e1"),)] * 3
    assert engine.turns[-1].history[-1][0].problem.startswith("refused: ")


async def test_looking_costs_a_step_and_changes_nothing():
    request = LookRequest(ref="f0e1")
    engine = Scripted([Look(requests=(request,)), GiveUp(reason="seen")])

    await pursue(GOAL, FakePage(FORM), engine, Budget(5))

    (answer,) = engine.turns[1].looked
    assert answer.elements == (SEND,)
    assert engine.turns[1].steps_left == 4


async def test_the_answer_of_a_person_is_told_once():
    question = AskUser(kind="question", text="Which size?")
    engine, listener = Scripted([question, CLICK, GiveUp(reason="enough")]), Listener(answer="Large")

    await pursue(GOAL, FakePage(FORM), engine, Budget(5), listener)

    assert listener.questions == [question]
    assert [turn.answer for turn in engine.turns] == ["", "Large", ""]


async def test_a_question_that_nobody_answers_ends_the_run():
    ending = await pursue(GOAL, FakePage(), Scripted([AskUser(kind="captcha", text="Solve it")]), Budget(5))
    assert ending == Failure(code="NEEDS_USER", message="a person is needed (captcha): Solve it")


async def test_a_decision_without_actions_is_complained_about():
    engine = Scripted([Act(actions=()), GiveUp(reason="enough")])

    await pursue(GOAL, FakePage(), engine, Budget(5))

    assert engine.turns[1].complaint.startswith("No action was named")
    assert engine.turns[1].history == ()


async def test_tokens_end_the_run_after_the_call_that_passed_the_limit():
    engine = Scripted(repeat(CLICK), usage=Usage(input_tokens=900, output_tokens=200))

    ending = await pursue(GOAL, FakePage(FORM), engine, Budget(5, max_tokens=1000))

    assert ending.code == "BUDGET_TOKENS"
    assert len(engine.turns) == 1


async def test_cost_ends_the_run_too():
    engine = Scripted(repeat(CLICK), usage=Usage(output_tokens=10))
    budget = Budget(5, max_cost_usd=0.05, cost_usd=lambda usage: usage.output_tokens / 100)

    ending = await pursue(GOAL, FakePage(FORM), engine, budget)

    assert ending == Failure(
        code="BUDGET_COST", message="used 0.1000 USD of the 0.05 that max_cost_usd allows"
    )


class DeadEnd(FakePage):
    async def perform(self, action):
        raise NavigationFailed(action.url, "connection refused")


async def test_an_address_that_cannot_be_opened_is_told_to_the_engine():
    engine = Scripted([Act(actions=(Goto("http://127.0.0.1:1/"),)), GiveUp(reason="down")])

    await pursue(GOAL, DeadEnd(), engine, Budget(5))

    problem = engine.turns[1].history[0][0].problem
    assert problem == "could not open http://127.0.0.1:1/: connection refused"


class Gone(FakePage):
    async def perform(self, action):
        raise BrowserLost("the browser ended")


async def test_what_the_engine_cannot_mend_passes_through_and_the_step_is_told_of():
    listener = Listener()
    with pytest.raises(BrowserLost):
        await pursue(GOAL, Gone(FORM), Scripted([CLICK]), Budget(5), listener)
    assert [step.decision for step in listener.steps()] == ["act"]


async def test_a_model_error_passes_through():
    def refuse(turn):
        raise ModelRefused("not this")

    with pytest.raises(ModelRefused):
        await pursue(GOAL, FakePage(), Scripted([refuse]), Budget(5))


async def test_events_come_in_order_and_steps_say_what_happened():
    listener = Listener()
    typing = Act(actions=(TypeText("Ann", "f0e1"),), thought="first the name")

    await pursue(GOAL, FakePage(FORM), Scripted([typing, Finish()], verdict="no"), Budget(2), listener)

    assert [type(event) for event in listener.events] == [
        *(StepStarted, Observed, Decided, Acted, StepEnded),
        *(StepStarted, Observed, Decided, Complained, StepEnded),
    ]
    first, second = listener.steps()
    assert (first.number, first.url, first.decision, first.thought) == (
        1,
        "http://127.0.0.1/form",
        "act",
        "first the name",
    )
    assert first.actions[0].action == {
        "type": "TypeText",
        "text": "Ann",
        "target": "f0e1",
        "clear": True,
        "submit": False,
    }
    assert first.ms.keys() == {"observe", "decide", "act", "picture"}
    assert second.complaint == "The goal is not met yet: no"
    assert second.digest == first.digest


async def test_an_engine_sees_what_it_asks_to_see():
    engine = Scripted([GiveUp(reason="blind")], view=View(elements=False))
    await pursue(GOAL, FakePage(FORM), engine, Budget(1))
    assert engine.turns[0].observation == replace(FORM, elements=(), text="")


async def test_half_an_emoji_from_an_engine_or_a_page_is_a_replacement_character_everywhere():
    listener, half = Listener(), "half \ud83d"
    page = FakePage(
        Observation(url="http://127.0.0.1/", title=half, elements=(replace(SEND, name=half),)),
        broken=["f0e1"],
    )
    lines = [Act(actions=(TypeText(half, target="f0e1"),), thought=half), Finish(output={half: [half]})]
    engine, progress = Scripted(lines), Progress()

    assert await pursue(GOAL, page, engine, Budget(5), listener, progress=progress) == Finish(
        output={"half \ufffd": ["half \ufffd"]}
    )
    assert engine.turns[0].observation.elements[0].name == "half \ufffd"
    assert progress.output == {"half \ufffd": ["half \ufffd"]}
    for step in listener.steps():
        assert "\\ud83d" not in step.model_dump_json()


async def test_a_malformed_address_is_told_and_the_run_goes_on():
    class Refusing(FakePage):
        async def perform(self, action):
            raise NavigationFailed(action.url, "it is no address")

    engine = Scripted([Act(actions=(Goto("http://[::1"),)), Finish()])
    assert await pursue(GOAL, Refusing(FORM), engine, Budget(5)) == Finish()
    assert engine.turns[1].history[0][0].problem == "could not open http://[::1: it is no address"


async def test_what_the_check_missed_last_is_said_where_the_steps_run_out():
    engine = Scripted(repeat(Finish(output="done")), verdict="the tea was not ordered")

    ending = await pursue(GOAL, FakePage(FORM), engine, Budget(2))

    assert isinstance(ending, Failure)
    assert ending.code == "REACH_MAX_STEPS"
    assert "the tea was not ordered" in ending.message
