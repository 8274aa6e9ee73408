"""A task that can start: who decides, by which way out, how much it may use, where it is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from agent_core.config import Settings
from agent_core.loop.budget import Budget
from agent_core.store.profiles import ProfileFiles
from agent_core.task.request import TaskRequest
from agent_core.task.secrets import Secrets
from browser.network.policy import NetworkPolicy
from browser.state.storage_state import StorageState
from engines.protocol import EngineOptions, Usage

if TYPE_CHECKING:
    from agent_core.store.scripts import Scripts, StoredScript
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
            rules=self.rules,
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

    def budget(self, steps_before: int = 0, used_before: Usage = Usage()) -> Budget:  # noqa: B008  frozen
        """What the loop counts by, from what was used before an interruption; `timeout_s` is kept by
        `agent_core.runner.lifecycle`."""
        return Budget(
            self.steps,
            self.tokens,
            self.cost_usd,
            self.price,
            steps_before=steps_before,
            used_before=used_before,
        )


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
    workflow: StoredScript | None = None
    """The workflow that is run; None: a task is."""
    warnings: tuple[str, ...] = ()
