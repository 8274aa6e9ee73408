"""Addresses as callers write them, checked and completed; every error is a `ValueError` with one sentence."""

from __future__ import annotations

import re
from typing import Any

from agent_core.task.addresses.hosts import is_own_host
from browser.model.addresses.credentials import MASK, with_credentials_masked
from browser.model.addresses.origins import parse

LONGEST_URL = 2083
"""Characters."""


def scheme_of(address: str) -> str:
    """The scheme an address begins with, lower case; "" for `example.com:8080`, which has none."""
    found = re.match(r"([a-zA-Z][a-zA-Z0-9+.-]*):(?!\d)", address)
    return found.group(1).lower() if found else ""


def web_address(text: str, caller: str = "library") -> str:
    """An address a browser can open, with a scheme."""
    text = text.strip()
    if not scheme_of(text):
        text = f"{'http' if is_own_host(text) else 'https'}://{text.removeprefix('//')}"
    parsed, scheme = parse(text), scheme_of(text)
    if scheme == "file":
        if caller not in ("library", "cli"):
            raise ValueError("file: addresses are only for callers on this machine; use http or https")
        return text
    if scheme not in ("http", "https"):
        raise ValueError(f"{scheme}: addresses cannot be opened; use http, https or file")
    if parsed is None or not parsed.host:
        raise ValueError(
            f"{with_credentials_masked(text)!r} names no host or a wrong port; write it like https://example.com/page"
        )
    if len(text) > LONGEST_URL:
        raise ValueError(f"is longer than {LONGEST_URL} characters")
    return text


def posted_to(text: str) -> str:
    """An address that something can be posted to: http or https, with a scheme."""
    if scheme_of(text.strip()) == "file":
        raise ValueError("file: addresses cannot be posted to; use http or https")
    return web_address(text)


def webhook_address(text: str | None) -> str | None:
    """Blank is how some clients say that there is none."""
    return posted_to(text) if text and text.strip() else None


def cdp_address(text: str) -> str:
    """Where a running Chromium listens, with a scheme; a number alone is a port of this machine."""
    text = text.strip()
    if re.fullmatch(r":?\d{1,5}", text):
        text = f"127.0.0.1:{text.removeprefix(':')}"
    if "://" not in text:
        text = f"http://{text}"
    parsed = parse(text)
    if parsed is None or parsed.scheme not in ("http", "https", "ws", "wss") or not parsed.host:
        raise ValueError(
            "must be http(s)://, ws(s)://, host:port or a port of this machine where a browser's DevTools "
            "listen, such as http://127.0.0.1:9222 or 9222"
        )
    return text


def without_password(url: str) -> str:
    """The address with `***` for its passwords and tokens, for faces."""
    return with_credentials_masked(url)


def masked_texts(value: Any) -> Any:
    """The same JSON value with every text in it masked; names, numbers and flags stay."""
    match value:
        case str():
            return MASK
        case list():
            return [masked_texts(each) for each in value]
        case dict():
            return {name: masked_texts(each) for name, each in value.items()}
        case _:
            return value


def host_and_path(url: str) -> str:
    """The address without scheme, credentials, query and fragment; a malformed one without credentials."""
    parsed = parse(url)
    return f"{parsed.authority}{parsed.path}" if parsed else with_credentials_masked(url)
