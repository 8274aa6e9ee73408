"""One act from beginning to end: do it, wait for what comes of it, say what changed."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field, replace
from typing import Any, assert_never

from browser.cdp.scripts import NoAnswer, ScriptFailed
from browser.input import effects, navigate, tab_acts
from browser.input.answer_dialog import answer_dialog
from browser.input.context import InputContext
from browser.input.fields import choice, files, keys
from browser.input.fields.set_checked import set_checked
from browser.input.fields.typing import text
from browser.input.fields.typing import type_secret as hidden
from browser.input.lists import collect
from browser.input.outcome import Outcome
from browser.input.pointer import pointer
from browser.input.pointer.click import click
from browser.input.pointer.drag import drag
from browser.input.pointer.scroll import scroll
from browser.input.re_resolve import named_in, re_resolve, renamed
from browser.input.wait import wait
from browser.model import actions
from browser.model.actions import Action
from browser.model.errors import ActionFailed, BadTarget, StaleRef
from browser.model.results import ActionResult
from browser.redaction.secret_store import CODE
from browser.tabs.our_tab import OurTab

logger = logging.getLogger("agent_core." + __name__)

ACT_CEILING_S = 45.0
"""The most an act may take on a page of ordinary size, what the action itself says (a wait) aside."""
MOST_TIMES = 4.0
"""On a large page it may take longer as the page's answers may, but no more than so many times as long."""

RELEASE_S = 0.5
"""How long it is waited for that an act that is cancelled releases keys and buttons; it does so anyway."""

PAGES_WAITED_FOR = 3
"""How many pages, one after the other, an act is followed to while it waits for rest."""

MAY_HOLD_A_BUTTON = (
    actions.AnswerDialog,
    actions.HoldKey,
    actions.Hover,
    actions.MouseDown,
    actions.MouseMove,
    actions.MouseUp,
    actions.Press,
    actions.Scroll,
    actions.Wait,
)
"""Acts that may stand between `MouseDown` and `MouseUp`; before any other, the button is released."""

DRAWN_ANEW = ", which the page had drawn anew"


@dataclass(slots=True)
class Performance:
    """One action while it is being performed."""

    context: InputContext
    so_far: Outcome = field(default_factory=Outcome)
    """What it has reported last; the outcome of an act that something cuts short."""

    def __post_init__(self) -> None:
        listener = self.context.on_progress

        def hear(outcome: Outcome) -> None:
            self.so_far = outcome
            listener(outcome)

        self.context = replace(self.context, on_progress=hear)
        hear(self.so_far)

    async def do_and_rest(self, action: Action) -> Outcome:
        """Perform the action, and wait until the page has settled."""
        since = time.monotonic()
        try:
            outcome = await self._do_or_re_resolve(action)
            self.context.on_progress(outcome)
            await self._rest(since, outcome)
        except ScriptFailed as error:
            raise ActionFailed(f"the page went away meanwhile: {error}") from error
        return outcome

    async def _rest(self, since: float, outcome: Outcome) -> None:
        """Wait until the page has settled; where it goes to another one just then, wait for that."""
        for pages_left in reversed(range(PAGES_WAITED_FOR)):
            try:
                await self.context.rest_and_take_a_picture(since, outcome)
                break
            except ScriptFailed as error:
                if isinstance(error, NoAnswer) or not pages_left:
                    raise
                logger.debug("the page went to another one while it was waited for: %s", error)

    async def _do_or_re_resolve(self, action: Action, tries: int = 2) -> Outcome:
        """Perform the action; if its element was replaced since it was observed, on the replacement."""
        try:
            return await _do(self.context, action)
        except StaleRef as stale:
            again = await self._with_its_like(action, stale.ref) if tries and not self.so_far.did else None
            if again is None:
                raise
        outcome = await self._do_or_re_resolve(again, tries - 1)
        return replace(outcome, did=outcome.did.removesuffix(DRAWN_ANEW) + DRAWN_ANEW)

    async def _with_its_like(self, action: Action, ref: str) -> Action | None:
        """The same action on the replacement of the element; None: there is none."""
        if ref not in named_in(action):
            return action  # it was found at a point, which has something else under it now
        other = await re_resolve(self.context, ref)
        return renamed(action, ref, other) if other else None


