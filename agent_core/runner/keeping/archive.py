"""What a run leaves on the disk. What cannot be kept is a warning, and never the end of the run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from agent_core.runner.endings import guarded
from agent_core.store.run_folder import RunFolder
from agent_core.task.run import StepRecord, TaskRun

if TYPE_CHECKING:
    from agent_core.store.acts import ActEntry
    from browser.model.observation import Screenshot
    from browser.redaction.redactor import Redactor


class Archive:
    """The folder of one run, guarded: a full disk, or whatever else a file system does, ends no run."""

    def __init__(self, parent: Path, warn: Callable[[str], None], folder: RunFolder | None = None) -> None:
        """Nothing is made yet.

        Args:
            parent: Where the run's own folder is made.
            warn: Hears of what could not be kept.
            folder: The run's folder where it is there already; None: it begins.
        """
        self._parent, self._warn = parent, warn
        self._folder = folder

    @property
    def path(self) -> Path | None:
        """The run's folder; None: it could not be made, or is not made yet."""
        return self._folder.path if self._folder else None

    def begin(self, run: TaskRun) -> None:
        """Make the folder, unless it is there."""
        if self._folder is None:
            with guarded("the run's folder could not be kept", self._warn):
                self._folder = RunFolder.make(self._parent, run)
                run.folder = str(self._folder.path)
                if (run.run_request or {}).get("resumable"):
                    self._folder.begin_acts()

    @property
    def keeps_acts(self) -> bool:
        """Whether acts are written down."""
        return self._folder is not None and self._folder.keeps_acts

    def note_act(self, entry: ActEntry) -> None:
        """Write down an act, before or after it; where that fails, the run cannot go on after a kill."""
        if self._folder is not None:
            with guarded("acts.jsonl could not be kept, so that the run is not resumable", self._warn):
                self._folder.note_act(entry)

    def append(self, step: StepRecord) -> None:
        """Write a step to the run folder."""
        if self._folder is not None:
            with guarded("steps.jsonl could not be kept", self._warn):
                self._folder.append(step)

    async def keep_before(self, step: StepRecord, pictures: Sequence[Screenshot]) -> str | None:
        """Keep the first picture, of the page that the step acts on; its file, None where there is none."""
        if self._folder is not None and pictures:
            with guarded("a step's picture could not be kept", self._warn):
                return await self._folder.keep(step.number, pictures[0], before=True)
        return None

    async def keep_pictures(self, step: StepRecord, pictures: Sequence[Screenshot]) -> None:
        """Keep the pictures of a step, from top to bottom, and note them in its record."""
        if self._folder is None:
            return
        with guarded("a step's picture could not be kept", self._warn):
            for below, picture in enumerate(pictures):
                name = await self._folder.keep(step.number, picture, below)
                if below:
                    step.further_screenshots.append(name)
                else:
                    step.screenshot = name

    def keep_traceback(self, error: BaseException, mask: Redactor) -> str:
        """Write the traceback of an unexpected error; returns the file's path, "" if that failed."""
        if self._folder is not None:
            with guarded("traceback.txt could not be kept", self._warn):
                return self._folder.keep_traceback(error, mask)
        return ""

    def finish(self, run: TaskRun) -> None:
        """Write the result to the run folder."""
        if self._folder is not None:
            with guarded("result.json could not be kept", self._warn):
                self._folder.finish(run)

    def close(self) -> None:
        """Close the files of the run folder."""
        if self._folder is not None:
            with guarded("steps.jsonl could not be kept", self._warn):
                self._folder.close()
