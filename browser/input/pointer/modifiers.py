"""Modifier keys, held while something else is done."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from browser.input.context import InputContext
from browser.model.keys import Modifier

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
