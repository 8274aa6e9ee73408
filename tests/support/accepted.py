"""What the loop says to an output that was read: whether it is accepted at once, as standing on the page."""

from __future__ import annotations

from agent_core.loop.budget import Budget
from agent_core.loop.loop import pursue
from agent_core.loop.progress import Progress
from agent_core.testing import FakePage, Scripted
from browser.model.observation import Observation
from engines.extraction import Extraction
from engines.output_spec import OutputSpec, Schema
from engines.protocol import Finish, Goal


async def complaint_about(got: Extraction, schema: Schema, wish: str, page: Observation) -> str:
    """Why the loop sends the output back; "" where it is accepted as it is."""
    engine = Scripted([Finish(output=got.output, sources=got.sources)])
    progress = Progress()
    goal = Goal(text=wish, output=OutputSpec(schema=schema))

    await pursue(goal, FakePage(page), engine, Budget(3), progress=progress)

    if len(engine.turns) > 1:
        return engine.turns[1].complaint
    return "" if progress.output == got.output else f"the output became {progress.output}"
