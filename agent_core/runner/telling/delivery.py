"""Posting the result of one run to its webhook."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

from agent_core.errors import words_of
from agent_core.services.webhook import CANCELED_S, Patience, deliver, given_up
from agent_core.task.run import TaskRun, WebhookDelivery
from browser.model.addresses.credentials import with_credentials_masked

logger = logging.getLogger(__name__)


class Delivery:
    """The webhook of one run. What comes of it changes nothing about how the run ended."""

    def __init__(self, url: str | None, key: str, *, public_only: bool = False) -> None:
        """Post nothing yet.

        Args:
            url: Where the result is posted to; None: nowhere.
            key: Signs it; "": it is not signed.
            public_only: Whether it is not posted to this machine and into private networks.
        """
        self._url, self._key, self._public_only = url, key, public_only
        self._posting: asyncio.Task[WebhookDelivery] | None = None
        self._given_up = False

    async def post(self, run: TaskRun) -> WebhookDelivery | None:
        """Post the result; None: there is nobody to tell. Never raises."""
        if not self._url:
            return None
        if self._given_up:
            return given_up(self._url)
        patience = Patience(overall_s=CANCELED_S if run.status == "canceled" else None)
        posting = deliver(self._url, run, self._key, patience, public_only=self._public_only)
        self._posting = asyncio.create_task(posting)
        await asyncio.wait({self._posting})
        if self._posting.cancelled():
            return given_up(self._url)
        if (error := self._posting.exception()) is not None:
            logger.info("the webhook could not be posted: %r", error)
            return WebhookDelivery(
                url=with_credentials_masked(self._url, path=True),
                delivered=False,
                problem=words_of(error),
                at=datetime.now(UTC),
            )
        return self._posting.result()

    def give_up(self) -> None:
        """Wait no longer for it; where it has not begun yet, it is not posted at all."""
        self._given_up = True
        if self._posting is not None:
            self._posting.cancel()
