"""A cell of the matrix: one capability, in one kind of frame, by one way to act.

A cell is green where the page's own record says what was to happen, and our result tells it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from browser.lifecycle.launch import Browser
from browser.model.actions import Action, AnswerDialog, Click, Point, Press, Target, Wait
from browser.model.errors import BrowserError
from browser.model.observation import Element, Observation, View
from browser.model.results import ActionResult
from browser.options import SessionOptions
from browser.redaction.secret_store import SecretStore
from browser.session import Session
from testbed.matrix.frames import Piece, Serving, serve

Way = Literal["ref", "point", "keyboard"]
EVERYTHING = View(budget_tokens=None)
CODE = "271828"
FILES = {"note.txt": "hello", "other.txt": "hello again"}
CEILING_S = 40.0
"""Only a hang takes longer."""


@dataclass(frozen=True, slots=True)
class Row:
    """A capability."""

    name: str
    piece: Piece
    ways: tuple[Way, ...]
    does: Callable[[Cell], Awaitable[None]]


class Stage:
    """The session that cells are played in; another one where a cell went wrong."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self._browser = browser
        self._folder = folder
        self._session: Session | None = None

    async def session(self) -> Session:
        """The session, opened on first use."""
        if self._session is None:
            for name, text in FILES.items():
                (self._folder / name).write_text(text)
            options = SessionOptions(
                secrets=SecretStore(code=_code),
                downloads_dir=self._folder / "kept",
                files={name: str(self._folder / name) for name in FILES},
            )
            self._session = await self._browser.open_session(options)
        return self._session

    async def close(self) -> None:
        """Close the session."""
        session, self._session = self._session, None
        if session:
            await session.close()


async def _code(origin: str) -> str:
    return CODE


