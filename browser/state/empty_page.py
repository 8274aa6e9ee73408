"""An empty page, shown in a tab in place of each page, so that a site is not asked for anything."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import Dialog, Page, Route

ANSWER_S = 3.0
"""How long a page is given to say what it keeps; one that is busy or asks something does not."""
WORKERS_S = 10.0
"""How long all service workers together are given to be registered."""
EMPTY = "<!doctype html><title></title>"
READ_SESSION = "() => Object.entries(sessionStorage)"
WRITE_SESSION = "items => { for (const [key, value] of items) sessionStorage.setItem(key, value) }"
REGISTER = "([script, scope]) => navigator.serviceWorker.register(script, {scope}).then(() => '')"


@asynccontextmanager
async def empty_pages(page: Page) -> AsyncIterator[None]:
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
