"""What a run writes down before it acts, and what a run that goes on makes of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from agent_core.loop.budget import Budget
from agent_core.loop.control import PageControl
from agent_core.loop.loop import pursue
from agent_core.loop.parties import Audience
from agent_core.loop.progress import Failure
from agent_core.runner.asking.questions import Questions
from agent_core.runner.keeping.act_log import ActLog, shows_on_page
from agent_core.runner.keeping.archive import Archive
from agent_core.runner.keeping.earlier import EarlierPart
from agent_core.store.acts import read_acts
from agent_core.store.run_folder import load_folder, new_id
from agent_core.task.run import StepRecord, TaskRun
from agent_core.testing import FakePage, Scripted
from browser.model.actions import (
    Back,
    Click,
    Drag,
    EnterCode,
    Goto,
    Point,
    Press,
    Reload,
    Scroll,
    Select,
    SetChecked,
    TypeText,
    Upload,
)
from browser.model.observation import Box, Element, Observation
from browser.redaction.redactor import Redactor
from engines.protocol import Act, AskUser, Finish, Goal, Usage

PAY = Element(ref="f0e1", role="button", name="Pay", box=Box(x=0, y=0, width=50, height=20))
MENU = Element(ref="f0e2", role="button", name="Menu")
NAME = Element(ref="f0e3", role="textbox", name="Name")
SHOP = Observation(url="http://127.0.0.1/shop?basket=7#top", elements=(PAY, MENU, NAME))
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path):
    warnings = []
    made = Archive(tmp_path, warnings.append)
    made.begin(
        TaskRun(
            run_id=new_id("tsk_"),
            status="running",
            created_at=NOW,
            started_at=NOW,
            modified_at=NOW,
            run_type="task_v1",
            run_request={"prompt": "Pay", "resumable": True},
        )
    )
    yield made
    made.close()
    assert not warnings


def log_of(archive, **given):
    return ActLog(archive, given.pop("mask", Redactor()), given.pop("engine", Scripted([])), **given)


class Killed(BaseException):
    """Ends the program in the midst of an act."""


class DiesWhile(FakePage):
    """A page in whose last act the process is killed."""

    async def perform(self, action):
        if action == Click("f0e1"):
            raise Killed
        return await super().perform(action)


class Noting(Audience):
    """Writes down acts, as the journal of a run does."""

    def __init__(self, log):
        self.begins, self.came_of_it = log.begins, log.came_of_it


async def killed_while_paying(archive, **given):
    """Type a name, then be killed while the button is pressed."""
    engine = Scripted([Act(actions=(TypeText("Ada", "f0e3"), Click("f0e1")))], usage=Usage(calls=2, images=1))
    with pytest.raises(Killed):
        await pursue(
            Goal(text="Pay"),
            DiesWhile(SHOP),
            engine,
            Budget(5),
            Noting(log_of(archive, engine=engine, **given)),
        )
    return read_acts(archive.path)


async def test_an_act_is_written_down_before_it_is_done(archive):
    typed, paid = await killed_while_paying(archive)

    assert (typed.over, typed.words, typed.act.did) == (
        True,
        'type "Ada" into textbox "Name"',
        "did TypeText",
    )
    assert (paid.over, paid.words, paid.step) == (False, 'click button "Pay"', 1)
    assert paid.usage == Usage(calls=2, images=1)


async def test_secrets_are_masked_in_it(archive):
    mask = Redactor()
    mask.add("Ada", "***")
    await killed_while_paying(archive, mask=mask)
    assert "Ada" not in (archive.path / "acts.jsonl").read_text()


@pytest.mark.parametrize(
    ("action", "shows"),
    [
        (TypeText("a", "f0e1"), True),
        (TypeText("a", "f0e1", submit=True), False),
        (TypeText("a\n", "f0e1"), False),
        (Select("f0e1", ("a",)), True),
        (SetChecked("f0e1"), True),
        (Goto("http://127.0.0.1/"), True),
        (Scroll(dy=100), True),
        (Click("f0e1"), False),
        (Press("Enter"), False),
        (Press("ArrowDown"), True),
        (Press("Alt+ArrowLeft"), False),
        (Press("no such key"), False),
        (Drag("f0e1", "f0e2"), False),
        (Upload("f0e1", ("a.txt",)), False),
        (EnterCode("f0e1"), False),
        (Reload(), False),
        (Back(), False),
    ],
)
def test_only_what_leads_to_the_same_when_it_is_done_again_is_left_to_the_page(action, shows):
    assert shows_on_page(action) is shows


async def asked_about(archive, answer):
    """What is asked about an act that was cut off, what that leads to, and the log that knows the answer."""
    questions = []

    async def ask(question):
        questions.append(question.text)
        return answer

    log = log_of(archive, before=await killed_while_paying(archive))
    return questions, await log.settle(ask), log


@pytest.mark.parametrize("answer", ["yes", "I see two orders there", "no"])
async def test_a_person_is_asked_about_an_act_whose_effect_no_page_shows(archive, answer):
    [question], failure, log = await asked_about(archive, answer)

    assert question.startswith(
        'The program was killed while it did this: click button "Pay", at http://127.0'
    )
    assert failure is None
    assert log.told() == (
        f"step 1, at {SHOP.url}: did TypeText",
        f'step 1, at {SHOP.url}: click button "Pay"; a person who was asked whether this was done said: '
        f"{answer}",
    )
    assert read_acts(archive.path)[-1].answer == answer


@pytest.mark.parametrize("answer", ["", " "])
async def test_an_empty_answer_says_that_it_is_done(archive, answer):
    _, failure, log = await asked_about(archive, answer)
    assert failure is None
    assert log.told()[-1].endswith("whether this was done said: it is done")


async def test_where_nobody_can_say_the_run_ends(archive):
    _, failure, _ = await asked_about(archive, None)
    assert isinstance(failure, Failure)
    assert failure.code == "NEEDS_USER"
    assert 'click button "Pay"' in failure.message


async def test_nobody_is_asked_where_the_page_shows_it(archive):
    log = log_of(archive)
    log.begins(StepRecord(number=1), TypeText("Ada", "f0e3"), SHOP)
    log = log_of(archive, before=read_acts(archive.path))

    async def ask(question):
        raise AssertionError(question)

    assert await log.settle(ask) is None
    assert log.told() == (
        f'step 1, at {SHOP.url}: type "Ada" into textbox "Name"; this was begun, and the page shows '
        "whether it was done",
    )


@pytest.mark.parametrize(
    ("answer", "again"), [("yes", True), ("there is an order, I think", True), ("no", False)]
)
async def test_what_a_person_does_not_deny_is_not_done_again_unasked(archive, answer, again):
    _, _, log = await asked_about(archive, answer)
    elsewhere = Observation(url="http://127.0.0.1/shop?basket=7&x=1", elements=SHOP.elements)
    assert bool(log.done_before(Click("f0e1"), elsewhere)) is again
    assert bool(log.done_before(Click(Point(5, 5)), SHOP)) is again
    assert log.done_before(Click("f0e2"), SHOP) is None
    assert log.done_before(TypeText("Ada", "f0e3"), SHOP) is None


def done_in(archive, *acts):
    """The log of a run that goes on after each of these acts was done in a step of its own, on its page."""
    log = log_of(archive)
    for number, (action, page) in enumerate(acts, 1):
        step = StepRecord(number=number)
        log.begins(step, action, page)
        step.actions.append(log._entry(step, action, page, ()).act)
        log.came_of_it(step)
    return log_of(archive, before=read_acts(archive.path))


def test_what_can_be_taken_back_may_be_done_again_and_what_cannot_may_not(archive):
    log = done_in(archive, (Click("f0e1"), SHOP), (Click("f0e2"), SHOP), (Scroll(dy=9), SHOP))
    assert log.done_before(Click("f0e2"), SHOP) is None
    assert log.done_before(Click("f0e1"), SHOP) is not None


def test_what_cannot_be_taken_back_is_known_again_on_other_pages_of_its_site_and_by_the_keyboard(archive):
    log = done_in(archive, (Click("f0e1"), SHOP), (Scroll(dy=9), SHOP))
    thanks = Observation(url="http://127.0.0.1/thanks", elements=SHOP.elements)
    elsewhere = Observation(url="http://127.0.0.2/shop", elements=SHOP.elements)
    assert log.done_before(Click("f0e1"), thanks)
    assert log.done_before(Click("f0e1"), elsewhere) is None
    assert log.done_before(TypeText("Ada", "f0e3", submit=True), SHOP)
    assert log.done_before(Press("Enter", "f0e3"), SHOP)
    assert log.done_before(Press("Enter", "f0e3"), thanks) is None


def test_what_went_wrong_may_have_been_done(archive):
    log = log_of(archive)
    step = StepRecord(number=1)
    log.begins(step, Click("f0e1"), SHOP)
    step.actions.append(
        log._entry(step, Click("f0e1"), SHOP, ()).act.model_copy(update={"problem": "no answer"})
    )
    log.came_of_it(step)
    log = log_of(archive, before=read_acts(archive.path))
    assert log.done_before(Click("f0e1"), SHOP)
    assert log.told() == (
        f'step 1, at {SHOP.url}: click button "Pay"; this was tried, and went wrong: no answer',
    )


def test_what_was_pressed_last_is_asked_about_unless_it_is_pressed_often(archive):
    once = done_in(archive, (Scroll(dy=9), SHOP), (Click("f0e2"), SHOP))
    assert once.done_before(Click("f0e2"), SHOP)
    assert once.done_before(Click("f0e3"), SHOP) is None
    often = done_in(archive, (Click("f0e2"), SHOP), (Click("f0e2"), SHOP))
    assert often.done_before(Click("f0e2"), SHOP) is None


async def test_an_answer_to_a_question_from_before_the_kill_is_not_taken_for_that_to_the_next_one(archive):
    before = Questions(None, 5.0, PageControl())
    old = [before.next_id() for _ in range(9)]
    archive.close()
    earlier = EarlierPart.of(archive.path)
    questions = Questions(None, 5.0, PageControl(), earlier.most_asked)
    new = questions.next_id()
    questions.answer("yes", old[-1])
    questions.answer("no", new)
    assert await questions.ask(AskUser(kind="confirm", text="Was it done?")) == "no"
    earlier.folder.close()


async def test_a_run_goes_on_with_its_steps_its_usage_and_the_step_that_was_cut_off(archive):
    await killed_while_paying(archive)
    archive.close()

    earlier = EarlierPart.of(archive.path)

    assert (earlier.steps, earlier.usage, earlier.first_url) == (1, Usage(calls=2, images=1), SHOP.url)
    [step] = earlier.run.steps
    assert (step.decision, [act.did for act in step.actions]) == ("act", ["did TypeText", ""])
    assert step.actions[1].problem == "it was begun, and what came of it is not known"
    assert load_folder(archive.path).status == "running"
    earlier.folder.close()
    assert [one.number for one in load_folder(archive.path).steps] == [1]


async def test_a_budget_goes_on_from_what_was_used(archive):
    budget = Budget(3, max_tokens=100, steps_before=2, used_before=Usage(input_tokens=60))
    engine = Scripted([Act(actions=(Click("f0e2"),)), Finish()], usage=Usage(output_tokens=50))

    ending = await pursue(Goal(text="Pay"), FakePage(SHOP), engine, budget)

    assert isinstance(ending, Failure)
    assert ending.code == "BUDGET_TOKENS"
    assert "used 110 tokens" in ending.message
