"""The bodies of requests and answers: JSON, JSON lines, or what is no JSON at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx2

from browser.model.text import cut, squeeze
from engines.models.failures import CallFailed
from engines.models.protocols.wire import decoded


def json_bytes(body: Mapping[str, Any]) -> bytes:
    """The body of a request. Raises CallFailed where it cannot be written as JSON."""
    try:
        # A lone surrogate, which no server takes, becomes a question mark.
        return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    except (TypeError, ValueError, RecursionError) as error:
        raise CallFailed(
            "configuration", f"model.extra_body holds what cannot be written as JSON: {error}"
        ) from error


def json_of(response: httpx2.Response, data: bytes) -> Any:
    """The JSON of a whole answer. Raises CallFailed where it holds none."""
    value = decoded(data)
    if value is None:
        raise _no_json(response, data.decode("utf-8", "replace"))
    return value


def json_values(lines: list[str]) -> list[Any]:
    """The JSON of one event; of several, where the empty lines between them are missing."""
    data = "\n".join(lines)
    whole = decoded(data)
    if whole is not None:
        return [whole]
    lines = [line for line in lines if line.strip() not in ("", "null")]
    values = [decoded(line) for line in lines]
    if any(value is None for value in values):
        raise CallFailed("malformed", f"an event that is no JSON: {cut(squeeze(data[:400]), 80)!r}")
    return values


def not_streamed(response: httpx2.Response, text: str) -> list[Any]:
    """The whole reply of a server that does not stream, or JSON lines."""
    whole = decoded(text)
    if whole is not None:
        return [whole]
    lines = [decoded(line) for line in text.split("\n")]
    if not lines or any(line is None for line in lines):
        raise _no_json(response, text)
    return lines


def _no_json(response: httpx2.Response, text: str) -> CallFailed:
    text = text.strip()
    if not text:
        return CallFailed("malformed", f"status {response.status_code} and nothing else")
    shown = repr(cut(squeeze(text[:400]), 80))
    if text.startswith("<"):
        return CallFailed("address", f"it answered a web page, {shown}")
    return CallFailed("malformed", f"{shown}, which is no JSON of its protocol")
