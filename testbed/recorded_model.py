"""A model that plays back replies: for tests, and for looking at a run again without its model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engines.errors import ModelError, ModelUnusable
from engines.models.chat import Message, Reply, added
from engines.models.ladder import counted_or_estimated
from engines.output_spec import Schema
from engines.protocol import Usage


class RecordedModel:
    """Answers with the recorded replies, one after the other, and keeps what it was asked.

    An error among them is raised in its turn. When the recording is over it raises ModelUnusable.
    """

    def __init__(
        self,
        replies: Iterable[str | Reply | ModelError],
        *,
        sees_images: bool = True,
        context_tokens: int = 128_000,
    ) -> None:
        self._replies = iter(replies)
        self._context_tokens = context_tokens
        self._usage = Usage(model="recorded")
        self.sees_images = sees_images
        self.asked: list[tuple[Message, ...]] = []
        self.schemas: list[Schema | None] = []
        self.closed = False

    @property
    def remarks(self) -> tuple[str, ...]:
        """A recording has nothing to warn of."""
        return ()

    @property
    def usage(self) -> Usage:
        """Estimates, since no model counted."""
        return self._usage

    async def context_tokens(self) -> int:
        """What it was made with."""
        return self._context_tokens

    async def ask(self, messages: Sequence[Message], schema: Schema | None = None) -> Reply:
        """The next recorded reply."""
        self.asked.append(tuple(messages))
        self.schemas.append(schema)
        played = next(self._replies, None)
        if played is None:
            raise ModelUnusable("the recording has no further reply")
        if isinstance(played, ModelError):
            raise played
        reply = Reply(text=played) if isinstance(played, str) else played
        self._usage = added(self._usage, counted_or_estimated(Usage(), messages, reply.text))
        return reply

    async def close(self) -> None:
        """Nothing to close; remembered for tests."""
        self.closed = True
