"""Hosts and origins as callers write them."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from browser.model.addresses.origins import (
    DEFAULT_PORTS,
    host_of,
    is_host_or_below,
    normal_host,
    origin_of,
    parse,
)
from browser.network.public_hosts import addresses_of, is_private_host, is_public

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HostName:
    """A host as a list of hosts names it: `browsers.example.com`, `*.example.com`, `10.0.0.5:9222`."""

    host: str
    """As browsers spell it, without brackets."""
    port: int | None = None
    """None: any."""
    below: bool = False
    """Whether all hosts below it are meant, and not it."""

    @classmethod
    def read(cls, text: str) -> HostName:
        """Read one.

        Raises:
            ValueError: It is none; says how one is written.
        """
        text = text.strip()
        parsed = parse(f"http://{text.removeprefix('*.')}") if "/" not in text and "@" not in text else None
        if parsed is None or not parsed.host or "*" in parsed.host:
            raise ValueError(
                f"{text!r} is no host; write browsers.example.com, *.example.com or 10.0.0.5:9222"
            )
        named = re.search(r":(\d+)$", text)
        return cls(normal_host(parsed.host), int(named[1]) if named else None, text.startswith("*."))

    @classmethod
    def of_address(cls, address: str) -> HostName:
        """The host and the port of an address."""
        parsed = parse(address)
        return cls(normal_host(parsed.host), parsed.port) if parsed else cls("")

    def covers(self, other: HostName) -> bool:
        """Whether it means the host and the port of an address."""
        if not other.host or self.port not in (None, other.port):
            return False
        if self.below:
            return other.host != self.host and is_host_or_below(other.host, self.host)
        return other.host == self.host

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}" if self.port is not None else host


def is_own_host(text: str) -> bool:
    """Whether an address without a scheme means localhost or an IP literal, which speak http."""
    host = host_of(f"//{text.removeprefix('//')}")
    if is_host_or_below(host, "localhost"):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def origin_for_secrets(address: str) -> str:
    """The origin whose fields a secret may be typed into; `file://` stands for all files, "" for none."""
    parsed = parse(address)
    return "file://" if parsed and parsed.scheme == "file" else origin_of(address)


def led_to(start: str, arrived: str) -> tuple[str, ...]:
    """The origins at which a run has begun: that of its address, and where that led within its site.

    A site is what its owner has registered: example.com and www.example.com are one, a.github.io and
    b.github.io are two. Another port is another site, and so is http where https was asked for.
    """
    origins = (origin_for_secrets(start), origin_for_secrets(arrived))
    return origins if _is_one_site(start, arrived) else origins[:1]


def _is_one_site(start: str, arrived: str) -> bool:
    one, other = parse(start), parse(arrived)
    if one is None or other is None or not one.is_web or not other.is_web:
        return False
    same_way = (one.scheme, one.port) == (other.scheme, other.port)
    better_kept = one.scheme == "http" and (one.port, other.port) == tuple(DEFAULT_PORTS.values())
    hosts = {normal_host(one.host), normal_host(other.host)}
    return (same_way or better_kept) and (len(hosts) == 1 or len({_registered(host) for host in hosts}) == 1)


def _registered(host: str) -> str:
    if is_own_host(host) and not host.endswith("localhost"):
        return host
    return _suffixes().privatesuffix(host) or host


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    # The list takes 30 ms to read, and only a run that was led to another host needs it.
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()


def as_origin(text: str) -> str:
    """An origin in full; without a scheme https is meant, http for localhost and IP addresses.

    Raises:
        ValueError: It is none.
    """
    text = text.strip()
    address = text if "://" in text else f"{'http' if is_own_host(text) else 'https'}://{text}"
    origin = origin_for_secrets(address)
    if not origin or "*" in origin.replace("://*.", "", 1):
        raise ValueError(f"{text!r} is no origin; write it like https://example.com or https://*.example.com")
    return origin


def named_host(address: str) -> str:
    """The host of an address as a browser spells it; "" where it names none."""
    parsed = parse(address)
    return normal_host(parsed.host) if parsed else ""


async def leads_into_private_network(address: str, lookup_s: float) -> bool:
    """Whether the host of an address is of this machine or of a private network.

    It is looked up for at most `lookup_s` seconds; a name that is not found by then leads nowhere.
    """
    host = named_host(address)
    if is_private_host(host):
        return True
    try:
        async with asyncio.timeout(lookup_s):
            found = await addresses_of(host)
    except (OSError, UnicodeError) as error:  # TimeoutError is an OSError
        logger.info("%s cannot be looked up: %r", host, error)
        return False
    return not all(map(is_public, found))
