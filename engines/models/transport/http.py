"""HTTP to a model's endpoint: one client for all protocols.

What holds for every protocol is decided here. A redirect to another host is not followed, so that prompt,
headers and key go to nobody else. An answer has a greatest size. Each wait has a limit with a setting's
name. Every failure is a `CallFailed`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from typing import Any

import httpx2

from browser.model.addresses.origins import parse
from browser.model.text import cut, squeeze
from engines.models.failures import CallFailed, error_message, kind_of, raise_where_error
from engines.models.protocols.wire import decoded
from engines.models.transport.connection import certificates, keep_alive, proxy_for
from engines.models.transport.endpoint import Endpoint, check, headers_of
from engines.models.transport.sse import EventParser
from engines.models.transport.waiting import in_time, retry_after
from engines.protocol import ModelSettings

logger = logging.getLogger("agent_core." + __name__)

DONE = "[DONE]"
"""The event with which many servers end a stream."""
MOST_STREAM_BYTES = 32 * 2**20
MOST_REPLY_BYTES = 8 * 2**20
MOST_ERROR_BYTES = 64 * 2**10
_CLOSING_S = 0.2
_MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class HttpClient:
    """Connections to one endpoint. Nothing is sent before the first call.

    Args:
        headers: What the protocol sends; those of the settings come on top.
        transport: What carries the requests; None: the network.

    Raises:
        EngineUnavailable: A setting, or the proxy that the environment names, cannot be used.
    """

    def __init__(
        self,
        settings: ModelSettings,
        endpoint: Endpoint,
        headers: Mapping[str, str],
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        check(settings)
        self._settings = settings
        self.endpoint = endpoint
        self._headers = {
            "content-type": "application/json",
            "accept-encoding": "identity",
            "user-agent": "agent-core",
            **headers,
            **headers_of(settings.headers),
        }
        self._transport = transport
        self._proxy = None if transport else proxy_for(endpoint.base)
        self._clients: dict[str, httpx2.AsyncClient] = {}
        """A client for each scheme, since a server may lead from http to https."""

    async def post(self, path: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Any:
        """Send a request and give the JSON of the answer, a whole reply. Raises CallFailed."""
        async with (
            in_time(self._settings.total_timeout_s, "the whole reply", "model.total_timeout_s"),
            self._opened("POST", self.endpoint.at(path), body, headers or {}) as response,
        ):
            answer = _json_of(response, await self._body(response, MOST_REPLY_BYTES))
        raise_where_error(answer)
        return answer

    @contextlib.asynccontextmanager
    async def stream(self, path: str, body: Mapping[str, Any]) -> AsyncIterator[Stream]:
        """Send a request and listen to the answer, whether it is streamed or not. Raises CallFailed."""
        settings = self._settings
        async with (
            in_time(settings.total_timeout_s, "the whole reply", "model.total_timeout_s"),
            in_time(
                settings.first_token_timeout_s, "waiting for a first token", "model.first_token_timeout_s"
            ) as first,
            self._opened("POST", self.endpoint.at(path), {**body, "stream": True}, {}) as response,
        ):
            yield Stream(response, first, settings.stall_timeout_s)

    async def get(self, address: str, limit_s: float, what: str) -> Any:
        """The JSON at an address of the endpoint. Raises CallFailed."""
        limit_s = min(limit_s, self._settings.first_token_timeout_s)
        async with in_time(limit_s, what), self._opened("GET", address, None, {}) as response:
            answer = _json_of(response, await self._body(response, MOST_REPLY_BYTES))
        raise_where_error(answer)
        return answer

    async def close(self) -> None:
        """Close the connections."""
        for client in self._clients.values():
            await client.aclose()

    async def _client(self, address: str) -> httpx2.AsyncClient:
        scheme = address.partition(":")[0]
        if scheme not in self._clients:
            trusted: ssl.SSLContext | bool = False
            if self._transport is None and scheme == "https":
                # In a thread: reading the certificates that are trusted takes a quarter of a second.
                trusted = await asyncio.to_thread(certificates, self._settings.ca_file)
            transport = self._transport or httpx2.AsyncHTTPTransport(
                verify=trusted, proxy=self._proxy, trust_env=False, socket_options=keep_alive()
            )
            self._clients[scheme] = httpx2.AsyncClient(
                transport=transport,
                trust_env=False,
                timeout=httpx2.Timeout(
                    self._settings.total_timeout_s, connect=self._settings.connect_timeout_s, pool=None
                ),
            )
        return self._clients[scheme]

    @contextlib.asynccontextmanager
    async def _opened(
        self, method: str, address: str, body: Mapping[str, Any] | None, headers: Mapping[str, str]
    ) -> AsyncIterator[httpx2.Response]:
        """The answer to a request, once its status is one of success."""
        content = None if body is None else _json_bytes(body)
        with self._as_call_failed():
            for _ in range(_MOST_REDIRECTS + 1):
                client = await self._client(address)
                response = await _sent(client, method, address, {**self._headers, **headers}, content)
                try:
                    if response.status_code in _REDIRECTS:
                        address = _followed(response, method)
                        continue
                    if not response.is_success:
                        await self._raise_for(response)
                    yield response
                    return
                finally:
                    await response.aclose()
        raise CallFailed("address", f"it redirects more than {_MOST_REDIRECTS} times")

    async def _raise_for(self, response: httpx2.Response) -> None:
        data = await self._body(response, MOST_ERROR_BYTES, cut_off=True)
        body = decoded(data)
        said = error_message(body) if body is not None else squeeze(data.decode("utf-8", "replace")[:2000])
        said = said[:4000] or f"status {response.status_code} {response.reason_phrase}".strip()
        pause_s = retry_after(response.headers)
        raise CallFailed(
            kind_of(response.status_code, said, waits=pause_s is not None),
            said,
            status=response.status_code,
            retry_after_s=pause_s,
        )

    async def _body(self, response: httpx2.Response, most: int, *, cut_off: bool = False) -> bytes:
        data = bytearray()
        pieces = _in_steady_flow(response, self._settings.stall_timeout_s)
        async with contextlib.aclosing(pieces):
            async for piece in pieces:
                data += piece
                if len(data) > most:
                    if cut_off:
                        break
                    raise CallFailed("malformed", f"an answer of more than {most:,} bytes")
        return bytes(data[:most])

    @contextlib.contextmanager
    def _as_call_failed(self) -> Iterator[None]:
        """Turn the HTTP client's errors into ours."""
        settings = self._settings
        try:
            yield
        except httpx2.ConnectTimeout as error:
            limit = f"{settings.connect_timeout_s:g} seconds (model.connect_timeout_s)"
            raise CallFailed("timeout", f"connecting took more than {limit}") from error
        except httpx2.TimeoutException as error:
            raise CallFailed("timeout", "the connection timed out") from error
        except httpx2.ProxyError as error:
            raise CallFailed("unavailable", self._about_proxy(error)) from error
        except httpx2.ConnectError as error:
            raise _connect_failed(error, self._about_proxy(error) if self._proxy else str(error)) from error
        except httpx2.DecodingError as error:
            raise CallFailed("malformed", f"its compressed answer cannot be read: {error}") from error
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol, httpx2.LocalProtocolError) as error:
            raise CallFailed("address", str(error)) from error
        except httpx2.HTTPError as error:
            said = str(error) or type(error).__name__
            raise CallFailed("server_error", f"the connection broke: {said}", status=500) from error

    def _about_proxy(self, error: Exception) -> str:
        host = self._proxy.url.host if self._proxy else ""
        return f"the proxy {host} of the environment: {str(error) or type(error).__name__}"


