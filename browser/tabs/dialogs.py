"""JavaScript dialogs: shown to the engine, or answered safely if it does not answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from browser.model.observation import Dialog
from browser.model.text import cut, without_lone_surrogates

if TYPE_CHECKING:
    from playwright.async_api import Dialog as LiveDialog

logger = logging.getLogger("agent_core." + __name__)

KINDS: Mapping[str, Literal["alert", "confirm", "prompt", "beforeunload"]] = {
    "confirm": "confirm",
    "prompt": "prompt",
    "beforeunload": "beforeunload",
}
LONGEST_MESSAGE = 2000
"""Characters of a dialog's text that are told."""
MOST_DIALOGS = 10
"""So many dialogs in a row are put to the engine. Further ones of the page are answered for it, as a person
would have the browser do it, and from then on only the first dialog after each act is put to it."""


@dataclass(eq=False)
class WaitingDialog:
    """A dialog that is open."""

    live: LiveDialog
    held_act: asyncio.Future[Any] | None = None
    """The act that cannot go on before the dialog is answered."""

    @property
    def described(self) -> Dialog:
        """The dialog as an observation shows it."""
        kind = KINDS.get(self.live.type, "alert")
        message = without_lone_surrogates(self.live.message)
        if len(message) > LONGEST_MESSAGE:
            message = f"{cut(message, LONGEST_MESSAGE, '')}... ({len(message)} characters in all)"
        return Dialog(kind=kind, message=message, default=cut(self.live.default_value, LONGEST_MESSAGE, ""))

    @property
    def safe_answer(self) -> bool:
        """The answer if the engine gives none: accept what only informs, dismiss what asks."""
        return self.described.kind == "alert"

    async def answer_safely(self) -> None:
        """Give the safe answer."""
        from playwright.async_api import Error

        try:
            await (self.live.accept() if self.safe_answer else self.live.dismiss())
        except Error as error:
            logger.debug("a dialog was gone before it was answered: %s", error)


@dataclass
class DialogCount:
    """How many dialogs one tab has opened in a row, and whether that were too many once."""

    since_act: int = 0
    insists: bool = False

    def add(self) -> bool:
        """Count one more; returns whether it is to be put to the engine."""
        self.since_act += 1
        if self.since_act > (1 if self.insists else MOST_DIALOGS):
            self.insists = True
            return False
        return True
