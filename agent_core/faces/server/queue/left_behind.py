"""What is here of a run whose worker is gone: enough to go on with it, its end, or nothing."""

from __future__ import annotations

import logging
import secrets
from pathlib import Path
from typing import Literal

from agent_core import NoSuchRun, Settings, TaskRun, load_run
from agent_core.faces.server.kept.sealing import put_whole
from agent_core.faces.server.queue.job import TakenJob
from agent_core.faces.server.queue.taking import ended

logger = logging.getLogger(__name__)

WAITS_S = 600.0
"""For how long after the end of its lease a run that may go on waits for a worker of its machine, seconds."""


PLACE_FILE = "place"


def place_of(folder: Path) -> str:
    """What tells the place where this server keeps files from every other one; "" where that cannot be kept.

    The ids of workers end with it, so that it is known of a worker that is gone whether its runs would have
    left anything here.
    """
    path = folder / PLACE_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            put_whole(path, secrets.token_hex(8) + "\n")
        return path.read_text("ascii").strip()[:16]
    except (OSError, UnicodeError) as error:
        logger.warning("%s can be neither read nor made: %s", path, error)
        return ""


def cut_off_here(job: TakenJob, settings: Settings, place: str) -> Literal["here", "over", "elsewhere"]:
    """Where a run stands that was left behind.

    Returns:
        `here`: its folder is on this machine, and its process is gone. `over`: its folder has its result; or
        its worker worked here, and was gone before the run had a folder. `elsewhere`: this machine knows
        nothing of it, or its process is still there and does not show it.
    """
    try:
        kept = load_run(job.run_id, settings)
    except NoSuchRun as error:
        logger.info("of %s nothing is kept here: %s", job.run_id, error)
        return "over" if place and job.left_by.endswith(f"@{place}") else "elsewhere"
    except OSError as error:
        logger.info("what is kept of %s cannot be read: %s", job.run_id, error)
        return "elsewhere"
    if kept.finished_at is not None:
        return "over"
    return "here" if kept.final else "elsewhere"


def as_left(job: TakenJob, settings: Settings, further: str = "") -> TaskRun:
    """How a run that was left behind has ended: with what its folder holds; `further` adds to why."""
    why = f"the worker that ran it ended before the run did{further}"
    try:
        kept = load_run(job.run_id, settings)
    except (NoSuchRun, OSError) as error:
        logger.info("of %s nothing was kept: %s", job.run_id, error)
        return ended(job, "failed", why, "INTERRUPTED")
    if kept.finished_at is not None:
        return kept
    return ended(job, "failed", why, "INTERRUPTED", kept=kept)
