"""What a person does by hand in the current tab: carried out in order, and kept nowhere."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Sequence
from typing import TYPE_CHECKING, Any, assert_never

from browser.cdp.scripts import ScriptFailed
from browser.hand.keyboard import HeldKeys
from browser.hand.live import LivePictures
from browser.hand.typed_secrets import TypedSecrets
from browser.input.answer_dialog import answer_dialog
from browser.input.context import InputContext
from browser.input.tab_acts import close_tab, switch_tab
from browser.model.actions import AnswerDialog, CloseTab, SwitchTab
from browser.model.by_hand import (
    DialogInput,
    HandInput,
    HeldPage,
    HistoryInput,
    KeyInput,
    MouseInput,
    TabInput,
    TextInput,
    WheelInput,
)
from browser.model.errors import BrowserError
from browser.tabs.connection import Connection
from browser.tabs.our_tab import OurTab

if TYPE_CHECKING:
    from asyncio import Future

logger = logging.getLogger("agent_core." + __name__)

INPUT_S = 2.0
"""How long a page may take to hear an input before the next one follows."""
LEARN_S = 1.0
"""How long a page may take to say what stands in its password fields."""
DONE_S = 3.0
"""How long inputs that wait are waited for at the end."""
REST_S = 4.0
"""How long the page may take to come to rest at the end."""
MOST_WAITING = 2000
"""Inputs; a page that hears none of them is not sent more."""
LEAVING = ("Enter", "Tab")
"""Keys after which a field may be gone."""
HISTORY = {
    "back": "void history.back()",
    "forward": "void history.forward()",
    "reload": "void location.reload()",
}


class Hand:
    """A person's mouse and keyboard in one session."""

    def __init__(self, context: InputContext, connection: Connection, pictures: LivePictures) -> None:
        self._context, self._connection = context, connection
        self.pictures = pictures
        self._waiting: deque[HandInput] = deque()
        self._news, self._idle = asyncio.Event(), asyncio.Event()
        self._idle.set()
        self._working: asyncio.Task[None] | None = None
        self._learning: asyncio.Task[None] | None = None
        self._keys = HeldKeys()
        self._secrets = TypedSecrets(context.secrets.redactor)
        self._typed = False
        """Whether something was typed since fields were left."""
        self._unlooked = False
        """Whether something was typed since it was looked what stands in fields for passwords."""
        self._last_at = 0.0

    async def take(self) -> None:
        """Begin; buttons that an agent has left pressed are released."""
        await self._context.pointer.release()
        self._last_at = time.monotonic()
        self._working = asyncio.create_task(self._work())

    def send(self, inputs: Sequence[HandInput]) -> None:
        """Have these carried out in order, after those that wait."""
        for one in inputs:
            on_its_way = self._waiting and _only_moves(one) and _only_moves(self._waiting[-1])
            if on_its_way and not self._context.pointer.down:
                self._waiting.pop()
            if len(self._waiting) >= MOST_WAITING:
                logger.info("the page hears nothing; what a person does is left out")
                return
            self._waiting.append(one)
        self._idle.clear()
        self._news.set()

    async def done(self) -> None:
        """Wait until all of them were carried out."""
        await self._idle.wait()

    def page(self) -> HeldPage:
        """What there is to see beside the picture."""
        tabs = self._context.tabs
        active = next((tab for tab in tabs.all if tab.page is tabs.front), None)
        dialog = active.dialog.described if active and active.dialog else None
        return self._context.secrets.redactor.of(HeldPage(tabs=tabs.described(), dialog=dialog))

    async def let_go(self, *, hurried: bool = False) -> None:
        """End: keys and buttons are released, and the page comes to rest.

        Args:
            hurried: The session ends, too: what waits is dropped, and nothing is released or waited for.

        Raises:
            BrowserError: The page or the browser is gone.
        """
        try:
            async with asyncio.timeout(0 if hurried else DONE_S):
                await self.done()
        except TimeoutError:
            logger.info("%d inputs did not reach the page", len(self._waiting))
        if self._working is not None:
            self._working.cancel()
            await asyncio.gather(self._working, return_exceptions=True)
        self._waiting.clear()
        self._idle.set()
        if not hurried:
            await self._keys.release()
            await self._context.pointer.release()
        try:
            tab = self._connection.active()
            if not tab.dialog:
                await self._learn(tab)
                if not hurried:
                    await self._rest()
        finally:
            self._secrets.keep()  # also where the page could not be asked any more
            self._context.stills.act_begins()

    async def _rest(self) -> None:
        try:
            with self._connection.errors_translated():
                await self._context.rest(self._last_at, REST_S)
        except ScriptFailed as error:
            logger.debug("the page went on while it was given back: %s", error)

    async def _work(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            while self._waiting:
                try:
                    await self._do(self._waiting.popleft())
                except BrowserError as error:
                    logger.info("an input did not reach the page: %s", error)
            self._idle.set()

    async def _do(self, one: HandInput) -> None:
        """Carry one out, and wait until the page has heard it, or a dialog keeps it from hearing more."""
        tab, tabs = self._connection.active(), self._context.tabs
        if tab.dialog and not isinstance(one, DialogInput | TabInput):
            return  # behind a dialog a page hears nothing
        if self._typed and _leaves_a_field(one):
            await self._learn(tab)
        self._last_at = time.monotonic()
        self._context.stills.act_begins()
        if not isinstance(one, DialogInput):
            tabs.count_dialogs_anew()
        stop = tabs.expect_stop()
        doing = asyncio.ensure_future(self._carry_out(tab, one))
        ends: set[Future[Any]] = {doing, stop}
        await asyncio.wait(ends, timeout=INPUT_S, return_when=asyncio.FIRST_COMPLETED)
        doing.add_done_callback(_log_failure)
        if not doing.done() and tab.dialog:
            tab.dialog.held_act = doing
        if isinstance(one, KeyInput | TextInput):
            self._typed = self._unlooked = True
            if self._learning is None or self._learning.done():
                self._learning = asyncio.create_task(self._follow(tab))

    async def _carry_out(self, tab: OurTab, one: HandInput) -> None:
        with self._connection.errors_translated():
            match one:
                case MouseInput():
                    await self._mouse(tab, one)
                case WheelInput():
                    x, y = await _place(tab, one)
                    await self._keys.hold(tab.page.keyboard, one.modifiers)
                    await self._context.mouse.move(x, y)
                    await tab.page.mouse.wheel(one.right, one.down)
                case KeyInput():
                    await self._key(tab, one)
                case TextInput(text=text):
                    await tab.page.keyboard.insert_text(text)
                case DialogInput(accept=accept, text=text):
                    if tab.dialog:
                        await answer_dialog(self._context, AnswerDialog(accept, text))
                case TabInput(tab=name, close=False):
                    await switch_tab(self._context, SwitchTab(name))
                case TabInput(tab=name):
                    await close_tab(self._context, CloseTab(name))
                case HistoryInput(do=do):
                    await (await tab.worlds.top()).evaluate(HISTORY[do])
                case never:
                    assert_never(never)

    async def _mouse(self, tab: OurTab, one: MouseInput) -> None:
        x, y = await _place(tab, one)
        await self._keys.hold(tab.page.keyboard, one.modifiers)
        mouse = self._context.mouse
        await mouse.move(x, y)
        if one.do == "down":
            await mouse.down(button=one.button, click_count=one.clicks)
        elif one.do == "up":
            await mouse.up(button=one.button, click_count=one.clicks)

    async def _key(self, tab: OurTab, one: KeyInput) -> None:
        await self._keys.hold(tab.page.keyboard, one.modifiers)
        if one.do == "down":
            await self._keys.down(tab.page.keyboard, one.key)
        else:
            await self._keys.up(tab.page.keyboard, one.key)

    async def _follow(self, tab: OurTab) -> None:
        """Look what stands in such fields, until nothing was typed since."""
        while self._unlooked:
            self._unlooked = False
            await self._said(self._secrets.look(tab.worlds))

    async def _learn(self, tab: OurTab) -> None:
        """Have what stands in fields for passwords and codes masked from now on."""
        self._typed = False
        await self._said(self._secrets.learn(tab.worlds))

    async def _said(self, asking: Awaitable[None]) -> None:
        try:
            async with asyncio.timeout(LEARN_S):
                await asking
        except (ScriptFailed, BrowserError, TimeoutError) as error:
            logger.info("what was typed into password fields is not known: %s", error)


def _only_moves(one: HandInput) -> bool:
    return isinstance(one, MouseInput) and one.do == "move"


def _leaves_a_field(one: HandInput) -> bool:
    match one:
        case MouseInput(do="down") | TabInput() | HistoryInput():
            return True
        case KeyInput(do="down", key=key):
            return key in LEAVING
        case _:
            return False


async def _place(tab: OurTab, one: MouseInput | WheelInput) -> tuple[float, float]:
    """Where in the viewport that is, CSS pixels."""
    width, height = await tab.viewport()
    return min(one.x * width, width - 1), min(one.y * height, height - 1)


def _log_failure(doing: Future[None]) -> None:
    if not doing.cancelled() and (error := doing.exception()):
        logger.info("an input did not reach the page: %s", error)
