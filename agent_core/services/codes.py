"""One-time codes for a run: made from a seed, asked of an address, pushed, or told by the caller.

The first of these that has one gives it:

1. a secret of kind `totp` that may be typed where the code is to go
2. `totp_url`: asked by POST again and again, `{"task_id": ..., "totp_identifier": ...}` signed as webhooks
   are; answers `{"verification_code": "..."}`, without a code as long as there is none
3. a code that was pushed for `totp_identifier` (`push_code`) within ten minutes
4. the caller's `get_code`, asked once for each code

A code is typed where the run's secrets are: at the origin where the run began, and at those that its secrets
name. It is not even asked for where a page of another origin wants it.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent_core.config import Settings
from agent_core.errors import BadRequest, words_of
from agent_core.services.http import ProxyUnusable, client_for
from agent_core.services.webhook import signed_headers
from agent_core.store.codes import GOOD_FOR_S, PushedCodes
from browser.model.addresses.credentials import with_credentials_masked
from browser.model.errors import BadTarget
from browser.redaction.secret_store import Secret, covers, origin_in_words

if TYPE_CHECKING:
    from httpx2 import AsyncClient

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 0.5
"""How often pushed codes are looked for."""
REQUEST_TIMEOUT_S = 10.0
LONGEST_CODE = 64
MOST_READ = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeWanted:
    """What `get_code` is called with."""

    run_id: str
    identifier: str
    """`totp_identifier` of the task; "" where it has none."""
    origin: str
    """Of the page that the code is typed into."""


GetCode = Callable[[CodeWanted], str | Awaitable[str | None] | None]
"""Gives a one-time code; None: there is none."""


class CodeTimeout(Exception):
    """No code came in time; `str(error)` says what was tried."""


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Where the codes of a run come from."""

    makers: tuple[Secret, ...] = ()
    """Secrets that make codes."""
    origins: tuple[str, ...] = ()
    """Where the codes of all other sources may be typed, as in `Secret.origins`."""
    url: str = ""
    key: str = ""
    """What requests to `url` are signed with."""
    identifier: str = ""
    pushed: PushedCodes | None = None
    get_code: GetCode | None = None
    run_id: str = ""
    timeout_s: float = 900.0
    interval_s: float = 10.0
    public_only: bool = False
    """Whether `url` may not lead to this machine and into private networks."""

    @property
    def any(self) -> bool:
        """Whether there is a source of codes."""
        return bool(self.makers) or self.waits

    @property
    def waits(self) -> bool:
        """Whether there is one that has to be waited for."""
        return bool(self.url or self.identifier or self.get_code)

    async def current(self, origin: str) -> str:
        """The code to be typed now, into a page of this origin.

        Raises:
            BadTarget: The only codes there are may not be typed there.
            CodeTimeout: None came.
        """
        maker = next((each for each in self.makers if each.goes_to(origin)), None)
        if maker is not None:
            return await maker.read()
        if not self.waits or not any(covers(pattern, origin) for pattern in self.origins):
            makers = [where for each in self.makers for where in each.origins]
            known = ", ".join(dict.fromkeys([*makers, *(self.origins if self.waits else ())])) or "no page"
            raise BadTarget(
                f"one-time codes may be typed at {known} only; this field belongs to "
                f"{origin_in_words(origin)}"
            )
        return await _Waiting(self, origin).code()


