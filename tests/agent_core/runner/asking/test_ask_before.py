"""Acts that wait for a person's yes, with a journal that asks as that of a run does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent_core import BadRequest, TaskRequest
from agent_core.loop.budget import Budget
from agent_core.loop.control import PageControl
from agent_core.loop.events import Feed, UserAsked
from agent_core.loop.loop import pursue
from agent_core.runner.asking.consent import Consent
from agent_core.runner.asking.questions import Questions
from agent_core.runner.keeping.act_log import ActLog
from agent_core.runner.keeping.archive import Archive
from agent_core.runner.telling.journal import Journal
from agent_core.runner.telling.report import Report
from agent_core.store.acts import ActEntry
from agent_core.task.run import ActionRecord
from agent_core.testing import FakePage, Scripted
from browser.model.actions import AnswerDialog, Click, Press
from browser.model.observation import Dialog, Element, Observation
from browser.redaction.redactor import Redactor
from engines.protocol import Act, AskUser, Finish, Goal

SHOP = Observation(
    url="http://127.0.0.1/shop",
    elements=(
        Element(ref="f0e1", role="button", name="Buy now"),
        Element(ref="f0e2", role="button", name="Next"),
    ),
)
BOTH = [Act(actions=(Click("f0e2"),)), Act(actions=(Click("f0e1"),)), Finish()]


async def shopping(tmp_path, answer, ask_before=("buy",), early="", before=(), script=BOTH, leads_to=None):
    asked, events = [], []

    def person(question):
        asked.append(question.text)
        return answer

    request = TaskRequest(prompt="Buy it", ask_before=ask_before)
    engine, page, mask = Scripted(list(script)), FakePage(SHOP, leads_to=leads_to), Redactor()
    report = Report(request, mask, price=None)
    questions = Questions(person if answer is not None else None, 0.05, PageControl())
    if early:
        questions.answer(early)
    archive = Archive(tmp_path, lambda warning: None)
    acts = ActLog(archive, mask, engine, before=before)
    consent, feed = Consent(request.ask_before, acts), Feed(events.append)
    journal = Journal(request, report, feed, archive, questions, mask, engine, acts=acts, consent=consent)
    await pursue(Goal(text="Buy it"), page, engine, Budget(5), journal)
    return page.performed, asked, [event for event in events if isinstance(event, UserAsked)], engine


@pytest.mark.parametrize("answer", ["yes", " OK ", "ja", "Oui.", "sí"])
async def test_what_a_person_allows_is_done_and_only_what_is_risky_is_asked_about(tmp_path, answer):
    done, asked, events, _ = await shopping(tmp_path, answer)
    assert done == [Click("f0e2"), Click("f0e1")]
    [question] = asked
    assert "Buy now" in question
    assert events[0].question.kind == "confirm"


@pytest.mark.parametrize("answer", ["no", "", "not yet", "yes, but only the small one", "nein"])
async def test_what_a_person_does_not_plainly_allow_is_not_done_and_the_engine_hears_why(tmp_path, answer):
    done, _, _, engine = await shopping(tmp_path, answer)
    assert done == [Click("f0e2")]
    [result] = engine.turns[2].history[1]
    assert result.problem.startswith("not done: a person who was asked refused it")
    assert answer in result.problem


async def test_enter_is_asked_about_where_an_act_of_the_same_step_has_moved_the_keyboard(tmp_path):
    at_once = [Act(actions=(Press("Tab", "f0e2"), Press("Enter"))), Finish()]
    done, asked, _, _ = await shopping(tmp_path, "no", script=at_once)
    assert done == [Press("Tab", "f0e2")]
    assert asked == ["May the agent press Enter at http://127.0.0.1/shop? It may buy or order something."]


@pytest.mark.parametrize(
    ("pressed", "questions"),
    [("f0e2", ["accept the dialog"]), ("f0e1", ["Buy now"])],
    ids=["after a button that says nothing", "after what was allowed"],
)
async def test_a_dialog_that_asks_of_a_risky_act_is_asked_about_once(tmp_path, pressed, questions):
    asking = replace(SHOP, dialog=Dialog(kind="confirm", message="Buy the hat for 20 EUR?"))
    script = [Act(actions=(Click(pressed),)), Act(actions=(AnswerDialog(True),)), Finish()]
    done, asked, _, _ = await shopping(tmp_path, "yes", script=script, leads_to={pressed: asking})
    assert done == [Click(pressed), AnswerDialog(True)]
    assert [part in question for part, question in zip(questions, asked, strict=True)] == [True]


async def test_what_nobody_answers_is_not_done(tmp_path):
    done, _, events, engine = await shopping(tmp_path, None)
    assert done == [Click("f0e2")]
    assert len(events) == 1
    assert "nobody was there" in engine.turns[2].history[1][0].problem


async def test_an_answer_that_was_given_before_the_question_allows_nothing(tmp_path):
    done, _, _, _ = await shopping(tmp_path, None, early="yes")
    assert done == [Click("f0e2")]


async def test_an_answer_that_comes_after_its_question_is_not_taken_for_that_to_the_next_one():
    questions = Questions(None, 5.0, PageControl())
    first = questions.next_id()
    questions.answer("yes", first)
    assert await questions.ask(AskUser(kind="confirm", text="Buy the hat?")) == "yes"
    questions.answer("yes", first)  # the button was pressed twice
    second = questions.next_id()
    questions.answer("no", second)
    assert await questions.ask(AskUser(kind="confirm", text="Buy the coat?")) == "no"


async def test_nobody_is_asked_where_the_task_does_not_wish_it(tmp_path):
    done, asked, _, _ = await shopping(tmp_path, "no", ask_before=())
    assert (done, asked) == ([Click("f0e2"), Click("f0e1")], [])


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("buy, send", ("buy", "send")),
        (True, ("buy", "send", "delete", "upload")),
        (False, ()),
        (["upload"], ("upload",)),
    ],
)
def test_the_kinds_are_named_in_several_ways(given, read):
    assert TaskRequest.of({"prompt": "x", "ask_before": given}).ask_before == read


def test_an_unknown_kind_is_refused_with_those_there_are():
    with pytest.raises(BadRequest, match=r"ask_before.*'buy', 'send', 'delete' or 'upload'"):
        TaskRequest.of({"prompt": "x", "ask_before": "fly"})


BOUGHT = ActEntry(
    step=1,
    url="http://127.0.0.1/shop?hat=blue",
    words='click button "Buy now"',
    act=ActionRecord(action={"type": "Click"}, element='button "Buy now"', did="clicked"),
    shows=False,
    risk="buy",
    over=True,
)


@pytest.mark.parametrize(("answer", "bought"), [("yes", True), ("no", False), (None, False)])
async def test_what_was_bought_before_an_interruption_is_bought_again_only_with_a_yes(
    tmp_path, answer, bought
):
    done, _, [event], _ = await shopping(tmp_path, answer, ask_before=(), before=(BOUGHT,))
    assert (Click("f0e1") in done) is bought
    assert event.question.text == (
        "May the agent do this again? It was done before the run was interrupted: "
        "step 1, at http://127.0.0.1/shop?hat=blue: clicked"
    )


async def test_what_a_person_said_was_not_done_before_an_interruption_needs_no_yes(tmp_path):
    denied = BOUGHT.act.model_copy(update={"problem": "a person says so"})
    before = (BOUGHT.model_copy(update={"act": denied, "answer": "no"}),)
    done, _, events, _ = await shopping(tmp_path, None, ask_before=(), before=before)
    assert Click("f0e1") in done
    assert events == []


NEXT = BOUGHT.model_copy(
    update={
        "words": 'click button "Next"',
        "act": ActionRecord(action={"type": "Click"}, element='button "Next"'),
        "risk": None,
    }
)


@pytest.mark.parametrize("answer", ["", "yes"])
async def test_what_can_be_taken_back_is_asked_about_after_an_interruption_until_it_is_allowed_once(
    tmp_path, answer
):
    """It was pressed last, or a person said that it was done."""
    script, before = (
        [Act(actions=(Click("f0e2"),))] * 2 + [Finish()],
        (NEXT.model_copy(update={"answer": answer}),),
    )
    done, asked, _, _ = await shopping(tmp_path, "yes", ask_before=(), before=before, script=script)
    assert done == [Click("f0e2"), Click("f0e2")]
    assert len(asked) == 1
    done, asked, _, _ = await shopping(tmp_path, "no", ask_before=(), before=before, script=script)
    assert (done, len(asked)) == ([], 2)


async def test_what_cannot_be_taken_back_is_asked_about_each_time_after_an_interruption(tmp_path):
    script = [Act(actions=(Click("f0e1"),))] * 2 + [Finish()]
    _, asked, _, _ = await shopping(tmp_path, "yes", ask_before=(), before=(BOUGHT,), script=script)
    assert len(asked) == 2
