"""The host process of a persistent browser, which runs use one after another.

* Chromium is connected to the host by a pipe and ends when the host ends, even if it is killed. A second
  small process, the sweeper, is started first and then removes what is left. If both are killed, the next
  process that reads the folder removes it.
* Chromium listens at no port. A client that knows the address, which contains a secret, speaks the DevTools
  protocol with the host. There is one client at a time. When it leaves, its settings are undone.
* What the browser sends leaves through the host (see `browser.network.gate`), unless it has a proxy. The
  network policy of a run holds until the next run comes, also when that run was killed.
* The host locks the folder while anything of the browser is left, and writes its state to `session.json`.
* The host ends at its time limit, when it is told to, when Chromium ends, and, unless it outlives it, when
  the process that started it ends.

`client` starts the host and talks to it; `browser_host` serves clients; `chromium` is the process.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
from contextlib import suppress
from pathlib import Path

from browser.cdp.client import WebSocket, listen
from browser.child import say, told, when_parent_ends
from browser.lifecycle.persistent.browser_host import BrowserHost, Message, Record
from browser.lifecycle.persistent.chromium import Chromium
from browser.lifecycle.sweeper import Sweeper, make_short_folder
from browser.network.gate import Gate

try:
    import fcntl
except ImportError:  # Windows, where `browser.lifecycle.persistent.client` starts none
    fcntl = None  # type: ignore[assignment]

PREFERENCES = {"net": {"network_prediction_options": 2}}
"""Chromium loads nothing ahead: DevTools would not be asked."""
LAST_WORDS, LAST_WORDS_S = 20, 0.05
"""How often, and how many seconds apart, it is looked for what a Chromium that did not start has said."""


async def _run(order: Message, folder: Path, temporary: Path, sweeper: Sweeper) -> None:
    gate = Gate()
    command = order["command"]
    if not order["proxy"]:
        way_out = await gate.open()
        command = [*command, f"--proxy-server={way_out}", "--proxy-bypass-list=<-loopback>"]
    try:
        chromium, said = await Chromium.start(command, temporary)
    except OSError as error:
        say(error=str(error))
        return
    sweeper.kill_first(chromium.pid)
    host = BrowserHost(chromium, Record(folder, order["record"]), order["looks"], gate)
    if not await _begins(host, order):
        await host.close()
        for _ in range(LAST_WORDS):
            if said:
                break
            await asyncio.sleep(LAST_WORDS_S)
        say(error=" ".join(said) or "it did not answer")
    else:
        await _serve(host, order)
    gate.close()
    sweeper.kill_first(None)
    await asyncio.to_thread(sweeper.sweep)


async def _begins(host: BrowserHost, order: Message) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(order["start_s"]):
            await host.begin(order["width"], order["height"])
            return not host.is_over
    return False


async def _serve(host: BrowserHost, order: Message) -> None:
    """Accept clients until the host ends."""
    path = f"/{secrets.token_urlsafe(24)}"

    async def let_in(socket: WebSocket) -> None:
        with suppress(OSError, ValueError):
            await host.let_in(socket)

    server, address = await listen(path, let_in)
    host.record.write(browser_address=address, pid=os.getpid(), held_by="", ended="")
    _end_with_others(host, order)
    say(address=address)
    why = await host.over()
    host.record.write(browser_address="", held_by="", ended=why)
    server.close(close_connections=False)
    await host.close()


def _end_with_others(host: BrowserHost, order: Message) -> None:
    """End the host at its limit, at a signal, and with its standard input unless it outlives its parent."""
    loop = asyncio.get_running_loop()
    host.limit(order["limit_s"], order["limit_s"] / 60)
    for number in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, host.end, "its host process was told to end")
    if not order["outlives"]:
        when_parent_ends(loop, lambda: host.end("the program that opened it ended"))


def main() -> None:
    """Host the browser that one line of JSON on standard input describes (see `client`).

    Standard output gets one line of JSON: the `address` of the browser, or an `error`.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent; the host ends after it
    order = told()
    if order["outlives"] and os.fork():
        os._exit(0)
    folder = Path(order["folder"])
    try:
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        profile, temporary = folder / "profile", make_short_folder()
        profile.mkdir(mode=0o700)
        preferences = profile / "Default" / "Preferences"
        preferences.parent.mkdir()
        preferences.write_text(json.dumps(PREFERENCES))
        # It holds the lock, so a folder without a lock is one of which nothing is left.
        sweeper = Sweeper(profile, temporary, holding=[lock])
    except OSError as error:
        say(error=f"there is no place for its files: {error}")
        return
    asyncio.run(_run(order, folder, temporary, sweeper))
