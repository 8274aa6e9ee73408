"""HTTP to a model's endpoint: one client for all protocols.

What holds for every protocol is decided here. A redirect to another host is not followed, so that prompt,
headers and key go to nobody else. An answer has a greatest size. Each wait has a limit with a setting's
name. Every failure is a `CallFailed`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import httpx2

from browser.model.addresses.origins import parse
from browser.model.text import squeeze
from engines.models.failures import CallFailed, kind_of
from engines.models.protocols.wire import decoded
from engines.models.transport.bodies import json_bytes, json_of
from engines.models.transport.connection import certificates, keep_alive, proxy_for
from engines.models.transport.endpoint import Endpoint, check, headers_of
from engines.models.transport.error_bodies import error_message, raise_where_error
from engines.models.transport.stream import Stream, in_steady_flow
from engines.models.transport.waiting import in_time, retry_after
from engines.protocol import ModelSettings

logger = logging.getLogger("agent_core." + __name__)

MOST_REPLY_BYTES = 8 * 2**20
MOST_ERROR_BYTES = 64 * 2**10
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
            answer = json_of(response, await self._body(response, MOST_REPLY_BYTES))
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
            answer = json_of(response, await self._body(response, MOST_REPLY_BYTES))
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
        content = None if body is None else json_bytes(body)
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
        pieces = in_steady_flow(response, self._settings.stall_timeout_s)
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


async def _sent(
    client: httpx2.AsyncClient, method: str, address: str, headers: Mapping[str, str], content: bytes | None
) -> httpx2.Response:
    """The head of the answer to a request."""
    try:
        request = client.build_request(method, address, headers=headers, content=content)
        return await client.send(request, stream=True, follow_redirects=False)
    except UnicodeError as error:  # an address that cannot be written in bytes
        raise CallFailed("address", str(error)) from error


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
