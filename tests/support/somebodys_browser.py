"""A second Chromium that is somebody's, with three tabs of theirs, watched from outside over raw CDP.

The watcher enables nothing in a tab that is looked at: an evaluation alone changes nothing that a page
can see. Only the tab with the dialog has its `Page` domain enabled, by which the dialog stays open.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import os
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from browser.cdp.client import WebSocket, connect
from browser.lifecycle.find import find_browser

FORM = """<!doctype html><title>Half filled</title><body style="height:5000px">
<form style="margin-top:1200px"><input id=name><textarea id=story></textarea>
<input id=agree type=checkbox><select id=size><option>S<option>M<option>L</select>
<p contenteditable id=rich>Rich</p></form>
<script>window.noted=[];
for (const kind of ['visibilitychange','freeze','resume']) document.addEventListener(kind,()=>noted.push(kind));
for (const kind of ['blur','focus','resize','pagehide','pageshow','beforeunload','scroll','mousemove','message'])
  addEventListener(kind,()=>noted.push(kind));
addEventListener('error',e=>noted.push(e.message))</script>"""
ASKING = "<!doctype html><title>Asking</title><p>Somebody thinks about it</p>"
CLOCK = """<!doctype html><title>Clock</title><p id=at>0</p><a id=get download=mine.txt href="data:text/plain,mine">g</a>
<script>window.noted=[];window.ticks=0;setInterval(()=>{ticks++;at.textContent=ticks},50);
const before=document.title;
for (const kind of ['visibilitychange','freeze','resume']) document.addEventListener(kind,()=>noted.push(kind+document.visibilityState));
for (const kind of ['blur','focus','resize','pagehide','pageshow']) addEventListener(kind,()=>noted.push(kind));
matchMedia('(prefers-color-scheme: dark)').addEventListener('change',()=>noted.push('scheme'))</script>"""
FILL = """(() => { document.querySelector('#name').value = ' Ann\\u00a0\\u{1F600} ';
document.querySelector('#story').value = 'Once upon\\n\\ta time\\r\\n'; document.querySelector('#agree').checked = true;
document.querySelector('#size').value = 'L'; document.querySelector('#rich').innerHTML = 'R<b>i</b>ch';
document.querySelector('#story').focus(); document.querySelector('#story').setSelectionRange(3, 7);
scrollTo(0, 900) })()"""
LOOK = """(async () => ({
  url: location.href, history: history.length, navigations: performance.getEntriesByType('navigation').length,
  born: performance.timeOrigin,
  html: document.title === 'Clock' ? document.documentElement.outerHTML.replace(/<p id="at">\\d+/, '') :
    document.documentElement.outerHTML,
  values: [...document.querySelectorAll('input,textarea,select')].map(e => [e.value, e.checked, e.selectionStart]),
  focused: document.activeElement.id, scroll: [scrollX, scrollY], names: Object.getOwnPropertyNames(window).sort(),
  hasFocus: document.hasFocus(), visibility: document.visibilityState, noted: window.noted,
  agent: navigator.userAgent, languages: navigator.languages, webdriver: navigator.webdriver,
  window: [innerWidth, innerHeight, outerWidth, outerHeight, screenX, screenY, devicePixelRatio],
  dark: matchMedia('(prefers-color-scheme: dark)').matches,
  less: matchMedia('(prefers-reduced-motion: reduce)').matches,
  forced: matchMedia('(forced-colors: active)').matches, touch: navigator.maxTouchPoints,
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone, online: navigator.onLine,
  font: getComputedStyle(document.body).fontFamily,
  wide: (() => { const c = document.createElement('canvas').getContext('2d'); c.font = '16px sans-serif';
    return c.measureText('wide').width })(),
  permissions: await Promise.all(['geolocation', 'notifications', 'clipboard-read', 'camera'].map(
    async name => name + (await navigator.permissions.query({name})).state)),
}))()"""


async def until(check: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait until something is so, and give what was found."""
    async with asyncio.timeout(seconds):
        while True:
            found = check()
            if inspect.isawaitable(found):
                found = await found
            if found:
                return found
            await asyncio.sleep(0.03)


