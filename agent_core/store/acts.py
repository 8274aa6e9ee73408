"""What a run is about to do, written down before it is done: `acts.jsonl` in its folder.

One line before each act, and one when it is known what came of it. Of a run whose process was killed, the
last line says whether an act had begun of which nobody has seen the end. Nothing is flushed to the medium: a
kill loses nothing that was written, and where the whole machine fails its browsers are gone, too.
"""

from __future__ import annotations

import logging
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, ValidationError

from agent_core.store.acts_file import NAME
from agent_core.task.fields import RiskyAct
from agent_core.task.run import ActionRecord
from engines.protocol import Usage

logger = logging.getLogger(__name__)


class ActEntry(BaseModel):
    """One act that is about to begin, or what came of it."""

    step: int
    """The number of its step."""
    url: str
    """The page on which it was decided."""
    words: str
    """What is done, and to what: `click button 'Pay'`."""
    act: ActionRecord
    """Before it begins, only the action and its element."""
    shows: bool
    """Whether the page shows if it was done, so that doing it again leads to the same."""
    risk: RiskyAct | None = None
    """Which kind of act that cannot be taken back it is, by its name; None: none of them."""
    over: bool = False
    """Whether it has been tried; `act` says then what came of it."""
    answer: str = ""
    """What a person said who was asked whether it was done; "": nobody was asked."""
    usage: Usage = Field(default_factory=Usage)
    """What the engine has used of its model in the whole run, when this was written."""

    def is_like(self, other: ActEntry) -> bool:
        """Whether both do the same to the same thing on the same page."""
        return self._what == other._what and self._page == other._page

    def repeats(self, other: ActEntry) -> bool:
        """Whether both may have one effect that cannot be taken back: they press the same thing anywhere on a
        site, or send one page in two ways, as Enter and the button of a form do."""
        if self.risk is None or other.risk is None:
            return False
        if self._what == other._what:
            return urlsplit(self.url).netloc == urlsplit(other.url).netloc
        another_way = self._what[0] != other._what[0] and {self.risk, other.risk} <= {"buy", "send"}
        return another_way and self._page == other._page

    @property
    def _what(self) -> tuple[str, str]:
        return str(self.act.action.get("type")), self.act.element or self.words

    @property
    def _page(self) -> str:
        return self.url.partition("#")[0].partition("?")[0]

    def __str__(self) -> str:
        where = f"step {self.step}, at {self.url}"
        if self.answer:
            return f"{where}: {self.words}; a person who was asked whether this was done said: {self.answer}"
        if not self.over:
            return f"{where}: {self.words}; this was begun, and the page shows whether it was done"
        if self.act.problem:
            return f"{where}: {self.words}; this was tried, and went wrong: {self.act.problem}"
        effect = f"; {self.act.effect}" if self.act.effect else ""
        return f"{where}: {self.act.did or self.words}{effect}"


def read_acts(folder: Path) -> tuple[ActEntry, ...]:
    """Each act of a run once, oldest first, with what is known of it last.

    Raises:
        FileNotFoundError: They were not written down.
    """
    acts: list[ActEntry] = []
    # A text in a line may hold other characters that end lines.
    for line in (folder / NAME).read_text("utf-8", errors="replace").split("\n"):
        try:
            entry = ActEntry.model_validate_json(line) if line else None
        except ValidationError:
            logger.info("%s: a line that is no whole act is left out", folder / NAME)
            continue
        if entry is None:
            continue
        if entry.over and acts and not acts[-1].over:
            acts[-1] = entry
        else:
            acts.append(entry)
    return tuple(acts)
