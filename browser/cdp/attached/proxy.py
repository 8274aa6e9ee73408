"""The CDP proxy between Playwright and an attached browser. It shows Playwright our own tabs only.

Playwright attaches to every tab of a browser that it connects to. It emulates focus in them, overrides their
appearance, takes over their downloads, answers their dialogs, and does not get ready while one of them does
not answer. Therefore it connects to this proxy instead. The proxy holds the connection to the browser and
attaches to the tabs that were opened through it, to those that these tabs open, and to no others.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import shutil
from collections import defaultdict
from collections.abc import Mapping, Set
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from browser.cdp.attached.led_tabs import ASKED, LedTabs
from browser.cdp.client import WebSocket, command
from browser.network.in_page import RUN_FIRST
from browser.tasks import Tasks

logger = logging.getLogger("agent_core." + __name__)

CLOSE_S = 3.0
"""Seconds that our remaining tabs have to close."""
LINGER_S = 0.3
"""Seconds for which the requests are refused that our pages make as they are closed."""
OWN_IDS = 1_000_000_000
"""The proxy's own commands are numbered from here on. Playwright's numbers never become so large."""
ANSWER = re.compile(rb'\{"id":(\d+)[,}]')
FRAME_ATTACHED = re.compile(rb'\{"method":"Page\.frameAttached","params":\{"frameId":"(\w+)"')
FRAME_IN_TREE = re.compile(rb'"frame":\{"id":"(\w+)"')
NEW_FRAME_S = 0.05
"""Seconds that our tabs have to say whether a new frame is in one of them; a tab that is busy may not say."""
GUARDED_S = 2.0
"""Seconds that a new tab has to take the script of a network policy, before its first request goes on."""
DOCUMENTS = ("page", "iframe")
WORKERS = ("worker", "shared_worker", "service_worker")
AUTO_ATTACH: Mapping[str, Any] = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True}
SHARED = ("shared_worker", "service_worker")
"""Workers that belong to no tab: under a network policy, their requests are seen like those of our tabs."""

Message = dict[str, Any]


class CdpProxy:
    """Forwards messages about our tabs, and hides all others from Playwright."""

    def __init__(self, browser: WebSocket, client: WebSocket) -> None:
        self._browser, self._client = browser, client
        self._ours: set[str] = set()
        """Target ids of our tabs."""
        self._frames: set[str] = set()
        """Ids of frames in our tabs, also of those that are gone."""
        self._others: set[str] = set()
        """Ids of frames and tabs that are not ours."""
        self._sessions: set[str] = set()
        """Sessions with our tabs, and with frames of theirs that have a process of their own."""
        self._workers: set[str] = set()
        """Sessions with workers; Playwright does not know those of workers that a worker has made."""
        self._script = ""
        """What runs first in documents and workers; "" without a network policy."""
        self._guarded: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        """Target ids of our tabs and frames; the event is set once the script will run there."""
        self._held: set[tuple[str, str]] = set()
        """Session and id of the requests that Playwright is to judge."""
        self._judging = Tasks()
        """Shows Playwright what it is to judge."""
        self._left: set[str] = set()
        """Sessions in which nobody judges any more: what is held up there is refused."""
        self._watching: set[str] = set()
        """Sessions of Playwright's with the browser itself, which hear of every tab's requests."""
        self._openers: dict[str, str] = {}
        """Target id of a tab that one of ours has opened -> target id of its opener."""
        self._led = LedTabs()
        self._knowing: set[str] = set()
        """Target ids of tabs whose pages can use the page that has opened them."""
        self._numbers = count(OWN_IDS)
        self._asked: dict[int, asyncio.Future[Message]] = {}
        self._tasks = Tasks()
        self._downloads = Path()
        """The folder in which Playwright looks for downloads."""

    async def serve(self) -> None:
        """Forward messages until one side ends, then close our tabs."""
        hearing = asyncio.ensure_future(self._hear_browser())
        await self._ask("Target.setDiscoverTargets", {"discover": True})
        serving = asyncio.ensure_future(self._hear_client())
        await asyncio.wait({hearing, serving}, return_when=asyncio.FIRST_COMPLETED)
        serving.cancel()
        if not hearing.done():
            await self._leave({*self._watching, *(session for session, _ in self._held)})
            await self._close_tabs()
            if self._watching:
                await asyncio.sleep(LINGER_S)
        hearing.cancel()
        await self._client.close()
        await self._browser.close()

    async def close(self) -> None:
        """Close Playwright's connection, which ends `serve`."""
        await self._client.close()

    async def _close_tabs(self) -> None:
        closing = [self._ask("Target.closeTarget", {"targetId": tab}) for tab in self._ours]
        try:
            async with asyncio.timeout(CLOSE_S):
                await asyncio.gather(*closing)
        except TimeoutError:
            logger.info("Some of our tabs did not close within %g s", CLOSE_S)

    async def _ask(self, method: str, params: Mapping[str, Any], session: str = "") -> Message:
        """Send one of the proxy's own commands to the browser, and return the answer."""
        return await (await self._send(method, params, session))

    async def _send(
        self, method: str, params: Mapping[str, Any], session: str = ""
    ) -> asyncio.Future[Message]:
        """Send one of the proxy's own commands before anything that is sent later; the answer comes."""
        number = next(self._numbers)
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        await self._browser.send(command(number, method, params, session))
        return answer

    async def _tell(self, method: str, params: Mapping[str, Any], session: str = "") -> None:
        """Send one of the proxy's own commands before anything that is sent later; its answer is ignored."""
        await self._browser.send(command(next(self._numbers), method, params, session))

    # from Playwright

    async def _hear_client(self) -> None:
        while (raw := await self._client.receive()) is not None:
            message = json.loads(raw)
            if message["method"] == RUN_FIRST:
                await self._run_first(message)
                continue
            if "sessionId" in message:
                self._held.discard((message["sessionId"], message.get("params", {}).get("requestId", "")))
                await self._browser.send(raw)
                continue
            match message["method"]:
                case "Target.setAutoAttach" | "Browser.close":
                    # These commands would affect every tab, the user's too.
                    await self._reply(message["id"], {"result": {}})
                case "Browser.setDownloadBehavior":
                    self._tasks.start(self._hear_of_downloads(message))
                case "Target.attachToBrowserTarget":
                    self._tasks.start(self._watch(message["id"]))
                case "Target.createTarget":
                    self._tasks.start(self._open(message))
                case "Target.detachFromTarget":
                    await self._leave({message["params"]["sessionId"]} & self._watching)
                    await self._browser.send(raw)
                case _:
                    await self._browser.send(raw)

    async def _open(self, message: Message) -> None:
        """Open a tab in the background, so that the user's tab keeps the focus."""
        answer = await self._ask("Target.createTarget", {**message["params"], "background": True})
        if "result" in answer:
            await self._take(answer["result"]["targetId"])
        await self._reply(message["id"], answer)

    async def _watch(self, number: int) -> None:
        """Let Playwright speak with the browser itself, and note in which session."""
        answer = await self._ask("Target.attachToBrowserTarget", {})
        self._watching |= {answer["result"]["sessionId"]} if "result" in answer else set()
        await self._reply(number, answer)

    async def _show_request(self, raw: bytes) -> None:
        """Show Playwright a request that the browser holds up, where it is one of ours; let others go on."""
        message = json.loads(raw)
        session, frame = message.get("sessionId", ""), message["params"]["frameId"]
        request = message["params"]["requestId"]
        if session in self._watching and not await self._is_our_frame(frame):
            await self._ask("Fetch.continueRequest", {"requestId": request}, session)
            return
        self._held.add((session, request))
        await self._until_guarded(frame)
        if session in self._left:
            await self._refuse_what_is_held()
        else:
            await self._client.send(raw)

    async def _until_guarded(self, frame: str) -> None:
        """Wait until the script will run in a tab that a page of ours has opened just now.

        One that knows no opener answers nothing before its first document is there.
        """
        if self._script and frame in self._knowing:
            with suppress(TimeoutError):
                async with asyncio.timeout(GUARDED_S):
                    await self._guarded[frame].wait()

    async def _is_our_frame(self, frame: str) -> bool:
        """Whether a frame is in a tab of ours; a tab that has a new one says so before it answers."""
        if frame not in self._frames and frame not in self._others:
            asked = [self._ask("Page.getFrameTree", {}, session) for session in self._sessions]
            with suppress(TimeoutError):
                async with asyncio.timeout(NEW_FRAME_S):
                    await asyncio.gather(*asked)
            if frame not in self._frames:
                self._others.add(frame)
        return frame in self._frames

    async def _leave(self, sessions: Set[str]) -> None:
        """Playwright judges no longer in these: what they hold up would be let go when they end."""
        self._left |= sessions
        if sessions:
            await self._judging.ended(GUARDED_S)
        await self._refuse_what_is_held()

    async def _refuse_what_is_held(self) -> None:
        held = {one for one in self._held if one[0] in self._left}
        self._held -= held
        for session, request in held:
            refused = {"requestId": request, "errorReason": "Aborted"}
            await self._tell("Fetch.failRequest", refused, session)

    async def _run_first(self, message: Message) -> None:
        """Have a script run first wherever our pages run scripts, also in workers that belong to no tab."""
        self._script = message["params"]["script"]
        await self._reply(message["id"], {"result": {}}, message["sessionId"])
        shared = [{"type": kind} for kind in SHARED]
        await self._tell("Target.setAutoAttach", {**AUTO_ATTACH, "filter": shared})

    async def _guard(self, message: Message) -> bool:
        """Have the script run in what was attached to; returns whether Playwright is not to hear of it."""
        session, kind = message["params"]["sessionId"], message["params"]["targetInfo"]["type"]
        by = message.get("sessionId")
        if kind in DOCUMENTS:
            self._sessions.add(session)
            self._led.attached(session, message["params"]["targetInfo"], by or "")
            if self._script:
                await self._tell("Page.enable", {}, session)
                script = {"source": self._script, "runImmediately": True}
                added = await self._send("Page.addScriptToEvaluateOnNewDocument", script, session)
                guarded = self._guarded[message["params"]["targetInfo"]["targetId"]]
                added.add_done_callback(lambda _: guarded.set())
        elif kind in WORKERS and self._script:
            self._workers.add(session)
            await self._tell("Target.setAutoAttach", AUTO_ATTACH, session)
            await self._tell("Runtime.evaluate", {"expression": self._script}, session)
            await self._tell("Runtime.runIfWaitingForDebugger", {}, session)
        elif kind in SHARED:
            await self._tell("Runtime.runIfWaitingForDebugger", {}, session)
        # Playwright leaves shared workers as they wait to begin, and then they wait for ever.
        return by in self._workers or kind in SHARED

    async def _take(self, tab: str) -> None:
        """Attach to a tab of ours. The event that follows tells Playwright of it."""
        self._ours.add(tab)
        self._frames.add(tab)
        await self._ask("Target.attachToTarget", {"targetId": tab, "flatten": True})

    async def _hear_of_downloads(self, message: Message) -> None:
        """Have download events sent, but leave downloads where the browser saves them.

        Chromium has one download behavior for all tabs of a profile, so it cannot be set for ours alone.
        """
        self._downloads = Path(message["params"].get("downloadPath", ""))
        answer = await self._ask(
            "Browser.setDownloadBehavior", {"behavior": "default", "eventsEnabled": True}
        )
        await self._reply(message["id"], answer)

    async def _tell_download(self, raw: bytes) -> None:
        """Forward the start of a download as one of the tab that opened its window.

        A window that is opened only for a download may be closed before Playwright knows it.
        """
        message = json.loads(raw)
        frame = message["params"]["frameId"]
        while self._openers.get(frame) in self._ours:
            frame = self._openers[frame]
        message["params"]["frameId"] = frame
        await self._client.send(json.dumps(message).encode())

    async def _show_download(self, raw: bytes) -> None:
        """Link a completed download to where Playwright expects it, and forward the event."""
        done = json.loads(raw)["params"]
        if done["state"] == "completed" and done.get("filePath"):
            await asyncio.to_thread(_link, Path(done["filePath"]), self._downloads / done["guid"])
        await self._client.send(raw)

    async def _reply(self, number: int, answer: Message, session: str = "") -> None:
        said: Message = {name: answer[name] for name in ("result", "error") if name in answer}
        said |= {"sessionId": session} if session else {}
        await self._client.send(json.dumps({"id": number, **said}).encode())

    # from the browser

    async def _hear_browser(self) -> None:
        while (raw := await self._browser.receive()) is not None:
            answer = ANSWER.match(raw)
            if answer and int(answer.group(1)) < OWN_IDS:
                if b'"frameTree"' in raw[:60]:
                    self._frames |= {found.decode() for found in FRAME_IN_TREE.findall(raw)}
                await self._client.send(raw)
                continue
            if raw.startswith(b'{"method":"Browser.downloadWillBegin"'):
                await self._tell_download(raw)
                continue
            if raw.startswith(b'{"method":"Browser.downloadProgress"'):
                await self._show_download(raw)
                continue
            if raw.startswith(b'{"method":"Fetch.requestPaused"') and self._watching:
                self._judging.start(self._show_request(raw))
                continue
            if raw.startswith(ASKED):
                self._led.note(raw)
            if attached := FRAME_ATTACHED.match(raw):
                self._frames.add(attached.group(1).decode())
            if raw.startswith(b'{"method":"') and not raw.startswith(b'{"method":"Target.'):
                await self._client.send(raw)
                continue
            message = json.loads(raw)
            if message.get("id", 0) >= OWN_IDS:
                self._hear_answer(message, raw)
            elif message.get("method") == "Target.attachedToTarget" and await self._guard(message):
                continue
            elif "sessionId" in message or not self._is_about_targets(message):
                if message.get("method") == "Target.attachedToTarget":
                    raw = self._with_opener(message, raw)
                if message.get("method") == "Target.detachedFromTarget":
                    self._sessions.discard(message["params"]["sessionId"])
                    self._workers.discard(message["params"]["sessionId"])
                await self._client.send(raw)

    def _with_opener(self, message: Message, raw: bytes) -> bytes:
        """The message with what Chromium leaves out: who has opened a tab that knows no opener."""
        info = message["params"]["targetInfo"]
        opener = self._openers.get(info["targetId"], "")
        if info["type"] != "page" or info.get("openerId") or not opener:
            return raw
        info["openerId"] = opener
        return json.dumps(message).encode()

    def _hear_answer(self, message: Message, raw: bytes) -> None:
        """Hear the answer to one of the proxy's own commands."""
        if "frameTree" in message.get("result", {}):
            self._frames |= {found.decode() for found in FRAME_IN_TREE.findall(raw)}
        asked = self._asked.pop(message["id"], None)
        if asked is not None and not asked.done():
            asked.set_result(message)

    def _is_about_targets(self, message: Message) -> bool:
        """Return True for target events, which the proxy handles and does not forward.

        Tabs that ours have opened become ours.
        """
        params = message.get("params", {})
        match message.get("method", ""):
            case "Target.targetCreated" | "Target.targetInfoChanged":
                info = params["targetInfo"]
                new = info["type"] == "page" and message["method"] == "Target.targetCreated"
                led = self._led.take(info["url"]) if new else ""
                opener = info.get("openerId") or led
                opened_by_ours = opener in self._ours
                if info["type"] == "page" and opened_by_ours and info["targetId"] not in self._ours:
                    self._ours.add(info["targetId"])
                    self._frames.add(info["targetId"])
                    self._openers[info["targetId"]] = opener
                    self._knowing |= {info["targetId"]} if info.get("canAccessOpener") else set()
                    self._tasks.start(self._take(info["targetId"]))
                elif info["type"] in SHARED:
                    self._frames.add(info["targetId"])
                elif info["type"] == "page" and info["targetId"] not in self._ours:
                    self._others.add(info["targetId"])
            case "Target.targetDestroyed":
                self._ours.discard(params["targetId"])
                self._knowing.discard(params["targetId"])
                self._guarded.pop(params["targetId"], asyncio.Event()).set()
                self._others.discard(params["targetId"])
            case "Target.targetCrashed":
                pass
            case _:
                return False
        return True


def _link(file: Path, place: Path) -> None:
    try:
        try:
            place.symlink_to(file)
        except OSError:
            shutil.copyfile(file, place)  # on Windows most users may not create links
    except OSError as error:  # the browser may run on another machine; then the file is not here
        logger.info("A download was not linked for Playwright: %s", error)
