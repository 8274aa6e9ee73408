"""Posting the results of runs to their webhooks, as the server knows them."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import SecretStr

from agent_core import TaskRun, resend_webhook
from agent_core.faces.server.private_hosts import is_private
from agent_core.faces.server.queue.taking import Telling
from agent_core.faces.server.settings import ServerSettings
from agent_core.faces.server.wire.links import Links
from agent_core.faces.server.wire.runs import served
from agent_core.services.webhook import Patience
from agent_core.task.run import WebhookDelivery


class Teller:
    """Posts what a caller would be answered about its run, signed with the caller's key."""

    def __init__(self, settings: ServerSettings, links: Links, patience: Patience | None = None) -> None:
        """`patience` says how often it is tried; None: as the library does it."""
        self._settings, self._links, self._patience = settings, links, patience

    async def __call__(self, telling: Telling) -> TaskRun:
        """Post it; returns the run with what came of that."""
        run, sealed = telling.run, telling.sealed
        if not self._settings.private_allowed and await is_private(sealed.webhook_url):
            problem = "its host is of this machine or of a private network"
            run.webhook = WebhookDelivery(url="", delivered=False, problem=problem, at=datetime.now(UTC))
            return run
        library = self._settings.library
        if sealed.signing_key:
            library = library.model_copy(update={"webhook_key": SecretStr(sealed.signing_key)})
        shown = TaskRun.model_validate(served(run.model_dump(mode="json"), self._links))
        run.webhook = await resend_webhook(
            shown, url=sealed.webhook_url, settings=library, patience=self._patience
        )
        return run
