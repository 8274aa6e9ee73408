"""The runs that were kept: list them, delete one."""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from agent_core.config import Settings
from agent_core.errors import BadRequest, NoSuchRun
from agent_core.runner.preparing.resolve import load_run, run_folder_of, runs_folder
from agent_core.task.run import Status, TaskRun

logger = logging.getLogger(__name__)


def list_runs(
    *,
    limit: int | None = 20,
    status: Status | None = None,
    containing: str = "",
    run_dir: str | Path | None = None,
    settings: Settings | None = None,
) -> list[TaskRun]:
    """List the runs that were kept, the newest first.

    Args:
        limit: How many at most; None: all.
        status: Only those that stand so now.
        containing: Only those whose prompt, title or address holds this text, whatever its case.
        run_dir: The folder that holds the runs' folders; default: the user's data directory.
    """
    folder = Path(run_dir) if run_dir is not None else runs_folder(settings or Settings.from_env())
    found: list[TaskRun] = []
    for run in _newest_first(folder):
        if limit is not None and len(found) >= limit:
            break
        if (status is None or run.status == status) and containing.lower() in _words_of(run):
            found.append(run)
    return found


def delete_run(run: str | Path, *, settings: Settings | None = None) -> TaskRun:
    """Delete a run that has ended: its folder, with its pictures and downloads. Returns what it was.

    Raises:
        NoSuchRun: There is none.
        BadRequest: It still goes on, or its folder cannot be deleted.
    """
    settings = settings or Settings.from_env()
    kept = load_run(run, settings)
    if not kept.final:
        raise BadRequest("run", f"{kept.run_id} still goes on; cancel it first")
    folder = run_folder_of(run, settings)
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise BadRequest("run", f"{folder} cannot be deleted ({error.strerror})") from error
    return kept


def _newest_first(folder: Path) -> Iterator[TaskRun]:
    """The runs of a folder. Their ids sort by time; what is no run is passed over."""
    ids = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    runs = [name for name in ids if re.fullmatch(r"(tsk|wr)_[0-9a-z]+", name)]
    for name in sorted(runs, key=lambda name: name.partition("_")[2], reverse=True):
        try:
            yield load_run(folder / name)
        except (NoSuchRun, OSError) as error:
            logger.info("%s is left out of the list: %s", folder / name, error)


def _words_of(run: TaskRun) -> str:
    request = run.run_request or {}
    return "\n".join(str(request.get(field) or "") for field in ("prompt", "title", "url")).lower()
