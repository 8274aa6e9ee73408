"""The way to an endpoint, as the machine's environment has it: the proxy, and the certificates trusted."""

from __future__ import annotations

import socket
import ssl
from importlib.util import find_spec
from pathlib import Path

import httpx2

from browser.model.addresses.credentials import with_credentials_masked
from browser.model.addresses.origins import host_of, parse
from browser.model.addresses.way_out import proxy_of_environment
from engines.errors import EngineUnavailable
from engines.models.failures import CallFailed

_PROXY_SCHEMES = ("http", "https", "socks5", "socks5h")


def proxy_for(address: str) -> httpx2.Proxy | None:
    """The proxy that the environment names for an address; None: none, and always none for this machine.

    Raises:
        EngineUnavailable: The proxy cannot be used.
    """
    url = proxy_of_environment(address)
    if not url:
        return None
    there = parse(url)
    around = f"or put {host_of(address)} into NO_PROXY"
    shown = with_credentials_masked(url)
    if there is None or not there.host or there.scheme not in (*_PROXY_SCHEMES, "socks", "socks4"):
        raise EngineUnavailable(
            f"the environment names the proxy {shown!r}, which is no address of one; correct HTTPS_PROXY, "
            "HTTP_PROXY "
            f"or ALL_PROXY, {around}"
        )
    if there.scheme not in _PROXY_SCHEMES:
        raise EngineUnavailable(
            f"the environment names the proxy {shown!r}; of SOCKS proxies only socks5:// is spoken: write "
            f"it so, {around}"
        )
    if there.scheme.startswith("socks") and find_spec("socksio") is None:
        raise EngineUnavailable(
            f"the environment names the SOCKS proxy {shown!r}, which needs the Python module socksio: "
            f"pip install socksio, {around}"
        )
    try:
        return httpx2.Proxy(url)
    except (ValueError, httpx2.InvalidURL) as error:
        raise EngineUnavailable(
            f"the environment names the proxy {shown!r}: {error}; correct it, {around}"
        ) from error


def keep_alive() -> list[tuple[int, int, int]]:
    """Options of sockets by which a silent connection is asked every minute whether it is still there.

    Routers forget connections on which a model is silent for minutes before its first token.
    """
    tcp = {"TCP_KEEPIDLE": 60, "TCP_KEEPALIVE": 60, "TCP_KEEPINTVL": 60, "TCP_KEEPCNT": 5}
    known = [(getattr(socket, name), value) for name, value in tcp.items() if hasattr(socket, name)]
    return [
        (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
        *((socket.IPPROTO_TCP, option, value) for option, value in known),
    ]


def certificates(ca_file: str) -> ssl.SSLContext:
    """Whom to trust: those whom the machine trusts, and the file of the settings. Takes a quarter of a
    second.

    Raises:
        CallFailed: A file of certificates cannot be read.
    """
    try:
        if not ca_file:
            return httpx2.create_ssl_context()
        context = ssl.create_default_context()
        context.load_verify_locations(Path(ca_file).expanduser())
    except OSError as error:
        setting = (
            f"model.ca_file ({ca_file!r})"
            if ca_file
            else "SSL_CERT_FILE or SSL_CERT_DIR, in the environment,"
        )
        raise CallFailed(
            "configuration",
            f"{setting} names no file of certificates that can be read ({error.strerror or error}); "
            "correct it" + ("" if ca_file else ", unset it, or set model.ca_file"),
        ) from error
    return context
