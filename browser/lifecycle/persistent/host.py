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

`browser.lifecycle.persistent.client` starts the host and talks to it.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import secrets
import signal
import threading
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from browser.cdp.client import WebSocket, command, listen
from browser.child import say, told, when_parent_ends
from browser.lifecycle.sweeper import Sweeper, make_short_folder
from browser.network.enforcement import patterns, verdict
from browser.network.gate import Gate
from browser.network.policy import NetworkPolicy
from browser.tasks import Tasks

try:
    import fcntl
except ImportError:  # Windows, where `browser.lifecycle.persistent.client` starts none
    fcntl = None  # type: ignore[assignment]

END_S = 4.0
"""Seconds that Chromium has to end by itself."""
LONGEST_MESSAGE = 1 << 28
"""In bytes. Screenshots of whole pages are long."""
OWN_IDS = 1_000_000_000
"""The host's own commands are numbered from here on. Playwright's numbers never become so large."""
OF_SESSION = re.compile(rb',"sessionId":"([0-9A-F]+)"\}$')
"""The end of a message that belongs to a DevTools session. The message itself may be long."""
PREFERENCES = {"net": {"network_prediction_options": 2}}
"""Chromium loads nothing ahead: DevTools would not be asked."""
SOMEBODY = "a program that attached by its address"

Message = dict[str, Any]

AUTO_ATTACH: Message = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True}


class Chromium:
    """The Chromium process, at the other end of a pipe."""

    def __init__(self, pid: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.pid = pid
        self._reader, self._writer = reader, writer
        self._ended = asyncio.ensure_future(asyncio.to_thread(os.waitpid, pid, 0))

    @classmethod
    async def start(cls, command: list[str], temporary: Path) -> tuple[Chromium, deque[str]]:
        """Start Chromium in a process group of its own.

        Args:
            command: The program and its arguments.
            temporary: Where it puts files of its own that are to go with it.

        Returns:
            The process, and the last lines of its standard error, which are added as they come.
        """
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        ours_err, theirs_err = os.pipe()
        actions = [(os.POSIX_SPAWN_DUP2, theirs_in, 3), (os.POSIX_SPAWN_DUP2, theirs_out, 4),
                   (os.POSIX_SPAWN_DUP2, theirs_err, 2), (os.POSIX_SPAWN_DUP2, theirs_err, 1)]  # fmt: skip
        try:
            pid = os.posix_spawn(  # noqa: ASYNC221  it does not wait for its end
                command[0],
                command,
                {**os.environ, "TMPDIR": str(temporary)},
                file_actions=actions,
                setpgroup=0,
            )
        finally:
            for end in (theirs_in, theirs_out, theirs_err):
                os.close(end)
        said: deque[str] = deque(maxlen=20)
        threading.Thread(target=_listen, args=(ours_err, said), daemon=True).start()
        return cls(pid, await _reader(ours_in), await _writer(ours_out)), said

    async def send(self, message: bytes) -> None:
        """Send one message. Nothing happens if Chromium has ended."""
        self._writer.write(message + b"\0")
        with suppress(OSError):
            await self._writer.drain()

    async def receive(self) -> bytes | None:
        """Return the next message. None means that Chromium has ended."""
        try:
            return (await self._reader.readuntil(b"\0"))[:-1]
        except (asyncio.IncompleteReadError, OSError):
            return None

    async def end(self) -> None:
        """Wait `END_S` for the process to end, then kill it and all its children."""
        with suppress(TimeoutError):
            async with asyncio.timeout(END_S):
                await asyncio.shield(self._ended)
        with suppress(OSError):  # they may all have ended
            os.killpg(self.pid, signal.SIGKILL)
        await self._ended
        self._writer.close()


def _listen(end: int, said: deque[str]) -> None:
    with os.fdopen(end, errors="replace") as lines:
        said.extend(line.strip() for line in lines if line.strip())


async def _reader(end: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=LONGEST_MESSAGE)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(end, "rb")
    )
    return reader


async def _writer(end: int) -> asyncio.StreamWriter:
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.connect_write_pipe(
        lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader()), os.fdopen(end, "wb")
    )
    return asyncio.StreamWriter(transport, protocol, None, loop)


class Record:
    """The state of a persistent browser for others to read: `session.json`, which is replaced as a whole."""

    def __init__(self, folder: Path, content: Message) -> None:
        self._folder, self._content = folder, content

    def write(self, **news: object) -> None:
        """Change these fields and write the file, readable by its owner alone."""
        self._content.update(news)
        partial = self._folder / ".session.partial"
        partial.unlink(missing_ok=True)
        partial.touch(mode=0o600)
        partial.write_text(json.dumps(self._content, ensure_ascii=False, indent=1), "utf-8")
        partial.replace(self._folder / "session.json")


