"""Passwords and tokens that a request holds beside its `secrets`: in addresses, headers and `extra_body`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agent_core.task.request import TaskRequest
from browser.model.addresses.credentials import (
    ADDRESS,
    Replacement,
    credentials_in,
    credentials_in_header,
    credentials_of,
    place_of,
)
from browser.redaction.redactor import Redactor


def hide(request: TaskRequest, mask: Redactor, keys: Mapping[str, str] | None = None) -> None:
    """Have the mask hide what the request holds.

    Args:
        request: What was asked for.
        mask: What a page may show (credentials of `url`, of addresses in the prompt, extra headers) is hidden
            in pictures too; the rest never reaches a page.
        keys: Further values that no page is told, such as the key of a model, by their names.
    """
    for text, shown in (
        *_in_addresses(request.url, *ADDRESS.findall(request.prompt)),
        *_in_headers(request.extra_http_headers),
    ):
        mask.add(text, shown)
    model = request.model
    unseen = (
        *_in_values(keys or {}),
        *_in_addresses(request.webhook_url, request.totp_url, request.browser_address, path=True),
        *_in_addresses(model.base_url if model else None, path=True),
        *_in_headers(request.cdp_connect_headers),
        *_in_headers(model.headers if model else None),
        *_in_values(model.extra_body if model else None),
    )
    for text, shown in unseen:
        mask.add(text, shown, in_pages=False)


def _in_addresses(*addresses: str | None, path: bool = False) -> Iterator[Replacement]:
    for address in filter(None, addresses):
        yield from credentials_in(address, path=path)


def _in_headers(headers: Mapping[str, str] | None) -> Iterator[Replacement]:
    for name, value in (headers or {}).items():
        yield from credentials_in_header(name, value)


def _in_values(value: Any, name: str = "") -> Iterator[Replacement]:
    """The passwords and tokens among the texts of a JSON value."""
    match value:
        case str():
            yield from (credentials_in_header if place_of(name) == "sure" else credentials_of)(name, value)
        case list():
            for each in value:
                yield from _in_values(each, name)
        case Mapping():
            for key, each in value.items():
                yield from _in_values(each, name if place_of(str(key)) == "any" else str(key))
