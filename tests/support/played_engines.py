"""Engines for the command line to load by `--engine played_engines:NAME`."""

from __future__ import annotations

import asyncio

from agent_core.testing import Scripted
from browser.model.actions import Press, Wait
from engines.protocol import Act, AskUser, Decision, EngineOptions, Finish, GiveUp, Turn


def finishes(options: EngineOptions) -> Scripted:
    """Is done at once."""
    return Scripted([Act(actions=(Press(keys="End"),)), Finish(output={"done": True, "of": "Ünïcode"})])


def fails(options: EngineOptions) -> Scripted:
    """Gives up."""
    return Scripted([GiveUp(reason="the door is locked")])


def terminates(options: EngineOptions) -> Scripted:
    """Says that it cannot be done."""
    return Scripted([GiveUp(reason="the shop is closed", impossible=True)])


def asks(options: EngineOptions) -> Scripted:
    """Needs a person, and repeats what the person said."""
    return Scripted(
        [AskUser(kind="question", text="Which one?"), lambda turn: Finish(output={"said": turn.answer})]
    )


def waits(options: EngineOptions) -> Scripted:
    """Waits in the page for longer than anybody watches."""
    return Scripted([Act(actions=(Wait(seconds=60),))])


def thinks(options: EngineOptions) -> Scripted:
    """Never comes to a decision."""

    async def forever(turn: Turn) -> Decision:
        await asyncio.sleep(3600)
        raise AssertionError("nobody waits that long")

    return Scripted([forever])
