"""The client with which the addresses of a task are asked: its webhook, and the one that gives codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from browser.model.credentials import with_credentials_masked
from browser.model.way_out import proxy_of_environment

if TYPE_CHECKING:
    from httpx2 import AsyncClient


class ProxyUnusable(Exception):
    """The environment names a proxy that cannot be used; the message says which."""


def client_for(url: str, timeout_s: float) -> AsyncClient:
    """A client for one address, by the proxy of the environment. It takes a quarter of a second.

    Raises:
        ProxyUnusable: Correct HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, or put the host into NO_PROXY.
    """
    from httpx2 import AsyncClient, InvalidURL, Timeout, create_ssl_context

    proxy = proxy_of_environment(url)
    try:
        return AsyncClient(
            timeout=Timeout(timeout_s), verify=create_ssl_context(), proxy=proxy or None, trust_env=False
        )
    except (ValueError, ImportError, InvalidURL) as error:
        raise ProxyUnusable(
            f"the environment names the proxy {with_credentials_masked(proxy)!r}: {error}; correct "
            "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, or put the host into NO_PROXY"
        ) from error
