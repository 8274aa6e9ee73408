"""Which hosts are on the internet, and which only this machine or its own network reaches."""

from __future__ import annotations

import asyncio
import ipaddress
import socket

from browser.model.addresses.origins import is_host_or_below, normal_host

PRIVATE_NAMES = ("localhost", "local", "internal", "localdomain", "home.arpa", "svc")
"""Names that lead nowhere on the internet, and all below them."""
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""IPv6 addresses that stand for the IPv4 address in their last 32 bits (RFC 6052)."""

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet; so must be the IPv4 address that is written in it."""
    try:
        meant = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(each.is_global and not each.is_multicast for each in (meant, *_inside(meant)))


def _inside(address: IPAddress) -> tuple[IPAddress, ...]:
    """The IPv4 addresses that an IPv6 address leads to."""
    if not isinstance(address, ipaddress.IPv6Address):
        return ()
    translated = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address in _TRANSLATED else None
    tunnelled = address.teredo[1] if address.teredo else None
    return tuple(
        each for each in (address.ipv4_mapped, address.sixtofour, tunnelled, translated) if each is not None
    )


def is_private_host(host: str) -> bool:
    """Whether a host, in any spelling, is by its name alone of this machine or of a private network.

    Where a name leads is not looked up: a public name may lead into a private network.
    """
    host = normal_host(host)
    if not host or any(is_host_or_below(host, name) for name in PRIVATE_NAMES):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." not in host
    return not is_public(host)


async def addresses_of(host: str, port: int | None = None) -> tuple[str, ...]:
    """The IP addresses that a host leads to, the one to try first first.

    Raises:
        OSError, UnicodeError: It leads nowhere.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(each[4][0]) for each in found))
