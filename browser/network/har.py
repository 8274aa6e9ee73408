"""What a session's pages ask of the network, as a HAR 1.2 file: http://www.softwareishard.com/blog/har-12-spec/

Written from Playwright's events and not by its own recorder, since that takes no more than one recording
in a browser that several sessions share, and bodies of any size. What lets somebody in (cookies,
`Authorization` and the like) is left out; bodies come only where they are wanted, up to a size.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from browser.model.addresses.credentials import (
    MASK,
    addresses_masked,
    body_masked,
    header_masked,
    is_secret,
    with_credentials_masked,
)
from browser.model.addresses.origins import parse
from browser.redaction.redactor import Redactor
from browser.tasks import Tasks

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page, Request, Response

logger = logging.getLogger("agent_core." + __name__)

MOST_ENTRIES = 10_000
MOST_BODY_BYTES = 1_000_000
"""A larger body is left out."""
MOST_BODIES_BYTES = 50_000_000
"""All bodies together."""
END_S = 3.0
"""How long is waited at the end for what is under way."""
Entry = dict[str, Any]


class Har:
    """Notes the requests of a context's pages, as far as they are ours."""

    def __init__(
        self,
        context: BrowserContext,
        is_ours: Callable[[Page], bool],
        redactor: Redactor,
        *,
        bodies: bool = False,
        secret_headers: frozenset[str] = frozenset(),
    ) -> None:
        """Note from now on.

        Args:
            context: Where the pages are; others may use it too.
            is_ours: Whether a page belongs to the session; asked at the end.
            redactor: Hides what nobody may see.
            bodies: Whether what is sent and answered is kept too.
            secret_headers: Names of further headers whose values nobody may see, in lower case.
        """
        self._context, self._is_ours, self._redactor, self._bodies = context, is_ours, redactor, bodies
        self._secret_headers = secret_headers
        self._entries: list[tuple[Page, Entry]] = []
        self._body_bytes = 0
        self._tasks = Tasks()
        self.left_out = 0
        """Requests beyond `MOST_ENTRIES`."""
        context.on("requestfinished", self._finished)
        context.on("requestfailed", self._finished)

    def _finished(self, request: Request) -> None:
        if len(self._entries) + len(self._tasks) >= MOST_ENTRIES:
            self.left_out += 1
            return
        self._tasks.start(self._note(request))

    async def _note(self, request: Request) -> None:
        from playwright.async_api import Error

        try:
            page = request.frame.page
            response = await request.response()
            self._entries.append((page, await self._entry(request, response)))
        except Error as error:  # its page is gone; requests of service workers have none
            logger.debug("a request is not in the HAR: %s", error)

    async def _entry(self, request: Request, response: Response | None) -> Entry:
        timing, timings = request.timing, _timings(request.timing)
        entry: Entry = {
            "startedDateTime": _time(timing["startTime"]),
            "time": sum(each for each in timings.values() if each > 0),
            "request": await self._request(request),
            "response": await self._response(request, response),
            "cache": {},
            "timings": timings,
            "_resourceType": request.resource_type,
        }
        if response is not None and (server := await response.server_addr()):
            entry["serverIPAddress"] = server["ipAddress"]
        return entry

    async def _request(self, request: Request) -> Entry:
        headers = await request.headers_array()
        address = parse(request.url)
        said: Entry = {
            "method": request.method,
            "url": with_credentials_masked(request.url),
            "httpVersion": "",
            "cookies": [],
            "headers": self._shown(headers),
            "queryString": [
                {"name": name, "value": MASK if is_secret(name, value) else addresses_masked(value)}
                for name, value in parse_qsl(address.query if address else "", keep_blank_values=True)
            ],
            "headersSize": -1,
            "bodySize": len(request.post_data_buffer or b""),
        }
        sent = request.post_data_buffer
        if self._bodies and sent and self._fits(len(sent)):
            kind = next((each["value"] for each in headers if each["name"].lower() == "content-type"), "")
            said["postData"] = {"mimeType": kind, **_text(sent, kind)}
        return said

    async def _response(self, request: Request, response: Response | None) -> Entry:
        if response is None:
            nothing: Entry = {"size": 0, "mimeType": ""}
            return {**NO_RESPONSE, "content": nothing, "_error": request.failure or ""}
        headers = await response.headers_array()
        named = {each["name"].lower(): each["value"] for each in headers}
        return {
            "status": response.status,
            "statusText": response.status_text,
            "httpVersion": await _http_version(response),
            "cookies": [],
            "headers": self._shown(headers),
            "content": await self._content(request, response, named),
            "redirectURL": with_credentials_masked(named.get("location", "")),
            "headersSize": -1,
            "bodySize": -1,
        }

    async def _content(self, request: Request, response: Response, headers: Mapping[str, str]) -> Entry:
        from playwright.async_api import Error

        sizes = await request.sizes() if not request.failure else None
        content: Entry = {
            "size": sizes["responseBodySize"] if sizes else 0,
            "mimeType": headers.get("content-type", ""),
        }
        if self._bodies and self._fits(content["size"]):
            try:
                body = await response.body()
                content |= (
                    {"size": len(body), **_text(body, content["mimeType"])}
                    if len(body) <= MOST_BODY_BYTES
                    else {}
                )
            except Error as error:  # redirects have none, and of a page that has gone it is not kept
                logger.debug("a body is not in the HAR: %s", error)
        return content

    def _fits(self, size: int) -> bool:
        """Whether a body of this size is kept; it is counted then."""
        if size > MOST_BODY_BYTES or self._body_bytes + size > MOST_BODIES_BYTES:
            return False
        self._body_bytes += max(0, size)
        return True

    def _shown(self, headers: list[Any]) -> list[dict[str, str]]:
        named = [(each["name"], each["value"]) for each in headers]
        return [
            {
                "name": name,
                "value": MASK if name.lower() in self._secret_headers else header_masked(name, value),
            }
            for name, value in named
        ]

    async def write(self, path: Path) -> None:
        """Note no more, and write the file.

        Raises:
            OSError: It cannot be written.
        """
        self._context.remove_listener("requestfinished", self._finished)
        self._context.remove_listener("requestfailed", self._finished)
        await self._tasks.ended(END_S)
        entries = [entry for page, entry in self._entries if self._is_ours(page)]
        entries.sort(key=lambda entry: str(entry["startedDateTime"]))
        creator = {"name": "agent-core", "version": ""}
        log = {"version": "1.2", "creator": creator, "pages": [], "entries": entries}
        if self.left_out:
            log["comment"] = f"{self.left_out} further requests were left out"
        await asyncio.to_thread(self._save, path, log)

    def _save(self, path: Path, log: Entry) -> None:
        if self._redactor:
            log = _without_escaped(self._redactor.json(_without_base64(log)), self._redactor)
        path.write_text(json.dumps({"log": log}, indent=1) + "\n", "utf-8")


