"""Runs whose worker was killed, and browser sessions whose host needs no browser."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from agent_core import TaskRun
from agent_core.faces.server.app import open_services
from agent_core.faces.server.queue.taking import Queue
from agent_core.store.sessions import BrowserSessionInfo, SessionFolders
from tests.support.task_server import settings_in


def taken_by_one_that_is_gone(folder: Path, worker_id: str = "gone") -> str:
    """The id of a waiting run that was taken by a worker which then was killed."""
    services = open_services(settings_in(folder))
    try:
        job = Queue(services.database, services.seal, worker_id, lease_s=0.0, per_key=0).take()
        assert job is not None
        return job.run_id
    finally:
        services.database.close()


def begun_in(folder: Path, run_id: str, asked: dict[str, Any]) -> TaskRun:
    """A run as its folder has it when it begins."""
    now = datetime.now(UTC)
    return TaskRun(
        run_id=run_id,
        status="running",
        run_type="task_v1",
        created_at=now,
        modified_at=now,
        started_at=now,
        run_request=asked,
        folder=str(folder / "runs" / run_id),
    )


@contextmanager
def kept_session(home: Path) -> Iterator[str]:
    """The id of a session that lives for as long as this does, as far as its folder says."""
    session_id, folder = SessionFolders(home / "sessions").make()
    now = datetime.now(UTC)
    info = BrowserSessionInfo(
        browser_session_id=session_id,
        created_at=now,
        ends_at=now + timedelta(minutes=60),
        timeout_minutes=60,
        browser_address="ws://127.0.0.1:9/nobody",
    )
    (folder / "session.json").write_text(info.model_dump_json())
    # `browser_address` is not shown, but kept.
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield session_id
