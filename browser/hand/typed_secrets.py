"""What a person types into fields for passwords and codes: masked in everything that is kept from then on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from browser.cdp.isolated_worlds import IsolatedWorlds
from browser.cdp.scripts import ScriptFailed
from browser.redaction.redactor import Redactor

SHOWN = "[typed by a person]"
"""Stands in the place of such a value."""


class TypedSecrets:
    """The values in such fields while a person types: the whole of one is masked, and no beginning of it."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._growing: frozenset[str] = frozenset()
        """What stood there when it was looked last."""

    async def look(self, worlds: IsolatedWorlds) -> None:
        """Remember what stands in the fields of a tab, and have masked what stands there no more.

        Raises:
            ScriptFailed: The page is on its way to another.
        """
        now = await _values_in(worlds)
        self._mask(was for was in self._growing if not any(was in value or value in was for value in now))
        self._growing = now

    async def learn(self, worlds: IsolatedWorlds) -> None:
        """Have masked all that stands there, since the fields may soon be gone.

        Raises:
            ScriptFailed: The page is on its way to another; what was known by then is masked.
        """
        try:
            await self.look(worlds)
        finally:
            self.keep()

    def keep(self) -> None:
        """Have masked what stood there when it was looked last, since it cannot be looked any more."""
        self._mask(self._growing)

    def _mask(self, values: Iterable[str]) -> None:
        for value in values:
            self._redactor.add(value, SHOWN)


async def _values_in(worlds: IsolatedWorlds) -> frozenset[str]:
    frames = await worlds.all()
    answers = await asyncio.gather(
        *(world.call("ask", "typedSecrets") for world in frames), return_exceptions=True
    )
    values: set[str] = set()
    for answer in answers:
        if isinstance(answer, ScriptFailed):
            continue  # a frame that went away holds nothing any more
        if isinstance(answer, BaseException):
            raise answer
        values.update(answer["values"])
    return frozenset(values)
