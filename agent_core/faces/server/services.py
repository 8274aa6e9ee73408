"""The parts of a server that its routes and pages use, made once for each app."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from agent_core.faces.server.admission.keys import ApiKeys
from agent_core.faces.server.database.opening import Database
from agent_core.faces.server.holds import Holds
from agent_core.faces.server.kept.credentials import Credentials
from agent_core.faces.server.kept.sealing import Seal
from agent_core.faces.server.kept.uploads import Uploads
from agent_core.faces.server.queue.asking import Asking
from agent_core.faces.server.queue.records import Records
from agent_core.faces.server.queue.worker import RunWorker
from agent_core.faces.server.settings import ServerSettings
from agent_core.faces.server.wire.links import Links


@dataclass(frozen=True, kw_only=True)
class Services:
    """What a route needs; they exist while the app's lifespan lasts."""

    settings: ServerSettings
    database: Database
    keys: ApiKeys
    records: Records
    asking: Asking
    worker: RunWorker
    seal: Seal
    uploads: Uploads
    credentials: Credentials
    holds: Holds = field(default_factory=Holds)

    def links(self, request: Request | None = None) -> Links:
        """Links to this server, as the request reached it unless the settings say otherwise."""
        here = str(request.base_url).rstrip("/") if request is not None else self.settings.address
        return Links(base=self.settings.public_url.rstrip("/") or here, seal=self.seal)


async def services(request: Request) -> Services:
    """The services of the app that the request came to."""
    found: Services = request.app.state.services
    return found


ServicesOfApp = Annotated[Services, Depends(services)]
