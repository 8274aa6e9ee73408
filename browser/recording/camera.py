"""Films the tab in front, whichever that is: a browser of ours or somebody's, windows and dialogs too.

Chromium sends a picture whenever what it shows has changed (`Page.startScreencast`), and no more of them
than are acknowledged. One is acknowledged when it has been drawn, so a page that moves all the time gives
as many pictures as the film takes, and a page that stands still gives none.

Where something has to be hidden, a picture of Chromium's own choice of moment will not do: then each one
only says that there is something new, and a picture with the places covered is taken, between two acts.
"""

from __future__ import annotations

import asyncio
import base64
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from browser.cdp.scripts import ScriptFailed
from browser.model.errors import PageGone
from browser.recording.film import LONGEST_SIDE_PX, PRESSED_S, Film, FilmFull, Scene
from browser.snapshot.pictures import screenshots
from browser.tabs.screencast import Screencast

if TYPE_CHECKING:
    from browser.input.performer import Performer
    from browser.input.pointer.mouse import Pointer
    from browser.tabs.tabs import Tabs

SHORTEST_S = 0.125
"""Pictures follow one another no faster than this."""
LOOK_S = 0.2
"""How often it is looked which tab is in front."""
STILL_S = 0.5
"""After so long without a picture Chromium is asked for the one it shows: of many at once it drops some."""
COVERED_S = 0.4
"""Pictures with covered places are taken no more often than this."""
COVERED_TIMEOUT_S = 3.0
AGAIN_S = 2.0
"""A picture that stays is written again so often: it becomes sharp, and players can jump to it."""
END_S = 8.0


@dataclass(slots=True)
class Shown:
    """The newest picture of the tab in front."""

    picture: bytes
    page_width: float


class Camera:
    """Films from `begin` to `end`. It never raises: what keeps it from filming is its `problem`."""

    def __init__(self, path: Path, tabs: Tabs, pointer: Pointer, performer: Performer) -> None:
        self._path, self._tabs, self._pointer, self._performer = path, tabs, pointer, performer
        self._news = asyncio.Event()
        self._ended = False
        self._began = 0.0
        self._filming: asyncio.Task[None] | None = None
        self._cast = Screencast(tabs, self._arrived, longest_side_px=LONGEST_SIDE_PX, still_s=STILL_S)
        self._shown: Shown | None = None
        self._changed = False
        """Whether the page has changed since the last picture with covered places."""
        self._covered_at = 0.0
        self.problem = ""
        """Why it does not film, or not to the end; "" where nothing is wrong."""

    def begin(self) -> None:
        """Film from now on."""
        self._began = time.monotonic()
        self._pointer.moved = self._news.set
        self._filming = asyncio.create_task(self._film())

    async def end(self) -> Path | None:
        """Finish the film; None: there is none."""
        self._ended = True
        self._news.set()
        if self._filming is not None:
            done, _ = await asyncio.wait({self._filming}, timeout=END_S)
            if not done:
                self._filming.cancel()
                self.problem = self.problem or f"it was not finished within {END_S:g} s"
        shows_something = await asyncio.to_thread(_holds_something, self._path)
        return self._path if shows_something else None

    # the film

    async def _film(self) -> None:
        try:
            film = await asyncio.to_thread(Film, self._path)
        except Exception as error:  # noqa: BLE001  whatever the encoder stumbles over, the run goes on
            self.problem = _sentence(error)
            return
        try:
            await self._follow(film)
        except Exception as error:  # noqa: BLE001
            self.problem = _sentence(error)
        try:
            await asyncio.to_thread(film.close)
        except Exception as error:  # noqa: BLE001
            self.problem = self.problem or _sentence(error)
        await self._cast.stop()

    async def _follow(self, film: Film) -> None:
        drawn: tuple[Any, ...] = ()
        drawn_at = 0.0
        while not self._ended:
            await self._wait(drawn_at + SHORTEST_S)
            await self._cast.turn_to_front()
            await self._take_covered()
            scene = self._scene()
            now = time.monotonic()
            if scene is not None and (self._what(scene) != drawn or now - drawn_at > AGAIN_S):
                drawn, drawn_at = self._what(scene), now
                await asyncio.to_thread(film.add, scene, now - self._began)
            await self._cast.acknowledge()
        if self._shown is None or (self._tabs.redactor.in_pages and self._changed):
            await self._take()  # of a short session nothing has come yet, or nothing that may be shown
        last = self._scene()
        if last is not None:  # what stands at the end is seen for as long as it stood
            await asyncio.to_thread(film.add, last, time.monotonic() - self._began)

    async def _wait(self, not_before: float) -> None:
        """Until something has happened, but not before this time; it is looked now and then anyway."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_S):
                await self._news.wait()
        if not self._ended:
            await asyncio.sleep(max(0.0, not_before - time.monotonic()))
        self._news.clear()

    def _scene(self) -> Scene | None:
        """What is seen now; None: nothing yet."""
        if self._shown is None:
            return None
        pointer = self._pointer
        return Scene(
            picture=self._shown.picture,
            page_width=self._shown.page_width,
            pointer=pointer.place,
            pressed=time.monotonic() - pointer.pressed_at < PRESSED_S,
            caption=self._caption(),
        )

    @staticmethod
    def _what(scene: Scene) -> tuple[Any, ...]:
        """What makes a scene another one."""
        return (id(scene.picture), scene.pointer, scene.pressed, scene.caption)

    def _caption(self) -> str:
        dialog = self._cast.tab.dialog if self._cast.tab is not None else None
        if dialog is not None:
            said = dialog.described
            return self._tabs.redactor.text(f"{said.kind}: {said.message}")
        return self._tabs.redactor.text(self._performer.caption)

    # the pictures

    def _arrived(self, frame: dict[str, Any]) -> bool:
        self._changed = True
        if not self._tabs.redactor.in_pages:
            width = float(frame["metadata"]["deviceWidth"])
            self._shown = Shown(base64.b64decode(frame["data"]), width)
        self._news.set()
        return True

    async def _take_covered(self) -> None:
        """Take a picture with secret values covered, if there are any."""
        if self._tabs.redactor.in_pages and self._changed and time.monotonic() - self._covered_at > COVERED_S:
            await self._take()

    async def _take(self) -> None:
        """Take a picture now, unless an act is in progress or a dialog is open."""
        if self._performer.acting:
            return
        begun, self._covered_at = self._performer.acts_begun, time.monotonic()
        try:
            tab = self._tabs.active
            if tab.dialog:
                return
            async with asyncio.timeout(COVERED_TIMEOUT_S):
                viewport = await tab.viewport()
                picture = await screenshots.of_viewport(tab.worlds, viewport, strict=True)
        except (ScriptFailed, PageGone, TimeoutError):
            return
        if self._performer.acts_begun == begun:  # an act may have begun to type meanwhile
            self._shown = Shown(picture.data, float(viewport[0]))
            self._changed = False


def _holds_something(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 1000


def _sentence(error: Exception) -> str:
    if isinstance(error, FilmFull):
        return str(error)
    return f"{type(error).__name__}: {error}".splitlines()[0]
