"""Restore a storage state into a new browser context.

Nothing is asked of the sites themselves, except the script of a service worker that is registered again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from browser.model.addresses.origins import origin_of
from browser.state.empty_page import empty_pages
from browser.state.storage_state import StorageState, to_playwright

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


async def restore(context: BrowserContext, page: Page, stored: StorageState) -> list[str]:
    """Restore a storage state into a new context; `page`, a blank tab, gets the sessionStorage.

    Returns one sentence for each item that could not be restored.

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
    async with empty_pages(page):
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