class Cell:
    """What a row does on its page: it acts by one of the ways, and looks at what came of it."""

    def __init__(self, session: Session, way: Way) -> None:
        self.session = session
        self.way = way
        self.result: ActionResult | None = None
        self.seen = Observation(url="")

    async def see(self) -> Observation:
        """Look at the page."""
        self.seen = await self.session.observe(EVERYTHING)
        return self.seen

    def find(self, role: str, name: str = "") -> Element | None:
        """The element that is seen with this role (a tag will do; "": anything that can be used) and name."""
        named = [one for one in self.seen.elements if not name or one.name == name]
        if not role:
            return next((one for one in named if one.interactive), None)
        return next((one for one in named if role in (one.role, one.tag)), None)

    async def element(self, role: str, name: str = "") -> Element:
        """The same, waited for: what a page adds later is seen at the next turn."""
        for _ in range(8):
            await self.see()
            if found := self.find(role, name):
                return found
            await self.session.perform(Wait(0.2))
        raise AssertionError(f"no {role} {name!r} is seen among {_listed(self.seen.elements)}")

    async def target(self, role: str, name: str = "") -> Target:
        """What an action is to name: the ref, or a point of the viewport."""
        found = await self.element(role, name)
        if self.way == "ref":
            return found.ref
        assert found.box, f"{role} {name!r} has no box"
        return Point(*found.box.center)

    async def focus(self, role: str, name: str = "") -> None:
        """Go there by the Tab key."""
        found = await self.element(role, name)
        for _ in range(6):
            if (await self.see()).focused == found.ref:
                return
            await self.session.perform(Press("Tab"))
        raise AssertionError(f"the Tab key does not come to {role} {name!r}, but to {self.seen.focused!r}")

    async def place(self, role: str, name: str = "") -> Target | None:
        """Where text or keys go: the target, or None with the keyboard put there."""
        if self.way == "keyboard":
            await self.focus(role, name)
            return None
        return await self.target(role, name)

    async def perform(self, action: Action) -> ActionResult:
        """Do it; it must succeed and say what it did."""
        self.result = await self.session.perform(action)
        assert not self.result.problem, self.result.problem
        assert self.result.did
        return self.result

    async def refused(self, action: Action, *words: str) -> None:
        """Try it; it must be said to be impossible, with these words."""
        self.result = await self.session.perform(action)
        assert self.result.problem, f"not refused: {self.result}"
        for word in words:
            assert word in self.result.problem

    async def press(self, role: str, name: str = "", keys: str = "Enter") -> ActionResult:
        """Click it, or go there and press keys; the result names it where it was named by its ref."""
        if self.way == "keyboard":
            await self.focus(role, name)
            return await self.perform(Press(keys))
        result = await self.perform(Click(await self.target(role, name)))
        assert self.way == "point" or name in result.did, result.did
        return result

    async def record(self) -> list[str]:
        """What the page says has happened."""
        noted: list[str] = await self.session._tabs._tabs[0].page.evaluate("window.record || []")
        return noted

    async def heard(self, *entries: str) -> None:
        """The page's record holds these and nothing else, and the result tells the last one."""
        await self._until(lambda record: record == list(entries), f"{list(entries)}")
        self._tells(entries[-1] if entries else "")

    async def ends_with(self, entry: str) -> None:
        """The page's record ends with this, and the result tells it."""
        await self._until(lambda record: record[-1:] == [entry], f"... {entry!r}")
        self._tells(entry)

    async def records(self, entry: str) -> None:
        """The page's record ends with this; what it shows of that comes later than can be told."""
        await self._until(lambda record: record[-1:] == [entry], f"... {entry!r}")

    async def unheard(self) -> None:
        """Nothing has happened."""
        assert await self.record() == []

    async def unheard_behind(self) -> None:
        """A dialog is open, and the page stands still behind it."""
        assert (await self.see()).dialog

    async def _until(self, holds: Callable[[list[str]], bool], wanted: str) -> None:
        deadline = time.monotonic() + 2
        while not holds(record := await self.record()):
            if time.monotonic() > deadline:
                raise AssertionError(f"the page recorded {record}, not {wanted}; {self.result}")
            await asyncio.sleep(0.02)

    def _tells(self, entry: str) -> None:
        result = self.result
        assert result
        told = f"{result.effect} {result.shown or ''}"
        assert " ".join(entry.split()) in " ".join(told.split()), f"{entry!r} is not told by {result}"


def _listed(elements: Sequence[Element]) -> list[tuple[str, str]]:
    return [(one.role, one.name) for one in elements][:40]


async def play(stage: Stage, server: Serving, row: Row, column: str, way: Way) -> None:
    """Play a cell.

    Raises:
        AssertionError: The page's record or our result is not what it should be.
        BrowserError, TimeoutError: The page was lost, or hung.
    """
    session = await stage.session()
    green = False
    try:
        async with asyncio.timeout(CEILING_S):
            await session.goto(serve(server, row.piece, column))
            await row.does(Cell(session, way))
            green = await _tidy(session)
    finally:
        if not green:
            await stage.close()


async def _tidy(session: Session) -> bool:
    """Leave nothing behind for the next cell; False: only another session can do that."""
    if session._tabs.active.dialog:
        with suppress(BrowserError):
            await session.perform(AnswerDialog(True))
    return len(session._tabs.all) == 1 and not session._tabs.active.dialog


def adding_to(rows: list[Row]) -> Callable[..., Callable[[Callable[[Cell], Awaitable[None]]], None]]:
    """A decorator that adds a row: `@row("name", ways, html, script)` over what it does."""

    def row(
        name: str, ways: str, html: str, script: str = ""
    ) -> Callable[[Callable[[Cell], Awaitable[None]]], None]:
        def add(does: Callable[[Cell], Awaitable[None]]) -> None:
            all_ways: tuple[Way, ...] = ("ref", "point", "keyboard")
            named = tuple(way for way in all_ways if way in ways.split())
            rows.append(Row(name, Piece(html, script), named, does))

        return add

    return row
