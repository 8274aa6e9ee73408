"""Hosts and origins as callers write them."""

from __future__ import annotations

import ipaddress

from browser.model.origins import host_of, is_host_or_below, origin_of, parse


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
