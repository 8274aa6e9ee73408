"""What can be settled before anything is started: who decides, by which way out, where it is kept."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, assert_never
from urllib.parse import quote

from agent_core.config import Settings
from agent_core.errors import BadRequest
from agent_core.loop.budget import Budget
from agent_core.store.profiles import ProfileFiles
from agent_core.store.run_folder import load_folder
from agent_core.store.scripts import Scripts, StoredScript
from agent_core.store.sessions import BrowserSessionInfo, SessionFolders
from agent_core.task.hidden import hide
from agent_core.task.proxy import proxy_of
from agent_core.task.request import TaskRequest
from agent_core.task.run import TaskRun
from agent_core.task.secrets import Secrets, from_keyring
from agent_core.task.start_address import address_in
from browser.model.origins import origin_of
from browser.network.policy import NetworkPolicy
from browser.redaction.redactor import Redactor
from browser.state.storage_state import StorageState
from engines.protocol import Engine, EngineOptions, Goal, ModelSettings, StartProposer, Usage
from engines.registry import spec_of
from engines.spec import EngineSpec

if TYPE_CHECKING:
    from browser.options import LaunchOptions, ProxySettings


@dataclass(frozen=True, kw_only=True)
class Way:
    """How pages are reached: runs that share it can share a browser."""

    address: str = field(default="", repr=False)
    """DevTools endpoint to join; "": a browser of our own."""
    address_headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    proxy: ProxySettings | None = None
    executable: str = ""
    channel: str = ""
    headless: bool = True
    persistent: str = field(default="", repr=False)
    """Address of a persistent browser to work in; "" if none."""
    timeout_s: float = 30.0
    """How long the browser is given to start, or to let us in."""
    rules: NetworkPolicy = field(default_factory=NetworkPolicy)
    """A browser of ours is watched as a whole, so that only runs of the same rules share one."""

    @classmethod
    def out(
        cls,
        request: TaskRequest,
        settings: Settings,
        *,
        proxy: ProxySettings | None = None,
        headless: bool | None = None,
        persistent: str = "",
    ) -> Way:
        """The way a request goes; `headless` comes before what the settings say."""
        return cls(
            address=request.browser_address or "",
            address_headers=tuple((request.cdp_connect_headers or {}).items()),
            proxy=proxy,
            executable=settings.browser,
            channel=settings.browser_channel,
            headless=settings.headless if headless is None else headless,
            persistent=persistent,
            timeout_s=settings.launch_timeout_s,
            rules=request.rules,
        )

    def launch_options(self, on_warning: Callable[[str], None] | None = None) -> LaunchOptions:
        """How a browser of our own is started for it."""
        from browser.options import LaunchOptions

        options = LaunchOptions(
            executable_path=self.executable,
            channel=self.channel,
            headless=self.headless,
            proxy=self.proxy and self.proxy.without(self.rules.not_proxied),
            timeout_s=self.timeout_s,
            args=self.rules.launch_arguments,
        )
        return replace(options, on_warning=on_warning) if on_warning else options


@dataclass(frozen=True, kw_only=True)
class RestoredProfile:
    """A browser profile that a session is to use."""

    id: str
    files: ProfileFiles = field(repr=False)
    stored: StorageState = field(repr=False)
    """What was in it when this was prepared."""
    already_there: bool = False
    """Whether it was laid under the browser before."""


@dataclass(frozen=True, kw_only=True)
class Decider:
    """Who decides."""

    name: str
    """The engine that serves, which need not be the one asked for."""
    options: EngineOptions
    """What it is made from."""
    replay: StoredScript | None = None
    """The recording that is done again; None: the engine decides."""


@dataclass(frozen=True, kw_only=True)
class RunLimits:
    """How much a run may use. None: as much as it likes."""

    steps: int
    tokens: int | None = None
    cost_usd: float | None = None
    price: Callable[[Usage], float] | None = None
    """What a usage costs, in US dollars; None: no price is known."""
    timeout_s: float | None = None

    @classmethod
    def of(
        cls, request: TaskRequest, price: Callable[[Usage], float] | None, replay: StoredScript | None
    ) -> RunLimits:
        """Those of a request; a long recording needs more steps than tasks usually do."""
        steps = request.steps
        if replay is not None and request.max_steps is None:
            steps = max(steps, 2 * len(replay.script.steps) + 10)
        return cls(
            steps=steps,
            tokens=request.max_tokens_total,
            cost_usd=request.max_cost_usd,
            price=price,
            timeout_s=request.timeout_s,
        )

    def budget(self) -> Budget:
        """What the loop counts by; `timeout_s` is kept by `agent_core.runner.lifecycle`."""
        return Budget(self.steps, self.tokens, self.cost_usd, self.price)


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A task that can start, one part for each that has a hand in it: everything is checked that can be."""

    request: TaskRequest
    settings: Settings
    decider: Decider
    limits: RunLimits
    way: Way
    secrets: Secrets = field(default_factory=Secrets)
    """The values that may be typed, and the mask for everything that the run gives out or keeps."""
    profile: RestoredProfile | None = None
    """What is laid under the run, and saved at its end."""
    runs: Path
    """The folder in which the run's folder is made."""
    scripts: Scripts
    """Where recordings are kept."""
    is_workflow: bool = False
    warnings: tuple[str, ...] = ()


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
        workflow: The recording to be done again; None: that of the same task, where `run_with` asks for it.

    Raises:
        BadRequest: It cannot start.
    """
    settings = settings or Settings.from_env()
    session = _session(request, settings)
    proxy, proxy_warning = proxy_of(request.proxy_location, settings)
    serving, engine_warning = (
        (spec_of(request.engine), "") if own_engine else _serving_engine(request, settings)
    )
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
    _check_recording(request)
    _check_files(request, settings)
    _check_place(request, proxy)
    scripts = Scripts(home=settings.data_folder)
    replay = workflow or _recording(request, scripts, secrets.mask)
    warnings = (
        *request.warnings,
        *secrets.warnings,
        proxy_warning,
        engine_warning,
        _about_wish(request, serving),
        _about_webhook(request, settings),
        _about_looks(request),
        _about_lists(request, session),
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
        runs=_checked_folder(Path(run_dir) if run_dir is not None else runs_folder(settings)),
        secrets=secrets,
        scripts=scripts,
        is_workflow=workflow is not None,
        warnings=tuple(warning for warning in warnings if warning),
    )


def _checked_folder(folder: Path) -> Path:
    """The folder, where one can be made and written there, as far as can be said before it is tried."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        why = "is no folder" if not there.is_dir() else "may not be written to"
        raise BadRequest("run_dir", f"the run cannot be kept in {folder}: {there} {why}")
    return folder


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


