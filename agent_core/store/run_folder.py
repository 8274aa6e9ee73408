"""A run's folder: the source of truth about it, readable at every moment, also after a kill.

request.json    what was asked for (secrets masked), when, and by which process; after a kill also for how
                long nobody went on with it
steps.jsonl     one `StepRecord` a line, appended as each step ends
acts.jsonl      of a run that may go on after a kill: each act, before it is done and after
screenshots/    the page after each step, and before the first act
downloads/      what the run downloaded
recording.mp4, network.har, trace.zip   only where they were asked for
script.json     of a completed run: what it did, so that it can be done again
traceback.txt   only where the program itself made a mistake
result.json     the `TaskRun`; only there once the run has ended

The folder and all that is in it can be read by their owner alone.
"""

from __future__ import annotations

import asyncio
import errno
import json
import logging
import os
import secrets
import time
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from pydantic import ValidationError

from agent_core.errors import NoSuchRun
from agent_core.store import private
from agent_core.store.acts_file import NAME as ACTS
from agent_core.store.acts_file import ActsFile
from agent_core.task.run import RunError, StepRecord, TaskRun

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from agent_core.store.acts import ActEntry
    from browser.model.observation import Screenshot
    from browser.redaction.redactor import Redactor

logger = logging.getLogger(__name__)

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32, whose order is that of the numbers: https://www.crockford.com/base32.html"""
LOOKED_AT_S = 0.2
"""Whoever reads a run has its lock for an instant; the process that carries it out, for longer than this."""


def new_id(prefix: str) -> str:
    """A unique id that sorts by the time it was made."""
    microseconds = time.time_ns() // 1000
    return f"{prefix}{_base32(microseconds, 11)}{_base32(secrets.randbits(60), 12)}"


def _base32(number: int, digits: int) -> str:
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(digits)))


class RunFolder:
    """The folder of one run, written by the process that runs it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._steps = private.appending(path / "steps.jsonl")
        self._cut_short = False
        """Whether the last line was not written whole."""
        self._acts: ActsFile | None = None
        self._is_alone = _hold(self._steps)

    @classmethod
    def make(cls, parent: Path, run: TaskRun) -> RunFolder:
        """Make the folder of a run that begins, with what was asked for.

        Raises:
            OSError: It cannot be written there.
        """
        path = parent / run.run_id
        private.make_folder(parent)
        path.mkdir()
        for each in (path / "screenshots", path / "downloads"):
            private.make_folder(each)
        private.make_private(path)
        folder = cls(path)
        _write(path, "request.json", {**run.model_dump(mode="json", include=HEAD), "pid": os.getpid()})
        return folder

    @classmethod
    def take_over(cls, path: Path) -> RunFolder:
        """Go on writing the folder of a run whose process is gone.

        Raises:
            FileNotFoundError: Its acts were not written down.
            OSError: A process has it, the run has ended meanwhile, or it cannot be written there.
        """
        if not (path / ACTS).exists():
            raise FileNotFoundError(path / ACTS)
        folder = cls(path)
        end = time.monotonic() + LOOKED_AT_S
        while not folder._is_alone and time.monotonic() < end:
            time.sleep(0.01)
            folder._is_alone = _hold(folder._steps)
        if not folder._is_alone or (path / "result.json").exists():
            folder._steps.close()
            raise OSError("another process goes on with it" if not folder._is_alone else "it has ended")
        folder._cut_short = True  # the kill may have cut the last line
        folder.begin_acts()
        return folder

    def note_gap(self, seconds: float) -> None:
        """Write down for how long nobody carried the run out; from now on somebody does.

        Raises:
            OSError: It cannot be written.
        """
        head = json.loads((self.path / "request.json").read_text("utf-8"))
        gaps_s = seconds_nobody_ran(self.path) + seconds
        _write(self.path, "request.json", {**head, "pid": os.getpid(), GAPS: gaps_s})
        os.utime(self.path / "steps.jsonl")

    def begin_acts(self) -> None:
        """Keep the run's acts from now on."""
        self._acts = ActsFile(self.path)

    @property
    def keeps_acts(self) -> bool:
        """Whether acts are written down."""
        return self._acts is not None

    def note_act(self, entry: ActEntry) -> None:
        """Write down an act; where that fails, acts are not kept any more.

        Raises:
            OSError: It cannot be written.
        """
        acts, self._acts = self._acts, None
        if acts is not None:
            acts.append(entry)
            self._acts = acts

    @property
    def downloads(self) -> Path:
        """Where downloaded files go."""
        return self.path / "downloads"

    def append(self, step: StepRecord) -> None:
        """Add a step; it is on its way to the disk when this returns."""
        line = ("\n" if self._cut_short else "").encode() + step.model_dump_json().encode() + b"\n"
        self._cut_short = True
        if self._steps.write(line) != len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path / "steps.jsonl"))
        self._cut_short = False

    async def keep(self, number: int, picture: Screenshot, below: int = 0, *, before: bool = False) -> str:
        """Keep the picture of a step; its path relative to the folder.

        Args:
            below: Which further picture below the viewport it is, from 1; 0: the viewport's.
            before: Whether it shows the page as it was before the step acted, not after.
        """
        kind = "jpg" if picture.media_type == "image/jpeg" else "png"
        which = "-before" if before else f"-{below}" if below else ""
        name = f"screenshots/{number:04d}{which}.{kind}"
        await asyncio.to_thread(private.write, self.path / name, picture.data)
        return name

    def finish(self, run: TaskRun) -> None:
        """Write the result. It appears whole or not at all."""
        write_result(self.path, run)

    def close(self) -> None:
        """Write no more."""
        self._steps.close()
        if self._acts is not None:
            self._acts.close()
        private.make_private(self.path)

    def keep_traceback(self, error: BaseException, mask: Redactor | None = None) -> str:
        """Write the masked traceback of an unexpected error; returns the file's path."""
        path = self.path / "traceback.txt"
        told = "".join(traceback.format_exception(error))
        private.write(path, mask.text(told) if mask else told)
        return str(path)


