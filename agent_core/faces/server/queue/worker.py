"""A worker: takes runs from the queue, carries them out, and tells their webhooks.

Any number of workers share a database. Each shows that it lives by renewing its lease; what a dead one
has left is ended by whichever lives.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from pydantic import SecretStr
from pydantic_core import to_jsonable_python
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from agent_core import START_ERRORS, BrowserError, Settings, TaskRun
from agent_core.errors import words_of
from agent_core.faces.server.database.opening import Database, first_line, is_of_this_version
from agent_core.faces.server.errors import Conflict
from agent_core.faces.server.kept.sealing import CannotUnseal, Seal
from agent_core.faces.server.queue.heartbeat import Heartbeat
from agent_core.faces.server.queue.job import TakenJob
from agent_core.faces.server.queue.left_behind import WAITS_S, as_left, cut_off_here, place_of
from agent_core.faces.server.queue.starting import GoingRun, Starter, start_in_library
from agent_core.faces.server.queue.taking import Queue, Telling, ended
from agent_core.faces.server.queue.telling import Teller, not_posted
from agent_core.faces.server.settings import ServerSettings
from agent_core.faces.server.wire.links import Links
from agent_core.loop.events import GivenBack, TakenOver, UserAsked, Warned

logger = logging.getLogger(__name__)

T = TypeVar("T")

MOST_TOLD_AT_ONCE = 16
"""Webhooks that are posted at the same time."""
RETRY_S = 1.0
"""How long is waited after the database has refused something."""
ENDING_S = 15.0
"""How long runs that are broken off may take to close their browsers."""


class RunWorker:
    """Carries out runs in the event loop that is running."""

    def __init__(
        self,
        database: Database,
        seal: Seal,
        settings: ServerSettings,
        teller: Teller,
        start: Starter | None = None,
    ) -> None:
        """`start` begins a run; None: the library does."""
        self._place = place_of(settings.folder)
        self.id = f"{socket.gethostname()[:60]}-{os.getpid()}-{secrets.token_hex(4)}@{self._place}"
        self.going: dict[str, GoingRun] = {}
        """The runs that go on in this process, by their ids."""
        self.owed: set[str] = set()
        """Runs that were left behind and go on here as soon as there is room, before those that wait."""
        self._asking: dict[str, int] = {}
        """Those of them that ask a person something now -> the id of the question."""
        self._database, self._settings = database, settings
        self._queue = Queue(database, seal, self.id, settings.lease_s, settings.most_running_per_key)
        self._teller, self._start = teller, start or start_in_library
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._telling: set[asyncio.Task[None]] = set()
        self._news, self._end = asyncio.Event(), asyncio.Event()
        self._stopping = self._stopped = False
        """Whether it takes nothing more, and whether it looks no more."""
        self._lives: list[asyncio.Task[None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._heart = Heartbeat(self._renew, settings.lease_s)
        self._steady_since = time.monotonic()

    async def start(self) -> None:
        """Begin to work."""
        settings = self._settings
        self._loop = asyncio.get_running_loop()
        self._heart.start()
        self._lives = [
            asyncio.create_task(self._repeat(self._round, settings.poll_s, self._news)),
            asyncio.create_task(self._repeat(self._look_after_others, settings.lease_s / 4, self._end)),
        ]

    @property
    def works(self) -> bool:
        """Whether it looks at the queue."""
        return bool(self._lives) and not any(each.done() for each in self._lives) and not self._stopping

    def wake(self) -> None:
        """Look at the queue now."""
        self._news.set()

    def queued(self) -> None:
        """Say that a run was queued; where there is no room for it, it waits until a run has ended."""
        if self._has_room:
            self.wake()

    @property
    def _has_room(self) -> bool:
        return len(self._tasks) + len(self.owed) < self._settings.concurrency

    def cancel(self, run_id: str) -> bool:
        """Cancel a run of this process at once; False: it is not one of them."""
        run = self.going.get(run_id)
        if run is not None:
            run.cancel()
        return run is not None

    def answer(self, run_id: str, text: str, to: int | None = None) -> bool:
        """Answer what a run of this process asks a person; False: it is not one of them.

        Whoever hears of a question may answer at once, before the database knows of it.

        Raises:
            Conflict: It asks nothing now, or something else.
        """
        run = self.going.get(run_id)
        if run is None:
            return False
        asked = self._asking.get(run_id)
        if asked is None or to not in (None, asked):
            what = "nothing" if asked is None else "something else"
            raise Conflict(f"{run_id} asks {what} now, so that nobody hears the answer")
        del self._asking[run_id]
        run.answer(text, asked)
        return True

    async def stop(self) -> None:
        """Take nothing more, give the running ones time, then break them off, and tell whom it concerns."""
        self._stopping = True
        self.wake()
        await _wait(self._tasks.values(), self._settings.stop_grace_s)
        for run in self.going.values():
            run.cancel(interrupted="the server was stopped before the run had ended")
        await _wait(self._tasks.values(), ENDING_S)
        await _wait(self._telling, ENDING_S)
        self._stopped = True
        self._news.set()
        self._end.set()
        # Not canceled at once: what they ask of the database, they ask in a thread that would go on.
        await _wait(self._lives, ENDING_S)
        for each in self._lives:
            each.cancel()
        await asyncio.to_thread(self._heart.stop)

    async def _repeat(
        self, turn: Callable[[], Awaitable[None]], every_s: float, sooner: asyncio.Event
    ) -> None:
        """Do it again and again, until the worker is stopped; `sooner` says not to wait any longer."""
        while not self._stopped:
            sooner.clear()
            try:
                await turn()
            except (DBAPIError, PoolTimeout) as error:
                logger.warning("the database refused, it is tried again: %s", first_line(error))
                self._steady_since = time.monotonic()
                await asyncio.sleep(RETRY_S)
            except Exception:  # whatever it is, the next runs are not to wait for ever
                logger.exception("a mistake in the worker")
                await asyncio.sleep(RETRY_S)
            try:
                async with asyncio.timeout(every_s):
                    await sooner.wait()
            except TimeoutError:
                pass

    async def _round(self) -> None:
        for run_id in await asyncio.to_thread(self._queue.canceled) if self.going else ():
            self.cancel(run_id)
        for run_id, said in (await asyncio.to_thread(self._queue.answers)).items() if self.going else ():
            if (run := self.going.get(run_id)) is not None:
                run.answer(*said)
        while not self._stopping and self._has_room:
            try:
                job = await asyncio.to_thread(self._queue.take)
            except CannotUnseal as error:
                logger.error("a run could not be read: %s", error)
                continue
            if job is None:
                break
            self._tasks[job.run_id] = asyncio.create_task(self._carry_out(job), name=job.run_id)
        if (room := MOST_TOLD_AT_ONCE - len(self._telling)) > 0:
            for telling in await asyncio.to_thread(self._queue.to_tell, room):
                self._begin_telling(telling)

    def _renew(self) -> None:
        """Show that the worker lives; called by the heartbeat in its thread."""
        before = list(self.going)
        lost = set(before) - self._queue.renew()
        if lost and self._loop is not None:
            self._loop.call_soon_threadsafe(self._give_up, lost)

    def _give_up(self, lost: Iterable[str]) -> None:
        """Break off runs that others have ended meanwhile."""
        for run_id in lost:
            if (run := self.going.get(run_id)) is not None:
                logger.error("%s is not ours any more: this worker was out of reach for too long", run_id)
                run.cancel(interrupted="its worker was out of reach for too long")

    async def _look_after_others(self) -> None:
        if not self._stopping and not await asyncio.to_thread(is_of_this_version, self._database):
            logger.error("the database has tables of another version now; this worker takes no more runs")
            self._stopping = True
        await self._end_what_others_left()

    async def _end_what_others_left(self) -> None:
        # Where the database was gone, those who live have had no way of showing it.
        if time.monotonic() - self._steady_since < self._settings.lease_s:
            return
        left = await asyncio.to_thread(self._queue.left_behind)
        self.owed &= {job.run_id for job in left}
        for job in left:
            resumable = job.kind == "task" and job.sealed.request.get("resumable")
            if resumable and await self._goes_on_with(job):
                continue
            self.owed.discard(job.run_id)
            run = await asyncio.to_thread(as_left, job, self._settings.library)
            if await asyncio.to_thread(self._queue.end_left_behind, job, run):
                logger.warning(
                    "%s was left behind by a worker that is gone, and has ended: %s", job.run_id, run.status
                )

    async def _goes_on_with(self, job: TakenJob) -> bool:
        """Take over a run that may go on after a kill; returns whether it is to be left as it is now.

        Its folder and its browser are on the machine of the worker that is gone. Other machines' workers wait
        for one of that machine, and after `WAITS_S` they end it. One of that machine which has no room now
        keeps the next that there is.
        """
        where = await asyncio.to_thread(cut_off_here, job, self._settings.library, self._place)
        if where == "over" or job.cancel_asked:
            return False
        if where == "elsewhere" or self._stopping or not self._settings.concurrency:
            self.owed.discard(job.run_id)
            return job.silent_s < WAITS_S
        self.owed.add(job.run_id)
        if len(self._tasks) >= self._settings.concurrency:
            return True
        if await asyncio.to_thread(self._queue.take_over, job):
            logger.warning("%s was left behind by a worker that is gone, and goes on here", job.run_id)
            going = self._carry_out(replace(job, goes_on=True))
            self._tasks[job.run_id] = asyncio.create_task(going, name=job.run_id)
        self.owed.discard(job.run_id)
        return True

    async def _carry_out(self, job: TakenJob) -> None:
        try:
            run = await self._result_of(job)
            if (
                await self._patiently(lambda: self._queue.finish(job, run), job.run_id)
                and job.sealed.webhook_url
            ):
                self._begin_telling(Telling(run_id=job.run_id, run=run, sealed=job.sealed))
        finally:
            self._tasks.pop(job.run_id, None)
            self.wake()

    async def _result_of(self, job: TakenJob) -> TaskRun:
        listening: asyncio.Task[None] | None = None
        try:
            run = self._start(job, self._settings_of(job))
            self.going[job.run_id] = run
            listening = asyncio.create_task(self._keep_questions(job.run_id, run))
            return await run.result()
        except START_ERRORS as error:
            if job.goes_on:
                why = f", and it could not go on: {words_of(error)}"
                return await asyncio.to_thread(as_left, job, self._settings.library, why)
            code = "BROWSER_LOST" if isinstance(error, BrowserError) else "INTERRUPTED"
            return ended(job, "failed", words_of(error), code)
        except Exception as error:
            logger.exception("%s was broken off by a mistake in the program", job.run_id)
            why = f"{type(error).__name__}: {words_of(error)} (a mistake in the program)"
            return ended(job, "failed", why, "INTERRUPTED")
        finally:
            self.going.pop(job.run_id, None)
            if listening is not None:
                listening.cancel()
            self._asking.pop(job.run_id, None)

    async def _keep_questions(self, run_id: str, run: GoingRun) -> None:
        """Write down what the run asks a person, so that it can be answered by way of any server."""
        asks = False
        async for event in run.events():
            if isinstance(event, UserAsked):
                self._asking[run_id] = event.id
                asked = {**to_jsonable_python(event.question), "id": event.id}
            elif asks and not isinstance(event, Warned | TakenOver | GivenBack):
                self._asking.pop(run_id, None)
                asked = None  # what comes next shows that it was answered
            else:
                continue
            asks = asked is not None
            await self._patiently(partial(self._queue.ask, run_id, asked), run_id)

    def _settings_of(self, job: TakenJob) -> Settings:
        """The settings of the run: what it signs is signed with its caller's key."""
        library = self._settings.for_runs
        changed: dict[str, Any] = {"private_hosts": library.private_hosts and not job.sealed.public_only}
        if job.sealed.signing_key:
            changed["webhook_key"] = SecretStr(job.sealed.signing_key)
        return library.model_copy(update=changed)

    def _begin_telling(self, telling: Telling) -> None:
        task = asyncio.create_task(self._post(telling), name=f"webhook of {telling.run_id}")
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _post(self, telling: Telling) -> None:
        if not self._heart.is_heard and not await self._is_still_ours(telling.run_id):
            return
        try:
            run = await self._teller.once(telling)
        except Exception:  # else it would be this worker's to post for as long as that lives
            logger.exception("the webhook of %s was broken off by a mistake in the program", telling.run_id)
            run = not_posted(telling.run, "a mistake in the program; the log of the server says more")
        # Whoever has taken it over meanwhile still has to read what is noted of it.
        if await self._patiently(lambda: self._queue.told(telling.run_id, run), telling.run_id):
            self._teller.forget(telling.run_id)
        self.wake()

    async def _is_still_ours(self, run_id: str) -> bool:
        """Whether a webhook is this worker's to post, once the database is in reach again: another may have
        taken it over meanwhile."""
        while not self._heart.is_heard:  # noqa: ASYNC110  it is heard in a thread
            await asyncio.sleep(RETRY_S / 4)
        ours = await self._patiently(partial(self._queue.is_telling, run_id), run_id)
        if not ours:
            logger.warning("the webhook of %s is posted by another worker", run_id)
        return ours

    async def _patiently(self, write: Callable[[], T], run_id: str) -> T:
        """Write down how something ended, however long the database is gone."""
        while True:
            try:
                return await asyncio.to_thread(write)
            except (DBAPIError, PoolTimeout) as error:
                logger.warning("what came of %s cannot be kept yet: %s", run_id, first_line(error))
                await asyncio.sleep(RETRY_S)


def worker_of(
    settings: ServerSettings, database: Database, seal: Seal, start: Starter | None = None
) -> RunWorker:
    """A worker that posts webhooks as the server of these settings would answer."""
    links = Links(base=settings.public_url.rstrip("/") or settings.address, seal=seal)
    return RunWorker(database, seal, settings, Teller(settings, links), start)


async def _wait(tasks: Iterable[asyncio.Task[None]], timeout_s: float) -> None:
    if pending := set(tasks):
        await asyncio.wait(pending, timeout=timeout_s)
