"""A reader's browser: opens pages of ours and remembers what they complain about and ask for."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Page, async_playwright, expect

from agent_core import find_browser

expect.set_options(timeout=60_000)  # a busy machine may be late; milliseconds


@dataclass
class Reader:
    page: Page
    complaints: list[str] = field(default_factory=list)
    """Errors of scripts, of the console and of the Content Security Policy; dialogs that opened."""
    asked: list[str] = field(default_factory=list)
    """Addresses that were asked for, but data: and blob:."""


@asynccontextmanager
async def reading(**context: Any) -> AsyncIterator[Reader]:
    expect.set_options(timeout=30_000)  # a busy machine takes longer than the usual five seconds
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=str(find_browser().path), args=root)
        try:
            page = await (await chromium.new_context(**context)).new_page()
            reader = Reader(page)

            async def refuse(dialog: Any) -> None:
                reader.complaints.append(f"a dialog: {dialog.message}")
                await dialog.dismiss()

            page.on("dialog", refuse)
            page.on("pageerror", lambda error: reader.complaints.append(str(error)))
            page.on(
                "console",
                lambda said: (
                    reader.complaints.append(said.text) if said.type in ("error", "warning") else None
                ),
            )
            page.on(
                "request",
                lambda request: (
                    reader.asked.append(request.url)
                    if not request.url.startswith(("data:", "blob:"))
                    else None
                ),
            )
            yield reader
        finally:
            await chromium.close()
