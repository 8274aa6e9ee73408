"""Saved pages served on loopback, opened in Chromium, and read into a schema by the engine's own call.

The pages' scripts do not run and nothing is loaded from elsewhere: what was saved is what is read.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler
from threading import Thread
from typing import Any

from agent_core import Settings, run_task
from agent_core.demo_site.server import LoopbackServer
from benchmarks.suites.extraction.saved import SavedPage
from browser.lifecycle.launch import launch
from browser.model.errors import BrowserError
from browser.options import LaunchOptions
from engines.extraction import extract
from engines.protocol import EngineOptions
from engines.registry import create_engine

ONLY_WHAT_WAS_SAVED = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What was read of one page."""

    page: SavedPage
    output: dict[str, Any]
    """{} where nothing was."""
    confident: bool
    """Whether the engine would finish with it; for a run, whether that was completed."""
    reason: str = ""
    seen_ms: float = 0.0
    """What it took to observe the page; 0 for a run, which does more than that."""
    read_ms: float = 0.0
    """What it took to fill the schema, or the whole run."""


async def read_all(
    pages: Sequence[SavedPage], wish: str, schema: dict[str, Any], *, runs: bool = False
) -> AsyncIterator[Read]:
    """Read the pages one after the other.

    Args:
        pages: What to read.
        wish: The task in words.
        schema: What is wanted.
        runs: Whether each page is a whole `run_task` in a browser of its own, rather than a look at it.
    """
    with serving(pages) as address:
        if runs:
            for page in pages:
                yield await _run(page, address + page.path, wish, schema)
            return
        browser = await launch(LaunchOptions(on_warning=lambda _: None))
        async with browser:
            for page in pages:
                yield await _look(browser, page, address + page.path, wish, schema)


async def _look(browser: Any, page: SavedPage, url: str, wish: str, schema: dict[str, Any]) -> Read:
    view = create_engine("embedded", EngineOptions()).view
    session = await browser.open_session()
    try:
        async with asyncio.timeout(TIMEOUT_S):
            await session.goto(url)
            began = time.perf_counter()
            seen = await session.observe(view)
        between = time.perf_counter()
        found = extract(schema, wish, seen)
        ended = time.perf_counter()
    except (BrowserError, TimeoutError) as error:
        return Read(page=page, output={}, confident=False, reason=f"not read: {error}")
    finally:
        await session.close()
    return Read(
        page=page,
        output=found.output if isinstance(found.output, dict) else {},
        confident=found.confident,
        reason=found.reason,
        seen_ms=(between - began) * 1000,
        read_ms=(ended - between) * 1000,
    )


async def _run(page: SavedPage, url: str, wish: str, schema: dict[str, Any]) -> Read:
    began = time.perf_counter()
    run = await run_task(
        wish,
        url,
        engine="embedded",
        data_extraction_schema=schema,
        timeout_s=TIMEOUT_S,
        settings=Settings(screenshots=False),
    )
    return Read(
        page=page,
        output=run.output if isinstance(run.output, dict) else {},
        confident=run.status == "completed",
        reason=run.failure_reason or "",
        read_ms=(time.perf_counter() - began) * 1000,
    )


@contextmanager
def serving(pages: Sequence[SavedPage]) -> Iterator[str]:
    """Serve the pages, each at its own path; gives the address of the server without a slash."""
    files = {page.path: page for page in pages}
    server = LoopbackServer(partial(_Handler, files))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, pages: dict[str, SavedPage], *rest: object) -> None:
        self._pages = pages
        super().__init__(*rest)  # type: ignore[arg-type]  # what the server hands to its handlers

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """A page, or nothing."""
        page = self._pages.get(self.path)
        data = page.html() if page else b""
        self.send_response(200 if page else 404)
        self.send_header("Content-Type", page.media_type if page else "text/html")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Content-Security-Policy", ONLY_WHAT_WAS_SAVED)
        self.end_headers()
        self.wfile.write(data)
