"""A run's page goes to one person at a time, and the agent waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent_core.errors import CannotTakeOver
from agent_core.loop.control import ControlTaken, PageControl
from agent_core.loop.events import GivenBack, TakenOver
from agent_core.runner.telling.journal import Journal
from browser.model.text import cut, squeeze

if TYPE_CHECKING:
    from agent_core.runner.by_hand.hold import Hold
    from browser.hand.hand import Hand

LONGEST_NAME = 80
SOMEBODY = "a person"
NOT_REPEATED = "a person worked in the page; a recording of this run does not hold what they did"


class TakeOver:
    """Gives the page of one run to one person at a time."""

    def __init__(self, control: PageControl, lapses_s: float, journal: Journal) -> None:
        """`lapses_s` is how long a holder may give no sign of life."""
        self.control, self._lapses_s, self._journal = control, lapses_s, journal
        self._hand: Hand | None = None
        self._over = False
        self._hold: Hold | None = None

    def begin(self, hand: Hand) -> None:
        """From now on there is a page to take over."""
        self._hand = hand

    async def end(self) -> None:
        """There is none any more; who has it loses it."""
        self._over = True
        if self._hold is not None:
            await self._hold.end("the run has ended", hurried=True)

    async def take(self, who: str) -> Hold:
        """Have the page as soon as the act that goes on has ended.

        Raises:
            CannotTakeOver: There is no page, or another person has it.
        """
        # Most runs are never taken over, and import nothing of what can be done by hand.
        from agent_core.runner.by_hand.hold import Hold

        who = cut(squeeze(who), LONGEST_NAME) or SOMEBODY
        self._there_now()
        try:
            await self.control.take(who)
        except ControlTaken as error:
            raise CannotTakeOver(str(error)) from error
        try:
            hand = self._there_now()
        except CannotTakeOver:
            self.control.give_back()
            raise
        hold = self._hold = Hold(who, hand, self._lapses_s, self._ended)
        self._journal.tell(TakenOver(who=who))
        try:
            await hand.take()
        except BaseException:
            await hold.end("the page does not answer", hurried=True)
            raise
        return hold

    def _there_now(self) -> Hand:
        if self._over:
            raise CannotTakeOver("the run has ended, and its page is closed")
        if self._hand is None:
            raise CannotTakeOver("the run has not opened its page yet")
        return self._hand

    def _ended(self, hold: Hold) -> None:
        self._hold = None
        held_s = round(self.control.give_back(), 3)
        self._journal.tell(GivenBack(who=hold.who, held_s=held_s, why=hold.ended))
        self._journal.warn(NOT_REPEATED)
