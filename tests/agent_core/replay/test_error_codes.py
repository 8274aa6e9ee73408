"""A replay that fails is described by the caller's error codes, as any other run."""

from __future__ import annotations

from agent_core.replay.format import Script
from agent_core.replay.playing.healing import Agent
from agent_core.replay.playing.player import Replay
from agent_core.testing import Scripted
from engines.protocol import CodeChooser, EngineOptions, Goal
from engines.rules.engine import EmbeddedEngine

CODES = {"sold_out": "The article is sold out", "login": "Wrong password"}
GOAL = Goal(text="Order it", error_codes=CODES)


async def test_the_engine_of_the_task_chooses_them():
    replay = Replay(
        Script(prompt="Order it"), {}, Agent(make=lambda: EmbeddedEngine(EngineOptions()), reads_prose=False)
    )

    assert isinstance(replay, CodeChooser)
    assert await replay.choose_codes(GOAL, "step 1: the article is sold out", None) == ("sold_out",)


async def test_an_engine_that_cannot_choose_names_none_and_is_closed_with_the_replay():
    engine = Scripted([])
    replay = Replay(Script(prompt="Order it"), {}, Agent(make=lambda: engine, reads_prose=True))

    assert await replay.choose_codes(GOAL, "sold out", None) == ()
    await replay.close()
    assert engine.closed
