"""The ways in which a long list goes on: scrolling, loading more, turning pages."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from browser.cdp.scripts import NoAnswer, ScriptFailed
from browser.input.lists.list_reading import ListCollection, ListSnapshot, Stop
from browser.input.lists.rows import overlap
from browser.input.outcome import unheard
from browser.input.pointer.click import click
from browser.input.targets import Named
from browser.model.actions import Click
from browser.model.errors import ActionFailed

TRIES = 2
"""How often the end of a list is asked for more before it counts as the end."""
LATE_MS = 700
"""How long rows that nothing announces are waited for."""
ANSWER_MS = 4000
"""How long rows are waited for after a press, or while the page says that it is loading."""
STEP = 0.8
"""Share of the view that is scrolled at a time where rows are dropped."""
KEPT_ROWS = 3
"""How many of the last rows are seen again after a step."""
STEPS_BACK = 6


async def go_on(collection: ListCollection, now: ListSnapshot) -> tuple[ListSnapshot, Stop | None]:
    """Go on in the way that comes first: to the end of what can be scrolled, then by pressing."""
    total = now.said["total"]
    last = collection.page[-1].place if collection.page else None
    if total and collection.pages == 1 and len(collection.rows) >= total and last is not None:
        return now, Stop("end", f"the page counts {total} rows")
    if _can_scroll(collection, now):
        return await _scroll(collection, now)
    if now.said["end"]:
        return now, Stop("end", f"the page says {now.said['end']!r}")
    for kind in ("retry", "more", "next"):
        control = now.control(kind)
        if control is None:
            continue
        if collection.pages >= collection.action.max_pages:
            return now, Stop("max_pages", f"max_pages ({collection.action.max_pages}) reached")
        if kind == "next":
            return await _next_page(collection, now, control)
        return await _load(collection, now, control)
    if now.waiting and not collection.scrolled_out:
        return await _wait_for_more(collection, now)
    if now.said["spent"]:
        return now, Stop("end", f"{now.said['spent']!r} is there no more or disabled")
    return now, Stop("end", "nothing new came and nothing leads on")


async def from_its_beginning(collection: ListCollection, now: ListSnapshot) -> ListSnapshot:
    """What a list shows at its beginning, where a scrolled container of its own shows another part of it."""
    if not now.said["inner"] or now.said["top"] <= 2:
        return now
    before, (now, _) = now, await _move(collection, -now.said["top"])
    collection.drops_rows = before.keys != now.keys
    return now


def _can_scroll(collection: ListCollection, now: ListSnapshot) -> bool:
    """Whether there may be rows further down this page."""
    said = now.said
    if collection.scrolled_out or (said["end"] and not collection.drops_rows and not said["below"]):
        return False
    if collection.drops_rows:
        return bool(said["left"] > 2)
    if said["inner"]:
        return bool(said["left"] > 2 or said["below"] > 2)
    if said["more"] or said["retry"]:
        return False
    if (collection.pressing_helped or said["next"] or said["spent"]) and collection.pages > 1:
        return collection.scrolling_helped and said["below"] > 2
    return bool(said["below"] > 2 or (said["left"] > 2 and not said["next"]))


async def _settled(collection: ListCollection, since: float) -> ListSnapshot:
    """The list once the page has come to rest."""
    await collection.context.rest(since)
    if collection.world.parent is not None:
        with suppress(ScriptFailed):  # the frame may be on its way to another document
            await collection.world.call("whenQuiet", 60, 1000, 0)
    return await collection.read()


async def _changed(collection: ListCollection, ceiling_ms: int) -> bool:
    """Wait until the rows change; False: they do not."""
    left_ms = int((collection.began + collection.action.max_seconds - time.monotonic()) * 1000)
    ceiling_ms = max(1, min(ceiling_ms, left_ms))
    try:
        said = await collection.world.call(
            "act", collection.holder, "whenListChanges", collection.spec, ceiling_ms,
            timeout=ceiling_ms / 1000 + 5.0,
        )  # fmt: skip
    except NoAnswer as error:
        raise ActionFailed("the page did not answer while more rows were waited for") from error
    except ScriptFailed:
        return True
    return bool(said.get("gone") or said["changed"])


async def _move(collection: ListCollection, by: float | None) -> tuple[ListSnapshot, float]:
    """Scroll, and read what is there then; only what is still on its way is waited for."""
    since = time.monotonic()
    collection.scrolls += 1
    said = await Named("", collection.world, collection.holder).do("scrollList", by)
    moved = float(said["moved"])
    if collection.drops_rows and not collection.context.tab.traffic.busy(since):
        now = await collection.read()
        if now.reaches_down and not now.waiting and overlap(collection.page, now.rows):
            return now, moved
    return await _settled(collection, since), moved


async def _scroll(collection: ListCollection, now: ListSnapshot) -> tuple[ListSnapshot, Stop | None]:
    """Scroll on and take the rows that come; back in smaller steps where some would be missed."""
    step = _step(now) if collection.drops_rows else None
    now, moved = await _move(collection, step)
    new = collection.add_following(now)
    for _ in range(STEPS_BACK):
        if new is not None:
            break
        collection.drops_rows = True
        step = STEP * now.said["view"] if step is None else step / 2
        now, back = await _move(collection, step - moved)
        moved += back
        new = collection.add_following(now)
    if new is None:
        return now, Stop("stuck", "the rows that came do not follow on those before")
    if new:
        collection.scrolling_helped = True
        return now, None
    if collection.drops_rows and now.said["left"] > 2 and moved:
        return now, None
    return await _wait_for_more(collection, now)


def _step(now: ListSnapshot) -> float:
    """The scroll distance that keeps the last rows in view, so that they are recognised."""
    view = float(now.said["view"])
    if not now.rows:
        return STEP * view
    last = now.rows[-1]
    return max(STEP * view, last.at - KEPT_ROWS * last.high - float(now.said["top"]))


async def _wait_for_more(collection: ListCollection, now: ListSnapshot) -> tuple[ListSnapshot, Stop | None]:
    """Wait at the end of the scroll range: rows may still be loading, or need another scroll to load."""
    for attempt in range(TRIES):
        if now.control("more") or now.control("retry") or now.said["end"]:
            break
        if not await _changed(collection, ANSWER_MS if now.waiting else LATE_MS):
            if attempt + 1 == TRIES or collection.late:
                break
            await _move(
                collection, -now.said["view"] / 3
            )  # some pages ask again only when the end comes anew
            now, _ = await _move(collection, None)
        else:
            now = await _settled(collection, time.monotonic())
        if collection.add_following(now):
            collection.scrolling_helped = True
            return now, None
    collection.scrolled_out = True
    return now, None


async def _press(collection: ListCollection, control: Mapping[str, Any]) -> ListSnapshot:
    since = time.monotonic()
    collection.presses += 1
    collection.labels.append(control["label"])
    unreported = replace(collection.context, on_progress=unheard)  # what is told is how far the list is read
    await click(unreported, Click(f"f{collection.world.number}e{control['n']}"))
    return await _settled(collection, since)


async def _load(
    collection: ListCollection, before: ListSnapshot, control: Mapping[str, Any]
) -> tuple[ListSnapshot, Stop | None]:
    """Press what loads more below; what replaces the rows instead was the way to another page."""
    now = before
    for _ in range(TRIES):
        now = await _press(collection, now.control("more") or now.control("retry") or control)
        if now.keys == before.keys and await _changed(collection, ANSWER_MS if now.waiting else LATE_MS * 2):
            now = await _settled(collection, time.monotonic())
        if now.world is not before.world:
            return now, _turned(collection, before, now)
        if now.keys != before.keys:
            new = collection.add_following(now)
            if new:
                collection.pages += 1
                collection.pressing_helped = True
                collection.scrolled_out = False
                return now, None
            if new is None:
                return now, _turned(collection, before, now)
        if not now.control("more") and not now.control("retry"):
            return now, None
        if collection.late:
            return now, None
    return now, Stop("end", f"pressing {control['label']!r} brings nothing new")


async def _next_page(
    collection: ListCollection, before: ListSnapshot, control: Mapping[str, Any]
) -> tuple[ListSnapshot, Stop | None]:
    """Go to the next page. It is pressed once: pressed again, a late page would be passed over."""
    now = await _press(collection, control)
    late_ms = ANSWER_MS if now.said["mark"] == before.said["mark"] else LATE_MS
    if now.world is before.world and now.keys == before.keys and await _changed(collection, late_ms):
        now = await _settled(collection, time.monotonic())
    while (now.waiting or not now.rows) and await _changed(collection, ANSWER_MS):
        now = await _settled(collection, time.monotonic())
    if now.world is before.world:
        if now.keys == before.keys and now.said["mark"] == before.said["mark"]:
            return now, Stop("stuck", f"pressing {control['label']!r} changed nothing")
        grown = len(now.rows) > len(before.rows) and now.keys[: len(before.rows)] == before.keys
        if grown and collection.add_following(now):
            collection.pages += 1
            return now, None
    return now, _turned(collection, before, now)


def _turned(collection: ListCollection, before: ListSnapshot, now: ListSnapshot) -> Stop | None:
    """Add the rows of a page; a page that was read before ends the list."""
    mark = (now.said["mark"], now.keys)
    if mark in collection.turns or not now.rows:
        return Stop("end", "the pages begin anew" if now.rows else "the next page is empty")
    collection.turns.add(mark)
    collection.turn(now)
    return None
