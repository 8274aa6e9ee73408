"""The task API served for tests: a real server on loopback, and runs that need no browser."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from httpx2 import Client
from pydantic import SecretStr

from agent_core import Settings, TaskRun
from agent_core.faces.server.admission.keys import ApiKeys
from agent_core.faces.server.app import create_app
from agent_core.faces.server.database.opening import open_database
from agent_core.faces.server.queue.job import TakenJob
from agent_core.faces.server.queue.starting import Starter
from agent_core.faces.server.serving import listening_at
from agent_core.faces.server.settings import ServerSettings
from agent_core.loop.events import Event, UserAsked
from engines.protocol import AskUser


class PlayedRun:
    """A run without a browser: it waits for a while, or until it is let go, and is completed."""

    def __init__(self, job: TakenJob, takes_s: float | None) -> None:
        self.job = job
        self._end: asyncio.Event = asyncio.Event()
        self._status, self._why = "completed", ""
        self._answer = ""
        self._takes_s = takes_s

    async def events(self) -> AsyncIterator[Event]:
        """It asks a person where its prompt is a question."""
        prompt = str(self.job.sealed.request.get("prompt"))
        if prompt.endswith("?"):
            yield UserAsked(question=AskUser(kind="confirm", text=prompt), id=1)

    def cancel(self, *, interrupted: str = "") -> None:
        self._status, self._why = (
            "failed" if interrupted else "canceled",
            interrupted or "canceled by the caller",
        )
        self._end.set()

    def answer(self, text: str, to: int | None = None) -> None:
        self._answer = text
        self._end.set()

    async def result(self) -> TaskRun:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._end.wait(), self._takes_s)
        now = datetime.now(UTC)
        return TaskRun(
            run_id=self.job.run_id,
            status=self._status,
            failure_reason=self._why or None,
            run_type=self.job.run_type,
            created_at=self.job.created_at,
            modified_at=now,
            finished_at=now,
            run_request=self.job.asked,
            output={"prompt": self.job.sealed.request.get("prompt")}
            | ({"answer": self._answer} if self._answer else {}),
        )


@dataclass
class Player:
    """Starts played runs, and remembers them in the order in which they began."""

    takes_s: float | None = 0.0
    """Seconds; None: until they are answered or canceled."""
    begun: list[TakenJob] = field(default_factory=list)
    settings: list[Settings] = field(default_factory=list)
    kind: type[PlayedRun] = PlayedRun

    def __call__(self, job: TakenJob, settings: Settings) -> PlayedRun:
        self.begun.append(job)
        self.settings.append(settings)
        return self.kind(job, self.takes_s)

    @property
    def prompts(self) -> list[Any]:
        return [job.sealed.request["prompt"] for job in self.begun]


def settings_in(folder: Path, **settings: Any) -> ServerSettings:
    """Settings with everything in this folder."""
    library = Settings(home=folder, webhook_key=SecretStr(settings.pop("webhook_key", "")))
    return ServerSettings(**{"library": library, "port": 0, "poll_s": 0.05, "stop_grace_s": 3.0, **settings})


@contextmanager
def served(
    settings: ServerSettings, start: Starter | None = None, key: str = "", app: FastAPI | None = None
) -> Iterator[Client]:
    """A server in a thread of its own, and a client that is connected to it; `app`: None makes one."""
    listening, settings = listening_at(settings)
    app = app or create_app(settings, start=start)
    config = uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        headers = {"x-api-key": key} if key else {}
        with Client(base_url=settings.address, headers=headers, timeout=60) as client:
            until(lambda: server.started or not thread.is_alive())
            assert server.started
            yield client
    finally:
        server.should_exit = True
        thread.join(30)
        listening.close()


def until(holds: Callable[[], Any], seconds: float = 60.0) -> Any:
    """What it returns as soon as that is true; an error where that takes too long."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)
    return found


def ended(client: Client, run_id: str, seconds: float = 60.0) -> dict[str, Any]:
    """The answer about a run once it has ended."""

    def final() -> dict[str, Any] | None:
        run: dict[str, Any] = client.get(f"/v1/runs/{run_id}").json()
        return run if run["finished_at"] else None

    found: dict[str, Any] = until(final, seconds)
    return found


def with_key(settings: ServerSettings, name: str = "tests") -> str:
    """Make an API key in the database of these settings, and return it."""
    database = open_database(settings)
    try:
        return ApiKeys(database).create(name)[1]
    finally:
        database.close()
