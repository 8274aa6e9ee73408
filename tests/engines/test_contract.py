"""What every engine keeps to. A third party's can be held to it too:

    pytest tests/engines/test_contract.py --engine mypkg:create

The factory is called with `EngineOptions()`; an engine that needs a model brings its own fake.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, get_args

import pytest

from agent_core.testing import Scripted
from browser.model.actions import Action, Click, Point
from browser.model.observation import Observation, Screenshot, View
from browser.model.results import ActionResult
from engines.chat.engine import Skyvern
from engines.cua.anthropic.dialect import BROWSER, dialect_of
from engines.cua.anthropic.engine import AnthropicComputerUse
from engines.cua.openai.engine import OpenAIComputerUse
from engines.cua.ui_tars.engine import UiTars
from engines.models.chat import Message, Reply
from engines.output_spec import Schema
from engines.planner.engine import Planner
from engines.protocol import (
    Act,
    AskUser,
    Decision,
    Engine,
    EngineOptions,
    Evidence,
    Finish,
    GiveUp,
    Goal,
    Look,
    Turn,
    Usage,
    Verdict,
)
from engines.registry import create_engine
from tests.support import messages_server, tars_in_process
from tests.support.reply_forms import is_refused, reply_wanted
from tests.support.responses_server import computer, function, words
from tests.support.shop import shop

CLICK = Goal(text='Click the link "Cart"', url="https://shop.test/list")
HOPELESS = Goal(text='Click the button "Fold the paper crane"', url="about:blank")
EMPTY = Observation(url="about:blank")
TURNS = 10


class LinkClicker:
    """A model that plans and clicks the first link it is shown, says then that it is done, and else gives up."""

    sees_images = True
    calls_tools = False
    remarks: tuple[str, ...] = ()
    usage = Usage()

    async def context_tokens(self) -> int:
        return 32_000

    async def ask(self, messages: Sequence[Message], schema: Schema | None = None) -> Reply:
        text = messages[-1].text
        if reply_wanted(text) == "verdict":
            return Reply(text='{"met": true, "reason": ""}')
        if reply_wanted(text) == "plan":
            return Reply(text=self.planned(text))
        link = re.search(r"^ *(\S+) link ", text, re.MULTILINE)
        if link is None or is_refused(text):
            return Reply(text='{"actions": [{"action": "give_up", "reason": "there is no such link"}]}')
        if any(message.role == "assistant" for message in messages):
            return Reply(text='{"actions": [{"action": "finish", "evidence": ["it was clicked"]}]}')
        return Reply(text=f'{{"actions": [{{"action": "click", "ref": "{link.group(1)}"}}]}}')

    def planned(self, text: str) -> str:
        if "(none yet)" in text and not is_refused(text):
            return '{"next": "do", "goal": "Click the link"}'
        if ": MET" in text:
            return '{"next": "done", "evidence": ["it was clicked"]}'
        return '{"next": "give_up", "reason": "there is no such link"}'

    async def close(self) -> None:
        pass


class Pointing:
    """A computer-use model that clicks where the link lies, says then that it is done, and else gives up."""

    model = "fake-model"
    extra_body: Mapping[str, Any] = {}
    usage = Usage()

    async def ask(self, request: Mapping[str, Any], *, images: int) -> dict[str, Any]:
        text = str(request["input"])
        if reply_wanted(text) == "verdict":
            return {"id": "r", "output": [words('{"met": true, "reason": ""}')]}
        if is_refused(text) or "https://shop.test" not in text.replace(CLICK.url, ""):
            return {"id": "r", "output": [function("give_up", "c1", reason="there is no such link")]}
        if "computer_call_output" in text:
            return {"id": "r", "output": [function("finish", "c2", evidence=["it was clicked"])]}
        return {"id": "r", "output": [computer({"type": "click", "x": 50, "y": 5}, call_id="c3")]}

    async def close(self) -> None:
        pass


class Tooling:
    """The same model with Claude's tools, by places or by refs."""

    def __init__(self, click: dict[str, Any]) -> None:
        self._click = click

    usage = Usage()

    async def ask(self, request: Mapping[str, Any], *, images: int) -> list[dict[str, Any]]:
        text = str(request["messages"])
        if reply_wanted(text) == "verdict":
            return [messages_server.words('{"met": true, "reason": ""}')]
        if is_refused(text) or "https://shop.test" not in text.replace(CLICK.url, ""):
            call = messages_server.function("give_up", reason="there is no such link")
        elif "tool_result" in text:
            call = messages_server.function("finish", evidence=["it was clicked"])
        else:
            call = self._click
        return [{**call, "id": "t1"}]

    async def close(self) -> None:
        pass


def grounded(text: str, picture: Screenshot | None) -> str:
    """What a UI-TARS model of the same mind says."""
    if reply_wanted(text) == "verdict":
        return '{"met": true, "reason": ""}'
    if is_refused(text) or "Cart" not in text or not tars_in_process.is_white(picture):
        return "Thought: There is no such link.\nAction: give_up(content='no such link')"
    if "Thought: There it is." in text:
        return "Thought: It was clicked.\nAction: finished(content='it was clicked')"
    return "Thought: There it is.\nAction: click(start_box='(50,5)')"


class Grounding:
    """That model, behind a server."""

    sees_images = True
    usage = Usage(model="UI-TARS-1.5-7B")

    async def ask(self, messages: Sequence[Message], schema: Schema | None = None) -> Reply:
        images = messages[-1].images
        text = "\n".join(message.text for message in messages)
        return Reply(text=grounded(text, images[-1] if images else None))

    async def close(self) -> None:
        pass


