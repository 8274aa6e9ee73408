"""Posting the results of runs to their webhooks, as the server knows them, once each."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from pydantic import SecretStr, ValidationError

from agent_core import TaskRun, resend_webhook
from agent_core.faces.server.admission.private_hosts import is_private
from agent_core.faces.server.queue.taking import Telling
from agent_core.faces.server.settings import ServerSettings
from agent_core.faces.server.wire.links import Links
from agent_core.faces.server.wire.runs import served
from agent_core.services.webhook import Accepted, Patience
from agent_core.task.run import WebhookDelivery

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

logger = logging.getLogger(__name__)

LOOKS_AGAIN_S = 0.1
"""How often one that waits for another sender looks whether that is done, seconds."""


class Teller:
    """Posts what a caller would be answered about its run, signed with the caller's key."""

    def __init__(self, settings: ServerSettings, links: Links, patience: Patience | None = None) -> None:
        """`patience` says how often it is tried; None: as the library does it."""
        self._settings, self._links, self._patience = settings, links, patience
        self._notes = settings.folder / "told"

    async def __call__(
        self, telling: Telling, *, idempotency_key: str | None = None, accepted: Accepted | None = None
    ) -> TaskRun:
        """Post it; returns the run with what came of that.

        Args:
            telling: What is posted, and where to.
            idempotency_key: What the receiver knows it by; None: a new one, since it is to be heard again.
            accepted: Called at the instant in which the receiver has taken it.
        """
        run, sealed = telling.run, telling.sealed
        public_only = sealed.public_only or not self._settings.private_allowed
        if public_only and await is_private(sealed.webhook_url):
            return not_posted(run, "its host is of this machine or of a private network")
        changed: dict[str, Any] = {"private_hosts": not public_only}
        if sealed.signing_key:
            changed["webhook_key"] = SecretStr(sealed.signing_key)
        library = self._settings.library.model_copy(update=changed)
        shown = TaskRun.model_validate(served(run.model_dump(mode="json"), self._links))
        run.webhook = await resend_webhook(
            shown,
            url=sealed.webhook_url,
            settings=library,
            patience=self._patience,
            idempotency_key=idempotency_key,
            accepted=accepted,
        )
        return run

    async def once(self, telling: Telling) -> TaskRun:
        """Post it unless that was done before; returns the run with what came of that.

        It is noted in a file at the instant in which the receiver answers, before the database hears of it.
        Whoever takes a webhook over from a process that was killed in between finds the note, and does not
        post it again. Where the process was killed before the answer, nobody knows whether it was received:
        it is posted again with the same idempotency key, the id of the run. A sender that lives, but was too
        busy to renew its lease, is waited for.
        """
        run, run_id = telling.run, telling.run_id
        async with _alone(self._note_of(f".{run_id}.lock")):
            run.webhook = self._noted(run_id)
            if run.webhook is None:
                run = await self(
                    telling,
                    idempotency_key=run_id,
                    accepted=lambda came_of_it: self._note(run_id, came_of_it),
                )
                self._note(run_id, run.webhook)
        return run

    def forget(self, run_id: str) -> None:
        """Drop the note, since the database knows; only for whoever told the database of it."""
        for name in (run_id, f".{run_id}.lock"):
            self._note_of(name).unlink(missing_ok=True)

    def _note_of(self, run_id: str) -> Path:
        return self._notes / run_id

    def _note(self, run_id: str, came_of_it: WebhookDelivery | None) -> None:
        try:
            self._notes.mkdir(parents=True, exist_ok=True, mode=0o700)
            if came_of_it is not None:
                partial = self._note_of(f".{run_id}")
                partial.write_text(came_of_it.model_dump_json(), "utf-8")
                partial.replace(self._note_of(run_id))
        except OSError as error:
            logger.warning("what came of the webhook of %s cannot be noted: %s", run_id, error)

    def _noted(self, run_id: str) -> WebhookDelivery | None:
        try:
            return WebhookDelivery.model_validate_json(self._note_of(run_id).read_text("utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValidationError) as error:
            logger.warning("a note on the webhook of %s cannot be read: %s", run_id, error)
            return None


@asynccontextmanager
async def _alone(path: Path) -> AsyncIterator[None]:
    """Wait until no other task or process of this machine has a file; one that is killed has it no more."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = path.open("wb")
    except OSError as error:
        logger.warning("%s cannot be made, so that nobody sees who posts a webhook: %s", path, error)
        yield
        return
    with file:
        while not _is_ours(file):  # noqa: ASYNC110  the one that has it may be another process
            await asyncio.sleep(LOOKS_AGAIN_S)
        yield


def _is_ours(file: IO[bytes]) -> bool:
    if fcntl is not None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:  # not every file system has locks
            logger.debug("%s cannot be locked: %s", file.name, error)
    return True


def not_posted(run: TaskRun, problem: str) -> TaskRun:
    """The run, with why its webhook was posted nowhere."""
    run.webhook = WebhookDelivery(url="", delivered=False, problem=problem, at=datetime.now(UTC))
    return run
