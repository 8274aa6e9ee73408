"""What a run leaves for the next time: its script in its folder, and in the store where that is asked for."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pydantic import ValidationError

from agent_core.loop.parties import Page
from agent_core.loop.progress import Progress
from agent_core.replay.format import Script
from agent_core.replay.playing.checkpoint import PatientPage
from agent_core.replay.recorder import Recorder
from agent_core.runner.preparing.prepared import Decider
from agent_core.store.scripts import Scripts, name_from, write
from agent_core.task.request import TaskRequest
from agent_core.task.run import ScriptRun, StepRecord, TaskRun
from browser.model.errors import BrowserError
from browser.model.observation import Observation, View
from browser.model.text import well_formed
from engines.protocol import Engine, Goal

if TYPE_CHECKING:
    from agent_core.replay.playing.player import Replay
    from browser.redaction.redactor import Redactor
    from browser.session import Session

logger = logging.getLogger(__name__)

LAST_LOOK_S = 10.0


class Recording:
    """Watches one run, and writes down at its end what it did."""

    def __init__(
        self,
        request: TaskRequest,
        decider: Decider,
        scripts: Scripts,
        engine: Engine,
        session: Session,
        goal: Goal,
    ) -> None:
        """Begin to watch.

        Args:
            request: What was asked for.
            decider: Who decides; also which recording is done again.
            scripts: Where recordings and workflows are kept.
            engine: The engine that was made of it.
            session: Where the run works.
            goal: What the engine pursues.
        """
        self._request, self._decider, self._scripts = request, decider, scripts
        self._session, self._goal = session, goal
        self._replay = cast("Replay", engine) if decider.replay is not None else None
        self._recorder = Recorder(page=session, everything=session.elements)
        self._end: Observation | None = None
        if self._replay is not None:
            self._replay.mend_with(self._recorder)

    @property
    def page(self) -> Page:
        """The page that the loop works on."""
        return PatientPage(self._recorder, self._replay) if self._replay is not None else self._recorder

    def worth_a_picture(self, step: StepRecord) -> bool:
        """Whether to keep a picture: in a replay, of the last step and of steps unlike the recording."""
        return self._replay is None or step.decision != "act" or not self._replay.goes_well

    async def look_last(self) -> None:
        """See the whole page on which a run ended well, as rules need it that may read the output again."""
        try:
            async with asyncio.timeout(LAST_LOOK_S):
                whole = View(budget_tokens=None, appearance=True, structured=True)
                self._end = await self._session.observe(whole)
        except (BrowserError, TimeoutError) as error:
            logger.info("the page on which the run ended could not be seen: %r", error)

    def keep(self, run: TaskRun, progress: Progress, folder: Path | None, mask: Redactor) -> list[str]:
        """Write the script down; what the caller should know about it."""
        self._say_how_it_went(run)
        if run.status != "completed" or self._end is None:
            return []
        # Pages are masked as they are seen; this is for what no page has shown.
        try:
            plain = self._script(run, progress, self._end).model_dump(mode="json")
            script = Script.model_validate(well_formed(mask.json(plain)))
            if folder is not None:
                write(folder / "script.json", script)
            return self._store(script)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]["msg"]
            return [f"what was done cannot be written down as a script: {mask.text(first)}"]
        except OSError as error:
            return [f"the run's script could not be kept: {error}"]

    def _say_how_it_went(self, run: TaskRun) -> None:
        if self._request.run_with != "code":
            return
        report = self._replay.report if self._replay else None
        run.script_run = ScriptRun(
            ai_fallback_triggered=bool(report and report.fallbacks),
            script_id=self._decider.replay.script.id or None if self._decider.replay else None,
            replayed=report is not None,
            healed=report.healed if report else [],
            worked_out=report.worked_out if report else [],
            fallbacks=report.fallbacks if report else [],
        )

    def _script(self, run: TaskRun, progress: Progress, end: Observation) -> Script:
        # Only a run that ended well is written down.
        from agent_core.replay.build import mended, script_of

        if self._replay is None:
            script = script_of(run, self._goal, self._recorder, progress, end)
            return script.model_copy(update={"engine": self._decider.name})
        return mended(self._replay.script, self._replay.report)

    def _store(self, script: Script) -> list[str]:
        """Store the script under its task, and as a workflow where that is asked for."""
        replay = self._decider.replay
        if replay is not None and script.mended != replay.script.mended:
            write(replay.path, script)
        if replay is None and self._request.run_with == "code":
            self._scripts.keep(script)
        if not self._request.publish_workflow:
            return []
        named = self._scripts.publish(script, name_from(script.title or script.prompt))
        return [f"published as the workflow {named.name!r}: agent-core workflows show {named.name}"]
