"""The loop: look, let the engine decide, do it, see what came of it, until done or out of budget.

Nothing here knows an engine's name, opens a browser or writes a file.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import assert_never

from agent_core.loop.budget import Budget
from agent_core.loop.control import PageControl
from agent_core.loop.course import Course
from agent_core.loop.events import StepEnded, StepStarted
from agent_core.loop.parties import Audience, Page
from agent_core.loop.progress import Ending, Failure, Progress
from agent_core.loop.step import Step
from engines.protocol import Act, AskUser, Engine, Finish, GiveUp, Goal, Look


async def pursue(
    goal: Goal,
    page: Page,
    engine: Engine,
    budget: Budget,
    audience: Audience | None = None,
    *,
    full_history: bool = False,
    progress: Progress | None = None,
    control: PageControl | None = None,
) -> Ending:
    """Let the engine work on the goal until it is done, gives up, or the budget is used up.

    Args:
        full_history: The completion check sees every page, not only the first and the last.
        progress: Filled as the pursuit goes on.
        control: Who may use the page; None: nobody takes it over.
    """
    course = Course(
        goal,
        page,
        engine,
        budget,
        audience or Audience(),
        progress or Progress(),
        full_history,
        control or PageControl(),
    )
    while await course.may_step():
        async with _step_of(course) as step:
            match await step.decide():
                case Act() as decision:
                    await step.act(decision)
                    if course.repetition.stuck:
                        return Failure(code="STUCK", message=f"tried again and again: {step.tried}")
                case AskUser(kind=kind, text=text) as question:
                    if not await step.ask(question):
                        return Failure(code="NEEDS_USER", message=f"a person is needed ({kind}): {text}")
                case Look() | GiveUp() | Finish() if step.overtaken():
                    step.excuse()
                case Look(requests=requests):
                    await step.look(requests)
                case GiveUp() as decision:
                    return course.gave_up(decision)
                case Finish() as decision:
                    if await step.accept(decision):
                        return decision
                    if (failure := course.no_more_complaints()) is not None:
                        return failure
                case never:
                    assert_never(never)
    return course.out_of_budget()


@asynccontextmanager
async def _step_of(course: Course) -> AsyncIterator[Step]:
    """One step, told of at its beginning and its end, however it ends."""
    step = Step(course, course.budget.steps_used)
    course.audience.tell(StepStarted(number=step.record.number))
    try:
        yield step
        with step.timed("picture"):
            await course.audience.picture(step.record)
    finally:
        course.budget.note(course.engine.usage)
        course.keep_gathered()
        step.record.complaint = course.complaint
        course.audience.tell(StepEnded(step=step.record))
