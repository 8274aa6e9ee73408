"""A person's hand without a browser, and a run whose page is held by it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from agent_core import Hold, Settings
from agent_core.faces.server.queue.job import TakenJob
from agent_core.loop.control import PageControl
from agent_core.loop.events import Event
from agent_core.runner.by_hand.take_over import TakeOver
from browser.hand.live import LivePicture
from browser.model.by_hand import DialogInput, HandInput, HeldPage
from browser.model.errors import PageGone
from browser.model.observation import Dialog, Tab
from tests.support.live_runs import WatchedRun


class FakeHand:
    """Remembers what was done; a dialog is open until it is answered."""

    def __init__(self, *, fails: bool = False, dialog: Dialog | None = None) -> None:
        self.sent: list[HandInput] = []
        self.left: list[bool] = []
        """For each end of a hold, whether it was hurried."""
        self.dialog, self._fails = dialog, fails
        self.title = "Prices"
        self.watching = 0
        self.pictures = self

    async def take(self) -> None:
        pass

    def send(self, inputs: Sequence[HandInput]) -> None:
        self.sent += inputs
        if any(isinstance(one, DialogInput) for one in inputs):
            self.dialog = None

    async def let_go(self, *, hurried: bool = False) -> None:
        self.left.append(hurried)
        if self._fails:
            raise PageGone("the tab was closed")

    def page(self) -> HeldPage:
        tab = Tab(id="t1", url="http://127.0.0.1:9/", title=self.title, active=True)
        return HeldPage(tabs=(tab,), dialog=self.dialog)

    async def watch(self) -> AsyncIterator[LivePicture]:
        self.watching += 1
        try:
            yield LivePicture(JPEG, 1)
            await asyncio.Event().wait()
        finally:
            self.watching -= 1


LEAVE = Dialog(kind="confirm", message="Leave?")
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")


class FakeJournal:
    """Remembers what was told."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.warnings: list[str] = []

    def tell(self, event: Any) -> None:
        self.events.append(event)

    def warn(self, warning: str) -> None:
        self.warnings.append(warning)


class HeldRun(WatchedRun):
    """A run that goes on until it is canceled, and whose page may be taken over."""

    def __init__(self, job: TakenJob, folder: Path, lapses_s: float, dialog: Dialog | None) -> None:
        super().__init__(job, folder, "Find the price")
        self.hand = FakeHand(dialog=dialog)
        self.journal = FakeJournal()
        self.control = PageControl()
        self._take_over = TakeOver(self.control, lapses_s, self.journal)  # type: ignore[arg-type]
        self._take_over.begin(self.hand)  # type: ignore[arg-type]

    async def events(self) -> AsyncIterator[Event]:
        told = 0
        while not self._end.is_set():
            for event in self.journal.events[told:]:
                told += 1
                yield event
            await asyncio.sleep(0.02)

    def pictures(self) -> AsyncIterator[LivePicture]:
        return self.hand.watch()

    async def take_over(self, who: str = "") -> Hold:
        return await self._take_over.take(who)


class HeldRuns:
    """Starts such runs, and remembers them."""

    def __init__(self, folder: Path, lapses_s: float = 60.0, dialog: Dialog | None = LEAVE) -> None:
        self._folder, self._lapses_s, self._dialog = folder, lapses_s, dialog
        self.begun: list[HeldRun] = []

    def __call__(self, job: TakenJob, settings: Settings) -> HeldRun:
        folder = self._folder / job.run_id
        folder.mkdir(parents=True)
        self.begun.append(HeldRun(job, folder, self._lapses_s, self._dialog))
        return self.begun[-1]
