"""Hosts and origins as callers write them."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit


def is_own_host(text: str) -> bool:
    """Whether an address without a scheme means localhost or an IP literal, which speak http."""
    authority = re.split(r"[/?#]", text.removeprefix("//"), maxsplit=1)[0].rpartition("@")[2]
    host = authority[1 : authority.find("]")] if authority.startswith("[") else authority.partition(":")[0]
    if host.lower() == "localhost" or host.lower().endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def origin_of(address: str) -> str:
    """The origin of an address: scheme, host and port; `file://` for files; "" where it has none."""
    parts = urlsplit(address)
    if parts.scheme == "file":
        return "file://"
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"


def as_origin(text: str) -> str:
    """An origin in full; without a scheme https is meant, http for localhost and IP addresses.

    Raises:
        ValueError: It is none.
    """
    text = text.strip()
    address = text if "://" in text else f"{'http' if is_own_host(text) else 'https'}://{text}"
    origin = origin_of(address)
    if not origin or re.search(r"[\s<>\"{}|\\^`]", origin) or "*" in origin.replace("://*.", "", 1):
        raise ValueError(f"{text!r} is no origin; write it like https://example.com or https://*.example.com")
    _ = urlsplit(origin).port  # raises ValueError where it is no port
    return origin
