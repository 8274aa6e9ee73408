"""Playwright's driver with a folder of its own for temporary files, which goes when this process does.

Playwright and Chromium leave profiles, downloads and sockets in the system's temporary folder when they are
killed. So each driver is given a folder of its own there, and a process that removes it as soon as ours has
ended, however it has.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from browser.lifecycle.sweeper import Sweeper, make_short_folder
from browser.model.errors import LaunchFailed

if TYPE_CHECKING:
    from playwright.async_api import BrowserType, Playwright

logger = logging.getLogger("agent_core." + __name__)

STOP_S = 4.0
"""Seconds that the driver has to end."""

_folder: ContextVar[Path | None] = ContextVar("_folder", default=None)
"""The temporary folder of the driver that is started in this context."""


class Driver:
    """A running driver; `stop` ends it and removes what it has left."""

    def __init__(self, playwright: Playwright, sweeper: Sweeper) -> None:
        self._playwright, self._sweeper = playwright, sweeper

    @classmethod
    async def start(cls) -> Driver:
        """Start it; a caller that is canceled meanwhile leaves no process of it behind.

        Raises:
            LaunchFailed: It does not start, or has no place for its files.
        """
        from playwright.async_api import Error, async_playwright

        _give_drivers_their_folder()
        try:
            folder, sweeper = await asyncio.to_thread(_place)
        except OSError as error:
            why = f"there is no place for temporary files: {error}; set TMPDIR to a folder that has room"
            raise LaunchFailed(why) from error
        try:
            token = _folder.set(folder)
            starting = asyncio.ensure_future(async_playwright().start())
            _folder.reset(token)
            try:
                return cls(await asyncio.shield(starting), sweeper)
            except asyncio.CancelledError:
                await (await starting).stop()
                raise
        except BaseException as error:
            await asyncio.to_thread(sweeper.sweep)
            if isinstance(error, Error | OSError):
                raise LaunchFailed(f"Playwright's driver did not start: {error}") from error
            raise

    @property
    def chromium(self) -> BrowserType:
        """What starts or attaches to a Chromium."""
        return self._playwright.chromium

    async def stop(self, timeout_s: float = STOP_S) -> None:
        """End the driver and remove its folder. Never raises, and takes `timeout_s` and `SWEEP_S` at most.

        A driver that takes longer ends by itself, since nobody speaks to it any more.
        """
        from playwright.async_api import Error

        try:
            async with asyncio.timeout(timeout_s):
                await self._playwright.stop()
        except (Error, TimeoutError) as error:
            logger.info("Playwright's driver did not end within %g s: %r", timeout_s, error)
        finally:
            await asyncio.to_thread(self._sweeper.sweep)


def _place() -> tuple[Path, Sweeper]:
    folder = make_short_folder()
    return folder, Sweeper(folder)


@cache
def _give_drivers_their_folder() -> None:
    """Have Playwright start each driver with the folder of its context as TMPDIR.

    It copies the environment of this process, and there is no argument for another one. To change that of the
    process would change it for the processes that other threads start meanwhile.
    """
    for name in ("transport", "_transport"):  # as it is called since Playwright 1.65, and before
        with suppress(ImportError, AttributeError):
            module = import_module(f"playwright._impl.{name}")
            vars(module)["get_driver_env"] = _in_folder(module.get_driver_env)


def _in_folder(environment: Callable[[], dict[str, str]]) -> Callable[[], dict[str, str]]:
    def with_folder() -> dict[str, str]:
        folder = _folder.get()
        return environment() | ({"TMPDIR": str(folder)} if folder else {})

    return with_folder
