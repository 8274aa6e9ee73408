"""Runs that a test carries on step by step, for pages that watch them."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

from PIL import Image

from agent_core import Settings, TaskRun
from agent_core.faces.server.queue.job import TakenJob
from agent_core.loop.events import Event, StepEnded, StepStarted, UserAsked
from agent_core.task.run import StepRecord
from browser.model.observation import Screenshot
from engines.protocol import AskUser
from tests.support.hostile_run import run_with
from tests.support.task_server import PlayedRun


class WatchedRun(PlayedRun):
    """Does one step, asks a person, and ends with what was answered."""

    def __init__(self, job: TakenJob, folder: Path, text: str) -> None:
        super().__init__(job, None)
        self._folder, self._text = folder, text
        self.answers: list[str] = []

    async def events(self) -> AsyncIterator[Event]:
        yield StepStarted(number=1)
        yield StepEnded(step=self._step())
        yield UserAsked(question=AskUser(kind="confirm", text=self._text), id=1)
        await self._end.wait()

    def answer(self, text: str, to: int | None = None) -> None:
        self.answers.append(text)
        super().answer(text, to)

    def _step(self) -> StepRecord:
        return run_with(self._text, self._folder).steps[0]

    async def picture(self) -> Screenshot:
        kept = io.BytesIO()
        Image.new("RGB", (320, 180), "navy").save(kept, "PNG")
        return Screenshot(data=kept.getvalue(), width_px=320, height_px=180)

    async def result(self) -> TaskRun:
        ended = await super().result()
        told = run_with(self._text, self._folder).model_dump() | {
            "run_id": self.job.run_id,
            "status": "canceled" if ended.status == "canceled" else "completed",
            "output": {"answer": self.answers},
            "finished_at": ended.finished_at,
        }
        return TaskRun.model_validate(told)


class Watched:
    """Starts watched runs, each with its files in a folder of its own; they say what they were asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, job: TakenJob, settings: Settings) -> WatchedRun:
        folder = self._folder / job.run_id
        folder.mkdir(parents=True)
        (folder / "downloads").mkdir()
        (folder / "downloads/page.html").write_text("<script>window.ran=1</script>")
        return WatchedRun(job, folder, job.sealed.request["prompt"])
