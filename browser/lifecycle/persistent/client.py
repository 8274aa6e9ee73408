"""The client of a persistent browser: it starts a host (see `host`), and attaches to it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from browser.cdp.client import NotAccepted, WebSocket, connect
from browser.lifecycle.driver import Driver
from browser.lifecycle.find import find_browser
from browser.lifecycle.launch import QUIET_ARGUMENTS, Browser, sandbox_works, say_no_sandbox
from browser.model.errors import LaunchFailed
from browser.model.text import cut
from browser.network.policy import NetworkPolicy
from browser.options import LaunchOptions, SessionOptions

if TYPE_CHECKING:
    from playwright.async_api import Browser as PlaywrightBrowser
    from playwright.async_api import Page

    from browser.session import Session

START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from browser.lifecycle.persistent.host import main; main()"
)
START_S = 45.0
END_S = 10.0
"""How long the keeper is given to end its browser and itself."""
RELEASE_S = 5.0
KEPT_ARGUMENTS = (
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
)
"""What makes it behave as one that a run starts for itself."""


class Busy(LaunchFailed):
    """Somebody else works in the browser."""

    def __init__(self, who: str) -> None:
        self.who = who
        super().__init__(f"{who} works in it at the moment, and one at a time may")


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """How a browser is to be kept."""

    folder: Path
    """Exists, and is for this browser alone: its profile, its lock, and `session.json` lie there."""
    record: Mapping[str, Any]
    """What `session.json` says beside what the keeper knows itself."""
    limit_s: float
    outlives: bool = False
    """Whether it goes on when this process ends."""
    launch: LaunchOptions = field(default_factory=LaunchOptions)
    looks: SessionOptions = field(default_factory=SessionOptions)
    """Of these: viewport, device_scale_factor, locale, timezone."""


class Kept:
    """A keeper that this process has started."""

    def __init__(self, address: str, process: subprocess.Popen[bytes]) -> None:
        self.address = address
        """Where it is reached; whoever knows it has the browser."""
        self._process = process

    async def close(self) -> None:
        """End it, where it ends with us. Never raises; it takes `END_S` at most."""
        await asyncio.to_thread(_end, self._process)


async def keep(keeping: Keeping) -> Kept:
    """Start a Chromium that stays.

    Raises:
        BrowserNotFound: None is here.
        LaunchFailed: It does not start, or cannot be kept on this system.
    """
    if sys.platform == "win32":
        raise LaunchFailed("browsers cannot be kept on Windows; leave browser_session_id out")
    launch = keeping.launch
    found = find_browser(launch.executable_path or None, launch.channel or None)
    sandbox = sandbox_works(launch.on_warning)
    try:
        return await _start(keeping, _command(found.path, keeping, sandbox))
    except LaunchFailed as error:
        if not sandbox or "no usable sandbox" not in str(error).lower():
            raise LaunchFailed(f"{found.path} did not start: {cut(str(error), 600)}") from error
    say_no_sandbox(
        launch.on_warning, "this machine does not permit it (unprivileged user namespaces are off)"
    )
    return await _start(keeping, _command(found.path, keeping, False))


def _command(path: str, keeping: Keeping, sandbox: bool) -> list[str]:
    launch, (width, height) = keeping.launch, keeping.looks.viewport
    optional = {
        "--headless=new": launch.headless,
        "--no-sandbox": not sandbox,
        f"--accept-lang={keeping.looks.locale}": keeping.looks.locale,
        f"--proxy-server={launch.proxy and launch.proxy.server}": launch.proxy,
        # Chromium goes to this machine directly unless it is told not to.
        f"--proxy-bypass-list=<-loopback>;{launch.proxy and launch.proxy.bypass}": launch.proxy,
    }
    return [
        path,
        f"--user-data-dir={keeping.folder / 'profile'}",
        f"--window-size={width},{height}",
        f"--force-device-scale-factor={keeping.looks.device_scale_factor:g}",
        *QUIET_ARGUMENTS,
        *KEPT_ARGUMENTS,
        *(argument for argument, wanted in optional.items() if wanted),
        *launch.args,
    ]


async def _start(keeping: Keeping, command: Sequence[str]) -> Kept:
    order = {
        "folder": str(keeping.folder),
        "record": dict(keeping.record),
        "command": list(command),
        "limit_s": keeping.limit_s,
        "outlives": keeping.outlives,
        "width": keeping.looks.viewport[0],
        "height": keeping.looks.viewport[1],
        "looks": {"locale": keeping.looks.locale or "", "timezone": keeping.looks.timezone or ""},
    }
    process = subprocess.Popen(  # noqa: ASYNC220  it is read in a thread
        [sys.executable, "-I", "-c", START, str(Path(__file__).parents[3])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # a Ctrl-C at the terminal is for us
    )
    try:
        said = await asyncio.to_thread(_tell, process, order)
    except BaseException:
        await asyncio.to_thread(_end, process)
        raise
    if keeping.outlives or "error" in said:
        await asyncio.to_thread(_end, process)
    if "error" in said:
        raise LaunchFailed(said["error"])
    return Kept(said["address"], process)


def _tell(process: subprocess.Popen[bytes], order: Mapping[str, Any]) -> dict[str, str]:
    assert process.stdin
    assert process.stdout
    with suppress(OSError):
        process.stdin.write(json.dumps(order).encode() + b"\n")
        process.stdin.flush()
    said: dict[str, str] = json.loads(process.stdout.readline() or '{"error": "its keeper ended"}')
    return said


def _end(process: subprocess.Popen[bytes]) -> None:
    """Let go of a process of ours: it ends with its standard input, or has ended already."""
    with suppress(OSError):
        if process.stdin:
            process.stdin.close()
    try:
        process.wait(END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()


class Hold:
    """The right to work in a kept browser, for as long as this is open."""

    def __init__(self, socket: WebSocket, tabs: Sequence[str], front: str) -> None:
        self._socket = socket
        self.tabs, self.front = tuple(tabs), front
        """Ids of the tabs in the order in which the last run left them, and which was in front."""

    @classmethod
    async def take(cls, address: str, who: str) -> Hold:
        """Take it, for `who`.

        Raises:
            Busy: Somebody else has it.
            LaunchFailed: The browser is gone.
        """
        socket = await _connect(address)
        said = await _ask(socket, {"ask": "hold", "who": who})
        if "busy" in said:
            await socket.close()
            raise Busy(said["busy"])
        if "tabs" not in said:
            raise LaunchFailed("its browser has ended")
        return cls(socket, said["tabs"], said["front"])

    async def forbid(self, policy: NetworkPolicy) -> None:
        """Have the host hold the tabs to this policy while nobody works in them."""
        lists = {name: [rule.text for rule in getattr(policy, name)] for name in ("allowed", "blocked")}
        await _ask(self._socket, {"ask": "forbid", **lists})

    async def permit(self) -> None:
        """Have the host forbid nothing more."""
        await _ask(self._socket, {"ask": "permit"})

    async def release(self, tabs: Sequence[str], front: str) -> None:
        """Give it back, and say how the tabs are left. Never raises."""
        with suppress(TimeoutError):
            async with asyncio.timeout(RELEASE_S):
                await _ask(self._socket, {"ask": "release", "tabs": list(tabs), "front": front})
        await self._socket.close()


async def _connect(address: str) -> WebSocket:
    try:
        return await connect(address)
    except (OSError, NotAccepted) as error:
        raise LaunchFailed("its browser has ended, or does not answer") from error


async def _ask(socket: WebSocket, what: Mapping[str, Any]) -> dict[str, Any]:
    """Ask the keeper something; {} where it is gone."""
    await socket.send(json.dumps(what).encode())
    return dict(json.loads(await socket.receive() or b"{}"))


async def end(address: str, why: str) -> None:
    """Have a kept browser end, whoever works in it.

    Raises:
        LaunchFailed: Its keeper does not answer.
    """
    socket = await _connect(address)
    await socket.send(json.dumps({"ask": "end", "why": why}).encode())
    with suppress(TimeoutError):
        async with asyncio.timeout(END_S):
            await socket.receive()  # it ends the connection at its own end
    await socket.close()


class KeptBrowser(Browser):
    """A kept browser while a run works in it. Its tabs stay when the run goes."""

    def __init__(self, playwright: Driver, browser: PlaywrightBrowser, hold: Hold) -> None:
        super().__init__(playwright, browser, owned=False)
        self._hold = hold
        self._pages: list[Page] = []
        """Its tabs as the last run left them; those that came later come last."""
        self._front: Page | None = None
        self._policy = NetworkPolicy()
        """What the last session was held to, and what its tabs are held to when it is over."""

    async def find_tabs(self) -> None:
        """See what tabs there are."""
        ids = {page: await _id_of(page) for page in self._browser.contexts[0].pages}
        places = {tab: place for place, tab in enumerate(self._hold.tabs)}
        self._pages = sorted(ids, key=lambda page: places.get(ids[page], len(places)))
        in_front = [page for page in self._pages if ids[page] == self._hold.front]
        self._front = next(iter([*in_front, *reversed(self._pages)]), None)

    @property
    def at(self) -> str:
        """The address of the page in front; "" where none was opened yet."""
        url = self._front.url if self._front else ""
        return "" if url == "about:blank" else url

    async def _begin_session(self, options: SessionOptions) -> Session:
        from browser.session import Session

        # Its pages have the ratio of the screen, which is what pictures are taken at.
        options = replace(options, device_scale_factor=1.0)
        session = await Session.go_on(self._browser.contexts[0], options, self._pages, self._front)
        self._policy = options.rules
        await self._hold.permit()  # from here on the session holds its own policy
        return session

    async def close(self) -> None:
        """Leave it as it is, to whoever comes next. Never raises, never hangs."""
        from playwright.async_api import Error

        tabs, front = list(self._hold.tabs), self._hold.front
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(RELEASE_S):
                if self._policy:
                    await self._hold.forbid(self._policy)
                for session in self._sessions:
                    tabs = [await _id_of(page) for page in session.pages]
                    front = await _id_of(session.front) if session.front else ""
        await super().close()
        await self._hold.release(tabs, front)


async def _id_of(page: Page) -> str:
    session = await page.context.new_cdp_session(page)
    info = (await session.send("Target.getTargetInfo"))["targetInfo"]
    await session.detach()
    return str(info["targetId"])


async def join_kept(address: str, who: str) -> KeptBrowser:
    """Work in a kept browser, as the only one.

    Raises:
        Busy: Somebody else does.
        LaunchFailed: It is gone.
    """
    from playwright.async_api import Error

    hold = await Hold.take(address, who)
    playwright = await Driver.start()
    try:
        browser = await playwright.chromium.connect_over_cdp(address, timeout=15_000)
        kept = KeptBrowser(playwright, browser, hold)
        await kept.find_tabs()
    except Error as error:
        await playwright.stop()
        await hold.release(hold.tabs, hold.front)
        raise LaunchFailed(f"it does not answer: {error.message.splitlines()[0]}") from error
    return kept