async def perform(context: InputContext, action: Action) -> ActionResult:
    """Do one thing to the active tab and wait until the page has come to rest.

    Raises:
        ActionFailed: It could not be done; the page is fine.
        NavigationFailed: An address could not be opened.
        PageGone: The tab crashed or was closed under it.
    """
    tab = context.tab
    if tab.dialog and not isinstance(action, actions.AnswerDialog | actions.CloseTab | actions.SwitchTab):
        said = tab.dialog.described
        raise BadTarget(f"a dialog is open and has to be answered first: {said.kind} {said.message!r}")
    if not isinstance(action, MAY_HOLD_A_BUTTON) and not tab.dialog:  # behind a dialog a page hears nothing
        await context.pointer.release()
    performance = Performance(context)
    before = await effects.before(context, action)
    stop: asyncio.Future[Any] = context.tabs.expect_stop()
    doing = asyncio.ensure_future(performance.do_and_rest(action))
    try:
        await asyncio.wait(
            [doing, stop], timeout=_ceiling(context, tab, action), return_when=asyncio.FIRST_COMPLETED
        )
    except asyncio.CancelledError:
        await _cancelled(doing)
        raise
    if doing.done():
        return await _result(context, action, before, doing.result())
    doing.add_done_callback(_log_failure)
    if stop.done() and tab.dialog:
        tab.dialog.held_act = doing
    else:
        await _cancelled(doing)
    if not stop.done():
        what = performance.so_far.did or "looked for the element"
        raise ActionFailed(f"the page did not answer while we {what}; it may be stuck")
    return await _result(context, action, before, performance.so_far)


async def _cancelled(doing: asyncio.Future[Outcome]) -> None:
    """Cancel an act, and give it a moment to release the keys and buttons that it holds."""
    doing.cancel()
    await asyncio.wait({doing}, timeout=RELEASE_S)


def _log_failure(doing: asyncio.Future[Outcome]) -> None:
    """Log the error of an act whose outcome was returned before it ended."""
    if not doing.cancelled() and (error := doing.exception()):
        logger.debug("the rest of an act that was cut short failed: %s", error)


def _ceiling(context: InputContext, tab: OurTab, action: Action) -> float:
    """The most seconds that an act may take."""
    own = action.seconds if isinstance(action, actions.Wait | actions.HoldKey) else 0.0
    own += action.max_seconds if isinstance(action, actions.Collect) else 0.0
    if isinstance(action, actions.EnterCode) or (
        isinstance(action, actions.TypeText) and CODE in action.text
    ):
        own += context.secrets.code_wait_s
    return ACT_CEILING_S * min(MOST_TIMES, tab.worlds.limit.times) + own


async def _result(
    context: InputContext, action: Action, before: effects.Before, outcome: Outcome
) -> ActionResult:
    effect, navigated = await effects.effect(context, before)
    return ActionResult(
        action=action,
        did=outcome.did,
        shown=outcome.shown,
        effect=effect,
        navigated=navigated,
        collected=outcome.collected,
    )


async def _do(context: InputContext, action: Action) -> Outcome:
    """Call the module that carries out this kind of action."""
    match action:
        case actions.Click():
            return await click(context, action)
        case actions.Hover():
            return await pointer.hover(context, action)
        case actions.Drag():
            return await drag(context, action)
        case actions.Scroll():
            return await scroll(context, action)
        case actions.MouseMove():
            return await pointer.move(context, action)
        case actions.MouseDown():
            return await pointer.press(context, action)
        case actions.MouseUp():
            return await pointer.release(context, action)
        case actions.TypeText():
            return await text.type_text(context, action)
        case actions.Press():
            return await keys.press(context, action)
        case actions.HoldKey():
            return await keys.hold(context, action)
        case actions.EnterCode():
            return await hidden.enter_code(context, action)
        case actions.Select():
            return await choice.select(context, action)
        case actions.SetChecked():
            return await set_checked(context, action)
        case actions.Collect():
            return await collect.collect(context, action)
        case actions.Upload():
            return await files.upload(context, action)
        case actions.Goto():
            return await navigate.goto(context, action)
        case actions.Back():
            return await navigate.history(context, "back")
        case actions.Forward():
            return await navigate.history(context, "forward")
        case actions.Reload():
            return await navigate.history(context, "reload")
        case actions.OpenTab():
            return await tab_acts.open_tab(context, action)
        case actions.SwitchTab():
            return await tab_acts.switch_tab(context, action)
        case actions.CloseTab():
            return await tab_acts.close_tab(context, action)
        case actions.AnswerDialog():
            return await answer_dialog(context, action)
        case actions.Wait():
            return await wait(context, action)
        case _:
            assert_never(action)
