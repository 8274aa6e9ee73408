"""What is recorded of a session: a video, its network traffic, Playwright's trace.

A recording is never the reason that a session fails: what does not work is told at the end, in words.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from browser.network.har import Har
from browser.recording.camera import Camera

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext

    from browser.input.performer import Performer
    from browser.input.pointer.mouse import Pointer
    from browser.options import Recording, SessionOptions
    from browser.tabs.tabs import Tabs

TRACE_END_S = 10.0
VIDEO, HAR, TRACE = "recording.mp4", "network.har", "trace.zip"


def video_problem() -> str:
    """What is missing for a video, and how to get it; "" where nothing is."""
    if find_spec("av") is None:
        return "a video needs PyAV: pip install '.[video]' in agent-core's checkout"
    return ""


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What was recorded; None: it was not wanted, or came to nothing."""

    video: Path | None = None
    har: Path | None = None
    trace: Path | None = None
    problems: tuple[str, ...] = ()
    """What does not work, or not to the end."""


class Recorder:
    """Records what is wanted from `begin` to `end`, whatever happens."""

    def __init__(
        self,
        context: BrowserContext,
        tabs: Tabs,
        pointer: Pointer,
        performer: Performer,
        options: SessionOptions,
    ) -> None:
        self._context, self._tabs, self._options = context, tabs, options
        self._pointer, self._performer = pointer, performer
        self._camera: Camera | None = None
        self._har: Har | None = None
        self._traces = False
        self._problems: list[str] = []
        self._done: Recorded | None = None

    @property
    def _wanted(self) -> Recording | None:
        return self._options.recording

    async def begin(self) -> None:
        """Start recording."""
        wanted = self._wanted
        if wanted is None:
            return
        if wanted.trace:
            await self._begin_trace()
        if wanted.har:
            secret = frozenset(name.lower() for name in self._options.extra_http_headers)
            tabs = self._tabs
            self._har = Har(
                self._context, tabs.is_ours, tabs.redactor, bodies=wanted.bodies, secret_headers=secret
            )
        if wanted.video:
            self._camera = Camera(wanted.folder / VIDEO, self._tabs, self._pointer, self._performer)
            self._camera.begin()

    async def _begin_trace(self) -> None:
        from playwright.async_api import Error

        if self._options.secrets.any:
            self._problems.append("there is no trace: it would hold the secrets that this run may type")
            return
        try:
            await self._context.tracing.start(screenshots=True, snapshots=True)
            self._traces = True
        except Error as error:
            self._problems.append(f"there is no trace: {error.message.splitlines()[0]}")

    async def end(self) -> Recorded:
        """Record no more. Takes a few seconds at most; asked again, it gives the same."""
        if self._done is None:
            video, trace, har = await self._end_video(), await self._end_trace(), await self._end_har()
            self._done = Recorded(video=video, har=har, trace=trace, problems=tuple(self._problems))
        return self._done

    async def _end_video(self) -> Path | None:
        if self._camera is None:
            return None
        video = await self._camera.end()
        if self._camera.problem:
            what = "the video is not complete" if video else "there is no video"
            self._problems.append(f"{what}: {self._camera.problem}")
        return video

    async def _end_har(self) -> Path | None:
        if self._har is None or self._wanted is None:
            return None
        path = self._wanted.folder / HAR
        try:
            await self._har.write(path)
        except OSError as error:
            self._problems.append(f"the HAR could not be written: {error}")
            return None
        return path

    async def _end_trace(self) -> Path | None:
        from playwright.async_api import Error

        if not self._traces or self._wanted is None:
            return None
        self._traces = False
        path = self._wanted.folder / TRACE
        try:
            async with asyncio.timeout(TRACE_END_S):
                await self._context.tracing.stop(path=path)
        except TimeoutError:
            self._problems.append(f"there is no trace: it was not written within {TRACE_END_S:g} s")
            return None
        except (Error, OSError) as error:
            self._problems.append(f"there is no trace: {str(error).splitlines()[0]}")
            return None
        return path
