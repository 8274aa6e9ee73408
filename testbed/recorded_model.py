"""A model that plays back replies: for tests, and for looking at a run again without its model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engines.errors import ModelError, ModelUnusable
from engines.models.chat import Message, Reply, Tool
from engines.models.tokens import counted_or_estimated
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
        calls_tools: bool = False,
    ) -> None:
        self._replies = iter(replies)
        self._context_tokens = context_tokens
        self._usage = Usage(model="recorded")
        self.sees_images = sees_images
        self.calls_tools = calls_tools
        self.asked: list[tuple[Message, ...]] = []
        self.schemas: list[Schema | None] = []
        self.tools: list[tuple[Tool, ...]] = []
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

    async def ask(
        self, messages: Sequence[Message], schema: Schema | None = None, tools: Sequence[Tool] = ()
    ) -> Reply:
        """The next recorded reply."""
        self.asked.append(tuple(messages))
        self.schemas.append(schema)
        self.tools.append(tuple(tools))
        played = next(self._replies, None)
        if played is None:
            raise ModelUnusable("the recording has no further reply")
        if isinstance(played, ModelError):
            raise played
        reply = Reply(text=played) if isinstance(played, str) else played
        self._usage = self._usage.plus(counted_or_estimated(Usage(), messages, reply.text, tools))
        return reply

    def forgo_tools(self) -> None:
        """Offer none any more."""
        self.calls_tools = False

    async def close(self) -> None:
        """Nothing to close; remembered for tests."""
        self.closed = True
