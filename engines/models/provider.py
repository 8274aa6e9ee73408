"""What the protocol of a provider gives: one endpoint and model, asked once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from engines.models.chat import Message, Reply, Tool
from engines.models.dialect import Dialect, Form
from engines.models.profiles import Profile
from engines.output_spec import Schema


class Provider(Protocol):
    """One endpoint and model, spoken to in its protocol."""

    endpoint: str
    """Its address, as it is named to the user."""
    model: str
    """"" until `first_model` was asked."""
    forms: tuple[Form, ...]
    """The rungs that the protocol has, highest first."""
    profile: Profile
    """What is known of the model there; `meet` may find out more."""
    guessed_context_tokens: int
    """What is assumed where nobody says: neither settings nor endpoint nor profile."""
    reply_tokens: int
    """The limit of a reply where nobody asks for less."""
    own_server: bool
    """Whether it may be anybody's server: cold, blind, and of a context that nobody knows."""

    async def call(
        self,
        messages: Sequence[Message],
        schema: Schema | None,
        dialect: Dialect,
        most_tokens: int | None = None,
        tools: Sequence[Tool] = (),
    ) -> Reply:
        """Ask once, for so many tokens at most. Raises CallFailed.

        Args:
            dialect: What to speak, nothing of it left to the profile.
        """
        ...

    async def meet(self) -> None:
        """Find out who serves the model, where the server says so. Raises CallFailed."""
        ...

    async def first_model(self) -> str:
        """The name of the first model that the endpoint offers. Raises CallFailed."""
        ...

    async def context_tokens(self) -> int | None:
        """The context length, where settings or endpoint say; None where not. Raises CallFailed."""
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...
