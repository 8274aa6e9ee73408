"""Pages that do not close: the session says so, and a browser of ours is killed instead of waited for."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from types import SimpleNamespace

import pytest

from browser.lifecycle.driver import STOP_S
from browser.lifecycle.launch import KILLED_STOP_S, Browser
from browser.options import SessionOptions
from browser.session import Session


class Context:
    """A browser context; one that is stuck never closes."""

    browser = None

    def __init__(self, *, stuck):
        self._stuck = stuck

    def on(self, event, listener):
        pass

    async def close(self):
        if self._stuck:
            await asyncio.Event().wait()


class Driver:
    """A driver that notes how long it was given to end."""

    given_s = None

    async def stop(self, timeout_s=STOP_S):
        self.given_s = timeout_s


class Live:
    """A browser that notes whether it was asked to end."""

    asked = False

    def is_connected(self):
        return True

    async def close(self):
        self.asked = True


@pytest.fixture
def process():
    """A process that leads a group of its own, as a browser does."""
    started = subprocess.Popen(
        [sys.executable, "-c", "input()"],
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    yield started
    started.kill()
    started.wait()


@pytest.mark.parametrize("stuck", [False, True])
async def test_a_session_whose_pages_do_not_close_is_stuck(stuck):
    session = Session(Context(stuck=stuck), SessionOptions(), own_context=True)
    await session.close()
    assert session.stuck is stuck


@pytest.mark.skipif(sys.platform == "win32", reason="processes have no groups there")
@pytest.mark.parametrize("stuck", [False, True])
async def test_a_browser_of_ours_with_pages_that_do_not_close_is_killed_at_once(stuck, process):
    driver, live = Driver(), Live()
    browser = Browser(driver, live, owned=True, pid=process.pid)
    browser._sessions.append(Session(Context(stuck=stuck), SessionOptions(), own_context=True))
    await browser.close()
    assert live.asked is not stuck
    assert driver.given_s == (KILLED_STOP_S if stuck else STOP_S)
    await asyncio.to_thread(process.communicate, b"\n")
    assert process.returncode == (-signal.SIGKILL if stuck else 0)


async def test_a_browser_of_somebody_else_is_never_killed():
    driver, live = Driver(), Live()
    browser = Browser(driver, live, owned=False)
    browser._sessions.append(SimpleNamespace(stuck=True, close=lambda: asyncio.sleep(0)))
    await browser.close()
    assert live.asked
    assert driver.given_s == STOP_S