class Stream:
    """The JSON objects of an answer, as they come."""

    def __init__(self, response: httpx2.Response, first: asyncio.Timeout, stall_s: float) -> None:
        self._response = response
        self._first = first
        self._stall_s = stall_s
        self._events = 0
        self.ended = False
        """Whether it was said that nothing more comes; the caller may say so, too. A stream that merely stops
        may have been cut."""

    def begun(self) -> None:
        """Say that the model has begun to answer; from now on each pause between two pieces is limited."""
        if self._first.when() is not None:
            self._first.reschedule(None)

    async def objects(self) -> AsyncIterator[Any]:
        """What each event holds, up to the one that ends the stream, behind which a server may stay silent.

        An answer that is no stream comes as one object, the whole reply.

        Raises CallFailed for an error among the events, and for what is no JSON.
        """
        parser = EventParser()
        size = 0
        pieces = _in_steady_flow(self._response, self._stall_s, lambda: self._first.when() is None)
        async with contextlib.aclosing(pieces):
            async for piece in pieces:
                size += len(piece)
                if size > MOST_STREAM_BYTES:
                    raise CallFailed("malformed", f"a stream of more than {MOST_STREAM_BYTES:,} bytes")
                for data in parser.feed(piece):
                    for each in () if self.ended else self._values(data):
                        yield each
                if self.ended:
                    await _read_out(pieces)
                    return
        for data in parser.end():
            for each in self._values(data):
                yield each
        if not self._events and not self.ended:
            values = _not_streamed(self._response, parser.other)
            self.ended = len(values) == 1
            for each in values:
                raise_where_error(each)
                yield each

    def _values(self, data: str) -> Iterator[Any]:
        lines = [line for line in data.split("\n") if line.strip() != DONE]
        self.ended = self.ended or len(lines) <= data.count("\n")
        for value in _json_values(lines):
            raise_where_error(value, begun=self._events > 0)
            self._events += 1
            yield value