class _Waiting:
    """Waiting for one code."""

    def __init__(self, sources: Sources, origin: str) -> None:
        self._sources, self._origin = sources, origin
        self._problem = ""
        """What came of asking `url` last, where that was no answer to the question."""

    async def code(self) -> str:
        sources = self._sources
        asking = self._ask_all()
        waiting = {asyncio.ensure_future(each) for each in asking}
        deadline = time.monotonic() + sources.timeout_s
        try:
            while waiting and (left := deadline - time.monotonic()) > 0:
                done, waiting = await asyncio.wait(waiting, timeout=left, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    if code := task.result():
                        return code
        finally:
            for task in waiting:
                task.cancel()
        raise CodeTimeout(self._why_not())

    def _ask_all(self) -> list[Awaitable[str]]:
        sources = self._sources
        asking: list[Awaitable[str]] = []
        if sources.url:
            asking.append(self._from_url())
        if sources.identifier and sources.pushed is not None:
            asking.append(self._from_pushed(sources.pushed))
        if sources.get_code is not None:
            asking.append(self._from_caller(sources.get_code))
        return asking

    def _why_not(self) -> str:
        sources = self._sources
        tried = []
        if sources.url:
            tried.append(f"{with_credentials_masked(sources.url, path=True)} {self._problem or 'had none'}")
        if sources.identifier:
            tried.append(f"none was pushed for {sources.identifier}")
        if sources.get_code is not None:
            tried.append("get_code gave none")
        return f"no one-time code came within {sources.timeout_s:g} s: {'; '.join(tried)}"

    async def _from_pushed(self, pushed: PushedCodes) -> str:
        while True:
            code = await asyncio.to_thread(pushed.take, self._sources.identifier)
            if code:
                return code
            await asyncio.sleep(LOOK_EVERY_S)

    async def _from_caller(self, get_code: GetCode) -> str:
        sources = self._sources
        wanted = CodeWanted(run_id=sources.run_id, identifier=sources.identifier, origin=self._origin)
        try:
            answer = get_code(wanted)
            code = await answer if inspect.isawaitable(answer) else answer
        except Exception as error:  # the caller's code; its mistakes are not the run's
            logger.info("get_code raised %r", error)
            raise BadTarget(f"get_code raised {type(error).__name__}: {words_of(error)}") from error
        try:
            return plain(code) if code else ""
        except ValueError as error:
            raise BadTarget(f"what get_code gave {error}") from error

    async def _from_url(self) -> str:
        try:
            made = await asyncio.to_thread(
                client_for, self._sources.url, REQUEST_TIMEOUT_S, public_only=self._sources.public_only
            )
        except ProxyUnusable as error:
            raise BadTarget(f"totp_url cannot be asked: {error}") from error
        async with made as client:
            while True:
                if code := await self._ask(client):
                    return code
                await asyncio.sleep(self._sources.interval_s)

    async def _ask(self, client: AsyncClient) -> str:
        from httpx2 import HTTPError, InvalidURL

        sources = self._sources
        question = {"task_id": sources.run_id, "totp_identifier": sources.identifier or None}
        body = json.dumps(question, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            async with asyncio.timeout(REQUEST_TIMEOUT_S):
                answer = await client.post(
                    sources.url, content=body, headers=signed_headers(body, sources.key)
                )
        except TimeoutError:
            self._problem = f"did not answer within {REQUEST_TIMEOUT_S:g} s"
        except (HTTPError, InvalidURL) as error:
            self._problem = f"did not answer: {str(error) or type(error).__name__}"
        else:
            kind = answer.headers.get("Content-Type", "").partition(";")[0]
            code, self._problem = _code_in(answer.status_code, kind, answer.content[:MOST_READ])
            if self._problem:
                logger.info("totp_url %s", self._problem)
            return code
        logger.info("totp_url %s", self._problem)
        return ""


def _code_in(status: int, kind: str, body: bytes) -> tuple[str, str]:
    """The code in an answer; else what was wrong with the answer, "" where it only had none yet."""
    if status >= 300:
        return "", f"answered with status {status}"
    try:
        said: Any = json.loads(body)
    except ValueError:
        return "", f"answered with {kind or 'something'}, which is no JSON"
    if not isinstance(said, dict):
        return "", "answered with JSON that is no object with verification_code"
    code = said.get("verification_code")
    if code is None or code == "":
        return "", ""
    if not isinstance(code, str | int) or isinstance(code, bool):
        return "", "answered with a verification_code that is no text"
    try:
        return plain(str(code)), ""
    except ValueError as error:
        return "", f"answered with a verification_code that {error}"


def plain(code: str) -> str:
    """The code without the spaces and dashes that only make it easier to read.

    Raises:
        ValueError: It is none.
    """
    code = code.strip()
    if re.fullmatch(r"\d[\d\s-]*", code):
        return re.sub(r"[\s-]", "", code)
    if not code or len(code) > LONGEST_CODE or not code.isprintable():
        raise ValueError(f"is no one-time code: those are at most {LONGEST_CODE} characters on one line")
    return code


def codes_folder(settings: Settings) -> Path:
    """The folder of pushed codes."""
    return settings.data_folder / "codes"


def push_code(identifier: str, code: str, *, settings: Settings | None = None) -> None:
    """Hand a one-time code to the run that waits for one with this `totp_identifier`, in any process.

    It is good for ten minutes and for one run; of several, the newest is taken first.

    Raises:
        BadRequest: One of the two is blank, or cannot be a code; or it cannot be kept.
    """
    if not identifier.strip():
        raise BadRequest("identifier", "is blank; give the totp_identifier of the task")
    try:
        PushedCodes(codes_folder(settings or Settings.from_env())).push(identifier.strip(), plain(code))
    except ValueError as error:
        raise BadRequest("code", str(error)) from error
    except OSError as error:
        raise BadRequest("code", f"cannot be kept: {error}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class PushedCode:
    """A one-time code that waits for a run; the code itself is not shown."""

    code_id: str
    identifier: str
    """The `totp_identifier` that it was pushed for."""
    pushed_at: datetime
    expires_at: datetime


def list_pushed_codes(settings: Settings | None = None) -> list[PushedCode]:
    """The one-time codes that no run has taken yet and that have not expired, the newest first."""
    folder = codes_folder(settings or Settings.from_env())
    return [
        PushedCode(
            code_id=pushed.path.stem,
            identifier=pushed.identifier,
            pushed_at=datetime.fromtimestamp(pushed.at, UTC),
            expires_at=datetime.fromtimestamp(pushed.at + GOOD_FOR_S, UTC),
        )
        for pushed in PushedCodes(folder).all()
    ]
