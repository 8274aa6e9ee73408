"""Sending the result of a run that has ended to its webhook once more."""

from __future__ import annotations

import secrets
from pathlib import Path

from agent_core.config import Settings
from agent_core.errors import BadRequest
from agent_core.runner.preparing.resolve import load_run
from agent_core.services.webhook import Accepted, Patience, deliver
from agent_core.store.run_folder import write_result
from agent_core.task.addresses.checked import posted_to
from agent_core.task.run import TaskRun, WebhookDelivery
from browser.model.addresses.credentials import MASK


async def resend_webhook(
    run: TaskRun | str | Path,
    *,
    url: str | None = None,
    settings: Settings | None = None,
    patience: Patience | None = None,
    idempotency_key: str | None = None,
    accepted: Accepted | None = None,
) -> WebhookDelivery:
    """Send a run that has ended to its webhook once more, and keep with the run what came of it.

    Of a run that was killed and may still go on, nothing is kept: it has not ended for good.

    Args:
        run: The run, its id, or its folder.
        url: Where to instead of to the run's own `webhook_url`.
        settings: Default: `Settings.from_env()`, read now.
        patience: How often it is tried; None: as usual.
        idempotency_key: What a receiver knows it by that gets it twice; None: a new one.
        accepted: Called as soon as the receiver has taken it.

    Raises:
        BadRequest: The run goes on, or there is no address to send it to.
        NoSuchRun: There is none.
    """
    settings = settings or Settings.from_env()
    ended = run if isinstance(run, TaskRun) else load_run(run, settings)
    if not ended.final:
        raise BadRequest("run", f"{ended.run_id} has not ended yet")
    address = _address(ended, url)
    ended.webhook = await deliver(
        address,
        ended,
        settings.webhook_key.get_secret_value(),
        patience,
        idempotency_key=idempotency_key or f"{ended.run_id}-{secrets.token_hex(6)}",
        accepted=accepted,
        public_only=not settings.private_hosts,
    )
    _keep(ended)
    return ended.webhook


def _keep(run: TaskRun) -> None:
    """Write down how it was delivered, where the run's folder is still there."""
    may_go_on = run.finished_at is None and (run.run_request or {}).get("resumable")
    if run.folder and not may_go_on and Path(run.folder).is_dir():
        write_result(Path(run.folder), run)


def _address(run: TaskRun, url: str | None) -> str:
    kept = str((run.run_request or {}).get("webhook_url") or "")
    if url:
        try:
            return posted_to(url)
        except ValueError as error:
            raise BadRequest("url", str(error)) from error
    if not kept:
        raise BadRequest("url", f"{run.run_id} has no webhook_url; say where to send it")
    if MASK in kept:
        why = "the run's webhook_url holds a password or a token, which was not kept; give it once more"
        raise BadRequest("url", why)
    return kept
