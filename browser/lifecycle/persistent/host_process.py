"""The host process of a persistent browser (see `host`), as the process that starts it has it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from browser.child import ChildProcess
from browser.lifecycle.find import find_browser
from browser.lifecycle.launch import QUIET_ARGUMENTS, sandbox_works, say_no_sandbox
from browser.model.errors import LaunchFailed
from browser.model.text import cut
from browser.options import LaunchOptions, SessionOptions

END_S = 10.0
"""Seconds that the host has to end its browser and itself."""
PERSISTENT_ARGUMENTS = (
    "--remote-debugging-pipe",
    "--no-startup-window",
    "--disable-back-forward-cache",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-dev-shm-usage",
    "--disable-hang-monitor",
    "--disable-popup-blocking",
    "--disable-prompt-on-repost",
    "--disable-renderer-backgrounding",
    "--enable-automation",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
    "--mute-audio",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
)
"""These make a persistent browser behave like one that a run launches for itself."""


@dataclass(frozen=True, kw_only=True)
class HostOptions:
    """How a persistent browser is started."""

    folder: Path
    """An existing folder for this browser alone. Its profile, its lock and `session.json` lie there."""
    record: Mapping[str, Any]
    """Fields of `session.json` beside those that the host writes itself."""
    limit_s: float
    """The browser ends after this many seconds."""
    outlives: bool = False
    """Whether the browser stays when this process ends."""
    launch: LaunchOptions = field(default_factory=LaunchOptions)
    looks: SessionOptions = field(default_factory=SessionOptions)
    """Only viewport, device_scale_factor, locale, timezone and ignore_https_errors are used."""


class HostProcess:
    """A host process that this process has started."""

    def __init__(self, address: str, process: ChildProcess) -> None:
        self.address = address
        """DevTools endpoint of the browser. Whoever knows it can drive the browser."""
        self._process = process

    async def close(self) -> None:
        """End the host, unless it outlives this process. Never raises, and takes `END_S` at most."""
        await self._process.close()


async def start_host(options: HostOptions) -> HostProcess:
    """Start a host process with its Chromium.

    Raises:
        BrowserNotFound: No Chromium is installed.
        LaunchFailed: Chromium does not start, or this system cannot have persistent browsers.
    """
    if sys.platform == "win32":
        raise LaunchFailed("persistent browsers do not exist on Windows; leave browser_session_id out")
    launch = options.launch
    found = find_browser(launch.executable_path or None, launch.channel or None)
    sandbox = sandbox_works(launch.on_warning)
    try:
        return await _start(options, _command(found.path, options, sandbox))
    except LaunchFailed as error:
        if not sandbox or "no usable sandbox" not in str(error).lower():
            raise LaunchFailed(f"{found.path} did not start: {cut(str(error), 600)}") from error
    say_no_sandbox(
        launch.on_warning, "this machine does not permit it (unprivileged user namespaces are off)"
    )
    return await _start(options, _command(found.path, options, False))


def _command(path: str, options: HostOptions, sandbox: bool) -> list[str]:
    launch, (width, height) = options.launch, options.looks.viewport
    optional = {
        "--headless=new": launch.headless,
        "--no-sandbox": not sandbox,
        "--ignore-certificate-errors": options.looks.ignore_https_errors,
        f"--accept-lang={options.looks.locale}": options.looks.locale,
        f"--proxy-server={launch.proxy and launch.proxy.server}": launch.proxy,
        # Without this, Chromium does not use the proxy for addresses of this machine.
        f"--proxy-bypass-list=<-loopback>;{launch.proxy and launch.proxy.bypass}": launch.proxy,
    }
    return [
        path,
        f"--user-data-dir={options.folder / 'profile'}",
        f"--window-size={width},{height}",
        f"--force-device-scale-factor={options.looks.device_scale_factor:g}",
        *QUIET_ARGUMENTS,
        *PERSISTENT_ARGUMENTS,
        *(argument for argument, wanted in optional.items() if wanted),
        *launch.args,
    ]


async def _start(options: HostOptions, command: Sequence[str]) -> HostProcess:
    order = {
        "folder": str(options.folder),
        "record": dict(options.record),
        "command": list(command),
        "start_s": options.launch.timeout_s,
        "limit_s": options.limit_s,
        "outlives": options.outlives,
        "width": options.looks.viewport[0],
        "height": options.looks.viewport[1],
        "proxy": options.launch.proxy is not None,
        "looks": {"locale": options.looks.locale or "", "timezone": options.looks.timezone or ""},
    }
    process = ChildProcess("browser.lifecycle.persistent.host", order, END_S)
    try:
        said = await process.answer(options.launch.timeout_s + END_S)
    except BaseException:
        await process.close()
        raise
    if options.outlives:
        await process.close()
    return HostProcess(said["address"], process)
