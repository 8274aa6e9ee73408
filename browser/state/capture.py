"""Capture the storage state of a browser: cookies, and all that scripts store.

Playwright has cookies, localStorage and IndexedDB of the origins that it knows of. What it lacks is here:
sessionStorage, which each tab has for itself, service workers, and origins that were left before it came.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from browser.model.addresses.origins import origin_of
from browser.state.empty_page import empty_pages
from browser.state.storage_state import Key, StorageState, from_playwright

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page

ANSWER_S = 3.0
"""How long a page is given to say what it keeps; one that is busy or asks something does not."""
WORKERS_S = 10.0
"""How long all service workers together are given to be registered."""
EMPTY = "<!doctype html><title></title>"
READ_SESSION = "() => Object.entries(sessionStorage)"
WRITE_SESSION = "items => { for (const [key, value] of items) sessionStorage.setItem(key, value) }"
REGISTER = "([script, scope]) => navigator.serviceWorker.register(script, {scope}).then(() => '')"


@dataclass(frozen=True)
class CapturedState:
    """The storage state of a browser, and what could not be read."""

    stored: StorageState
    read: frozenset[str]
    """The origins whose sessionStorage could be read."""
    warnings: tuple[str, ...] = ()
    """What could not be taken."""

    def since(self, base: StorageState) -> StorageState:
        """The current state, falling back to `base` for what could not be read."""
        unread = {key: value for key, value in base.of_kind("session") if key[1] not in self.read}
        return StorageState(unread) + self.stored


async def capture(
    context: BrowserContext, pages: Sequence[Page], *, also: Iterable[str] = (), leaving: bool
) -> CapturedState:
    """Capture the storage state of a browser.

    Args:
        context: The tabs' own.
        pages: The tabs, the one that counts last: what several keep for one origin is taken from it.
        also: Origins to ask beside those that the tabs have been to.
        leaving: Whether the tabs may be led elsewhere, to reach the sessionStorage of where they have been.
            Then Playwright must have been there from the context's beginning.
    """
    warnings: list[str] = []
    places = {page: await _been_at(page) for page in pages}
    workers = await _workers(context, pages)
    if not leaving:
        been = (origin for origins in places.values() for origin in origins)
        await _show_to_playwright(context, dict.fromkeys([*also, *been, *workers.origins]))
    kept = await _kept(context, warnings)
    tabs: dict[str, dict[Key, Any]] = {}
    for page, origins in places.items():
        tabs.update(await _session_storage(page, origins, leaving=leaving))
    of_tabs = StorageState({key: value for items in tabs.values() for key, value in items.items()})
    return CapturedState(kept + workers + of_tabs, frozenset(tabs), tuple(warnings))


async def _kept(context: BrowserContext, warnings: list[str]) -> StorageState:
    """Cookies, localStorage and, unless Playwright cannot write it down, IndexedDB."""
    from playwright.async_api import Error

    try:
        return from_playwright(dict(await context.storage_state(indexed_db=True)))
    except Error as error:
        said = error.message.splitlines()[0].removeprefix("BrowserContext.storage_state: ")
        warnings.append(f"IndexedDB was not saved: {said}")
        return from_playwright(dict(await context.storage_state()))


async def _been_at(page: Page) -> list[str]:
    """The origins that a tab has been to, the present one first."""
    from playwright.async_api import Error

    addresses = [page.url]
    with suppress(Error, TimeoutError):
        async with asyncio.timeout(ANSWER_S):
            session = await page.context.new_cdp_session(page)
            history = await session.send("Page.getNavigationHistory")
            addresses += [entry["url"] for entry in reversed(history["entries"])]
            await session.detach()
    return list(dict.fromkeys(filter(None, map(origin_of, addresses))))


async def _session_storage(page: Page, been: Sequence[str], *, leaving: bool) -> dict[str, dict[Key, Any]]:
    """What a tab keeps for itself, by the origins that could be read."""
    from playwright.async_api import Error

    found: dict[str, dict[Key, Any]] = {}

    async def read(origin: str) -> None:
        entries = await page.evaluate(READ_SESSION)
        found[origin] = {("session", origin, name): value for name, value in entries}

    here = origin_of(page.url)
    elsewhere = [origin for origin in been if origin != here] if leaving else []
    with suppress(Error, TimeoutError):
        async with asyncio.timeout(ANSWER_S * (1 + len(elsewhere))):
            if here:
                await read(here)
            async with empty_pages(page):
                for origin in elsewhere:
                    with suppress(Error):  # the session may not go there
                        await page.goto(origin)
                        await read(origin)
    return found


async def _workers(context: BrowserContext, pages: Sequence[Page]) -> StorageState:
    """The service workers that are registered, of whichever site."""
    from playwright.async_api import Error

    versions: dict[str, str] = {}
    scopes: dict[str, str] = {}
    told = asyncio.Event()

    def hear_registrations(said: Mapping[str, Any]) -> None:
        scopes.update(
            {one["registrationId"]: one["scopeURL"] for one in said["registrations"] if not one["isDeleted"]}
        )

    def hear_versions(said: Mapping[str, Any]) -> None:
        versions.update({one["registrationId"]: one["scriptURL"] for one in said["versions"]})
        told.set()  # the browser tells of them last

    with suppress(Error, TimeoutError):
        async with asyncio.timeout(ANSWER_S):
            session = await context.new_cdp_session(pages[-1])
            session.on("ServiceWorker.workerRegistrationUpdated", hear_registrations)
            session.on("ServiceWorker.workerVersionUpdated", hear_versions)
            await session.send("ServiceWorker.enable")
            await told.wait()
            await session.detach()
    return StorageState({("worker", scopes[one]): versions[one] for one in scopes if one in versions})


async def _show_to_playwright(context: BrowserContext, origins: Iterable[str]) -> None:
    """Have Playwright know of origins, so that it asks what they keep."""
    from playwright.async_api import Error

    page = await context.new_page()
    try:
        async with empty_pages(page):
            for origin in origins:
                with suppress(Error):  # the session may not go there
                    await page.goto(origin)
    finally:
        await page.close()