class Watcher:
    """A raw CDP connection to the browser."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._numbers = count(1)
        self._asked: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.events: list[dict[str, Any]] = []
        """All events, oldest first."""
        self._sessions: dict[str, str] = {}
        self._hearing = asyncio.ensure_future(self._hear())

    async def _hear(self) -> None:
        while (raw := await self._socket.receive()) is not None:
            message = json.loads(raw)
            if "id" in message:
                self._asked.pop(message["id"]).set_result(message)
            else:
                self.events.append(message)

    async def ask(self, method: str, params: dict[str, Any] | None = None, tab: str = "") -> dict[str, Any]:
        message: dict[str, Any] = {"id": next(self._numbers), "method": method, "params": params or {}}
        if tab:
            message["sessionId"] = await self.session(tab)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._asked[message["id"]] = answer
        await self._socket.send(json.dumps(message).encode())
        async with asyncio.timeout(60):
            said = await answer
        assert "error" not in said, said
        return dict(said["result"])

    async def session(self, tab: str) -> str:
        if tab not in self._sessions:
            answer = await self.ask("Target.attachToTarget", {"targetId": tab, "flatten": True})
            self._sessions[tab] = answer["sessionId"]
        return self._sessions[tab]

    async def evaluate(self, tab: str, expression: str) -> Any:
        params = {"expression": expression, "returnByValue": True, "awaitPromise": True, "userGesture": True}
        answer = await self.ask("Runtime.evaluate", params, tab)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def open(self, url: str) -> str:
        """Open a tab as the user would, and wait until it has loaded."""
        tab = str((await self.ask("Target.createTarget", {"url": url}))["targetId"])
        ready = (
            f"location.href === {json.dumps(url)} && document.readyState === 'complete' && "
            "new Promise(done => setTimeout(() => done(true), 50))"
        )
        await until(lambda: self.evaluate(tab, ready))
        return tab

    async def tabs(self) -> dict[str, str]:
        """Id -> address of all tabs."""
        infos = (await self.ask("Target.getTargets"))["targetInfos"]
        return {info["targetId"]: info["url"] for info in infos if info["type"] == "page"}

    async def close(self) -> None:
        await self._socket.close()
        self._hearing.cancel()


@dataclass
class Somebody:
    """Somebody's browser."""

    address: str
    """`127.0.0.1:PORT`."""
    watcher: Watcher
    process: subprocess.Popen[bytes]
    downloads: Path
    form: str = ""
    asking: str = ""
    clock: str = ""
    known: dict[str, str] = field(default_factory=dict)

    async def look(self) -> dict[str, Any]:
        """All that a page could notice, and all that its user could miss."""
        ticks = await self.watcher.evaluate(self.clock, "ticks")
        found = {
            "form": await self.watcher.evaluate(self.form, LOOK),
            "clock": await self.watcher.evaluate(self.clock, LOOK),
            "dialogs closed": self.dialogs_closed(),
            "tabs": {tab: url for tab, url in (await self.watcher.tabs()).items() if tab in self.known},
        }
        await until(lambda: self.watcher.evaluate(self.clock, f"ticks > {ticks}"))  # its timers go on
        return found

    def dialogs_closed(self) -> list[dict[str, Any]]:
        return [event for event in self.watcher.events if event["method"] == "Page.javascriptDialogClosed"]

    async def others(self) -> dict[str, str]:
        """The tabs that are not the user's three."""
        return {tab: url for tab, url in (await self.watcher.tabs()).items() if tab not in self.known}

    async def until_alone(self) -> None:
        """Wait until none is left but the user's own tabs."""

        async def alone() -> bool:
            return not await self.others()

        await until(alone)

    async def until(self, url: str) -> str:
        """Wait until another tab shows an address; its id."""

        async def there() -> str:
            return next((tab for tab, at in (await self.others()).items() if at == url), "")

        return str(await until(there))


@asynccontextmanager
async def somebodys_browser(folder: Path, server: Any) -> AsyncIterator[Somebody]:
    """Start it, with a form half filled, a question nobody has answered, and a clock."""
    downloads = folder / "their downloads"
    preferences = folder / "profile" / "Default" / "Preferences"
    preferences.parent.mkdir(parents=True)
    preferences.write_text(
        json.dumps({"download": {"default_directory": str(downloads), "prompt_for_download": False}})
    )
    command = [
        find_browser().path,
        "--headless=new",
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
        "--no-first-run",
        "--disable-background-networking",
        "--disable-popup-blocking",
        "--remote-debugging-port=0",
        "--window-size=1000,800",
        f"--user-data-dir={folder / 'profile'}",
        "about:blank",
    ]
    process = subprocess.Popen(  # noqa: ASYNC220  it is read in a thread
        command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    try:
        assert process.stderr
        while not (line := await asyncio.to_thread(process.stderr.readline)).startswith(
            b"DevTools listening"
        ):
            assert line, "somebody's browser did not start"
        endpoint = line.split()[-1].decode()
        watcher = Watcher(await connect(endpoint))
        somebody = Somebody(endpoint.split("/")[2], watcher, process, downloads)
        await _settle_in(somebody, server)
        yield somebody
        await watcher.close()
    finally:
        process.terminate()
        await asyncio.to_thread(process.communicate)


async def _settle_in(somebody: Somebody, server: Any) -> None:
    watcher = somebody.watcher
    [first] = await watcher.tabs()
    somebody.form = await watcher.open(server.page(FORM, "/form.html"))
    somebody.asking = await watcher.open(server.page(ASKING, "/asking.html"))
    somebody.clock = await watcher.open(server.page(CLOCK, "/clock.html"))
    await watcher.ask("Target.closeTarget", {"targetId": first})
    await watcher.evaluate(somebody.form, FILL)
    await watcher.ask("Page.enable", tab=somebody.asking)
    await watcher.evaluate(somebody.asking, "void setTimeout(() => { window.said = confirm('Really?') }, 0)")
    await until(lambda: any(e["method"] == "Page.javascriptDialogOpening" for e in watcher.events))
    await asyncio.sleep(0.3)  # what opening the tabs has set off, scroll and focus events, is over
    somebody.known = await watcher.tabs()
    assert len(somebody.known) == 3