def _about_wish(request: TaskRequest, engine: EngineSpec) -> str:
    if not request.output.wish:
        return ""
    if not engine.has_model:
        why = f"is a text; the engine {engine.name}, which has no model, needs a JSON Schema or an example"
        raise BadRequest("data_extraction_schema", why)
    return "the output is not validated: data_extraction_schema is a wish in words"


def _check_files(request: TaskRequest, settings: Settings) -> None:
    """Raise `BadRequest` where a file cannot be handed over."""
    for file in request.files or ():
        size_mb = Path(file).stat().st_size / 1_000_000
        if size_mb > settings.max_upload_mb:
            why = f"{file!r} has {size_mb:,.0f} MB; at most {settings.max_upload_mb:,.0f} MB are handed over"
            raise BadRequest("files", f"{why} (AGENT_CORE_MAX_UPLOAD_MB)")
        if not os.access(file, os.R_OK):
            raise BadRequest("files", f"{file!r} may not be read")


def _check_place(request: TaskRequest, proxy: ProxySettings | None) -> None:
    """Raise `BadRequest` where a browser that runs already would have to go out another way."""
    theirs = "browser_session_id" if request.browser_session_id else "browser_address"
    if proxy is not None and getattr(request, theirs):
        why = "a browser that runs already goes out its own way; leave this out, or leave out"
        raise BadRequest("proxy_location", f"{why} {theirs}")


def _about_looks(request: TaskRequest) -> str:
    """What of the looks does not hold in a browser that runs already."""
    if not (request.browser_session_id or request.browser_address):
        return ""
    size = ("viewport", "device_scale_factor") if request.browser_session_id else ()
    looks = ("locale", "timezone", *size)
    left_out = [name for name in looks if name in request.model_fields_set]
    if not left_out:
        return ""
    return f"{', '.join(left_out)}: not applied, since the browser runs already, with its own"


def _about_lists(request: TaskRequest, session: BrowserSessionInfo | None) -> str:
    """What the lists of hosts do not hold in somebody's browser, and in a session behind a proxy."""
    if not request.rules or not (request.browser_address or (session and session.has_proxy)):
        return ""
    lists = " and ".join(name for name in ("allowed_domains", "blocked_domains") if getattr(request, name))
    if session:
        return (
            f"{lists}: not held in a session behind a proxy: WebSockets, and connections without a request; "
            "leave out browser_session_id for a browser that holds them"
        )
    return (
        f"{lists}: not held in a browser that runs already: connections without a request (preconnect), "
        "WebRTC and WebTransport of a sandboxed frame that has no address, and these and WebSockets of a "
        "window without an opener before it is reached; leave out browser_address for one that holds them"
    )


def _check_recording(request: TaskRequest) -> None:
    """Raise `BadRequest` where what is needed for a video is not here."""
    from browser.recording import video_problem

    if "video" in request.record and (problem := video_problem()):
        raise BadRequest("record", problem)


def _about_webhook(request: TaskRequest, settings: Settings) -> str:
    if not request.webhook_url or settings.webhook_key.get_secret_value():
        return ""
    return "the webhook is sent unsigned: no key is set in AGENT_CORE_WEBHOOK_KEY"


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
