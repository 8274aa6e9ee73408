"""Our scripts in the frames of a tab, in a JavaScript world of their own.

An isolated world shares the DOM with the page and nothing else: what the page overrides does not
reach it, and what it keeps (the refs) does not reach the page. Frames of other processes have a
CDP session of their own; the rest go through their nearest ancestor that has one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from browser.cdp.answer_limit import AnswerLimit
from browser.cdp.isolated_world import IsolatedWorld, Target, WorldRegistry
from browser.cdp.script_bundle import bundle
from browser.cdp.scripts import WORLD, NoAnswer, ScriptFailed, value_of
from browser.model.errors import PageGone
from browser.redaction.redactor import Redactor

if TYPE_CHECKING:
    from playwright.async_api import Frame, Page

logger = logging.getLogger("agent_core." + __name__)

HOW_MANY = "document.getElementsByTagName('*').length"
MOST_FRAMES = 200
"""So many documents of a tab have a world of ours, the top one first and then those nearest to it."""


class IsolatedWorlds:
    """Our worlds in all frames of one tab."""

    def __init__(
        self,
        page: Page,
        registry: WorldRegistry,
        on_window_open: Callable[[str], None] | None = None,
        redactor: Redactor | None = None,
        answer_s: float = 30.0,
    ) -> None:
        """`answer_s` is how long a page of ordinary size may answer nothing."""
        self.limit = AnswerLimit(answer_s)
        """How long the tab is given to answer."""
        self.redactor = redactor if redactor is not None else Redactor()
        """What may not be seen in any picture of the tab."""
        self.hear_of_documents: list[Callable[[], None]] = []
        """Called when another document has come into the tab."""
        self._page = page
        self._registry = registry
        self._on_window_open = on_window_open
        self._main: Target | None = None
        self._beginning, self._attaching = asyncio.Lock(), asyncio.Lock()
        self._main_frame_id = ""
        self._remote: dict[Frame, Target | None] = {}
        self._by_frame: dict[str, IsolatedWorld] = {}
        self._making: dict[str, asyncio.Lock] = {}
        """Frame id -> who makes the world of its document."""

    async def main(self) -> Target:
        """The tab's own target.

        Raises:
            PageGone: The tab was closed.
        """
        from playwright.async_api import Error

        async with self._beginning:  # one for all who ask at once: each would tell of every window
            if self._main is None:
                try:
                    target = Target(await self._page.context.new_cdp_session(self._page), self.limit)
                    target.on_window_open, target.on_document = self._on_window_open, self._document_came
                    await target.begin()
                except (Error, ScriptFailed) as error:
                    raise PageGone(f"the tab at {self._page.url} is gone: {error}") from error
                self._main = target
            return self._main

    def _document_came(self) -> None:
        for hear in tuple(self.hear_of_documents):
            hear()

    async def all(self) -> tuple[IsolatedWorld, ...]:
        """The worlds of all frames as they are now, the top one first; at most `MOST_FRAMES`.

        Raises:
            ScriptFailed: The top document is on its way out.
        """
        main = await self.main()
        targets = (main, *await self._remote_targets())
        trees = dict(
            zip(targets, await asyncio.gather(*(self._frames_of(target) for target in targets)), strict=True)
        )
        frames = _first(trees)
        made = await asyncio.gather(*(self._world(target, frame_id) for target, frame_id, _ in frames))
        worlds = {world.frame_id: world for world in made if world}
        if not worlds or not frames or frames[0][1] not in worlds:
            raise ScriptFailed("the page is on its way to another")
        there = {frame_id for _, frame_id, _ in frames}
        self._registry.drop([world for world in self._by_frame.values() if world.frame_id not in there])
        self._by_frame = worlds
        self._making = {frame_id: lock for frame_id, lock in self._making.items() if frame_id in there}
        await asyncio.gather(
            *(
                self._place(worlds[frame_id], worlds[parent_id])
                for _, frame_id, parent_id in frames
                if frame_id in worlds and parent_id in worlds
            )
        )
        return tuple(worlds.values())

    @property
    def unread_frames(self) -> int:
        """How many frames have no world of ours, since there are too many."""
        return max(0, len(self._page.frames) - MOST_FRAMES)

    async def top(self) -> IsolatedWorld:
        """The world of the tab's own document.

        Raises:
            ScriptFailed: It is on its way out.
        """
        main = await self.main()
        if not self._main_frame_id:
            await self._frames_of(main)
        world = await self._world(main, self._main_frame_id)
        if world is None:
            self._main_frame_id = ""
            raise ScriptFailed("the page is on its way to another")
        return world

    async def measure(self) -> None:
        """Ask the page how large it is: a large one is given longer for all that follows.

        That is said at once by a page that is not kept busy, so it is given no longer however large it was.

        Raises:
            NoAnswer: It does not answer.
            ScriptFailed: It is on its way out.
        """
        top = await self.top()
        asked = {"expression": HOW_MANY, "contextId": top.context, "returnByValue": True}
        answer = await top.target.send("Runtime.evaluate", asked, self.limit.seconds)
        self.limit.elements = int(value_of(answer))

    async def _remote_targets(self) -> list[Target]:
        """Targets of frames that live in other processes."""
        async with self._attaching:
            frames = [frame for frame in self._page.frames[:MOST_FRAMES] if frame.parent_frame]
            there = set(frames)
            for known in [frame for frame in self._remote if frame not in there]:
                del self._remote[known]
            new = [frame for frame in frames if frame not in self._remote and not frame.is_detached()]
            await asyncio.gather(*(self._attach(frame) for frame in new))
            return [target for target in self._remote.values() if target]

    async def _attach(self, frame: Frame) -> None:
        from playwright.async_api import Error

        try:
            target = Target(await self._page.context.new_cdp_session(frame), self.limit, of_frame=True)
            target.on_window_open = self._on_window_open
            await target.begin()
        except (Error, ScriptFailed):
            self._remote[frame] = None  # it lives in its parent's process
        else:
            self._remote[frame] = target

    def close(self) -> None:
        """The tab is gone, and with it all its worlds."""
        self._registry.drop(self._by_frame.values())
        self._by_frame = {}

    def forget(self, frame: Frame) -> None:
        """A frame went to another document, and with it perhaps to another process."""
        self._remote.pop(frame, None)

    async def _frames_of(self, target: Target) -> list[tuple[str, str]]:
        """(frame id, parent's id) of the frames that a target holds, parents first."""
        try:
            answer = await target.send("Page.getFrameTree")
        except ScriptFailed:
            if target is self._main:
                raise
            for frame in [frame for frame, known in self._remote.items() if known is target]:
                del self._remote[frame]
            return []
        found: list[tuple[str, str]] = []
        waiting = [answer["frameTree"]]
        for node in waiting:
            found.append((node["frame"]["id"], node["frame"].get("parentId", "")))
            waiting.extend(node.get("childFrames", ()))
        if target is self._main:
            self._main_frame_id = found[0][0]
        return found

    async def _world(self, target: Target, frame_id: str) -> IsolatedWorld | None:
        """The world of a frame's present document, made where it is not there yet."""
        async with self._making.setdefault(
            frame_id, asyncio.Lock()
        ):  # two worlds would not know of each other
            known = self._by_frame.get(frame_id)
            if known and known.target is target and not known.gone:
                return known
            world = await self._made(target, frame_id)
            if world is not None:
                self._by_frame[frame_id] = world
            return world

    async def _made(self, target: Target, frame_id: str) -> IsolatedWorld | None:
        """A new world in a frame's present document; None: the document is gone."""
        arrival = target.arrivals.get(frame_id, 0)
        try:
            params = {"frameId": frame_id, "worldName": WORLD}
            context = (await target.send("Page.createIsolatedWorld", params))["executionContextId"]
            script = {"expression": bundle(), "contextId": context}
            value_of(await target.send("Runtime.evaluate", script))
        except ScriptFailed as error:
            if isinstance(error, NoAnswer) and not target.of_frame:
                raise
            logger.debug("a frame gets no world: %s", error)
            return None
        return self._registry.add(frame_id, target, context, arrival)

    async def _place(self, world: IsolatedWorld, parent: IsolatedWorld) -> None:
        """Find the element that holds a child frame."""
        if world.parent is parent and world.owner:
            return
        try:
            owner = await parent.send("DOM.getFrameOwner", {"frameId": world.frame_id})
            node = {"backendNodeId": owner["backendNodeId"], "executionContextId": parent.context}
            held = await parent.send("DOM.resolveNode", node)
            call = {
                "functionDeclaration": "function () { return agentCore.numberOf(this); }",
                "objectId": held["object"]["objectId"],
                "returnByValue": True,
            }
            world.owner = int(value_of(await parent.send("Runtime.callFunctionOn", call)))
            world.parent = parent
            # What is held for us would stay in the page's memory for ever.
            await parent.send("Runtime.releaseObject", {"objectId": held["object"]["objectId"]})
        except ScriptFailed:
            world.parent, world.owner = None, 0  # the frame was just taken out of the page


def _first(trees: Mapping[Target, Sequence[tuple[str, str]]]) -> list[tuple[Target, str, str]]:
    """(target, frame id, parent's id) of all frames; of too many, those nearest to their process's top."""
    ranked = [
        (rank, target, frame_id, parent_id)
        for target, tree in trees.items()
        for rank, (frame_id, parent_id) in enumerate(tree)
    ]
    if len(ranked) > MOST_FRAMES:
        ranked = sorted(ranked, key=lambda frame: frame[0])[:MOST_FRAMES]
    for target, tree in trees.items():
        target.whole = sum(of is target for _, of, _, _ in ranked) == len(tree)
    return [(target, frame_id, parent_id) for _, target, frame_id, parent_id in ranked]
