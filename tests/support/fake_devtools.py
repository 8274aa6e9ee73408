"""A tab without a browser: its frames, and the DevTools of its processes, which answer by a table."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Error

Answer = Callable[[dict[str, Any]], Any]


@dataclass(eq=False)
class FakeFrame:
    """A frame as Playwright knows it; `remote` frames have a process of their own."""

    parent_frame: FakeFrame | None
    remote: FakeDevTools | None = None

    def is_detached(self) -> bool:
        return False


@dataclass(eq=False)
class FakeDevTools:
    """The DevTools of one process: `answers` has a function for each method, which may wait or raise."""

    tree: dict[str, Any]
    """What `Page.getFrameTree` says."""
    answers: dict[str, Answer] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    listeners: dict[str, list[Callable[[dict[str, Any]], None]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    contexts: int = 0

    def on(self, event: str, listener: Callable[[dict[str, Any]], None]) -> None:
        self.listeners[event].append(listener)

    async def send(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        self.sent.append(method)
        if method in self.answers:
            answer = self.answers[method](params)
            return await answer if asyncio.iscoroutine(answer) else answer
        match method:
            case "Page.getFrameTree":
                return {"frameTree": self.tree}
            case "Page.createIsolatedWorld":
                self.contexts += 1
                of = {"frameId": params["frameId"], "isDefault": False}
                made = {"id": self.contexts, "name": params["worldName"], "auxData": of}
                for listener in self.listeners["Runtime.executionContextCreated"]:
                    listener({"context": made})
                return {"executionContextId": self.contexts}
            case "Runtime.evaluate" | "Runtime.callFunctionOn":
                return {"result": {"value": 1}}
            case "DOM.getFrameOwner":
                return {"backendNodeId": 1}
            case "DOM.resolveNode":
                return {"object": {"objectId": "held"}}
        return {}


class FakeTab:
    """A tab as `IsolatedWorlds` sees it; its first frame is the top one."""

    url = "http://tab.test/"

    def __init__(self, devtools: FakeDevTools, frames: int = 1) -> None:
        top = FakeFrame(None)
        self.devtools = devtools
        self.frames = [top, *(FakeFrame(top) for _ in range(frames - 1))]
        self.context = self

    async def new_cdp_session(self, of: Any) -> FakeDevTools:
        if of is self:
            return self.devtools
        if of.remote is None:
            raise Error("This frame does not have a separate CDP session")
        return of.remote


def tree_of(*frame_ids: str) -> dict[str, Any]:
    """A document that holds the others."""
    top, *inner = frame_ids
    return {
        "frame": {"id": top},
        "childFrames": [{"frame": {"id": one, "parentId": top}} for one in inner],
    }
