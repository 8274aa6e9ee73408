"""Putting runs into the queue: those that come at the same time are written in one transaction."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, insert, select

from agent_core.faces.server.database.opening import Database
from agent_core.faces.server.database.tables import NeedRow, RunRow
from agent_core.faces.server.errors import TooMany
from agent_core.faces.server.kept.sealing import Seal
from agent_core.faces.server.queue.job import FORMAT, NewJob


class Intake:
    """Writes new runs in the order in which they come. One transaction costs a wait for the disk, and no more
    for fifty runs than for one."""

    def __init__(self, database: Database, seal: Seal, most_queued_per_key: int) -> None:
        self._database, self._seal, self._most = database, seal, most_queued_per_key
        self._waiting: list[tuple[NewJob, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def put(self, job: NewJob) -> None:
        """Queue a run; when this returns, it is on the disk.

        Raises:
            TooMany: Its key has as many waiting as it may have.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((job, done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        await done

    async def _write_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                refused = await asyncio.to_thread(self._write, [job for job, _ in batch])
            except Exception as error:  # noqa: BLE001  each of those who wait hears of it
                for _, done in batch:
                    if not done.done():
                        done.set_exception(error)
                continue
            for job, done in batch:
                if done.done():  # its caller has gone; it is queued all the same
                    continue
                if job.run_id in refused:
                    said = f"{self._most} runs of this key wait already; wait until some have ended"
                    done.set_exception(TooMany(said))
                else:
                    done.set_result(None)

    def _write(self, jobs: Sequence[NewJob]) -> set[str]:
        """Write them; returns the ids of those whose key has too many."""
        with self._database.writing() as connection:
            chosen = select(RunRow.key_id, func.count()).where(
                RunRow.status == "queued", RunRow.key_id.in_({job.key_id for job in jobs})
            )
            waiting = Counter(dict(connection.execute(chosen.group_by(RunRow.key_id)).all()))
            taken, refused = [], set()
            for job in jobs:
                waiting[job.key_id] += 1
                if waiting[job.key_id] > self._most:
                    refused.add(job.run_id)
                else:
                    taken.append(job)
            if taken:
                connection.execute(insert(RunRow), [self._row(job) for job in taken])
            needs = [
                {"run_id": job.run_id, "name": _kept(name), "held": False}
                for job in taken
                for name in job.needs
            ]
            if needs:
                connection.execute(insert(NeedRow), needs)
        return refused

    def _row(self, job: NewJob) -> dict[str, Any]:
        return {
            "run_id": job.run_id,
            "kind": job.kind,
            "format": FORMAT,
            "key_id": job.key_id,
            "user_agent": job.user_agent[:200],
            "priority": job.priority,
            "status": "queued",
            "run_type": job.run_type,
            "title": _kept(job.title),
            "prompt": _kept(job.prompt),
            "asked": job.asked,
            "sealed": self._seal.closed(job.sealed.as_json()),
            "created_at": job.created_at,
            "modified_at": job.created_at,
            "worker_id": "",
            "lease_until": 0.0,
            "cancel_asked": False,
            "webhook": "",
        }


def _kept(text: str) -> str:
    """The text as PostgreSQL can keep it, which has no character 0."""
    return text.replace("\0", "")
