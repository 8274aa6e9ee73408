"""What an engine sees of a model: messages in, one reply out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from browser.model.observation import Screenshot
from browser.model.text import without_lone_surrogates
from engines.output_spec import Schema
from engines.protocol import Usage

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A function that the model may call."""

    name: str
    description: str
    parameters: Schema
    """JSON Schema of its arguments, an object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """A call of a tool, as the model wrote it."""

    id: str
    """What its result names; providers and conversations keep it apart from all others."""
    name: str
    arguments: Any
    """An object; a text where the model wrote something else."""
    native: Any = None
    """The provider's own form of it, with what has to go back besides. None: it is made anew."""

    @property
    def as_json(self) -> str:
        """The arguments as JSON text, an empty object where they were none."""
        return json.dumps(self.arguments if isinstance(self.arguments, dict) else {}, ensure_ascii=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult:
    """What became of a call."""

    id: str
    """Of the call."""
    text: str
    """Never empty."""
    failed: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", without_lone_surrogates(self.text) or "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of a conversation.

    The first message is the system's; then user and assistant alternate, as the templates of several
    local models insist on.
    """

    role: Role
    text: str
    images: tuple[Screenshot, ...] = ()
    """Only in user messages; sent after the text."""
    native: Any = None
    """Of an assistant message: the provider's own content, sent back as it came (it may hold signed
    thinking). None: text and calls are sent."""
    thinking_holds: bool = True
    """Of an assistant message: whether all before it still stands as when it was said. Signed thinking is
    bound to that, and is left out where it does not hold."""
    calls: tuple[ToolCall, ...] = ()
    """Of an assistant message; the next message has a result for each."""
    results: tuple[ToolResult, ...] = ()
    """Of a user message: results of the calls before it; they come first."""
    stays: bool = False
    """All up to the text of this message comes again, word for word, so that caching it pays."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", without_lone_surrogates(self.text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the model said."""

    text: str
    """The answer without any thinking that the provider marks as such."""
    cut: bool = False
    """The model ran into its limit of output tokens; the text ends somewhere."""
    calls: tuple[ToolCall, ...] = ()
    """Where tools were offered."""
    thinking: str = ""
    """Thinking that came apart from the answer."""
    native: Any = None
    """For `Message.native` of the message that replays this reply."""
    usage: Usage = field(default_factory=Usage)
    """Of this call alone."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", without_lone_surrogates(self.text))
        object.__setattr__(self, "thinking", without_lone_surrogates(self.thinking))


class ChatModel(Protocol):
    """A model that can be asked. Conversations are the caller's; a model remembers none."""

    @property
    def sees_images(self) -> bool:
        """False once it is known that the model takes no pictures; they are then left out."""
        ...

    @property
    def usage(self) -> Usage:
        """The sum over all calls so far."""
        ...

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the caller should know of it: that it is blind, that its prompt was cut."""
        ...

    async def context_tokens(self) -> int:
        """How many tokens prompt and reply may have together; a careful guess where nobody says.

        Raises:
            ModelError: The endpoint cannot be used.
        """
        ...

    async def ask(self, messages: Sequence[Message], schema: Schema | None = None) -> Reply:
        """Ask for the next message.

        The schema is a wish: the reply may be anything all the same, and is read with care.

        Raises:
            ContextOverflow: The prompt did not fit; shorten it and ask again.
            ModelUnreachable: No usable answer came.
            ModelRefused: The model or its provider declined.
        """
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...


class ToolModel(ChatModel, Protocol):
    """A model that may be offered tools, where its endpoint takes them."""

    @property
    def calls_tools(self) -> bool:
        """Whether tools may be offered. What is known of that grows, by `context_tokens` and by replies."""
        ...

    async def ask(
        self, messages: Sequence[Message], schema: Schema | None = None, tools: Sequence[Tool] = ()
    ) -> Reply:
        """Ask for the next message, in the form of a schema or with tools to call.

        Raises what `ChatModel.ask` raises, and:
            ToolsRefused: The endpoint takes no tools, which `calls_tools` says from now on; ask without.
        """
        ...

    def forgo_tools(self) -> None:
        """Offer no tools any more, since the model does not call them."""
        ...
