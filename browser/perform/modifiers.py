"""Modifier keys, held while something else is done."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from browser.model.keys import Modifier
from browser.perform.hand import InputContext

if TYPE_CHECKING:
    pass


@asynccontextmanager
async def holding(context: InputContext, modifiers: Sequence[Modifier]) -> AsyncIterator[None]:
    """Keep modifier keys pressed meanwhile."""
    for modifier in modifiers:
        await context.keyboard.down(modifier)
    try:
        yield
    finally:
        for modifier in reversed(modifiers):
            await context.keyboard.up(modifier)