def scripted() -> Scripted:
    def click(turn: Turn) -> Decision:
        if turn.complaint:
            return GiveUp(reason=turn.complaint)
        link = next((element for element in turn.observation.elements if element.role == "link"), None)
        return Act(actions=(Click(link.ref),)) if link else GiveUp(reason="no link")

    return Scripted([click])


@pytest.fixture
def make(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Engine]:
    if kind == "skyvern-1.0":
        return lambda: Skyvern(LinkClicker())
    if kind == "skyvern-2.0":
        return lambda: Planner(LinkClicker())
    if kind == "openai-cua":
        return lambda: OpenAIComputerUse(Pointing())
    if kind == "anthropic-cua":
        click = messages_server.member("left_click", coordinate=[50, 5])
        return lambda: AnthropicComputerUse(Tooling(click), dialect_of("claude-sonnet-5-5", {}))
    if kind == "anthropic-cua-browser":
        click = messages_server.browse("left_click", target={"type": "ref", "ref": "f0e2"})
        tools = {"tools": [{"type": BROWSER}]}
        return lambda: AnthropicComputerUse(Tooling(click), dialect_of("claude-sonnet-5-5", tools))
    if kind == "ui-tars":
        return lambda: UiTars(Grounding(), Grounding())
    if kind == "ui-tars in process":
        folder = tars_in_process.tiny(tmp_path_factory.getbasetemp(), "qwen2_5_vl")
        return lambda: tars_in_process.playing(folder, grounded)
    if kind == "scripted":
        return scripted
    return lambda: create_engine(kind, EngineOptions())


def as_asked(page: Observation, view: View) -> Observation:
    """The page with nothing but what the view asks for."""
    return replace(
        page,
        elements=page.elements if view.elements else (),
        text=page.text if view.elements else "",
        screenshots=page.screenshots if view.screenshots != "none" else (),
    )


async def turns(
    engine: Engine, goal: Goal, page: Observation, *, complaint: str = ""
) -> Iterator[tuple[Turn, Decision]]:
    """Drive an engine on a page that never changes, as the loop would, until it ends or time is up."""
    history: tuple[tuple[ActionResult, ...], ...] = ()
    for number in range(TURNS):
        turn = Turn(
            goal=goal,
            observation=as_asked(page, engine.view),
            history=history,
            complaint=complaint,
            effect="" if number == 0 else "nothing changed on the page",
            steps_left=TURNS - number,
        )
        decision = await engine.decide(turn)
        yield turn, decision
        if not isinstance(decision, Act | Look):
            return
        if isinstance(decision, Act):
            done = tuple(ActionResult(action=action, did="did it") for action in decision.actions)
            history = (*history, done)


def targets(action: Action) -> Iterator[object]:
    for field in fields(action):
        if field.name in ("target", "start", "end", "point"):
            yield getattr(action, field.name)


async def test_it_is_an_engine_that_has_used_nothing_yet(make):
    engine = make()

    assert isinstance(engine, Engine)
    assert isinstance(engine.view, View)
    assert engine.usage.calls == 0
    await engine.close()


async def test_it_works_with_nothing_but_what_its_view_asks_for(make):
    engine = make()

    [(_, first), *_] = [each async for each in turns(engine, CLICK, shop())]

    assert isinstance(first, get_args(Decision))
    await engine.close()


async def test_it_acts_on_nothing_that_it_was_not_shown(make, kind):
    engine = make()
    acted = 0

    async for turn, decision in turns(engine, CLICK, shop()):
        shown = {element.ref for element in turn.observation.elements}
        for action in decision.actions if isinstance(decision, Act) else ():
            acted += 1
            for target in targets(action):
                if isinstance(target, Point):
                    width, height = turn.observation.viewport
                    assert 0 <= target.x <= width
                    assert 0 <= target.y <= height
                else:
                    assert target is None or target in shown
    assert acted or ":" in kind  # ours do act on this page
    await engine.close()


async def test_it_answers_a_complaint_with_a_decision(make):
    engine = make()

    decisions = [each async for _, each in turns(engine, CLICK, shop(), complaint="the output lacks /price")]

    assert isinstance(decisions[-1], Finish | GiveUp | AskUser)
    await engine.close()


async def test_it_survives_an_empty_page(make):
    engine = make()

    decisions = [each async for _, each in turns(engine, CLICK, EMPTY)]

    assert not any(isinstance(each, Finish) for each in decisions)
    await engine.close()


async def test_it_gives_up_on_what_cannot_be_done_and_says_why(make):
    engine = make()

    *_, last = [each async for _, each in turns(engine, HOPELESS, EMPTY)]

    assert isinstance(last, GiveUp | AskUser)
    assert last.reason if isinstance(last, GiveUp) else last.text
    await engine.close()


async def test_two_of_them_share_nothing(make):
    alone, one, other = make(), make(), make()
    [(_, expected), *_] = [each async for each in turns(alone, CLICK, shop())]
    [each async for each in turns(one, HOPELESS, EMPTY)]

    [(_, first), *_] = [each async for each in turns(other, CLICK, shop())]

    assert first == expected
    for engine in (alone, one, other):
        await engine.close()


async def test_it_gives_an_opinion_on_any_evidence(make):
    for page in (shop(), EMPTY):
        engine = make()
        evidence = Evidence(
            finish=Finish(output={"price": 25}), before=page, after=as_asked(page, engine.view)
        )

        verdict = await engine.judge(CLICK, evidence)

        assert isinstance(verdict, Verdict)
        assert verdict.met or verdict.reason
        await engine.close()


async def test_it_can_be_closed_without_having_been_used(make):
    await make().close()