class BrowserHost:
    """Connects one client at a time to the browser, and hands out the lease."""

    def __init__(self, chromium: Chromium, record: Record, looks: Mapping[str, str], gate: Gate) -> None:
        """`looks` holds the `locale` and `timezone` of all pages; "" means that of this machine."""
        self._chromium, self.record, self._looks, self._gate = chromium, record, looks, gate
        self._numbers = count(OWN_IDS)
        self._asked: dict[int, asyncio.Future[Message]] = {}
        self._gone = False
        self._own: set[bytes] = set()
        """Ids of the DevTools sessions that are the host's own."""
        self._tasks = Tasks()
        self._client: WebSocket | None = None
        self._client_session = b""
        self._holder: WebSocket | None = None
        self._holder_name = ""
        self._left: Message = {"tabs": [], "front": ""}
        """Target ids of the tabs in the order in which the last client left them, and the one in front."""
        self._policy = NetworkPolicy()
        """What the last run was held to, and the tabs that it left are."""
        self._ending: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._limit: asyncio.TimerHandle | None = None

    async def begin(self, width: int, height: int) -> None:
        """Set locale and timezone for every page, and open a blank page of this size, in CSS pixels."""
        self._tasks.start(self._hear_browser())
        if any(self._looks.values()):
            await self._ask("Target.setAutoAttach", AUTO_ATTACH)
        opened = await self._ask("Target.createTarget", {"url": "about:blank"})
        tab = {"targetId": opened.get("result", {}).get("targetId", "")}
        window = (await self._ask("Browser.getWindowForTarget", tab)).get("result", {})
        size = {"windowId": window.get("windowId", 0), "width": width, "height": height}
        await self._ask("Browser.setContentsSize", size)

    def limit(self, left_s: float, whole_minutes: float) -> None:
        """End after so many seconds from now, in place of the limit before.

        `whole_minutes` is counted from the session's beginning, for the reason that is written down.
        """
        if self._limit:
            self._limit.cancel()
        why = f"its limit of {whole_minutes:g} minutes was reached"
        self._limit = asyncio.get_running_loop().call_later(left_s, self.end, why)

    @property
    def is_over(self) -> bool:
        """Whether `end` was called."""
        return self._ending.done()

    async def over(self) -> str:
        """Wait until `end` is called, and return the reason."""
        return await asyncio.shield(self._ending)

    def end(self, why: str) -> None:
        """Make `over` return; only the first reason counts."""
        if not self.is_over:
            self._ending.set_result(why)

    async def close(self) -> None:
        """Close the browser and all connections."""
        with suppress(TimeoutError):
            async with asyncio.timeout(END_S):
                await self._ask("Browser.close")
        await self._chromium.end()
        for socket in (self._client, self._holder):
            if socket:
                await socket.close()

    async def _ask(self, method: str, params: Message | None = None, session: str = "") -> Message:
        """Send one of the host's own commands and return the answer; {} if the browser ends first."""
        if self._gone:
            return {}
        number = next(self._numbers)
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        await self._chromium.send(command(number, method, params or {}, session))
        return await answer

    # the browser

    async def _hear_browser(self) -> None:
        while (raw := await self._chromium.receive()) is not None:
            of_session = OF_SESSION.search(raw)
            session = of_session.group(1) if of_session else b""
            if session in self._own or not session:
                await self._hear_own(raw)
            elif self._client and of_session and session == self._client_session:
                await self._client.send(raw[: of_session.start()] + b"}")
            elif self._client:
                await self._client.send(raw)
        self._gone = True
        self.end("its browser ended by itself")
        for answer in self._asked.values():
            answer.set_result({})
        self._asked.clear()

    async def _hear_own(self, raw: bytes) -> None:
        message = json.loads(raw)
        number = message.get("id", 0)
        if number in self._asked:
            self._asked.pop(number).set_result(message)
        elif number and number < OWN_IDS and self._client:
            await self._client.send(raw)  # an answer to a session that has ended
        elif message.get("method") == "Target.attachedToTarget":
            session, kind = message["params"]["sessionId"], message["params"]["targetInfo"]["type"]
            if kind != "browser":  # that one is the client's
                self._own.add(session.encode())
                self._tasks.start(self._show(session, kind))
        elif message.get("method") == "Fetch.requestPaused":
            self._tasks.start(self._judge(message["params"]))
        elif message.get("method") == "Target.detachedFromTarget":
            self._own.discard(message["params"]["sessionId"].encode())

    async def _show(self, session: str, kind: str) -> None:
        """Set locale and timezone of a new page, then let it run."""
        looks, works = self._looks, [("Target.setAutoAttach", AUTO_ATTACH)]
        if kind in ("page", "iframe") and looks["locale"]:
            works.append(("Emulation.setLocaleOverride", {"locale": looks["locale"]}))
        if kind in ("page", "iframe") and looks["timezone"]:
            works.append(("Emulation.setTimezoneOverride", {"timezoneId": looks["timezone"]}))
        works.append(("Runtime.runIfWaitingForDebugger", {}))
        await asyncio.gather(*(self._ask(method, params, session) for method, params in works))

    # the clients

    async def let_in(self, socket: WebSocket) -> None:
        """Serve one connection: requests to the host, or a client that speaks DevTools with the browser."""
        first = await socket.receive()
        if first is None:
            return
        if "ask" in json.loads(first):
            await self._answer(socket, first)
        elif self._client:
            await socket.close()
        else:
            await self._pass_on(socket, first)

    async def _answer(self, socket: WebSocket, raw: bytes | None) -> None:
        """Answer requests to the host. When the connection ends, its lease is released."""
        while raw is not None:
            match json.loads(raw):
                case {"ask": "acquire", "who": str(who)}:
                    await socket.send(json.dumps(self._acquire(socket, who)).encode())
                case {"ask": "release", "tabs": list(tabs), "front": str(front)} if socket is self._holder:
                    self._left = {"tabs": tabs, "front": front}
                    await self._release()
                    await socket.send(b'{"released": true}')
                case {"ask": "hold", "allowed": list(allowed), "blocked": list(blocked)} if (
                    socket is self._holder
                ):
                    await self._hold(NetworkPolicy.of(allowed, blocked))
                    await socket.send(b'{"held": true}')
                case {"ask": "extend", "left_s": int() | float() as left_s, "record": dict(record)}:
                    self.limit(left_s, record["timeout_minutes"])
                    self.record.write(**record)
                    await socket.send(b'{"extended": true}')
                case {"ask": "end", "why": str(why)}:
                    self.end(why)
                case _:
                    break
            raw = await socket.receive()
        if socket is self._holder and not self.is_over:
            await self._release()
        await socket.close()

    async def _hold(self, policy: NetworkPolicy) -> None:
        """Hold every tab to a policy until the next one is given."""
        self._policy = policy
        self._gate.hold(policy)
        await self._ask(*(("Fetch.enable", {"patterns": patterns(policy)}) if policy else ("Fetch.disable",)))

    async def _judge(self, paused: Message) -> None:
        method, answer, _ = verdict(self._policy, paused, "persistent")
        await self._ask(method, answer)

    def _acquire(self, socket: WebSocket, who: str) -> Message:
        if self._holder or self._client:
            return {"busy": self._holder_name or SOMEBODY}
        self._holder, self._holder_name = socket, who
        self.record.write(held_by=who)
        return self._left

    async def _release(self) -> None:
        """End the lease, and disconnect the client if it is still there."""
        if self._client:
            await self._client.close()
            await self._detach()
        self._holder, self._holder_name = None, ""
        self.record.write(held_by="")

    async def _pass_on(self, client: WebSocket, first: bytes) -> None:
        """Forward messages between a client and the browser until the client leaves."""
        self._client = client
        if not self._holder:
            self.record.write(held_by=SOMEBODY)
        answer = await self._ask("Target.attachToBrowserTarget")
        session = answer.get("result", {}).get("sessionId", "")
        self._client_session = session.encode()
        raw: bytes | None = first
        while raw is not None and session:
            message = json.loads(raw)
            if message.get("method") == "Browser.close":
                await client.send(json.dumps({"id": message["id"], "result": {}}).encode())
            elif "sessionId" in message:
                await self._chromium.send(raw)
            else:
                await self._chromium.send(json.dumps({**message, "sessionId": session}).encode())
            raw = await client.receive()
        await client.close()
        if self._client is client:
            await self._detach()
            if not self._holder and not self.is_over:
                self.record.write(held_by="")

    async def _detach(self) -> None:
        """End the client's DevTools session, which undoes all that it had set in the browser."""
        session, self._client, self._client_session = self._client_session, None, b""
        if session:
            await self._ask("Target.detachFromTarget", {"sessionId": session.decode()})


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
