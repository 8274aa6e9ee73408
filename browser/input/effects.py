"""What was seen to change because of an act: in the tab, and in the frames that the act was meant for."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from browser.cdp.isolated_world import REF, IsolatedWorld
from browser.cdp.scripts import NoAnswer, ScriptFailed
from browser.input.context import InputContext
from browser.input.pointer.hit_test import hit_test, with_keyboard
from browser.model.actions import Action, Drag, HoldKey, MouseMove, Point, Press, TypeText
from browser.model.errors import PageGone
from browser.tabs.our_tab import OurTab, Watched

ASK_TIMEOUT_S = 5.0
BUSY = "the page is busy, so that nothing was seen to change yet"


@dataclass(frozen=True, slots=True)
class Before:
    """What is compared with afterwards."""

    tab: OurTab
    url: str
    document: IsolatedWorld | None
    watched: tuple[IsolatedWorld, ...]
    """The top document, and those of the frames that the act was meant for."""
    tabs: int
    downloads: int
    sent: int


async def before(context: InputContext, action: Action) -> Before:
    """Note the state before an act, and start watching for changes."""
    tab = context.tab
    document, watched = tab.watched.document, tab.watched.frames
    if not tab.dialog:  # else the act goes on that the dialog held up
        try:
            async with asyncio.timeout(ASK_TIMEOUT_S * tab.worlds.limit.times):
                document = await tab.worlds.top()
                known = context.tabs.registry.worlds.values()
                inner = await _meant(context, action) or [world for world in watched if world in known]
                watched = tuple(dict.fromkeys((document, *inner)))
                await asyncio.gather(*(world.call("changes", True) for world in watched))
        except (ScriptFailed, TimeoutError):
            watched = ()
        tab.watched = Watched(document, watched)
    begun = len(context.tabs.downloads.all)
    return Before(tab, tab.page.url, document, watched, len(context.tabs.all), begun, tab.traffic.sent)


async def _meant(context: InputContext, action: Action) -> list[IsolatedWorld]:
    """The worlds of the frames that an act is meant for, and of those around them."""
    found: list[IsolatedWorld] = []
    for target in _targets(action):
        if isinstance(target, str):
            match = REF.fullmatch(target)
            world = context.tabs.registry.worlds.get(int(match.group(1))) if match else None
        else:
            world = await _at(context, target)
        while world is not None:
            found.append(world)
            world = world.parent
    return found


def _targets(action: Action) -> tuple[str | Point | None, ...]:
    """The targets of an act; None stands for the focused element."""
    match action:
        case Drag(start=start, end=end):
            return (start, end)
        case MouseMove(point=point):
            return (point,)
        case TypeText(target=None) | Press(target=None) | HoldKey():
            return (None,)
    target = getattr(action, "target", None)
    return (target,) if isinstance(target, str | Point) else ()


async def _at(context: InputContext, target: Point | None) -> IsolatedWorld | None:
    """The world at a point, or where the keyboard is; None where that is the top one, or cannot be told."""
    if len(context.tab.page.frames) < 2:
        return None
    with suppress(ScriptFailed):
        element = await (hit_test(context, target) if target else with_keyboard(context))
        return element.world if element else None
    return None


async def effect(context: InputContext, was: Before) -> tuple[str, bool]:
    """What was seen to change, and whether something else is in front now."""
    said: list[str] = []
    try:
        tab = context.tab
    except PageGone as error:
        return str(error), True
    navigated = tab is not was.tab
    if len(context.tabs.all) > was.tabs:
        said.append(f"a new tab {tab.id} opened: {tab.page.url}")
    elif len(context.tabs.all) < was.tabs:
        said.append(f"the tab closed; {tab.id} is in front: {tab.page.url}")
    if tab.dialog:
        dialog = tab.dialog.described
        return "; ".join([*said, f"a dialog opened: {dialog.kind} {dialog.message!r}"]), True
    if len(context.tabs.downloads.all) > was.downloads:
        names = ", ".join(one.name for one in context.tabs.downloads.all[was.downloads :])
        said.append(f"a download began: {names}")
    if tab is was.tab and tab.traffic.sent > was.sent:
        said.append("the page sent something to its server")
    if not navigated:
        words, other = await _changes(was)
        navigated = other
        said += words
    return "; ".join(said), navigated


async def _changes(was: Before) -> tuple[list[str], bool]:
    tab = was.tab
    try:
        document = await _document(tab)
    except NoAnswer:
        return [BUSY], bool(tab.traffic.on_its_way_to)
    except ScriptFailed:
        return ["the page is changing"], False
    if document is not was.document and was.document is not None:
        return [f"the page went to {tab.page.url}"], True
    said = [] if tab.page.url == was.url else [f"the address changed to {tab.page.url}"]
    gone: list[IsolatedWorld] = []
    for world in was.watched:
        try:
            changed = await world.call("changes", False, timeout=ASK_TIMEOUT_S)
            said += ["the page was sent to the printer"] * bool(changed["prints"])
            said += _words(changed)
        except NoAnswer:
            return [*said, BUSY], bool(tab.traffic.on_its_way_to)
        except ScriptFailed:
            gone.append(world)
    return said + await _went(tab, gone), bool(gone)


async def _document(tab: OurTab) -> IsolatedWorld:
    """The tab's own document, if it answers soon.

    Raises:
        NoAnswer: It does not.
        ScriptFailed: It is on its way out.
    """
    try:
        async with asyncio.timeout(ASK_TIMEOUT_S * tab.worlds.limit.times):
            return await tab.worlds.top()
    except TimeoutError as error:
        raise NoAnswer("the page is busy with itself") from error


async def _went(tab: OurTab, gone: list[IsolatedWorld]) -> list[str]:
    """What became of frames whose documents are gone."""
    if not gone:
        return []
    try:
        now = {world.frame_id: world for world in await tab.worlds.all()}
        there = [now[world.frame_id] for world in gone if world.frame_id in now]
        urls = await asyncio.gather(*(world.evaluate("location.href") for world in there))
    except ScriptFailed:
        return ["the page is changing"]
    return [f"a frame went to {url}" for url in urls] or ["a frame was taken away"]


def _words(changed: Mapping[str, Any]) -> list[str]:
    """What changed in a document, a part of a sentence each."""
    said = [_moved(*each) for each in changed["moved"]]
    if count := changed["elements"]:
        counted = "1 element changed" if count == 1 else f"{count} elements changed"
        words = ", ".join(map(repr, changed["words"]))
        said.append(f"{counted}: {words}" if words else counted)
    return said + [f"gone: {', '.join(map(repr, changed['gone']))}"] * bool(changed["gone"])


def _moved(what: str, before: str, now: str) -> str:
    if before and now and before != now:
        return f"{what!r} moved from {before!r} to {now!r}"
    return f"{what!r} moved"
