"""A worker that is too busy to renew its leases in time: others take over, and its webhooks still come once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from agent_core.faces.server.app import open_services
from agent_core.faces.server.queue.taking import Queue, Telling, ended
from agent_core.faces.server.queue.telling import Teller
from agent_core.faces.server.wire.links import Links
from tests.support.task_server import Player, served, settings_in, until
from tests.support.webhook_receiver import WebhookReceiver, webhook_receiver

TASK = {"prompt": "Find it", "url": "http://127.0.0.1:9/", "engine": "embedded"}


@dataclass
class Sender:
    """What a worker has of the queue, and its way of posting."""

    queue: Queue
    teller: Teller

    def takes_over(self) -> list[Telling]:
        """The webhooks whose senders seem to be gone, once that has been so for long enough."""
        found: list[Telling] = []
        until(lambda: found.extend(self.queue.to_tell(9)) or found)
        return found


@contextmanager
def two_senders(folder: Path) -> Iterator[tuple[Sender, Sender]]:
    """Two workers of one machine; leases are over at once, as they are for those that are busy for long."""
    settings = settings_in(folder)
    services = open_services(settings)
    links = Links(base=settings.address, seal=services.seal)
    busy, idle = (
        Sender(Queue(services.database, services.seal, name, lease_s=0.0, per_key=0), Teller(settings, links))
        for name in ("busy", "idle")
    )
    try:
        yield busy, idle
    finally:
        services.database.close()


@pytest.fixture
def received() -> Iterator[WebhookReceiver]:
    with webhook_receiver() as received:
        yield received


def ended_by(sender: Sender, folder: Path, received: WebhookReceiver) -> Telling:
    """A run that has ended, whose webhook is the sender's to post."""
    with served(settings_in(folder, concurrency=0), Player()) as client:
        client.post("/v1/run/tasks", json=TASK | {"webhook_url": received.url})
    job = sender.queue.take()
    assert job is not None
    run = ended(job, "failed", "for the test")
    assert sender.queue.finish(job, run)
    return Telling(run_id=job.run_id, run=run, sealed=job.sealed)


async def test_what_a_busy_sender_has_posted_is_known_to_whoever_took_it_over(tmp_path, received):
    with two_senders(tmp_path) as (busy, idle):
        telling = ended_by(busy, tmp_path, received)
        run = await busy.teller.once(telling)
        [taken] = idle.takes_over()
        assert not busy.queue.told(telling.run_id, run), "it is not its own any more, and its note stays"
        run = await idle.teller.once(taken)
        assert idle.queue.told(telling.run_id, run)
    assert received.ids == [telling.run_id]


async def test_a_webhook_that_is_under_way_is_waited_for(tmp_path, received):
    received.answers_after_s = 0.5
    with two_senders(tmp_path) as (busy, idle):
        telling = ended_by(busy, tmp_path, received)
        posting = asyncio.create_task(busy.teller.once(telling))
        async with asyncio.timeout(60):
            while not received.posted:  # noqa: ASYNC110  it comes in a thread
                await asyncio.sleep(0.01)
        [taken] = idle.takes_over()
        run = await idle.teller.once(taken)
        await posting
    assert run.webhook is not None
    assert run.webhook.delivered
    assert received.ids == [telling.run_id]


def test_a_worker_takes_nothing_over_from_itself(tmp_path, received):
    with two_senders(tmp_path) as (busy, idle):
        telling = ended_by(busy, tmp_path, received)
        assert [busy.queue.to_tell(9) for _ in range(3)] == [[], [], []]
        [taken] = idle.takes_over()
        assert taken.run_id == telling.run_id
