"""Taking what sites keep in a browser, and laying it under another: cookies and all that scripts store.

Playwright has cookies, localStorage and IndexedDB of the origins that it knows of. What it lacks is here:
sessionStorage, which each tab has for itself, service workers, and origins that were left before it came.
To reach what an origin keeps it is opened in a tab, where an empty page is answered in its place: nothing
is asked of the site itself, except the script of a service worker that is registered again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from browser.state.table import Key, Stored, from_playwright, origin_of, to_playwright

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Dialog, Page, Route

ANSWER_S = 3.0
"""How long a page is given to say what it keeps; one that is busy or asks something does not."""
WORKERS_S = 10.0
"""How long all service workers together are given to be registered."""
EMPTY = "<!doctype html><title></title>"
READ_SESSION = "() => Object.entries(sessionStorage)"
WRITE_SESSION = "items => { for (const [key, value] of items) sessionStorage.setItem(key, value) }"
REGISTER = "([script, scope]) => navigator.serviceWorker.register(script, {scope}).then(() => '')"


@dataclass(frozen=True)
class Taken:
    """What was taken from a browser."""

    stored: Stored
    read: frozenset[str]
    """The origins whose sessionStorage could be read."""
    warnings: tuple[str, ...] = ()
    """What could not be taken."""

    def since(self, base: Stored) -> Stored:
        """What is kept now, of that which was kept at first: what could not be read is as it was."""
        unread = {key: value for key, value in base.of_kind("session") if key[1] not in self.read}
        return Stored(unread) + self.stored


async def take(
    context: BrowserContext, pages: Sequence[Page], *, also: Iterable[str] = (), leaving: bool
) -> Taken:
    """What sites keep.

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
    of_tabs = Stored({key: value for items in tabs.values() for key, value in items.items()})
    return Taken(kept + workers + of_tabs, frozenset(tabs), tuple(warnings))


async def _kept(context: BrowserContext, warnings: list[str]) -> Stored:
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
            async with _answering_for(page):
                for origin in elsewhere:
                    with suppress(Error):  # the session may not go there
                        await page.goto(origin)
                        await read(origin)
    return found


async def _workers(context: BrowserContext, pages: Sequence[Page]) -> Stored:
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
    return Stored({("worker", scopes[one]): versions[one] for one in scopes if one in versions})


async def _show_to_playwright(context: BrowserContext, origins: Iterable[str]) -> None:
    """Have Playwright know of origins, so that it asks what they keep."""
    from playwright.async_api import Error

    page = await context.new_page()
    try:
        async with _answering_for(page):
            for origin in origins:
                with suppress(Error):  # the session may not go there
                    await page.goto(origin)
    finally:
        await page.close()


@asynccontextmanager
async def _answering_for(page: Page) -> AsyncIterator[None]:
    """Answer with an empty page wherever the tab goes; what scripts ask for goes its way."""

    async def answer(route: Route) -> None:
        if route.request.is_navigation_request():
            await route.fulfill(content_type="text/html", body=EMPTY)
        else:
            await route.continue_()

    async def leave(dialog: Dialog) -> None:
        await dialog.accept()

    page.on("dialog", leave)
    await page.route("**/*", answer)
    try:
        yield
    finally:
        await page.unroute("**/*", answer)
        page.remove_listener("dialog", leave)


async def lay(context: BrowserContext, page: Page, stored: Stored) -> list[str]:
    """Lay this under a context that has nothing yet; `page`, a blank tab, gets the sessionStorage.

    Returns what could not be laid.

    Raises:
        playwright.async_api.Error: The browser does not take it.
    """
    await context.set_storage_state(to_playwright(stored))  # type: ignore[arg-type]  # it is as was given
    of_tab: dict[str, list[tuple[str, str]]] = {}
    for key, value in stored.of_kind("session"):
        of_tab.setdefault(key[1], []).append((key[2], value))
    workers = [(key[1], script) for key, script in stored.of_kind("worker")]
    if not of_tab and not workers:
        return []
    async with _answering_for(page):
        for origin, items in of_tab.items():
            await page.goto(origin)
            await page.evaluate(WRITE_SESSION, items)
        missing = await _register(page, workers)
    await page.goto("about:blank")
    session = await context.new_cdp_session(page)
    await session.send("Page.resetNavigationHistory")
    await session.detach()
    return [f"the service worker of {scope} was not registered: {why}" for scope, why in missing.items()]


async def _register(page: Page, workers: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Have service workers registered again; scope -> why, of those that could not be."""
    from playwright.async_api import Error

    missing = {scope: "the sites took too long" for scope, _ in workers}
    with suppress(TimeoutError):
        async with asyncio.timeout(WORKERS_S):
            for scope, script in workers:
                try:
                    await page.goto(origin_of(scope))
                    await page.evaluate(REGISTER, [script, scope])
                    del missing[scope]
                except Error as error:
                    missing[scope] = error.message.splitlines()[0].removeprefix("Page.evaluate: ")
    return missing
