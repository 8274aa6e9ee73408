"""What is here of a run whose worker is gone: enough to go on with it, its end, or nothing."""

from __future__ import annotations

import logging
from typing import Literal

from agent_core import NoSuchRun, Settings, TaskRun, load_run
from agent_core.faces.server.queue.job import TakenJob
from agent_core.faces.server.queue.taking import ended

logger = logging.getLogger(__name__)

WAITS_S = 600.0
"""For how long after the end of its lease a run that may go on waits for a worker of its machine, seconds."""


def cut_off_here(run_id: str, settings: Settings) -> Literal["here", "ended", "elsewhere"]:
    """Where a run stands that was left behind.

    Returns:
        `here`: its folder is on this machine, and its process is gone. `ended`: its folder has its result.
        `elsewhere`: this machine knows nothing of it, or its process is still there and does not show it.
    """
    try:
        kept = load_run(run_id, settings)
    except (NoSuchRun, OSError) as error:
        logger.info("of %s nothing is kept here: %s", run_id, error)
        return "elsewhere"
    if kept.finished_at is not None:
        return "ended"
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
