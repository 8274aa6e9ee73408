"""Letting the engine work on a page of ours, from its first look to its last decision."""

from __future__ import annotations

from browser.model.results import ActionResult
from browser.session import Session
from engines.output_spec import OutputSpec, Schema
from engines.protocol import Act, Decision, EngineOptions, GiveUp, Goal, Turn
from engines.rules import create


async def play(
    session: Session, url: str, prompt: str, *, steps: int = 15, schema: Schema | None = None
) -> Decision:
    """Let the engine work on a page until it ends; the last decision."""
    engine = create(EngineOptions())
    goal = Goal(text=prompt, url=url, output=OutputSpec(schema=schema))
    history: tuple[tuple[ActionResult, ...], ...] = ()
    await session.goto(url)
    for left in range(steps, 0, -1):
        seen = await session.observe(engine.view)
        decision = await engine.decide(Turn(goal=goal, observation=seen, history=history, steps_left=left))
        if not isinstance(decision, Act):
            return decision
        results: list[ActionResult] = []
        for action in decision.actions:
            results.append(await session.perform(action))
            if results[-1].problem or results[-1].navigated:
                break
        history += (tuple(results),)
    return GiveUp(reason="out of steps")


async def shown(session: Session) -> str:
    """The text of the page as it is now."""
    return (await session.observe(create(EngineOptions()).view)).text
