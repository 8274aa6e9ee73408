"""Playing the benchmark: the engine gets the instruction and the page, the page decides."""

import re

import pytest

from benchmarks.measure import EpisodeRecord
from benchmarks.suites.miniwob import Playing, play_all
from benchmarks.suites.miniwob_pages import serving
from browser.model.actions import Click, Reload, TypeText
from browser.model.observation import View
from engines.protocol import Act, Engine, Evidence, Finish, GiveUp, Goal, Turn, Usage, Verdict

pytestmark = pytest.mark.browser

TEMPLATE = EpisodeRecord(run="now", task="", seed=0, engine="by hand", reward=0, raw_reward=None, status="")


class Enters:
    """Enters the quoted text of its goal, with something added, and says that it is done."""

    usage = Usage()
    view = View(budget_tokens=None)

    def __init__(self, suffix: str = "", reloads_first: bool = False) -> None:
        self.suffix = suffix
        self.todo = ["reload"] * reloads_first + ["enter", "done"]
        self.turns: list[Turn] = []

    async def decide(self, turn: Turn) -> Act | Finish:
        self.turns.append(turn)
        seen = turn.observation.elements
        match self.todo.pop(0):
            case "reload":
                return Act(actions=(Reload(),))
            case "enter":
                field = next(element for element in seen if element.role == "textbox")
                button = next(element for element in seen if element.role == "button")
                text = re.search('"(.+)"', turn.goal.text)[1] + self.suffix
                return Act(actions=(TypeText(text, field.ref), Click(button.ref)))
        return Finish()

    async def judge(self, goal: Goal, evidence: Evidence) -> Verdict:
        return Verdict(met=True)

    async def close(self) -> None:
        pass


class Idles(Enters):
    async def decide(self, turn: Turn) -> GiveUp:
        self.turns.append(turn)
        return GiveUp(reason="not today")


class Breaks(Enters):
    async def decide(self, turn: Turn) -> GiveUp:
        raise RuntimeError("no such luck")


async def records_of(engine, episodes, workers=1):
    records: list[EpisodeRecord] = []
    made: list[Engine] = []

    def make(_):
        made.append(engine())
        return made[-1]

    with serving() as server:
        playing = Playing(engine=make, workers=workers, template=TEMPLATE, on_record=records.append)
        await play_all(episodes, server, playing)
    return records, made


async def test_what_the_page_rewards_is_won():
    [record], _ = await records_of(Enters, [("enter-text", 2)])

    assert (record.task, record.seed, record.reward, record.raw_reward) == ("enter-text", 2, 1, 1.0)
    assert record.utterance.startswith('Enter "')
    assert not record.false_completed
    assert record.steps == 2
    assert record.ms > 0


async def test_a_claim_the_page_does_not_reward_is_falsely_completed():
    [record], _ = await records_of(lambda: Enters(suffix="x"), [("enter-text", 2)])

    assert (record.reward, record.raw_reward, record.status) == (0, -1.0, "completed")
    assert record.false_completed


async def test_an_engine_that_does_nothing_wins_nothing():
    [record], _ = await records_of(Idles, [("enter-text", 1)])

    assert (record.reward, record.raw_reward, record.code, record.reason) == (0, None, "GAVE_UP", "not today")


async def test_an_engine_that_breaks_loses_its_episode_and_no_other():
    records, _ = await records_of(Breaks, [("enter-text", 1), ("enter-text", 2)])

    assert [(record.reward, record.code) for record in records] == [(0, "INTERRUPTED")] * 2
    assert "no such luck" in records[0].reason


async def test_loading_the_page_again_forfeits_the_episode():
    [record], _ = await records_of(lambda: Enters(reloads_first=True), [("enter-text", 2)])

    assert (record.reward, record.raw_reward) == (0, None)
    assert "loaded again" in record.reason


async def test_every_episode_is_played_once_and_nothing_shown_names_its_task():
    episodes = [("enter-text", seed) for seed in (1, 2, 3)] + [("click-link", 1)]
    records, engines = await records_of(Idles, episodes, workers=2)

    assert sorted((record.task, record.seed) for record in records) == sorted(episodes)
    shown = [repr(engine.turns) for engine in engines]
    assert len(shown) == 4
    assert [text for text in shown if "enter-text" in text or "click-link" in text or "miniwob" in text] == []
