"""From what a caller asks for to a run in the queue; every face of the server queues runs by this."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool

from agent_core import (
    BadRequest,
    QueuedRun,
    Script,
    Settings,
    TaskRequest,
    check_task,
    check_workflow,
    list_browser_profiles,
    list_browser_sessions,
)
from agent_core.faces.server.admission.browser_hosts import refuse_strange_browser
from agent_core.faces.server.admission.keys import ApiCaller
from agent_core.faces.server.admission.private_hosts import refuse_private
from agent_core.faces.server.kept.uploads import Uploads
from agent_core.faces.server.queue.job import NewJob, Sealed
from agent_core.faces.server.queue.putting import Intake
from agent_core.faces.server.settings import ServerSettings
from agent_core.faces.server.wire.asked.newer import as_served

PRIORITIES = range(-100, 101)


class Asking:
    """Queues what callers ask for, once it is known that it could start."""

    def __init__(self, settings: ServerSettings, intake: Intake, uploads: Uploads) -> None:
        self._settings, self._intake, self._uploads = settings, intake, uploads
        self._known: set[str] = set()
        """Engines that were asked for before."""

    async def task(
        self,
        given: Mapping[str, Any],
        who: ApiCaller,
        user_agent: str = "",
        *,
        helper: str = "",
        needs: tuple[str, ...] = (),
    ) -> NewJob:
        """Queue a task.

        Args:
            given: The fields of a `TaskRequest`, `priority`, and what only the published API has.
            who: Who asks; the key signs the webhook.
            user_agent: What the caller calls itself; kept with the run.
            helper: What the published API calls the workflow that this task is; "": it is none.
            needs: What it needs for itself alone, beside what its fields say.

        Raises:
            BadRequest, EngineUnavailable, UnknownEngine: It cannot start.
            TooMany: The caller has as many waiting as it may have.
        """
        fields = as_served(given)
        priority = priority_of(fields.pop("priority", None))
        file_ids = fields.pop("file_ids", None) or []
        request = await self._checked(fields)
        kept: dict[str, Any] = {"workflow_id": helper, "parameters": {}} if helper else {}
        if file_ids:
            fields["files"] = await run_in_threadpool(self._uploads.paths_of, file_ids)
            request, kept["file_ids"] = request.but_with({"files": fields["files"]}), file_ids
        waits = await self._waits_for_session(request.browser_session_id)
        checked = request.but_with({"browser_session_id": None}) if waits else request
        if request.engine in self._known:
            check_task(checked, settings=self._settings.for_runs)
        else:  # its modules are imported now, which takes seconds
            await run_in_threadpool(check_task, checked, settings=self._settings.for_runs)
            self._known.add(request.engine)
        return await self._queue(
            request,
            self._sealed(request, who, request=fields),
            who,
            user_agent,
            priority=priority,
            needs=needs,
            kept=kept,
        )

    async def workflow(
        self,
        name: str,
        parameters: Mapping[str, str],
        given: Mapping[str, Any],
        who: ApiCaller,
        user_agent: str = "",
    ) -> NewJob:
        """Queue a run of a workflow, or of a recording.

        Args:
            name: The workflow's name, or the recording's id; no path.
            parameters: A value for each parameter.
            given: Further fields of a `TaskRequest`, and `priority`.
            who: Who asks; the key signs the webhook.
            user_agent: What the caller calls itself; kept with the run.

        Raises:
            NoSuchWorkflow, BadScript, BadRequest, EngineUnavailable, UnknownEngine: It cannot start.
            TooMany: The caller has as many waiting as it may have.
        """
        fields = as_served(given)
        priority = priority_of(fields.pop("priority", None))
        await self._checked({"prompt": name, **fields})
        waits = await self._waits_for_session(fields.get("browser_session_id"))
        left_out = {"url", "browser_session_id"} if waits else {"url"}
        task, url = {key: value for key, value in fields.items() if key not in left_out}, fields.get("url")
        request = await run_in_threadpool(
            lambda: check_workflow(name, parameters, url=url, task=task, settings=self._settings.for_runs)
        )
        # What the workflow itself names, with these values, was not looked at above.
        await self._checked({"prompt": "-", "url": request.url})
        if not self._settings.private_allowed:
            await refuse_private(addresses_of(request))
        if waits:
            request = request.but_with({"browser_session_id": fields["browser_session_id"]})
        sealed = self._sealed(request, who, request=fields, workflow=name, parameters=dict(parameters))
        kept = {"workflow_id": name, "parameters": dict(parameters)}
        return await self._queue(request, sealed, who, user_agent, priority=priority, needs=(), kept=kept)

    async def described(self, script: Script) -> None:
        """Look at a workflow that a caller describes: what all its runs are to have, they may ask for.

        Raises:
            BadRequest, UnknownEngine: They may not.
        """
        output = script.output
        wanted = (output.json_schema or output.wish) if output else None
        url = None if "{{" in script.url else script.url
        fields = {"prompt": script.prompt, "url": url, "data_extraction_schema": wanted, **script.task}
        request = await self._checked(as_served(fields))
        await run_in_threadpool(check_task, request, settings=self._settings.for_runs)

    def _sealed(self, checked: TaskRequest, who: ApiCaller, **kept: Any) -> Sealed:
        """What is kept of a job encrypted."""
        return Sealed(
            **kept,
            webhook_url=checked.webhook_url or "",
            signing_key=who.key,
            public_only=not self._settings.for_runs.private_hosts,
        )

    async def session(self, fields: Mapping[str, Any]) -> None:
        """Look at what a browser session is to be opened with, as a caller on the network may ask for it.

        Raises:
            BadRequest: It cannot be.
        """
        await self._checked({"prompt": "-", **fields})

    async def _waits_for_session(self, session_id: str | None) -> bool:
        """Whether another run works in the session now: this one begins when that has ended."""
        if not session_id:
            return False
        sessions = await run_in_threadpool(list_browser_sessions, self._settings.library)
        held_by = {each.browser_session_id: each.held_by for each in sessions}.get(session_id, "")
        return held_by.startswith(("tsk_", "wr_"))

    async def _checked(self, fields: Mapping[str, Any]) -> TaskRequest:
        """The request as a caller on the network may make it."""
        request = TaskRequest.of(fields, caller="http")
        if request.model and _is_folder(request.model.model_name or ""):
            why = "is a folder of the server's machine; paths are only for callers on it"
            raise BadRequest("model.model_name", why)
        if not self._settings.private_allowed:
            await refuse_private(addresses_of(request))
        if not self._settings.joins_any_browser:
            refuse_strange_browser(request.browser_address, self._settings.browser_hosts)
        return request

    async def _queue(
        self,
        request: TaskRequest,
        sealed: Sealed,
        who: ApiCaller,
        user_agent: str,
        *,
        priority: int,
        needs: tuple[str, ...],
        kept: Mapping[str, Any],
    ) -> NewJob:
        """Queue what was checked; `kept` is what is shown of the request that the library does not know."""
        is_workflow = "workflow_id" in kept
        if _shares(request):
            needs += await run_in_threadpool(needs_of, request, self._settings.library)
        queued, asked = QueuedRun.new(workflow=is_workflow), {**request.masked(), **kept}
        if "file_ids" in kept:
            asked["files"] = None
        job = NewJob(
            run_id=queued.run_id,
            kind="workflow" if sealed.workflow else "task",
            sealed=sealed,
            key_id=who.key_id,
            user_agent=user_agent,
            priority=priority,
            run_type="workflow_run" if is_workflow else request.run_type,
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
    """The addresses that a task makes this machine connect to, by their fields, but that of a browser."""
    proxy, model = request.proxy_location, request.model
    return {
        "url": request.url,
        "webhook_url": request.webhook_url,
        "totp_url": request.totp_url,
        "model.base_url": model.base_url if model else None,
        "proxy_location": getattr(proxy, "url", None),
    }


def _is_folder(name: str) -> bool:
    return bool(name) and Path(name).expanduser().is_dir()


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
