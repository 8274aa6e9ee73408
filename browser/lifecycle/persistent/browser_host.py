"""Who may use a persistent browser: one client at a time, and what is undone when it leaves."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from browser.cdp.client import WebSocket, command
from browser.lifecycle.persistent.chromium import END_S, Chromium
from browser.network.enforcement import patterns, verdict
from browser.network.gate import Gate
from browser.network.policy import NetworkPolicy
from browser.tasks import Tasks

OWN_IDS = 1_000_000_000
"""The host's own commands are numbered from here on. Playwright's numbers never become so large."""
OF_SESSION = re.compile(rb',"sessionId":"([0-9A-F]+)"\}$')
"""The end of a message that belongs to a DevTools session. The message itself may be long."""
SOMEBODY = "a program that attached by its address"

Message = dict[str, Any]

AUTO_ATTACH: Message = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True}


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
                case {
                    "ask": "hold",
                    "allowed": list(allowed),
                    "blocked": list(blocked),
                    "public": bool(public),
                } if socket is self._holder:
                    await self._hold(NetworkPolicy.of(allowed, blocked, public=public))
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
