"""The proxy that the environment of this process names for an address."""

from __future__ import annotations

import ipaddress
from contextlib import suppress

from browser.model.addresses.origins import parse


def proxy_of_environment(address: str) -> str:
    """The proxy of HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, with its scheme; "" where none leads to an address.

    NO_PROXY may name hosts, hosts with a port, and ranges such as `10.0.0.0/8`. No proxy leads to this
    machine.
    """
    parsed = parse(address)
    if parsed is None or is_this_machine(parsed.host):
        return ""
    # It brings the standard library's HTTP client along, which a run with no model never needs.
    from urllib.request import getproxies, proxy_bypass

    proxies = getproxies()
    named = proxies.get(parsed.scheme) or proxies.get("all") or ""
    host = f"[{parsed.host}]" if ":" in parsed.host else parsed.host
    without = proxies.get("no", "")
    passed_by = proxy_bypass(parsed.host) or proxy_bypass(f"{host}:{parsed.port}")
    if not named or passed_by or without.strip() == "*" or _is_in_a_range(parsed.host, without):
        return ""
    return named if "://" in named else f"http://{named}"


def _is_in_a_range(host: str, without: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    for entry in without.split(","):
        with suppress(ValueError):  # most entries are names of hosts
            if address in ipaddress.ip_network(entry.strip(), strict=False):
                return True
    return False


def is_this_machine(host: str) -> bool:
    """Whether a host is the machine itself, to which no proxy leads."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