NO_RESPONSE: Entry = {
    "status": 0,
    "statusText": "",
    "httpVersion": "",
    "cookies": [],
    "headers": [],
    "redirectURL": "",
    "headersSize": -1,
    "bodySize": -1,
}


async def _http_version(response: Response) -> str:
    """ "" where this Playwright is too old to say."""
    return await response.http_version() if hasattr(response, "http_version") else ""


def _timings(timing: Any) -> dict[str, float]:
    """Milliseconds of each phase; -1 where it did not take place."""

    def between(begin: str, end: str) -> float:
        began, ended = timing[begin], timing[end]
        return round(ended - began, 3) if began >= 0 and ended >= began else -1

    return {
        "dns": between("domainLookupStart", "domainLookupEnd"),
        "connect": between("connectStart", "connectEnd"),
        "ssl": between("secureConnectionStart", "connectEnd"),
        "send": 0,
        "wait": max(0, between("requestStart", "responseStart")),
        "receive": max(0, between("responseStart", "responseEnd")),
    }


def _time(milliseconds: float) -> str:
    return datetime.fromtimestamp(max(0.0, milliseconds) / 1000, UTC).isoformat()


def _text(body: bytes, media_type: str) -> Entry:
    try:
        return {"text": body_masked(body.decode("utf-8"), media_type)}
    except UnicodeDecodeError:
        return {"text": base64.b64encode(body).decode(), "encoding": "base64"}


def _without_base64(value: Any) -> Any:
    """The same without bodies in which nothing could be found that has to be hidden."""
    if isinstance(value, list):
        return [_without_base64(each) for each in value]
    if isinstance(value, dict):
        binary = value.get("encoding") == "base64"
        kept = {name: each for name, each in value.items() if not binary or name not in ("text", "encoding")}
        return {name: _without_base64(each) for name, each in kept.items()}
    return value


def _without_escaped(value: Any, redactor: Redactor) -> Any:
    """The same without bodies that show what has to be hidden once their markup is read."""
    if isinstance(value, list):
        return [_without_escaped(each, redactor) for each in value]
    if isinstance(value, dict):
        text = value.get("text")
        if isinstance(text, str) and "&" in text:
            read = unescape(unescape(text))
            if redactor.text(read) != read:
                return {**value, "text": "", "comment": "left out: it holds a secret in an encoded form"}
        return {name: _without_escaped(each, redactor) for name, each in value.items()}
    return value
