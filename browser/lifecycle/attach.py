"""Attaches to a browser that somebody else has started, through the CDP proxy that hides their tabs."""

from __future__ import annotations

from collections.abc import Mapping

from browser.child import ChildProcess
from browser.lifecycle.driver import Driver
from browser.lifecycle.launch import CONNECT_S, Browser
from browser.model.addresses.credentials import with_credentials_masked
from browser.model.errors import LaunchFailed

END_S = 5.0
"""Seconds that the proxy has to close our remaining tabs and to end."""


async def attach(
    address: str, headers: Mapping[str, str] | None = None, timeout_s: float = CONNECT_S
) -> Browser:
    """Attach to a running Chromium over CDP.

    Args:
        address: `http(s)://`, `ws(s)://` or `host:port`.
        headers: Sent with each request to the browser, for example a key.
        timeout_s: Seconds that the browser is given to let us in.

    Raises:
        LaunchFailed: Nothing answers there, or the browser refuses the connection.
    """
    from playwright.async_api import Error

    told = {"address": address if "://" in address else f"http://{address}", "headers": dict(headers or {})}
    proxy = ChildProcess("browser.cdp.attached.process", told, END_S)
    playwright: Driver | None = None
    try:
        inside = await proxy.answer(timeout_s)
        playwright = await Driver.start()
        attached = await playwright.chromium.connect_over_cdp(inside["address"], timeout=timeout_s * 1000)
    except BaseException as error:
        proxy.kill()
        if playwright is not None:
            await playwright.stop()
        await proxy.close()
        if isinstance(error, LaunchFailed | Error):
            raise LaunchFailed(_refused(address, str(error).partition("\n")[0])) from error
        raise
    return Browser(playwright, attached, owned=False, at_end=proxy.close)


def _refused(address: str, said: str) -> str:
    shown = with_credentials_masked(address)
    return (
        f"no browser let us in at {shown}: {said}. Chrome 136 and later refuses "
        "remote debugging on its default profile; start it with a profile folder of its own: "
        "google-chrome --remote-debugging-port=9222 --user-data-dir=$HOME/chrome-for-agents"
    )
