"""From what a caller asks for to a run in the queue; every face of the server queues runs by this."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool

from agent_core import (
    BadRequest,
    QueuedRun,
    Settings,
    TaskRequest,
    check_task,
    list_browser_profiles,
    list_browser_sessions,
)
from agent_core.faces.server.keys import ApiCaller
from agent_core.faces.server.private_hosts import refuse_private
from agent_core.faces.server.queue.job import NewJob, Sealed
from agent_core.faces.server.queue.putting import Intake
from agent_core.faces.server.settings import ServerSettings

PRIORITIES = range(-100, 101)


class Asking:
    """Queues what callers ask for, once it is known that it could start."""

    def __init__(self, settings: ServerSettings, intake: Intake) -> None:
        self._settings, self._intake = settings, intake

    async def task(self, given: Mapping[str, Any], who: ApiCaller, user_agent: str = "") -> NewJob:
        """Queue a task.

        Args:
            given: The fields of a `TaskRequest`, and `priority`.
            who: Who asks; the key signs the webhook.
            user_agent: What the caller calls itself; kept with the run.

        Raises:
            BadRequest, EngineUnavailable, UnknownEngine: It cannot start.
            TooMany: The caller has as many waiting as it may have.
        """
        fields = {name: value for name, value in given.items() if name != "priority"}
        priority = priority_of(given.get("priority"))
        request = TaskRequest.of(fields, caller="http")
        if not self._settings.private_allowed:
            await refuse_private(addresses_of(request))
        library = self._settings.library
        # In a thread, since an engine's modules are imported when it is first asked for.
        await run_in_threadpool(check_task, request, settings=library)
        needs = await run_in_threadpool(needs_of, request, library) if _shares(request) else ()
        queued, asked = QueuedRun.new(), request.masked()
        job = NewJob(
            run_id=queued.run_id,
            sealed=Sealed(request=fields, webhook_url=request.webhook_url or "", signing_key=who.key),
            key_id=who.key_id,
            user_agent=user_agent,
            priority=priority,
            run_type=request.run_type,
            title=request.title or "",
            prompt=asked["prompt"],
            asked=asked,
            created_at=queued.since,
            needs=needs,
        )
        await self._intake.put(job)
        return job


def priority_of(given: Any) -> int:
    """The priority that is asked for; 0 where none is.

    Raises:
        BadRequest: It is no whole number from -100 to 100.
    """
    if given is None:
        return 0
    if isinstance(given, bool) or not isinstance(given, int) or given not in PRIORITIES:
        raise BadRequest("priority", "must be a whole number from -100 to 100; a higher one begins first")
    return given


def addresses_of(request: TaskRequest) -> dict[str, str | None]:
    """The addresses that a task makes this machine connect to, by their fields."""
    proxy, model = request.proxy_location, request.model
    return {
        "url": request.url,
        "webhook_url": request.webhook_url,
        "totp_url": request.totp_url,
        "browser_address": request.browser_address,
        "model.base_url": model.base_url if model else None,
        "proxy_location": getattr(proxy, "url", None),
    }


def _shares(request: TaskRequest) -> bool:
    return bool(request.browser_session_id or request.browser_profile_id or request.totp_identifier)


def needs_of(request: TaskRequest, settings: Settings) -> tuple[str, ...]:
    """What a run needs for itself alone: its session, its profile, its one-time codes."""
    session, profile = request.browser_session_id, request.browser_profile_id
    if session:
        open_now = {each.browser_session_id: each for each in list_browser_sessions(settings)}
        profile = open_now[session].browser_profile_id if session in open_now else None
    if profile:
        ids = {each.name: each.browser_profile_id for each in list_browser_profiles(settings)}
        profile = ids.get(profile, profile)
    code = (request.totp_identifier or "").strip().casefold()
    named = {"session": session, "profile": profile, "code": code}
    return tuple(f"{kind}:{name}"[:400] for kind, name in named.items() if name)
