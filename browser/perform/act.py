"""One act from beginning to end: do it, wait for what comes of it, say what changed."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
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
from browser.errors import ActionFailed, BadTarget, PageGone
from browser.perform import choice, collect, files, hidden, navigate, pointer, text
from browser.perform.hand import Hand
from browser.perform.targets import REF
from browser.tabs import OurTab
from browser.vault import CODE
from browser.worlds import ScriptFailed, World

ACT_CEILING_S = 45.0
"""The most an act may take, what the action itself says (a wait, a navigation) aside."""


@dataclass(frozen=True, slots=True)
class Before:
    """What is compared with afterwards."""

    tab: OurTab
    url: str
    document: World | None
    watched: tuple[World, ...]
    tabs: int
    downloads: int


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
    before = await _before(hand, action)
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


async def _before(hand: Hand, action: Action) -> Before:
    tab = hand.tab
    watched: list[World] = []
    document = None
    if not tab.dialog:
        try:
            document = await tab.worlds.top()
            watched = [document]
            ref = getattr(action, "target", None) or getattr(action, "start", None)
            match = REF.fullmatch(ref) if isinstance(ref, str) else None
            world = hand.tabs.counter.worlds.get(int(match.group(1))) if match else None
            if world and world is not document:
                watched.append(world)
            await asyncio.gather(*(world.call("changes", True, timeout=5) for world in watched))
        except ScriptFailed:
            watched = []
    return Before(tab, tab.page.url, document, tuple(watched), len(hand.tabs.all), len(hand.tabs.downloads))


async def _result(hand: Hand, action: Action, before: Before, shown: str | None) -> ActionResult:
    effect, navigated = await _effect(hand, before)
    return ActionResult(
        action=action,
        did=hand.did,
        shown=shown,
        effect=effect,
        navigated=navigated,
        collected=hand.collected,
    )


async def _effect(hand: Hand, before: Before) -> tuple[str, bool]:
    """What was seen to change, and whether something else is in front now."""
    said: list[str] = []
    try:
        tab = hand.tab
    except PageGone as error:
        return str(error), True
    navigated = tab is not before.tab
    if len(hand.tabs.all) > before.tabs:
        said.append(f"a new tab {tab.id} opened: {tab.page.url}")
    elif len(hand.tabs.all) < before.tabs:
        said.append(f"the tab closed; {tab.id} is in front: {tab.page.url}")
    if tab.dialog:
        dialog = tab.dialog.described
        return "; ".join([*said, f"a dialog opened: {dialog.kind} {dialog.message!r}"]), True
    if len(hand.tabs.downloads) > before.downloads:
        said.append(
            "a download began: " + ", ".join(one.name for one in hand.tabs.downloads[before.downloads :])
        )
    if not navigated:
        words, other = await _changes(hand, before)
        navigated = other
        said += words
    return "; ".join(said), navigated


async def _changes(hand: Hand, before: Before) -> tuple[list[str], bool]:
    tab = before.tab
    try:
        document = await tab.worlds.top()
        if document is not before.document and before.document is not None:
            return [f"the page went to {tab.page.url}"], True
        said = [] if tab.page.url == before.url else [f"the address changed to {tab.page.url}"]
        for world in before.watched:
            changed = await world.call("changes", False, timeout=5)
            said += _words(changed["elements"], changed["words"])
    except ScriptFailed:
        return ["the page is changing"], False
    return said, False


def _words(count: int, words: list[str]) -> list[str]:
    if not count:
        return []
    changed = "1 element changed" if count == 1 else f"{count} elements changed"
    return [f"{changed}: " + ", ".join(repr(word) for word in words) if words else changed]


async def _do_and_rest(hand: Hand, action: Action) -> str | None:
    since = time.monotonic()
    try:
        shown = await _do(hand, action)
        await hand.rest(since)
    except ScriptFailed as error:
        raise ActionFailed(f"the page went away meanwhile: {error}") from error
    return shown


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
