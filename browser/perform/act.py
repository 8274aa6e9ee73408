"""One act from beginning to end: do it, wait for what comes of it, say what changed."""

from __future__ import annotations

import asyncio
import time
from typing import Any, assert_never

from browser.actions import (
    Action,
    ActionResult,
    AnswerDialog,
    Back,
    Click,
    CloseTab,
    Collect,
    Drag,
    EnterCode,
    Forward,
    Goto,
    HoldKey,
    Hover,
    MouseDown,
    MouseMove,
    MouseUp,
    OpenTab,
    Press,
    Reload,
    Scroll,
    Select,
    SetChecked,
    SwitchTab,
    TypeText,
    Upload,
    Wait,
)
from browser.errors import ActionFailed, BadTarget, StaleRef
from browser.perform import choice, collect, effects, files, hidden, navigate, pointer, text
from browser.perform.again import found_again, named_in, renamed
from browser.perform.hand import Hand
from browser.vault import CODE
from browser.worlds import ScriptFailed

ACT_CEILING_S = 45.0
"""The most an act may take, what the action itself says (a wait, a navigation) aside."""

DRAWN_ANEW = ", which the page had drawn anew"


async def perform(hand: Hand, action: Action) -> ActionResult:
    """Do one thing to the active tab and wait until the page has come to rest.

    Raises:
        ActionFailed: It could not be done; the page is fine.
        NavigationFailed: An address could not be opened.
        PageGone: The tab crashed or was closed under it.
    """
    tab = hand.tab
    if tab.dialog and not isinstance(action, AnswerDialog | CloseTab | SwitchTab):
        said = tab.dialog.described
        raise BadTarget(f"a dialog is open and has to be answered first: {said.kind} {said.message!r}")
    hand.did, hand.collected = "", None
    before = await effects.before(hand, action)
    stop: asyncio.Future[Any] = hand.tabs.expect_stop()
    deed: asyncio.Future[Any] = asyncio.ensure_future(_do_and_rest(hand, action))
    try:
        await asyncio.wait([deed, stop], timeout=_ceiling(hand, action), return_when=asyncio.FIRST_COMPLETED)
    except asyncio.CancelledError:
        deed.cancel()
        raise
    if deed.done():
        shown = deed.result()
        return await _result(hand, action, before, shown)
    if stop.done() and tab.dialog:
        hand.unfinished = deed
        deed.add_done_callback(_swallow)
        return await _result(hand, action, before, None)
    deed.cancel()
    deed.add_done_callback(_swallow)
    if stop.done():
        return await _result(hand, action, before, None)
    raise ActionFailed(
        f"the page did not answer while we {hand.did or 'looked for the element'}; it may be stuck"
    )


def _swallow(deed: asyncio.Future[str | None]) -> None:
    """What becomes of an act after a dialog cut it short was told already."""
    if not deed.cancelled():
        deed.exception()


def _ceiling(hand: Hand, action: Action) -> float:
    own = action.seconds if isinstance(action, Wait | HoldKey) else 0.0
    own += action.max_seconds if isinstance(action, Collect) else 0.0
    if isinstance(action, EnterCode) or (isinstance(action, TypeText) and CODE in action.text):
        own += hand.vault.code_wait_s
    return ACT_CEILING_S + own


async def _result(hand: Hand, action: Action, before: effects.Before, shown: str | None) -> ActionResult:
    effect, navigated = await effects.effect(hand, before)
    return ActionResult(
        action=action,
        did=hand.did,
        shown=shown,
        effect=effect,
        navigated=navigated,
        collected=hand.collected,
    )


async def _do_and_rest(hand: Hand, action: Action) -> str | None:
    since = time.monotonic()
    try:
        shown = await _do_or_find_again(hand, action)
        await hand.rest_and_take_a_picture(since)
    except ScriptFailed as error:
        raise ActionFailed(f"the page went away meanwhile: {error}") from error
    return shown


async def _do_or_find_again(hand: Hand, action: Action, tries: int = 2) -> str | None:
    """Do it; where the page has drawn an element anew since it was seen, to the new one."""
    try:
        return await _do(hand, action)
    except StaleRef as stale:
        again = await _with_its_like(hand, action, stale.ref) if tries and not hand.did else None
        if again is None:
            raise
    shown = await _do_or_find_again(hand, again, tries - 1)
    hand.did = hand.did.removesuffix(DRAWN_ANEW) + DRAWN_ANEW
    return shown


async def _with_its_like(hand: Hand, action: Action, ref: str) -> Action | None:
    """The action on what is now what this ref named; None: there is no such thing."""
    if ref not in named_in(action):
        return action  # it was found at a point, which has something else under it now
    other = await found_again(hand, ref)
    return renamed(action, ref, other) if other else None


async def _do(hand: Hand, action: Action) -> str | None:
    """Do it; gives what a field shows afterwards."""
    shown: str | None = None
    match action:
        case Click():
            await pointer.click(hand, action)
        case Hover():
            await pointer.hover(hand, action)
        case Drag():
            await pointer.drag(hand, action)
        case Scroll():
            await pointer.scroll(hand, action)
        case MouseMove():
            await pointer.move(hand, action)
        case MouseDown():
            await pointer.press(hand, action)
        case MouseUp():
            await pointer.release(hand, action)
        case TypeText():
            shown = await text.type_text(hand, action)
        case Press():
            await text.press(hand, action)
        case HoldKey():
            await text.hold(hand, action)
        case EnterCode():
            await hidden.enter_code(hand, action)
        case Select():
            shown = await choice.select(hand, action)
        case SetChecked():
            shown = await choice.set_checked(hand, action)
        case Collect():
            await collect.collect(hand, action)
        case Upload():
            shown = await files.upload(hand, action)
        case Goto():
            await navigate.goto(hand, action)
        case Back():
            await navigate.history(hand, "back")
        case Forward():
            await navigate.history(hand, "forward")
        case Reload():
            await navigate.history(hand, "reload")
        case OpenTab():
            await navigate.open_tab(hand, action)
        case SwitchTab():
            await navigate.switch_tab(hand, action)
        case CloseTab():
            await navigate.close_tab(hand, action)
        case AnswerDialog():
            await navigate.answer_dialog(hand, action)
        case Wait(seconds=seconds):
            hand.did = f"waited {seconds:g} s"
            await asyncio.sleep(max(0.0, min(seconds, 60.0)))
        case _:
            assert_never(action)
    return shown
