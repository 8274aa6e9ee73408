"""The process in which the CDP proxy runs; `browser.lifecycle.attach` starts it.

When the process that it serves ends, even if it is killed, the proxy closes our remaining tabs and ends too.
"""

from __future__ import annotations

import asyncio
import secrets
import signal
from collections.abc import Mapping
from typing import Any

from browser.cdp.attached.endpoint import endpoint_of
from browser.cdp.attached.proxy import CdpProxy
from browser.cdp.client import NotAccepted, WebSocket, connect, listen
from browser.child import say, told, when_parent_ends


async def _serve(address: str, headers: Mapping[str, str]) -> None:
    try:
        endpoint = await asyncio.to_thread(endpoint_of, address, headers)
        browser = await connect(endpoint, headers)
    except TimeoutError:
        say(error="it does not answer")
        return
    except (OSError, NotAccepted, ValueError, KeyError) as error:
        say(error=str(error) or type(error).__name__)
        return
    ended = asyncio.Event()
    when_parent_ends(asyncio.get_running_loop(), ended.set)
    path = f"/{secrets.token_urlsafe(24)}"
    come: asyncio.Queue[WebSocket] = asyncio.Queue()

    served = asyncio.Event()

    async def let_in(socket: WebSocket) -> None:
        await come.put(socket)
        await served.wait()

    server, inside = await listen(path, let_in)
    say(address=inside)
    client = await _first(come.get(), ended.wait())
    server.close(close_connections=False)
    if isinstance(client, WebSocket):
        proxy = CdpProxy(browser, client)
        serving = asyncio.ensure_future(proxy.serve())
        await _first(asyncio.shield(serving), ended.wait())
        await proxy.close()
        await serving
    served.set()


async def _first(*works: Any) -> Any:
    tasks = [asyncio.ensure_future(work) for work in works]
    done, others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in others:
        task.cancel()
    return done.pop().result()


def main() -> None:
    """Run the proxy for the parent process.

    Standard input holds one line of JSON: the browser's `address` and `headers`. Standard output gets one
    line of JSON: the proxy's own `address`, or an `error`.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent; the proxy ends after it
    order = told()
    asyncio.run(_serve(order["address"], order["headers"]))
