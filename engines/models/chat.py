"""What an engine sees of a model: messages in, one reply out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from browser.model.observation import Screenshot
from browser.model.text import without_lone_surrogates
from engines.output_spec import Schema
from engines.protocol import Usage

Role = Literal["system", "user", "assistant"]


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
    thinking). None: the text is sent."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", without_lone_surrogates(self.text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the model said."""

    text: str
    """The answer without any thinking that the provider marks as such."""
    cut: bool = False
    """The model ran into its limit of output tokens; the text ends somewhere."""
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


def added(one: Usage, other: Usage) -> Usage:
    """The sum of two usages; the later model name stays."""
    return Usage(
        model=other.model or one.model,
        calls=one.calls + other.calls,
        failed_calls=one.failed_calls + other.failed_calls,
        input_tokens=one.input_tokens + other.input_tokens,
        cached_tokens=one.cached_tokens + other.cached_tokens,
        output_tokens=one.output_tokens + other.output_tokens,
        images=one.images + other.images,
    )


def estimated_tokens(text: str) -> int:
    """About how many tokens a text has, rather too many: mark-up and refs split into short pieces."""
    return len(text.encode()) // 3 + 1


def estimated_image_tokens(image: Screenshot) -> int:
    """About how many tokens a picture has: one for every patch of 28 by 28 pixels, as models count today."""
    return -(-image.width_px // 28) * -(-image.height_px // 28)


def estimated_prompt(messages: Sequence[Message]) -> int:
    """About how many tokens a conversation has."""
    return sum(
        estimated_tokens(message.text) + 4 + sum(map(estimated_image_tokens, message.images))
        for message in messages
    )
