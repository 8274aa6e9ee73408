"""Posting the results of runs to their webhooks, as the server knows them, once each."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr, ValidationError

from agent_core import TaskRun, resend_webhook
from agent_core.faces.server.private_hosts import is_private
from agent_core.faces.server.queue.taking import Telling
from agent_core.faces.server.settings import ServerSettings
from agent_core.faces.server.wire.links import Links
from agent_core.faces.server.wire.runs import served
from agent_core.task.run import WebhookDelivery

logger = logging.getLogger(__name__)


class Teller:
    """Posts what a caller would be answered about its run, signed with the caller's key.

    What came of it is noted in a file before the database hears of it. Whoever takes a webhook over from a
    process that was killed in between finds the note, and does not post it again.
    """

    def __init__(self, settings: ServerSettings, links: Links) -> None:
        self._settings, self._links = settings, links
        self._notes = settings.folder / "told"

    async def tell(self, telling: Telling) -> TaskRun:
        """Post it; returns the run with what came of that."""
        run = telling.run
        run.webhook = self._noted(telling.run_id)
        if run.webhook is None:
            run.webhook = await self._post(telling)
            self._note(telling.run_id, run.webhook)
        return run

    def forget(self, run_id: str) -> None:
        """Drop the note, since the database knows."""
        self._note_of(run_id).unlink(missing_ok=True)

    async def _post(self, telling: Telling) -> WebhookDelivery:
        sealed, library = telling.sealed, self._settings.library
        if not self._settings.private_allowed and await is_private(sealed.webhook_url):
            problem = "its host is of this machine or of a private network"
            return WebhookDelivery(url="", delivered=False, problem=problem, at=datetime.now(UTC))
        if sealed.signing_key:
            library = library.model_copy(update={"webhook_key": SecretStr(sealed.signing_key)})
        shown = TaskRun.model_validate(served(telling.run.model_dump(mode="json"), self._links))
        return await resend_webhook(shown, url=sealed.webhook_url, settings=library)

    def _note_of(self, run_id: str) -> Path:
        return self._notes / run_id

    def _note(self, run_id: str, came_of_it: WebhookDelivery) -> None:
        try:
            self._notes.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._note_of(run_id).write_text(came_of_it.model_dump_json(), "utf-8")
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
