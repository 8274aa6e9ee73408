"""The client with which the addresses of a task are asked: its webhook, and the one that gives codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from browser.model.addresses.credentials import with_credentials_masked
from browser.model.addresses.way_out import proxy_of_environment
from browser.network.public_hosts import addresses_of, is_private_host, is_public

if TYPE_CHECKING:
    from httpx2 import AsyncClient, Request


class ProxyUnusable(Exception):
    """The environment names a proxy that cannot be used; the message says which."""


def client_for(url: str, timeout_s: float, *, public_only: bool = False) -> AsyncClient:
    """A client for one address, by the proxy of the environment. It takes a quarter of a second.

    Args:
        url: The address.
        timeout_s: For each part of a request, seconds.
        public_only: Whether nothing of this machine and of private networks is connected to, whatever the
            name of the host is and wherever it leads; such a request fails as `ConnectError`. A proxy looks
            hosts up by itself.

    Raises:
        ProxyUnusable: Correct HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, or put the host into NO_PROXY.
    """
    from httpx2 import AsyncClient, InvalidURL, Timeout, create_ssl_context

    proxy = proxy_of_environment(url)
    hooks = [_pinned] if public_only and not proxy else []
    try:
        return AsyncClient(
            timeout=Timeout(timeout_s),
            verify=create_ssl_context(),
            proxy=proxy or None,
            trust_env=False,
            event_hooks={"request": hooks},
        )
    except (ValueError, ImportError, InvalidURL) as error:
        raise ProxyUnusable(
            f"the environment names the proxy {with_credentials_masked(proxy)!r}: {error}; correct "
            "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, or put the host into NO_PROXY"
        ) from error


async def _pinned(request: Request) -> None:
    """Connect to an address that was looked at: looked up again, the name might lead elsewhere.

    Raises:
        ConnectError: It leads to this machine or into a private network, or nowhere.
    """
    from httpx2 import ConnectError

    host = request.url.host
    try:
        addresses = () if is_private_host(host) else await addresses_of(host)
    except (OSError, UnicodeError) as error:
        raise ConnectError(f"{host} cannot be looked up", request=request) from error
    if not addresses or not all(map(is_public, addresses)):
        raise ConnectError("its host is of this machine or of a private network", request=request)
    request.extensions = {**request.extensions, "sni_hostname": host}
    request.url = request.url.copy_with(host=addresses[0])
