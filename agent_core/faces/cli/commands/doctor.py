"""What `agent-core doctor` looks at. Each finding says what to do where something is amiss."""

from __future__ import annotations

import asyncio
import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from tempfile import TemporaryFile
from typing import Literal

from agent_core import START_ERRORS, Settings, find_browser, open_page
from agent_core.demo_site import DemoSite
from agent_core.faces.cli.packages import HOME, REMEDY, strangers
from agent_core.runner.preparing.resolve import runs_folder
from engines.registry import WITHOUT_MODEL

Mark = Literal["good", "note", "bad"]
LIBRARIES = ("playwright", "pydantic", "openai", "anthropic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    what: str
    mark: Mark
    """`note`: worth knowing; `bad`: a run cannot work like this."""
    said: str


def examine(read_settings: Callable[[], Settings]) -> Iterator[Finding]:
    """Look at everything, one thing after the other; the browser is really started."""
    yield Finding(what="Python", mark="good", said=f"{platform.python_version()} at {sys.executable}")
    yield _packages()
    libraries = ", ".join(f"{name} {_version(name)}" for name in LIBRARIES)
    yield Finding(what="libraries", mark="good", said=libraries)
    try:
        settings = read_settings()
    except START_ERRORS as error:
        yield Finding(what="settings", mark="bad", said=str(error))
        return
    yield _model(settings)
    yield _proxies(settings)
    yield _runs(settings)
    yield from _browser(settings)


def _packages() -> Finding:
    if strange := strangers():
        return Finding(what="packages", mark="bad", said=f"{'; '.join(strange)}: {REMEDY}")
    return Finding(what="packages", mark="good", said=f"agent-core {_version('agent-core')} at {HOME}")


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "(not installed)"


def _model(settings: Settings) -> Finding:
    try:
        model = settings.model_settings()
    except START_ERRORS as error:
        return Finding(what="model", mark="bad", said=str(error))
    if model is None:
        said = (
            f"none is configured, so {WITHOUT_MODEL} serves; set AGENT_CORE_MODEL, and with it "
            "AGENT_CORE_BASE_URL for a server of your own, or the provider's API key"
        )
        return Finding(what="model", mark="note", said=said)
    where = model.base_url or "the provider's own address"
    key = "with a key" if model.api_key else "without a key"
    name = model.model_name or "the server's first model"
    return Finding(what="model", mark="good", said=f"{name} ({model.provider}) at {where}, {key}")


def _proxies(settings: Settings) -> Finding:
    if not settings.proxies:
        said = "none: runs go out directly (AGENT_CORE_PROXIES names some)"
        return Finding(what="proxies", mark="good", said=said)
    return Finding(what="proxies", mark="good", said=", ".join(settings.proxies))


def _runs(settings: Settings) -> Finding:
    folder = runs_folder(settings)
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    try:
        with TemporaryFile(dir=existing):
            return Finding(what="runs", mark="good", said=f"are kept in {folder}")
    except OSError as error:
        said = (
            f"cannot be kept in {folder} ({error.strerror}); set AGENT_CORE_HOME to a folder you may write to"
        )
        return Finding(what="runs", mark="bad", said=said)


def _browser(settings: Settings) -> Iterator[Finding]:
    try:
        found = find_browser(settings.browser or None, settings.browser_channel or None)
    except START_ERRORS as error:
        yield Finding(what="Chromium", mark="bad", said=str(error))
        return
    yield Finding(
        what="Chromium", mark="good", said=f"{found.version() or 'of unknown version'} at {found.path}"
    )
    try:
        asyncio.run(_draw_a_page(settings))
    except START_ERRORS as error:
        yield Finding(what="start", mark="bad", said=str(error))
        return
    yield Finding(what="start", mark="good", said="it starts and draws a page")
    if sys.platform == "linux" and os.geteuid() == 0:
        said = "off, since Chromium's does not work for root; run as another user to have it on"
        yield Finding(what="sandbox", mark="note", said=said)
    else:
        yield Finding(what="sandbox", mark="good", said="on")


async def _draw_a_page(settings: Settings) -> None:
    """Start the browser, open a page that is served from here, and take its picture."""
    with DemoSite() as site:
        async with open_page(site.url, settings=settings, headless=True) as page:
            await page.screenshot()
