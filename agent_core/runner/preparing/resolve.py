"""What can be settled before anything is started: who decides, by which way out, where it is kept."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, assert_never
from urllib.parse import quote

from agent_core.config import Settings
from agent_core.errors import BadRequest
from agent_core.runner.preparing.checks import check, check_engine_goes_on, checked_folder, doubts_about
from agent_core.runner.preparing.prepared import Decider, Prepared, RestoredProfile, RunLimits, Way
from agent_core.store.profiles import ProfileFiles
from agent_core.store.run_folder import load_folder
from agent_core.store.sessions import BrowserSessionInfo, SessionFolders
from agent_core.task.addresses.proxy import proxy_of
from agent_core.task.addresses.start import address_in
from agent_core.task.hidden import hide
from agent_core.task.request import TaskRequest
from agent_core.task.run import TaskRun
from agent_core.task.secrets import Secrets, from_keyring
from browser.model.addresses.origins import origin_of
from browser.redaction.redactor import Redactor
from engines.protocol import Engine, EngineOptions, Goal, ModelSettings, StartProposer
from engines.registry import spec_of
from engines.spec import EngineSpec

if TYPE_CHECKING:
    from agent_core.store.scripts import Scripts, StoredScript


def prepare(
    request: TaskRequest,
    *,
    own_engine: bool = False,
    settings: Settings | None = None,
    run_dir: str | Path | None = None,
    headless: bool | None = None,
    workflow: StoredScript | None = None,
) -> Prepared:
    """Check a request against the settings.

    Args:
        own_engine: The caller brings an engine; the name in the request is only to be shown.
        workflow: The workflow that is run: its recording is done again, unless it is only described. Else
            that of the same task is, where `run_with` asks for it.

    Raises:
        BadRequest: It cannot start.
    """
    settings = settings or Settings.from_env()
    request = limited_by(request, settings)
    session = _session(request, settings)
    proxy, proxy_warning = proxy_of(request.proxy_location, settings)
    serving, engine_warning = (
        (spec_of(request.engine), "") if own_engine else _serving_engine(request, settings)
    )
    if workflow is not None and request.resumable:
        raise BadRequest("resumable", "is for tasks; a workflow is run again from its beginning")
    if not own_engine:
        check_engine_goes_on(request, serving)
    model = _model(request, settings, serving)
    price = settings.prices.get(model.model_name) if model else None
    if request.max_cost_usd is not None and model is not None and price is None:
        raise BadRequest("max_cost_usd", f"no price is known for {model.model_name!r}; set AGENT_CORE_PRICES")
    secrets = Secrets.of(request.secrets)
    keys = {
        "webhook_secret": settings.webhook_key.get_secret_value(),
        "api_key": model.api_key if model else "",
        "proxy_password": proxy.password if proxy else "",
    }
    hide(request, secrets.mask, keys)
    check(request, settings, proxy)
    # What is recorded is loaded with the first task, and not with the library.
    from agent_core.store.scripts import Scripts

    scripts = Scripts(home=settings.data_folder)
    if workflow is None or workflow.script.described:
        replay = _recording(request, scripts, secrets.mask)
    else:
        replay = workflow
    warnings = (
        *request.warnings,
        *secrets.warnings,
        proxy_warning,
        engine_warning,
        *doubts_about(request, settings, serving, session),
        *scripts.complaints,
        _about_recording(request, replay),
    )
    return Prepared(
        request=request,
        settings=settings,
        decider=Decider(
            name=serving.name,
            options=EngineOptions(model=model, max_scrolls=request.max_screenshot_scrolls),
            replay=replay,
        ),
        limits=RunLimits.of(request, price.of if price else None, replay),
        way=Way.out(
            request,
            settings,
            proxy=proxy,
            headless=headless,
            persistent=session.browser_address if session else "",
        ),
        profile=_profile(request, settings, session),
        runs=checked_folder(Path(run_dir) if run_dir is not None else runs_folder(settings)),
        secrets=secrets,
        scripts=scripts,
        workflow=workflow,
        warnings=tuple(warning for warning in warnings if warning),
    )


def limited_by(request: TaskRequest, settings: Settings) -> TaskRequest:
    """The request with what the settings forbid on this machine."""
    return request.limited(named_files=settings.named_files, private_hosts=settings.private_hosts)


def _session(request: TaskRequest, settings: Settings) -> BrowserSessionInfo | None:
    wanted = request.browser_session_id
    return session_folders(settings).usable(wanted) if wanted else None


def _profile(
    request: TaskRequest, settings: Settings, session: BrowserSessionInfo | None
) -> RestoredProfile | None:
    if session is not None:
        return restored_profile(session.browser_profile_id, settings, already_there=True)
    return restored_profile(request.browser_profile_id, settings)


def restored_profile(
    wanted: str | None, settings: Settings, *, already_there: bool = False
) -> RestoredProfile | None:
    """A profile by its id or name, ready to be restored; None: none was asked for.

    Raises:
        BadRequest: There is none, or it cannot be read.
    """
    if not wanted:
        return None
    files = profile_files(settings)
    profile_id = files.find(wanted).browser_profile_id
    return RestoredProfile(
        id=profile_id, files=files, stored=files.load(profile_id), already_there=already_there
    )


def profile_files(settings: Settings) -> ProfileFiles:
    """The browser profiles of this user.

    Raises:
        BadRequest: The key is in a keyring that does not have it.
    """
    key = settings.profile_key.get_secret_value()
    if key.startswith("keyring:"):
        key = from_keyring("AGENT_CORE_PROFILE_KEY", key.removeprefix("keyring:"))
    return ProfileFiles(settings.data_folder / "profiles", key)


def session_folders(settings: Settings) -> SessionFolders:
    """The browser sessions of this user."""
    return SessionFolders(settings.data_folder / "sessions")


def _recording(request: TaskRequest, scripts: Scripts, mask: Redactor) -> StoredScript | None:
    """The recording of the same task, where one is asked for and there is one."""
    if request.run_with != "code":
        return None
    prompt = mask.text(request.prompt)  # recordings are kept without passwords and tokens
    return scripts.find(prompt, request.url or address_in(request.prompt), request.output.schema)


def _about_recording(request: TaskRequest, replay: StoredScript | None) -> str:
    if request.run_with != "code" or replay is not None:
        return ""
    return "there is no recording of this task yet: the agent does it, and it is recorded for the next time"


def _serving_engine(request: TaskRequest, settings: Settings) -> tuple[EngineSpec, str]:
    """The engine that serves, and what the caller should know about the choice."""
    asked = spec_of(request.engine)
    if not asked.without_model or settings.has_model or (request.model and request.model.names_one):
        return asked, ""
    instead = spec_of(asked.without_model)
    why = f"no model is configured for {asked.name}, so {instead.name} serves; set AGENT_CORE_MODEL"
    return instead, why


def _model(request: TaskRequest, settings: Settings, engine: EngineSpec) -> ModelSettings | None:
    given = request.model.given() if request.model else None
    match engine.needs:
        case "nothing" if given and request.engine == engine.name:
            why = f"the engine {engine.name} has no model; leave this out, or name another engine"
            raise BadRequest("model", why)
        case "nothing":
            return None
        case "chat model":
            return settings.model_settings(given)
        case "provider":
            return settings.provider_settings(engine.provider or "openai", given)
        case "checkpoint":
            return settings.checkpoint_settings(given)
        case _:
            assert_never(engine.needs)


def runs_folder(settings: Settings) -> Path:
    """Where run folders lie unless a call says otherwise."""
    return settings.data_folder / "runs"


def load_run(run: str | Path, settings: Settings | None = None) -> TaskRun:
    """Read a run, by its folder or by its id.

    Raises:
        NoSuchRun: There is none.
    """
    return load_folder(run_folder_of(run, settings or Settings.from_env()))


def run_folder_of(run: str | Path, settings: Settings) -> Path:
    """The folder of a run that is named by its id or its folder; it need not be there."""
    if isinstance(run, str) and re.fullmatch(r"(tsk|wr)_[0-9a-z]+", run):
        return runs_folder(settings) / run
    return Path(run)


def goal_of(request: TaskRequest) -> Goal:
    """The goal of an engine, made from a request."""
    return Goal(
        text=request.prompt,
        url=request.url or "",
        output=request.output,
        error_codes=request.error_code_mapping or {},
        files=tuple(Path(path).name for path in request.files or ()),
    )


async def start_address(request: TaskRequest, goal: Goal, engine: Engine, search_url: str) -> str:
    """Where to begin: the task's address, one that its words name, the engine's, a search; else "".

    The engine and a search are told of `goal`, in which secrets are masked.
    """
    if named := request.url or address_in(request.prompt):
        return named
    if isinstance(engine, StartProposer):
        proposed = (await engine.propose_start(goal)).strip()
        if origin_of(proposed):
            return proposed
    query = quote(goal.text)
    return search_url.replace("{query}", query) if "{query}" in search_url else search_url