def write_result(path: Path, run: TaskRun) -> None:
    """Write the result of the run whose folder this is, in place of what stood there before."""
    _write(path, "result.json", run.model_dump(mode="json"))


def _write(path: Path, name: str, content: dict[str, Any]) -> None:
    private.write(path / name, json.dumps(content, ensure_ascii=False, indent=1) + "\n")


HEAD = {
    *("run_id", "run_type", "created_at", "queued_at", "started_at", "run_request", "warnings"),
    *("browser_session_id", "browser_profile_id", "max_screenshot_scrolls"),
}
"""What of a `TaskRun` is known when it begins."""
GAPS = "seconds_nobody_ran"
"""In request.json: for how long no process carried the run out, after each kill until it went on."""


def _hold(file: IO[bytes]) -> bool:
    """Lock the file for as long as this process lives, so that others see that the run does; returns whether
    this process certainly is the only one that has it."""
    if fcntl is not None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except OSError as error:  # not every file system has locks
            logger.debug("%s cannot be locked: %s", file.name, error)
    return False


def is_held(path: Path) -> bool:
    """Whether the process that writes this file is alive; False where the system cannot tell."""
    if fcntl is None or not path.exists():
        return False
    with path.open("r") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
    return False


def load_folder(path: Path) -> TaskRun:
    """Read a run from its folder.

    One that still goes on reads as `running` (but on Windows). One that was cut off, by a kill or a
    crash, reads as `failed` with `INTERRUPTED`, with all the steps that had ended.

    Raises:
        NoSuchRun: The folder is not there, or is not that of a run.
    """
    try:
        return TaskRun.model_validate_json((path / "result.json").read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        run = _unfinished(path)
        # One that has ended in between is not held any more, and was not cut off.
        return load_folder(path) if run.final and (path / "result.json").exists() else run
    except ValidationError as error:
        raise NoSuchRun(f"{path / 'result.json'} is not the result of a run") from error


def _unfinished(path: Path) -> TaskRun:
    try:
        head = json.loads((path / "request.json").read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise NoSuchRun(f"there is no run in {path}") from error
    goes_on = is_held(path / "steps.jsonl")
    steps = list(_steps(path / "steps.jsonl"))
    known = {
        **{key: head.get(key) for key in HEAD},
        "modified_at": _last_touched(path),
        "steps": steps,
        "step_count": len(steps),
        "screenshot_urls": screenshot_urls(path, steps),
        "folder": str(path),
    }
    why = "the process that ran it ended before the run did"
    errors = [RunError(error_code="INTERRUPTED", reasoning=why)]
    cut_off = {"status": "failed", "failure_reason": why, "errors": errors}
    try:
        return TaskRun.model_validate({**known, **({"status": "running"} if goes_on else cut_off)})
    except ValidationError as error:
        raise NoSuchRun(f"{path / 'request.json'} is not what a run was asked for") from error


def seconds_nobody_ran(path: Path) -> float:
    """For how long no process carried a run out, from each kill after which it went on until it did."""
    return float(json.loads((path / "request.json").read_text("utf-8")).get(GAPS, 0.0))


def _steps(path: Path) -> Iterator[StepRecord]:
    """The steps that were written whole; a kill, or a full disk, may have cut lines."""
    text = path.read_text("utf-8", errors="replace") if path.exists() else ""
    for line in filter(None, text.split("\n")):  # texts in it may hold other characters that end lines
        try:
            yield StepRecord.model_validate_json(line)
        except ValidationError:
            logger.debug("%s: a line that is no whole step is left out", path)


def _last_touched(path: Path) -> datetime:
    """When it was written last what the run did; for one that did nothing, when it was asked for."""
    done = [each for name in ("steps.jsonl", ACTS) if (each := path / name).exists()]
    return datetime.fromtimestamp(max(each.stat().st_mtime for each in done or [path / "request.json"]), UTC)


def screenshot_urls(path: Path, steps: list[StepRecord]) -> list[str]:
    """The last ten pictures as `file://` URIs, those of the newest step first, each from top to bottom."""
    kept = [(step.screenshot, *step.further_screenshots) for step in reversed(steps) if step.screenshot]
    names = [name for pictures in kept for name in pictures]
    return [(path.absolute() / name).as_uri() for name in names[:10]]
