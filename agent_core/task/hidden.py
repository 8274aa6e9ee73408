"""Passwords and tokens that a request holds beside its `secrets`: in addresses, headers and `extra_body`."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from agent_core.task.addresses import ADDRESS, MASK
from agent_core.task.request import TaskRequest
from browser.model.origins import credentials_in, looks_made, may_be_secret
from browser.redaction.redactor import Redactor


def hide(request: TaskRequest, mask: Redactor, keys: Iterable[str] = ()) -> None:
    """Have the mask hide what the request holds.

    Args:
        request: What was asked for.
        mask: What a page may show (credentials of `url`, of addresses in the prompt, extra headers) is hidden
            in pictures too; the rest never reaches a page.
        keys: Further values that no page is told, such as the key of a model.
    """
    for value in (
        *_in_addresses(request.url or "", *ADDRESS.findall(request.prompt)),
        *_in_headers(request.extra_http_headers),
    ):
        mask.add(value, MASK)
    model = request.model
    unseen = (
        *keys,
        *_in_addresses(
            request.webhook_url or "", request.totp_url or "", request.browser_address or "",
            (model.base_url if model else "") or "",
        ),
        *_in_headers(request.cdp_connect_headers),
        *_in_headers(model.headers if model else None),
        *_secrets_in(model.extra_body if model else None),
    )  # fmt: skip
    for value in unseen:
        mask.add(value, MASK, in_pages=False)


def _in_addresses(*addresses: str) -> Iterator[str]:
    for address in addresses:
        yield from credentials_in(address)


def _in_headers(headers: Mapping[str, str] | None) -> Iterator[str]:
    """The values that are secret, whole and in their parts: `Basic` and `Bearer` stand before theirs."""
    for name, value in (headers or {}).items():
        scheme, _, rest = value.strip().partition(" ")
        if not (may_be_secret(name) or looks_made(value) or looks_made(rest)):
            continue
        yield value
        if name.lower() == "cookie":
            yield from (
                part.partition("=")[2] for part in value.split("; ") if looks_made(part.partition("=")[2])
            )
        elif rest:
            yield rest
            if scheme.lower() == "basic":
                yield from _password_of(rest)


def _password_of(basic: str) -> Iterator[str]:
    try:
        yield base64.b64decode(basic, validate=True).decode().partition(":")[2]
    except ValueError:
        return


def _secrets_in(value: Any, name: str = "") -> Iterator[str]:
    """The texts in a JSON value that stand under the name of a secret, or look like one."""
    match value:
        case str():
            if may_be_secret(name) or (looks_made(value) and len(value) >= LONG):
                yield value
        case list():
            for each in value:
                yield from _secrets_in(each, name)
        case dict():
            for key, each in value.items():
                yield from _secrets_in(each, str(key))


LONG = 20
"""Characters; a shorter text of `extra_body` without a telling name is no secret."""
