"""What a run's prompts begin with, kept as the model has read it, so that only what is new is read."""

from __future__ import annotations

from typing import Any

from engines.cua.ui_tars.local.prompt import Prompt


class Prefix:
    """The cache of one conversation: keys and values of every layer, and the symbols they belong to."""

    def __init__(self) -> None:
        self.symbols: list[int | bytes] = []
        self.cache: Any = None
        """None: empty."""
        self.seen: dict[bytes, Any] = {}
        """Pictures of the last prompt, by key, as the vision part sees them; they outlive a cut."""

    def fit(self, prompt: Prompt) -> int:
        """Cut it down to what the prompt begins with, and give the length of that.

        At least the last token is always read anew: what comes after it is what is asked for.
        """
        common = 0
        limit = min(len(self.symbols), len(prompt.symbols) - 1)
        while common < limit and self.symbols[common] == prompt.symbols[common]:
            common += 1
        if common == 0:
            self.forget()
        elif common < len(self.symbols):
            self.cache.crop(common - len(self.symbols))
            del self.symbols[common:]
        keys = {shown.key for shown in prompt.pictures}
        self.seen = {key: features for key, features in self.seen.items() if key in keys}
        return common

    def forget(self) -> None:
        """Begin anew."""
        self.symbols, self.cache = [], None
