"""What the proxy lets through of a browser that somebody else has started: only what concerns our tabs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
import pytest_asyncio

from browser.cdp.attached.proxy import CdpProxy
from browser.network.in_page import RUN_FIRST

Message = dict[str, Any]


class Line:
    """One side of the proxy: what is said here comes to it, and what it sends is heard here."""

    def __init__(self, answer: Any = lambda message: None) -> None:
        self.heard: list[Message] = []
        self._said: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._answer = answer

    def say(self, message: Message) -> None:
        self._said.put_nowait(json.dumps(message, separators=(",", ":")).encode())

    async def receive(self) -> bytes | None:
        return await self._said.get()

    async def send(self, raw: bytes) -> None:
        message = json.loads(raw)
        self.heard.append(message)
        if answer := self._answer(message):
            self.say({"id": message["id"], **answer})

    async def close(self) -> None:
        self._said.put_nowait(None)

    def methods(self) -> list[str]:
        return [message.get("method", "") for message in self.heard]


OURS = {"targetId": "OURS", "type": "page", "url": "about:blank"}


def browser_answers(message: Message) -> Message | None:
    match message["method"]:
        case "Target.createTarget":
            return {"result": {"targetId": "OURS"}}
        case "Target.attachToBrowserTarget":
            return {"result": {"sessionId": "WATCH"}}
        case "Page.getFrameTree":
            child = {"frame": {"id": "CHILD"}}
            return {"result": {"frameTree": {"frame": {"id": "OURS"}, "childFrames": [child]}}}
        case _:
            return {"result": {}}


def paused(request: str, frame: str) -> Message:
    params = {"requestId": request, "frameId": frame, "request": {"url": "http://a.test/"}}
    return {"method": "Fetch.requestPaused", "params": params, "sessionId": "WATCH"}


async def until(condition: Any) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110  a list has no event to wait for
            await asyncio.sleep(0.005)


@pytest_asyncio.fixture
async def sides() -> AsyncIterator[tuple[Line, Line]]:
    """The browser's side and Playwright's; Playwright has opened a tab, and watches the browser."""
    browser, client = Line(browser_answers), Line()
    proxy = CdpProxy(browser, client)  # type: ignore[arg-type]
    serving = asyncio.ensure_future(proxy.serve())
    client.say({"id": 1, "method": "Target.createTarget", "params": {"url": "about:blank"}})
    client.say({"id": 2, "method": "Target.attachToBrowserTarget", "params": {}})
    await until(lambda: len(client.heard) == 2)
    browser.say({"method": "Target.attachedToTarget", "params": {"sessionId": "TAB", "targetInfo": OURS}})
    await until(lambda: len(client.heard) == 3)
    yield browser, client
    await client.close()
    await serving


async def test_a_request_of_a_new_frame_of_ours_is_shown(sides):
    browser, client = sides
    browser.say(paused("1", "CHILD"))
    await until(lambda: "Fetch.requestPaused" in client.methods())
    assert "Fetch.continueRequest" not in browser.methods()


async def test_a_request_of_the_user_goes_on_and_of_its_frame_nobody_is_asked_again(sides):
    browser, client = sides
    for number in ("1", "2", "3"):
        browser.say(paused(number, "THEIRS"))
        await until(lambda number=number: browser.methods().count("Fetch.continueRequest") == int(number))
    assert browser.methods().count("Page.getFrameTree") == 1
    assert "Fetch.requestPaused" not in client.methods()


def asked_for(url: str, disposition: str) -> Message:
    params = {"frameId": "CHILD", "reason": "anchorClick", "url": url, "disposition": disposition}
    return {"method": "Page.frameRequestedNavigation", "params": params, "sessionId": "TAB"}


def made(tab: str, url: str) -> Message:
    return {"method": "Target.targetCreated", "params": {"targetInfo": OURS | {"targetId": tab, "url": url}}}


def taken(browser: Line) -> list[str]:
    return [each["params"]["targetId"] for each in browser.heard if each["method"] == "Target.attachToTarget"]


@pytest.mark.parametrize("disposition", ["newTab", "newWindow"])
async def test_a_tab_without_an_opener_is_ours_where_a_page_of_ours_has_asked_for_it(sides, disposition):
    browser, client = sides
    browser.say(asked_for("http://ann:secret@a.test/x#part", disposition))
    for tab, url in (
        ("THEIRS", "http://b.test/x"),
        ("LED", "https://a.test/x"),
        ("LATER", "http://a.test/x"),
    ):
        browser.say(made(tab, url))
    await until(lambda: taken(browser) == ["OURS", "LED"])
    browser.say(paused("1", "LED"))
    browser.say(paused("2", "LATER"))
    await until(lambda: "Fetch.continueRequest" in browser.methods())
    assert [each["params"]["frameId"] for each in client.heard if each.get("sessionId") == "WATCH"] == ["LED"]


async def test_a_page_of_ours_that_goes_on_in_its_own_tab_takes_nobodys_tab(sides):
    browser, _ = sides
    browser.say(asked_for("http://a.test/x", "currentTab"))
    browser.say(made("THEIRS", "http://a.test/x"))
    browser.say(paused("1", "THEIRS"))
    await until(lambda: "Fetch.continueRequest" in browser.methods())
    assert taken(browser) == ["OURS"]


async def test_what_was_held_up_is_refused_when_playwright_has_gone(sides):
    browser, client = sides
    for number in ("1", "2"):
        browser.say(paused(number, "OURS"))
    await until(lambda: client.methods().count("Fetch.requestPaused") == 2)
    client.say(
        {"id": 3, "method": "Fetch.continueRequest", "params": {"requestId": "1"}, "sessionId": "WATCH"}
    )
    await until(lambda: "Fetch.continueRequest" in browser.methods())
    await client.close()
    await until(lambda: "Target.closeTarget" in browser.methods())
    browser.say(paused("3", "OURS"))  # a page sends it as it is closed
    await until(lambda: browser.methods().count("Fetch.failRequest") == 2)
    refused = [
        message["params"]["requestId"]
        for message in browser.heard
        if message["method"] == "Fetch.failRequest"
    ]
    assert refused == ["2", "3"]


@pytest.mark.parametrize(
    ("kind", "by", "shown"),
    [
        ("iframe", "TAB", True),
        ("worker", "TAB", True),
        ("service_worker", "TAB", False),
        ("shared_worker", None, False),
    ],
)
async def test_a_script_runs_first_before_playwright_lets_anything_run(sides, kind, by, shown):
    browser, client = sides
    client.say({"id": 4, "method": RUN_FIRST, "params": {"script": "1"}, "sessionId": "WATCH"})
    await until(lambda: client.heard[-1] == {"id": 4, "result": {}, "sessionId": "WATCH"})
    info = {"targetId": "NEW", "type": kind, "url": ""}
    attached = {
        "method": "Target.attachedToTarget",
        "params": {"sessionId": "NEW", "targetInfo": info, "waitingForDebugger": True},
    }
    browser.say(attached | ({"sessionId": by} if by else {}))
    runs = "Page.addScriptToEvaluateOnNewDocument" if kind == "iframe" else "Runtime.evaluate"
    await until(lambda: runs in browser.methods())
    with suppress(TimeoutError):
        async with asyncio.timeout(0.2 if not shown else 5):
            await until(lambda: client.heard[-1].get("params", {}).get("sessionId") == "NEW")
    assert (client.heard[-1].get("method") == "Target.attachedToTarget") is shown


@pytest.mark.parametrize(("kind", "shown"), [("worker", True), ("service_worker", False)])
async def test_without_a_script_nothing_is_run_and_shared_workers_begin(sides, kind, shown):
    browser, client = sides
    for number, info in enumerate(({"targetId": "NEW", "type": kind, "url": ""}, OURS)):
        params = {"sessionId": f"NEW{number}", "targetInfo": info}
        browser.say({"method": "Target.attachedToTarget", "params": params, "sessionId": "TAB"})
    await until(lambda: client.heard[-1].get("params", {}).get("sessionId") == "NEW1")
    told = [
        message["params"]["sessionId"]
        for message in client.heard
        if "targetInfo" in message.get("params", {})
    ]
    assert ("NEW0" in told) is shown
    assert ("Runtime.runIfWaitingForDebugger" in browser.methods()) is not shown
    assert {"Runtime.evaluate", "Page.addScriptToEvaluateOnNewDocument"}.isdisjoint(browser.methods())