async def _in_steady_flow(
    response: httpx2.Response, stall_s: float, is_begun: Callable[[], bool] | None = None
) -> AsyncGenerator[bytes, None]:
    """The bytes of an answer; CallFailed where the next ones do not come in time once it has begun."""
    came = False
    pieces = response.aiter_bytes()
    while True:
        begun = is_begun() if is_begun else came
        limit = in_time(stall_s, "the reply stalled: its next part", "model.stall_timeout_s")
        async with limit if begun else contextlib.nullcontext():
            piece = await anext(pieces, None)
        if piece is None:
            return
        came = True
        yield piece


async def _sent(
    client: httpx2.AsyncClient, method: str, address: str, headers: Mapping[str, str], content: bytes | None
) -> httpx2.Response:
    """The head of the answer to a request."""
    try:
        request = client.build_request(method, address, headers=headers, content=content)
        return await client.send(request, stream=True, follow_redirects=False)
    except UnicodeError as error:  # an address that cannot be written in bytes
        raise CallFailed("address", str(error)) from error


async def _read_out(pieces: AsyncIterator[bytes]) -> None:
    """Wait a moment for the end of an answer that is known, so that its connection serves another request."""
    with contextlib.suppress(TimeoutError, httpx2.HTTPError, CallFailed):
        async with asyncio.timeout(_CLOSING_S):
            async for _ in pieces:
                pass


def _followed(response: httpx2.Response, method: str) -> str:
    """Where a redirect leads, if that is the same server. Raises CallFailed where it is not."""
    here, there = response.url, response.url.join(response.headers.get("location", ""))
    upgraded = here.scheme == "http" and there.scheme == "https" and here.port == there.port
    same = (here.scheme, here.host, here.port) == (there.scheme, there.host, there.port)
    if not (same or (upgraded and here.host == there.host)) or (
        method == "POST" and response.status_code == 303
    ):
        parsed = parse(str(there))
        raise CallFailed(
            "address",
            f"it redirects to {parsed.origin if parsed else 'another address'}, to which neither prompt "
            "nor key is "
            "sent; if that is the right place, name it in model.base_url",
        )
    logger.info("%s redirects to %s", here.host, there.path)
    return str(there)


def _connect_failed(error: httpx2.ConnectError, said: str) -> CallFailed:
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return CallFailed(
            "configuration",
            f"the certificate of the model's server is not trusted ({error}); if it is your own, set "
            "model.ca_file to "
            "the file of its certificate or of the authority that signed it",
        )
    if "SSL" in str(error):
        return CallFailed("address", f"{error}; does it speak http:// there?")
    return CallFailed("unavailable", said or type(error).__name__)


def _json_bytes(body: Mapping[str, Any]) -> bytes:
    try:
        # A lone surrogate, which no server takes, becomes a question mark.
        return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    except (TypeError, ValueError, RecursionError) as error:
        raise CallFailed(
            "configuration", f"model.extra_body holds what cannot be written as JSON: {error}"
        ) from error


def _json_of(response: httpx2.Response, data: bytes) -> Any:
    """The JSON of a whole answer. Raises CallFailed where it holds none."""
    value = decoded(data)
    if value is None:
        raise _no_json(response, data.decode("utf-8", "replace"))
    return value


def _json_values(lines: list[str]) -> list[Any]:
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


def _not_streamed(response: httpx2.Response, text: str) -> list[Any]:
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
