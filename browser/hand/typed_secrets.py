"""What a person types into fields for passwords and codes: masked in everything that is kept from then on."""

from __future__ import annotations

import asyncio

from browser.cdp.isolated_worlds import IsolatedWorlds
from browser.cdp.scripts import ScriptFailed
from browser.redaction.redactor import Redactor

SHOWN = "[typed by a person]"
"""Stands in the place of such a value."""


async def learn_typed(worlds: IsolatedWorlds, redactor: Redactor) -> None:
    """Have the values that stand in such fields of a tab masked from now on.

    Raises:
        ScriptFailed: The page is on its way to another.
    """
    frames = await worlds.all()
    answers = await asyncio.gather(
        *(world.call("ask", "typedSecrets") for world in frames), return_exceptions=True
    )
    for answer in answers:
        if isinstance(answer, ScriptFailed):
            continue  # a frame that went away holds nothing any more
        if isinstance(answer, BaseException):
            raise answer
        for value in answer["values"]:
            redactor.add(value, SHOWN)
