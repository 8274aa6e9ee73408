"""A run's page in the hands of a person: what they do is carried out, until it is given back or lapses."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from agent_core.errors import HoldEnded
from agent_core.runner.by_hand.inputs import read_inputs
from browser.model.errors import BrowserError

if TYPE_CHECKING:
    from browser.hand.hand import Hand
    from browser.hand.live import LivePicture
    from browser.model.by_hand import HeldPage

logger = logging.getLogger(__name__)

LETTING_GO_S = 8.0
"""How long the end of a hold may take: keys and buttons are released, and the page comes to rest."""


class Hold:
    """A run's page in the hands of a person, until it is given back or lapses.

        async with await run.take_over("Ana") as page:
            await page.send([{"type": "click", "x": 0.5, "y": 0.25}, {"type": "text", "text": "Oslo"}])

    Places are shares of the picture's width and height, from 0 at its left or upper edge to 1: they hold
    for a picture that was made smaller on its way, too.
    """

    def __init__(self, who: str, hand: Hand, lapses_s: float, on_end: Callable[[Hold], None]) -> None:
        self.who = who
        self.lapses_s = lapses_s
        """Seconds without a sign of life after which it ends."""
        self.ended = ""
        """Why it has ended; "" while it lasts, and where it was given back."""
        self._hand, self._on_end = hand, on_end
        self._alive_at = time.monotonic()
        self._letting_go: asyncio.Task[None] | None = None
        self._lapsing = asyncio.create_task(self._lapse())

    @property
    def lasts(self) -> bool:
        """Whether the page is held."""
        return self._letting_go is None

    def renew(self) -> None:
        """Give a sign of life, which each input is too.

        Raises:
            HoldEnded: It has ended.
        """
        if not self.lasts:
            raise HoldEnded(f"the page is not held any more: {self.ended or 'it was given back'}")
        self._alive_at = time.monotonic()

    async def send(self, inputs: Sequence[Mapping[str, Any]]) -> None:
        """Do these in the current tab, in order. They are on their way to the page when this returns.

        Args:
            inputs: Each has a `type`: `move`, `down`, `up`, `click`, `drag`, `wheel`, `key_down`, `key_up`,
                `press`, `text`, `dialog`, `tab`, `close_tab`, `back`, `forward` or `reload`. Their fields
                stand in the documentation, under "Taking over" in docs/runs.md.

        Raises:
            BadRequest: One of them makes no sense; none was done.
            HoldEnded: The page is not held any more; none was done.
        """
        read = read_inputs(inputs)
        self.renew()
        self._hand.send(read)

    async def done(self) -> None:
        """Wait until what was sent has reached the page, or a dialog keeps it from doing so."""
        await self._hand.done()

    def page(self) -> HeldPage:
        """Which tabs there are, and the dialog that is open in the current one."""
        return self._hand.page()

    def pictures(self) -> AsyncIterator[LivePicture]:
        """The current tab whenever it looks different, secrets covered."""
        return self._hand.pictures.watch()

    async def release(self) -> None:
        """Give the page back to the agent, once it has come to rest. Nothing happens if it is not held."""
        await self.end("")

    async def end(self, why: str, *, hurried: bool = False) -> None:
        """End it for a reason that its holder hears; all who call this wait for the same end.

        Args:
            why: "" where its holder wishes it.
            hurried: Whether nobody goes on in the page, so that it need not come to rest.
        """
        if self._letting_go is None:
            self.ended = why
            self._lapsing.cancel()
            self._letting_go = asyncio.create_task(self._let_go(hurried))
        await asyncio.shield(self._letting_go)

    async def _lapse(self) -> None:
        left = self.lapses_s
        while left > 0:
            await asyncio.sleep(left)
            left = self._alive_at + self.lapses_s - time.monotonic()
        await self.end(f"there was no sign of life for {self.lapses_s:g} s")

    async def _let_go(self, hurried: bool) -> None:
        try:
            async with asyncio.timeout(LETTING_GO_S):
                await self._hand.let_go(hurried=hurried)
        except (BrowserError, TimeoutError) as error:
            logger.info("the page was given back before it had come to rest: %r", error)
        finally:
            self._on_end(self)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.release()
