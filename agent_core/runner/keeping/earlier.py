"""What a run had done before its process was killed, read from its folder by the process that goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from agent_core.errors import BadRequest
from agent_core.store.acts import ActEntry, read_acts
from agent_core.store.acts_file import NAME
from agent_core.store.run_folder import RunFolder, load_folder, seconds_nobody_ran
from agent_core.task.run import StepRecord, TaskRun
from engines.protocol import Usage

CUT_OFF = "the process that ran it was killed in this step"
UNKNOWN = "it was begun, and what came of it is not known"


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierPart:
    """The part of a run that came before its interruption."""

    run: TaskRun
    """As its folder has it, with a record of the step that was cut off."""
    folder: RunFolder
    """Locked and open, to be written on."""
    acts: tuple[ActEntry, ...]
    """What it did, oldest first; the last one may have only begun."""

    @classmethod
    def of(cls, path: Path) -> EarlierPart:
        """Take a run's folder over, and read it.

        Raises:
            BadRequest: Another process has it, or the run does not go on.
        """
        try:
            folder = RunFolder.take_over(path)
        except FileNotFoundError as error:
            why = f"there is no {NAME} in its folder, so that nobody knows what it did"
            raise BadRequest("run", f"{path.name} cannot go on: {why}") from error
        except OSError as error:
            raise BadRequest("run", f"{path.name} cannot go on: {error}") from error
        acts, kept = read_acts(path), load_folder(path)  # no other process writes to it any more
        steps = [*kept.steps, *_cut_off(acts, kept.steps)]
        try:
            folder.note_gap(max(0.0, (datetime.now(UTC) - kept.modified_at).total_seconds()))
            for step in steps[len(kept.steps) :]:
                folder.append(step)
        except OSError as error:
            folder.close()  # else it would seem to go on for as long as this process lives
            raise BadRequest("run", f"{path.name} cannot go on: {error}") from error
        run = kept.model_copy(
            update={
                "steps": steps,
                "status": "queued",
                "errors": None,
                "failure_reason": None,
                "modified_at": datetime.now(UTC),
                "folder": str(path),
            }
        )
        return cls(run=run, folder=folder, acts=acts)

    @property
    def steps(self) -> int:
        """How many steps had begun, as far as that is known."""
        return max((step.number for step in self.run.steps), default=0)

    @property
    def usage(self) -> Usage:
        """What was used of models, as far as that was written down."""
        return self.acts[-1].usage if self.acts else Usage()

    @property
    def most_asked(self) -> int:
        """At least as many questions as it may have asked, since nobody asks one a second: who answers one of
        them now is not to be taken for one who answers the next."""
        return max(0, int((datetime.now(UTC) - self.run.created_at).total_seconds()))

    @property
    def first_url(self) -> str:
        """The page on which its first act was decided; "" where there was no act."""
        return self.acts[0].url if self.acts else ""


def seconds_of(kept: TaskRun, path: Path) -> float:
    """For how long a run went on that was cut off; the time from a kill until it went on does not count."""
    whole_s = (kept.modified_at - (kept.started_at or kept.modified_at)).total_seconds()
    return max(0.0, whole_s - seconds_nobody_ran(path))


def _cut_off(acts: tuple[ActEntry, ...], steps: list[StepRecord]) -> list[StepRecord]:
    """The record of the step in which the process was killed; none where no act of it had begun."""
    ended = {step.number for step in steps}
    open_now = [entry for entry in acts if entry.step not in ended]
    if not open_now:
        return []
    did = [
        entry.act if entry.over else entry.act.model_copy(update={"problem": UNKNOWN}) for entry in open_now
    ]
    last = open_now[-1]
    return [StepRecord(number=last.step, url=last.url, decision="act", actions=did, complaint=CUT_OFF)]
