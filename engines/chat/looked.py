"""What a look has found, as a model is told it: what it has before its eyes already is not sent again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from browser.model.observation import LookAnswer
from browser.model.text import quoted
from engines.prompts.page import PageText

_WORTH_IT = 120
"""Characters; less than that is sent again."""


@dataclass(frozen=True, slots=True)
class Looked:
    """The answer to a look, and its text."""

    answer: LookAnswer
    page: PageText

    @property
    def text(self) -> str:
        """All of it."""
        return self._said(self.answer.problem or self.page.text or "see picture")

    def beside(self, listed: PageText, readings: Sequence[str]) -> str:
        """What is told of it beside the page that stands and what was looked for before.

        Args:
            listed: The page as the model knows it.
            readings: What earlier looks have found and is still shown.
        """
        known = {line.text for line in listed.lines}
        lines = self.page.lines
        if self._is_long and len(lines) > 1 and all(line.text in known for line in lines):
            return self._said(f"no more than is listed above, from {lines[0].ref} on.")
        return self.kept(readings)

    def kept(self, readings: Sequence[str]) -> str:
        """What stays of it when the page is not shown any more."""
        if self._is_long and any(self.page.text in reading for reading in readings):
            return self._said("the same as a look has found before; it stands above.")
        return self.text

    @property
    def _is_long(self) -> bool:
        return not self.answer.problem and len(self.page.text) >= _WORTH_IT

    def _said(self, found: str) -> str:
        request = self.answer.request
        return (
            f"You looked for {quoted(request.query or request.ref or 'a part of the picture', 80)}: {found}"
        )
