"""The app: everything that the server answers, as one ASGI application.

    app = create_app(ServerSettings.from_env())

serves it in a program of one's own; `agent-core serve` does the same with uvicorn.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import metadata

from fastapi import FastAPI

from agent_core import BadRequest
from agent_core.faces.server.admission.keys import ApiKeys
from agent_core.faces.server.admission.limits import BodyLimit, Rates, Streams
from agent_core.faces.server.database.opening import open_database
from agent_core.faces.server.description import describe
from agent_core.faces.server.errors import answer_errors
from agent_core.faces.server.kept.credentials import Credentials
from agent_core.faces.server.kept.sealing import seal_of
from agent_core.faces.server.kept.uploads import Uploads
from agent_core.faces.server.metrics import Measured, Metrics
from agent_core.faces.server.queue.asking import Asking
from agent_core.faces.server.queue.putting import Intake
from agent_core.faces.server.queue.records import Records
from agent_core.faces.server.queue.starting import Starter
from agent_core.faces.server.queue.worker import worker_of
from agent_core.faces.server.routes import (
    artifacts,
    credentials,
    events,
    files,
    health,
    helpers,
    profiles,
    runs,
    sessions,
    webhooks,
    workflows,
)
from agent_core.faces.server.services import Services
from agent_core.faces.server.settings import ServerSettings
from agent_core.faces.server.web.router import router as pages

ROUTES = (
    runs,
    events,
    helpers,
    workflows,
    artifacts,
    webhooks,
    files,
    credentials,
    sessions,
    profiles,
    health,
)
FORM_BYTES = 10_000
"""What a form may have around the file that is sent with it."""
DESCRIPTION = (
    "Tasks in plain words, carried out in a real Chromium, with output that is valid against a schema."
)


def create_app(settings: ServerSettings, *, start: Starter | None = None) -> FastAPI:
    """Make the app. Its lifespan opens the database, and starts and stops the worker.

    Args:
        settings: All of its surroundings.
        start: Begins a run; None: the library does.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        services = await asyncio.to_thread(open_services, settings, start)
        app.state.services, app.state.keys = services, services.keys
        await services.worker.start()
        try:
            yield
        finally:
            await services.worker.stop()
            await asyncio.to_thread(services.database.close)

    app = FastAPI(
        title="agent-core",
        description=DESCRIPTION,
        version=metadata.version("agent-core"),
        lifespan=lifespan,
        docs_url=None,  # FastAPI's own pages load scripts from elsewhere, beside the cookies of ours
        redoc_url=None,
    )
    app.state.settings, app.state.rates = settings, Rates(settings.requests_per_minute)
    app.state.streams = Streams(settings.most_streams_per_key)
    app.state.metrics = Metrics()
    body, file = (
        int(megabytes * 1_000_000) for megabytes in (settings.max_body_mb, settings.max_sent_file_mb)
    )
    app.add_middleware(BodyLimit, most_bytes=body, others={"/v1/upload_file": file + FORM_BYTES})
    app.add_middleware(Measured, metrics=app.state.metrics)
    answer_errors(app)
    for module in ROUTES:
        app.include_router(module.router)
    app.include_router(pages)
    describe(app)
    return app


def open_services(settings: ServerSettings, start: Starter | None = None) -> Services:
    """Open the database, and make what works on it.

    Raises:
        BadRequest: The database or the secret cannot be used, or the server would be open to everybody.
    """
    database = open_database(settings)
    try:
        seal, keys = seal_of(settings, database), ApiKeys(database)
        if not settings.is_loopback and not keys.in_use():
            where = settings.public_url or settings.host
            why = f"{where} can be reached by others, and there is no API key; `agent-core keys create`"
            raise BadRequest("host", f"{why} makes one")
        uploads = Uploads(settings.folder / "uploads", int(settings.sent_files_space_mb * 1_000_000))
        services = Services(
            settings=settings,
            database=database,
            keys=keys,
            records=Records(database, seal),
            asking=Asking(settings, Intake(database, seal, settings.most_queued_per_key), uploads),
            worker=worker_of(settings, database, seal, start),
            seal=seal,
            uploads=uploads,
            credentials=Credentials(database, seal),
        )
    except BaseException:
        database.close()
        raise
    return services
